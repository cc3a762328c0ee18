/* collect.h - single ratings to the pairs that the solver looks at.
 *
 * Threads: a worker. Ownership: what collect_pairs gives is released by free().
 */
#ifndef YX_CALIBRATION_COLLECT_H
#define YX_CALIBRATION_COLLECT_H

#include "broker/calibration/sample.h"

typedef struct {
    uint32_t subject, inspector; /* as the sample numbers them */
    uint32_t weight;             /* of the channel, mille; 0 = it moves nothing */
    int64_t adjusted;            /* rating - channel offset, micro-points */
} look_t;

/* Sorts the ratings and joins those of one pair; any order gives the same bytes.
 * STATUS_OK, STATUS_NO_MEMORY. */
status_t collect_pairs(look_t *ratings, size_t count, pair_t **pairs,
                       uint32_t *pair_count);

#endif
