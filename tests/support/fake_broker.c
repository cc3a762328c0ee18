/* fake_broker.c - see fake_broker.h. */
#include "tests/support/fake_broker.h"

#include "proto/check.h"
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define ROUTING_MAX 64

struct fake {
    void *context, *router, *stop, *stopper, *zap;
    pthread_t thread;
    fake_script *script;
    void *script_context;
    int *refuse;
    arena_t *arena;
    char endpoint[256];
    uint8_t server_key[KEY_BYTES];
    uint8_t routing[ROUTING_MAX];
    size_t routing_size;
    int more; /* the message being written has further frames */
};

static void send_frame(fake_t *fake, const void *bytes, size_t size)
{
    if (!fake->more)
        (void)zmq_send(fake->router, fake->routing, fake->routing_size, ZMQ_SNDMORE);
    fake->more = 0;
    (void)zmq_send(fake->router, bytes, size, 0); /* a peer may be gone */
}

static void send_buffer(fake_t *fake, buffer_t *frame, status_t status)
{
    CHECK(status == STATUS_OK);
    send_frame(fake, frame->data, frame->size);
    buffer_fini(frame);
}

void fake_raw(fake_t *fake, const void *bytes, size_t size, int more)
{
    if (!fake->more)
        (void)zmq_send(fake->router, fake->routing, fake->routing_size, ZMQ_SNDMORE);
    (void)zmq_send(fake->router, bytes, size, more ? ZMQ_SNDMORE : 0);
    fake->more = more;
}

void fake_outcomes(fake_t *fake, const request_t *request, const outcome_t *outcomes,
                   uint32_t count)
{
    buffer_t frame;
    buffer_init(&frame, FRAME_BYTES_MAX);
    send_buffer(fake, &frame,
                wire_write_submit_reply(&frame, request->correlation, outcomes, count));
}

void fake_settle(fake_t *fake, const request_t *request, status_t status)
{
    outcome_t *outcomes = calloc(request->item_count + 1, sizeof *outcomes);
    CHECK(outcomes != NULL);
    for (uint32_t i = 0; i < request->item_count; i++) {
        outcomes[i].number = request->items[i].number;
        outcomes[i].status = status;
        outcomes[i].seq = status == STATUS_OK ? outcomes[i].number + 1000 : 0;
        if (status != STATUS_OK)
            fault_set(&outcomes[i].fault, "observe.subject", "C99", 3);
    }
    fake_outcomes(fake, request, outcomes, request->item_count);
    free(outcomes);
}

void fake_failure(fake_t *fake, const request_t *request, status_t status)
{
    buffer_t frame;
    buffer_init(&frame, FRAME_BYTES_MAX);
    send_buffer(fake, &frame,
                wire_write_failure(&frame, request->correlation, status, NULL));
}

void fake_pong(fake_t *fake, const request_t *request)
{
    buffer_t frame;
    buffer_init(&frame, FRAME_BYTES_MAX);
    send_buffer(fake, &frame, wire_write_pong(&frame, request->correlation));
}

void fake_answer(fake_t *fake, const request_t *request, const answer_t *answer)
{
    buffer_t frame;
    buffer_init(&frame, FRAME_BYTES_MAX);
    send_buffer(fake, &frame, wire_write_answer(&frame, request->correlation, answer));
}

/* ---- the thread ---- */

static void serve_one(fake_t *fake)
{
    uint8_t bytes[FRAME_BYTES_MAX];
    int size = zmq_recv(fake->router, fake->routing, ROUTING_MAX, 0);
    CHECK(size > 0 && size <= ROUTING_MAX);
    fake->routing_size = (size_t)size;
    size = zmq_recv(fake->router, bytes, sizeof bytes, 0);
    CHECK(size >= 0 && (size_t)size <= sizeof bytes);
    request_t request;
    arena_reset(fake->arena);
    CHECK(wire_read_request(fake->arena, bytes, (size_t)size, &request, NULL) ==
          STATUS_OK);
    fake->script(fake, fake->script_context, &request);
}

/* ZAP (RFC 27): version, request id, and more; answered with 200 or 400. */
static void authenticate(fake_t *fake)
{
    char frames[16][256];
    int sizes[16], count = 0, more = 1;
    size_t width = sizeof more;
    while (more) {
        CHECK(count < 16);
        sizes[count] = zmq_recv(fake->zap, frames[count], sizeof frames[0], 0);
        CHECK(sizes[count] >= 0);
        count++;
        CHECK(zmq_getsockopt(fake->zap, ZMQ_RCVMORE, &more, &width) == 0);
    }
    const char *code = __atomic_load_n(fake->refuse, __ATOMIC_ACQUIRE) ? "400" : "200";
    (void)zmq_send(fake->zap, "1.0", 3, ZMQ_SNDMORE);
    (void)zmq_send(fake->zap, frames[1], (size_t)sizes[1], ZMQ_SNDMORE);
    (void)zmq_send(fake->zap, code, 3, ZMQ_SNDMORE);
    (void)zmq_send(fake->zap, "", 0, ZMQ_SNDMORE);
    (void)zmq_send(fake->zap, "user", 4, ZMQ_SNDMORE);
    (void)zmq_send(fake->zap, "", 0, 0);
}

