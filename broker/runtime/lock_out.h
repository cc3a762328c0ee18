/* lock_out.h - counts wrong passwords by name, and locks a name for a while.
 *
 * PASSWORD_TRIES_MAX wrong ones in a row lock the name for LOCK_OUT_MS. Names that nobody
 * bears are counted likewise, so that locking tells nothing. Kept in memory: a restart
 * forgives. Known names have a place each; of unknown ones the LOCK_OUT_STRANGERS newest
 * are kept. Pure; times are monotonic milliseconds. Threads: one owner.
 */
#ifndef YX_RUNTIME_LOCK_OUT_H
#define YX_RUNTIME_LOCK_OUT_H

#include "proto/limits.h"
#include "proto/text.h"
#include <stdint.h>

#define LOCK_OUT_STRANGERS 256u

typedef struct lock_out lock_out_t;

/* NULL when memory is short. `users`: the largest row of a user. */
lock_out_t *lock_out_create(uint32_t users);
void lock_out_destroy(lock_out_t **locks);

/* Milliseconds that the name stays locked, 0 = it is not. user 0 = an unknown name. */
int64_t lock_out_left(const lock_out_t *locks, uint32_t user, text_t name,
                      int64_t now_ms);
void lock_out_wrong(lock_out_t *locks, uint32_t user, text_t name, int64_t now_ms);
void lock_out_right(lock_out_t *locks, uint32_t user);

#endif
