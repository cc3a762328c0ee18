/* board_table.c - see board_table.h; SCREENS.md section 2 is the row. */
#include "clients/cli/board_table.h"

#include "clients/cli/points.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CELL_BYTES_MAX 256u

enum {
    CELL_RANK,
    CELL_SET,
    CELL_BAND,
    CELL_NAME,
    CELL_UNIT,
    CELL_POST,
    CELL_TOTAL,
    CELL_LOOKS,
    CELL_STATE,
    CELL_COUNT
};
#define RIGHT_CELLS                                                                    \
    (1u << CELL_RANK | 1u << CELL_SET | 1u << CELL_BAND | 1u << CELL_TOTAL |           \
     1u << CELL_LOOKS)

typedef char cells_t[CELL_COUNT][CELL_BYTES_MAX];

static const char *pick(const board_table_t *board, const char *english,
                        const char *chinese)
{
    return board->language == LANGUAGE_CHINESE ? chinese : english;
}

static status_t add_titles(board_table_t *board)
{
    static const char *const english[CELL_COUNT] = { "rank",  "set",   "band",
                                                     "name",  "unit",  "post",
                                                     "total", "looks", "state" };
    static const char *const chinese[CELL_COUNT] = { "名次", "名次区间", "档",
                                                     "姓名", "单位",     "职务",
                                                     "得分", "考察",     "状态" };
    return cli_table_add(board->table,
                         board->language == LANGUAGE_CHINESE ? chinese : english);
}

