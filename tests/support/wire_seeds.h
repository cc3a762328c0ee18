/* wire_seeds.h - valid messages of every kind as bytes, to mutate.
 *
 * Used by the fuzz target's first corpus and by the seeded smoke test.
 */
#ifndef YX_TESTS_WIRE_SEEDS_H
#define YX_TESTS_WIRE_SEEDS_H

#include "proto/buffer.h"
#include "proto/guard.h"

#define WIRE_SEEDS 155u

typedef struct {
    guard_kind_t kind;
    buffer_t bytes;
} wire_seed_t;

/* Seed `index` below WIRE_SEEDS; buffer_fini its bytes. */
wire_seed_t wire_seed(uint32_t index);

#endif
