/* findings_parts.h - what the findings_*.c files share; nobody else includes it. */
#ifndef YX_CALIBRATION_FINDINGS_PARTS_H
#define YX_CALIBRATION_FINDINGS_PARTS_H

#include "broker/calibration/findings.h"

typedef struct {
    const intake_t *intake;
    const intake_group_t *group;
    const found_group_t *found;
    finding_t *out;
    uint32_t count;
} finding_list_t;

/* Passes over what no longer fits. */
void finding_add(finding_list_t *list, const finding_t *finding);
int64_t finding_mille(double value);
/* Standard deviations by which a mean of squares of `freedom` normals lies from 1. */
double finding_deviation(double mean_square, double freedom);

/* Residuals of all pairs: RULE_FIT, RULE_UNIT, RULE_SUBJECT. STATUS_NO_MEMORY. */
status_t findings_of_residuals(finding_list_t *list);
/* Patterns in sheets: RULE_SPREAD, RULE_HALO, RULE_SAME_SHEETS. STATUS_NO_MEMORY. */
status_t findings_of_sheets(finding_list_t *list);

#endif
