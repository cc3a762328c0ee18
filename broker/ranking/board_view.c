/* board_view.c - windows of boards: top, page, around a subject, those not ranked.
 *
 * Without a filter a window of k rows costs O(k + log n): the walk begins at the offset.
 * With one (unit, front, category, visible) the walk passes over the whole board, for
 * the number of matching rows is part of the answer. Ranks, intervals and bands are
 * those of the whole group either way (R12). Equal totals stand in code order, because
 * the order statistics of the boards keep them so.
 */
#include "broker/core/epoch_state.h"
#include "broker/ranking/board_parts.h"

#include "proto/check.h"

typedef struct {
    const boards_t *boards;
    const state_t *state;
    const view_t *view;
    const board_t *board;
    uint32_t scheme_group;
    bool filtered;
} look_t;

typedef struct {
    const look_t *look;
    view_row_t *rows;
    view_head_t *head;
    uint32_t position; /* in the whole group; ranked only */
    uint32_t passed;   /* rows that matched so far, shown or not */
    uint32_t rank;
    int64_t total;
} fill_t;

static bool assignment_matches(const state_t *state, const view_t *view,
                               const account_row_t *account,
                               const assignment_row_t *row)
{
    if (row->project == 0 || row->from == 0)
        return false; /* a post has no front; selected but not yet posted */
    if (row->from > account->to || (row->to != 0 && row->to < account->from))
        return false;
    const project_row_t *project =
        TABLE_ROW(project_row_t, &state->projects, row->project);
    return (view->front == 0 || project->front == view->front) &&
           (view->category == 0 || project->category == view->category);
}

static bool work_matches(const state_t *state, const view_t *view,
                         const subject_row_t *subject)
{
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, view->account);
    uint32_t next = subject->assignment;
    while (next != 0) {
        const assignment_row_t *row =
            TABLE_ROW(assignment_row_t, &state->assignments, next);
        if (assignment_matches(state, view, account, row))
            return true;
        next = row->next_of_subject;
    }
    return false;
}

/* `standing` 0: the subject has no fact on this board yet. */
static bool row_matches(const look_t *look, uint32_t subject, uint32_t standing)
{
    const state_t *state = look->state;
    const view_t *view = look->view;
    if (!look->filtered)
        return true;
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    uint32_t unit = row->unit;
    if (standing != 0)
        unit = TABLE_ROW(standing_row_t, &state->standings, standing)->unit;
    if (view->unit != 0 && !unit_is_within(state, unit, view->unit))
        return false;
    if ((view->front != 0 || view->category != 0) && !work_matches(state, view, row))
        return false;
    return view->visible == NULL || view->visible(view->context, state, subject);
}

/* The next row of the answer when this one falls into the window, else NULL. */
static view_row_t *next_row(fill_t *fill)
{
    uint32_t ordinal = fill->passed++;
    if (ordinal < fill->head->offset || fill->head->count >= fill->look->view->count)
        return NULL;
    return &fill->rows[fill->head->count++];
}

static bool window_is_full(const fill_t *fill)
{
    return !fill->look->filtered && fill->head->count >= fill->look->view->count;
}

static void follow_rank(fill_t *fill, int64_t total)
{
    if (fill->rank == 0)
        fill->rank = 1 + ostat_count_above(fill->look->boards->totals,
                                           &fill->look->board->totals, total);
    else if (total != fill->total)
        fill->rank = fill->position + 1;
    fill->total = total;
}

static bool fill_ranked(void *context, int64_t total, uint32_t standing)
{
    fill_t *fill = context;
    const look_t *look = fill->look;
    uint32_t subject =
        TABLE_ROW(standing_row_t, &look->state->standings, standing)->subject;
    follow_rank(fill, total);
    view_row_t *row = row_matches(look, subject, standing) ? next_row(fill) : NULL;
    if (row != NULL) {
        *row =
            (view_row_t){ .subject = subject,
                          .standing = standing,
                          .rank = fill->rank,
                          .band = board_band(look->boards, look->board, fill->position),
                          .score = look->boards->scores[standing] };
        board_interval(look->boards, look->board, &row->score, &row->low, &row->high);
    }
    fill->position++;
    return !window_is_full(fill);
}

static bool fill_waiting(void *context, int64_t value, uint32_t subject)
{
    fill_t *fill = context;
    const look_t *look = fill->look;
    uint32_t account = look->view->account;
    (void)value; /* all wait with the same */
    uint32_t standing = board_running(look->state, subject, account);
    view_row_t *row = row_matches(look, subject, standing) ? next_row(fill) : NULL;
    if (row != NULL) {
        *row = (view_row_t){ .subject = subject, .standing = standing };
        if (standing != 0)
            row->score = look->boards->scores[standing];
        else
            score_without_facts(look->state, account, look->scheme_group, &row->score);
    }
    return !window_is_full(fill);
}

