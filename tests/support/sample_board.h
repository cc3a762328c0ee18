/* sample_board.h - an invented board of one group, for tests of what shows boards.
 *
 * Rows C01, C02 ... with Chinese names, totals of 95.00 downwards by one point, bands of
 * three, intervals of three points either way.
 */
#ifndef YX_TESTS_SAMPLE_BOARD_H
#define YX_TESTS_SAMPLE_BOARD_H

#include "proto/answer.h"

#define SAMPLE_ROWS_MAX 200u
#define SAMPLE_POINT    10000000000LL

typedef struct {
    board_row_t rows[SAMPLE_ROWS_MAX];
    char codes[SAMPLE_ROWS_MAX][8];
    board_answer_t board;
} sample_board_t;

void sample_board_fill(sample_board_t *sample, uint32_t count);
text_t sample_text(const char *text);

#endif
