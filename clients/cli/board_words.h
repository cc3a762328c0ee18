/* board_words.h - the cells of a board's row in words; for tables and for the screen.
 *
 * Every function fills a cell with NUL-terminated UTF-8, cut at a character when it does
 * not fit. Threads: none of its own.
 */
#ifndef YX_BOARD_WORDS_H
#define YX_BOARD_WORDS_H

#include "proto/answer.h"
#include "proto/words.h"

#define BOARD_CELL_BYTES_MAX 256u

/* `otherwise` when the text is empty. */
void board_words_text(text_t text, text_t otherwise, char cell[BOARD_CELL_BYTES_MAX]);
/* Empty when 0. */
void board_words_count(uint32_t count, char cell[BOARD_CELL_BYTES_MAX]);
/* The ranks that are possible: "2–9"; empty without a rank. */
void board_words_set(const board_row_t *row, char cell[BOARD_CELL_BYTES_MAX]);
/* Observations and inspectors: "31次·6人", "31/6". */
void board_words_looks(language_t language, const board_row_t *row,
                       char cell[BOARD_CELL_BYTES_MAX]);
/* 实, 暂, or 缺 with what a rank still needs. */
void board_words_state(language_t language, const board_row_t *row,
                       char cell[BOARD_CELL_BYTES_MAX]);

/* Appends lines to the head of a board: the epoch, what the set is, how the ratings hang
 * together, why it is shown when they do not, the cut of a frozen one. */
void board_words_sureness(language_t language, const board_answer_t *board, char *head,
                          size_t room);

#endif
