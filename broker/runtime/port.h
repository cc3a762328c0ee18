/* port.h - the one port: a CURVE ROUTER socket, its limits and its frames.
 *
 * A message is one payload frame. Peers are told apart by the routing id that libzmq
 * gives them; a peer that chose one itself is dropped. Its key is the User-Id that the
 * ZAP handler set; the domain is enforced by the handler (zap.h) and by dropping every
 * message without a User-Id, because libzmq 4.3.4 knows ZMQ_ZAP_ENFORCE_DOMAIN as a
 * draft only. Sending never waits. ZMQ_HEARTBEAT_IVL is never set: with
 * back-pressure it aborts libzmq 4.3.4. Threads: the core thread.
 */
#ifndef YX_RUNTIME_PORT_H
#define YX_RUNTIME_PORT_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

#define PORT_ENDPOINT_MAX 256u
/* Messages that wait for one peer, or from one peer, inside libzmq: what a peer that
 * floods or does not read can hold is this times FRAME_BYTES_MAX. */
#define PORT_SEND_HWM     128
#define PORT_RECEIVE_HWM  64
#define PORT_LINGER_MS    1000 /* what was sent gets this long when the broker ends */
#define PORT_HANDSHAKE_MS 10000
#define PORT_BACKLOG      512

typedef struct port port_t;

typedef struct {
    void *context;        /* ZeroMQ context with a ZAP handler */
    const char *endpoint; /* tcp://ADDRESS:PORT; IPv6 only when the address is in [] */
    const uint8_t *secret_key; /* KEY_BYTES */
} port_options_t;

typedef enum {
    PORT_NOTHING, /* no message waits */
    PORT_FRAME,
    PORT_FOREIGN /* a message was dropped: no routing id or key of ours */
} port_got_t;

typedef struct {
    uint32_t route;         /* names the connection */
    status_t status;        /* STATUS_OK, STATUS_MALFORMED (not one frame, or empty),
                               STATUS_TOO_LARGE */
    uint8_t key[KEY_BYTES]; /* of the peer, proved by the handshake */
    const uint8_t *bytes;   /* borrowed until the next port_receive */
    size_t size;
} frame_t;

typedef enum {
    PORT_SENT,
    PORT_FULL, /* the peer does not read: try later or give up */
    PORT_GONE  /* no such connection any more */
} port_sent_t;

/* STATUS_CONFIG: the endpoint cannot be bound (errno tells why); STATUS_NO_MEMORY. */
status_t port_open(const port_options_t *options, port_t **port);
void port_close(port_t **port);
/* Never waits. */
port_got_t port_receive(port_t *port, frame_t *frame);
port_sent_t port_send(port_t *port, uint32_t route, const uint8_t *bytes, size_t size);
/* The ZeroMQ socket, for polling only. */
void *port_socket(port_t *port);
/* What was bound, with the port that the system chose. */
const char *port_endpoint(const port_t *port);

#endif
