/* channel.c - see channel.h. */
#include "clients/lib/channel.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MONITOR_ADDRESS    "inproc://monitor"
#define ENDPOINT_BYTES_MAX 512u

struct channel {
    void *context, *socket, *monitor;
    client_state_t state;
    char endpoint[ENDPOINT_BYTES_MAX];
};

static bool set_number(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_bounds(void *socket)
{
    int64_t frame = FRAME_BYTES_MAX;
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame, sizeof frame) == 0 &&
           set_number(socket, ZMQ_SNDHWM, CLIENT_WAITING_OUT_MAX) &&
           set_number(socket, ZMQ_RCVHWM, CLIENT_WAITING_IN_MAX) &&
           set_number(socket, ZMQ_LINGER, 0);
}

static bool set_times(void *socket)
{
    return set_number(socket, ZMQ_RECONNECT_IVL, CHANNEL_RECONNECT_MS) &&
           set_number(socket, ZMQ_RECONNECT_IVL_MAX, CHANNEL_RECONNECT_MAX_MS) &&
           set_number(socket, ZMQ_HANDSHAKE_IVL, CHANNEL_HANDSHAKE_MS) &&
           set_number(socket, ZMQ_TCP_KEEPALIVE, 1) &&
           set_number(socket, ZMQ_TCP_KEEPALIVE_IDLE, CHANNEL_KEEPALIVE_S);
}

static bool set_curve(void *socket, const client_options_t *options)
{
    return zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, options->server_key,
                          KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, options->public_key,
                          KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, options->secret_key,
                          KEY_BYTES) == 0;
}

static bool open_monitor(channel_t *channel)
{
    int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                 ZMQ_EVENT_DISCONNECTED;
    if (zmq_socket_monitor(channel->socket, MONITOR_ADDRESS, events) != 0)
        return false;
    channel->monitor = zmq_socket(channel->context, ZMQ_PAIR);
    return channel->monitor != NULL && set_number(channel->monitor, ZMQ_LINGER, 0) &&
           zmq_connect(channel->monitor, MONITOR_ADDRESS) == 0;
}

static status_t open_sockets(channel_t *channel, const client_options_t *options)
{
    channel->context = zmq_ctx_new();
    if (channel->context == NULL)
        return STATUS_NO_MEMORY;
    channel->socket = zmq_socket(channel->context, ZMQ_DEALER);
    if (channel->socket == NULL || !set_bounds(channel->socket) ||
        !set_times(channel->socket))
        return STATUS_NO_MEMORY;
    if (!set_curve(channel->socket, options))
        return STATUS_BAD_INPUT;
    if (!open_monitor(channel))
        return STATUS_NO_MEMORY;
    return zmq_connect(channel->socket, channel->endpoint) == 0 ? STATUS_OK
                                                                : STATUS_BAD_INPUT;
}

status_t channel_open(const client_options_t *options, channel_t **out)
{
    CHECK(options != NULL);
    CHECK(out != NULL);
    *out = NULL;
    size_t size = strlen(options->endpoint);
    if (size == 0 || size >= ENDPOINT_BYTES_MAX)
        return STATUS_BAD_INPUT;
    channel_t *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return STATUS_NO_MEMORY;
    memcpy(channel->endpoint, options->endpoint, size + 1);
    status_t status = open_sockets(channel, options);
    if (status != STATUS_OK)
        channel_close(&channel);
    *out = channel;
    return status;
}

void channel_close(channel_t **channel)
{
    CHECK(channel != NULL);
    if (*channel == NULL)
        return;
    if ((*channel)->monitor != NULL)
        CHECK(zmq_close((*channel)->monitor) == 0);
    if ((*channel)->socket != NULL)
        CHECK(zmq_close((*channel)->socket) == 0);
    while ((*channel)->context != NULL && zmq_ctx_term((*channel)->context) != 0)
        CHECK(errno == EINTR);
    free(*channel);
    *channel = NULL;
}

