/* workload.h - what a broker does to its data folder, small and always the same.
 *
 * Real commands are decided and applied to a real state, appended to a journal in
 * batches of 1 to 24 records (some with private parts of several pages), with snapshots
 * by the forked child, backups and a ballast that is given up and made anew. Marks in
 * the recording tell what had been acknowledged when.
 *
 * Threads: one owner. Everything ends the test when it fails.
 */
#ifndef YX_TESTS_WORKLOAD_H
#define YX_TESTS_WORKLOAD_H

#include "broker/core/state.h"
#include "broker/runtime/memory.h"
#include "storage/journal.h"
#include "storage/space.h"

#define WORKLOAD_MAP_BYTES (16u << 20)
#define WORKLOAD_ROWS      512u /* of each table */

/* Folders below the root. */
#define WORKLOAD_DATA      "data"
#define WORKLOAD_BACKUP    "backup"
#define WORKLOAD_PROFILE   "profile" /* of a client: its outbox */

/* Values of marks; from MARK_CREATED on each says that something was acknowledged. */
enum {
    MARK_READY = 1, /* the folders are there and durable */
    MARK_CREATED,   /* journal_open() made the journal */
    MARK_APPENDED,  /* bytes: boundary_t */
    MARK_SNAPSHOT,  /* bytes: uint64_t seq */
    MARK_BACKUP,    /* bytes: uint64_t records */
    MARK_OUTBOX     /* bytes: outbox_counts_t */
};

/* Between two batches: everything there is to compare with. */
typedef struct {
    uint64_t head;
    uint8_t chain[RECORD_CHAIN_BYTES];
    uint8_t digest[HASH_BYTES]; /* of the state that rests on it */
} boundary_t;

/* A new state of the workload's size. */
void workload_state(state_t *state, memory_t *memory);
space_options_t workload_space(void);
/* Runs in the empty folder `root`, which is being recorded. */
void workload_run(const char *root, uint64_t seed, uint32_t batches);

#endif
