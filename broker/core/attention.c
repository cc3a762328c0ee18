/* attention.c - see attention.h. */
#include "broker/core/attention.h"

#include "broker/core/authorise.h"
#include "broker/core/epoch_state.h"
#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "proto/check.h"

static attention_row_t *item_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(attention_row_t, &state->attention, index);
}

static uint32_t person_of(const state_t *state, uint32_t principal)
{
    return TABLE_ROW(principal_row_t, &state->principals, principal)->person;
}

/* ---- opened ---- */

/* A code that may be left out; false: it is given and means nothing. */
static bool find_given(const table_t *table, text_t code, uint32_t *row)
{
    *row = code.size == 0 ? 0 : state_find(table, code);
    return code.size == 0 || *row != 0;
}

static status_t find_concerned(const state_t *state, const open_attention_t *given,
                               event_t *event, fault_t *fault)
{
    event->inspector = state_find(&state->inspectors, given->inspector);
    if (event->inspector == 0)
        return refuse(fault, STATUS_UNKNOWN_INSPECTOR, "open_attention.inspector",
                      given->inspector);
    if (!find_given(&state->inspectors, given->other, &event->tutor))
        return refuse(fault, STATUS_UNKNOWN_INSPECTOR, "open_attention.other",
                      given->other);
    if (!find_given(&state->units, given->unit, &event->unit))
        return refuse(fault, STATUS_UNKNOWN_UNIT, "open_attention.unit", given->unit);
    if (!find_given(&state->subjects, given->subject, &event->subject))
        return refuse(fault, STATUS_UNKNOWN_SUBJECT, "open_attention.subject",
                      given->subject);
    return STATUS_OK;
}

/* event->list: the epoch; event->tutor: the other inspector. */
status_t open_attention_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault)
{
    const open_attention_t *given = &command->body.open_attention;
    event->self = state_find(&state->attention, given->code);
    event->list[0] = state_find(&state->epochs, given->epoch);
    event->list_count = 1;
    if (event->list[0] == 0)
        return refuse(fault, STATUS_UNKNOWN_EPOCH, "open_attention.epoch",
                      given->epoch);
    uint32_t account = TABLE_ROW(epoch_row_t, &state->epochs, event->list[0])->account;
    uint32_t group = scheme_group_named(state, account, given->group);
    if (group == 0)
        return refuse(fault, STATUS_UNKNOWN_GROUP, "open_attention.group",
                      given->group);
    event->scheme_group = group - 1;
    status_t status = find_concerned(state, given, event, fault);
    if (status == STATUS_OK && event->self == 0)
        event_link(state, event, LINK_ATTENTION, 0);
    return status;
}

/* Whether the same was noticed before and nobody has closed it yet. */
static bool is_open_already(const state_t *state, const event_t *event)
{
    const open_attention_t *given = &event->command->body.open_attention;
    uint32_t account = TABLE_ROW(epoch_row_t, &state->epochs, event->list[0])->account;
    for (uint32_t i = state->attention.count; i >= 1; i--) {
        const attention_row_t *row = item_at(state, i);
        if (row->state != ATTENTION_CLOSED && row->rule == given->rule &&
            row->scheme_group == event->scheme_group &&
            row->dimension == given->dimension && row->inspector == event->inspector &&
            row->other == event->tutor && row->unit == event->unit &&
            row->subject == event->subject &&
            TABLE_ROW(epoch_row_t, &state->epochs, row->epoch)->account == account)
            return true;
    }
    return false;
}

status_t open_attention_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const open_attention_t *given = &event->command->body.open_attention;
    if (event->self != 0 || is_open_already(state, event))
        return refuse(fault, STATUS_CODE_TAKEN, "open_attention.code", given->code);
    if (given->rule < RULE_SPREAD || given->rule > RULE_SUBJECT)
        return refuse(fault, STATUS_UNKNOWN_VALUE, "open_attention.rule", given->code);
    if (!table_fits(&state->attention, 1))
        return refuse(fault, STATUS_TABLE_FULL, "open_attention.code", given->code);
    return STATUS_OK;
}

void open_attention_apply(state_t *state, const event_t *event)
{
    const open_attention_t *given = &event->command->body.open_attention;
    attention_row_t *row = item_at(state, state_add(&state->attention, given->code));
    row->figure = given->figure;
    row->bound = given->bound;
    row->opened = event->seq;
    row->rule = given->rule;
    row->state = ATTENTION_OPEN;
    row->epoch = event->list[0];
    row->scheme_group = event->scheme_group;
    row->dimension = given->dimension;
    row->inspector = event->inspector;
    row->other = event->tutor;
    row->unit = event->unit;
    row->subject = event->subject;
    row->count = given->count;
}

