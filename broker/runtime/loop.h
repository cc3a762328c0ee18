/* loop.h - the core thread's turns: the one place that waits.
 *
 * Each turn runs named, bounded phases in a fixed order: clock, receive (decide and
 * apply), jobs (what the broker writes itself), hand over, take what became durable and open the gate, publish, timers,
 * sleep. While batch k syncs, batch k + 1 is decided. When the gate or the batch is
 * full nothing is received until it drains: the senders wait, nothing is dropped.
 *
 * Draining (SIGTERM, SIGINT, stop): nothing new is received, what was accepted is
 * committed and answered, no more updates of watches are begun, then the loop ends with
 * STATUS_OK.
 * Fail stop: a commit that fails ends the loop with its status (law 7).
 */
#ifndef YX_RUNTIME_LOOP_H
#define YX_RUNTIME_LOOP_H

#include "broker/runtime/core.h"

#define LOOP_MESSAGES_MAX    256u /* received in one turn */
#define LOOP_RECORDS_MAX     256u /* about as many commands decided in one turn */
#define LOOP_SESSION_IDLE_MS (15 * 60 * 1000)
#define LOOP_EXPIRE_MAX      256u /* sessions forgotten in one second */
#define LOOP_SECOND_MS       1000
#define LOOP_LATE_RETRY_MS   1
#define LOOP_DRAIN_MS        10000 /* for peers to read their replies */

/* What SIGHUP may change; 0 = as it is. */
typedef struct {
    uint64_t low_water_bytes;
    uint32_t log_level;
} loop_reload_t;

typedef struct {
    core_t *core;
    batch_t *batches[2];
    int signal_fd;                                           /* signalfd, or -1 */
    int stop_fd;                                             /* wake.h: rung to drain */
    uint32_t tick_ms;                                        /* of publication */
    int64_t (*clock_ms)(void *context);                      /* real Unix time */
    bool (*on_reload)(void *context, loop_reload_t *reload); /* may be NULL */
    void (*on_stopping)(void *context);                      /* may be NULL */
    void *context;                                           /* of all three */
} loop_options_t;

/* Runs until drained or until a commit fails. */
status_t loop_run(const loop_options_t *options);

#endif
