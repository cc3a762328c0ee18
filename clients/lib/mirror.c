/* mirror.c - see mirror.h.
 *
 * All room is taken at the beginning but the texts of rows: one block a row. Parts are
 * gathered beside the view; the last one makes them part of it, which cannot fail.
 */
#include "clients/lib/mirror.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define ROW_TEXTS  5u
#define HEAD_TEXTS 6u

/* A row with the block that its texts lie in, or a subject that leaves. */
typedef struct {
    board_row_t row;
    char *texts;
    uint32_t place; /* in the board's order */
    bool leaves;
} held_t;

typedef struct {
    uint32_t key, index; /* by code */
} order_t;

struct mirror {
    uint64_t version;
    board_answer_t board;
    char *head;    /* the block of the board's texts */
    held_t *held;  /* by code, board.row_count of them */
    held_t *spare; /* what the next version is put together in */
    order_t *order;
    board_row_t *rows; /* in the board's order */

    struct {
        uint64_t base, version;
        uint32_t next, parts; /* parts 0 = nothing is being gathered */
        uint32_t count, gone_count;
        board_answer_t board;
        char *head;
        held_t *rows, *gone;
    } news;
};

/* ---- texts ---- */

/* Copies the texts into one block and lets them point there; NULL: no memory. */
static char *keep_texts(text_t *const texts[], uint32_t count)
{
    size_t size = 1;
    for (uint32_t i = 0; i < count; i++)
        size += texts[i]->size;
    char *block = malloc(size);
    if (block == NULL)
        return NULL;
    char *at = block;
    for (uint32_t i = 0; i < count; i++) {
        if (texts[i]->size > 0)
            memcpy(at, texts[i]->data, texts[i]->size);
        texts[i]->data = at;
        at += texts[i]->size;
    }
    return block;
}

static bool keep_row(held_t *held, const board_row_t *row)
{
    *held = (held_t){ .row = *row };
    text_t *const texts[ROW_TEXTS] = { &held->row.subject, &held->row.name,
                                       &held->row.unit, &held->row.unit_name,
                                       &held->row.post };
    held->texts = keep_texts(texts, ROW_TEXTS);
    return held->texts != NULL;
}

static bool keep_subject(held_t *held, text_t subject)
{
    return keep_row(held, &(board_row_t){ .subject = subject });
}

static char *keep_head(board_answer_t *board)
{
    text_t *const texts[HEAD_TEXTS] = { &board->account,  &board->group,
                                        &board->scheme,   &board->epoch,
                                        &board->override, &board->frozen };
    return keep_texts(texts, HEAD_TEXTS);
}

static void drop_rows(held_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(rows[i].texts);
}

static int compare_codes(text_t a, text_t b)
{
    uint32_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

static int by_code(const void *a, const void *b)
{
    return compare_codes(((const held_t *)a)->row.subject,
                         ((const held_t *)b)->row.subject);
}

static held_t *find(const mirror_t *mirror, text_t subject)
{
    held_t wanted = { .row.subject = subject };
    return bsearch(&wanted, mirror->held, mirror->board.row_count, sizeof wanted,
                   by_code);
}

/* ---- life ---- */

static void drop_news(mirror_t *mirror)
{
    drop_rows(mirror->news.rows, mirror->news.count);
    drop_rows(mirror->news.gone, mirror->news.gone_count);
    free(mirror->news.head);
    mirror->news.head = NULL;
    mirror->news.count = mirror->news.gone_count = 0;
    mirror->news.parts = 0;
}

mirror_t *mirror_create(void)
{
    mirror_t *mirror = calloc(1, sizeof *mirror);
    if (mirror == NULL)
        return NULL;
    mirror->held = calloc(BOARD_WINDOW_MAX, sizeof *mirror->held);
    mirror->spare = calloc(BOARD_WINDOW_MAX, sizeof *mirror->spare);
    mirror->order = calloc(BOARD_WINDOW_MAX, sizeof *mirror->order);
    mirror->rows = calloc(BOARD_WINDOW_MAX, sizeof *mirror->rows);
    mirror->news.rows = calloc(BOARD_WINDOW_MAX, sizeof *mirror->news.rows);
    mirror->news.gone = calloc(BOARD_WINDOW_MAX, sizeof *mirror->news.gone);
    if (mirror->held == NULL || mirror->spare == NULL || mirror->order == NULL ||
        mirror->rows == NULL || mirror->news.rows == NULL || mirror->news.gone == NULL)
        mirror_destroy(&mirror);
    return mirror;
}

void mirror_clear(mirror_t *mirror)
{
    CHECK(mirror != NULL);
    drop_news(mirror);
    drop_rows(mirror->held, mirror->board.row_count);
    free(mirror->head);
    mirror->head = NULL;
    mirror->board = (board_answer_t){ 0 };
    mirror->version = 0;
}

void mirror_destroy(mirror_t **mirror)
{
    CHECK(mirror != NULL);
    if (*mirror == NULL)
        return;
    mirror_clear(*mirror);
    free((*mirror)->held);
    free((*mirror)->spare);
    free((*mirror)->order);
    free((*mirror)->rows);
    free((*mirror)->news.rows);
    free((*mirror)->news.gone);
    free(*mirror);
    *mirror = NULL;
}

/* ---- gathering ---- */

/* Whether this part begins or goes on with something that fits what is held. */
static bool part_fits(const mirror_t *mirror, const delta_t *delta)
{
    bool whole = delta->base == 0;
    if (delta->part >= delta->parts || delta->version == 0)
        return false;
    if (delta->part == 0)
        return whole ||
               (delta->base == mirror->version && delta->version >= delta->base);
    return mirror->news.parts == delta->parts && mirror->news.next == delta->part &&
           mirror->news.base == delta->base && mirror->news.version == delta->version;
}

static bool begin_news(mirror_t *mirror, const delta_t *delta)
{
    drop_news(mirror);
    mirror->news.base = delta->base;
    mirror->news.version = delta->version;
    mirror->news.parts = delta->parts;
    mirror->news.next = 0;
    mirror->news.board = delta->board;
    mirror->news.head = keep_head(&mirror->news.board);
    return mirror->news.head != NULL;
}

static bool gather(mirror_t *mirror, const delta_t *delta)
{
    for (uint32_t i = 0; i < delta->board.row_count; i++) {
        if (!keep_row(&mirror->news.rows[mirror->news.count], &delta->board.rows[i]))
            return false;
        mirror->news.count++;
    }
    for (uint32_t i = 0; i < delta->gone_count; i++) {
        if (!keep_subject(&mirror->news.gone[mirror->news.gone_count], delta->gone[i]))
            return false;
        mirror->news.gone_count++;
    }
    mirror->news.next++;
    return true;
}

/* ---- the next version ---- */

static bool names_one_twice(const held_t *rows, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (by_code(&rows[i - 1], &rows[i]) == 0)
            return true;
    }
    return false;
}

