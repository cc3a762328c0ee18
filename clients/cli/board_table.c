/* board_table.c - see board_table.h; SCREENS.md section 2 is the row. */
#include "clients/cli/board_table.h"

#include "clients/cli/board_words.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

typedef char cells_t[CELL_COUNT][BOARD_CELL_BYTES_MAX];

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

static status_t add_row(board_table_t *board, const board_row_t *row)
{
    cells_t cells = { "" };
    const char *pointers[CELL_COUNT];
    board_words_count(row->rank, cells[CELL_RANK]);
    board_words_set(row, cells[CELL_SET]);
    board_words_count(row->band, cells[CELL_BAND]);
    board_words_text(row->name, row->subject, cells[CELL_NAME]);
    board_words_text(row->unit_name, row->unit, cells[CELL_UNIT]);
    board_words_text(row->post, (text_t){ .data = "" }, cells[CELL_POST]);
    points_of_total(row->total, cells[CELL_TOTAL]);
    board_words_looks(board->language, row, cells[CELL_LOOKS]);
    board_words_state(board->language, row, cells[CELL_STATE]);
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
                   body->not_ranked, body->matching,
                   body->provisional && body->epoch.size == 0 ? prior : "");
#pragma GCC diagnostic pop
    board_words_sureness(board->language, body, board->head, sizeof board->head);
    put_demo(board, &body->demo);
}

void board_table_add(board_table_t *board, const answer_t *answer)
{
    CHECK(board != NULL);
    if (answer->kind != QUERY_BOARD && answer->kind != QUERY_FROZEN)
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
