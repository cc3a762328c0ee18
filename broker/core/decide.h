/* decide.h - the state machine's two doors, and replay's.
 *
 * decide(): accepts or refuses a command; reads state, changes nothing. The order is:
 * outbox window (law 4), rights, lookups, rules, room in the tables. A duplicate of an
 * accepted command is STATUS_OK with event->duplicate set and event->seq the old seq:
 * it is answered, not applied. apply(): takes an accepted event; neither fails nor
 * allocates. Neither does I/O, reads a clock, draws a random number or uses floating
 * point (law 1); now_ms is the larger of the clock and state->head_ms.
 *
 * One pair of functions per family stands behind a table indexed by command kind:
 * registry, schemes, rounds, observations, access.
 */
#ifndef YX_CORE_DECIDE_H
#define YX_CORE_DECIDE_H

#include "broker/core/state.h"

/* Where a command comes from. */
typedef struct {
    uint32_t
        key; /* keys: row of the key it came under; state KEY_ACTIVE, SESSION or INVITE */
    uint64_t instance, number;
    uint64_t hash; /* first 8 bytes of BLAKE2b over both parts, little endian */
    int64_t now_ms;
    bool named;    /* the private part carries a name or post */
    bool internal; /* written by the broker itself under the key of who asked for it: no
                      outbox window, and rights were looked at when it was asked for */
} origin_t;

/* STATUS_OK fills *event; otherwise *fault tells the place. Statuses: the 11xx, 2xxx,
 * 3xxx and 4xxx of status.h. */
status_t decide(const state_t *state, const origin_t *origin, const command_t *command,
                event_t *event, fault_t *fault);

/* Likewise, without the outbox window: what would be said of a command that is not
 * submitted. The event is not for apply(). */
status_t decide_check(const state_t *state, const origin_t *origin,
                      const command_t *command, event_t *event, fault_t *fault);

void apply(state_t *state, const event_t *event);

/* Replay: looks up what an accepted command names and takes verdict and origin as they
 * were journaled. STATUS_DAMAGED when a name does not resolve (the journal does not fit
 * the state). Links are computed anew. */
status_t event_resolve(const state_t *state, const origin_t *origin,
                       const command_t *command, uint32_t verdict, event_t *event);

/* A genesis event for an empty state. */
void event_genesis(event_t *event, const command_t *genesis, int64_t now_ms);

/* Highest accepted number of an outbox, 0 = none. */
uint64_t window_highest(const state_t *state, uint32_t key, uint64_t instance);

#endif
