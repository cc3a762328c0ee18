/* canvas.h - a screen's worth of characters in memory: what is to be painted, and how.
 *
 * Knows widths (a Chinese character takes two columns, a combining mark none) and
 * styles, but no terminal. What does not fit is cut; what cannot be shown (controls,
 * marks that turn the direction of writing) is left out. Threads: one owner.
 */
#ifndef YX_CANVAS_H
#define YX_CANVAS_H

#include "proto/buffer.h"
#include <stdbool.h>
#include <stddef.h>

#define CANVAS_COLUMNS_MAX 512u
#define CANVAS_LINES_MAX   256u

/* May be combined; a terminal shows of them what it can. */
typedef enum {
    STYLE_PLAIN = 0,
    STYLE_STRONG = 1,
    STYLE_QUIET = 2,
    STYLE_BAND = 4, /* tinted ground */
    STYLE_CHANGED = 8,
    STYLE_SELECTED = 16,
    STYLE_GOOD = 32,
    STYLE_WARNING = 64
} style_t;

typedef struct canvas canvas_t;

/* At most the limits above. NULL: no memory. */
canvas_t *canvas_create(unsigned columns, unsigned lines);
void canvas_destroy(canvas_t **canvas);
unsigned canvas_columns(const canvas_t *canvas);
unsigned canvas_lines(const canvas_t *canvas);

/* Puts a text into `width` columns from `column` on and fills the rest of them with
 * blanks; a text that is too wide ends in "…". `right`: blanks stand before it. Columns
 * and lines outside the canvas are left out. `text` may be NULL with size 0. */
void canvas_put(canvas_t *canvas, unsigned line, unsigned column, unsigned width,
                bool right, const char *text, size_t size, unsigned style);
/* NUL-terminated, left-aligned, as wide as it is; returns the column behind it. */
unsigned canvas_add(canvas_t *canvas, unsigned line, unsigned column, const char *text,
                    unsigned style);
/* The style of a whole line, in addition to that of its texts. */
void canvas_ground(canvas_t *canvas, unsigned line, unsigned style);

/* A line as text, with the blanks behind it. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t canvas_text(const canvas_t *canvas, unsigned line, buffer_t *out);
/* Characters of one style that follow one another from *column on, appended to `out`;
 * *column is moved behind them. false at the end of the line. */
bool canvas_run(const canvas_t *canvas, unsigned line, unsigned *column,
                unsigned *style, buffer_t *out);

#endif
