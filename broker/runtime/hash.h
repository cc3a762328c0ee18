/* hash.h - BLAKE2b over commands (law 4) and over the whole state (law 5). */
#ifndef YX_RUNTIME_HASH_H
#define YX_RUNTIME_HASH_H

#include "broker/core/state.h"

/* First 8 bytes, little endian, of BLAKE2b-256 over: length of the public part (4
 * bytes, little endian), public part, length of the private part, private part. */
uint64_t hash_command(const uint8_t *public_part, uint32_t public_size,
                      const uint8_t *private_part, uint32_t private_size);

/* All 32 bytes of it: the command hash of a receipt. */
void hash_command_whole(const uint8_t *public_part, uint32_t public_size,
                        const uint8_t *private_part, uint32_t private_size,
                        uint8_t digest[HASH_BYTES]);

/* BLAKE2b-256 over state_visit_bytes(). */
void hash_state(const state_t *state, uint8_t digest[HASH_BYTES]);

#endif
