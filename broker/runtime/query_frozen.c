/* query_frozen.c - see query_frozen.h. */
#include "broker/runtime/query_frozen.h"

#include "broker/core/epoch_state.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/board_scope.h"
#include "proto/check.h"
#include <stdlib.h>

/* ---- the list ---- */

static text_t account_code(const state_t *state, uint32_t account)
{
    return text_of_code(&TABLE_ROW(account_row_t, &state->accounts, account)->code);
}

static const scheme_row_t *scheme_of(const state_t *state, uint32_t account)
{
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    return TABLE_ROW(scheme_row_t, &state->schemes, row->scheme);
}

static uint32_t word_of(const state_t *state, const frozen_row_t *row)
{
    return scheme_of(state, row->account)->groups[row->scheme_group].word;
}

static text_t epoch_code(const state_t *state, uint32_t epoch)
{
    if (epoch == 0)
        return (text_t){ 0 };
    return text_of_code(&TABLE_ROW(epoch_row_t, &state->epochs, epoch)->code);
}

static frozen_info_t tell(const state_t *state, uint32_t frozen)
{
    const frozen_row_t *row = TABLE_ROW(frozen_row_t, &state->frozen, frozen);
    const principal_row_t *asker =
        TABLE_ROW(principal_row_t, &state->principals, row->asker);
    return (frozen_info_t){
        .code = text_of_code(&row->code),
        .account = account_code(state, row->account),
        .group = board_rows_word(state, word_of(state, row)),
        .asked_by = text_of_code(&asker->code),
        .epoch = epoch_code(state, row->epoch),
        .hash = row->finished != 0 && row->status == 0 ? row->hash : NULL,
        .state = row->state,
        .interval = row->interval,
        .rows = row->row_count,
        .status = row->status,
        .cutoff = row->cutoff,
    };
}

static uint32_t find(const state_t *state, uint32_t account,
                     uint32_t found[QUERY_FROZEN_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = state->frozen.count; i >= 1 && count < QUERY_FROZEN_MAX; i--)
        if (TABLE_ROW(frozen_row_t, &state->frozen, i)->account == account)
            found[count++] = i;
    return count;
}

_Static_assert(QUERY_FROZEN_MAX *(4 * CODE_BYTES_MAX + LABEL_BYTES_MAX + HASH_BYTES +
                                  64u) <= ANSWER_PART_BYTES_MAX,
               "one part holds the list");

status_t query_frozen_list(core_t *core, const caller_t *caller, const query_t *query,
                           fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t account, found[QUERY_FROZEN_MAX];
    status_t status = board_scope_account(core->state, query->account.account,
                                          "query.frozen_list.account", &account, fault);
    if (status != STATUS_OK)
        return status;
    frozen_info_t infos[QUERY_FROZEN_MAX];
    uint32_t count = find(core->state, account, found);
    for (uint32_t i = 0; i < count; i++)
        infos[i] = tell(core->state, found[i]);
    answer_t answer = { .kind = QUERY_FROZEN_LIST,
                        .seq = core->state->head_seq,
                        .parts = 1 };
    answer.body.frozen_list = (frozen_list_answer_t){ infos, count };
    status = wire_write_answer(&core->reply, caller->correlation, &answer);
    core_post(core, caller, answer.seq, status);
    return STATUS_OK;
}

/* ---- one board ---- */

static status_t refuse(fault_t *fault, status_t status, const char *place, text_t what)
{
    fault_set(fault, place, what.data, what.size);
    return status;
}

/* Subjects are shown to whom they may be shown now; places are those of the cut. */
static board_row_t row_of(const core_t *core, const frozen_entry_t *entry)
{
    const state_t *state = core->state;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, entry->subject);
    return (board_row_t){
        .subject = text_of_code(&subject->code),
        .name = directory_subject_name(core->directory, state, entry->subject),
        .post = directory_post(core->directory, DIRECTORY_SUBJECT, entry->subject),
        .unit = text_of_code(&TABLE_ROW(unit_row_t, &state->units, entry->unit)->code),
        .unit_name = directory_name(core->directory, DIRECTORY_UNIT, entry->unit),
        .total = entry->total,
        .error = entry->error,
        .standing = entry->standing,
        .rank = entry->rank,
        .low = entry->low,
        .high = entry->high,
        .band = entry->band,
        .observations = entry->observations,
        .inspectors = entry->inspectors,
        .ratings = entry->ratings,
        .missing_ratings = entry->missing_ratings,
        .missing_inspectors = entry->missing_inspectors,
        .missing_observations = entry->missing_observations,
        .enough = entry->enough != 0,
    };
}

