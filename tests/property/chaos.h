/* chaos.h - random commands over a small world, many of them wrong on purpose.
 *
 * A chaos_t owns the texts and lists its commands point to for as long as it lives, so
 * that a log of commands can be replayed. Deterministic in its seed, on every compiler.
 * Threads: one owner.
 */
#ifndef YX_TESTS_CHAOS_H
#define YX_TESTS_CHAOS_H

#include "proto/command.h"

#define CHAOS_ADMINISTRATOR 0u /* index of the key that the genesis record admits */
#define CHAOS_KEYS          10u

typedef struct chaos chaos_t;

chaos_t *chaos_create(uint64_t seed);
void chaos_destroy(chaos_t **chaos);
uint64_t chaos_random(chaos_t *chaos);
/* A number below `limit`. */
uint32_t chaos_below(chaos_t *chaos, uint32_t limit);

/* The 32 bytes of key number i, temporary keys before enrolment included. */
const uint8_t *chaos_key(uint32_t index);
const uint8_t *chaos_temporary_key(uint32_t index);

/* The genesis command, and the commands that lay the world's foundation, in order:
 * returns false when there is none left. `by` is the index of the key that sends it;
 * keys 1 and 2, the organisers, must be enrolled by then. */
command_t chaos_genesis(void);
bool chaos_foundation(chaos_t *chaos, uint32_t step, command_t *command, uint32_t *by);
/* The invitation of key number i by the administrator; those from 3 on name persons
 * and units of the foundation. */
command_t chaos_invite(chaos_t *chaos, uint32_t index);

/* The next random command and who sends it. */
void chaos_next(chaos_t *chaos, int64_t now_ms, command_t *command, uint32_t *by);

#endif
