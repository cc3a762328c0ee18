/* port.c - see port.h. */
#include "broker/runtime/port.h"

#include "broker/runtime/zap.h"
#include "proto/check.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/* libzmq's own routing ids: a zero byte and a counter. Peers cannot choose such. */
#define ROUTE_BYTES          5u
/* CURVE wraps a frame: command name, nonce, authenticator, flags. */
#define CURVE_OVERHEAD_BYTES 64

struct port {
    void *socket;
    zmq_msg_t frame; /* the message last received, while open */
    char endpoint[PORT_ENDPOINT_MAX];
};

static bool set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static status_t set_options(void *socket, const port_options_t *options)
{
    bool ipv6 = strchr(options->endpoint, '[') != NULL;
    int64_t frame_bytes = FRAME_BYTES_MAX + CURVE_OVERHEAD_BYTES;
    bool ok =
        set_int(socket, ZMQ_ROUTER_MANDATORY, 1) &&
        set_int(socket, ZMQ_SNDHWM, PORT_SEND_HWM) &&
        set_int(socket, ZMQ_RCVHWM, PORT_RECEIVE_HWM) &&
        set_int(socket, ZMQ_LINGER, PORT_LINGER_MS) &&
        set_int(socket, ZMQ_HANDSHAKE_IVL, PORT_HANDSHAKE_MS) &&
        set_int(socket, ZMQ_BACKLOG, PORT_BACKLOG) && set_int(socket, ZMQ_IPV6, ipv6) &&
        set_int(socket, ZMQ_CURVE_SERVER, 1) &&
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_bytes, sizeof frame_bytes) == 0 &&
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, options->secret_key, KEY_BYTES) ==
            0 &&
        zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) == 0;
    return ok ? STATUS_OK : STATUS_CONFIG;
}

static status_t bind_socket(port_t *port, const port_options_t *options)
{
    status_t status = set_options(port->socket, options);
    if (status != STATUS_OK)
        return status;
    if (zmq_bind(port->socket, options->endpoint) != 0)
        return STATUS_CONFIG;
    size_t size = sizeof port->endpoint;
    if (zmq_getsockopt(port->socket, ZMQ_LAST_ENDPOINT, port->endpoint, &size) != 0)
        return STATUS_CONFIG;
    return STATUS_OK;
}

status_t port_open(const port_options_t *options, port_t **out)
{
    CHECK(options != NULL && options->secret_key != NULL);
    CHECK(out != NULL);
    *out = NULL;
    port_t *port = calloc(1, sizeof *port);
    if (port == NULL)
        return STATUS_NO_MEMORY;
    CHECK(zmq_msg_init(&port->frame) == 0);
    port->socket = zmq_socket(options->context, ZMQ_ROUTER);
    status_t status =
        port->socket != NULL ? bind_socket(port, options) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        port_close(&port);
    *out = port;
    return status;
}

void port_close(port_t **port)
{
    CHECK(port != NULL);
    if (*port == NULL)
        return;
    int error = errno; /* port_open's caller wants to tell it */
    CHECK(zmq_msg_close(&(*port)->frame) == 0);
    if ((*port)->socket != NULL)
        CHECK(zmq_close((*port)->socket) == 0);
    free(*port);
    *port = NULL;
    errno = error;
}

static bool read_route(void *socket, uint32_t *route, bool *ours)
{
    uint8_t id[ROUTE_BYTES];
    int size = zmq_recv(socket, id, sizeof id, ZMQ_DONTWAIT);
    if (size < 0)
        return false;
    *ours = size == (int)ROUTE_BYTES && id[0] == 0;
    *route = (uint32_t)id[1] << 24 | (uint32_t)id[2] << 16 | (uint32_t)id[3] << 8 |
             (uint32_t)id[4];
    return true;
}

static int nibble(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The key that zap.c wrote as hex; it is no secret, so time may tell. */
static bool read_key(zmq_msg_t *frame, uint8_t key[KEY_BYTES])
{
    const char *user = zmq_msg_gets(frame, "User-Id");
    if (user == NULL || strlen(user) != 2 * KEY_BYTES)
        return false;
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int high = nibble(user[2 * i]), low = nibble(user[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Reads the rest of a message of several frames away; true when there was any. libzmq
 * hands a message over whole, so this ends with the message. */
static bool skip_rest(void *socket, const zmq_msg_t *first)
{
    bool any = false, more = zmq_msg_more(first) != 0;
    while (more) {
        zmq_msg_t rest;
        CHECK(zmq_msg_init(&rest) == 0);
        more = zmq_msg_recv(&rest, socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&rest);
        CHECK(zmq_msg_close(&rest) == 0);
        any = true;
    }
    return any;
}

port_got_t port_receive(port_t *port, frame_t *frame)
{
    CHECK(port != NULL);
    CHECK(frame != NULL);
    bool ours;
    *frame = (frame_t){ .status = STATUS_OK };
    if (!read_route(port->socket, &frame->route, &ours))
        return PORT_NOTHING;
    CHECK(zmq_msg_close(&port->frame) == 0);
    CHECK(zmq_msg_init(&port->frame) == 0);
    if (zmq_msg_recv(&port->frame, port->socket, ZMQ_DONTWAIT) < 0)
        return PORT_FOREIGN; /* a routing id without payload */
    bool several = skip_rest(port->socket, &port->frame);
    if (!ours || !read_key(&port->frame, frame->key))
        return PORT_FOREIGN;
    frame->bytes = zmq_msg_data(&port->frame);
    frame->size = zmq_msg_size(&port->frame);
    if (several || frame->size == 0)
        frame->status = STATUS_MALFORMED;
    else if (frame->size > FRAME_BYTES_MAX)
        frame->status = STATUS_TOO_LARGE;
    return PORT_FRAME;
}

port_sent_t port_send(port_t *port, uint32_t route, const uint8_t *bytes, size_t size)
{
    CHECK(port != NULL);
    CHECK(bytes != NULL && size > 0);
    const uint8_t id[ROUTE_BYTES] = { 0, (uint8_t)(route >> 24), (uint8_t)(route >> 16),
                                      (uint8_t)(route >> 8), (uint8_t)route };
    if (zmq_send(port->socket, id, sizeof id, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return errno == EAGAIN ? PORT_FULL : PORT_GONE;
    /* the peer's queue took the id, so it takes the payload, or the peer has gone */
    if (zmq_send(port->socket, bytes, size, ZMQ_DONTWAIT) < 0)
        return PORT_GONE;
    return PORT_SENT;
}

void *port_socket(port_t *port)
{
    CHECK(port != NULL);
    return port->socket;
}

const char *port_endpoint(const port_t *port)
{
    CHECK(port != NULL);
    return port->endpoint;
}
