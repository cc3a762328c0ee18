/* outlet.c - see outlet.h. */
#include "clients/relay/outlet.h"

#include "proto/check.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ZAP_ENDPOINT    "inproc://zeromq.zap.01"
#define FIELDS_MAX      9u
#define FIELD_BYTES_MAX 255u
#define KEEPALIVE_S     30

struct outlet {
    void *context, *door, *publisher, *teller;
    char publish[OUTLET_ENDPOINT_MAX], last_value[OUTLET_ENDPOINT_MAX];
};

/* ---- life ---- */

static bool set_number(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_bounds(void *socket, int waiting)
{
    int64_t request = OUTLET_REQUEST_MAX;
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &request, sizeof request) == 0 &&
           set_number(socket, ZMQ_SNDHWM, waiting) &&
           set_number(socket, ZMQ_RCVHWM, OUTLET_REPLIES_MAX) &&
           set_number(socket, ZMQ_LINGER, 0) &&
           set_number(socket, ZMQ_HANDSHAKE_IVL, OUTLET_HANDSHAKE_MS) &&
           set_number(socket, ZMQ_TCP_KEEPALIVE, 1) &&
           set_number(socket, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_S);
}

static bool set_curve(void *socket, const uint8_t *secret_key)
{
    return set_number(socket, ZMQ_CURVE_SERVER, 1) &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, OUTLET_ZAP_DOMAIN,
                          strlen(OUTLET_ZAP_DOMAIN)) == 0;
}

static void *open_guarded(outlet_t *outlet, int type, int waiting,
                          const uint8_t *secret_key)
{
    void *socket = zmq_socket(outlet->context, type);
    if (socket != NULL)
        CHECK(set_bounds(socket, waiting) && set_curve(socket, secret_key));
    return socket;
}

static bool bind_one(void *socket, const char *endpoint, char *bound)
{
    size_t size = OUTLET_ENDPOINT_MAX;
    return zmq_bind(socket, endpoint) == 0 &&
           zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, bound, &size) == 0;
}

/* The door first: without one libzmq would let everybody in. */
static status_t open_all(outlet_t *outlet, const outlet_options_t *options,
                         const char **which)
{
    outlet->context = zmq_ctx_new();
    if (outlet->context == NULL)
        return STATUS_NO_MEMORY;
    outlet->door = zmq_socket(outlet->context, ZMQ_ROUTER);
    if (outlet->door == NULL)
        return STATUS_NO_MEMORY;
    CHECK(set_number(outlet->door, ZMQ_LINGER, 0));
    CHECK(zmq_bind(outlet->door, ZAP_ENDPOINT) == 0);
    outlet->publisher =
        open_guarded(outlet, ZMQ_PUB, OUTLET_WAITING_MAX, options->secret_key);
    outlet->teller =
        open_guarded(outlet, ZMQ_ROUTER, OUTLET_REPLIES_MAX, options->secret_key);
    if (outlet->publisher == NULL || outlet->teller == NULL)
        return STATUS_NO_MEMORY;
    *which = "listen";
    if (!bind_one(outlet->publisher, options->publish, outlet->publish))
        return STATUS_CONFIG;
    *which = "last_value";
    return bind_one(outlet->teller, options->last_value, outlet->last_value)
               ? STATUS_OK
               : STATUS_CONFIG;
}

status_t outlet_open(const outlet_options_t *options, outlet_t **out,
                     const char **which)
{
    CHECK(options != NULL);
    CHECK(out != NULL);
    *out = NULL;
    *which = "";
    outlet_t *outlet = calloc(1, sizeof *outlet);
    if (outlet == NULL)
        return STATUS_NO_MEMORY;
    status_t status = open_all(outlet, options, which);
    int error = errno;
    if (status != STATUS_OK)
        outlet_close(&outlet);
    errno = error;
    *out = outlet;
    return status;
}

