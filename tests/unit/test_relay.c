/* Goal: plain SUB sockets see what the broker told, byte for byte and without a hole; only
 * keys that the broker allows get in, and one that is revoked is cut while others go on.
 * Method: a relay in a thread between a scripted ROUTER and plain ZeroMQ sockets. The
 * board's row C1 has the version as its total. End to end: tests/e2e/test_relay.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/relay/guests.h"
#include "clients/relay/relay.h"
#include "clients/relay/shelf.h"
#include "proto/check.h"
#include "tests/support/client_case.h"
#include <cmocka.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#define TEXT(s)   ((text_t){ (s), (uint32_t)(sizeof(s) - 1) })
#define TOPIC     "board/g"
#define WIDE_ROWS 900u /* more than one part */

/* ---- the broker ---- */

typedef struct {
    uint64_t target, access; /* newest version; of rights. Set by the test */
    int revoked;             /* subscriber 1 is */
    uint64_t correlation, number, version;
    uint8_t keys[2][KEY_BYTES]; /* allowed subscribers */
    bool wide;
} town_t;

static void send_update(fake_t *fake, town_t *town, uint64_t base, uint64_t version)
{
    static board_row_t rows[WIDE_ROWS];
    static char codes[WIDE_ROWS][8];
    buffer_t body, frame;
    buffer_init(&body, FRAME_BYTES_MAX);
    buffer_init(&frame, FRAME_BYTES_MAX);
    for (uint32_t i = 0; i < WIDE_ROWS; i++) {
        int size = snprintf(codes[i], sizeof codes[i], "C%u", i);
        rows[i] = (board_row_t){ .subject = { codes[i], (uint32_t)size },
                                 .name = TEXT("一个名字"),
                                 .standing = STANDING_RANKED,
                                 .rank = i + 1,
                                 .total = i == 1 ? (int64_t)version : 0 };
    }
    delta_t delta = { .base = base,
                      .version = version,
                      .parts = 1,
                      .board = { .account = TEXT("A1"),
                                 .group = TEXT("g"),
                                 .scheme = TEXT("s"),
                                 .rows = base == 0 ? rows : &rows[1],
                                 .row_count = base != 0    ? 1
                                              : town->wide ? WIDE_ROWS
                                                           : 3 } };
    CHECK(wire_write_delta(&body, &delta) == STATUS_OK);
    CHECK(wire_write_update(&frame, town->correlation, ++town->number, body.data,
                            body.size) == STATUS_OK);
    fake_raw(fake, frame.data, frame.size, 0);
    buffer_fini(&body);
    buffer_fini(&frame);
    town->version = version;
}

static void on_subscribers(fake_t *fake, town_t *town, const request_t *request)
{
    answer_t answer = { .kind = QUERY_SUBSCRIBERS, .seq = 1, .parts = 1 };
    const subscribers_query_t *query = &request->query.subscribers;
    answer.body.subscribers.access = __atomic_load_n(&town->access, __ATOMIC_ACQUIRE);
    bool revoked = __atomic_load_n(&town->revoked, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < query->key_count; i++) {
        for (uint32_t j = 0; j < (revoked ? 1 : 2); j++) {
            if (memcmp(query->keys + i * KEY_BYTES, town->keys[j], KEY_BYTES) == 0)
                answer.body.subscribers.allowed |= 1ull << i;
        }
    }
    fake_answer(fake, request, &answer);
}

static void on_query(fake_t *fake, town_t *town, const request_t *request)
{
    const group_info_t groups[] = { { .name = TEXT("g") } };
    answer_t answer = { .kind = QUERY_GROUPS, .seq = 1, .parts = 1 };
    if (request->query.kind == QUERY_SUBSCRIBERS) {
        on_subscribers(fake, town, request);
        return;
    }
    answer.body.groups.account = TEXT("A1");
    answer.body.groups.scheme = TEXT("s");
    answer.body.groups.groups = groups;
    answer.body.groups.group_count = 1;
    fake_answer(fake, request, &answer);
}

