/* frozen.c - see frozen.h. */
#include "broker/core/frozen.h"

#include "broker/core/authorise.h"
#include "broker/core/epoch_state.h"
#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "proto/check.h"
#include <string.h>

static frozen_row_t *frozen_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(frozen_row_t, &state->frozen, index);
}

/* The newest ones only: one is frozen at a time. */
uint32_t frozen_asked(const state_t *state)
{
    uint32_t newest = state->frozen.count;
    return newest != 0 && frozen_at(state, newest)->state == FROZEN_ASKED ? newest : 0;
}

/* ---- asked for ---- */

status_t freeze_board_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault)
{
    const freeze_board_t *given = &command->body.freeze_board;
    event->self = state_find(&state->frozen, given->code);
    event->account = state_find(&state->accounts, given->account);
    if (event->account == 0)
        return refuse(fault, STATUS_UNKNOWN_ACCOUNT, "freeze_board.account",
                      given->account);
    uint32_t group = scheme_group_named(state, event->account, given->group);
    if (group == 0)
        return refuse(fault, STATUS_UNKNOWN_GROUP, "freeze_board.group", given->group);
    event->scheme_group = group - 1;
    if (event->self == 0)
        event_link(state, event, LINK_FROZEN, 0);
    return STATUS_OK;
}

status_t freeze_board_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const freeze_board_t *given = &event->command->body.freeze_board;
    target_t target = { 0, 0, 0 };
    status_t status = judge_rights(state, event, &target, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0)
        return refuse(fault, STATUS_CODE_TAKEN, "freeze_board.code", given->code);
    if (frozen_asked(state) != 0)
        return refuse(fault, STATUS_JOBS_FULL, "freeze_board.code", given->code);
    board_links_t links;
    epoch_links(state, event->account, event->scheme_group, &links);
    if (links.refused)
        return refuse(fault, STATUS_BOARD_DISCONNECTED, "freeze_board.group",
                      given->group);
    if (!table_fits(&state->frozen, 1))
        return refuse(fault, STATUS_TABLE_FULL, "freeze_board.code", given->code);
    return STATUS_OK;
}

void freeze_board_apply(state_t *state, const event_t *event)
{
    board_links_t links;
    epoch_links(state, event->account, event->scheme_group, &links);
    uint32_t index = state_add(&state->frozen, event->command->body.freeze_board.code);
    frozen_row_t *row = frozen_at(state, index);
    row->cutoff = event->seq;
    row->account = event->account;
    row->scheme_group = event->scheme_group;
    row->state = FROZEN_ASKED;
    row->asker = event->principal;
    row->asker_key = event->key;
    row->epoch = epoch_adopted(state, event->account, event->scheme_group);
    row->components = links.components;
    row->thin = links.thin;
    row->reason = links.reason;
    row->rows = state->frozen_rows.count + 1;
}

/* ---- told in parts ---- */

static status_t find_frozen(const state_t *state, text_t code, const char *place,
                            event_t *event, fault_t *fault)
{
    event->self = state_find(&state->frozen, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_FROZEN, place, code);
    event_link(state, event, LINK_FROZEN, event->self);
    return STATUS_OK;
}

status_t frozen_part_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault)
{
    return find_frozen(state, command->body.frozen_part.board, "frozen_part.board",
                       event, fault);
}

static status_t check_rows(const state_t *state, const frozen_part_t *part,
                           fault_t *fault)
{
    for (uint32_t i = 0; i < part->row_count; i++) {
        const frozen_row_spec_t *row = &part->rows[i];
        if (state_find(&state->subjects, row->subject) == 0)
            return refuse_at(fault, STATUS_UNKNOWN_SUBJECT, "frozen_part.rows", i,
                             "subject", row->subject);
        if (state_find(&state->units, row->unit) == 0)
            return refuse_at(fault, STATUS_UNKNOWN_UNIT, "frozen_part.rows", i, "unit",
                             row->unit);
        if (row->standing < STANDING_NOT_RANKED || row->standing > STANDING_RANKED)
            return refuse_at(fault, STATUS_UNKNOWN_VALUE, "frozen_part.rows", i,
                             "standing", row->subject);
    }
    return STATUS_OK;
}

