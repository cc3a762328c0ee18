/* outlet.h - what subscribers connect to: a PUB socket, a ROUTER that is asked for last
 * values, and the door (ZAP, RFC 27) that both share. CURVE on both.
 *
 * Never waits to send: what a subscriber does not take in time is dropped for it alone.
 * outlet_close returns when the ports are free, so that they can be opened again and
 * everybody authenticates anew. Threads: one.
 * Bounds: OUTLET_WAITING_MAX messages to each subscriber, OUTLET_REPLIES_MAX replies to
 * each asker, requests of OUTLET_REQUEST_MAX bytes.
 */
#ifndef YX_RELAY_OUTLET_H
#define YX_RELAY_OUTLET_H

#include "clients/relay/knock.h"
#include "proto/status.h"
#include <stdbool.h>
#include <zmq.h>

#define OUTLET_ZAP_DOMAIN   "yixian-relay"
#define OUTLET_WAITING_MAX  256
#define OUTLET_REPLIES_MAX  16
#define OUTLET_REQUEST_MAX  1024
#define OUTLET_ENDPOINT_MAX 256u
#define OUTLET_HANDSHAKE_MS 10000
#define OUTLET_TOPIC_MAX    128u
#define OUTLET_SOCKETS      3u

typedef struct outlet outlet_t;

typedef struct {
    const char *publish, *last_value; /* tcp://ADDRESS:PORT */
    const uint8_t *secret_key;
} outlet_options_t;

/* One frame of a message. */
typedef struct {
    const void *data;
    size_t size;
} outlet_frame_t;

/* A request for a last value. */
typedef struct {
    uint8_t route[KNOCK_ROUTE_MAX];
    size_t route_size;
    bool delimiter; /* it came from a REQ socket */
    char topic[OUTLET_TOPIC_MAX];
    size_t topic_size;
} outlet_request_t;

/* STATUS_CONFIG: an address cannot be bound, errno tells why and *which is "listen" or
 * "last_value"; STATUS_NO_MEMORY. */
status_t outlet_open(const outlet_options_t *options, outlet_t **outlet,
                     const char **which);
void outlet_close(outlet_t **outlet);

/* As they were bound, with the port. */
const char *outlet_publish_endpoint(const outlet_t *outlet);
const char *outlet_last_value_endpoint(const outlet_t *outlet);
/* What to poll for reading. */
void outlet_poll_items(const outlet_t *outlet, zmq_pollitem_t items[OUTLET_SOCKETS]);

/* One message to all who subscribed to the first frame's beginning. */
void outlet_publish(outlet_t *outlet, const outlet_frame_t *frames, uint32_t count);

/* The next request; false = none. Malformed ones are dropped. */
bool outlet_next_request(outlet_t *outlet, outlet_request_t *request);
/* Its answer, frame by frame. */
void outlet_answer(outlet_t *outlet, const outlet_request_t *request,
                   const outlet_frame_t *frames, uint32_t count);

/* The next handshake; those that are malformed or not CURVE are denied at once. */
bool outlet_next_knock(outlet_t *outlet, knock_t *knock);
void outlet_decide(outlet_t *outlet, const knock_t *knock, verdict_t verdict);

#endif
