/* watch.h - watching a view over a client: credit, holes, lost connections, ends.
 *
 * A watch heals itself: it asks anew for the whole view after a hole, after another
 * connection was made, and when the broker says that it knows no such watch (it was
 * restarted). Every WATCH_ASK_MS it repeats its credit, which tells it so.
 * Threads: the client's owner; callbacks run inside client_run and may close no watch.
 */
#ifndef YX_WATCH_H
#define YX_WATCH_H

#include "clients/lib/client.h"
#include "clients/lib/mirror.h"

#define WATCH_ASK_MS     2000u
#define WATCH_CREDIT_MAX 64u

typedef struct watch watch_t;

typedef enum {
    WATCH_PART,  /* one part came: event.delta, for who passes it on */
    WATCH_VIEW,  /* the view changed: event.board, event.version */
    WATCH_STALE, /* nothing was heard from the broker for a while, or it is gone */
    WATCH_LIVE,  /* heard again; what is held may be old until the next WATCH_VIEW */
    WATCH_ENDED  /* refused or taken away: event.status, event.fault; nothing follows */
} watch_event_kind_t;

typedef struct {
    watch_event_kind_t kind;
    const board_answer_t *board;
    const mirror_t *mirror;
    uint64_t version;
    const update_t *update; /* WATCH_PART: with the bytes of the Delta */
    status_t status;
    const fault_t *fault;
} watch_event_t;

/* Everything in the event is borrowed for the call. */
typedef void watch_fn(void *context, const watch_event_t *event);

/* `credit`: updates that may be under way at once, 1 to WATCH_CREDIT_MAX. `view` and
 * its texts are copied. STATUS_QUEUE_FULL: the client has WATCHES_PER_PEER_MAX watches.
 * STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t watch_open(client_t *client, const board_query_t *view, uint32_t credit,
                    watch_fn *heard, void *context, watch_t **watch);
/* Tells the broker and forgets; NULL is accepted. Before client_destroy. */
void watch_close(watch_t **watch);

/* As of the last WATCH_VIEW. */
const mirror_t *watch_mirror(const watch_t *watch);
bool watch_is_live(const watch_t *watch);

#endif
