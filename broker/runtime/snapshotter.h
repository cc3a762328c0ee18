/* snapshotter.h - snapshots of the state by a forked child, and a start from one.
 *
 * The child has a frozen copy of the memory and writes it beside the running broker
 * (storage/snapshot.h). It waits with the last step until it is told the chain value of
 * the newest record that the state rests on, which is when that record is durable: a
 * snapshot never holds what the journal may lose. It keeps no descriptor but the folder
 * and its pipes, so that neither port nor lock outlive the broker with it, and dies with
 * the core thread.
 * Cost: the fork copies page tables, which stops the core thread for that time; pages
 * that change while the child writes are copied once.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_SNAPSHOTTER_H
#define YX_RUNTIME_SNAPSHOTTER_H

#include "broker/core/state.h"
#include "storage/journal.h"

typedef struct snapshotter snapshotter_t;

/* STATUS_NO_MEMORY, STATUS_IO (the folder cannot be opened). */
status_t snapshotter_create(const char *folder, snapshotter_t **snapshotter);
/* Kills a child under way. */
void snapshotter_destroy(snapshotter_t **snapshotter);

/* About how large the file would be. */
uint64_t snapshotter_bytes(const state_t *state);
/* Forks; the snapshot will be that of state->head_seq. STATUS_BUSY while one is under
 * way, STATUS_NO_MEMORY. */
status_t snapshotter_begin(snapshotter_t *snapshotter, const state_t *state);
/* The seq whose chain value the child waits for, 0 = none. */
uint64_t snapshotter_wants(const snapshotter_t *snapshotter);
/* That record is durable and this is its chain value. */
void snapshotter_tell(snapshotter_t *snapshotter,
                      const uint8_t chain[RECORD_CHAIN_BYTES]);

typedef struct {
    status_t status;
    uint64_t seq;
} snapshot_result_t;

/* Never waits: false while there is no result. */
bool snapshotter_take(snapshotter_t *snapshotter, snapshot_result_t *result);
/* Waits for the child under way. */
void snapshotter_wait(snapshotter_t *snapshotter, snapshot_result_t *result);
bool snapshotter_busy(const snapshotter_t *snapshotter);
/* Readable when a result waits; -1 when none is under way. */
int snapshotter_fd(const snapshotter_t *snapshotter);

/* Fills a new state from the folder's snapshot, and `chain` with the value of its newest
 * record, after holding both against the journal. STATUS_OK; STATUS_NOT_FOUND: there is
 * none; anything else: it cannot be used, and the state's memory may hold parts of it
 * (make it anew). Every running standing is then marked changed. */
status_t snapshot_restore(const char *folder, journal_t *journal, state_t *state,
                          uint8_t chain[RECORD_CHAIN_BYTES]);

#endif
