/* query_board.c - see query_board.h. */
#include "broker/runtime/query_board.h"

#include "broker/core/authorise.h"
#include "broker/runtime/query.h"
#include "proto/check.h"
#include <string.h>

/* Upper bounds of what a part holds beside texts: numbers, tags and lengths. */
#define ROW_FIXED_BYTES  160u
#define HEAD_FIXED_BYTES 512u

_Static_assert(BOARD_WINDOW_MAX *(ROW_FIXED_BYTES + 4 * CODE_BYTES_MAX +
                                  3 * 4 * NAME_CHARS_MAX) <= MAILER_ANSWER_BYTES_MAX,
               "the gate's room for one answer holds the largest board");

/* ---- what the query names ---- */

typedef struct {
    const core_t *core;
    uint32_t principal, person;
    reach_t reach;
} viewer_t;

static status_t unknown(fault_t *fault, status_t status, const char *place, text_t what)
{
    fault_set(fault, place, what.data, what.size);
    return status;
}

static status_t find_account(const state_t *state, text_t code, uint32_t *account,
                             fault_t *fault)
{
    *account = code.size > 0 ? state_find(&state->accounts, code) : state->open_account;
    return *account != 0
               ? STATUS_OK
               : unknown(fault, STATUS_UNKNOWN_ACCOUNT, "query.board.account", code);
}

/* A word, unit or subject that may be absent. */
static status_t find_filter(const state_t *state, const board_query_t *query,
                            view_t *view, fault_t *fault)
{
    if (query->unit.size > 0) {
        view->unit = state_find(&state->units, query->unit);
        if (view->unit == 0)
            return unknown(fault, STATUS_UNKNOWN_UNIT, "query.board.filter.unit",
                           query->unit);
    }
    if (query->front.size > 0) {
        view->front = state_find_word(state, query->front);
        if (view->front == 0)
            return unknown(fault, STATUS_UNKNOWN_LABEL, "query.board.filter.front",
                           query->front);
    }
    if (query->category.size > 0) {
        view->category = state_find_word(state, query->category);
        if (view->category == 0)
            return unknown(fault, STATUS_UNKNOWN_LABEL, "query.board.filter.category",
                           query->category);
    }
    return STATUS_OK;
}

static status_t find_view(const state_t *state, const board_query_t *query,
                          view_t *view, fault_t *fault)
{
    *view = (view_t){ .offset = query->offset,
                      .count = query->count,
                      .unranked = query->unranked };
    status_t status = find_account(state, query->account, &view->account, fault);
    if (status != STATUS_OK)
        return status;
    view->group = state_find_word(state, query->group);
    if (view->group == 0)
        return unknown(fault, STATUS_UNKNOWN_GROUP, "query.board.group", query->group);
    if (query->around.size > 0) {
        view->around = state_find(&state->subjects, query->around);
        if (view->around == 0)
            return unknown(fault, STATUS_UNKNOWN_SUBJECT, "query.board.window.around",
                           query->around);
    }
    return find_filter(state, query, view, fault);
}

/* What boards_view refused, with its place. */
static status_t place_view(const board_query_t *query, status_t status, fault_t *fault)
{
    if (status == STATUS_UNKNOWN_GROUP)
        return unknown(fault, status, "query.board.group", query->group);
    if (status == STATUS_UNKNOWN_SUBJECT)
        return unknown(fault, status, "query.board.window.around", query->around);
    return unknown(fault, status, "query.board.window.count", (text_t){ 0 });
}

/* Rule R12: what of a board this caller may see. */
static bool visible(const void *context, const state_t *state, uint32_t subject)
{
    const viewer_t *viewer = context;
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    if (viewer->reach == REACH_OWN)
        return row->person != 0 && row->person == viewer->person;
    return scope_has(state, viewer->principal, row->unit, row->group) ||
           (row->person != 0 && row->person == viewer->person);
}

static viewer_t viewer_of(const core_t *core, const caller_t *caller)
{
    const state_t *state = core->state;
    viewer_t viewer = { .core = core };
    viewer.principal = TABLE_ROW(key_row_t, &state->keys, caller->key)->principal;
    viewer.person =
        TABLE_ROW(principal_row_t, &state->principals, viewer.principal)->person;
    viewer.reach =
        principal_reach(state, viewer.principal, OPERATION_QUERY(QUERY_BOARD));
    return viewer;
}

/* ---- what the answer tells ---- */

static text_t text_of_word(const state_t *state, uint32_t word)
{
    const word_row_t *row = TABLE_ROW(word_row_t, &state->words, word);
    return (text_t){ row->text, (uint32_t)strnlen(row->text, sizeof row->text) };
}

