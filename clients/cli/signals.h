/* signals.h - the signals that end a verb or tell of a resized terminal, as a descriptor.
 *
 * Opened before any thread is made, so that no thread is interrupted by them.
 */
#ifndef YX_SIGNALS_H
#define YX_SIGNALS_H

typedef enum { SIGNALS_NONE, SIGNALS_STOP, SIGNALS_RESIZE } signals_t;

/* SIGINT, SIGTERM and SIGHUP; SIGWINCH too when `resize`. The descriptor, or -1. */
int signals_open(int resize);
void signals_close(int *descriptor);
/* The next one that came; SIGNALS_NONE when there is none. */
signals_t signals_take(int descriptor);

#endif
