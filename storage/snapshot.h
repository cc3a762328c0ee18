/* snapshot.h - a cache of memory on disk: pieces of bytes under one head and one sum.
 *
 * A snapshot saves a start from reading the whole journal. It is never the truth: in
 * doubt it is thrown away whole. FORMAT.md section 6 tells the bytes.
 *
 * Writing    snapshot_write() calls nothing that is not async-signal-safe and takes no
 *            memory, for it runs in a forked child of a process with threads. The file
 *            appears under its name only when it is whole and synced.
 * Threads    no state of its own.
 */
#ifndef YX_STORAGE_SNAPSHOT_H
#define YX_STORAGE_SNAPSHOT_H

#include "proto/limits.h"
#include "proto/status.h"
#include "storage/record.h"
#include <stdbool.h>
#include <stddef.h>

#define SNAPSHOT_FILE       "snapshot"
#define SNAPSHOT_PART_FILE  "snapshot.part" /* being written, or left by a crash */
#define SNAPSHOT_PIECES_MAX 256u

/* Who wrote what. `layout` stands for the meaning of the pieces: another one is another
 * release's, or that of other tables. */
typedef struct {
    uint8_t layout[HASH_BYTES];
    uint8_t journal_id[JOURNAL_ID_BYTES];
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of record seq */
    uint64_t seq;                      /* the newest record that the pieces rest on */
} snapshot_head_t;

typedef struct {
    void *data;
    uint64_t bytes;
} snapshot_piece_t;

/* Asked when all pieces are written and before the head is: fills head->chain, or says
 * that the snapshot must not be (then STATUS_STOPPING). May wait. */
typedef bool snapshot_wait(void *context, snapshot_head_t *head);

/* Writes the file in the folder that `folder_fd` is open on: pieces, then the head, synced,
 * renamed, folder synced. STATUS_OK, STATUS_STORAGE_FULL, STATUS_IO, STATUS_STOPPING; the
 * former snapshot then stands as it was, and no part file is left. */
status_t snapshot_write(int folder_fd, const snapshot_head_t *head,
                        const snapshot_piece_t *pieces, uint32_t count,
                        snapshot_wait *wait, void *context);

typedef struct snapshot snapshot_t;

/* Opens the snapshot of a folder and reads its head. STATUS_NOT_FOUND, STATUS_FORMAT (not
 * of this format), STATUS_DAMAGED (head), STATUS_IO, STATUS_NO_MEMORY. */
status_t snapshot_open(const char *folder, snapshot_t **snapshot);
void snapshot_close(snapshot_t **snapshot);
const snapshot_head_t *snapshot_head(const snapshot_t *snapshot);
/* Bytes of piece i; CHECKs the index. */
uint64_t snapshot_piece_bytes(const snapshot_t *snapshot, uint32_t index);
uint32_t snapshot_piece_count(const snapshot_t *snapshot);
/* Reads the next piece, in order from 0, into `data` of exactly that size. STATUS_DAMAGED,
 * STATUS_IO. */
status_t snapshot_read(snapshot_t *snapshot, void *data);
/* After the last piece: whether the sum over all of them holds. Until then nothing that
 * was read may be believed. STATUS_DAMAGED. */
status_t snapshot_verify(snapshot_t *snapshot);

/* Removes snapshot and part file; that they are not there is STATUS_OK. STATUS_IO. */
status_t snapshot_remove(const char *folder);

#endif
