/* watch_lines.c - see watch_lines.h. */
#include "clients/cli/watch_lines.h"

#include "clients/cli/board_json.h"
#include "clients/cli/board_words.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void watch_lines_init(watch_lines_t *lines, const cli_t *cli)
{
    CHECK(lines != NULL && cli != NULL);
    *lines = (watch_lines_t){ .cli = cli };
}

void watch_lines_fini(watch_lines_t *lines)
{
    CHECK(lines != NULL);
    board_copy_fini(&lines->before);
}

/* ---- rows by code ---- */

static int compare_texts(text_t a, text_t b)
{
    uint32_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int by_code(const void *a, const void *b)
{
    return compare_texts((*(const board_row_t *const *)a)->subject,
                         (*(const board_row_t *const *)b)->subject);
}

/* The rows of a board in the order of their codes; NULL: no memory, or no rows. */
static const board_row_t **sort_rows(const board_answer_t *board)
{
    const board_row_t **rows = calloc(board->row_count + 1, sizeof *rows);
    if (rows == NULL)
        return NULL;
    for (uint32_t i = 0; i < board->row_count; i++)
        rows[i] = &board->rows[i];
    if (board->row_count > 1)
        qsort(rows, board->row_count, sizeof *rows, by_code);
    return rows;
}

static const board_row_t *find_row(const board_row_t **rows, uint32_t count,
                                   const board_row_t *row)
{
    if (count == 0)
        return NULL;
    const board_row_t **found = bsearch(&row, rows, count, sizeof *rows, by_code);
    return found != NULL ? *found : NULL;
}

static bool same_row(const board_row_t *a, const board_row_t *b)
{
    return a->total == b->total && a->error == b->error && a->rank == b->rank &&
           a->low == b->low && a->high == b->high && a->band == b->band &&
           a->standing == b->standing && a->observations == b->observations &&
           a->inspectors == b->inspectors && a->ratings == b->ratings &&
           a->enough == b->enough && compare_texts(a->name, b->name) == 0 &&
           compare_texts(a->post, b->post) == 0;
}

/* ---- in words ---- */

static void print_row(const watch_lines_t *lines, uint64_t version,
                      const board_row_t *row)
{
    char set[BOARD_CELL_BYTES_MAX], name[BOARD_CELL_BYTES_MAX];
    char unit[BOARD_CELL_BYTES_MAX], looks[BOARD_CELL_BYTES_MAX];
    char state[BOARD_CELL_BYTES_MAX], total[POINTS_CHARS_MAX];
    board_words_set(row, set);
    board_words_text(row->name, row->subject, name);
    board_words_text(row->unit_name, row->unit, unit);
    points_of_total(row->total, total);
    board_words_looks(lines->cli->language, row, looks);
    board_words_state(lines->cli->language, row, state);
    printf("%" PRIu64 "  ", version);
    if (row->rank > 0)
        printf("%" PRIu32 "  %s  ", row->rank, set);
    else
        printf("-  -  ");
    printf("%.*s  %s  %s  %s  %s  %s\n", (int)row->subject.size, row->subject.data,
           name, unit, total, looks, state);
}

static void print_left(const watch_lines_t *lines, uint64_t version,
                       const board_row_t *row)
{
    printf("%" PRIu64 "  -  -  %.*s  %.*s  %s\n", version, (int)row->subject.size,
           row->subject.data, (int)row->name.size, row->name.data,
           cli_pick(lines->cli, "left this view", "已离开本页"));
}

static bool same_basis(const board_answer_t *a, const board_answer_t *b)
{
    return compare_texts(a->epoch, b->epoch) == 0 &&
           compare_texts(a->override, b->override) == 0 &&
           a->components == b->components && a->thin == b->thin;
}

/* The lines are rows, for programs: what they rest on goes to standard error. */
static void print_basis(const watch_lines_t *lines, const board_answer_t *board)
{
    char head[2048] = "";
    if (lines->version != 0 && same_basis(&lines->before.board, board))
        return;
    board_words_sureness(lines->cli->language, board, head, sizeof head);
    fputs(head, stderr);
}

static bool print_changes(const watch_lines_t *lines, const board_answer_t *board,
                          uint64_t version)
{
    const board_answer_t *before = &lines->before.board;
    const board_row_t **old = sort_rows(before), **now = sort_rows(board);
    bool done = old != NULL && now != NULL;
    print_basis(lines, board);
    for (uint32_t i = 0; done && i < board->row_count; i++) {
        const board_row_t *row = &board->rows[i];
        const board_row_t *was = find_row(old, before->row_count, row);
        if (was == NULL || !same_row(was, row))
            print_row(lines, version, row);
    }
    for (uint32_t i = 0; done && i < before->row_count; i++) {
        if (find_row(now, board->row_count, &before->rows[i]) == NULL)
            print_left(lines, version, &before->rows[i]);
    }
    free(old);
    free(now);
    return done;
}

/* ---- as JSON ---- */

/* Takes the board; NULL: there is none to show. */
static bool print_object(uint64_t version, bool live, json_t *board)
{
    json_t *object = json_pack("{sIsb}", "version", (json_int_t)version, "live", live);
    bool done = object != NULL;
    if (board != NULL)
        done = done && json_object_set(object, "board", board) == 0;
    char *text = done ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text != NULL)
        puts(text); /* a failure is found by ferror */
    bool printed = text != NULL;
    free(text);
    json_decref(board);
    json_decref(object);
    return printed;
}

static bool print_view(uint64_t version, const board_answer_t *board)
{
    json_t *body = board_json(board);
    return body != NULL && print_object(version, true, body);
}

/* ---- both ---- */

bool watch_lines_view(watch_lines_t *lines, const board_answer_t *board,
                      uint64_t version)
{
    CHECK(lines != NULL && board != NULL);
    bool done = lines->cli->json ? print_view(version, board)
                                 : print_changes(lines, board, version) &&
                                       board_copy_take(&lines->before, board, version);
    lines->version = version;
    (void)fflush(stdout); /* a failure is found by ferror */
    return done;
}

void watch_lines_live(watch_lines_t *lines, bool live)
{
    CHECK(lines != NULL);
    bool told = lines->version == 0 || lines->lost == !live;
    if (told)
        return;
    lines->lost = !live;
    if (lines->cli->json)
        (void)print_object(lines->version, live, NULL); /* the next view tells it too */
    else
        fprintf(stderr, "%s\n",
                live ? cli_pick(lines->cli, "the broker is heard again", "已恢复连接")
                     : cli_pick(lines->cli, "the broker is not heard; waiting",
                                "连接中断，正在等待恢复"));
    (void)fflush(stdout); /* likewise */
}
