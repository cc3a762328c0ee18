/* registry_projects.h - projects, their milestones, and who is assigned to what.
 *
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_REGISTRY_PROJECTS_H
#define YX_CORE_REGISTRY_PROJECTS_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_UNIT, STATUS_UNKNOWN_SUBJECT (commander). Judge: rights over
 * the old and the new unit, STATUS_BAD_DATE, STATUS_PARAMETER_RANGE (percent),
 * STATUS_TABLE_FULL. */
status_t put_project_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_project_judge(const state_t *, event_t *, fault_t *);
void put_project_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_PROJECT. Judge: rights over the project's unit,
 * STATUS_CODE_TAKEN (of another project), STATUS_BAD_DATE, STATUS_TABLE_FULL. */
status_t put_milestone_resolve(const state_t *, const command_t *, event_t *,
                               fault_t *);
status_t put_milestone_judge(const state_t *, event_t *, fault_t *);
void put_milestone_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_SUBJECT, STATUS_UNKNOWN_PROJECT, STATUS_UNKNOWN_UNIT. Judge:
 * rights over the subject's place, STATUS_PROJECT_OR_POST, STATUS_CODE_TAKEN (of another
 * subject), STATUS_BAD_DATE, STATUS_DATES_REVERSED, STATUS_TABLE_FULL. */
status_t put_assignment_resolve(const state_t *, const command_t *, event_t *,
                                fault_t *);
status_t put_assignment_judge(const state_t *, event_t *, fault_t *);
void put_assignment_apply(state_t *, const event_t *);

#endif
