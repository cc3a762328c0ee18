/* visits.h - visits of a round: who went where, from when to when.
 *
 * R4: at least two inspectors, and two persons. A visit given with the time it opened
 * is open, else planned; one given with the time it closed stays open for sheets that
 * come late. Once a sheet exists only the closing time and the announcement change.
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_VISITS_H
#define YX_CORE_VISITS_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_ROUND, STATUS_UNKNOWN_TEAM, STATUS_UNKNOWN_UNIT,
 * STATUS_UNKNOWN_PROJECT, STATUS_UNKNOWN_INSPECTOR. Judge: STATUS_ACCOUNT_CLOSED,
 * STATUS_ROUND_CLOSED, STATUS_VISIT_SEALED, STATUS_VISIT_IN_USE,
 * STATUS_TOO_FEW_INSPECTORS, STATUS_INSPECTOR_SUSPENDED, STATUS_OTHER_TEAM,
 * STATUS_FIELD_MISSING (closed but never opened), STATUS_DATES_REVERSED,
 * STATUS_OUTSIDE_ROUND, STATUS_OUTSIDE_VISIT (closed before a sheet's time),
 * STATUS_BAD_TRANSITION (a closed visit cannot be opened again). */
status_t put_visit_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault);
status_t put_visit_judge(const state_t *state, event_t *event, fault_t *fault);
void put_visit_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_VISIT. Judge: STATUS_BAD_TRANSITION, STATUS_ACCOUNT_CLOSED and
 * STATUS_ROUND_CLOSED (only to open it), STATUS_OUTSIDE_ROUND, STATUS_DATES_REVERSED,
 * STATUS_OUTSIDE_VISIT. Without a time a visit opens now and closes at the time known,
 * or now, but never before what was observed on it. */
status_t move_visit_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault);
status_t move_visit_judge(const state_t *state, event_t *event, fault_t *fault);
void move_visit_apply(state_t *state, const event_t *event);

#endif
