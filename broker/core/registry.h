/* registry.h - units, persons, subjects: who is there and where they belong.
 *
 * A put creates the thing or replaces its fields. What a code once meant it means for
 * ever: kind and person behind it do not change. A subject that changes unit or group
 * ends its running standings (SCORING.md section 3, "Moves"); its facts stay there.
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_REGISTRY_H
#define YX_CORE_REGISTRY_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_UNIT (parent). Judge: rights, STATUS_UNIT_CYCLE,
 * STATUS_UNIT_TOO_DEEP, STATUS_TABLE_FULL. */
status_t put_unit_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_unit_judge(const state_t *, event_t *, fault_t *);
void put_unit_apply(state_t *, const event_t *);

/* Judge: rights, STATUS_TABLE_FULL. */
status_t put_person_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_person_judge(const state_t *, event_t *, fault_t *);
void put_person_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_UNIT, STATUS_UNKNOWN_PERSON. Judge: rights over the old and
 * the new place, STATUS_PERSON_NEEDED, STATUS_PERSON_FIXED, STATUS_KIND_FIXED,
 * STATUS_ONE_TEAM_A_UNIT, STATUS_MIXED_GROUP, STATUS_TABLE_FULL. */
status_t put_subject_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_subject_judge(const state_t *, event_t *, fault_t *);
void put_subject_apply(state_t *, const event_t *);

#endif
