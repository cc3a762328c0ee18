/* buffer.h - a growable byte string with a ceiling.
 *
 * Threads: one owner. buffer_init takes no memory; a failed append leaves the
 * bytes as they were.
 */
#ifndef YX_PROTO_BUFFER_H
#define YX_PROTO_BUFFER_H

#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *data;
    size_t size, capacity, ceiling;
} buffer_t;

void buffer_init(buffer_t *buffer, size_t ceiling_bytes);
void buffer_fini(buffer_t *buffer);
/* Room for `bytes` more at data + size. STATUS_TOO_LARGE: over the ceiling;
 * STATUS_NO_MEMORY. */
status_t buffer_reserve(buffer_t *buffer, size_t bytes);
status_t buffer_append(buffer_t *buffer, const void *data, size_t bytes);
void buffer_clear(buffer_t *buffer); /* size = 0, memory kept */

#endif
