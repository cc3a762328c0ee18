/* init.h - makes a new data folder and reads the server's key from it.
 *
 * Layout of the folder: storage/FORMAT.md section 1. The journal begins with a genesis
 * record, which admits one temporary key: whoever holds the one-time code made from
 * `seed` enrols as the first administrator within 24 hours. That record alone can give
 * the folder a quickened clock (broker/core/demo_clock.h). Threads: none.
 */
#ifndef YX_RUNTIME_INIT_H
#define YX_RUNTIME_INIT_H

#include "proto/command.h"
#include "proto/status.h"

#define SEED_BYTES 32u

typedef struct {
    uint8_t public_key[KEY_BYTES];
    uint8_t secret_key[KEY_BYTES];
} server_key_t;

typedef struct {
    const char *path;
    text_t administrator; /* code of the first principal */
    int64_t now_ms;       /* real time */
    int64_t demo_from_ms; /* with demo_rate: where a demonstration's clock begins */
    uint32_t demo_rate;   /* 0 = the real clock */
    uint64_t map_bytes;
} init_options_t;

/* Makes the folder (0700), the server's key (0600) and the journal. Running it again
 * after it was interrupted finishes the work. STATUS_EXISTS: there is a journal.
 * STATUS_IO, STATUS_STORAGE_FULL, STATUS_LOCKED, STATUS_NO_MEMORY, STATUS_BAD_CODE,
 * STATUS_PARAMETER_RANGE (no such clock). */
status_t init_folder(const init_options_t *options, uint8_t seed[SEED_BYTES],
                     server_key_t *key);

/* Writes the server's key into a folder, synced. STATUS_IO, STATUS_STORAGE_FULL. */
status_t init_write_key(const char *path, const server_key_t *key);

/* STATUS_NOT_FOUND, STATUS_FORMAT (not a key, or others may read it), STATUS_IO. */
status_t init_read_key(const char *path, server_key_t *key);

/* The key that receipts are signed with (Ed25519), file `sign.key`. */
typedef struct {
    uint8_t seed[KEY_BYTES]; /* what the file holds */
    uint8_t public_key[KEY_BYTES];
    uint8_t secret_key[SIGNATURE_BYTES];
} signing_key_t;

/* Reads it, or makes it durably (*made). Statuses of init_read_key and init_write_key,
 * but for STATUS_NOT_FOUND. */
status_t init_own_signing_key(const char *path, signing_key_t *key, bool *made);
/* Statuses as those of the server's key. */
status_t init_read_signing_key(const char *path, signing_key_t *key);
status_t init_write_signing_key(const char *path, const signing_key_t *key);

#endif