/* The rows that are asked for; *matching counts all that could be. */
static uint32_t fill(const core_t *core, const frozen_row_t *frozen,
                     const frozen_query_t *query, const board_scope_t *scope,
                     board_row_t *rows, uint32_t *matching)
{
    const state_t *state = core->state;
    uint32_t count = 0;
    *matching = 0;
    for (uint32_t i = 0; i < frozen->row_count; i++) {
        const frozen_entry_t *entry =
            TABLE_ROW(frozen_entry_t, &state->frozen_rows, frozen->rows + i);
        if ((entry->rank == 0) != query->unranked ||
            !board_scope_sees(scope, state, entry->subject))
            continue;
        if ((*matching)++ >= query->offset && count < query->count)
            rows[count++] = row_of(core, entry);
    }
    return count;
}

static board_answer_t head_of(const core_t *core, const frozen_row_t *row,
                              uint32_t offset, uint32_t matching)
{
    const state_t *state = core->state;
    return (board_answer_t){
        .account = account_code(state, row->account),
        .group = board_rows_word(state, word_of(state, row)),
        .scheme = text_of_code(&scheme_of(state, row->account)->code),
        .epoch = epoch_code(state, row->epoch),
        .override = epoch_reason(state, row->reason),
        .frozen = text_of_code(&row->code),
        .frozen_seq = row->cutoff,
        .interval = row->interval,
        .components = row->components,
        .thin = row->thin,
        .ranked = row->ranked,
        .not_ranked = row->row_count - row->ranked,
        .offset = offset,
        .matching = matching,
        .provisional = row->epoch == 0,
        .now_ms = core->now_ms,
        .demo = state->demo,
    };
}

static uint32_t count_parts(const board_row_t *rows, uint32_t count)
{
    uint32_t parts = 0;
    for (uint32_t first = 0; first < count; parts++)
        first += board_rows_fit(rows, first, count, 0);
    return parts > 0 ? parts : 1;
}

static void post(core_t *core, const caller_t *caller, const board_answer_t *head,
                 const board_row_t *rows, uint32_t count)
{
    uint32_t first = 0;
    answer_t answer = { .kind = QUERY_FROZEN, .seq = core->state->head_seq };
    answer.body.board = *head;
    answer.parts = count_parts(rows, count);
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = board_rows_fit(rows, first, count, 0);
        answer.body.board.rows = rows + first;
        answer.body.board.row_count = taken;
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
        first += taken;
    }
}

status_t query_frozen(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    const state_t *state = core->state;
    const frozen_query_t *asked = &query->frozen;
    uint32_t frozen = state_find(&state->frozen, asked->code), matching = 0;
    if (frozen == 0)
        return refuse(fault, STATUS_UNKNOWN_FROZEN, "query.frozen.code", asked->code);
    if (asked->count > BOARD_WINDOW_MAX)
        return refuse(fault, STATUS_WINDOW_TOO_LARGE, "query.frozen.count",
                      (text_t){ 0 });
    const frozen_row_t *row = TABLE_ROW(frozen_row_t, &state->frozen, frozen);
    if (row->state != FROZEN_DONE)
        return refuse(fault, STATUS_BAD_TRANSITION, "query.frozen.code", asked->code);
    board_scope_t scope;
    uint32_t principal = TABLE_ROW(key_row_t, &state->keys, caller->key)->principal;
    board_scope_of(state, principal, OPERATION_QUERY(QUERY_FROZEN), &scope);
    board_row_t *rows = calloc((size_t)asked->count + 1, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    uint32_t count = fill(core, row, asked, &scope, rows, &matching);
    board_answer_t head = head_of(core, row, asked->offset, matching);
    post(core, caller, &head, rows, count);
    free(rows);
    return STATUS_OK;
}
