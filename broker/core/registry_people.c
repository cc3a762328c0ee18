/* registry_people.c - see registry_people.h. */
#include "broker/core/registry_people.h"

#include "broker/core/judge_rights.h"
#include "broker/core/lists.h"
#include "broker/core/refuse.h"
#include "proto/check.h"

static person_row_t *person_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(person_row_t, &state->persons, index);
}

/* Appends the rows of `count` codes to event->list. */
static status_t resolve_list(const table_t *table, const text_t *codes, uint32_t count,
                             event_t *event, fault_t *fault, status_t unknown,
                             const char *place)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = state_find(table, codes[i]);
        if (row == 0)
            return refuse_at(fault, unknown, place, i, "", codes[i]);
        CHECK(event->list_count < EVENT_LIST_MAX);
        event->list[event->list_count++] = row;
    }
    return STATUS_OK;
}

/* Rights over the unit as given and, when the thing exists, as it was (0 = new). */
static status_t judge_units(const state_t *state, const event_t *event, uint32_t old,
                            fault_t *fault)
{
    const target_t place = { .unit = event->unit }, before = { .unit = old };
    status_t status = judge_rights(state, event, &place, fault);
    if (status == STATUS_OK && old != 0)
        status = judge_rights(state, event, &before, fault);
    return status;
}

/* ---- teams ---- */

status_t put_team_resolve(const state_t *state, const command_t *command,
                          event_t *event, fault_t *fault)
{
    const put_team_t *team = &command->body.team;
    event->self = state_find(&state->teams, team->code);
    event->inspector = state_find(&state->inspectors, team->lead);
    if (team->lead.size > 0 && event->inspector == 0)
        return refuse(fault, STATUS_UNKNOWN_INSPECTOR, "team.lead", team->lead);
    return resolve_list(&state->units, team->units, team->unit_count, event, fault,
                        STATUS_UNKNOWN_UNIT, "team.units");
}

status_t put_team_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const target_t nothing = { 0, 0, 0 };
    status_t status = judge_rights(state, event, &nothing, fault);
    if (status != STATUS_OK)
        return status;
    bool room = table_fits(&state->teams, event->self == 0) &&
                table_fits(&state->nodes, event->list_count);
    return room ? STATUS_OK
                : refuse(fault, STATUS_TABLE_FULL, "team.code",
                         event->command->body.team.code);
}

void put_team_apply(state_t *state, const event_t *event)
{
    uint32_t index = event->self;
    if (index == 0)
        index = state_add(&state->teams, event->command->body.team.code);
    team_row_t *row = TABLE_ROW(team_row_t, &state->teams, index);
    row->lead = event->inspector;
    list_replace(state, &row->units, event->list, event->list_count);
}

/* ---- inspectors ---- */

static inspector_row_t *inspector_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(inspector_row_t, &state->inspectors, index);
}

static status_t resolve_conflicts(const state_t *state, const put_inspector_t *given,
                                  event_t *event, fault_t *fault)
{
    status_t status =
        resolve_list(&state->units, given->conflict_units, given->conflict_unit_count,
                     event, fault, STATUS_UNKNOWN_UNIT, "inspector.conflict_units");
    event->list_split = event->list_count;
    if (status != STATUS_OK)
        return status;
    return resolve_list(&state->subjects, given->conflict_subjects,
                        given->conflict_subject_count, event, fault,
                        STATUS_UNKNOWN_SUBJECT, "inspector.conflict_subjects");
}

