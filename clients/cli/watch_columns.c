/* watch_columns.c - see watch_columns.h. */
#include "clients/cli/watch_columns.h"

#include "clients/cli/points.h"
#include "clients/cli/table.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INTERVAL_WIDTH_MIN 14u
#define MOVE_WIDTH         4u
_Static_assert(WATCH_AXIS_BYTES_MAX <= BOARD_CELL_BYTES_MAX, "a bar is a cell");

typedef struct {
    bool ranked, unranked; /* always in a list of those with, without a rank */
    bool right;
    unsigned most, most_tight; /* columns at most */
    const char *english, *english_tight, *chinese, *chinese_tight;
} spec_t;

static const spec_t specs[COLUMN_COUNT] = {
    [COLUMN_RANK] = { true, false, true, 8, 8, "rank", "#", "名次", "名" },
    [COLUMN_MOVE] = { false, false, true, 6, 6, "move", "move", "升降", "升降" },
    [COLUMN_SET] = { true, false, true, 16, 16, "set", "set", "区间", "区间" },
    [COLUMN_NAME] = { true, true, false, 20, 8, "name", "name", "姓名", "姓名" },
    [COLUMN_UNIT] = { false, false, false, 24, 16, "unit", "unit", "单位", "单位" },
    [COLUMN_POST] = { false, false, false, 24, 16, "post", "post", "职务", "职务" },
    [COLUMN_TOTAL] = { true, true, true, 12, 12, "total", "total", "得分", "得分" },
    [COLUMN_INTERVAL] = { false, false, false, WATCH_AXIS_WIDTH_MAX, 0, "", "", "",
                          "" },
    [COLUMN_LOOKS] = { true, true, true, 20, 20, "looks", "l/i", "考察", "考察" },
    [COLUMN_STATE] = { true, true, false, 48, 48, "state", "st.", "状态", "态" },
};

static const spec_t *spec_of(column_t column)
{
    CHECK(column < COLUMN_COUNT);
    return &specs[column];
}

bool watch_columns_right(column_t column)
{
    return spec_of(column)->right;
}

const char *watch_columns_title(const watch_columns_t *columns, column_t column)
{
    const spec_t *spec = spec_of(column);
    bool tight = columns->tight != TIGHT_NOT;
    if (columns->language == LANGUAGE_CHINESE)
        return tight ? spec->chinese_tight : spec->chinese;
    return tight ? spec->english_tight : spec->english;
}

/* ---- cells ---- */

static void put_move(const watch_columns_t *columns, const watch_row_t *row, char *cell)
{
    cell[0] = '\0';
    if (row->fresh)
        (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%s",
                       columns->language == LANGUAGE_CHINESE ? "新" : "new");
    else if (row->moved != 0)
        (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%s%" PRId64,
                       row->moved > 0 ? "▲" : "▼",
                       row->moved > 0 ? row->moved : -row->moved); /* fits */
}

static void put_looks(const watch_columns_t *columns, const board_row_t *row,
                      char *cell)
{
    bool brief = columns->tight == TIGHT_WORDS;
    board_words_looks(brief ? LANGUAGE_ENGLISH : columns->language, row, cell);
}

/* English words are long; in a list of those with a rank short ones will do. */
static void put_state(const watch_columns_t *columns, const board_row_t *row,
                      char *cell)
{
    bool brief = columns->language == LANGUAGE_ENGLISH && columns->tight != TIGHT_NOT;
    board_words_state(columns->language, row, cell);
    if (brief && row->standing == STANDING_PROVISIONAL)
        (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "prov."); /* fits */
}