static text_t label_of(const char *name)
{
    return (text_t){ name, (uint32_t)strnlen(name, LABEL_BYTES_MAX) };
}

static void tell_row(const core_t *core, const view_row_t *from, board_row_t *row)
{
    const state_t *state = core->state;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, from->subject);
    const score_t *score = &from->score;
    *row = (board_row_t){
        .subject = text_of_code(&subject->code),
        .name = directory_subject_name(core->directory, state, from->subject),
        .post = directory_post(core->directory, DIRECTORY_SUBJECT, from->subject),
        .total = score->total,
        .error = score->error,
        .standing = score->standing != 0 ? score->standing : STANDING_NOT_RANKED,
        .rank = from->rank,
        .low = from->low,
        .high = from->high,
        .band = from->band,
        .inspectors = score->inspectors,
        .ratings = score->ratings,
        .missing_ratings = score->missing_ratings,
        .missing_inspectors = score->missing_inspectors,
        .missing_observations = score->missing_observations,
        .enough = score->enough,
    };
    uint32_t unit = subject->unit;
    if (from->standing != 0) {
        const standing_row_t *standing =
            TABLE_ROW(standing_row_t, &state->standings, from->standing);
        row->observations = standing->confirmed;
        unit = standing->unit;
    }
    if (unit != 0) {
        row->unit = text_of_code(&TABLE_ROW(unit_row_t, &state->units, unit)->code);
        row->unit_name = directory_name(core->directory, DIRECTORY_UNIT, unit);
    }
}

/* Never less than the row needs when written. */
static size_t row_bytes(const board_row_t *row)
{
    return ROW_FIXED_BYTES + row->subject.size + row->name.size + row->unit.size +
           row->unit_name.size + row->post.size;
}

/* How many rows from `first` on go into one part; at least one. */
static uint32_t rows_of_part(const board_row_t *rows, uint32_t first, uint32_t count)
{
    size_t bytes = HEAD_FIXED_BYTES;
    uint32_t taken = 0;
    while (first + taken < count) {
        bytes += row_bytes(&rows[first + taken]);
        if (bytes > ANSWER_PART_BYTES_MAX && taken > 0)
            break;
        taken++;
    }
    return taken;
}

static uint32_t count_parts(const board_row_t *rows, uint32_t count)
{
    uint32_t parts = 0;
    for (uint32_t first = 0; first < count; parts++)
        first += rows_of_part(rows, first, count);
    return parts > 0 ? parts : 1;
}

static void post_parts(core_t *core, const caller_t *caller, answer_t *answer,
                       const board_row_t *rows, uint32_t count)
{
    uint32_t first = 0;
    answer->parts = count_parts(rows, count);
    CHECK(answer->parts <= MAILER_ANSWER_PARTS_MAX);
    for (answer->part = 0; answer->part < answer->parts; answer->part++) {
        uint32_t taken = rows_of_part(rows, first, count);
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

status_t query_board(core_t *core, const caller_t *caller, const board_query_t *query,
                     board_room_t *room, fault_t *fault)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(query != NULL && room != NULL);
    const state_t *state = core->state;
    view_t view;
    view_head_t head;
    status_t status = find_view(state, query, &view, fault);
    if (status != STATUS_OK)
        return status;
    viewer_t viewer = viewer_of(core, caller);
    if (viewer.reach != REACH_ALL) {
        view.visible = visible;
        view.context = &viewer;
    }
    refresh(core);
    status = boards_view(core->boards, state, &view, room->view, &head);
    if (status != STATUS_OK)
        return place_view(query, status, fault);
    for (uint32_t i = 0; i < head.count; i++)
        tell_row(core, &room->view[i], &room->rows[i]);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, view.account);
    answer_t answer = { .kind = QUERY_BOARD, .seq = state->head_seq };
    answer.body.board = (board_answer_t){
        .account = text_of_code(&account->code),
        .group = text_of_word(state, view.group),
        .scheme = text_of_code(
            &TABLE_ROW(scheme_row_t, &state->schemes, account->scheme)->code),
        .ranked = head.ranked,
        .not_ranked = head.not_ranked,
        .offset = head.offset,
        .matching = head.matching,
        .provisional = true, /* no epoch exists yet: the prior's numbers */
    };
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
        groups[i] = (group_info_t){ .name = text_of_word(core->state, view.group),
                                    .ranked = head.ranked,
                                    .subjects = head.ranked + head.not_ranked };
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
    if (state->open_account == 0)
        return unknown(fault, STATUS_UNKNOWN_ACCOUNT, "query.groups", (text_t){ 0 });
    refresh(core);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, state->open_account);
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
