/* export_board.c - see export_board.h. */
#include "clients/cli/export_board.h"

#include "clients/cli/board_copy.h"
#include "clients/cli/board_words.h"
#include "clients/cli/export_file.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE_ROWS  1000u
#define CELL_BYTES 64u

enum {
    CELL_RANK,
    CELL_LOW,
    CELL_HIGH,
    CELL_BAND,
    CELL_SUBJECT,
    CELL_NAME,
    CELL_UNIT,
    CELL_UNIT_NAME,
    CELL_POST,
    CELL_TOTAL,
    CELL_ERROR,
    CELL_OBSERVATIONS,
    CELL_INSPECTORS,
    CELL_RATINGS,
    CELL_MISSING_RATINGS,
    CELL_MISSING_INSPECTORS,
    CELL_MISSING_OBSERVATIONS,
    CELL_STANDING,
    CELL_ENOUGH,
    CELL_COUNT
};

static const table_column_t columns[CELL_COUNT] = {
    [CELL_RANK] = { .header = "名次", .key = "rank", .type = COLUMN_INTEGER },
    [CELL_LOW] = { .header = "最高可能名次", .key = "low", .type = COLUMN_INTEGER },
    [CELL_HIGH] = { .header = "最低可能名次", .key = "high", .type = COLUMN_INTEGER },
    [CELL_BAND] = { .header = "档", .key = "band", .type = COLUMN_INTEGER },
    [CELL_SUBJECT] = { .header = "对象编码", .key = "subject" },
    [CELL_NAME] = { .header = "名称", .key = "name" },
    [CELL_UNIT] = { .header = "单位编码", .key = "unit" },
    [CELL_UNIT_NAME] = { .header = "单位名称", .key = "unit_name" },
    [CELL_POST] = { .header = "职务", .key = "post" },
    [CELL_TOTAL] = { .header = "得分", .key = "total", .type = COLUMN_DECIMAL },
    [CELL_ERROR] = { .header = "误差", .key = "error", .type = COLUMN_DECIMAL },
    [CELL_OBSERVATIONS] = { .header = "观察次数",
                            .key = "observations",
                            .type = COLUMN_INTEGER },
    [CELL_INSPECTORS] = { .header = "考察员数",
                          .key = "inspectors",
                          .type = COLUMN_INTEGER },
    [CELL_RATINGS] = { .header = "评分数", .key = "ratings", .type = COLUMN_INTEGER },
    [CELL_MISSING_RATINGS] = { .header = "缺评分数",
                               .key = "missing_ratings",
                               .type = COLUMN_INTEGER },
    [CELL_MISSING_INSPECTORS] = { .header = "缺考察员数",
                                  .key = "missing_inspectors",
                                  .type = COLUMN_INTEGER },
    [CELL_MISSING_OBSERVATIONS] = { .header = "缺观察次数",
                                    .key = "missing_observations",
                                    .type = COLUMN_INTEGER },
    [CELL_STANDING] = { .header = "状态", .key = "standing" },
    [CELL_ENOUGH] = { .header = "依据充分", .key = "enough" },
};

/* The parts of all pages, in order. */
typedef struct {
    board_copy_t *parts;
    uint32_t count, room;
    uint32_t page_begin; /* of the page that is being read, among the parts */
    uint32_t rows;       /* of the pages before it */
    uint64_t seq;        /* of the first page; 0 = none yet */
    bool moved, no_memory;
} pages_t;

/* ---- reading ---- */

static void drop_parts(pages_t *pages, uint32_t from)
{
    for (uint32_t i = from; i < pages->count; i++)
        board_copy_fini(&pages->parts[i]);
    pages->count = from;
}

static bool make_room(pages_t *pages)
{
    if (pages->count < pages->room)
        return true;
    uint32_t room = pages->room == 0 ? 16 : pages->room * 2;
    board_copy_t *grown = realloc(pages->parts, room * sizeof *grown);
    if (grown == NULL)
        return false;
    pages->parts = grown;
    pages->room = room;
    return true;
}

static void take_part(void *context, const answer_t *answer)
{
    pages_t *pages = context;
    if (answer->kind != QUERY_BOARD && answer->kind != QUERY_FROZEN)
        return;
    if (answer->part == 0)
        drop_parts(pages, pages->page_begin); /* it may come again */
    if (pages->seq == 0)
        pages->seq = answer->seq;
    pages->moved = pages->moved || pages->seq != answer->seq;
    if (!make_room(pages)) {
        pages->no_memory = true;
        return;
    }
    board_copy_t *part = &pages->parts[pages->count];
    *part = (board_copy_t){ .version = 0 };
    if (board_copy_take(part, &answer->body.board, answer->seq))
        pages->count++;
    else
        pages->no_memory = true;
}

