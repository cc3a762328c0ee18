/* findings.c - see findings.h. */
#include "broker/calibration/findings_parts.h"

#include "proto/check.h"
#include <math.h>

void finding_add(finding_list_t *list, const finding_t *finding)
{
    if (list->count < FINDINGS_MAX)
        list->out[list->count++] = *finding;
}

int64_t finding_mille(double value)
{
    return (int64_t)floor(1000.0 * value + 0.5);
}

double finding_deviation(double mean_square, double freedom)
{
    double spread = 2.0 / (9.0 * freedom);
    return (cbrt(mean_square) - (1.0 - spread)) / sqrt(spread);
}

status_t findings_find(const intake_t *intake, const intake_group_t *group,
                       const found_group_t *found, finding_t *findings, uint32_t *count)
{
    CHECK(intake != NULL && group != NULL && found != NULL);
    CHECK(findings != NULL && count != NULL);
    finding_list_t list = {
        .intake = intake, .group = group, .found = found, .out = findings
    };
    status_t status = findings_of_sheets(&list);
    if (status == STATUS_OK)
        status = findings_of_residuals(&list);
    *count = list.count;
    return status;
}
