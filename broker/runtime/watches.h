/* watches.h - watches: a view, told of again and again, as far as credit goes.
 *
 * A watcher has one version, never a queue: with credit and a newer version of its view
 * it gets the difference, or the whole view. Views are computed in rounds (publish.h),
 * each once for all who watch it, and only for watches with credit; the sending goes on
 * over as many turns as it takes, so that nobody waits behind ten thousand watchers.
 * Rights      looked up again before the next update whenever access_version moved; the
 *             watch then ends with a Failure, or goes on with the view of its new scope.
 * Ends        with its connection, its session, or the first reply that was dropped
 *             because its connection was not read from. It costs one row until then.
 * Bounds      WATCHES_MAX, WATCHES_PER_PEER_MAX; the named limits of one turn below.
 * Threads     the core thread.
 */
#ifndef YX_RUNTIME_WATCHES_H
#define YX_RUNTIME_WATCHES_H

#include "broker/runtime/core.h"
#include "broker/runtime/views.h"
#include "proto/wire.h"

#define WATCHES_MAX        65536u
#define WATCHES_TURN_SENDS 256u /* updates sent in one turn */
#define WATCHES_TURN_US    1000 /* after which a turn begins no further view or update */

/* Learns of ended sessions from now on. NULL when memory is short. */
watches_t *watches_create(sessions_t *sessions, views_clock_us *clock);
void watches_destroy(watches_t **watches);

/* Handlers of requests; see PROTOCOL.md, "Watching". */
void watches_begin(core_t *core, const caller_t *caller, const request_t *request);
void watches_credit(core_t *core, const caller_t *caller, const request_t *request);
void watches_unwatch(core_t *core, const caller_t *caller, const request_t *request);

/* Whether views should be looked at: something was applied, or a watch waits. */
bool watches_want_round(const core_t *core);
/* When else, by the clock of watches_create: a view rests until then; INT64_MAX = none. */
int64_t watches_retry_us(const core_t *core);
void watches_begin_round(core_t *core);
/* Views are still to be looked at in this round. */
bool watches_in_round(const core_t *core);
/* Computes views, a turn's share; the boards are up to the state. */
void watches_compute(core_t *core);
/* Somebody can be sent an update. */
bool watches_serving(const core_t *core);
/* Sends updates, a turn's share, while the gate has room for them. */
void watches_serve(core_t *core);

uint32_t watches_count(const watches_t *watches);
uint32_t watches_views(const watches_t *watches);
int64_t watches_clock_us(const watches_t *watches);

#endif
