/* guard_agreement.h - holds the guard and protobuf-c against one another.
 *
 * Used by the fuzz target and by the seeded smoke test.
 */
#ifndef YX_TESTS_GUARD_AGREEMENT_H
#define YX_TESTS_GUARD_AGREEMENT_H

#include "proto/guard.h"

/* The guard to be tested: guard_check, or a worse one to test the test. */
typedef status_t (*guard_function_t)(guard_kind_t kind, const uint8_t *bytes,
                                     size_t size, fault_t *fault);

/* What the guard passes, protobuf-c must unpack and pack to a message that both take
 * again and that packs to the same bytes; every read of wire.h must bear the bytes,
 * refusing what the guard refuses. NULL, or what is wrong. */
const char *guard_disagreement(guard_function_t guard, guard_kind_t kind,
                               const uint8_t *bytes, size_t size);

#endif