static void script_town(fake_t *fake, void *context, const request_t *request)
{
    town_t *town = context;
    if (request->kind == REQUEST_PING)
        fake_pong(fake, request);
    if (request->kind == REQUEST_QUERY)
        on_query(fake, town, request);
    if (request->kind == REQUEST_WATCH) {
        town->correlation = request->correlation;
        town->number = 0;
        send_update(fake, town, 0, town->version == 0 ? 1 : town->version);
    }
    if (request->kind != REQUEST_CREDIT)
        return;
    if (request->correlation != town->correlation)
        fake_failure(fake, request, STATUS_UNKNOWN_WATCH);
    else if (town->version < __atomic_load_n(&town->target, __ATOMIC_ACQUIRE))
        send_update(fake, town, town->version, town->version + 1);
}

/* ---- the relay ---- */

typedef struct {
    town_t town;
    fake_t *fake;
    settings_t settings;
    profile_t profile;
    uint8_t secret_key[KEY_BYTES], server_key[KEY_BYTES]; /* of the relay */
    relay_t *relay;
    char publish[256], last_value[256];
    int stop;
    pthread_t thread;
    void *context; /* of the subscribers */
} stage_t;

static void pair_of(uint8_t number, uint8_t *public_key, uint8_t *secret_key)
{
    uint8_t seed[32] = { 100, number };
    assert_int_equal(crypto_box_seed_keypair(public_key, secret_key, seed), 0);
}

static void *run_relay(void *context)
{
    stage_t *stage = context;
    relay_run(stage->relay, stage->stop);
    return NULL;
}

static void set_stage(stage_t *stage, bool wide)
{
    uint8_t unused[KEY_BYTES];
    char where[SETTINGS_MESSAGE_MAX];
    memset(stage, 0, sizeof *stage);
    assert_true(sodium_init() >= 0);
    pair_of(0, stage->town.keys[0], unused);
    pair_of(1, stage->town.keys[1], unused);
    stage->town.wide = wide;
    stage->town.target = 1;
    stage->fake = fake_start(script_town, &stage->town, NULL);
    (void)snprintf(stage->profile.endpoint, sizeof stage->profile.endpoint, "%s",
                   fake_endpoint(stage->fake));
    memcpy(stage->profile.server_key, fake_server_key(stage->fake), KEY_BYTES);
    pair_of(50, stage->profile.public_key, stage->profile.secret_key);
    pair_of(51, stage->server_key, stage->secret_key);
    settings_default(&stage->settings);
    (void)strcpy(stage->settings.listen, "tcp://127.0.0.1:*");
    (void)strcpy(stage->settings.last_value, "tcp://127.0.0.1:*");
    relay_options_t options = { .settings = &stage->settings,
                                .profile = &stage->profile,
                                .secret_key = stage->secret_key };
    assert_int_equal(relay_open(&options, &stage->relay, where), STATUS_OK);
    (void)strcpy(stage->publish, relay_publish_endpoint(stage->relay));
    (void)strcpy(stage->last_value, relay_last_value_endpoint(stage->relay));
    stage->stop = eventfd(0, EFD_CLOEXEC);
    assert_true(stage->stop >= 0);
    assert_int_equal(pthread_create(&stage->thread, NULL, run_relay, stage), 0);
    stage->context = zmq_ctx_new();
}

static void strike_stage(stage_t *stage)
{
    uint64_t one = 1;
    assert_int_equal(write(stage->stop, &one, sizeof one), sizeof one);
    assert_int_equal(pthread_join(stage->thread, NULL), 0);
    assert_int_equal(close(stage->stop), 0);
    relay_close(&stage->relay);
    fake_stop(&stage->fake);
    assert_int_equal(zmq_ctx_term(stage->context), 0);
}

