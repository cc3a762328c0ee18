/* board.c - see board.h: memory, refresh, ranks. Views are in board_view.c. */
#include "broker/ranking/board.h"

#include "broker/ranking/board_parts.h"
#include "proto/check.h"
#include <string.h>

#define BOARDS       (BOARD_ACCOUNTS_MAX * GROUPS_MAX)
#define LIMIT_FLOOR  (1u << 21) /* never less than the default limit of subjects */
#define POOL_TOTALS  0
#define POOL_BOUNDS  1
#define POOL_WAITING 2

static bool code_before(const state_t *state, uint32_t a, uint32_t b, bool *same)
{
    const subject_row_t *x = TABLE_ROW(subject_row_t, &state->subjects, a);
    const subject_row_t *y = TABLE_ROW(subject_row_t, &state->subjects, b);
    int order = memcmp(x->code.text, y->code.text, sizeof x->code.text);
    *same = order == 0;
    return order < 0;
}

static bool subject_before(const void *context, uint32_t a, uint32_t b)
{
    bool same = false;
    return code_before(context, a, b, &same);
}

/* Two standings of one subject meet only inside one refresh, when it moved. */
static bool standing_before(const void *context, uint32_t a, uint32_t b)
{
    const state_t *state = context;
    const standing_row_t *x = TABLE_ROW(standing_row_t, &state->standings, a);
    const standing_row_t *y = TABLE_ROW(standing_row_t, &state->standings, b);
    bool same = false;
    bool before = code_before(state, x->subject, y->subject, &same);
    return same ? a < b : before;
}

/* The pools' sizes: a standing waits at most once, and so does a subject in each
 * account that follows the registry. */
static uint32_t pool_entries(const boards_t *boards, int pool)
{
    static const uint32_t times[] = {
        [POOL_TOTALS] = 1, [POOL_BOUNDS] = 2, [POOL_WAITING] = 1 + FOLLOWING_MAX
    };
    return boards->limit * times[pool];
}

static void lay_pools(boards_t *boards)
{
    boards->totals = ostat_pool_init(boards->pool_memory[POOL_TOTALS],
                                     pool_entries(boards, POOL_TOTALS), BOARDS);
    boards->bounds = ostat_pool_init(boards->pool_memory[POOL_BOUNDS],
                                     pool_entries(boards, POOL_BOUNDS), 2 * BOARDS);
    boards->waiting = ostat_pool_init(boards->pool_memory[POOL_WAITING],
                                      pool_entries(boards, POOL_WAITING), BOARDS);
}

static bool take_pools(boards_t *boards, const state_memory_t *memory)
{
    for (int pool = POOL_TOTALS; pool <= POOL_WAITING; pool++) {
        uint32_t sets = pool == POOL_BOUNDS ? 2 * BOARDS : BOARDS;
        size_t bytes = ostat_pool_bytes(pool_entries(boards, pool), sets);
        boards->pool_memory[pool] = memory->take(memory->context, bytes);
        if (boards->pool_memory[pool] == NULL)
            return false;
    }
    return true;
}

static bool take_boards(boards_t *boards, const state_memory_t *memory)
{
    void *context = memory->context;
    boards->boards = memory->take(context, BOARDS * sizeof(board_t));
    bands_t *bands = memory->take(context, BOARDS * sizeof(bands_t));
    uint32_t *starts =
        memory->take(context, (size_t)BOARDS * BAND_SUBJECTS_MAX * sizeof(uint32_t));
    if (boards->boards == NULL || bands == NULL || starts == NULL)
        return false;
    for (uint32_t i = 0; i < BOARDS; i++) {
        bands[i].starts = starts + (size_t)i * BAND_SUBJECTS_MAX;
        boards->boards[i].bands = &bands[i];
    }
    return true;
}

status_t boards_create(const state_memory_t *memory, uint32_t standings,
                       boards_t **boards)
{
    CHECK(memory != NULL);
    CHECK(boards != NULL);
    *boards = NULL;
    boards_t *made = memory->take(memory->context, sizeof *made);
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->limit = standings > LIMIT_FLOOR ? standings : LIMIT_FLOOR;
    CHECK(made->limit <= UINT32_MAX / (1 + FOLLOWING_MAX));
    size_t rows = (size_t)made->limit + 1;
    made->scores = memory->take(memory->context, rows * sizeof(score_t));
    made->members = memory->take(memory->context, rows * sizeof(member_t));
    made->pending = memory->take(memory->context, rows * sizeof *made->pending);
    if (made->scores == NULL || made->members == NULL || made->pending == NULL ||
        !take_boards(made, memory) || !take_pools(made, memory))
        return STATUS_NO_MEMORY;
    lay_pools(made);
    *boards = made;
    return STATUS_OK;
}

/* An entry of a set goes from one value to another; either may be absent. */
static void move(ostat_pool_t *pool, ostat_t *set, uint32_t id, const int64_t *from,
                 const int64_t *to)
{
    if (from != NULL && to != NULL && *from == *to)
        return;
    if (from != NULL)
        ostat_remove(pool, set, *from, id);
    if (to != NULL)
        ostat_insert(pool, set, *to, id);
}

static void forget_bands(board_t *board)
{
    board->bands->count = 0;
    board->bands->through = 0;
}

