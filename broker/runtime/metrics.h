/* metrics.h - what the core thread counts, by name; read by the stats query.
 *
 * Threads: the core thread. Counters only grow; they start at 0 with the process.
 */
#ifndef YX_RUNTIME_METRICS_H
#define YX_RUNTIME_METRICS_H

#include "proto/answer.h"
#include <stddef.h>
#include <stdint.h>

#define METRICS_LIST(X)                                                                \
    X(turns)              /* of the loop */                                            \
    X(messages_received)  /* complete messages, good or bad */                         \
    X(messages_malformed) /* refused before anything was read in them */               \
    X(messages_foreign)   /* peers that chose their own routing id: dropped */         \
    X(keys_refused)       /* messages under a key that is not, or not any more */      \
    X(pings)                                                                           \
    X(queries)                                                                         \
    X(queries_refused)                                                                 \
    X(submits)                                                                         \
    X(checks)                                                                          \
    X(commands_received)                                                               \
    X(commands_accepted)                                                               \
    X(commands_duplicate)                                                              \
    X(commands_refused)                                                                \
    X(commands_storage_full)                                                           \
    X(commands_read_only)                                                              \
    X(commits)                                                                         \
    X(commit_records)                                                                  \
    X(ballast_released)                                                                \
    X(receive_paused_gate)  /* turns that took nothing in: replies wait */             \
    X(receive_paused_batch) /* likewise: the batch is full, the disk works */          \
    X(replies_sent)                                                                    \
    X(replies_held)       /* waited in the gate for the journal */                     \
    X(replies_late)       /* the peer's queue was full, tried again */                 \
    X(replies_dropped)    /* still full: the session is marked resync */               \
    X(replies_unroutable) /* the peer had gone */                                      \
    X(watches_begun)                                                                   \
    X(watches_refused)                                                                 \
    X(watches_ended)   /* rights changed, or their connection lost a message */        \
    X(credits_unknown) /* credit for a watch that is not there */                      \
    X(publish_rounds)                                                                  \
    X(views_computed)                                                                  \
    X(views_unchanged) /* of these: nothing in it differed */                          \
    X(views_failed)    /* of these: no memory, tried again */                          \
    X(deltas_written)  /* once for all watchers of a view at one version */            \
    X(updates_sent)                                                                    \
    X(updates_whole) /* of these: whole views */                                       \
    X(update_rows)                                                                     \
    X(update_bytes)                                                                    \
    X(sessions_expired)                                                                \
    X(sessions_refused) /* the table was full */                                       \
    X(boards_refreshed)                                                                \
    X(names_lost) /* no memory for a name; the fact itself is kept */                  \
    X(sign_ins)                                                                        \
    X(sign_ins_wrong) /* wrong passwords */                                            \
    X(scrubs)                                                                          \
    X(snapshots)                                                                       \
    X(snapshots_failed)                                                                \
    X(door_updates_deferred) /* the ZAP handler's queue was full */

typedef struct {
#define X(name) uint64_t name;
    METRICS_LIST(X)
#undef X
} metrics_t;

enum {
#define X(name) METRIC_##name,
    METRICS_LIST(X)
#undef X
        METRICS_COUNT
};

/* Writes METRICS_COUNT counters to `out`. */
void metrics_list(const metrics_t *metrics, counter_t *out);

#endif