typedef struct {
    const look_t *look;
    uint32_t passed;
    bool found;
} search_t;

static bool search_row(void *context, int64_t value, uint32_t id)
{
    search_t *search = context;
    const look_t *look = search->look;
    bool unranked = look->view->unranked;
    (void)value; /* whom we look for is known by name */
    uint32_t subject = id, standing = id;
    if (unranked)
        standing = board_running(look->state, id, look->view->account);
    else
        subject = TABLE_ROW(standing_row_t, &look->state->standings, id)->subject;
    bool matches = row_matches(look, subject, standing);
    search->found = subject == look->view->around && matches;
    search->passed += matches && !search->found;
    return subject != look->view->around;
}

static bool stands_here(const look_t *look, uint32_t *standing)
{
    const view_t *view = look->view;
    *standing = board_running(look->state, view->around, view->account);
    if (view->unranked)
        return board_waits(look->boards, look->state, view->around, view->account) ==
               look->scheme_group + 1;
    if (*standing == 0 || !score_ranks(&look->boards->scores[*standing]))
        return false;
    return TABLE_ROW(standing_row_t, &look->state->standings, *standing)
               ->scheme_group == look->scheme_group;
}

/* How many rows of the view stand before the subject in whose middle it is wanted. */
static status_t place_of_around(const look_t *look, uint32_t *place)
{
    const view_t *view = look->view;
    uint32_t standing = 0;
    if (!stands_here(look, &standing))
        return STATUS_UNKNOWN_SUBJECT;
    const boards_t *boards = look->boards;
    const ostat_pool_t *pool = view->unranked ? boards->waiting : boards->totals;
    const ostat_t *set = view->unranked ? &look->board->waiting : &look->board->totals;
    if (!look->filtered) {
        int64_t value = view->unranked ? 0 : boards->scores[standing].total;
        uint32_t id = view->unranked ? view->around : standing;
        *place = ostat_position(pool, set, value, id);
        return STATUS_OK;
    }
    search_t search = { .look = look };
    ostat_walk(pool, set, 0, search_row, &search);
    *place = search.passed;
    return search.found ? STATUS_OK : STATUS_UNKNOWN_SUBJECT;
}

static void fill_window(const look_t *look, view_row_t *rows, view_head_t *head)
{
    bool unranked = look->view->unranked;
    const ostat_t *set = unranked ? &look->board->waiting : &look->board->totals;
    const ostat_pool_t *pool = unranked ? look->boards->waiting : look->boards->totals;
    uint32_t from = look->filtered ? 0 : head->offset;
    fill_t fill = {
        .look = look, .rows = rows, .head = head, .position = from, .passed = from
    };
    if (look->filtered || look->view->count > 0)
        ostat_walk(pool, set, from, unranked ? fill_waiting : fill_ranked, &fill);
    head->matching = look->filtered ? fill.passed : set->count;
}

static void fill_epoch(const look_t *look, view_head_t *head)
{
    board_links_t links;
    uint32_t account = look->view->account;
    epoch_links(look->state, account, look->scheme_group, &links);
    head->epoch = epoch_adopted(look->state, account, look->scheme_group);
    head->components = links.components;
    head->thin = links.thin;
    head->reason = links.reason;
}

status_t boards_view(const boards_t *boards, const state_t *state, const view_t *view,
                     view_row_t *rows, view_head_t *head)
{
    CHECK(boards != NULL);
    CHECK(state != NULL);
    CHECK(boards->state == state || boards->state == NULL);
    CHECK(view->account >= 1);
    CHECK(view->account <= BOARD_ACCOUNTS_MAX);
    CHECK(rows != NULL || view->count == 0);
    *head = (view_head_t){ 0 };
    if (view->count > BOARD_WINDOW_MAX)
        return STATUS_WINDOW_TOO_LARGE;
    uint32_t place = board_group(state, view->account, view->group);
    if (place == 0)
        return STATUS_UNKNOWN_GROUP;
    look_t look = { .boards = boards,
                    .state = state,
                    .view = view,
                    .scheme_group = place - 1,
                    .board = board_at(boards, view->account, place - 1),
                    .filtered = view->unit != 0 || view->front != 0 ||
                                view->category != 0 || view->visible != NULL };
    head->ranked = look.board->totals.count;
    head->not_ranked = look.board->waiting.count;
    head->offset = view->offset;
    if (view->around != 0) {
        uint32_t before = 0, half = view->count / 2;
        status_t status = place_of_around(&look, &before);
        if (status != STATUS_OK)
            return status;
        head->offset = before > half ? before - half : 0;
    }
    fill_window(&look, rows, head);
    fill_epoch(&look, head);
    return STATUS_OK;
}
