/* rank_sets.h - 95 percent sets of ranks from draws of the posterior (SCORING.md
 * section 5).
 *
 * A draw takes offsets, units and subjects from what the ratings leave open; the same
 * standard normals serve every dimension, because one inspector's eye runs through all
 * of them. Seeded: the same calibration and seed give the same sets.
 * Threads: a worker; the equations' scratch is used.
 */
#ifndef YX_CALIBRATION_RANK_SETS_H
#define YX_CALIBRATION_RANK_SETS_H

#include "broker/calibration/calibrate.h"

#define RANK_SETS_DRAWS        1000u
#define RANK_SETS_SUBJECTS_MAX 50000u

/* One dimension of the group: all have the same subjects, units, inspectors and teams. */
typedef struct {
    calibration_t *calibration; /* equations not NULL */
    uint32_t weight;            /* of the dimension, basis points */
} rank_dimension_t;

typedef struct {
    uint32_t low, high; /* ranks, 1 is best */
} rank_set_t;

/* `ranked` tells by subject who takes part; the others get 0, 0. `total` is the shown
 * total by subject: its rank always lies within the set. STATUS_OK, STATUS_NO_MEMORY. */
status_t rank_sets(const rank_dimension_t *dimensions, uint32_t count,
                   const bool *ranked, const int64_t *totals, uint64_t seed,
                   rank_set_t *out);

#endif
