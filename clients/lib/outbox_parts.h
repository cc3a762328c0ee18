/* outbox_parts.h - what the files of the outbox share; see outbox.h.
 *
 * Three tables: `about` holds one record (meta_t), `open` and `done` hold entries under
 * their place, 8 bytes big endian. Every record ends with a sum over key and bytes.
 */
#ifndef YX_OUTBOX_PARTS_H
#define YX_OUTBOX_PARTS_H

#include "clients/lib/outbox.h"

#include "proto/buffer.h"
#include <lmdb.h>

#define OUTBOX_KEY_BYTES   8u
#define OUTBOX_SUM_BYTES   16u
#define OUTBOX_PLACE_BYTES 16u
#define OUTBOX_META_BYTES  160u
#define OUTBOX_ENTRY_MAX   (PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX + 512u)

typedef struct {
    uint64_t instance, next_number, next_entry, instances;
    uint64_t draft, waiting, refused, kept; /* kept: acknowledged */
    uint64_t open_bytes, kept_bytes;        /* of encoded entries */
    uint8_t place[OUTBOX_PLACE_BYTES];      /* where the folder lay */
    uint64_t lease_token, lease_process, lease_boot, lease_through;
    int64_t lease_until_ms; /* since the start of the machine */
} outbox_meta_t;

struct outbox {
    MDB_env *env;
    MDB_dbi about, open, done;
    MDB_txn *txn; /* of a change under way */
    outbox_meta_t meta;
    outbox_clock_t *clock;
    uint64_t boot;        /* which start of the machine this is */
    buffer_t read, write; /* one encoded entry each */
    bool copied;
};

/* ---- outbox_record.c ---- */

void outbox_key(uint64_t entry, uint8_t key[OUTBOX_KEY_BYTES]);
uint64_t outbox_key_read(const uint8_t key[OUTBOX_KEY_BYTES]);
void outbox_meta_encode(const outbox_meta_t *meta, uint8_t out[OUTBOX_META_BYTES]);
bool outbox_meta_decode(const void *bytes, size_t size, outbox_meta_t *meta);
/* Into an emptied buffer. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t outbox_entry_encode(const outbox_entry_t *entry, buffer_t *out);
/* The parts are borrowed from `bytes`. STATUS_DAMAGED; found->entry is set anyway. */
status_t outbox_entry_decode(uint64_t place, const void *bytes, size_t size,
                             outbox_entry_t *found);

/* ---- outbox_open.c ---- */

status_t outbox_status(int error); /* of LMDB or errno */
/* A new instance for what is added from now on. */
void outbox_take_instance(outbox_meta_t *meta);
/* Reads the record, or makes it from what the tables hold. */
status_t outbox_read_meta(outbox_t *outbox, MDB_txn *txn, outbox_meta_t *meta);
/* Counts anew what the tables hold. */
status_t outbox_recount(outbox_t *outbox, MDB_txn *txn, outbox_meta_t *meta);
bool outbox_lease_lives(const outbox_t *outbox, const outbox_meta_t *meta,
                        const outbox_time_t *now);

#endif
