/* watch_axis.h - one axis for the intervals of a whole board, in columns of a terminal.
 *
 * Totals are micro-points x basis points. Texts are UTF-8, NUL-terminated, exactly
 * `width` columns wide. Threads: none of its own.
 */
#ifndef YX_WATCH_AXIS_H
#define YX_WATCH_AXIS_H

#include "proto/answer.h"

#define WATCH_AXIS_WIDTH_MAX 60u
#define WATCH_AXIS_BYTES_MAX (WATCH_AXIS_WIDTH_MAX * 3 + 1)

typedef struct {
    int64_t low, high, step; /* points, low < high */
    unsigned width;          /* 8 to WATCH_AXIS_WIDTH_MAX */
} watch_axis_t;

/* Holds the intervals of all ranked rows. */
void watch_axis_choose(const board_answer_t *board, unsigned width, watch_axis_t *axis);
/* The figures over the ticks, and the axis with its ticks. */
void watch_axis_figures(const watch_axis_t *axis, char out[WATCH_AXIS_BYTES_MAX]);
void watch_axis_ticks(const watch_axis_t *axis, char out[WATCH_AXIS_BYTES_MAX]);
/* A thin bar from total - error to total + error with a dot at the total. */
void watch_axis_bar(const watch_axis_t *axis, int64_t total, int64_t error,
                    char out[WATCH_AXIS_BYTES_MAX]);
/* Column of a total, from 0. */
unsigned watch_axis_column(const watch_axis_t *axis, int64_t total);

#endif
