/* places.c - see places.h. */
#include "clients/lab/places.h"

#include "broker/calibration/collect.h"
#include "broker/calibration/components.h"
#include "broker/calibration/rank_sets.h"
#include "broker/calibration/standing_scores.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define SETS_SEED 1u

/* One dimension of the table. */
typedef struct {
    sample_t sample;
    pair_t *pairs;
    calibration_t calibration;
    uint32_t weight; /* basis points */
} lens_t;

typedef struct {
    const ratings_t *ratings;
    const lab_view_t *view;
    places_t *out;
    lens_t lenses[GROUP_DIMENSIONS_MAX];
    uint32_t *unit_of, *team_of, units;
    dimension_score_t *scores;
    __int128 *roots; /* by subject: weight x isqrt(v) */
    bool begun;      /* a dimension was added */
} making_t;

/* ---- samples ---- */

/* Who has no unit is one of their own. */
static status_t number_units(making_t *making)
{
    const ratings_t *ratings = making->ratings;
    uint32_t subjects = ratings->subjects.count, inspectors = ratings->inspectors.count;
    making->units = ratings->units.count;
    for (uint32_t s = 0; s < subjects; s++) {
        uint32_t unit = ratings->unit_of[s];
        making->unit_of[s] = unit != RATINGS_NONE ? unit : making->units++;
    }
    for (uint32_t r = 0; r < inspectors; r++)
        making->team_of[r] =
            ratings->team_of[r] != RATINGS_NONE ? ratings->team_of[r] : SAMPLE_NO_TEAM;
    uint64_t rest = (uint64_t)inspectors + ratings->teams.count + 1;
    return rest > RATINGS_INSPECTORS_MAX + 1 ||
                   rest * making->units > RATINGS_UNIT_CELLS_MAX
               ? STATUS_GROUP_TOO_LARGE
               : STATUS_OK;
}

static status_t make_sample(making_t *making, uint32_t k)
{
    const ratings_t *ratings = making->ratings;
    lens_t *lens = &making->lenses[k];
    size_t count = 0;
    look_t *looks = calloc(ratings->count + 1, sizeof *looks);
    if (looks == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < ratings->count; i++) {
        const lab_rating_t *one = &ratings->rows[i];
        if (one->dimension == k)
            looks[count++] = (look_t){ one->subject, one->inspector, MILLE,
                                       (int64_t)one->centi * CENTI_TO_MICRO };
    }
    lens->sample = (sample_t){ .subjects = ratings->subjects.count,
                               .units = making->units,
                               .inspectors = ratings->inspectors.count,
                               .teams = ratings->teams.count,
                               .unit_of = making->unit_of,
                               .team_of = making->team_of,
                               .prior = making->view->parameters[k] };
    status_t status =
        collect_pairs(looks, count, &lens->pairs, &lens->sample.pair_count);
    lens->sample.pairs = lens->pairs;
    free(looks);
    return status;
}

/* ---- fits and scores ---- */

static status_t fit(making_t *making, uint32_t k)
{
    lens_t *lens = &making->lenses[k];
    place_fit_t *told = &making->out->fits[k];
    components_t components;
    status_t status = components_find(&lens->sample, &components);
    if (status == STATUS_OK) {
        told->components = components.count;
        told->thin = components.thin;
        if (components.count > 1 || components.thin > 0)
            making->out->connected = false;
    }
    components_fini(&components);
    if (status != STATUS_OK || making->view->kind != VIEW_FITTED)
        return status;
    status = calibrate(&lens->sample, NULL, NULL, &lens->calibration);
    told->fit = lens->calibration.fit;
    told->fitted = lens->calibration.equations != NULL;
    return status;
}

static void count_pairs(const sample_t *sample, uint32_t *ratings, uint32_t *eyes)
{
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        ratings[sample->pairs[i].subject] += sample->pairs[i].ratings;
        eyes[sample->pairs[i].subject]++;
    }
}

static status_t add_sufficiency(making_t *making, uint32_t k)
{
    uint32_t subjects = making->ratings->subjects.count;
    uint32_t *counts = calloc(2 * (size_t)subjects + 1, sizeof *counts);
    if (counts == NULL)
        return STATUS_NO_MEMORY;
    count_pairs(&making->lenses[k].sample, counts, counts + subjects);
    for (uint32_t s = 0; s < subjects; s++) {
        place_t *place = &making->out->places[s];
        if (!making->begun || counts[s] < place->ratings)
            place->ratings = counts[s];
        if (!making->begun || counts[subjects + s] < place->inspectors)
            place->inspectors = counts[subjects + s];
    }
    free(counts);
    return STATUS_OK;
}

