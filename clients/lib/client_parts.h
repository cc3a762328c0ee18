/* client_parts.h - what the two halves of the client share; inner part of client.h. */
#ifndef YX_CLIENT_PARTS_H
#define YX_CLIENT_PARTS_H

#include "clients/lib/channel.h"
#include "clients/lib/client.h"
#include "clients/lib/queries.h"
#include "clients/lib/queue.h"

#define CLIENT_BUSY_MS     50u /* first wait when the broker is busy, doubled up to */
#define CLIENT_BUSY_MAX_MS 2000u

struct client {
    client_options_t options;
    channel_t *channel;
    queue_t *queue;
    queries_t queries;
    arena_t *arena; /* of the reply being read */
    buffer_t frame; /* the message being written */
    uint64_t correlation;
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
    int64_t connect_at_ms; /* connect anew; 0 = no need */
};

/* Three to five quarters of a wait, so that many clients do not come at once. */
int64_t client_jittered(uint32_t wait_ms);
uint32_t client_doubled(uint32_t wait_ms, uint32_t max_ms);

/* client_replies.c: takes what has come, runs callbacks; returns how many answers were
 * handed on. */
uint32_t client_receive(client_t *client, int64_t now_ms);

#endif
