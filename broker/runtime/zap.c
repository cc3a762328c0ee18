/* zap.c - see zap.h. */
#include "broker/runtime/zap.h"

#include "broker/runtime/keyset.h"
#include "proto/check.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define ENDPOINT         "inproc://zeromq.zap.01"
#define CONTROL_ENDPOINT "inproc://yixian.zap.control"
#define FIELDS_MAX       8u
#define FIELD_BYTES_MAX  255u

enum { UPDATE_ALLOW = 'a', UPDATE_DENY = 'd', UPDATE_STOP = 's' };

/* Frames of a request, RFC 27. */
enum {
    FIELD_VERSION,
    FIELD_REQUEST_ID,
    FIELD_DOMAIN,
    FIELD_ADDRESS,
    FIELD_IDENTITY,
    FIELD_MECHANISM,
    FIELD_KEY,
    FIELD_COUNT
};

typedef struct {
    uint8_t bytes[FIELD_BYTES_MAX];
    size_t size; /* as sent; what is longer than the room counts as malformed */
} field_t;

typedef struct {
    field_t fields[FIELDS_MAX];
    size_t count;
} ask_t;

struct zap {
    void *handler; /* REP; the thread's */
    void *inner;   /* PAIR; the thread's end */
    void *outer;   /* PAIR; the caller's end */
    keyset_t *allowed;
    pthread_t thread;
    atomic_uint_fast64_t allowed_count, denied_count;
};

/* ---- the thread ---- */

static bool more_follows(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    CHECK(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0);
    return more != 0;
}

/* All frames of one request; what is beyond FIELDS_MAX is counted, not kept. */
static bool receive_ask(void *socket, ask_t *ask)
{
    field_t beyond;
    ask->count = 0;
    do {
        field_t *field = ask->count < FIELDS_MAX ? &ask->fields[ask->count] : &beyond;
        int size = zmq_recv(socket, field->bytes, sizeof field->bytes, ZMQ_DONTWAIT);
        if (size < 0)
            return false;
        field->size = (size_t)size;
        ask->count++;
    } while (more_follows(socket));
    return true;
}

static bool field_is(const field_t *field, const char *text)
{
    return field->size == strlen(text) && memcmp(field->bytes, text, field->size) == 0;
}

/* The status of RFC 27: 200 let in, 400 not, 500 a request that cannot be read. */
static const char *judge(const keyset_t *allowed, const ask_t *ask)
{
    if (ask->count < FIELD_MECHANISM + 1 ||
        !field_is(&ask->fields[FIELD_VERSION], "1.0") ||
        ask->fields[FIELD_REQUEST_ID].size > FIELD_BYTES_MAX)
        return "500";
    if (!field_is(&ask->fields[FIELD_DOMAIN], ZAP_DOMAIN) ||
        !field_is(&ask->fields[FIELD_MECHANISM], "CURVE"))
        return "400";
    if (ask->count != FIELD_COUNT || ask->fields[FIELD_KEY].size != KEY_BYTES)
        return "400";
    return keyset_has(allowed, ask->fields[FIELD_KEY].bytes) ? "200" : "400";
}

static const char *text_of(const char *code)
{
    static const struct {
        const char *code, *text;
    } texts[] = { { "200", "OK" },
                  { "400", "this key is not enrolled" },
                  { "500", "malformed request" } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].code, code) == 0)
            return texts[i].text;
    }
    return "";
}

static bool send_frame(void *socket, const void *bytes, size_t size, bool more)
{
    return zmq_send(socket, bytes, size, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0;
}

static bool send_text(void *socket, const char *text, bool more)
{
    return send_frame(socket, text, strlen(text), more);
}

/* Always the six frames of a reply; a peer that cannot take them has gone. */
static bool send_answer(void *socket, const ask_t *ask, const char *code)
{
    char user[2 * KEY_BYTES + 1] = "";
    if (strcmp(code, "200") == 0)
        sodium_bin2hex(user, sizeof user, ask->fields[FIELD_KEY].bytes, KEY_BYTES);
    const field_t *id = &ask->fields[FIELD_REQUEST_ID];
    size_t id_size =
        ask->count > FIELD_REQUEST_ID && id->size <= FIELD_BYTES_MAX ? id->size : 0;
    return send_text(socket, "1.0", true) &&
           send_frame(socket, id->bytes, id_size, true) &&
           send_text(socket, code, true) && send_text(socket, text_of(code), true) &&
           send_text(socket, user, true) && send_text(socket, "", false);
}

static void answer_one(zap_t *zap)
{
    ask_t ask = { .count = 0 };
    if (!receive_ask(zap->handler, &ask))
        return;
    const char *code = judge(zap->allowed, &ask);
    bool in = strcmp(code, "200") == 0;
    atomic_fetch_add(in ? &zap->allowed_count : &zap->denied_count, 1);
    (void)send_answer(zap->handler, &ask, code); /* the peer is refused all the same */
}

/* One update; false = stop. */
static bool take_update(keyset_t *allowed, const uint8_t *update, size_t size)
{
    CHECK(size > 0 && (size - 1) % KEY_BYTES == 0);
    if (update[0] == UPDATE_STOP)
        return false;
    for (size_t at = 1; at < size; at += KEY_BYTES) {
        if (update[0] == UPDATE_DENY)
            keyset_remove(allowed, update + at);
        else
            CHECK(keyset_add(allowed, update + at)); /* as large as the state's table */
    }
    return true;
}

/* Everything that waits, so that no handshake is judged by an older set. */
static bool take_updates(zap_t *zap)
{
    uint8_t update[1 + ZAP_MESSAGE_KEYS * KEY_BYTES];
    for (;;) {
        int size = zmq_recv(zap->inner, update, sizeof update, ZMQ_DONTWAIT);
        if (size < 0)
            return true;
        CHECK((size_t)size <= sizeof update);
        if (!take_update(zap->allowed, update, (size_t)size))
            return false;
    }
}

static void *run(void *context)
{
    zap_t *zap = context;
    (void)pthread_setname_np(pthread_self(), "yx-door"); /* for people who look */
    zmq_pollitem_t items[] = { { .socket = zap->inner, .events = ZMQ_POLLIN },
                               { .socket = zap->handler, .events = ZMQ_POLLIN } };
    for (;;) {
        if (zmq_poll(items, 2, -1) < 0 && errno != EINTR)
            break;
        if (!take_updates(zap))
            break;
        if ((items[1].revents & ZMQ_POLLIN) != 0)
            answer_one(zap);
    }
    return NULL;
}

/* ---- the caller ---- */

static void *open_socket(void *context, int type)
{
    void *socket = zmq_socket(context, type);
    int linger = 0, updates = ZAP_UPDATES_MAX;
    if (socket == NULL)
        return NULL;
    CHECK(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) == 0);
    CHECK(zmq_setsockopt(socket, ZMQ_SNDHWM, &updates, sizeof updates) == 0);
    CHECK(zmq_setsockopt(socket, ZMQ_RCVHWM, &updates, sizeof updates) == 0);
    return socket;
}