static void *serve(void *argument)
{
    fake_t *fake = argument;
    zmq_pollitem_t items[] = { { .socket = fake->stop, .events = ZMQ_POLLIN },
                               { .socket = fake->router, .events = ZMQ_POLLIN },
                               { .socket = fake->zap, .events = ZMQ_POLLIN } };
    while ((items[0].revents & ZMQ_POLLIN) == 0) {
        CHECK(zmq_poll(items, fake->zap != NULL ? 3 : 2, -1) >= 0);
        if ((items[1].revents & ZMQ_POLLIN) != 0)
            serve_one(fake);
        if (fake->zap != NULL && (items[2].revents & ZMQ_POLLIN) != 0)
            authenticate(fake);
    }
    return NULL;
}

/* ---- life ---- */

static void open_zap(fake_t *fake, int *refuse)
{
    fake->refuse = refuse;
    fake->zap = zmq_socket(fake->context, ZMQ_REP);
    CHECK(fake->zap != NULL);
    CHECK(zmq_bind(fake->zap, "inproc://zeromq.zap.01") == 0);
}

static void open_router(fake_t *fake, const char *endpoint)
{
    uint8_t seed[32] = { 7 }, secret[KEY_BYTES];
    CHECK(crypto_box_seed_keypair(fake->server_key, secret, seed) == 0);
    int on = 1, off = 0;
    fake->router = zmq_socket(fake->context, ZMQ_ROUTER);
    CHECK(fake->router != NULL);
    CHECK(zmq_setsockopt(fake->router, ZMQ_CURVE_SERVER, &on, sizeof on) == 0);
    CHECK(zmq_setsockopt(fake->router, ZMQ_CURVE_SECRETKEY, secret, KEY_BYTES) == 0);
    CHECK(zmq_setsockopt(fake->router, ZMQ_LINGER, &off, sizeof off) == 0);
    if (fake->zap != NULL)
        CHECK(zmq_setsockopt(fake->router, ZMQ_ZAP_DOMAIN, "test", 4) == 0);
    CHECK(zmq_bind(fake->router, endpoint != NULL ? endpoint : "tcp://127.0.0.1:*") ==
          0);
    size_t size = sizeof fake->endpoint;
    CHECK(zmq_getsockopt(fake->router, ZMQ_LAST_ENDPOINT, fake->endpoint, &size) == 0);
}

static fake_t *start(fake_script *script, void *context, const char *endpoint,
                     int *refuse)
{
    CHECK(sodium_init() >= 0);
    fake_t *fake = calloc(1, sizeof *fake);
    CHECK(fake != NULL);
    fake->script = script;
    fake->script_context = context;
    fake->arena = arena_create(4u << 20);
    CHECK(fake->arena != NULL);
    fake->context = zmq_ctx_new();
    if (refuse != NULL)
        open_zap(fake, refuse);
    open_router(fake, endpoint);
    fake->stop = zmq_socket(fake->context, ZMQ_PAIR);
    fake->stopper = zmq_socket(fake->context, ZMQ_PAIR);
    CHECK(zmq_bind(fake->stop, "inproc://stop") == 0);
    CHECK(zmq_connect(fake->stopper, "inproc://stop") == 0);
    CHECK(pthread_create(&fake->thread, NULL, serve, fake) == 0);
    return fake;
}

fake_t *fake_start(fake_script *script, void *context, const char *endpoint)
{
    return start(script, context, endpoint, NULL);
}

fake_t *fake_start_refusing(fake_script *script, void *context, int *refuse)
{
    return start(script, context, NULL, refuse);
}

void fake_stop(fake_t **out)
{
    fake_t *fake = *out;
    if (fake == NULL)
        return;
    CHECK(zmq_send(fake->stopper, "", 0, 0) == 0);
    CHECK(pthread_join(fake->thread, NULL) == 0);
    CHECK(zmq_close(fake->router) == 0);
    CHECK(zmq_close(fake->stop) == 0);
    CHECK(zmq_close(fake->stopper) == 0);
    if (fake->zap != NULL)
        CHECK(zmq_close(fake->zap) == 0);
    CHECK(zmq_ctx_term(fake->context) == 0);
    arena_destroy(&fake->arena);
    free(fake);
    *out = NULL;
}

const char *fake_endpoint(const fake_t *fake)
{
    return fake->endpoint;
}

const uint8_t *fake_server_key(const fake_t *fake)
{
    return fake->server_key;
}
