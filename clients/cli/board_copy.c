/* board_copy.c - see board_copy.h. */
#include "clients/cli/board_copy.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define ROW_TEXTS  5u
#define HEAD_TEXTS 6u

static size_t size_of(const board_answer_t *board)
{
    size_t size = board->row_count * sizeof(board_row_t) + board->account.size +
                  board->group.size + board->scheme.size + board->epoch.size +
                  board->override.size + board->frozen.size + 1;
    for (uint32_t i = 0; i < board->row_count; i++) {
        const board_row_t *row = &board->rows[i];
        size += (size_t)row->subject.size + row->name.size + row->unit.size +
                row->unit_name.size + row->post.size;
    }
    return size;
}

static void move_texts(text_t *const texts[], unsigned count, char **at)
{
    for (unsigned i = 0; i < count; i++) {
        if (texts[i]->size > 0)
            memcpy(*at, texts[i]->data, texts[i]->size);
        texts[i]->data = *at;
        *at += texts[i]->size;
    }
}

bool board_copy_take(board_copy_t *copy, const board_answer_t *board, uint64_t version)
{
    CHECK(copy != NULL && board != NULL);
    board_row_t *rows = malloc(size_of(board));
    if (rows == NULL)
        return false;
    char *at = (char *)(rows + board->row_count);
    board_answer_t own = *board;
    own.rows = rows;
    text_t *const heads[HEAD_TEXTS] = { &own.account, &own.group,    &own.scheme,
                                        &own.epoch,   &own.override, &own.frozen };
    move_texts(heads, HEAD_TEXTS, &at);
    for (uint32_t i = 0; i < board->row_count; i++) {
        rows[i] = board->rows[i];
        text_t *const texts[ROW_TEXTS] = { &rows[i].subject, &rows[i].name,
                                           &rows[i].unit, &rows[i].unit_name,
                                           &rows[i].post };
        move_texts(texts, ROW_TEXTS, &at);
    }
    free(copy->block);
    *copy = (board_copy_t){ .board = own, .version = version, .block = (char *)rows };
    return true;
}

void board_copy_fini(board_copy_t *copy)
{
    CHECK(copy != NULL);
    free(copy->block);
    *copy = (board_copy_t){ .version = 0 };
}