static void set_target(stage_t *stage, uint64_t version)
{
    __atomic_store_n(&stage->town.target, version, __ATOMIC_RELEASE);
}

/* ---- subscribers: nothing but ZeroMQ ---- */

static void *socket_of(stage_t *stage, int type, uint8_t number)
{
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    int off = 0, patience = PATIENCE_MS;
    pair_of(number, public_key, secret_key);
    void *socket = zmq_socket(stage->context, type);
    assert_non_null(socket);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, stage->server_key, 32),
                     0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 32), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, 32), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_LINGER, &off, sizeof off), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience),
                     0);
    return socket;
}

static void *subscriber_of(stage_t *stage, uint8_t number, const char *topic)
{
    void *socket = socket_of(stage, ZMQ_SUB, number);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topic, strlen(topic)), 0);
    assert_int_equal(zmq_connect(socket, stage->publish), 0);
    return socket;
}

/* The monitor of a socket that tells how handshakes end. */
static void *monitor_of(stage_t *stage, void *socket, const char *address)
{
    assert_int_equal(zmq_socket_monitor(socket, address,
                                        ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                                            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH),
                     0);
    int patience = PATIENCE_MS;
    void *monitor = zmq_socket(stage->context, ZMQ_PAIR);
    assert_int_equal(zmq_setsockopt(monitor, ZMQ_RCVTIMEO, &patience, sizeof patience),
                     0);
    assert_int_equal(zmq_connect(monitor, address), 0);
    return monitor;
}

static uint16_t next_event(void *monitor)
{
    uint8_t event[6], address[256];
    assert_int_equal(zmq_recv(monitor, event, sizeof event, 0), 6);
    assert_true(zmq_recv(monitor, address, sizeof address, 0) >= 0);
    uint16_t kind;
    memcpy(&kind, event, sizeof kind);
    return kind;
}

static bool more_of(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    assert_int_equal(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size), 0);
    return more != 0;
}

/* One frame as text. */
static void receive_text(void *socket, char *text, size_t room)
{
    int size = zmq_recv(socket, text, room - 1, 0);
    assert_true(size >= 0 && (size_t)size < room);
    text[size] = '\0';
}

static mirror_taken_t receive_delta(void *socket, mirror_t *mirror, uint64_t *base)
{
    static uint8_t bytes[FRAME_BYTES_MAX];
    int size = zmq_recv(socket, bytes, sizeof bytes, 0);
    assert_true(size > 0);
    arena_t *arena = arena_create(4u << 20);
    delta_t delta;
    assert_int_equal(wire_read_delta(arena, bytes, (size_t)size, &delta, NULL),
                     STATUS_OK);
    *base = delta.base;
    /* who asked for the last value drops what lies before it */
    mirror_taken_t taken = delta.base != 0 && delta.version <= mirror_version(mirror)
                               ? MIRROR_PARTLY
                               : mirror_take(mirror, &delta);
    arena_destroy(&arena);
    return taken;
}

/* Asks for the last value; how many parts it had. */
static uint32_t ask_last_value(stage_t *stage, int type, uint8_t number,
                               mirror_t *mirror)
{
    char topic[64];
    uint64_t base;
    uint32_t parts = 0;
    mirror_taken_t taken = MIRROR_HOLE;
    void *socket = socket_of(stage, type, number);
    assert_int_equal(zmq_connect(socket, stage->last_value), 0);
    do { /* until the relay has heard of the board */
        assert_int_equal(zmq_send(socket, TOPIC, strlen(TOPIC), 0), strlen(TOPIC));
        receive_text(socket, topic, sizeof topic);
    } while (topic[0] == 'E');
    assert_string_equal(topic, TOPIC);
    while (more_of(socket)) {
        taken = receive_delta(socket, mirror, &base);
        assert_int_equal(base, 0);
        parts++;
    }
    assert_int_equal(taken, MIRROR_CHANGED);
    assert_int_equal(zmq_close(socket), 0);
    return parts;
}