/* One page; *last when nothing is behind it. */
static exit_t read_page(session_t *session, query_t *query, pages_t *pages, bool *last)
{
    uint32_t rows = 0;
    pages->page_begin = pages->count;
    query->board.offset = query->frozen.offset = pages->rows;
    exit_t result = session_ask_quietly(session, query, take_part, pages);
    if (result != EXIT_DONE)
        return result;
    if (pages->no_memory)
        return cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    for (uint32_t i = pages->page_begin; i < pages->count; i++)
        rows += pages->parts[i].board.row_count;
    pages->rows += rows;
    *last = rows == 0 || pages->rows >= pages->parts[pages->page_begin].board.matching;
    return EXIT_DONE;
}

static exit_t read_pages(session_t *session, const query_t *wanted, pages_t *pages)
{
    query_t query = *wanted;
    query.board.count = query.frozen.count = PAGE_ROWS;
    query.board.around = (text_t){ .size = 0 };
    for (uint32_t i = 0; i < EXPORT_BOARD_TRIES; i++) {
        bool last = false;
        exit_t result = EXIT_DONE;
        drop_parts(pages, 0);
        pages->rows = 0;
        pages->seq = 0;
        pages->moved = false;
        while (result == EXIT_DONE && !last && !pages->moved)
            result = read_page(session, &query, pages, &last);
        if (result != EXIT_DONE || !pages->moved)
            return result;
    }
    return cli_refuse(
        session->cli, STATUS_BUSY, NULL,
        cli_pick(session->cli, "the board does not stand still", "排名仍在变动"));
}

/* ---- writing ---- */

typedef struct {
    char bytes[CELL_COUNT][CELL_BYTES];
    text_t cells[CELL_COUNT];
} line_t;

static void set_number(line_t *line, unsigned cell, uint64_t number, bool always)
{
    int size = snprintf(line->bytes[cell], CELL_BYTES, "%" PRIu64, number);
    line->cells[cell] = (text_t){ .data = line->bytes[cell],
                                  .size = number != 0 || always ? (uint32_t)size : 0 };
}

static void set_total(line_t *line, unsigned cell, int64_t total)
{
    _Static_assert(POINTS_CHARS_MAX <= CELL_BYTES, "fits");
    points_of_total(total, line->bytes[cell]);
    line->cells[cell] = (text_t){ .data = line->bytes[cell],
                                  .size = (uint32_t)strlen(line->bytes[cell]) };
}

static text_t word(const char *text)
{
    return (text_t){ .data = text, .size = (uint32_t)strlen(text) };
}

static text_t standing_word(uint32_t standing)
{
    switch (standing) {
    case STANDING_RANKED:
        return word("有名次");
    case STANDING_PROVISIONAL:
        return word("暂列");
    default:
        return word("未列入");
    }
}

static exit_t write_row(export_file_t *file, const board_row_t *row)
{
    line_t line;
    set_number(&line, CELL_RANK, row->rank, false);
    set_number(&line, CELL_LOW, row->low, false);
    set_number(&line, CELL_HIGH, row->high, false);
    set_number(&line, CELL_BAND, row->band, false);
    line.cells[CELL_SUBJECT] = row->subject;
    line.cells[CELL_NAME] = row->name;
    line.cells[CELL_UNIT] = row->unit;
    line.cells[CELL_UNIT_NAME] = row->unit_name;
    line.cells[CELL_POST] = row->post;
    set_total(&line, CELL_TOTAL, row->total);
    set_total(&line, CELL_ERROR, row->error);
    set_number(&line, CELL_OBSERVATIONS, row->observations, true);
    set_number(&line, CELL_INSPECTORS, row->inspectors, true);
    set_number(&line, CELL_RATINGS, row->ratings, true);
    set_number(&line, CELL_MISSING_RATINGS, row->missing_ratings, false);
    set_number(&line, CELL_MISSING_INSPECTORS, row->missing_inspectors, false);
    set_number(&line, CELL_MISSING_OBSERVATIONS, row->missing_observations, false);
    line.cells[CELL_STANDING] = standing_word(row->standing);
    line.cells[CELL_ENOUGH] = word(row->enough ? "是" : "否");
    return export_file_row(file, line.cells);
}