/* What counts in dimension k: the fit's, or the view's. */
static const parameters_t *parameters_of(const making_t *making, uint32_t k)
{
    return making->view->kind == VIEW_FITTED
               ? &making->lenses[k].calibration.fit.parameters
               : &making->view->parameters[k];
}

static const int64_t *offsets_of(const making_t *making, uint32_t k)
{
    return making->view->kind == VIEW_FITTED ? making->lenses[k].calibration.offsets
                                             : view_offsets(making->view, k);
}

/* Who added what to whom; before the dimension's scores are those of the next one. */
static status_t add_looks(making_t *making, uint32_t k)
{
    const lens_t *lens = &making->lenses[k];
    const parameters_t *p = parameters_of(making, k);
    const int64_t *offsets = offsets_of(making, k);
    const bool *known = view_known(making->view, k);
    places_t *out = making->out;
    size_t room = (out->look_count + lens->sample.pair_count + 1) * sizeof *out->looks;
    place_look_t *looks = realloc(out->looks, room);
    if (looks == NULL)
        return STATUS_NO_MEMORY;
    out->looks = looks;
    for (uint32_t i = 0; i < lens->sample.pair_count; i++) {
        const pair_t *pair = &lens->pairs[i];
        int64_t g, f = standing_contribution(pair, p, offsets, known, &g);
        int64_t whole = making->scores[pair->subject].w + p->kappa;
        looks[out->look_count++] =
            (place_look_t){ pair->subject, pair->inspector,
                            (int64_t)lens->weight * floor_div(f, whole) };
        if (offsets == NULL || (known != NULL && !known[pair->inspector]))
            out->places[pair->subject].provisional = true;
    }
    return STATUS_OK;
}

static status_t add_dimension(making_t *making, uint32_t k)
{
    lens_t *lens = &making->lenses[k];
    status_t status = make_sample(making, k);
    if (status == STATUS_OK)
        status = fit(making, k);
    if (status == STATUS_OK)
        status = add_sufficiency(making, k);
    if (status != STATUS_OK)
        return status;
    making->begun = true;
    standing_scores(&lens->sample, parameters_of(making, k), offsets_of(making, k),
                    view_known(making->view, k), making->scores);
    int64_t *shares = making->out->shares + (size_t)k * lens->sample.subjects;
    for (uint32_t s = 0; s < lens->sample.subjects; s++) {
        const dimension_score_t *score = &making->scores[s];
        shares[s] = (int64_t)lens->weight * score->score;
        making->out->places[s].total += shares[s];
        making->roots[s] += (__int128)lens->weight * (int64_t)isqrt((uint64_t)score->v);
    }
    return add_looks(making, k);
}

/* ---- ranks ---- */

static bool is_ranked(const lab_view_t *view, const place_t *place)
{
    return place->ratings >= view->ratings_min &&
           place->inspectors >= view->inspectors_min;
}

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* How many of the sorted values are above `limit`. */
static uint32_t above(const int64_t *sorted, uint32_t count, int64_t limit)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sorted[middle] > limit)
            high = middle;
        else
            low = middle + 1;
    }
    return count - low;
}

static status_t find_ranks(const lab_view_t *view, places_t *out)
{
    int64_t *values = calloc(3 * (size_t)out->count + 1, sizeof *values);
    if (values == NULL)
        return STATUS_NO_MEMORY;
    int64_t *lower = values + out->count, *upper = lower + out->count;
    for (uint32_t s = 0; s < out->count; s++) {
        const place_t *place = &out->places[s];
        if (!is_ranked(view, place))
            continue;
        values[out->ranked] = place->total;
        lower[out->ranked] = place->total - place->error;
        upper[out->ranked++] = place->total + place->error;
    }
    uint32_t n = out->ranked;
    qsort(values, n, sizeof *values, by_number);
    qsort(lower, n, sizeof *lower, by_number);
    qsort(upper, n, sizeof *upper, by_number);
    for (uint32_t s = 0; s < out->count; s++) {
        place_t *place = &out->places[s];
        if (!is_ranked(view, place))
            continue;
        place->rank = 1 + above(values, n, place->total);
        place->low = 1 + above(lower, n, place->total + place->error);
        place->high = above(upper, n, place->total - place->error - 1);
    }
    free(values);
    return STATUS_OK;
}

static bool sets_can_be_drawn(const making_t *making)
{
    bool can = making->view->kind == VIEW_FITTED && making->out->ranked > 0 &&
               making->out->count <= RANK_SETS_SUBJECTS_MAX;
    for (uint32_t k = 0; k < making->out->dimension_count; k++)
        can = can && (making->view->weights[k] == 0 ||
                      making->lenses[k].calibration.equations != NULL);
    return can;
}

