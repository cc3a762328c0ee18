/* exposition.h - counters, gauges and a histogram as text for Prometheus (format 0.0.4).
 *
 * Names are yixian_NAME, counters with _total, times in seconds. A pure function of its
 * input. Threads: any.
 */
#ifndef YX_RUNTIME_EXPOSITION_H
#define YX_RUNTIME_EXPOSITION_H

#include "broker/runtime/histogram.h"
#include "proto/answer.h"
#include "proto/buffer.h"

#define EXPOSITION_BYTES_MAX (64u * 1024u)

typedef struct {
    const counter_t *counters; /* names that live for ever */
    uint32_t count;
    uint32_t growing; /* the first so many are counters, the rest gauges */
    const histogram_t *acknowledge;
} exposition_t;

/* Appends the whole text. STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t exposition_write(buffer_t *out, const exposition_t *what);

#endif
