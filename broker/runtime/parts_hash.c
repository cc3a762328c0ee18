/* parts_hash.c - see parts_hash.h. */
#include "broker/runtime/parts_hash.h"

#include "proto/check.h"
#include <sodium.h>

void parts_hash(const script_t *script, uint8_t hash[HASH_BYTES])
{
    CHECK(script != NULL);
    int rc = crypto_generichash(hash, HASH_BYTES, script->bytes.data,
                                script->bytes.size, NULL, 0);
    CHECK(rc == 0);
}