static exit_t note_text(export_file_t *file, const char *what, text_t text)
{
    char value[512];
    (void)snprintf(value, sizeof value, "%.*s", (int)text.size,
                   text.size > 0 ? text.data : ""); /* labels are shorter */
    return export_file_note(file, what, value);
}

static exit_t note_number(export_file_t *file, const char *what, uint64_t number)
{
    char value[24];
    (void)snprintf(value, sizeof value, "%" PRIu64, number); /* fits */
    return export_file_note(file, what, value);
}

/* Nobody may take figures of a demonstration, or of the prior, for others. */
static exit_t note_care(export_file_t *file, const board_answer_t *board)
{
    exit_t result = EXIT_DONE;
    if (board->provisional && board->epoch.size == 0)
        result = export_file_note(file, "注意", "尚未采用校准，数值依据方案的先验参数");
    if (result == EXIT_DONE && board->demo.rate != 0)
        result = export_file_note(file, "注意", "演示时钟：并非真实数据");
    return result;
}

/* Which calibration, what the sets of ranks are, and why it is shown at all. */
static exit_t note_sureness(export_file_t *file, const board_answer_t *board)
{
    exit_t result = EXIT_DONE;
    if (board->epoch.size > 0)
        result = note_text(file, "校准", board->epoch);
    if (result == EXIT_DONE)
        result = export_file_note(
            file, "名次区间",
            board->interval == INTERVAL_SETS ? "95% 名次集（后验抽样）" : "实时宽区间");
    if (result == EXIT_DONE && board->override.size > 0)
        result = note_text(file, "例外显示理由", board->override);
    return result;
}

/* Each line of what a board is shown with is a note. */
static exit_t note_basis(export_file_t *file, const board_answer_t *board)
{
    char head[2048] = "", *rest = NULL;
    exit_t result = EXIT_DONE;
    board_words_sureness(LANGUAGE_CHINESE, board, head, sizeof head);
    for (char *line = strtok_r(head, "\n", &rest); line != NULL && result == EXIT_DONE;
         line = strtok_r(NULL, "\n", &rest))
        result = export_file_note(file, "依据", line);
    return result;
}

static exit_t write_notes(export_file_t *file, const board_answer_t *board,
                          uint64_t seq)
{
    exit_t result = note_text(file, "比选组", board->group);
    if (result == EXIT_DONE)
        result = note_text(file, "考核期", board->account);
    if (result == EXIT_DONE)
        result = note_text(file, "方案", board->scheme);
    if (result == EXIT_DONE)
        result = note_number(file, "记录序号", seq);
    if (result == EXIT_DONE)
        result = note_number(file, "有名次人数", board->ranked);
    if (result == EXIT_DONE)
        result = note_number(file, "未列入人数", board->not_ranked);
    if (result == EXIT_DONE)
        result = note_sureness(file, board);
    if (result == EXIT_DONE)
        result = note_basis(file, board);
    return result == EXIT_DONE ? note_care(file, board) : result;
}

static exit_t write_board(const cli_t *cli, const pages_t *pages, const char *path)
{
    export_file_t file;
    exit_t result = export_file_open(&file, cli, path);
    if (result == EXIT_DONE)
        result = export_file_begin(&file, "排名", columns, CELL_COUNT);
    for (uint32_t i = 0; i < pages->count && result == EXIT_DONE; i++) {
        const board_answer_t *part = &pages->parts[i].board;
        for (uint32_t j = 0; j < part->row_count && result == EXIT_DONE; j++)
            result = write_row(&file, &part->rows[j]);
    }
    if (result == EXIT_DONE && pages->count > 0)
        result = write_notes(&file, &pages->parts[0].board, pages->seq);
    if (result == EXIT_DONE)
        result = export_file_finish(&file);
    export_file_drop(&file);
    return result;
}

exit_t export_board(session_t *session, const query_t *wanted, const char *path)
{
    CHECK(session != NULL && wanted != NULL && path != NULL);
    pages_t pages = { .parts = NULL };
    exit_t result = read_pages(session, wanted, &pages);
    if (result == EXIT_DONE)
        result = write_board(session->cli, &pages, path);
    drop_parts(&pages, 0);
    free(pages.parts);
    return result;
}
