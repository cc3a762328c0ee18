/* link.c - see link.h. */
#include "broker/runtime/link.h"

#include "proto/check.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct wire_link {
    void *socket;
    char endpoint[LINK_ENDPOINT_MAX];
};

static bool set_number(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

/* ZMQ_HEARTBEAT_IVL is left alone on purpose: with back-pressure it aborts libzmq. */
static bool set_bounds(void *socket)
{
    int64_t frame = FRAME_BYTES_MAX;
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame, sizeof frame) == 0 &&
           set_number(socket, ZMQ_ROUTER_MANDATORY, 1) &&
           set_number(socket, ZMQ_RCVHWM, LINK_WAITING_IN_MAX) &&
           set_number(socket, ZMQ_SNDHWM, LINK_WAITING_OUT_MAX) &&
           set_number(socket, ZMQ_BACKLOG, LINK_BACKLOG) &&
           set_number(socket, ZMQ_HANDSHAKE_IVL, LINK_HANDSHAKE_MS) &&
           set_number(socket, ZMQ_LINGER, LINK_LINGER_MS);
}

/* Enforcing the domain is a draft option here; our own handler checks it. */
static bool set_curve(void *socket, const uint8_t secret_key[KEY_BYTES])
{
    return set_number(socket, ZMQ_CURVE_SERVER, 1) &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, LINK_DOMAIN,
                          sizeof LINK_DOMAIN - 1) == 0;
}

status_t link_open(void *context, const char *endpoint,
                   const uint8_t secret_key[KEY_BYTES], wire_link_t **out)
{
    CHECK(context != NULL);
    CHECK(endpoint != NULL);
    *out = NULL;
    wire_link_t *link = calloc(1, sizeof *link);
    if (link == NULL)
        return STATUS_NO_MEMORY;
    status_t status = STATUS_OK;
    size_t size = sizeof link->endpoint;
    link->socket = zmq_socket(context, ZMQ_ROUTER);
    if (link->socket == NULL || !set_bounds(link->socket) ||
        !set_curve(link->socket, secret_key))
        status = STATUS_NO_MEMORY;
    else if (zmq_bind(link->socket, endpoint) != 0 ||
             zmq_getsockopt(link->socket, ZMQ_LAST_ENDPOINT, link->endpoint, &size) !=
                 0)
        status = STATUS_CONFIG;
    if (status != STATUS_OK)
        link_close(&link);
    *out = link;
    return status;
}

void link_close(wire_link_t **link)
{
    CHECK(link != NULL);
    if (*link == NULL)
        return;
    if ((*link)->socket != NULL)
        CHECK(zmq_close((*link)->socket) == 0);
    free(*link);
    *link = NULL;
}

const char *link_endpoint(const wire_link_t *link)
{
    CHECK(link != NULL);
    return link->endpoint;
}

void *link_socket(const wire_link_t *link)
{
    CHECK(link != NULL);
    return link->socket;
}

/* Receives the next part. Between the parts of one message nothing can be missing. */
static bool receive_part(void *socket, zmq_msg_t *part)
{
    CHECK(zmq_msg_init(part) == 0);
    while (zmq_msg_recv(part, socket, ZMQ_DONTWAIT) < 0) {
        if (errno == EINTR)
            continue;
        CHECK(errno == EAGAIN);
        CHECK(zmq_msg_close(part) == 0);
        return false;
    }
    return true;
}

/* The ZAP handler gave the key as User-Id in hex. */
static bool read_key(const zmq_msg_t *frame, uint8_t key[KEY_BYTES])
{
    const char *text = zmq_msg_gets(frame, "User-Id");
    size_t size = 0;
    return text != NULL &&
           sodium_hex2bin(key, KEY_BYTES, text, 2 * KEY_BYTES, NULL, &size, NULL) ==
               0 &&
           size == KEY_BYTES;
}

static void skip_rest(void *socket, zmq_msg_t *frame)
{
    while (zmq_msg_more(frame)) {
        CHECK(zmq_msg_close(frame) == 0);
        CHECK(receive_part(socket, frame));
    }
}

bool link_receive(wire_link_t *link, incoming_t *incoming)
{
    CHECK(link != NULL);
    CHECK(incoming != NULL);
    zmq_msg_t routing;
    if (!receive_part(link->socket, &routing))
        return false;
    size_t size = zmq_msg_size(&routing);
    /* a routing id that a client chose may be longer: it is cut, and so never answered */
    if (size > LINK_ROUTING_MAX)
        size = LINK_ROUTING_MAX;
    memcpy(incoming->routing.bytes, zmq_msg_data(&routing), size);
    incoming->routing.size = (uint32_t)size;
    incoming->malformed = !zmq_msg_more(&routing);
    CHECK(zmq_msg_close(&routing) == 0);
    if (incoming->malformed) {
        CHECK(zmq_msg_init(&incoming->frame) == 0);
        memset(incoming->key, 0, KEY_BYTES);
        return true;
    }
    CHECK(receive_part(link->socket, &incoming->frame));
    if (zmq_msg_more(&incoming->frame)) {
        incoming->malformed = true;
        skip_rest(link->socket, &incoming->frame);
    }
    if (!read_key(&incoming->frame, incoming->key))
        memset(incoming->key, 0, KEY_BYTES); /* a key that nobody has enrolled */
    return true;
}

send_result_t link_send(wire_link_t *link, const routing_t *routing, zmq_msg_t *frame)
{
    CHECK(link != NULL);
    CHECK(routing->size <= LINK_ROUTING_MAX);
    int flags = ZMQ_DONTWAIT | ZMQ_SNDMORE;
    int sent = zmq_send(link->socket, routing->bytes, routing->size, flags);
    if (sent < 0) {
        bool full = errno == EAGAIN;
        CHECK(full || errno == EHOSTUNREACH || errno == EINTR);
        CHECK(zmq_msg_close(frame) == 0);
        return full ? SEND_FULL : SEND_GONE;
    }
    if (zmq_msg_send(frame, link->socket, ZMQ_DONTWAIT) < 0) {
        CHECK(zmq_msg_close(frame) == 0);
        return SEND_GONE;
    }
    return SEND_DONE;
}
