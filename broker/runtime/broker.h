/* broker.h - builds the whole broker from its options, runs it, takes it down.
 *
 * Threads: the caller's becomes the core thread; committer, reader, ZAP handler and
 * libzmq's own run beside it. Only broker_stop may be called from another one.
 */
#ifndef YX_RUNTIME_BROKER_H
#define YX_RUNTIME_BROKER_H

#include "broker/core/state.h"
#include "broker/runtime/log.h"
#include "broker/runtime/loop.h"

#define BROKER_SESSIONS_MAX  65536u
#define BROKER_TICK_MS       50u /* publication, the default */
#define BROKER_ENDPOINT_FILE "endpoint"
#define BROKER_METRICS_FILE  "metrics" /* where the exporter listens */

typedef struct broker broker_t;

typedef struct {
    const char *data;          /* folder made by init_folder */
    const char *listen;        /* tcp://ADDRESS:PORT; port * = the system chooses */
    const char *metrics;       /* address of the exporter (exporter.h), NULL = none */
    const uint8_t *secret_key; /* KEY_BYTES; borrowed for broker_open */
    const state_limits_t *limits; /* NULL = those of TABLE_LIST */
    uint32_t batch_records;       /* SUBMIT_ITEMS_MAX to JOURNAL_BATCH_MAX */
    uint64_t low_water_bytes, ballast_bytes, map_bytes;
    uint64_t snapshot_records; /* new ones between two snapshots; 0 = no snapshots */
    uint32_t tick_ms;          /* 0 = BROKER_TICK_MS */
    log_t log;
    bool signals; /* takes SIGTERM, SIGINT and SIGHUP while it is open */

    /* All may be NULL; `context` is passed to each. */
    /* Unix time, NULL = the system's; a demonstration's is derived from it. */
    int64_t (*clock_ms)(void *context);
    void (*on_ready)(void *context, const char *endpoint);
    bool (*on_reload)(void *context, loop_reload_t *reload);
    void (*on_stopping)(void *context);
    void *context;
} broker_options_t;

/* Opens the folder, replays the journal, binds the port and writes the endpoint to
 * DATA/endpoint. STATUS_NOT_FOUND (no journal, or an empty one), STATUS_LOCKED,
 * STATUS_FORMAT, STATUS_DAMAGED (the environment itself), STATUS_CONFIG (the endpoint
 * cannot be bound), STATUS_IO, STATUS_STORAGE_FULL, STATUS_NO_MEMORY; the log says
 * more. A damaged record is no failure: see broker_read_only. */
status_t broker_open(const broker_options_t *options, broker_t **broker);
/* Why commands are refused with STATUS_READ_ONLY, or NULL. */
const char *broker_read_only(const broker_t *broker);
const char *broker_endpoint(const broker_t *broker);
/* Serves until stopped and drained (STATUS_OK) or until a write fails. */
status_t broker_run(broker_t *broker);
/* Begins draining; any thread. */
void broker_stop(broker_t *broker);
void broker_close(broker_t **broker);

#endif