status_t board_table_init(board_table_t *board, language_t language, bool unranked)
{
    CHECK(board != NULL);
    *board = (board_table_t){ .language = language, .unranked = unranked };
    board->table = cli_table_create(CELL_COUNT, RIGHT_CELLS);
    return board->table != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

void board_table_fini(board_table_t *board)
{
    CHECK(board != NULL);
    cli_table_destroy(&board->table);
}

/* ---- rows ---- */

static void put_text(char cell[CELL_BYTES_MAX], text_t text, text_t otherwise)
{
    text_t shown = text.size > 0 ? text : otherwise;
    size_t size = shown.size;
    if (size >= CELL_BYTES_MAX) /* cut at a character */
        for (size = CELL_BYTES_MAX - 1; size > 0 && (shown.data[size] & 0xc0) == 0x80;)
            size--;
    if (size > 0)
        memcpy(cell, shown.data, size);
    cell[size] = '\0';
}

static void put_count(char cell[CELL_BYTES_MAX], uint32_t count)
{
    if (count > 0)
        (void)snprintf(cell, CELL_BYTES_MAX, "%" PRIu32, count); /* fits */
}

/* What a rank still needs, for those that have none. */
static void put_missing(const board_table_t *board, const board_row_t *row, char *cell)
{
    struct {
        uint32_t count;
        const char *words;
    } missing[] = {
        { row->missing_ratings, pick(board, " more looks", " 次") },
        { row->missing_inspectors, pick(board, " more inspectors", " 名考察员") },
        { row->missing_observations, pick(board, " more observations", " 条考察记录") },
    };
    size_t at = strlen(cell);
    const char *between = pick(board, ": ", "：差 ");
    for (size_t i = 0; i < 3 && at < CELL_BYTES_MAX; i++) {
        if (missing[i].count == 0)
            continue;
        int added = snprintf(cell + at, CELL_BYTES_MAX - at, "%s%" PRIu32 "%s", between,
                             missing[i].count, missing[i].words);
        at += added > 0 ? (size_t)added : 0;
        between = pick(board, ", ", "、");
    }
}

static void put_state(const board_table_t *board, const board_row_t *row, char *cell)
{
    const char *word = pick(board, "not ranked", "缺");
    if (row->standing == STANDING_RANKED)
        word = pick(board, "ranked", "实");
    else if (row->standing == STANDING_PROVISIONAL)
        word = pick(board, "provisional", "暂");
    (void)snprintf(cell, CELL_BYTES_MAX, "%s", word); /* ours, and short */
    if (row->standing == STANDING_NOT_RANKED)
        put_missing(board, row, cell);
}

static void put_figures(const board_table_t *board, const board_row_t *row,
                        cells_t cells)
{
    put_count(cells[CELL_RANK], row->rank);
    put_count(cells[CELL_BAND], row->band);
    if (row->rank > 0)
        (void)snprintf(cells[CELL_SET], CELL_BYTES_MAX, "%" PRIu32 "–%" PRIu32,
                       row->low, row->high);
    points_of_total(row->total, cells[CELL_TOTAL]);
    (void)snprintf(cells[CELL_LOOKS], CELL_BYTES_MAX,
                   board->language == LANGUAGE_CHINESE ? "%" PRIu32 "次·%" PRIu32 "人"
                                                       : "%" PRIu32 "/%" PRIu32,
                   row->observations, row->inspectors);
}

static status_t add_row(board_table_t *board, const board_row_t *row)
{
    cells_t cells = { "" };
    const char *pointers[CELL_COUNT];
    put_figures(board, row, cells);
    put_text(cells[CELL_NAME], row->name, row->subject);
    put_text(cells[CELL_UNIT], row->unit_name, row->unit);
    put_text(cells[CELL_POST], row->post, (text_t){ .data = "" });
    put_state(board, row, cells[CELL_STATE]);
    for (unsigned i = 0; i < CELL_COUNT; i++)
        pointers[i] = cells[i];
    return cli_table_add(board->table, pointers);
}

/* ---- head ---- */

/* Nobody may take figures of a demonstration for real ones. */
static void put_demo(board_table_t *board, const demo_clock_t *demo)
{
    size_t at = strlen(board->head);
    if (demo->rate != 0)
        (void)snprintf(board->head + at, sizeof board->head - at, "%s x %" PRIu32 "\n",
                       pick(board, "demonstration clock", "演示时钟"), demo->rate);
}

static void put_head(board_table_t *board, const answer_t *answer)
{
    const board_answer_t *body = &answer->body.board;
    const char *format =
        pick(board,
             "%.*s  account %.*s, scheme %.*s, seq %" PRIu64 "\n"
             "%" PRIu32 " ranked, %" PRIu32 " not ranked; %" PRIu32 " here%s\n",
             "%.*s  考核期 %.*s，方案 %.*s，序号 %" PRIu64 "\n"
             "有名次 %" PRIu32 " 人，缺 %" PRIu32 " 人；本页范围 %" PRIu32 " 人%s\n");
    const char *prior =
        pick(board, "\nfigures of the prior: no calibration has been adopted",
             "\n暂：尚未采用校准，数值依据方案的先验参数");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(board->head, sizeof board->head, format, (int)body->group.size,
                   body->group.data, (int)body->account.size, body->account.data,
                   (int)body->scheme.size, body->scheme.data, answer->seq, body->ranked,
                   body->not_ranked, body->matching, body->provisional ? prior : "");
#pragma GCC diagnostic pop
    put_demo(board, &body->demo);
}

void board_table_add(board_table_t *board, const answer_t *answer)
{
    CHECK(board != NULL);
    if (answer->kind != QUERY_BOARD)
        return;
    if (answer->part == 0) {
        cli_table_clear(board->table);
        put_head(board, answer);
        board->status = add_titles(board);
    }
    for (uint32_t i = 0; i < answer->body.board.row_count && board->status == STATUS_OK;
         i++)
        board->status = add_row(board, &answer->body.board.rows[i]);
}

status_t board_table_write(const board_table_t *board, bool colour, buffer_t *out)
{
    CHECK(board != NULL);
    if (board->status != STATUS_OK)
        return board->status;
    status_t status = buffer_append(out, board->head, strlen(board->head));
    return status == STATUS_OK ? cli_table_write(board->table, colour, out) : status;
}
