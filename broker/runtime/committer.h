/* committer.h - the thread that makes batches durable.
 *
 * The core hands over one batch at a time and goes on; the batch belongs to the
 * committer until its result is taken. A full disk is met once by giving the ballast
 * up; what fails then is reported, and the core ends the process (law 7).
 *
 * Threads: all calls by the core thread; the work is done in a thread of its own.
 */
#ifndef YX_RUNTIME_COMMITTER_H
#define YX_RUNTIME_COMMITTER_H

#include "broker/runtime/batch.h"
#include "storage/space.h"

typedef struct committer committer_t;

typedef struct {
    status_t
        status; /* STATUS_OK, STATUS_STORAGE_FULL, STATUS_IO, STATUS_CONFLICT ... */
    uint64_t durable_seq; /* newest seq on disk */
    uint32_t records;
    bool ballast_released;
    uint8_t chain[RECORD_CHAIN_BYTES];
} commit_result_t;

/* Borrows both until destroyed. STATUS_NO_MEMORY. */
status_t committer_create(journal_t *journal, space_t *space, committer_t **committer);
/* Waits for the batch in hand, then ends the thread. */
void committer_destroy(committer_t **committer);
bool committer_idle(const committer_t *committer);
/* Idle only. The batch must hold a record. */
void committer_hand(committer_t *committer, batch_t *batch);
/* Whether the batch in hand is done; then fills *result and is idle again. */
bool committer_take(committer_t *committer, commit_result_t *result);
/* Readable when a result waits. */
int committer_descriptor(const committer_t *committer);

#endif
