/* findings.h - watching the watchers: what a rule notices of the inspectors of a group
 * (SCORING.md section 7). Nothing is discounted; people look into it.
 *
 * Residual of a pair (inspector, subject): its mean adjusted rating less the subject's
 * score without it, over the root of what both may vary by: the noise of the pair and
 * the posterior of the subject.
 *   RULE_SPREAD       standard deviation of own ratings over the group's (a part)
 *   RULE_HALO         the same of the dimensions of one sheet, means taken off
 *   RULE_FIT          mean squared residual
 *   RULE_SAME_SHEETS  sheets of two inspectors on one subject, alike in 3 dimensions or
 *                     more: how many
 *   RULE_UNIT         residuals of one inspector on the subjects of one unit: mean x
 *                     sqrt(n), against the same inspector's residuals elsewhere, because
 *                     the offset has taken a part of any favour into itself
 *   RULE_SUBJECT      likewise on one subject, in one dimension
 * The last two look at those with enough ratings alone (one look is no pattern, and every
 * test that is tried makes the others harder) and hold the false discovery at 10 percent over all that are looked at
 * (Benjamini and Hochberg 1995). The first three ask for 3 standard deviations by the
 * cube root of chi-squared (Wilson and Hilferty 1931) and for a size that matters.
 * Threads: a worker.
 */
#ifndef YX_CALIBRATION_FINDINGS_H
#define YX_CALIBRATION_FINDINGS_H

#include "broker/calibration/epoch_run.h"

#define FINDINGS_MAX       256u /* of one group; the strongest of a rule first */
#define FINDINGS_LOOKS_MIN 8u   /* ratings or sheets that a pattern needs */
#define FINDINGS_REPEATS   3u   /* ratings of one subject by one inspector, likewise */
#define FINDINGS_SHEETS    3u   /* identical ones that two inspectors need */

typedef struct {
    uint32_t rule; /* RULE_* */
    uint32_t inspector, other, unit,
        subject;           /* numbers; INTAKE_NONE = does not apply */
    uint32_t k;            /* dimension of the group; INTAKE_NONE = all */
    int64_t figure, bound; /* mille */
    uint32_t count;        /* ratings or sheets that it rests on */
} finding_t;

/* `found`: what the calibration gave for the group. Fills up to FINDINGS_MAX.
 * STATUS_NO_MEMORY. */
status_t findings_find(const intake_t *intake, const intake_group_t *group,
                       const found_group_t *found, finding_t *findings,
                       uint32_t *count);

#endif
