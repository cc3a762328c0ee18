/* board_rows.h - what a board tells: rows and head, and how many rows go into one part.
 *
 * Shared by board queries, explanations and views. Texts borrow from state and
 * directory: names and posts until the thing is put again, codes and labels for ever.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_BOARD_ROWS_H
#define YX_RUNTIME_BOARD_ROWS_H

#include "broker/runtime/core.h"
#include "proto/answer.h"

/* Upper bounds of what a part holds beside texts: numbers, tags and lengths. */
#define BOARD_ROW_FIXED_BYTES    160u
#define BOARD_HEAD_FIXED_BYTES   1024u
/* Codes of subject and unit; name, unit's name and post at four bytes a character. */
#define BOARD_ROW_TEXT_BYTES_MAX (2u * CODE_BYTES_MAX + 3u * 4u * NAME_CHARS_MAX)

void board_rows_tell(const core_t *core, const view_row_t *from, board_row_t *row);
/* Account, group, scheme, counts, clock; `rows` stays empty. */
void board_rows_head(const core_t *core, uint32_t account, uint32_t group,
                     const view_head_t *counts, board_answer_t *head);
/* How many of the rows from `first` on go into one part of ANSWER_PART_BYTES_MAX that
 * holds `taken_bytes` of other things; at least one when there is one and nothing else
 * is in the part. */
uint32_t board_rows_fit(const board_row_t *rows, uint32_t first, uint32_t count,
                        size_t taken_bytes);

text_t board_rows_word(const state_t *state, uint32_t word);

#endif
