/* password.c - see password.h. */
#include "broker/runtime/password.h"

#include "proto/check.h"
#include "proto/guard.h"
#include <sodium.h>
#include <string.h>

_Static_assert(SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES, "a salt of Argon2id");
_Static_assert(PASSWORD_MEMORY_BYTES >= crypto_pwhash_argon2id_MEMLIMIT_MIN,
               "enough memory");

bool password_take(password_t *password, text_t text)
{
    CHECK(password != NULL);
    int64_t chars = guard_text_chars(text.data, text.size);
    password->size = 0;
    if (chars < (int64_t)PASSWORD_CHARS_MIN || chars > (int64_t)PASSWORD_CHARS_MAX ||
        text.size > PASSWORD_BYTES_MAX)
        return false;
    memcpy(password->bytes, text.data, text.size);
    password->size = text.size;
    return true;
}

status_t password_hash(const password_t *password, const uint8_t salt[SALT_BYTES],
                       uint8_t verifier[HASH_BYTES])
{
    CHECK(password != NULL && salt != NULL && verifier != NULL);
    int rc = crypto_pwhash(verifier, HASH_BYTES, password->bytes, password->size, salt,
                           PASSWORD_PASSES, PASSWORD_MEMORY_BYTES,
                           crypto_pwhash_ALG_ARGON2ID13);
    return rc == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t password_check(const password_t *password, const uint8_t salt[SALT_BYTES],
                        const uint8_t verifier[HASH_BYTES], bool *same)
{
    CHECK(same != NULL);
    uint8_t computed[HASH_BYTES];
    *same = false;
    status_t status = password_hash(password, salt, computed);
    if (status == STATUS_OK)
        *same = sodium_memcmp(computed, verifier, HASH_BYTES) == 0;
    sodium_memzero(computed, sizeof computed);
    return status;
}
