/* registry_people.h - inspection teams, inspectors, staff.
 *
 * The person behind a code is fixed: rules on "the same person" compare persons.
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_REGISTRY_PEOPLE_H
#define YX_CORE_REGISTRY_PEOPLE_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_INSPECTOR (lead), STATUS_UNKNOWN_UNIT. Judge: rights,
 * STATUS_TABLE_FULL. */
status_t put_team_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_team_judge(const state_t *, event_t *, fault_t *);
void put_team_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_PERSON, STATUS_UNKNOWN_TEAM, STATUS_UNKNOWN_UNIT,
 * STATUS_UNKNOWN_SUBJECT. Judge: rights over the old and the new own unit,
 * STATUS_PERSON_FIXED, STATUS_TABLE_FULL. */
status_t put_inspector_resolve(const state_t *, const command_t *, event_t *,
                               fault_t *);
status_t put_inspector_judge(const state_t *, event_t *, fault_t *);
void put_inspector_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_PERSON, STATUS_UNKNOWN_UNIT. Judge: rights over the old and
 * the new unit, STATUS_PERSON_FIXED, STATUS_TABLE_FULL. */
status_t put_staff_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_staff_judge(const state_t *, event_t *, fault_t *);
void put_staff_apply(state_t *, const event_t *);

#endif