void outlet_close(outlet_t **out)
{
    CHECK(out != NULL);
    outlet_t *outlet = *out;
    if (outlet == NULL)
        return;
    void *sockets[] = { outlet->publisher, outlet->teller, outlet->door };
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (sockets[i] != NULL)
            CHECK(zmq_close(sockets[i]) == 0);
    }
    while (outlet->context != NULL && zmq_ctx_term(outlet->context) != 0)
        CHECK(errno == EINTR);
    free(outlet);
    *out = NULL;
}

const char *outlet_publish_endpoint(const outlet_t *outlet)
{
    CHECK(outlet != NULL);
    return outlet->publish;
}

const char *outlet_last_value_endpoint(const outlet_t *outlet)
{
    CHECK(outlet != NULL);
    return outlet->last_value;
}

void outlet_poll_items(const outlet_t *outlet, zmq_pollitem_t items[OUTLET_SOCKETS])
{
    CHECK(outlet != NULL);
    items[0] = (zmq_pollitem_t){ .socket = outlet->door, .events = ZMQ_POLLIN };
    items[1] = (zmq_pollitem_t){ .socket = outlet->teller, .events = ZMQ_POLLIN };
    /* a PUB socket is never readable, but must be looked at for new subscriptions */
    items[2] = (zmq_pollitem_t){ .socket = outlet->publisher, .events = ZMQ_POLLIN };
}

/* ---- frames ---- */

static bool more_follows(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    CHECK(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0);
    return more != 0;
}

typedef struct {
    uint8_t bytes[FIELD_BYTES_MAX];
    size_t size; /* as sent; may be larger than the room */
} field_t;

typedef struct {
    field_t fields[FIELDS_MAX];
    size_t count; /* as sent; may be larger than the room */
} fields_t;

/* All frames of the next message; what is beyond the room is counted, not kept. */
static bool receive(void *socket, fields_t *message)
{
    field_t beyond;
    message->count = 0;
    do {
        field_t *field =
            message->count < FIELDS_MAX ? &message->fields[message->count] : &beyond;
        int size;
        do {
            size = zmq_recv(socket, field->bytes, sizeof field->bytes, ZMQ_DONTWAIT);
        } while (size < 0 && errno == EINTR);
        if (size < 0)
            return false;
        field->size = (size_t)size;
        message->count++;
    } while (more_follows(socket));
    return true;
}

/* A peer that cannot take it, or has gone, loses the whole message. */
static bool send_frame(void *socket, const void *data, size_t size, bool more)
{
    int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
    while (zmq_send(socket, data, size, flags) < 0) {
        if (errno != EINTR)
            return false;
    }
    return true;
}

static bool send_frames(void *socket, const outlet_frame_t *frames, uint32_t count)
{
    bool sent = true;
    for (uint32_t i = 0; i < count && sent; i++)
        sent = send_frame(socket, frames[i].data, frames[i].size, i + 1 < count);
    return sent;
}

void outlet_publish(outlet_t *outlet, const outlet_frame_t *frames, uint32_t count)
{
    CHECK(outlet != NULL);
    CHECK(count > 0);
    (void)send_frames(outlet->publisher, frames, count); /* PUB drops, never refuses */
}

/* ---- last values ---- */

/* route, maybe an empty frame, topic */
static bool read_request(const fields_t *message, outlet_request_t *request)
{
    const field_t *route = &message->fields[0];
    size_t count = message->count;
    request->delimiter = count == 3 && message->fields[1].size == 0;
    if (count != (request->delimiter ? 3u : 2u))
        return false;
    const field_t *topic = &message->fields[count - 1];
    if (route->size > KNOCK_ROUTE_MAX || topic->size > OUTLET_TOPIC_MAX)
        return false;
    memcpy(request->route, route->bytes, route->size);
    memcpy(request->topic, topic->bytes, topic->size);
    request->route_size = route->size;
    request->topic_size = topic->size;
    return true;
}

bool outlet_next_request(outlet_t *outlet, outlet_request_t *request)
{
    CHECK(outlet != NULL);
    CHECK(request != NULL);
    fields_t message;
    while (receive(outlet->teller, &message)) {
        if (read_request(&message, request))
            return true;
    }
    return false;
}