static void assert_board(const mirror_t *mirror)
{
    const board_row_t *row = mirror_find(mirror, TEXT("C1"));
    assert_non_null(row);
    assert_int_equal(row->total, mirror_version(mirror));
}

/* Takes differences until the mirror has reached a version: no hole in between. */
static void follow(void *subscriber, mirror_t *mirror, uint64_t version)
{
    char topic[64], beat[128];
    uint64_t base;
    while (mirror_version(mirror) < version) {
        receive_text(subscriber, topic, sizeof topic);
        while (strcmp(topic, RELAY_TOPIC) == 0 && more_of(subscriber))
            receive_text(subscriber, beat, sizeof beat);
        if (strcmp(topic, RELAY_TOPIC) == 0) /* a heartbeat in between */
            continue;
        assert_string_equal(topic, TOPIC);
        assert_int_not_equal(receive_delta(subscriber, mirror, &base), MIRROR_HOLE);
        assert_board(mirror);
    }
}

/* The rest of a message; of a heartbeat each frame names a board. */
static void skip_rest(void *subscriber, bool boards)
{
    static char frame[FRAME_BYTES_MAX];
    while (more_of(subscriber)) {
        receive_text(subscriber, frame, sizeof frame);
        if (boards)
            assert_memory_equal(frame, TOPIC " ", strlen(TOPIC) + 1);
    }
}

/* Takes messages until a heartbeat begins with the word. */
static void await_beat(void *subscriber, const char *word)
{
    char topic[64], beat[128] = "";
    while (strncmp(beat, word, strlen(word)) != 0) {
        receive_text(subscriber, topic, sizeof topic);
        if (strcmp(topic, RELAY_TOPIC) == 0)
            receive_text(subscriber, beat, sizeof beat);
        skip_rest(subscriber, strcmp(topic, RELAY_TOPIC) == 0);
    }
}

/* ---- tests ---- */

static void subscriber__asks_the_last_value__joins_without_a_hole(void **unused)
{
    (void)unused;
    static stage_t stage;
    set_stage(&stage, false);
    void *subscriber = subscriber_of(&stage, 0, RELAY_TOPIC);
    assert_int_equal(zmq_setsockopt(subscriber, ZMQ_SUBSCRIBE, "board/", 6), 0);
    await_beat(subscriber, "live 1"); /* it is in, and so is the board */
    await_beat(subscriber, "live 1"); /* the second topic was told behind the first */
    mirror_t *mirror = mirror_create();
    assert_int_equal(ask_last_value(&stage, ZMQ_REQ, 0, mirror), 1);
    assert_board(mirror);
    assert_int_equal(mirror_board(mirror)->row_count, 3);
    set_target(&stage, 6); /* comes with the next credit */
    follow(subscriber, mirror, 6);
    assert_int_equal(zmq_close(subscriber), 0);
    mirror_destroy(&mirror);
    strike_stage(&stage);
}

static void last_value__large_or_unknown__parts_or_an_error(void **unused)
{
    (void)unused;
    static stage_t stage;
    char text[128];
    set_stage(&stage, true);
    mirror_t *mirror = mirror_create();
    /* a DEALER needs no empty frame */
    assert_true(ask_last_value(&stage, ZMQ_DEALER, 1, mirror) > 1);
    assert_int_equal(mirror_board(mirror)->row_count, WIDE_ROWS);
    assert_board(mirror);
    void *asker = socket_of(&stage, ZMQ_REQ, 1);
    assert_int_equal(zmq_connect(asker, stage.last_value), 0);
    assert_int_equal(zmq_send(asker, "board/no", 8, 0), 8);
    receive_text(asker, text, sizeof text);
    assert_memory_equal(text, "E3117 ", 6);
    assert_false(more_of(asker));
    assert_int_equal(zmq_close(asker), 0);
    mirror_destroy(&mirror);
    strike_stage(&stage);
}

