/* observations.h - a sheet: what an inspector saw of a subject on a visit.
 *
 * An ordinary sheet is confirmed by the event that accepts it and enters the groups at
 * once; a negative one waits for a second person (reviews.h). A sheet belongs to the
 * standing of its subject, in the account of its visit's round, under the subject's
 * group and unit at that moment. Workload: this is the hot path, 300,000 a second.
 * The shape of the three functions stands in family.h.
 */
#ifndef YX_CORE_OBSERVATIONS_H
#define YX_CORE_OBSERVATIONS_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_VISIT, STATUS_UNKNOWN_INSPECTOR, STATUS_UNKNOWN_SUBJECT,
 * STATUS_UNKNOWN_STAFF. Judge, in this order: STATUS_CODE_TAKEN; STATUS_ACCOUNT_CLOSED,
 * STATUS_VISIT_NOT_OPEN, STATUS_VISIT_SEALED; STATUS_INSPECTOR_SUSPENDED,
 * STATUS_NOT_ON_VISIT; STATUS_UNKNOWN_CHANNEL, STATUS_GROUP_NOT_IN_SCHEME;
 * STATUS_NO_RATING, STATUS_UNKNOWN_DIMENSION, STATUS_WRONG_DIMENSION,
 * STATUS_RATING_RANGE, STATUS_RATING_TWICE; those of R1, R15, R16; STATUS_TABLE_FULL,
 * STATUS_GROUP_FULL. */
status_t observe_resolve(const state_t *state, const command_t *command, event_t *event,
                         fault_t *fault);
status_t observe_judge(const state_t *state, event_t *event, fault_t *fault);
void observe_apply(state_t *state, const event_t *event);

#endif
