/* client_parts.h - what the parts of the client share; inner part of client.h. */
#ifndef YX_CLIENT_PARTS_H
#define YX_CLIENT_PARTS_H

#include "clients/lib/channel.h"
#include "clients/lib/client.h"
#include "clients/lib/queries.h"
#include "clients/lib/queue.h"
#include "clients/lib/watch.h"

#define CLIENT_BUSY_MS     50u /* first wait when the broker is busy, doubled up to */
#define CLIENT_BUSY_MAX_MS 2000u
#define CLIENT_STALE_MS    5000 /* of silence, then watches are stale */

struct client {
    client_options_t options;
    channel_t *channel;
    queue_t *queue;
    queries_t queries;
    watch_t *watches[WATCHES_PER_PEER_MAX];
    uint32_t watch_count;
    arena_t *arena; /* of the reply being read */
    buffer_t frame; /* the message being written */
    uint64_t correlation;
    uint64_t before; /* replies up to this one answer commands of another instance */
    client_state_t state;
    client_counts_t counts;
    bool lost;    /* a connection ended and no other one has begun */
    bool blocked; /* ZeroMQ took no more */
    bool heard;   /* something was answered since the last look for silence */
    uint32_t resend_ms, busy_ms;
    int64_t check_at_ms;   /* look for silence */
    int64_t busy_until_ms; /* nothing is submitted before */
    int64_t heard_ms;      /* anything, from the broker */
    int64_t asked_ms;      /* last message to the broker */
    int64_t pinged_ms;     /* last ping of our own */
    int64_t connect_at_ms; /* connect anew; 0 = no need */
};

/* Three to five quarters of a wait, so that many clients do not come at once. */
int64_t client_jittered(uint32_t wait_ms);
uint32_t client_doubled(uint32_t wait_ms, uint32_t max_ms);

/* client.c: a correlation that was not used before; whether ZeroMQ took the message. */
uint64_t client_next_correlation(client_t *client);
bool client_send(client_t *client, const buffer_t *message, int64_t now_ms);

/* watch.c: all watches of the client. What is due is sent; every watch is asked for anew
 * (another connection); who was not told is told whether the broker is heard, the number
 * of callbacks that ran is returned; when something is due next (INT64_MAX: nothing). */
void watches_send(client_t *client, int64_t now_ms);
void watches_renew(client_t *client);
uint32_t watches_look(client_t *client, int64_t now_ms);
int64_t watches_due_ms(const client_t *client);
/* Whether an update or a failure belongs to a watch; *handed grows by the callbacks. */
bool watches_take(client_t *client, const reply_t *reply, int64_t now_ms,
                  uint32_t *handed);
void watches_fini(client_t *client);

/* client_replies.c: takes what has come, runs callbacks; returns how many answers were
 * handed on. */
uint32_t client_receive(client_t *client, int64_t now_ms);

#endif
