/* link.h - the one port: a ROUTER under CURVE.
 *
 * Every message is [routing id][one frame]; anything else is consumed and reported as
 * malformed. Sending never waits: a peer that is gone or does not read is told apart
 * and left behind. Bounded: frame size, messages waiting per peer in both directions,
 * handshakes. Threads: the core thread.
 */
#ifndef YX_RUNTIME_LINK_H
#define YX_RUNTIME_LINK_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stdbool.h>
#include <zmq.h>

#define LINK_ROUTING_MAX     16u  /* bytes of a routing id that ZeroMQ chose */
#define LINK_WAITING_IN_MAX  64   /* messages of one peer not yet read by us */
#define LINK_WAITING_OUT_MAX 1024 /* messages of one peer not yet taken by it */
#define LINK_BACKLOG         1024
#define LINK_HANDSHAKE_MS    10000
#define LINK_LINGER_MS       1000
#define LINK_ENDPOINT_MAX    256u
#define LINK_DOMAIN          "yixian"

typedef struct wire_link wire_link_t;

typedef struct {
    uint8_t bytes[LINK_ROUTING_MAX];
    uint32_t size;
} routing_t;

typedef struct {
    routing_t routing;
    uint8_t key[KEY_BYTES]; /* of the peer, from its handshake */
    zmq_msg_t frame;        /* the caller closes it */
    bool malformed;         /* not exactly one frame after the routing id */
} incoming_t;

typedef enum { SEND_DONE, SEND_GONE, SEND_FULL } send_result_t;

/* STATUS_CONFIG: the endpoint cannot be bound; STATUS_NO_MEMORY. */
status_t link_open(void *context, const char *endpoint,
                   const uint8_t secret_key[KEY_BYTES], wire_link_t **link);
void link_close(wire_link_t **link);
/* Where it is bound, port included. */
const char *link_endpoint(const wire_link_t *link);
void *link_socket(const wire_link_t *link); /* for zmq_poll */

/* false when nothing waits. */
bool link_receive(wire_link_t *link, incoming_t *incoming);
/* Takes the frame over, whatever happens to it. */
send_result_t link_send(wire_link_t *link, const routing_t *routing, zmq_msg_t *frame);

#endif