status_t frozen_part_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const frozen_part_t *part = &event->command->body.frozen_part;
    const frozen_row_t *row = frozen_at(state, event->self);
    if (row->state != FROZEN_ASKED || (part->part != 0 && part->part != row->parts))
        return refuse_number(fault, STATUS_BAD_TRANSITION, "frozen_part.part",
                             part->part);
    if (!table_fits(&state->frozen_rows, part->row_count))
        return refuse(fault, STATUS_TABLE_FULL, "frozen_part.rows", part->board);
    return check_rows(state, part, fault);
}

static uint16_t short_of(uint32_t value)
{
    return value > UINT16_MAX ? UINT16_MAX : (uint16_t)value;
}

static frozen_entry_t entry_of(const state_t *state, const frozen_row_spec_t *given)
{
    return (frozen_entry_t){
        .total = given->total,
        .error = given->error,
        .subject = state_find(&state->subjects, given->subject),
        .unit = state_find(&state->units, given->unit),
        .rank = given->rank,
        .low = given->low,
        .high = given->high,
        .band = given->band,
        .observations = given->observations,
        .inspectors = given->inspectors,
        .ratings = given->ratings,
        .missing_ratings = short_of(given->missing_ratings),
        .missing_inspectors = short_of(given->missing_inspectors),
        .missing_observations = short_of(given->missing_observations),
        .standing = (uint8_t)given->standing,
        .enough = given->enough ? 1 : 0,
    };
}

/* Rows that a run before a restart told lie there still: they are written over. */
static frozen_entry_t *next_entry(state_t *state, frozen_row_t *row)
{
    uint32_t index = row->rows + row->row_count++;
    if (index > state->frozen_rows.count) {
        uint32_t added = table_add(&state->frozen_rows, NULL);
        CHECK(added == index);
    }
    return TABLE_ROW(frozen_entry_t, &state->frozen_rows, index);
}

void frozen_part_apply(state_t *state, const event_t *event)
{
    const frozen_part_t *part = &event->command->body.frozen_part;
    frozen_row_t *row = frozen_at(state, event->self);
    if (part->part == 0) {
        row->row_count = 0;
        row->ranked = 0;
    }
    row->parts = part->part + 1;
    for (uint32_t i = 0; i < part->row_count; i++) {
        frozen_entry_t entry = entry_of(state, &part->rows[i]);
        CHECK(entry.subject != 0);
        CHECK(entry.unit != 0);
        *next_entry(state, row) = entry;
        row->ranked += entry.rank != 0 ? 1 : 0;
    }
}

/* ---- finished ---- */

status_t finish_frozen_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    return find_frozen(state, command->body.finish_frozen.board, "finish_frozen.board",
                       event, fault);
}

status_t finish_frozen_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const finish_frozen_t *given = &event->command->body.finish_frozen;
    const frozen_row_t *row = frozen_at(state, event->self);
    bool whole = row->state == FROZEN_ASKED && given->hash != NULL &&
                 (given->status != 0 || row->parts == given->parts);
    return whole ? STATUS_OK
                 : refuse(fault, STATUS_BAD_TRANSITION, "finish_frozen.board",
                          given->board);
}

void finish_frozen_apply(state_t *state, const event_t *event)
{
    const finish_frozen_t *given = &event->command->body.finish_frozen;
    frozen_row_t *row = frozen_at(state, event->self);
    row->state = given->status == 0 ? FROZEN_DONE : FROZEN_FAILED;
    row->interval = given->interval;
    row->status = given->status;
    row->finished = 1;
    memcpy(row->hash, given->hash, HASH_BYTES);
    if (given->status != 0)
        row->row_count = row->ranked = 0;
}
