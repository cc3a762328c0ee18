/* publish.h - publication: boards follow the facts at every tick, then watchers hear.
 *
 * A tick begins with the standings that changed since the one before; each turn does a
 * part of it, so that nobody waits long for a reply behind it (decision 0009). When
 * somebody watches, a round follows: the boards are brought up to the state to the last
 * fact, which takes more steps of at least twice what the turn took in, so it ends
 * under any load; then views are computed at exactly the state's seq and updates sent,
 * a bounded share each turn (watches.h). A round rests PUBLISH_REST times as long as it
 * worked before the next one begins: watching takes at most a third of the core's time.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_PUBLISH_H
#define YX_RUNTIME_PUBLISH_H

#include "broker/runtime/core.h"

#define PUBLISH_STANDINGS_MAX 128u /* scored anew in one turn of a tick */
#define PUBLISH_SETTLE_MAX    256u /* changed standings that a round does at once */
#define PUBLISH_REST          2

typedef struct {
    uint32_t tick_ms;
    bool stopped;        /* draining: no more rounds, no more updates */
    int64_t next_ms;     /* no tick before */
    int64_t round_ms;    /* no round before */
    int64_t began_ms;    /* of the round */
    int64_t spent_us;    /* in it */
    uint64_t boards_seq; /* that the boards are known to be up to */
} publish_t;

/* One turn's share; `records` were applied in this turn. */
void publish_turn(core_t *core, publish_t *publish, uint32_t records);
/* Monotonic: until when there is nothing to do; INT64_MAX = until something comes. */
int64_t publish_until_ms(const core_t *core, const publish_t *publish);

#endif
