/* channel.h - the client's one DEALER socket under CURVE, and what its monitor tells.
 *
 * Never waits to send: a full socket is an answer. ZMQ_HEARTBEAT_IVL stays unset,
 * because with back-pressure it aborts libzmq 4.3.4. A session that the broker's
 * authentication refused is given up by libzmq, so channel_reconnect makes a new one.
 * Threads: the client's owner.
 */
#ifndef YX_CHANNEL_H
#define YX_CHANNEL_H

#include "clients/lib/client.h"
#include <zmq.h>

#define CHANNEL_RECONNECT_MS     100   /* first wait, doubled by libzmq up to */
#define CHANNEL_RECONNECT_MAX_MS 5000  /* this */
#define CHANNEL_HANDSHAKE_MS     10000 /* for the CURVE handshake */
#define CHANNEL_KEEPALIVE_S      30

typedef struct channel channel_t;

/* What the monitor told since it was asked last. */
typedef struct {
    client_state_t state; /* now */
    bool ended;           /* a connection ended: what was under way in it may be lost */
    bool began;           /* the newest news is that a handshake succeeded */
    bool refused;         /* ... that the key was refused */
} channel_news_t;

/* STATUS_BAD_INPUT: endpoint or keys cannot be used; STATUS_NO_MEMORY. */
status_t channel_open(const client_options_t *options, channel_t **channel);
void channel_close(channel_t **channel);

/* STATUS_QUEUE_FULL: not now; STATUS_NO_MEMORY. */
status_t channel_send(channel_t *channel, const uint8_t *bytes, size_t size);
/* Takes the next whole message when it has one frame; others are dropped and counted in
 * *malformed. false when there is none. The caller closes the frame. */
bool channel_receive(channel_t *channel, zmq_msg_t *frame, uint64_t *malformed);
channel_news_t channel_news(channel_t *channel);
/* Drops the connection and what waits in it, and makes a new one. */
void channel_reconnect(channel_t *channel);

/* Waits for something to read, or for room to write when `to_send`. */
void channel_wait(channel_t *channel, bool to_send, int timeout_ms);
int channel_descriptor(const channel_t *channel);
/* Whether something can be read now, whatever the descriptor says. */
bool channel_readable(const channel_t *channel);

#endif
