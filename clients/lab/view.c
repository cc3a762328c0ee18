/* view.c - see view.h. */
#include "clients/lab/view.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_RATINGS    3u
#define DEFAULT_INSPECTORS 2u

static const parameters_t usual = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};

void view_init(lab_view_t *view, const ratings_t *ratings, view_kind_t kind)
{
    CHECK(view != NULL && ratings != NULL);
    uint32_t count = ratings->dimensions.count;
    *view = (lab_view_t){ .kind = kind,
                          .ratings = ratings,
                          .ratings_min = DEFAULT_RATINGS,
                          .inspectors_min = DEFAULT_INSPECTORS };
    for (uint32_t k = 0; k < count; k++) {
        view->weights[k] = WEIGHT_SUM / count + (k < WEIGHT_SUM % count ? 1 : 0);
        view->parameters[k] = usual;
    }
}

void view_fini(lab_view_t *view)
{
    free(view->offsets);
    free(view->known);
    view->offsets = NULL;
    view->known = NULL;
}

/* ---- a scheme ---- */

static const judged_group_t *find_group(const judged_scheme_t *scheme,
                                        const char *group)
{
    if (group == NULL)
        return scheme->group_count == 1 ? &scheme->groups[0] : NULL;
    for (uint32_t i = 0; i < scheme->group_count; i++) {
        if (strcmp(scheme->groups[i].name, group) == 0)
            return &scheme->groups[i];
    }
    return NULL;
}

static const judged_dimension_t *find_dimension(const judged_scheme_t *scheme,
                                                uint32_t number)
{
    for (uint32_t i = 0; i < scheme->dimension_count; i++) {
        if (scheme->dimensions[i].number == number)
            return &scheme->dimensions[i];
    }
    CHECK(false); /* a judged scheme names what its groups use */
    return NULL;
}

status_t view_take_scheme(lab_view_t *view, const judged_scheme_t *scheme,
                          const char *group, const char **what)
{
    const judged_group_t *found = find_group(scheme, group);
    *what = group;
    if (found == NULL)
        return STATUS_UNKNOWN_GROUP;
    memset(view->weights, 0, sizeof view->weights);
    view->ratings_min = found->min_ratings;
    view->inspectors_min = found->min_inspectors;
    for (uint32_t i = 0; i < found->weight_count; i++) {
        const judged_dimension_t *one =
            find_dimension(scheme, found->weights[i].dimension);
        uint32_t k = ratings_find(&view->ratings->dimensions, one->name);
        *what = one->name;
        if (k == RATINGS_NONE)
            return STATUS_UNKNOWN_DIMENSION;
        view->weights[k] = found->weights[i].weight;
        view->parameters[k] = (parameters_t){
            .mu = (int64_t)one->mu_centi * CENTI_TO_MICRO,
            .kappa = one->kappa,
            .s2 = one->s2,
            .rho = one->rho,
            .u = one->u,
        };
    }
    return STATUS_OK;
}

/* ---- an epoch ---- */

const int64_t *view_offsets(const lab_view_t *view, uint32_t dimension)
{
    return view->offsets == NULL
               ? NULL
               : view->offsets + (size_t)dimension * view->ratings->inspectors.count;
}

const bool *view_known(const lab_view_t *view, uint32_t dimension)
{
    return view->known == NULL
               ? NULL
               : view->known + (size_t)dimension * view->ratings->inspectors.count;
}
