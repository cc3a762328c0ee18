/* window.h - exactly once in effect: what an outbox's numbers were used for (law 4).
 *
 * Per (key, instance) the last WINDOW_NUMBERS accepted numbers are kept with their seq
 * and 8 bytes of the command's hash.
 */
#ifndef YX_CORE_WINDOW_H
#define YX_CORE_WINDOW_H

#include "broker/core/decide.h"

#define INSTANCES_PER_KEY_MAX 64u

/* STATUS_OK: a new number; with *duplicate_seq != 0 it was accepted before as that seq.
 * STATUS_UNKNOWN_VALUE (number 0), STATUS_NUMBER_REUSED, STATUS_SETTLED,
 * STATUS_TOO_MANY_INSTANCES (a new outbox finds no room), STATUS_KEY_REVOKED (a known
 * outbox of a key that an earlier command of the same message revoked). */
status_t window_check(const state_t *state, const origin_t *origin,
                      uint64_t *duplicate_seq);
/* Notes an accepted number; makes the outbox's rows when it is the first. */
void window_apply(state_t *state, const event_t *event);
/* The seq of an accepted number that is still remembered, else 0. */
uint64_t window_seq(const state_t *state, uint32_t key, uint64_t instance,
                    uint64_t number);
/* Gives back the windows of a revoked key's outboxes. */
void window_release(state_t *state, uint32_t key);

#endif
