/* snapshot_file.h - the head of a snapshot file (FORMAT.md section 6); inner part of
 * snapshot.h. Byte order is the machine's: a snapshot is never moved to another one. */
#ifndef YX_STORAGE_SNAPSHOT_FILE_H
#define YX_STORAGE_SNAPSHOT_FILE_H

#include "storage/snapshot.h"

#include <stddef.h>
#define XXH_STATIC_LINKING_ONLY /* the state of a sum may lie on the stack */
#include <xxhash.h>

#define SNAPSHOT_MAGIC      "yixian-snapshot" /* with its NUL 16 bytes */
#define SNAPSHOT_FORMAT     1u
#define SNAPSHOT_STEP_BYTES (1u << 20) /* of one read or write */

typedef struct {
    char magic[16];
    uint32_t format, piece_count;
    snapshot_head_t head;
    uint64_t bytes[SNAPSHOT_PIECES_MAX];
    uint64_t pieces_sum; /* XXH3-64 of all pieces, one behind the other */
    uint64_t head_sum;   /* XXH3-64 of everything above */
} snapshot_file_t;

_Static_assert(sizeof(snapshot_file_t) == 16 + 8 + HASH_BYTES + JOURNAL_ID_BYTES +
                                              RECORD_CHAIN_BYTES + 8 +
                                              8 * SNAPSHOT_PIECES_MAX + 16,
               "no padding in what is written");

static inline uint64_t snapshot_head_sum(const snapshot_file_t *file)
{
    return XXH3_64bits(file, offsetof(snapshot_file_t, head_sum));
}

#endif
