/* keyset.h - a bounded set of public keys: whom the door lets in.
 *
 * Open addressing under SipHash with a random key of its own, so that nobody can choose
 * collisions. Memory is taken at creation. Threads: one owner (zap.c's).
 */
#ifndef YX_RUNTIME_KEYSET_H
#define YX_RUNTIME_KEYSET_H

#include "proto/limits.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct keyset keyset_t;

/* NULL when memory is short. */
keyset_t *keyset_create(uint32_t limit);
void keyset_destroy(keyset_t **set);
/* false when the set is full; a key that is in it already stays. */
bool keyset_add(keyset_t *set, const uint8_t key[KEY_BYTES]);
void keyset_remove(keyset_t *set, const uint8_t key[KEY_BYTES]);
bool keyset_has(const keyset_t *set, const uint8_t key[KEY_BYTES]);
uint32_t keyset_count(const keyset_t *set);

#endif
