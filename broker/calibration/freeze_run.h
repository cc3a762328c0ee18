/* freeze_run.h - a board at a cut: places, and how sure they are (SCORING.md section 5).
 *
 * Totals, errors and ranks are those of the live board, bit for bit. Under an adopted
 * epoch low and high are 95 percent sets of ranks from draws of the posterior at the
 * epoch's variances, and bands are made of them; without one, over
 * RANK_SETS_SUBJECTS_MAX subjects, and where a dimension cannot be solved, they are the
 * wide ones of the live board. Threads: a worker.
 */
#ifndef YX_CALIBRATION_FREEZE_RUN_H
#define YX_CALIBRATION_FREEZE_RUN_H

#include "broker/calibration/intake.h"

#define FREEZE_EFFECTS_MAX    2048u /* inspectors and teams, 12 dimensions: 0.8 GiB */
#define FREEZE_UNIT_CELLS_MAX 4194304u /* units x effects, 12 dimensions: 0.4 GiB */

typedef struct {
    uint32_t subject;               /* number within the intake's group */
    uint32_t standing;              /* STANDING_* */
    uint32_t rank, low, high, band; /* 0 = not ranked */
    int64_t total, error;
} found_place_t;

typedef struct {
    found_place_t *places; /* the ranked by rank and code, then the others by code */
    uint32_t count, ranked;
    bool sets; /* low and high are sets of ranks, not the wide interval */
} found_board_t;

/* The intake's first group. STATUS_NO_MEMORY. */
status_t freeze_run(const intake_t *intake, uint64_t seed, found_board_t **out);
void found_board_destroy(found_board_t **board);

#endif