static void foreign_key__at_both_sockets__stays_outside(void **unused)
{
    (void)unused;
    static stage_t stage;
    set_stage(&stage, false);
    void *subscriber = socket_of(&stage, ZMQ_SUB, 9),
         *asker = socket_of(&stage, ZMQ_REQ, 9);
    void *first = monitor_of(&stage, subscriber, "inproc://foreign-1");
    void *second = monitor_of(&stage, asker, "inproc://foreign-2");
    assert_int_equal(zmq_connect(subscriber, stage.publish), 0);
    assert_int_equal(zmq_connect(asker, stage.last_value), 0);
    assert_int_equal(next_event(first), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(next_event(second), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(zmq_close(first), 0);
    assert_int_equal(zmq_close(second), 0);
    assert_int_equal(zmq_close(subscriber), 0);
    assert_int_equal(zmq_close(asker), 0);
    strike_stage(&stage);
}

static void key__revoked__is_cut_while_others_go_on(void **unused)
{
    (void)unused;
    static stage_t stage;
    set_stage(&stage, false);
    void *stays = subscriber_of(&stage, 0, RELAY_TOPIC);
    void *leaves = subscriber_of(&stage, 1, RELAY_TOPIC);
    void *monitor = monitor_of(&stage, leaves, "inproc://leaves");
    await_beat(stays, "live");
    await_beat(leaves, "live");
    __atomic_store_n(&stage.town.revoked, 1, __ATOMIC_RELEASE);
    __atomic_store_n(&stage.town.access, 1, __ATOMIC_RELEASE);
    uint16_t event;
    do {
        event = next_event(monitor);
    } while (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED); /* its first one */
    assert_int_equal(event, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    mirror_t *mirror = mirror_create();
    (void)ask_last_value(&stage, ZMQ_REQ, 0, mirror);
    for (int i = 0; i < 3; i++) /* more than can have been under way */
        await_beat(stays, "live");
    mirror_destroy(&mirror);
    assert_int_equal(zmq_close(monitor), 0);
    assert_int_equal(zmq_close(stays), 0);
    assert_int_equal(zmq_close(leaves), 0);
    strike_stage(&stage);
}

/* Who knocks while nobody can be asked waits, and is let in afterwards. */
static void broker__away__stale_then_live_and_new_keys_get_in(void **unused)
{
    (void)unused;
    static stage_t stage;
    set_stage(&stage, false);
    void *beats = subscriber_of(&stage, 0, RELAY_TOPIC);
    await_beat(beats, "live 1");
    fake_stop(&stage.fake);
    await_beat(beats, "stale 1"); /* what was held is still told */
    mirror_t *mirror = mirror_create();
    (void)ask_last_value(&stage, ZMQ_REQ, 0, mirror);
    assert_board(mirror);
    void *late = subscriber_of(&stage, 1, RELAY_TOPIC);
    for (int i = 0; i < 2 + GUESTS_WAIT_MS / RELAY_BEAT_MS; i++)
        await_beat(beats, "stale"); /* long enough to be told: later */
    char nothing[8];
    assert_int_equal(zmq_recv(late, nothing, sizeof nothing, ZMQ_DONTWAIT), -1);
    stage.town.correlation = 0;
    stage.fake = fake_start(script_town, &stage.town, stage.profile.endpoint);
    await_beat(beats, "live");
    await_beat(late, "live");
    assert_int_equal(zmq_close(beats), 0);
    assert_int_equal(zmq_close(late), 0);
    mirror_destroy(&mirror);
    strike_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subscriber__asks_the_last_value__joins_without_a_hole),
        cmocka_unit_test(last_value__large_or_unknown__parts_or_an_error),
        cmocka_unit_test(foreign_key__at_both_sockets__stays_outside),
        cmocka_unit_test(key__revoked__is_cut_while_others_go_on),
        cmocka_unit_test(broker__away__stale_then_live_and_new_keys_get_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