/* Moves a ranked standing in the three order statistics, in or out. */
static void move_ranked(boards_t *boards, board_t *board, uint32_t standing,
                        const score_t *from, const score_t *to)
{
    bool was = score_ranks(from), is = score_ranks(to);
    if (!was && !is)
        return;
    if (was && is && from->total == to->total && from->error == to->error)
        return;
    int64_t from_low = from->total - from->error, to_low = to->total - to->error;
    int64_t from_high = from->total + from->error, to_high = to->total + to->error;
    move(boards->totals, &board->totals, standing, was ? &from->total : NULL,
         is ? &to->total : NULL);
    move(boards->bounds, &board->lows, standing, was ? &from_low : NULL,
         is ? &to_low : NULL);
    move(boards->bounds, &board->highs, standing, was ? &from_high : NULL,
         is ? &to_high : NULL);
    forget_bands(board);
}

/* The boards learn what a standing is worth now; a score of zeros: it ended. */
static void take_score(boards_t *boards, const state_t *state, uint32_t standing,
                       const score_t *fresh)
{
    static const int64_t nothing = 0;
    const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
    CHECK(row->account >= 1);
    CHECK(row->account <= BOARD_ACCOUNTS_MAX);
    CHECK(row->scheme_group < GROUPS_MAX);
    board_t *board = board_at(boards, row->account, row->scheme_group);
    score_t before = boards->scores[standing];
    boards->scores[standing] = *fresh;
    move_ranked(boards, board, standing, &before, fresh);
    bool waited = score_waits(&before), waits = score_waits(fresh);
    if (waited && !waits)
        move(boards->waiting, &board->waiting, row->subject, &nothing, NULL);
    board_settle(boards, state, row->subject, row->account);
    if (waits && !waited)
        move(boards->waiting, &board->waiting, row->subject, NULL, &nothing);
}

static void refresh_standing(boards_t *boards, const state_t *state, uint32_t standing)
{
    score_t fresh = { 0 }; /* what an ended one is worth */
    if (TABLE_ROW(standing_row_t, &state->standings, standing)->ended_seq == 0)
        score_standing(state, standing, &fresh);
    take_score(boards, state, standing, &fresh);
}

/* Ended standings leave before the others move, for a subject that moved has one of
 * each and waits only once. One that ends later leaves before its successor comes,
 * which is then in a later list. */
static void refresh_ended(boards_t *boards, const state_t *state)
{
    for (uint32_t i = 0; i < boards->pending_count; i++) {
        uint32_t standing = boards->pending[i];
        if (TABLE_ROW(standing_row_t, &state->standings, standing)->ended_seq != 0)
            refresh_standing(boards, state, standing);
    }
}

uint32_t boards_pending(const boards_t *boards)
{
    return boards->pending_count - boards->pending_at;
}

void boards_begin(boards_t *boards, state_t *state)
{
    CHECK(boards != NULL);
    CHECK(state != NULL);
    CHECK(boards_pending(boards) == 0);
    CHECK(state->subjects.limit <= boards->limit);
    CHECK(state->standings.limit <= boards->limit);
    boards->state = state;
    ostat_order_ties(boards->totals, standing_before, state);
    ostat_order_ties(boards->waiting, subject_before, state);
    board_follow_accounts(boards, state);
    boards->pending_at = 0;
    boards->pending_count = state_take_changed(state, &boards->pending);
    refresh_ended(boards, state);
}

void boards_step(boards_t *boards, state_t *state, uint32_t most)
{
    CHECK(boards != NULL);
    CHECK(boards->state == state);
    uint32_t left = boards_pending(boards), count = most < left ? most : left;
    for (uint32_t i = 0; i < count; i++)
        refresh_standing(boards, state, boards->pending[boards->pending_at++]);
    if (count < left)
        return;
    board_settle_registry(boards, state);
    boards->standings = state->standings.count;
}

void boards_refresh(boards_t *boards, state_t *state)
{
    CHECK(boards != NULL);
    if (boards_pending(boards) > 0)
        boards_step(boards, state, UINT32_MAX);
    boards_begin(boards, state);
    boards_step(boards, state, UINT32_MAX);
}

void boards_rebuild(boards_t *boards, state_t *state)
{
    CHECK(boards != NULL);
    CHECK(state != NULL);
    lay_pools(boards);
    memset(boards->scores, 0, ((size_t)boards->standings + 1) * sizeof(score_t));
    memset(boards->members, 0, ((size_t)boards->subjects + 1) * sizeof(member_t));
    for (uint32_t i = 0; i < BOARDS; i++) {
        board_t *board = &boards->boards[i];
        forget_bands(board);
        *board = (board_t){ .bands = board->bands };
    }
    memset(boards->following, 0, sizeof boards->following);
    boards->subjects = 0;
    boards->standings = 0;
    boards->pending_at = boards->pending_count = 0;
    for (uint32_t i = 1; i <= state->standings.count; i++)
        if (TABLE_ROW(standing_row_t, &state->standings, i)->ended_seq == 0)
            state_mark_changed(state, i);
    boards_refresh(boards, state);
}

const score_t *boards_score(const boards_t *boards, uint32_t standing)
{
    CHECK(boards != NULL);
    CHECK(standing <= boards->limit);
    const score_t *score = &boards->scores[standing];
    return score->standing == 0 ? NULL : score;
}

uint32_t boards_rank(const boards_t *boards, uint32_t standing)
{
    const score_t *score = boards_score(boards, standing);
    if (score == NULL || !score_ranks(score))
        return 0;
    const standing_row_t *row =
        TABLE_ROW(standing_row_t, &boards->state->standings, standing);
    const board_t *board = board_at(boards, row->account, row->scheme_group);
    return 1 + ostat_count_above(boards->totals, &board->totals, score->total);
}
