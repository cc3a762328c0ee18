/* watch_town.h - a broker in process with a small invented town, for tests of watches.
 *
 * Units U1; U2, U3, U9 in it; U4 in U2. Cadres C1 to C12 of the group "specialists", the
 * odd ones in U2, the even ones in U3; nobody is ranked yet. Inspectors I1 and I2, an
 * open account, round and visit. `organiser` submits. Failures end the test.
 */
#ifndef YX_SUPPORT_WATCH_TOWN_H
#define YX_SUPPORT_WATCH_TOWN_H

#include "clients/lib/mirror.h"
#include "tests/support/site.h"

#define TOWN_SUBJECTS 12u
#define TOWN_WATCH    77u /* the correlation that names most watches */

typedef struct {
    site_t *site;
    peer_t *organiser;
    uint32_t sheets;
    uint64_t admin_number; /* of the administrator's newest command */
} town_t;

/* cmocka's. */
int town_set_up(void **state);
int town_tear_down(void **state);

/* A peer under a new principal; unit NULL = its scope is everything. */
peer_t *town_enrol(town_t *town, const char *name, role_t role, const char *unit);
void town_administer(town_t *town, command_t command);
void town_set_scope(town_t *town, const char *name, role_t role, const char *unit);

/* One sheet on C<subject>, the same value in all three dimensions; returns its seq. */
uint64_t town_rate(town_t *town, uint32_t subject, const char *inspector,
                   uint32_t value);
/* Enough sheets for a rank; returns the seq of the last. */
uint64_t town_rank(town_t *town, uint32_t subject, uint32_t value);

/* The first `count` of the group. */
board_query_t town_specialists(uint32_t count);

void peer_watch(peer_t *peer, uint64_t name, board_query_t view, uint64_t until);
void peer_credit(peer_t *peer, uint64_t name, uint64_t until);
void peer_unwatch(peer_t *peer, uint64_t name);
/* The next reply is an update of this watch, or a failure with its name. */
const update_t *peer_await_update(peer_t *peer, uint64_t name);
void peer_await_failure(peer_t *peer, uint64_t name, status_t status,
                        const char *place);
/* A ping is answered next: nothing else was under way. */
void peer_assert_quiet(peer_t *peer);
/* Takes updates of TOWN_WATCH until the copy is at `seq` or later. */
uint32_t peer_follow(peer_t *peer, mirror_t *mirror, uint64_t seq);
/* The copy is what a query under the same key answers now. */
void town_assert_like_query(town_t *town, const peer_t *watcher, const mirror_t *mirror,
                            board_query_t view);

#endif
