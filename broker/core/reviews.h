/* reviews.h - what becomes of a sheet: confirmed or returned by a second person, or
 * taken back by its author.
 *
 * Only a sheet under review can be reviewed, once. An ordinary sheet may be retracted
 * until the visit is sealed, a negative one until its review; later only a case takes
 * it out. What leaves the groups leaves them exactly. The shape of the three functions
 * of each command stands in family.h.
 */
#ifndef YX_CORE_REVIEWS_H
#define YX_CORE_REVIEWS_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_OBSERVATION, STATUS_UNKNOWN_STAFF. Judge:
 * STATUS_ACCOUNT_CLOSED, STATUS_REVIEWED_ALREADY, STATUS_NOT_UNDER_REVIEW,
 * STATUS_IN_FUTURE (reviewed_ms), those of rule_second_reviewer() and
 * rule_not_involved(), STATUS_TABLE_FULL, STATUS_GROUP_FULL. */
status_t review_resolve(const state_t *state, const command_t *command, event_t *event,
                        fault_t *fault);
status_t review_judge(const state_t *state, event_t *event, fault_t *fault);
void review_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_OBSERVATION. Judge: STATUS_NOT_AUTHOR, STATUS_ACCOUNT_CLOSED,
 * STATUS_ALREADY_TAKEN_OUT, STATUS_REVIEWED_ALREADY, STATUS_VISIT_SEALED. */
status_t retract_resolve(const state_t *state, const command_t *command, event_t *event,
                         fault_t *fault);
status_t retract_judge(const state_t *state, event_t *event, fault_t *fault);
void retract_apply(state_t *state, const event_t *event);

#endif
