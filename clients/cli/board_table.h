/* board_table.h - a board as a table of text.
 *
 * Parts of the answer are added in their order; part 0 begins anew. Threads: one owner.
 */
#ifndef YX_BOARD_TABLE_H
#define YX_BOARD_TABLE_H

#include "clients/cli/table.h"
#include "proto/answer.h"
#include "proto/words.h"

typedef struct {
    language_t language;
    bool unranked; /* those not ranked were asked for */
    table_t *table;
    char head[2048]; /* account, scheme, seq, counts */
    status_t status; /* the first thing that went wrong */
} board_table_t;

/* STATUS_NO_MEMORY. */
status_t board_table_init(board_table_t *board, language_t language, bool unranked);
void board_table_fini(board_table_t *board);
void board_table_add(board_table_t *board, const answer_t *answer);
/* Head and table. STATUS_NO_MEMORY, STATUS_TOO_LARGE, or what an add met. */
status_t board_table_write(const board_table_t *board, bool colour, buffer_t *out);

#endif
