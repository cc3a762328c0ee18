/* standing_scores.h - live scores of a sample under given parameters: the integers of
 * SCORING.md section 3, steps 1 to 5, of one dimension.
 *
 * The state machine computes the same from its tables (score_cell); this one serves what
 * looks at another epoch than the adopted: the rank-shift report and the laboratory.
 * Threads: any.
 */
#ifndef YX_CALIBRATION_STANDING_SCORES_H
#define YX_CALIBRATION_STANDING_SCORES_H

#include "broker/calibration/sample.h"

/* f of one pair (step 4), its weight g in *weight. */
int64_t standing_contribution(const pair_t *pair, const parameters_t *parameters,
                              const int64_t *offsets, const bool *known,
                              int64_t *weight);

/* `offsets` by inspector, micro-points; `known` tells who is known, NULL = all. Offsets
 * NULL: there is no epoch and nobody is known. To the unknown factor u applies. `out` takes one result for each subject of the sample. */
void standing_scores(const sample_t *sample, const parameters_t *parameters,
                     const int64_t *offsets, const bool *known, dimension_score_t *out);

#endif