status_t channel_send(channel_t *channel, const uint8_t *bytes, size_t size)
{
    CHECK(channel != NULL);
    CHECK(size <= FRAME_BYTES_MAX);
    while (zmq_send(channel->socket, bytes, size, ZMQ_DONTWAIT) < 0) {
        if (errno == EINTR)
            continue;
        return errno == EAGAIN ? STATUS_QUEUE_FULL : STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static bool receive_part(void *socket, zmq_msg_t *part)
{
    CHECK(zmq_msg_init(part) == 0);
    while (zmq_msg_recv(part, socket, ZMQ_DONTWAIT) < 0) {
        if (errno == EINTR)
            continue;
        CHECK(zmq_msg_close(part) == 0);
        return false;
    }
    return true;
}

bool channel_receive(channel_t *channel, zmq_msg_t *frame, uint64_t *malformed)
{
    CHECK(channel != NULL);
    bool whole = true; /* a broker of ours sends one frame a message */
    while (receive_part(channel->socket, frame)) {
        bool more = zmq_msg_more(frame);
        if (whole && !more)
            return true;
        *malformed += whole;
        whole = !more;
        CHECK(zmq_msg_close(frame) == 0);
    }
    return false;
}

static void note_event(channel_t *channel, uint16_t event, channel_news_t *news)
{
    news->began = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        channel->state = CLIENT_CONNECTED;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
        channel->state = CLIENT_REFUSED;
        news->refused = true;
    }
    if (event == ZMQ_EVENT_DISCONNECTED && channel->state == CLIENT_CONNECTED) {
        channel->state = CLIENT_CONNECTING;
        news->ended = true;
    }
}

channel_news_t channel_news(channel_t *channel)
{
    CHECK(channel != NULL);
    channel_news_t news = { .state = channel->state };
    zmq_msg_t part;
    while (receive_part(channel->monitor, &part)) {
        uint16_t event = 0; /* first frame: the event's number and its value */
        bool first = zmq_msg_more(&part);
        if (first && zmq_msg_size(&part) >= sizeof event)
            memcpy(&event, zmq_msg_data(&part), sizeof event);
        CHECK(zmq_msg_close(&part) == 0);
        if (first)
            note_event(channel, event, &news);
    }
    news.state = channel->state;
    return news;
}

void channel_reconnect(channel_t *channel)
{
    CHECK(channel != NULL);
    /* A session that ended by itself is no longer there to be disconnected. */
    if (zmq_disconnect(channel->socket, channel->endpoint) != 0)
        CHECK(errno == ENOENT);
    CHECK(zmq_connect(channel->socket, channel->endpoint) == 0);
    if (channel->state == CLIENT_CONNECTED)
        channel->state = CLIENT_CONNECTING; /* refused stays until we know better */
}

void channel_wait(channel_t *channel, bool to_send, int timeout_ms)
{
    CHECK(channel != NULL);
    short events = to_send ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN;
    zmq_pollitem_t items[] = {
        { .socket = channel->socket, .events = events },
        { .socket = channel->monitor, .events = ZMQ_POLLIN },
    };
    /* a signal ends the wait early, which is as good as its end */
    if (zmq_poll(items, 2, timeout_ms) < 0)
        CHECK(errno == EINTR);
}

int channel_descriptor(const channel_t *channel)
{
    CHECK(channel != NULL);
    int descriptor = -1;
    size_t size = sizeof descriptor;
    CHECK(zmq_getsockopt(channel->socket, ZMQ_FD, &descriptor, &size) == 0);
    return descriptor;
}

bool channel_readable(const channel_t *channel)
{
    CHECK(channel != NULL);
    int events = 0;
    size_t size = sizeof events;
    CHECK(zmq_getsockopt(channel->socket, ZMQ_EVENTS, &events, &size) == 0);
    return (events & ZMQ_POLLIN) != 0;
}
