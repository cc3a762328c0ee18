/* query_board.c - see query_board.h. */
#include "broker/runtime/query_board.h"

#include "broker/core/epoch_state.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/board_scope.h"
#include "broker/runtime/query.h"
#include "proto/check.h"
#include <string.h>

_Static_assert(BOARD_WINDOW_MAX *(BOARD_ROW_FIXED_BYTES + BOARD_ROW_TEXT_BYTES_MAX) <=
                   MAILER_ANSWER_BYTES_MAX,
               "the gate's room for one answer holds the largest board");

static text_t label_of(const char *name)
{
    return (text_t){ name, (uint32_t)strnlen(name, LABEL_BYTES_MAX) };
}

static uint32_t count_parts(const board_row_t *rows, uint32_t count)
{
    uint32_t parts = 0;
    for (uint32_t first = 0; first < count; parts++)
        first += board_rows_fit(rows, first, count, 0);
    return parts > 0 ? parts : 1;
}

static void post_parts(core_t *core, const caller_t *caller, answer_t *answer,
                       const board_row_t *rows, uint32_t count)
{
    uint32_t first = 0;
    answer->parts = count_parts(rows, count);
    CHECK(answer->parts <= MAILER_ANSWER_PARTS_MAX);
    for (answer->part = 0; answer->part < answer->parts; answer->part++) {
        uint32_t taken = board_rows_fit(rows, first, count, 0);
        answer->body.board.rows = rows + first;
        answer->body.board.row_count = taken;
        status_t status = wire_write_answer(&core->reply, caller->correlation, answer);
        core_post(core, caller, answer->seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
        first += taken;
    }
    CHECK(first == count);
}

/* A query sees everything that was applied before it. */
static void refresh(core_t *core)
{
    if (core->state->changed.count > 0 || boards_pending(core->boards) > 0)
        core->metrics.boards_refreshed++;
    boards_refresh(core->boards, core->state); /* new subjects change no standing */
}

/* A place that boards_view alone can tell: the subject is not in this view. */
static status_t place_around(const board_query_t *query, status_t status,
                             fault_t *fault)
{
    CHECK(status == STATUS_UNKNOWN_SUBJECT); /* the rest was looked at before */
    fault_set(fault, "query.board.window.around", query->around.data,
              query->around.size);
    return status;
}

status_t query_board(core_t *core, const caller_t *caller, const board_query_t *query,
                     board_room_t *room, fault_t *fault)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(query != NULL && room != NULL);
    const state_t *state = core->state;
    const key_row_t *key = TABLE_ROW(key_row_t, &state->keys, caller->key);
    board_scope_t scope;
    view_t view;
    view_head_t head;
    board_scope_of(state, key->principal, OPERATION_QUERY(QUERY_BOARD), &scope);
    status_t status =
        board_scope_view(state, query, &scope, "query.board", &view, fault);
    if (status != STATUS_OK)
        return status;
    refresh(core);
    status = boards_view(core->boards, state, &view, room->view, &head);
    if (status != STATUS_OK)
        return place_around(query, status, fault);
    for (uint32_t i = 0; i < head.count; i++)
        board_rows_tell(core, &room->view[i], &room->rows[i]);
    answer_t answer = { .kind = QUERY_BOARD, .seq = state->head_seq };
    board_rows_head(core, view.account, view.group, &head, &answer.body.board);
    post_parts(core, caller, &answer, room->rows, head.count);
    return STATUS_OK;
}

/* Labels in order of their numbers; a number that the scheme skips is empty. */
static uint32_t tell_dimensions(const scheme_row_t *scheme, text_t *texts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++) {
        texts[i] = label_of(scheme->dimensions[i].name);
        if (scheme->dimensions[i].used != 0)
            count = i + 1;
    }
    return count;
}

static uint32_t tell_channels(const scheme_row_t *scheme, text_t *texts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < CHANNELS_MAX; i++) {
        texts[i] = label_of(scheme->channels[i].name);
        if (scheme->channels[i].used != 0)
            count = i + 1;
    }
    return count;
}

static uint32_t tell_groups(const core_t *core, const scheme_row_t *scheme,
                            group_info_t *groups)
{
    view_t view = { .account = core->state->open_account };
    for (uint32_t i = 0; i < scheme->group_count; i++) {
        view_head_t head = { 0 };
        view_row_t none;
        view.group = scheme->groups[i].word;
        /* the scheme names the group, so that it has a board */
        status_t status = boards_view(core->boards, core->state, &view, &none, &head);
        CHECK(status == STATUS_OK);
        groups[i] = (group_info_t){ .name = board_rows_word(core->state, view.group),
                                    .ranked = head.ranked,
                                    .subjects = head.ranked + head.not_ranked,
                                    .override = epoch_reason(core->state, head.reason),
                                    .components = head.components,
                                    .thin = head.thin };
        if (head.epoch != 0)
            groups[i].epoch = text_of_code(
                &TABLE_ROW(epoch_row_t, &core->state->epochs, head.epoch)->code);
    }
    return scheme->group_count;
}

status_t query_groups(core_t *core, const caller_t *caller, fault_t *fault)
{
    CHECK(core != NULL);
    CHECK(caller != NULL);
    const state_t *state = core->state;
    group_info_t groups[GROUPS_MAX];
    text_t dimensions[DIMENSIONS_MAX], channels[CHANNELS_MAX];
    uint32_t open;
    status_t status =
        board_scope_account(state, (text_t){ 0 }, "query.groups", &open, fault);
    if (status != STATUS_OK)
        return status;
    refresh(core);
    const account_row_t *account = TABLE_ROW(account_row_t, &state->accounts, open);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    answer_t answer = { .kind = QUERY_GROUPS };
    groups_answer_t *body = &answer.body.groups;
    body->account = text_of_code(&account->code);
    body->scheme = text_of_code(&scheme->code);
    body->groups = groups;
    body->dimensions = dimensions;
    body->channels = channels;
    body->group_count = tell_groups(core, scheme, groups);
    body->dimension_count = tell_dimensions(scheme, dimensions);
    body->channel_count = tell_channels(scheme, channels);
    query_answer(core, caller, &answer);
    return STATUS_OK;
}
