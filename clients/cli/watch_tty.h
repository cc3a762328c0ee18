/* watch_tty.h - the terminal: paints a canvas, reads keys. The one user of ncurses.
 *
 * While it is open nothing else writes to the terminal. Threads: one owner; one terminal
 * a process.
 */
#ifndef YX_WATCH_TTY_H
#define YX_WATCH_TTY_H

#include "clients/cli/canvas.h"
#include "clients/cli/watch_control.h"

typedef struct watch_tty watch_tty_t;

/* NULL: the terminal cannot be used (its kind is not known), or no memory. */
watch_tty_t *watch_tty_open(bool colour);
/* Leaves the terminal as it was. */
void watch_tty_close(watch_tty_t **tty);

/* The size as it is now; after a resize it is asked for first. */
void watch_tty_size(watch_tty_t *tty, unsigned *columns, unsigned *lines);
void watch_tty_resize(watch_tty_t *tty);
/* `caret`: column of the last line where somebody types, or -1. */
void watch_tty_paint(watch_tty_t *tty, const canvas_t *canvas, int caret);
/* The next key that was pressed; false when there is none. */
bool watch_tty_press(watch_tty_t *tty, press_t *press);

#endif
