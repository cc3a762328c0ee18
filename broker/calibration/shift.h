/* shift.h - who moves when an epoch is adopted, and why; part of epoch_run.h.
 *
 * Scores of all running standings under the numbers that count now and under those that
 * were found, by the integers of SCORING.md section 3; ranks among those who have
 * enough of everything. Threads: a worker.
 */
#ifndef YX_CALIBRATION_SHIFT_H
#define YX_CALIBRATION_SHIFT_H

#include "broker/calibration/epoch_run.h"

/* Fills what the group says of shifts from its dimensions. STATUS_NO_MEMORY. */
status_t shift_find(const intake_t *intake, const intake_group_t *group,
                    found_group_t *found);
/* Kendall's tau-b between two rankings in mille, O(n log n); 1000 when either has no
 * pair that differs. STATUS_NO_MEMORY. */
status_t shift_tau(const int64_t *a, const int64_t *b, uint32_t count, int64_t *tau);

#endif