static status_t open_sockets(zap_t *zap, void *context)
{
    zap->handler = open_socket(context, ZMQ_REP);
    zap->inner = open_socket(context, ZMQ_PAIR);
    zap->outer = open_socket(context, ZMQ_PAIR);
    if (zap->handler == NULL || zap->inner == NULL || zap->outer == NULL)
        return STATUS_NO_MEMORY;
    if (zmq_bind(zap->handler, ENDPOINT) != 0 ||
        zmq_bind(zap->inner, CONTROL_ENDPOINT) != 0 ||
        zmq_connect(zap->outer, CONTROL_ENDPOINT) != 0)
        return STATUS_IO;
    return STATUS_OK;
}

static void close_all(zap_t *zap)
{
    void *sockets[] = { zap->handler, zap->inner, zap->outer };
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (sockets[i] != NULL)
            CHECK(zmq_close(sockets[i]) == 0);
    }
    keyset_destroy(&zap->allowed);
    free(zap);
}

status_t zap_start(void *context, zap_t **out)
{
    CHECK(context != NULL);
    CHECK(out != NULL);
    *out = NULL;
    zap_t *zap = calloc(1, sizeof *zap);
    if (zap == NULL)
        return STATUS_NO_MEMORY;
    atomic_init(&zap->allowed_count, 0);
    atomic_init(&zap->denied_count, 0);
    zap->allowed = keyset_create(ZAP_KEYS_MAX);
    status_t status =
        zap->allowed != NULL ? open_sockets(zap, context) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && pthread_create(&zap->thread, NULL, run, zap) != 0)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        close_all(zap);
        return status;
    }
    *out = zap;
    return STATUS_OK;
}

static status_t send_update(zap_t *zap, uint8_t kind, const void *keys, size_t count)
{
    uint8_t update[1 + ZAP_MESSAGE_KEYS * KEY_BYTES];
    CHECK(count <= ZAP_MESSAGE_KEYS);
    update[0] = kind;
    if (count > 0)
        memcpy(update + 1, keys, count * KEY_BYTES);
    return send_frame(zap->outer, update, 1 + count * KEY_BYTES, false) ? STATUS_OK
                                                                        : STATUS_BUSY;
}

void zap_stop(zap_t **out)
{
    CHECK(out != NULL);
    zap_t *zap = *out;
    if (zap == NULL)
        return;
    uint8_t stop = UPDATE_STOP;
    while (zmq_send(zap->outer, &stop, 1, 0) < 0) /* waits for room: the thread works */
        CHECK(errno == EINTR);
    CHECK(pthread_join(zap->thread, NULL) == 0);
    close_all(zap);
    *out = NULL;
}

static status_t send_keys(zap_t *zap, uint8_t kind, const uint8_t (*keys)[KEY_BYTES],
                          size_t count)
{
    CHECK(zap != NULL);
    CHECK(keys != NULL || count == 0);
    status_t status = STATUS_OK;
    for (size_t at = 0; at < count && status == STATUS_OK; at += ZAP_MESSAGE_KEYS) {
        size_t left = count - at;
        status = send_update(zap, kind, keys + at,
                             left < ZAP_MESSAGE_KEYS ? left : ZAP_MESSAGE_KEYS);
    }
    return status;
}

status_t zap_allow(zap_t *zap, const uint8_t (*keys)[KEY_BYTES], size_t count)
{
    return send_keys(zap, UPDATE_ALLOW, keys, count);
}

status_t zap_deny(zap_t *zap, const uint8_t (*keys)[KEY_BYTES], size_t count)
{
    return send_keys(zap, UPDATE_DENY, keys, count);
}

uint64_t zap_allowed_count(const zap_t *zap)
{
    CHECK(zap != NULL);
    return atomic_load(&zap->allowed_count);
}

uint64_t zap_denied_count(const zap_t *zap)
{
    CHECK(zap != NULL);
    return atomic_load(&zap->denied_count);
}