static void mark_leaving(mirror_t *mirror, const held_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        held_t *held = find(mirror, rows[i].row.subject);
        if (held != NULL) /* the broker also names what came and went in between */
            held->leaves = true;
    }
}

/* Marks the rows that do not stay and returns how many do. */
static uint32_t mark_all(mirror_t *mirror)
{
    uint32_t staying = 0, count = mirror->board.row_count;
    for (uint32_t i = 0; i < count; i++)
        mirror->held[i].leaves = mirror->news.base == 0;
    mark_leaving(mirror, mirror->news.gone, mirror->news.gone_count);
    mark_leaving(mirror, mirror->news.rows, mirror->news.count);
    for (uint32_t i = 0; i < count; i++)
        staying += !mirror->held[i].leaves;
    return staying;
}

/* Rows that stay and rows that are new, by code; the rest is freed. */
static void merge(mirror_t *mirror)
{
    uint32_t old = 0, new = 0, count = 0;
    while (old < mirror->board.row_count || new < mirror->news.count) {
        held_t *row = &mirror->held[old];
        bool there = old < mirror->board.row_count;
        if (there && row->leaves) {
            free(row->texts);
            old++;
        } else if (there && (new == mirror->news.count ||
                             by_code(row, &mirror->news.rows[new]) < 0)) {
            mirror->spare[count++] = *row;
            old++;
        } else {
            mirror->spare[count++] = mirror->news.rows[new ++];
        }
    }
    held_t *merged = mirror->spare;
    mirror->spare = mirror->held;
    mirror->held = merged;
    mirror->news.count = 0; /* their texts belong to the view now */
    mirror->news.board.row_count = count;
}

static int by_key(const void *a, const void *b)
{
    const order_t *one = a, *other = b;
    if (one->key != other->key)
        return one->key < other->key ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

static void set_rows(mirror_t *mirror, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = mirror->held[i].row.rank;
        mirror->order[i] = (order_t){ rank != 0 ? rank : UINT32_MAX, i };
    }
    if (count > 0)
        qsort(mirror->order, count, sizeof *mirror->order, by_key);
    for (uint32_t i = 0; i < count; i++) {
        held_t *held = &mirror->held[mirror->order[i].index];
        held->place = i;
        mirror->rows[i] = held->row;
    }
}

static mirror_taken_t take_news(mirror_t *mirror)
{
    if (mirror->news.count > 0)
        qsort(mirror->news.rows, mirror->news.count, sizeof *mirror->news.rows,
              by_code);
    if (names_one_twice(mirror->news.rows, mirror->news.count) ||
        mark_all(mirror) + mirror->news.count > BOARD_WINDOW_MAX) {
        drop_news(mirror);
        return MIRROR_HOLE;
    }
    merge(mirror);
    set_rows(mirror, mirror->news.board.row_count);
    free(mirror->head);
    mirror->head = mirror->news.head;
    mirror->news.head = NULL;
    mirror->board = mirror->news.board;
    mirror->board.rows = mirror->rows;
    mirror->version = mirror->news.version;
    drop_news(mirror);
    return MIRROR_CHANGED;
}

mirror_taken_t mirror_take(mirror_t *mirror, const delta_t *delta)
{
    CHECK(mirror != NULL);
    CHECK(delta != NULL);
    bool fits = part_fits(mirror, delta);
    bool kept = fits && (delta->part > 0 || begin_news(mirror, delta));
    bool room = kept &&
                delta->board.row_count <= BOARD_WINDOW_MAX - mirror->news.count &&
                delta->gone_count <= BOARD_WINDOW_MAX - mirror->news.gone_count;
    if (room && gather(mirror, delta))
        return mirror->news.next == mirror->news.parts ? take_news(mirror)
                                                       : MIRROR_PARTLY;
    drop_news(mirror);
    return (fits && !kept) || room ? MIRROR_NO_MEMORY : MIRROR_HOLE;
}

/* ---- reading ---- */

uint64_t mirror_version(const mirror_t *mirror)
{
    CHECK(mirror != NULL);
    return mirror->version;
}

const board_answer_t *mirror_board(const mirror_t *mirror)
{
    CHECK(mirror != NULL);
    return &mirror->board;
}

const board_row_t *mirror_find(const mirror_t *mirror, text_t subject)
{
    CHECK(mirror != NULL);
    const held_t *held = find(mirror, subject);
    return held != NULL ? &mirror->rows[held->place] : NULL;
}
