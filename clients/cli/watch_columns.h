/* watch_columns.h - which columns of a board fit into a width, and what stands in them.
 *
 * Rank, possible ranks, name, total, looks and state are always there, for no rank is
 * shown without them (rule R10); movement, unit, interval and post as far as there is
 * room. Threads: none of its own.
 */
#ifndef YX_WATCH_COLUMNS_H
#define YX_WATCH_COLUMNS_H

#include "clients/cli/board_words.h"
#include "clients/cli/watch_axis.h"
#include "clients/cli/watch_model.h"

typedef enum {
    COLUMN_RANK,
    COLUMN_MOVE,
    COLUMN_SET,
    COLUMN_NAME,
    COLUMN_UNIT,
    COLUMN_POST,
    COLUMN_TOTAL,
    COLUMN_INTERVAL,
    COLUMN_LOOKS,
    COLUMN_STATE,
    COLUMN_COUNT
} column_t;

#define WATCH_MARKS_WIDTH 3u /* in front: where one is, just changed, the band's rule */

typedef enum { TIGHT_NOT, TIGHT_TITLES, TIGHT_WORDS, TIGHT_COUNT } tight_t;

typedef struct {
    language_t language;
    bool unranked;
    tight_t tight;
    unsigned needed; /* columns that what is always there takes */
    bool fits;
    bool shown[COLUMN_COUNT];
    unsigned at[COLUMN_COUNT], width[COLUMN_COUNT];
    watch_axis_t axis; /* when COLUMN_INTERVAL is shown */
} watch_columns_t;

void watch_columns_choose(const board_answer_t *board, language_t language,
                          bool unranked, unsigned width, watch_columns_t *columns);
/* The narrowest screen on which the board can be shown. */
unsigned watch_columns_least(const board_answer_t *board, language_t language,
                             bool unranked);
const char *watch_columns_title(const watch_columns_t *columns, column_t column);
bool watch_columns_right(column_t column);
/* Also the bar of the interval. */
void watch_columns_cell(const watch_columns_t *columns, column_t column,
                        const watch_row_t *row, char cell[BOARD_CELL_BYTES_MAX]);

#endif