status_t put_inspector_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    const put_inspector_t *given = &command->body.inspector;
    event->self = state_find(&state->inspectors, given->code);
    event->person = state_find(&state->persons, given->person);
    if (event->person == 0)
        return refuse(fault, STATUS_UNKNOWN_PERSON, "inspector.person", given->person);
    event->team = state_find(&state->teams, given->team);
    if (event->team == 0)
        return refuse(fault, STATUS_UNKNOWN_TEAM, "inspector.team", given->team);
    event->unit = state_find(&state->units, given->own_unit);
    if (event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "inspector.own_unit",
                      given->own_unit);
    status_t status = resolve_conflicts(state, given, event, fault);
    if (status != STATUS_OK)
        return status;
    event_link(state, event, LINK_INSPECTOR, event->self);
    event_link(state, event, LINK_PERSON, event->person);
    return STATUS_OK;
}

status_t put_inspector_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_inspector_t *given = &event->command->body.inspector;
    const inspector_row_t *row =
        event->self != 0 ? inspector_at(state, event->self) : NULL;
    status_t status = judge_units(state, event, row != NULL ? row->own_unit : 0, fault);
    if (status != STATUS_OK)
        return status;
    if (row != NULL && row->person != event->person)
        return refuse(fault, STATUS_PERSON_FIXED, "inspector.person", given->person);
    bool room = table_fits(&state->inspectors, event->self == 0) &&
                table_fits(&state->nodes, event->list_count);
    return room ? STATUS_OK
                : refuse(fault, STATUS_TABLE_FULL, "inspector.code", given->code);
}

static uint32_t create_inspector(state_t *state, const event_t *event)
{
    uint32_t index = state_add(&state->inspectors, event->command->body.inspector.code);
    inspector_row_t *row = inspector_at(state, index);
    person_row_t *person = person_at(state, event->person);
    row->person = event->person;
    row->same_person = person->inspector;
    person->inspector = index;
    return index;
}

void put_inspector_apply(state_t *state, const event_t *event)
{
    const put_inspector_t *given = &event->command->body.inspector;
    uint32_t index = event->self != 0 ? event->self : create_inspector(state, event);
    inspector_row_t *row = inspector_at(state, index);
    row->team = event->team;
    row->own_unit = event->unit;
    row->role = given->role;
    row->state = given->state;
    list_replace(state, &row->conflict_units, event->list, event->list_split);
    list_replace(state, &row->conflict_subjects, event->list + event->list_split,
                 event->list_count - event->list_split);
}

/* ---- staff ---- */

status_t put_staff_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault)
{
    const put_staff_t *given = &command->body.staff;
    event->self = state_find(&state->staff, given->code);
    event->person = state_find(&state->persons, given->person);
    if (event->person == 0)
        return refuse(fault, STATUS_UNKNOWN_PERSON, "staff.person", given->person);
    event->unit = state_find(&state->units, given->unit);
    if (event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "staff.unit", given->unit);
    event_link(state, event, LINK_PERSON, event->person);
    return STATUS_OK;
}

status_t put_staff_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_staff_t *given = &event->command->body.staff;
    const staff_row_t *row =
        event->self != 0 ? TABLE_ROW(staff_row_t, &state->staff, event->self) : NULL;
    status_t status = judge_units(state, event, row != NULL ? row->unit : 0, fault);
    if (status != STATUS_OK)
        return status;
    if (row != NULL && row->person != event->person)
        return refuse(fault, STATUS_PERSON_FIXED, "staff.person", given->person);
    if (event->self == 0 && !table_fits(&state->staff, 1))
        return refuse(fault, STATUS_TABLE_FULL, "staff.code", given->code);
    return STATUS_OK;
}

void put_staff_apply(state_t *state, const event_t *event)
{
    const put_staff_t *given = &event->command->body.staff;
    uint32_t index = event->self;
    if (index == 0) {
        index = state_add(&state->staff, given->code);
        person_row_t *person = person_at(state, event->person);
        staff_row_t *fresh = TABLE_ROW(staff_row_t, &state->staff, index);
        fresh->person = event->person;
        fresh->same_person = person->staff;
        person->staff = index;
    }
    staff_row_t *row = TABLE_ROW(staff_row_t, &state->staff, index);
    row->unit = event->unit;
    row->role = given->role;
}
