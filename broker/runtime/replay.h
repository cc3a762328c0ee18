/* replay.h - rebuilds state and directory from the journal at start (laws 2 and 5).
 *
 * Each record is read, resolved with the verdict that it carries and applied; nothing
 * is judged again. A damaged record ends the replay: the state is then that of the
 * record before, and the broker serves reading only. Threads: the core thread, with one
 * that reads and decodes ahead of it (read_ahead.h). Workload: 500,000 records/s; no
 * allocation per record.
 */
#ifndef YX_RUNTIME_REPLAY_H
#define YX_RUNTIME_REPLAY_H

#include "broker/core/state.h"
#include "broker/runtime/directory.h"
#include "broker/runtime/log.h"
#include "storage/journal.h"

typedef struct {
    journal_t *journal;
    state_t *state;                    /* new, or as a snapshot left it */
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of state->head_seq; zero when new */
    directory_t *directory;
    const log_t *log;
} replay_t;

typedef struct {
    uint64_t records;                  /* applied */
    uint64_t damaged_seq;              /* the first that could not be, 0 = none */
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of the newest applied */
    uint32_t names_lost;               /* no memory for a name */
} replay_result_t;

/* STATUS_OK; STATUS_DAMAGED with damaged_seq set; STATUS_NOT_FOUND: the journal is
 * empty; STATUS_IO, STATUS_NO_MEMORY, STATUS_FORMAT: not usable at all. */
status_t replay_run(const replay_t *replay, replay_result_t *result);

#endif
