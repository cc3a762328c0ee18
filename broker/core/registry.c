/* registry.c - see registry.h. */
#include "broker/core/registry.h"

#include "broker/core/authorise.h"
#include "broker/core/judge_rights.h"
#include "broker/core/lists.h"
#include "broker/core/refuse.h"
#include "proto/check.h"

static unit_row_t *unit_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(unit_row_t, &state->units, index);
}

static subject_row_t *subject_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(subject_row_t, &state->subjects, index);
}

/* ---- units ---- */

status_t put_unit_resolve(const state_t *state, const command_t *command,
                          event_t *event, fault_t *fault)
{
    const put_unit_t *unit = &command->body.unit;
    event->self = state_find(&state->units, unit->code);
    event->parent = state_find(&state->units, unit->parent);
    if (unit->parent.size > 0 && event->parent == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "unit.parent", unit->parent);
    event_link(state, event, LINK_UNIT, event->self);
    return STATUS_OK;
}

/* Units above this one. */
static uint32_t depth_of(const state_t *state, uint32_t unit)
{
    uint32_t depth = 0;
    while ((unit = unit_at(state, unit)->parent) != 0)
        depth++;
    return depth;
}

/* Longest way down from `top` to a unit below it. */
static uint32_t height_of(const state_t *state, uint32_t top)
{
    uint32_t height = 0, own = depth_of(state, top);
    for (uint32_t i = 1; i <= state->units.count; i++) {
        if (!unit_is_within(state, i, top))
            continue;
        uint32_t below = depth_of(state, i) - own;
        height = below > height ? below : height;
    }
    return height;
}

static status_t judge_parent(const state_t *state, const event_t *event, fault_t *fault)
{
    text_t parent = event->command->body.unit.parent;
    uint32_t self = event->self;
    if (event->parent == 0 ||
        (self != 0 && unit_at(state, self)->parent == event->parent))
        return STATUS_OK;
    if (self != 0 && unit_is_within(state, event->parent, self))
        return refuse(fault, STATUS_UNIT_CYCLE, "unit.parent", parent);
    uint32_t height = self != 0 ? height_of(state, self) : 0;
    if (depth_of(state, event->parent) + 1 + height > UNIT_DEPTH_MAX)
        return refuse(fault, STATUS_UNIT_TOO_DEEP, "unit.parent", parent);
    return STATUS_OK;
}

/* The unit as it is, and the one it will lie under, must both be in reach. */
status_t put_unit_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const target_t old = { .unit = event->self }, place = { .unit = event->parent };
    status_t status = STATUS_OK;
    if (event->self != 0)
        status = judge_rights(state, event, &old, fault);
    bool moves =
        event->self == 0 || unit_at(state, event->self)->parent != event->parent;
    if (status == STATUS_OK && moves)
        status = judge_rights(state, event, &place, fault);
    if (status == STATUS_OK)
        status = judge_parent(state, event, fault);
    if (status == STATUS_OK && event->self == 0 && !table_fits(&state->units, 1))
        return refuse(fault, STATUS_TABLE_FULL, "unit.code",
                      event->command->body.unit.code);
    return status;
}

void put_unit_apply(state_t *state, const event_t *event)
{
    uint32_t index = event->self;
    if (index == 0)
        index = state_add(&state->units, event->command->body.unit.code);
    unit_at(state, index)->parent = event->parent;
}

/* ---- persons ---- */

status_t put_person_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    (void)fault; /* a person names nothing else */
    event->self = state_find(&state->persons, command->body.person.code);
    event_link(state, event, LINK_PERSON, event->self);
    return STATUS_OK;
}

static bool in_reach(const state_t *state, const event_t *event, uint32_t unit,
                     uint32_t group)
{
    const target_t place = { .unit = unit, .group = group };
    return authorise(state, event->principal, OPERATION_COMMAND(COMMAND_PERSON),
                     &place) == STATUS_OK;
}

/* Whether one of the registers in which the person stands is in reach. */
static bool person_in_reach(const state_t *state, const event_t *event,
                            const person_row_t *person)
{
    for (uint32_t i = person->subject; i != 0; i = subject_at(state, i)->same_person)
        if (in_reach(state, event, subject_at(state, i)->unit,
                     subject_at(state, i)->group))
            return true;
    for (uint32_t i = person->inspector; i != 0;) {
        const inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors, i);
        if (in_reach(state, event, row->own_unit, 0))
            return true;
        i = row->same_person;
    }
    for (uint32_t i = person->staff; i != 0;) {
        const staff_row_t *row = TABLE_ROW(staff_row_t, &state->staff, i);
        if (in_reach(state, event, row->unit, 0))
            return true;
        i = row->same_person;
    }
    return false;
}

/* Who stands in no register yet belongs to nobody: anyone who keeps one may tell the
 * name. That some reach is there was asked before the lookups. */
static status_t judge_person_rights(const state_t *state, const event_t *event,
                                    fault_t *fault)
{
    const target_t nowhere = { 0, 0, 0 };
    if (event->self == 0)
        return STATUS_OK;
    const person_row_t *person = TABLE_ROW(person_row_t, &state->persons, event->self);
    bool stands = person->subject != 0 || person->inspector != 0 || person->staff != 0;
    if (!stands || person_in_reach(state, event, person))
        return STATUS_OK;
    return judge_rights(state, event, &nowhere, fault);
}

status_t put_person_judge(const state_t *state, event_t *event, fault_t *fault)
{
    status_t status = judge_person_rights(state, event, fault);
    if (status == STATUS_OK && event->self == 0 && !table_fits(&state->persons, 1))
        return refuse(fault, STATUS_TABLE_FULL, "person.code",
                      event->command->body.person.code);
    return status;
}