void outlet_answer(outlet_t *outlet, const outlet_request_t *request,
                   const outlet_frame_t *frames, uint32_t count)
{
    CHECK(outlet != NULL);
    CHECK(count > 0);
    void *teller = outlet->teller;
    if (!send_frame(teller, request->route, request->route_size, true))
        return;
    if (request->delimiter && !send_frame(teller, "", 0, true))
        return;
    (void)send_frames(teller, frames, count); /* who does not read asks again */
}

/* ---- the door ---- */

/* Frames of a request as the ROUTER hands it on: route, empty, and those of RFC 27. */
enum {
    FIELD_ROUTE,
    FIELD_EMPTY,
    FIELD_VERSION,
    FIELD_ID,
    FIELD_DOMAIN,
    FIELD_ADDRESS,
    FIELD_IDENTITY,
    FIELD_MECHANISM,
    FIELD_KEY,
    FIELD_COUNT
};
_Static_assert(FIELD_COUNT == FIELDS_MAX, "a CURVE request has room");

static bool field_is(const field_t *field, const char *text)
{
    return field->size == strlen(text) && memcmp(field->bytes, text, field->size) == 0;
}

/* Whether the request can be answered at all. */
static bool read_address(const fields_t *message, knock_t *knock)
{
    const field_t *route = &message->fields[FIELD_ROUTE];
    const field_t *id = &message->fields[FIELD_ID];
    if (message->count <= FIELD_MECHANISM || route->size > KNOCK_ROUTE_MAX ||
        id->size > KNOCK_ID_MAX)
        return false;
    memcpy(knock->route, route->bytes, route->size);
    memcpy(knock->id, id->bytes, id->size);
    knock->route_size = route->size;
    knock->id_size = id->size;
    return true;
}

static bool read_key(const fields_t *message, knock_t *knock)
{
    const field_t *key = &message->fields[FIELD_KEY];
    if (message->count != FIELD_COUNT || key->size != KEY_BYTES ||
        !field_is(&message->fields[FIELD_VERSION], "1.0") ||
        !field_is(&message->fields[FIELD_DOMAIN], OUTLET_ZAP_DOMAIN) ||
        !field_is(&message->fields[FIELD_MECHANISM], "CURVE"))
        return false;
    memcpy(knock->key, key->bytes, KEY_BYTES);
    return true;
}

bool outlet_next_knock(outlet_t *outlet, knock_t *knock)
{
    CHECK(outlet != NULL);
    CHECK(knock != NULL);
    fields_t message;
    while (receive(outlet->door, &message)) {
        if (!read_address(&message, knock))
            continue; /* its handshake ends by itself */
        if (read_key(&message, knock))
            return true;
        outlet_decide(outlet, knock, KNOCK_DENY);
    }
    return false;
}

void outlet_decide(outlet_t *outlet, const knock_t *knock, verdict_t verdict)
{
    static const struct {
        const char *code, *text;
    } words[] = { [KNOCK_ALLOW] = { "200", "OK" },
                  [KNOCK_DENY] = { "400", "this key may not subscribe" },
                  [KNOCK_LATER] = { "300", "try again" } };
    CHECK(outlet != NULL);
    CHECK(verdict != KNOCK_WAIT);
    char user[2 * KEY_BYTES + 1] = "";
    if (verdict == KNOCK_ALLOW)
        sodium_bin2hex(user, sizeof user, knock->key, KEY_BYTES);
    const char *code = words[verdict].code, *text = words[verdict].text;
    const outlet_frame_t frames[] = {
        { knock->route, knock->route_size },
        { "", 0 },
        { "1.0", 3 },
        { knock->id, knock->id_size },
        { code, strlen(code) },
        { text, strlen(text) },
        { user, strlen(user) },
        { "", 0 },
    };
    /* a handshake that ended meanwhile needs no word */
    (void)send_frames(outlet->door, frames, sizeof frames / sizeof frames[0]);
}
