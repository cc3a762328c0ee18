/* password.h - what a password is turned into, and how long that takes.
 *
 * Argon2id (libsodium, RFC 9106) with PASSWORD_PASSES passes over PASSWORD_MEMORY_BYTES:
 * about a tenth of a second of one core, so that a stolen journal gives passwords away
 * slowly. The figures are part of no record: changing them voids all passwords.
 * Threads: any; the worker's, because it takes long.
 */
#ifndef YX_RUNTIME_PASSWORD_H
#define YX_RUNTIME_PASSWORD_H

#include "proto/limits.h"
#include "proto/status.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

#define PASSWORD_PASSES       3u
#define PASSWORD_MEMORY_BYTES (64u * 1024u * 1024u)
#define PASSWORD_BYTES_MAX    (4u * PASSWORD_CHARS_MAX)

typedef struct {
    char bytes[PASSWORD_BYTES_MAX];
    uint32_t size; /* 0 = none */
} password_t;

/* false: not PASSWORD_CHARS_MIN to _MAX characters; *password is then empty. Whoever
 * holds one wipes it. */
bool password_take(password_t *password, text_t text);

/* STATUS_NO_MEMORY. */
status_t password_hash(const password_t *password, const uint8_t salt[SALT_BYTES],
                       uint8_t verifier[HASH_BYTES]);
/* *same: whether it is the password behind the verifier. STATUS_NO_MEMORY. */
status_t password_check(const password_t *password, const uint8_t salt[SALT_BYTES],
                        const uint8_t verifier[HASH_BYTES], bool *same);

#endif
