/* access_spec.h - what the commands on principals share: roles, person, scope.
 *
 * invite, set_principal and put_user carry the same spec (principal_spec_t). Inner part
 * of access.h and users.h.
 */
#ifndef YX_CORE_ACCESS_SPEC_H
#define YX_CORE_ACCESS_SPEC_H

#include "broker/core/family.h"

#define ROLE_BIT(role) (1u << (role))

/* The spec of any of the three kinds. */
const principal_spec_t *spec_of(const event_t *event);
/* Fills target_principal (0 = new), person, and the scope: units in event->list, then
 * groups. STATUS_UNKNOWN_PERSON, STATUS_UNKNOWN_UNIT, STATUS_UNKNOWN_GROUP. */
status_t spec_resolve(const state_t *state, event_t *event, fault_t *fault);
/* STATUS_NO_ROLE, STATUS_ROLE_NEEDS_PERSON. */
status_t spec_judge(const event_t *event, fault_t *fault);
/* Whether it would take the last administrator away: STATUS_LAST_ADMINISTRATOR. */
status_t spec_keeps_administrator(const state_t *state, const event_t *event,
                                  fault_t *fault);
void spec_write(principal_row_t *row, const event_t *event);

/* Access has no unit, group or person: whoever may, may everywhere. */
status_t access_allow(const state_t *state, const event_t *event, fault_t *fault);
/* With the role and a key in use. */
bool access_is_administrator(const principal_row_t *row);
/* Keeps the number of administrators with an active key while a row changes. */
void access_recount(state_t *state, bool was, const principal_row_t *row);

#endif
