/* committer.h - the thread that appends batches to the journal, and only it.
 *
 * The core thread hands one batch at a time and goes on filling the other; the end is
 * told by a bell (committer_fd) and fetched with committer_take. A full disk: the
 * ballast is given up and the append tried once more (law 7). Any other failure, and a
 * disk that is still full, is reported; the journal is then as it was, and the caller
 * ends the process. Free room is measured here too, because the ballast is ours.
 *
 * Threads: all calls from the core thread.
 */
#ifndef YX_RUNTIME_COMMITTER_H
#define YX_RUNTIME_COMMITTER_H

#include "broker/runtime/batch.h"
#include "storage/space.h"

/* Address space that must stay free in the journal's map: new commands are refused
 * with STATUS_STORAGE_FULL before an append could fail. */
#define COMMITTER_MAP_MARGIN_BYTES (64u * 1024u * 1024u)

typedef struct committer committer_t;

typedef struct {
    status_t
        status; /* STATUS_OK, STATUS_STORAGE_FULL, STATUS_IO, STATUS_CONFLICT ... */
    uint64_t durable_seq; /* the journal's head now */
    uint32_t records;     /* that became durable */
    bool ballast_released;
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of durable_seq */
} commit_t;

/* Borrows journal and space (NULL: nothing is ever low). map_bytes 0: no margin kept.
 * STATUS_NO_MEMORY. */
status_t committer_create(journal_t *journal, space_t *space, uint64_t map_bytes,
                          committer_t **committer);
/* Waits for the append under way, then ends the thread. */
void committer_destroy(committer_t **committer);

/* Whether a batch may be handed: none is under way, no result waits. */
bool committer_idle(const committer_t *committer);
/* Appends the batch; it is borrowed until committer_take returned true. */
void committer_hand(committer_t *committer, const batch_t *batch);
/* Never waits: false when there is no result. */
bool committer_take(committer_t *committer, commit_t *result);
/* Readable when a result waits; cleared by committer_take. */
int committer_fd(const committer_t *committer);

/* Asks for free room to be measured anew, soon. low_water_bytes 0: as it is. */
void committer_measure(committer_t *committer, uint64_t low_water_bytes);
/* As last measured: whether new commands must be refused; free room of the disk; bytes
 * used of the journal's map. */
bool committer_low(const committer_t *committer);
uint64_t committer_free_bytes(const committer_t *committer);
uint64_t committer_used_bytes(const committer_t *committer);

#endif
