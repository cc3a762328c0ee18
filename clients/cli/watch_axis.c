/* watch_axis.c - see watch_axis.h. */
#include "clients/cli/watch_axis.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TOTAL_PER_POINT 10000000000LL
#define FIGURE_COLUMNS  8 /* between two ticks */

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && a < 0);
}

static void find_range(const board_answer_t *board, int64_t *low, int64_t *high)
{
    bool any = false;
    *low = 0;
    *high = 100;
    for (uint32_t i = 0; i < board->row_count; i++) {
        const board_row_t *row = &board->rows[i];
        if (row->rank == 0)
            continue;
        int64_t from = floor_div(row->total - row->error, TOTAL_PER_POINT);
        int64_t to = -floor_div(-(row->total + row->error), TOTAL_PER_POINT);
        *low = !any || from < *low ? from : *low;
        *high = !any || to > *high ? to : *high;
        any = true;
    }
}

void watch_axis_choose(const board_answer_t *board, unsigned width, watch_axis_t *axis)
{
    static const int64_t steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 };
    CHECK(board != NULL && axis != NULL);
    CHECK(width >= FIGURE_COLUMNS && width <= WATCH_AXIS_WIDTH_MAX);
    int64_t from, to;
    find_range(board, &from, &to);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int64_t step = steps[i];
        int64_t low = floor_div(from, step) * step;
        int64_t high = -floor_div(-to, step) * step;
        high = high > low ? high : low + step;
        *axis = (watch_axis_t){ low, high, step, width };
        if ((high - low) / step * FIGURE_COLUMNS <= (int64_t)width)
            return;
    }
}

unsigned watch_axis_column(const watch_axis_t *axis, int64_t total)
{
    double points = (double)total / (double)TOTAL_PER_POINT;
    double share = (points - (double)axis->low) / (double)(axis->high - axis->low);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (unsigned)(share * (axis->width - 1) + 0.5);
}

static unsigned column_of_tick(const watch_axis_t *axis, int64_t points)
{
    return watch_axis_column(axis, points * TOTAL_PER_POINT);
}

void watch_axis_figures(const watch_axis_t *axis, char out[WATCH_AXIS_BYTES_MAX])
{
    unsigned free_from = 0;
    memset(out, ' ', axis->width);
    out[axis->width] = '\0';
    for (int64_t tick = axis->low; tick <= axis->high; tick += axis->step) {
        char figure[24];
        int size = snprintf(figure, sizeof figure, "%" PRId64, tick);
        unsigned digits = (unsigned)size, at = column_of_tick(axis, tick);
        at = at > digits / 2 ? at - digits / 2 : 0;
        if (at + digits > axis->width)
            at = axis->width - digits;
        if (at < free_from)
            continue; /* no room for this one */
        memcpy(out + at, figure, digits);
        free_from = at + digits + 1;
    }
}

static void add(char *out, size_t *size, const char *piece)
{
    size_t bytes = strlen(piece);
    CHECK(*size + bytes < WATCH_AXIS_BYTES_MAX);
    memcpy(out + *size, piece, bytes + 1);
    *size += bytes;
}

void watch_axis_ticks(const watch_axis_t *axis, char out[WATCH_AXIS_BYTES_MAX])
{
    size_t size = 0;
    int64_t tick = axis->low;
    out[0] = '\0';
    for (unsigned i = 0; i < axis->width; i++) {
        bool here = tick <= axis->high && column_of_tick(axis, tick) == i;
        const char *piece = here ? "┴" : "─";
        if (i == 0)
            piece = "└";
        else if (i + 1 == axis->width)
            piece = "┘";
        add(out, &size, piece);
        tick += here ? axis->step : 0;
    }
}

void watch_axis_bar(const watch_axis_t *axis, int64_t total, int64_t error,
                    char out[WATCH_AXIS_BYTES_MAX])
{
    unsigned low = watch_axis_column(axis, total - error);
    unsigned high = watch_axis_column(axis, total + error);
    unsigned dot = watch_axis_column(axis, total);
    size_t size = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < axis->width; i++)
        add(out, &size, i == dot ? "●" : i >= low && i <= high ? "─" : " ");
}
