/* watch_screen.h - the picture of a watched board: what is known becomes lines of text.
 *
 * Pure: a model and what is being typed in, a canvas out; SCREENS.md section 2 is the
 * row. Threads: none of its own.
 */
#ifndef YX_WATCH_SCREEN_H
#define YX_WATCH_SCREEN_H

#include "clients/cli/canvas.h"
#include "clients/cli/watch_model.h"
#include "proto/words.h"

#define WATCH_LINES_MIN  9u
#define WATCH_HELP_LINES 12u
#define WATCH_HELP_PAGE  6u /* fewer than the smallest screen shows */

typedef struct {
    language_t language;
    const watch_model_t *model;
    const char *group;   /* as asked for */
    const char *filter;  /* "unit=U010", or "" */
    const char *prompt;  /* what is being asked, or NULL */
    const char *typed;   /* the answer so far */
    const char *message; /* one line about the last key, or "" */
    bool unranked, help;
    unsigned help_from; /* its line to begin with where not all of it fits */
    int64_t now_ms;     /* as the model's */
} watch_picture_t;

/* How many rows of the board can be seen on a screen of this size; at least 1. */
uint32_t watch_screen_rows(const watch_picture_t *picture, unsigned columns,
                           unsigned lines);
/* Paints everything; watch_model_fit has been called with watch_screen_rows. */
void watch_screen_draw(const watch_picture_t *picture, canvas_t *canvas);
/* Where the typing person is: the column behind what was typed, on the last line. */
unsigned watch_screen_caret(const watch_picture_t *picture);

#endif
