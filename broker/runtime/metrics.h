/* metrics.h - what the core thread counts; one struct passed down, one list of names.
 *
 * Counters only rise; gauges (head_seq, observations ...) are filled in when asked.
 * X(name): a uint64_t, shown by `yx admin stats` under the same name.
 */
#ifndef YX_RUNTIME_METRICS_H
#define YX_RUNTIME_METRICS_H

#include <stdint.h>

#define METRICS_LIST(X)                                                                \
    X(requests)                                                                        \
    X(requests_malformed)                                                              \
    X(requests_denied)                                                                 \
    X(commands_accepted)                                                               \
    X(commands_duplicate)                                                              \
    X(commands_refused)                                                                \
    X(commands_without_room)                                                           \
    X(queries)                                                                         \
    X(replies_sent)                                                                    \
    X(replies_unroutable)                                                              \
    X(gate_full)                                                                       \
    X(sessions_refused)                                                                \
    X(batches_committed)                                                               \
    X(records_committed)                                                               \
    X(ballast_released)                                                                \
    X(board_refreshes)

typedef struct {
#define X(name) uint64_t name;
    METRICS_LIST(X)
#undef X
} metrics_t;

#endif