static void put_interval(const watch_columns_t *columns, const board_row_t *row,
                         char *cell)
{
    char bar[WATCH_AXIS_BYTES_MAX];
    watch_axis_bar(&columns->axis, row->total, row->error, bar);
    (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%s", bar); /* fits */
}

void watch_columns_cell(const watch_columns_t *columns, column_t column,
                        const watch_row_t *watched, char cell[BOARD_CELL_BYTES_MAX])
{
    static const text_t nothing = { .data = "" };
    const board_row_t *row = watched->row;
    switch (column) {
    case COLUMN_RANK:
        board_words_count(row->rank, cell);
        return;
    case COLUMN_MOVE:
        put_move(columns, watched, cell);
        return;
    case COLUMN_SET:
        board_words_set(row, cell);
        return;
    case COLUMN_NAME:
        board_words_text(row->name, row->subject, cell);
        return;
    case COLUMN_UNIT:
        board_words_text(row->unit_name, row->unit, cell);
        return;
    case COLUMN_POST:
        board_words_text(row->post, nothing, cell);
        return;
    case COLUMN_TOTAL:
        points_of_total(row->total, cell);
        return;
    case COLUMN_LOOKS:
        put_looks(columns, row, cell);
        return;
    case COLUMN_STATE:
        put_state(columns, row, cell);
        return;
    default:
        put_interval(columns, row, cell);
        return;
    }
}

/* ---- widths ---- */

static bool is_base(const watch_columns_t *columns, column_t column)
{
    return columns->unranked ? spec_of(column)->unranked : spec_of(column)->ranked;
}

static unsigned width_of_title(const watch_columns_t *columns, column_t column)
{
    const char *title = watch_columns_title(columns, column);
    return (unsigned)cli_table_width(title, strlen(title));
}

/* What a column's texts would like, at most what it may have. */
static unsigned wanted(const watch_columns_t *columns, const board_answer_t *board,
                       column_t column)
{
    char cell[BOARD_CELL_BYTES_MAX];
    const spec_t *spec = spec_of(column);
    unsigned width = width_of_title(columns, column);
    unsigned most = columns->tight == TIGHT_NOT ? spec->most : spec->most_tight;
    for (uint32_t i = 0; i < board->row_count && width < most; i++) {
        watch_columns_cell(columns, column, &(watch_row_t){ .row = &board->rows[i] },
                           cell);
        unsigned own = (unsigned)cli_table_width(cell, strlen(cell));
        width = own > width ? own : width;
    }
    return width < most ? width : most;
}

static unsigned gap_of(const watch_columns_t *columns)
{
    return columns->tight == TIGHT_NOT ? 2 : 1;
}

/* Widths of what is always there; returns how many columns that takes. */
static unsigned take_base(watch_columns_t *columns, const board_answer_t *board)
{
    unsigned total = WATCH_MARKS_WIDTH;
    bool first = true;
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        columns->shown[i] = is_base(columns, i);
        if (!columns->shown[i])
            continue;
        columns->width[i] = wanted(columns, board, i);
        total += columns->width[i] + (first ? 0 : gap_of(columns));
        first = false;
    }
    return total;
}

static void add_column(watch_columns_t *columns, column_t column, unsigned least,
                       unsigned *room)
{
    unsigned needed = least + gap_of(columns);
    if (columns->shown[column] || *room < needed)
        return;
    columns->shown[column] = true;
    columns->width[column] = least;
    *room -= needed;
}

static void widen(watch_columns_t *columns, column_t column, unsigned most,
                  unsigned *room)
{
    if (!columns->shown[column] || columns->width[column] >= most)
        return;
    unsigned more = most - columns->width[column];
    more = more < *room ? more : *room;
    columns->width[column] += more;
    *room -= more;
}

static unsigned least_of(unsigned width)
{
    return width < 8 ? width : 8;
}

static void take_more(watch_columns_t *columns, const board_answer_t *board,
                      unsigned room)
{
    unsigned unit = wanted(columns, board, COLUMN_UNIT);
    unsigned post = wanted(columns, board, COLUMN_POST);
    if (!columns->unranked)
        add_column(columns, COLUMN_MOVE, MOVE_WIDTH, &room);
    add_column(columns, COLUMN_UNIT, least_of(unit), &room);
    if (!columns->unranked)
        add_column(columns, COLUMN_INTERVAL, INTERVAL_WIDTH_MIN, &room);
    add_column(columns, COLUMN_POST, least_of(post), &room);
    widen(columns, COLUMN_UNIT, unit, &room);
    widen(columns, COLUMN_POST, post, &room);
    widen(columns, COLUMN_INTERVAL, WATCH_AXIS_WIDTH_MAX, &room);
    if (columns->shown[COLUMN_INTERVAL])
        watch_axis_choose(board, columns->width[COLUMN_INTERVAL], &columns->axis);
}

static void place(watch_columns_t *columns)
{
    unsigned at = WATCH_MARKS_WIDTH;
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        columns->at[i] = at;
        if (columns->shown[i])
            at += columns->width[i] + gap_of(columns);
    }
}

/* Of those without a rank: what is missing may be cut, the rest not. */
static void shorten_state(watch_columns_t *columns, unsigned width)
{
    unsigned over = columns->needed > width ? columns->needed - width : 0;
    unsigned *state = &columns->width[COLUMN_STATE];
    unsigned spare = *state > 8 ? *state - 8 : 0;
    unsigned less = over < spare ? over : spare;
    *state -= less;
    columns->needed -= less;
}

unsigned watch_columns_least(const board_answer_t *board, language_t language,
                             bool unranked)
{
    CHECK(board != NULL);
    watch_columns_t columns = { .language = language,
                                .unranked = unranked,
                                .tight = TIGHT_WORDS };
    columns.needed = take_base(&columns, board);
    if (unranked)
        shorten_state(&columns, 0);
    return columns.needed;
}

void watch_columns_choose(const board_answer_t *board, language_t language,
                          bool unranked, unsigned width, watch_columns_t *columns)
{
    CHECK(board != NULL && columns != NULL);
    *columns = (watch_columns_t){ .language = language, .unranked = unranked };
    for (tight_t tight = TIGHT_NOT; tight < TIGHT_COUNT && !columns->fits; tight++) {
        columns->tight = tight;
        columns->needed = take_base(columns, board);
        if (unranked)
            shorten_state(columns, width);
        columns->fits = columns->needed <= width;
    }
    if (!columns->fits)
        return;
    take_more(columns, board, width - columns->needed);
    place(columns);
}