void put_person_apply(state_t *state, const event_t *event)
{
    if (event->self == 0)
        (void)state_add(&state->persons, event->command->body.person.code);
    /* a known person's new name stands in the private part */
}

/* ---- subjects ---- */

status_t put_subject_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault)
{
    const put_subject_t *subject = &command->body.subject;
    event->self = state_find(&state->subjects, subject->code);
    event->unit = state_find(&state->units, subject->unit);
    event->person = state_find(&state->persons, subject->person);
    event->group = state_find_word(state, subject->group);
    event->new_word_group = event->group == 0;
    if (event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "subject.unit", subject->unit);
    if (subject->person.size > 0 && event->person == 0)
        return refuse(fault, STATUS_UNKNOWN_PERSON, "subject.person", subject->person);
    event_link(state, event, LINK_SUBJECT, event->self);
    if (event->person != 0)
        event_link(state, event, LINK_PERSON, event->person);
    return STATUS_OK;
}

static status_t judge_place(const state_t *state, const event_t *event, fault_t *fault)
{
    const target_t place = { .unit = event->unit, .group = event->group };
    status_t status = judge_rights(state, event, &place, fault);
    if (status != STATUS_OK || event->self == 0)
        return status;
    const subject_row_t *row = subject_at(state, event->self);
    const target_t old = { .unit = row->unit, .group = row->group };
    return judge_rights(state, event, &old, fault);
}

static status_t judge_identity(const state_t *state, const event_t *event,
                               fault_t *fault)
{
    const put_subject_t *subject = &event->command->body.subject;
    if ((subject->kind == SUBJECT_CADRE) != (event->person != 0))
        return refuse(fault, STATUS_PERSON_NEEDED, "subject.person", subject->code);
    if (event->self == 0)
        return STATUS_OK;
    const subject_row_t *row = subject_at(state, event->self);
    if (row->kind != subject->kind)
        return refuse(fault, STATUS_KIND_FIXED, "subject.kind", subject->code);
    if (row->person != event->person)
        return refuse(fault, STATUS_PERSON_FIXED, "subject.person", subject->person);
    return STATUS_OK;
}

static status_t judge_company(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const put_subject_t *subject = &event->command->body.subject;
    uint32_t team = unit_at(state, event->unit)->team;
    if (subject->kind == SUBJECT_LEADING_TEAM && team != 0 && team != event->self)
        return refuse(fault, STATUS_ONE_TEAM_A_UNIT, "subject.unit", subject->unit);
    if (event->new_word_group)
        return STATUS_OK;
    uint32_t kind = TABLE_ROW(word_row_t, &state->words, event->group)->subject_kind;
    if (kind != 0 && kind != subject->kind)
        return refuse(fault, STATUS_MIXED_GROUP, "subject.group", subject->group);
    return STATUS_OK;
}

status_t put_subject_judge(const state_t *state, event_t *event, fault_t *fault)
{
    status_t status = judge_place(state, event, fault);
    if (status == STATUS_OK)
        status = judge_identity(state, event, fault);
    if (status == STATUS_OK)
        status = judge_company(state, event, fault);
    if (status != STATUS_OK)
        return status;
    bool room = table_fits(&state->subjects, event->self == 0) &&
                table_fits(&state->words, event->new_word_group);
    return room ? STATUS_OK
                : refuse(fault, STATUS_TABLE_FULL, "subject.code",
                         event->command->body.subject.code);
}

/* A closed account's board stays as it was when it closed. */
static void end_standings(state_t *state, const subject_row_t *row, uint64_t seq)
{
    for (uint32_t index = row->standing; index != 0;) {
        standing_row_t *standing = TABLE_ROW(standing_row_t, &state->standings, index);
        const account_row_t *account =
            TABLE_ROW(account_row_t, &state->accounts, standing->account);
        if (standing->ended_seq == 0 && account->state == ACCOUNT_OPEN) {
            standing->ended_seq = seq;
            state_mark_changed(state, index);
        }
        index = standing->next;
    }
}

static uint32_t create_subject(state_t *state, const event_t *event)
{
    uint32_t index = state_add(&state->subjects, event->command->body.subject.code);
    subject_row_t *row = subject_at(state, index);
    row->kind = event->command->body.subject.kind;
    row->person = event->person;
    if (event->person != 0) {
        person_row_t *person = TABLE_ROW(person_row_t, &state->persons, event->person);
        row->same_person = person->subject;
        person->subject = index;
    }
    return index;
}

static void settle(state_t *state, uint32_t index, uint32_t unit, uint32_t group)
{
    subject_row_t *row = subject_at(state, index);
    if (row->kind == SUBJECT_LEADING_TEAM && row->unit != 0 && row->unit != unit)
        unit_at(state, row->unit)->team = 0;
    if (row->kind == SUBJECT_LEADING_TEAM)
        unit_at(state, unit)->team = index;
    TABLE_ROW(word_row_t, &state->words, group)->subject_kind = row->kind;
    row->unit = unit;
    row->group = group;
}

void put_subject_apply(state_t *state, const event_t *event)
{
    uint32_t group = word_of_label(state, event->command->body.subject.group);
    uint32_t index = event->self;
    if (index == 0) {
        index = create_subject(state, event);
    } else {
        const subject_row_t *row = subject_at(state, index);
        if (row->unit != event->unit || row->group != group)
            end_standings(state, row, event->seq);
        if (row->group != group)
            state->changed.regrouped++;
    }
    settle(state, index, event->unit, group);
}
