/* view.h - how a table of ratings is looked at: weights, parameters, offsets.
 *
 * Shape      one entry for each dimension of the table, by its number there.
 * Kinds      VIEW_PRIOR: the parameters as they stand, nobody is known;
 *            VIEW_FITTED: fitted to the table itself, they are where the fit begins;
 *            VIEW_EPOCH: they and the offsets are an epoch's.
 * Ownership  view_init() begins, view_fini() frees; the table outlives the view.
 * Threads    one owner.
 */
#ifndef YX_LAB_VIEW_H
#define YX_LAB_VIEW_H

#include "broker/ranking/score.h"
#include "clients/lab/ratings.h"
#include "clients/lab/scheme_judge.h"

typedef enum { VIEW_PRIOR, VIEW_FITTED, VIEW_EPOCH } view_kind_t;

typedef struct {
    view_kind_t kind;
    const ratings_t *ratings;
    uint32_t weights[GROUP_DIMENSIONS_MAX]; /* basis points; 0 = is not looked at */
    parameters_t parameters[GROUP_DIMENSIONS_MAX];
    uint32_t ratings_min, inspectors_min; /* in every dimension, to be ranked */
    int64_t *offsets;                     /* VIEW_EPOCH: [dimension][inspector] */
    bool *known;                          /* likewise: the epoch knows them */
} lab_view_t;

/* Equal weights under the default prior. */
void view_init(lab_view_t *view, const ratings_t *ratings, view_kind_t kind);
void view_fini(lab_view_t *view);

/* Weights, prior and minimum data of a scheme's group; `group` NULL: its only one.
 * STATUS_UNKNOWN_GROUP, STATUS_UNKNOWN_DIMENSION: the table has none of that name;
 * *what names it, or
 * is the group that was asked for. */
status_t view_take_scheme(lab_view_t *view, const judged_scheme_t *scheme,
                          const char *group, const char **what);
/* An epoch as yx epoch show --csv writes it: columns group, dimension, inspector, what
 * (mu, kappa, s2, rho, u, offset), value. `group` NULL: the table has one. What the
 * ratings have not is passed over; a dimension without parameters is refused. False:
 * *fault says why. */
bool view_take_epoch(lab_view_t *view, const char *path, const char *group,
                     ratings_fault_t *fault);

/* Of a dimension: by inspector, NULL = nobody is known. */
const int64_t *view_offsets(const lab_view_t *view, uint32_t dimension);
const bool *view_known(const lab_view_t *view, uint32_t dimension);

#endif