static status_t draw_sets(making_t *making)
{
    places_t *out = making->out;
    rank_dimension_t dimensions[GROUP_DIMENSIONS_MAX];
    uint32_t count = 0;
    bool *ranked = calloc((size_t)out->count + 1, sizeof *ranked);
    int64_t *totals = calloc((size_t)out->count + 1, sizeof *totals);
    rank_set_t *sets = calloc((size_t)out->count + 1, sizeof *sets);
    status_t status = STATUS_NO_MEMORY;
    if (ranked == NULL || totals == NULL || sets == NULL)
        goto done;
    for (uint32_t k = 0; k < out->dimension_count; k++)
        if (making->lenses[k].weight > 0)
            dimensions[count++] = (rank_dimension_t){ &making->lenses[k].calibration,
                                                      making->lenses[k].weight };
    for (uint32_t s = 0; s < out->count; s++) {
        ranked[s] = is_ranked(making->view, &out->places[s]);
        totals[s] = out->places[s].total;
    }
    status = rank_sets(dimensions, count, ranked, totals, SETS_SEED, sets);
    for (uint32_t s = 0; s < out->count && status == STATUS_OK; s++) {
        out->places[s].low = sets[s].low;
        out->places[s].high = sets[s].high;
    }
    out->sets = status == STATUS_OK;
done:
    free(ranked);
    free(totals);
    free(sets);
    return status;
}

static int by_place(const void *a, const void *b, void *context)
{
    const place_t *left = a, *right = b;
    const ratings_t *ratings = context;
    uint32_t l = left->rank - 1, r = right->rank - 1; /* not ranked: the largest */
    if (l != r)
        return l < r ? -1 : 1;
    return strcmp(ratings->subjects.names[left->subject],
                  ratings->subjects.names[right->subject]);
}

/* ---- the whole ---- */

static status_t make(making_t *making)
{
    places_t *out = making->out;
    status_t status = number_units(making);
    for (uint32_t k = 0; k < out->dimension_count && status == STATUS_OK; k++) {
        making->lenses[k].weight = making->view->weights[k];
        if (making->lenses[k].weight > 0)
            status = add_dimension(making, k);
    }
    for (uint32_t s = 0; s < out->count && status == STATUS_OK; s++) {
        out->places[s].subject = s;
        out->places[s].error = score_error(making->roots[s]);
    }
    if (status == STATUS_OK)
        status = find_ranks(making->view, out);
    if (status == STATUS_OK && sets_can_be_drawn(making))
        status = draw_sets(making);
    return status;
}

static void making_fini(making_t *making)
{
    for (uint32_t k = 0; k < GROUP_DIMENSIONS_MAX; k++) {
        calibration_fini(&making->lenses[k].calibration);
        free(making->lenses[k].pairs);
    }
    free(making->unit_of);
    free(making->team_of);
    free(making->scores);
    free(making->roots);
}

status_t places_make(const lab_view_t *view, places_t **out)
{
    CHECK(view != NULL && out != NULL);
    const ratings_t *ratings = view->ratings;
    CHECK(ratings->count > 0);
    size_t subjects = ratings->subjects.count;
    making_t making = { .ratings = ratings, .view = view };
    status_t status = STATUS_NO_MEMORY;
    places_t *places = calloc(1, sizeof *places);
    *out = NULL;
    if (places == NULL)
        return status;
    making.out = places;
    *places = (places_t){ .count = ratings->subjects.count,
                          .dimension_count = ratings->dimensions.count,
                          .connected = true };
    places->places = calloc(subjects, sizeof *places->places);
    places->shares =
        calloc(subjects * ratings->dimensions.count, sizeof *places->shares);
    making.unit_of = calloc(subjects, sizeof *making.unit_of);
    making.team_of = calloc(ratings->inspectors.count, sizeof *making.team_of);
    making.scores = calloc(subjects, sizeof *making.scores);
    making.roots = calloc(subjects, sizeof *making.roots);
    if (places->places != NULL && places->shares != NULL && making.unit_of != NULL &&
        making.team_of != NULL && making.scores != NULL && making.roots != NULL)
        status = make(&making);
    making_fini(&making);
    if (status != STATUS_OK) {
        places_destroy(&places);
        return status;
    }
    qsort_r(places->places, places->count, sizeof *places->places, by_place,
            (void *)(uintptr_t)ratings);
    *out = places;
    return STATUS_OK;
}

void places_destroy(places_t **places)
{
    CHECK(places != NULL);
    if (*places != NULL) {
        free((*places)->places);
        free((*places)->shares);
        free((*places)->looks);
    }
    free(*places);
    *places = NULL;
}
