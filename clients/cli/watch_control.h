/* watch_control.h - what keys do to a watched board: moves, questions, other views.
 *
 * Pure: keys in, the model changed, and whether another view is to be asked for.
 * Threads: one owner.
 */
#ifndef YX_WATCH_CONTROL_H
#define YX_WATCH_CONTROL_H

#include "clients/cli/watch_model.h"
#include "clients/cli/watch_screen.h"

#define WATCH_TYPED_MAX 160u /* bytes */

typedef enum {
    PRESS_CHARACTER,
    PRESS_ENTER,
    PRESS_ESCAPE,
    PRESS_BACKSPACE,
    PRESS_CLEAR, /* what is typed */
    PRESS_UP,
    PRESS_DOWN,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_HOME,
    PRESS_END,
    PRESS_COUNT
} press_kind_t;

typedef struct {
    press_kind_t kind;
    uint32_t character; /* Unicode, of PRESS_CHARACTER */
} press_t;

typedef enum {
    CONTROL_GOES_ON,
    CONTROL_OTHER_VIEW, /* watch_control_view is another one */
    CONTROL_QUIT
} control_t;

typedef struct watch_control watch_control_t;

/* `model` outlives the control; `view` is copied. STATUS_TEXT_TOO_LONG: one of its texts
 * is no label; STATUS_NO_MEMORY. */
status_t watch_control_create(language_t language, watch_model_t *model,
                              const board_query_t *view, watch_control_t **control);
void watch_control_destroy(watch_control_t **control);

/* `rows`: how many rows of the board can be seen. */
control_t watch_control_press(watch_control_t *control, press_t press, uint32_t rows);
/* The groups among which g goes on. */
void watch_control_groups(watch_control_t *control, const groups_answer_t *groups);
/* The view is answered. */
void watch_control_accepted(watch_control_t *control);
/* The view is refused. true: the one before is wanted again, and the refusal is told on
 * the screen; false: there is none, or it was this one. */
bool watch_control_refused(watch_control_t *control, status_t status,
                           const fault_t *fault);

/* Texts are the control's own until the next press. */
void watch_control_view(const watch_control_t *control, board_query_t *view);
void watch_control_picture(const watch_control_t *control, int64_t now_ms,
                           watch_picture_t *picture);

#endif
