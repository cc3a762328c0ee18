/* groups.h - what one inspector's ratings of one cell sum to: (m, Y).
 *
 * SCORING.md section 3 step 1: m = sum of channel weights (mille), Y = weighted sum of
 * (rating - channel offset) in micro-points. Adding and taking away are exact inverses,
 * so that the groups are a function of the set of confirmed observations; m = 0 removes
 * the row. A rating of channel weight 0 makes no group and counts as no rating.
 *
 * Ranges: a weight is at most CHANNEL_WEIGHT_MAX and |rating - offset| at most 200
 * points, so that with m in 32 bits |Y| stays below 2^60.
 */
#ifndef YX_CORE_GROUPS_H
#define YX_CORE_GROUPS_H

#include "broker/core/state.h"

#define CHANNEL_WEIGHT_MAX 1000000u    /* mille */
#define CHANNEL_OFFSET_MAX 100000000LL /* micro-points: 100 points */
#define MICRO_OF_CENTI     10000LL     /* micro-points in a centi-point */

/* One rating as it enters the sums. */
typedef struct {
    uint32_t cell, inspector; /* cells, inspectors */
    uint32_t weight;          /* of its channel, mille */
    int64_t adjusted;         /* rating - channel offset, micro-points */
} group_rating_t;

/* `count` new empty cells in a row; index of the first. CHECKs that they fit. */
uint32_t cells_create(state_t *state, uint32_t count);

/* The row of an inspector in a cell, 0 = none. */
uint32_t group_find(const state_t *state, uint32_t cell, uint32_t inspector);

/* Adds a rating; takes away one that was added before. Neither fails: judge asked
 * observation_groups_fit(). */
void group_add(state_t *state, const group_rating_t *rating);
void group_remove(state_t *state, const group_rating_t *rating);

/* Whether the ratings of a sheet fit: STATUS_TABLE_FULL, or STATUS_GROUP_FULL when an m
 * would pass 32 bits. `cells` = first cell of the standing, 0 = it is still to be made. */
status_t observation_groups_fit(const state_t *state, uint32_t cells,
                                uint32_t inspector, uint32_t rated, uint32_t weight);

/* All ratings of one observation row, by its standing's group and its channel. */
void observation_groups_add(state_t *state, uint32_t observation);
void observation_groups_remove(state_t *state, uint32_t observation);

#endif
