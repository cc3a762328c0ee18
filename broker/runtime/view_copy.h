/* view_copy.h - what a view last showed: since when each row, and who left it.
 *
 * Versions are seqs. From any version of the past the copy tells the difference to now:
 * the rows that changed after it, and the subjects that left after it and are not back.
 * Departures are kept for as many subjects as the view has rows; where they do not
 * reach back, or the difference is not smaller than the view, the whole view is told.
 * Memory: taken once for `rows_max` rows, but for names and posts. Threads: one owner.
 */
#ifndef YX_RUNTIME_VIEW_COPY_H
#define YX_RUNTIME_VIEW_COPY_H

#include "broker/ranking/board.h"
#include "proto/answer_board.h"

typedef struct view_copy view_copy_t;

/* What the view shows now. Codes of subjects and units are borrowed for ever, names and
 * posts for the call. */
typedef struct {
    const board_row_t *rows;
    const uint32_t *subjects; /* their rows in the state */
    view_head_t head;         /* head.count = how many */
} view_shown_t;

typedef struct {
    uint64_t base; /* 0 = the rows are the whole view */
    uint32_t row_count, gone_count;
} view_news_t;

/* rows_max: at most BOARD_WINDOW_MAX. NULL when memory is short. */
view_copy_t *view_copy_create(uint32_t rows_max);
void view_copy_destroy(view_copy_t **copy);

/* Takes what the view shows as of `seq`, not below the version. The version becomes
 * `seq` when any row or count differs, and the first time; else it stays.
 * STATUS_NO_MEMORY: the copy is as it was. */
status_t view_copy_take(view_copy_t *copy, const view_shown_t *shown, uint64_t seq);

/* 0 = nothing was taken yet. */
uint64_t view_copy_version(const view_copy_t *copy);
const view_head_t *view_copy_head(const view_copy_t *copy);
/* The difference from version `from` (0 = the whole view); `rows` and `gone` have room
 * for rows_max each. What is filled in borrows from the copy until the next take. */
view_news_t view_copy_news(const view_copy_t *copy, uint64_t from, board_row_t *rows,
                           text_t *gone);

#endif
