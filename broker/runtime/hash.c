/* hash.c - see hash.h. */
#include "broker/runtime/hash.h"

#include "proto/check.h"
#include <sodium.h>

static void absorb(void *context, const void *bytes, size_t size)
{
    if (size > 0)
        CHECK(crypto_generichash_update(context, bytes, size) == 0);
}

static void absorb_part(crypto_generichash_state *hash, const uint8_t *part,
                        uint32_t size)
{
    const uint8_t length[4] = { (uint8_t)size, (uint8_t)(size >> 8),
                                (uint8_t)(size >> 16), (uint8_t)(size >> 24) };
    absorb(hash, length, sizeof length);
    absorb(hash, part, size);
}

void hash_command_whole(const uint8_t *public_part, uint32_t public_size,
                        const uint8_t *private_part, uint32_t private_size,
                        uint8_t digest[HASH_BYTES])
{
    CHECK(public_part != NULL || public_size == 0);
    CHECK(private_part != NULL || private_size == 0);
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    absorb_part(&hash, public_part, public_size);
    absorb_part(&hash, private_part, private_size);
    CHECK(crypto_generichash_final(&hash, digest, HASH_BYTES) == 0);
}

uint64_t hash_command(const uint8_t *public_part, uint32_t public_size,
                      const uint8_t *private_part, uint32_t private_size)
{
    uint8_t digest[HASH_BYTES];
    hash_command_whole(public_part, public_size, private_part, private_size, digest);
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)digest[i] << (8 * i);
    return value;
}

void hash_state(const state_t *state, uint8_t digest[HASH_BYTES])
{
    CHECK(state != NULL);
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    state_visit_bytes(state, absorb, &hash);
    CHECK(crypto_generichash_final(&hash, digest, HASH_BYTES) == 0);
}
