/* watch_model.h - what a person who watches a board has before them: the view, what moved
 * and what just changed in it, the row they are at, and whether it is frozen.
 *
 * Pure: knows no terminal, sends nothing and reads no clock; `now_ms` is a monotonic
 * clock of the caller's. Threads: one owner.
 */
#ifndef YX_WATCH_MODEL_H
#define YX_WATCH_MODEL_H

#include "proto/answer.h"
#include <stddef.h>

#define WATCH_CHANGED_MS 2000  /* so long a changed row is marked */
#define WATCH_SEEN_MAX   8192u /* subjects whose ranks are remembered */

typedef struct watch_model watch_model_t;

/* NULL: no memory. */
watch_model_t *watch_model_create(void);
void watch_model_destroy(watch_model_t **model);

/* ---- what came ---- */

/* Another view is asked for. `other_board`: ranks of before mean nothing for it. What
 * first comes in it has neither moved nor changed. A frozen picture is let go. */
void watch_model_begin(watch_model_t *model, bool other_board);
/* The view as of `version`, copied. false: no memory, nothing changed. */
bool watch_model_take(watch_model_t *model, const board_answer_t *board,
                      uint64_t version, int64_t now_ms);
void watch_model_live(watch_model_t *model, bool live, int64_t now_ms);

/* ---- what the person does ---- */

/* Keeps the picture as it is, or goes on. */
void watch_model_freeze(watch_model_t *model);
/* Movement counts from now on; or again from the beginning. */
void watch_model_mark(watch_model_t *model);
void watch_model_unmark(watch_model_t *model);
/* Rows down (or up, when negative); the row is then followed wherever it moves. */
void watch_model_move(watch_model_t *model, int64_t rows);
/* To the first or the last row, which is not followed. */
void watch_model_first(watch_model_t *model);
void watch_model_last(watch_model_t *model);
/* To the next row whose name or code holds the text, from the present one on (`next`:
 * from behind it) and around; letters of codes of either size. false: there is none. */
bool watch_model_find(watch_model_t *model, const char *text, bool next);
/* So many rows can be seen: the selected one is among them. */
void watch_model_fit(watch_model_t *model, uint32_t rows);

/* ---- what is to be seen ---- */

typedef struct {
    const board_answer_t
        *board; /* NULL = nothing has come; valid until the next call */
    uint64_t version;
    int64_t clock_ms; /* the broker's: it goes on while the view is live */
    int64_t data_ms;  /* the broker's when the view was built */
    bool live, frozen;
    int64_t silent_ms;    /* since the broker was not heard, when not live */
    uint32_t news;        /* rows that changed since the picture was frozen */
    bool marked;          /* movement counts from a mark */
    int64_t reference_ms; /* broker's time from which movement counts */
    uint32_t top, selected;
} watch_look_t;

typedef struct {
    const board_row_t *row;
    int64_t moved; /* places up */
    bool fresh;    /* had no rank here before */
    bool changed;
    bool selected; /* the person went there; nobody's row is shown before that */
    bool band_first, band_last; /* of the rows with its band */
} watch_row_t;

void watch_model_look(const watch_model_t *model, int64_t now_ms, watch_look_t *look);
/* The row at `index` of the board being looked at. */
void watch_model_row(const watch_model_t *model, uint32_t index, int64_t now_ms,
                     watch_row_t *row);

#endif
