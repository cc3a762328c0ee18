/* board_copy.h - a board of one's own, with all its texts.
 *
 * Threads: one owner.
 */
#ifndef YX_BOARD_COPY_H
#define YX_BOARD_COPY_H

#include "proto/answer.h"

typedef struct {
    board_answer_t board; /* its rows and texts lie in `block` */
    uint64_t version;     /* 0 = nothing is held */
    char *block;
} board_copy_t;

/* Takes the place of what was held. false: no memory, and the copy is as it was. */
bool board_copy_take(board_copy_t *copy, const board_answer_t *board, uint64_t version);
void board_copy_fini(board_copy_t *copy);

#endif