/* ---- assigned and closed ---- */

static status_t find_item(const state_t *state, text_t code, const char *place,
                          event_t *event, fault_t *fault)
{
    event->self = state_find(&state->attention, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_ATTENTION, place, code);
    event_link(state, event, LINK_ATTENTION, event->self);
    return STATUS_OK;
}

static bool is_person_of(const state_t *state, uint32_t inspector, uint32_t person)
{
    return inspector != 0 &&
           TABLE_ROW(inspector_row_t, &state->inspectors, inspector)->person == person;
}

/* Whether the item is about the principal's own person (R2). */
bool attention_concerns(const state_t *state, const attention_row_t *row,
                        uint32_t principal)
{
    uint32_t person = person_of(state, principal);
    if (person == 0)
        return false;
    return is_person_of(state, row->inspector, person) ||
           is_person_of(state, row->other, person) ||
           (row->subject != 0 &&
            TABLE_ROW(subject_row_t, &state->subjects, row->subject)->person == person);
}

status_t assign_attention_resolve(const state_t *state, const command_t *command,
                                  event_t *event, fault_t *fault)
{
    const assign_attention_t *given = &command->body.assign_attention;
    status_t status =
        find_item(state, given->code, "assign_attention.code", event, fault);
    if (status != STATUS_OK)
        return status;
    event->target_principal = state_find(&state->principals, given->to);
    if (event->target_principal == 0)
        return refuse(fault, STATUS_UNKNOWN_PRINCIPAL, "assign_attention.to",
                      given->to);
    return STATUS_OK;
}

status_t assign_attention_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const assign_attention_t *given = &event->command->body.assign_attention;
    const attention_row_t *row = item_at(state, event->self);
    target_t target = { 0, 0, 0 };
    status_t status = judge_rights(state, event, &target, fault);
    if (status != STATUS_OK)
        return status;
    if (row->state == ATTENTION_CLOSED)
        return refuse(fault, STATUS_BAD_TRANSITION, "assign_attention.code",
                      given->code);
    if (attention_concerns(state, row, event->target_principal) ||
        attention_concerns(state, row, event->principal))
        return refuse(fault, STATUS_OWN_MATTER, "assign_attention.to", given->to);
    if (principal_reach(state, event->target_principal,
                        OPERATION_COMMAND(COMMAND_CLOSE_ATTENTION)) == REACH_NONE)
        return refuse(fault, STATUS_NOT_ALLOWED, "assign_attention.to", given->to);
    return STATUS_OK;
}

void assign_attention_apply(state_t *state, const event_t *event)
{
    attention_row_t *row = item_at(state, event->self);
    row->state = ATTENTION_ASSIGNED;
    row->assigned = event->target_principal;
}

status_t close_attention_resolve(const state_t *state, const command_t *command,
                                 event_t *event, fault_t *fault)
{
    return find_item(state, command->body.close_attention.code, "close_attention.code",
                     event, fault);
}

/* Organisers close any item, others what was assigned to them. */
static bool may_close(const state_t *state, const attention_row_t *row,
                      uint32_t principal)
{
    return row->assigned == principal ||
           principal_reach(state, principal,
                           OPERATION_COMMAND(COMMAND_ASSIGN_ATTENTION)) != REACH_NONE;
}

status_t close_attention_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const close_attention_t *given = &event->command->body.close_attention;
    const attention_row_t *row = item_at(state, event->self);
    target_t target = { 0, 0, 0 };
    const text_t nothing = { NULL, 0 };
    status_t status = judge_rights(state, event, &target, fault);
    if (status != STATUS_OK)
        return status;
    if (row->state == ATTENTION_CLOSED)
        return refuse(fault, STATUS_BAD_TRANSITION, "close_attention.code",
                      given->code);
    if (!may_close(state, row, event->principal))
        return refuse(fault, STATUS_OUT_OF_SCOPE, "close_attention.code", given->code);
    if (attention_concerns(state, row, event->principal))
        return refuse(fault, STATUS_OWN_MATTER, "close_attention.code", given->code);
    if (given->reason_chars == 0)
        return refuse(fault, STATUS_FIELD_MISSING, "close_attention.text", nothing);
    return STATUS_OK;
}

void close_attention_apply(state_t *state, const event_t *event)
{
    attention_row_t *row = item_at(state, event->self);
    row->state = ATTENTION_CLOSED;
    row->closed = event->seq;
    row->closer = event->principal;
}
