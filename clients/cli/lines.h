/* lines.h - lines of a file or of standard input, without ever waiting for them.
 *
 * Threads: one owner.
 */
#ifndef YX_LINES_H
#define YX_LINES_H

#include "proto/buffer.h"
#include <stdbool.h>

typedef enum { LINES_LINE, LINES_MORE, LINES_TOO_LONG, LINES_END } lines_state_t;

typedef struct {
    int fd;
    bool ended, skipping; /* skipping = the rest of a line that was too long */
    uint64_t number;      /* of the line given last, from 1 */
    size_t at;            /* what of `bytes` has been given */
    buffer_t bytes;
} lines_t;

/* `path` "-" = standard input. STATUS_NOT_FOUND, with errno set. */
status_t lines_open(lines_t *lines, const char *path);
void lines_close(lines_t *lines);
/* The next line, without its end; borrowed until the next call. LINES_MORE: more has to
 * be read first. LINES_TOO_LONG: the line is passed over. */
lines_state_t lines_next(lines_t *lines, const char **line, size_t *size);
/* Reads what is there; may wait when the descriptor is not readable. STATUS_IO. */
status_t lines_read(lines_t *lines);

#endif
