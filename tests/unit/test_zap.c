/* Goal: only allowed keys pass the door; what passed is told apart by its key; frames
 * out of shape are told so. Method: the real port and handler in this process, clients
 * over loopback on a port that the system chooses; a refusal is the client's own
 * monitor event, so that nothing waits for silence. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/port.h"
#include "broker/runtime/zap.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define PATIENCE_MS 30000

typedef struct {
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
} pair_t;

typedef struct {
    void *context, *clients;
    zap_t *zap;
    port_t *port;
    pair_t server, known, stranger;
} room_t;

static int set_up(void **state)
{
    static room_t room;
    room.context = zmq_ctx_new();
    room.clients = zmq_ctx_new();
    pair_t *pairs[] = { &room.server, &room.known, &room.stranger };
    for (size_t i = 0; i < 3; i++)
        crypto_box_keypair(pairs[i]->public_key, pairs[i]->secret_key);
    assert_int_equal(zap_start(room.context, &room.zap), STATUS_OK);
    const port_options_t options = { .context = room.context,
                                     .endpoint = "tcp://127.0.0.1:*",
                                     .secret_key = room.server.secret_key };
    assert_int_equal(port_open(&options, &room.port), STATUS_OK);
    *state = &room;
    return 0;
}

static int tear_down(void **state)
{
    room_t *room = *state;
    port_close(&room->port);
    zap_stop(&room->zap);
    assert_null(room->zap);
    assert_int_equal(zmq_ctx_term(room->clients), 0);
    assert_int_equal(zmq_ctx_term(room->context), 0);
    return 0;
}

static void allow(room_t *room, const pair_t *pair)
{
    uint8_t keys[1][KEY_BYTES];
    memcpy(keys[0], pair->public_key, KEY_BYTES);
    assert_int_equal(zap_allow(room->zap, (const uint8_t(*)[KEY_BYTES])keys, 1),
                     STATUS_OK);
}

static void deny(room_t *room, const pair_t *pair)
{
    uint8_t keys[1][KEY_BYTES];
    memcpy(keys[0], pair->public_key, KEY_BYTES);
    assert_int_equal(zap_deny(room->zap, (const uint8_t(*)[KEY_BYTES])keys, 1),
                     STATUS_OK);
}

typedef struct {
    void *socket, *monitor;
} client_t;

/* `route` may be NULL: an own routing id. */
static client_t connect_client(room_t *room, const pair_t *pair, const char *route)
{
    static unsigned count;
    char address[64];
    int linger = 0;
    client_t client = { .socket = zmq_socket(room->clients, ZMQ_DEALER) };
    (void)snprintf(address, sizeof address, "inproc://monitor-%u", count++);
    zmq_setsockopt(client.socket, ZMQ_LINGER, &linger, sizeof linger);
    if (route != NULL)
        zmq_setsockopt(client.socket, ZMQ_ROUTING_ID, route, strlen(route));
    zmq_setsockopt(client.socket, ZMQ_CURVE_SERVERKEY, room->server.public_key, 32);
    zmq_setsockopt(client.socket, ZMQ_CURVE_PUBLICKEY, pair->public_key, 32);
    zmq_setsockopt(client.socket, ZMQ_CURVE_SECRETKEY, pair->secret_key, 32);
    assert_int_equal(zmq_socket_monitor(client.socket, address,
                                        ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                                            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH),
                     0);
    client.monitor = zmq_socket(room->clients, ZMQ_PAIR);
    assert_int_equal(zmq_connect(client.monitor, address), 0);
    assert_int_equal(zmq_connect(client.socket, port_endpoint(room->port)), 0);
    return client;
}

static void close_client(client_t *client)
{
    assert_int_equal(zmq_close(client->socket), 0);
    assert_int_equal(zmq_close(client->monitor), 0);
}

static uint16_t next_event(client_t *client)
{
    uint8_t event[6], address[256];
    int patience = PATIENCE_MS;
    zmq_setsockopt(client->monitor, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(zmq_recv(client->monitor, event, sizeof event, 0), 6);
    assert_true(zmq_recv(client->monitor, address, sizeof address, 0) >= 0);
    uint16_t kind;
    memcpy(&kind, event, sizeof kind);
    return kind;
}

static port_got_t await_frame(room_t *room, frame_t *frame)
{
    for (;;) {
        port_got_t got = port_receive(room->port, frame);
        if (got != PORT_NOTHING)
            return got;
        zmq_pollitem_t item = { .socket = port_socket(room->port),
                                .events = ZMQ_POLLIN };
        assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    }
}

static void door__allowed_key__passes_and_is_named(void **state)
{
    room_t *room = *state;
    frame_t frame;
    char answer[8];
    allow(room, &room->known);
    client_t client = connect_client(room, &room->known, NULL);
    assert_int_equal(zmq_send(client.socket, "hello", 5, 0), 5);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_OK);
    assert_int_equal(frame.size, 5);
    assert_memory_equal(frame.bytes, "hello", 5);
    assert_memory_equal(frame.key, room->known.public_key, KEY_BYTES);
    assert_int_equal(port_send(room->port, frame.route, (const uint8_t *)"yes", 3),
                     PORT_SENT);
    assert_int_equal(zmq_recv(client.socket, answer, sizeof answer, 0), 3);
    assert_int_equal(zap_allowed_count(room->zap), 1);
    close_client(&client);
}

static void door__unknown_key__is_refused(void **state)
{
    room_t *room = *state;
    allow(room, &room->known);
    client_t client = connect_client(room, &room->stranger, NULL);
    assert_int_equal(next_event(&client), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_true(zap_denied_count(room->zap) >= 1);
    close_client(&client);
}

static void door__key_denied__old_connection_stays_new_one_is_refused(void **state)
{
    room_t *room = *state;
    frame_t frame;
    allow(room, &room->known);
    client_t first = connect_client(room, &room->known, NULL);
    assert_int_equal(next_event(&first), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    deny(room, &room->known);
    client_t second = connect_client(room, &room->known, NULL);
    assert_int_equal(next_event(&second), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(zmq_send(first.socket, "still", 5, 0), 5);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    close_client(&first);
    close_client(&second);
}

static void door__many_keys_at_once__all_pass(void **state)
{
    room_t *room = *state;
    static uint8_t keys[2 * ZAP_MESSAGE_KEYS + 3][KEY_BYTES];
    size_t count = sizeof keys / sizeof keys[0];
    randombytes_buf(keys, sizeof keys);
    memcpy(keys[count - 1], room->known.public_key, KEY_BYTES);
    assert_int_equal(zap_allow(room->zap, (const uint8_t(*)[KEY_BYTES])keys, count),
                     STATUS_OK);
    client_t client = connect_client(room, &room->known, NULL);
    assert_int_equal(next_event(&client), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    close_client(&client);
}

/* A request as libzmq would make it, or not quite; returns the status code. */
static int ask_handler(room_t *room, const char *version, const char *domain,
                       const char *mechanism, size_t key_bytes)
{
    void *socket = zmq_socket(room->context, ZMQ_REQ);
    assert_int_equal(zmq_connect(socket, "inproc://zeromq.zap.01"), 0);
    const char *frames[] = { version, "1", domain, "127.0.0.1", "", mechanism };
    for (size_t i = 0; i < 6; i++)
        assert_true(zmq_send(socket, frames[i], strlen(frames[i]), ZMQ_SNDMORE) >= 0);
    uint8_t key[2 * KEY_BYTES] = { 0 };
    memcpy(key, room->known.public_key, KEY_BYTES);
    assert_true(zmq_send(socket, key, key_bytes, 0) >= 0);
    char text[6][80];
    for (size_t i = 0; i < 6; i++) {
        int size = zmq_recv(socket, text[i], sizeof text[i] - 1, 0);
        assert_in_range(size, 0, sizeof text[i] - 1);
        text[i][size] = '\0';
    }
    assert_string_equal(text[0], "1.0");
    assert_string_equal(text[1], "1");
    assert_int_equal(strlen(text[4]), strcmp(text[2], "200") == 0 ? 64 : 0);
    assert_int_equal(zmq_close(socket), 0);
    return atoi(text[2]);
}

static void handler__request_not_of_ours__is_refused(void **state)
{
    room_t *room = *state;
    allow(room, &room->known);
    assert_int_equal(ask_handler(room, "1.0", ZAP_DOMAIN, "CURVE", 32), 200);
    assert_int_equal(ask_handler(room, "2.0", ZAP_DOMAIN, "CURVE", 32), 500);
    assert_int_equal(ask_handler(room, "1.0", "elsewhere", "CURVE", 32), 400);
    assert_int_equal(ask_handler(room, "1.0", "", "CURVE", 32), 400);
    assert_int_equal(ask_handler(room, "1.0", ZAP_DOMAIN, "PLAIN", 32), 400);
    assert_int_equal(ask_handler(room, "1.0", ZAP_DOMAIN, "NULL", 32), 400);
    assert_int_equal(ask_handler(room, "1.0", ZAP_DOMAIN, "CURVE", 31), 400);
    assert_int_equal(ask_handler(room, "1.0", ZAP_DOMAIN, "CURVE", 64), 400);
}

static void handler__too_few_or_too_many_frames__is_malformed(void **state)
{
    room_t *room = *state;
    for (int frames = 1; frames <= 12; frames++) {
        void *socket = zmq_socket(room->context, ZMQ_REQ);
        char code[8] = "";
        assert_int_equal(zmq_connect(socket, "inproc://zeromq.zap.01"), 0);
        for (int i = 0; i < frames; i++)
            assert_true(zmq_send(socket, "1.0", 3, i + 1 < frames ? ZMQ_SNDMORE : 0) >=
                        0);
        for (int i = 0; i < 6; i++) {
            char text[80];
            int size = zmq_recv(socket, text, sizeof text, 0);
            if (i == 2 && size == 3)
                memcpy(code, text, 3);
        }
        assert_string_equal(code, frames < 6 ? "500" : "400");
        assert_int_equal(zmq_close(socket), 0);
    }
}

static void port__several_frames_or_none__is_malformed(void **state)
{
    room_t *room = *state;
    frame_t frame;
    allow(room, &room->known);
    client_t client = connect_client(room, &room->known, NULL);
    assert_int_equal(zmq_send(client.socket, "a", 1, ZMQ_SNDMORE), 1);
    assert_int_equal(zmq_send(client.socket, "b", 1, 0), 1);
    assert_int_equal(zmq_send(client.socket, "", 0, 0), 0);
    assert_int_equal(zmq_send(client.socket, "good", 4, 0), 4);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_MALFORMED);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_MALFORMED);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_OK);
    close_client(&client);
}

static void port__routing_id_chosen_by_the_peer__is_foreign(void **state)
{
    room_t *room = *state;
    frame_t frame;
    allow(room, &room->known);
    client_t client = connect_client(room, &room->known, "mine");
    assert_int_equal(zmq_send(client.socket, "hello", 5, 0), 5);
    assert_int_equal(await_frame(room, &frame), PORT_FOREIGN);
    close_client(&client);
}

static void port__largest_frame__passes_and_unknown_route_is_gone(void **state)
{
    room_t *room = *state;
    static uint8_t bytes[FRAME_BYTES_MAX + 1];
    frame_t frame;
    allow(room, &room->known);
    client_t client = connect_client(room, &room->known, NULL);
    assert_int_equal(zmq_send(client.socket, bytes, FRAME_BYTES_MAX, 0),
                     FRAME_BYTES_MAX);
    assert_int_equal(zmq_send(client.socket, bytes, FRAME_BYTES_MAX + 1, 0),
                     FRAME_BYTES_MAX + 1);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_OK);
    assert_int_equal(frame.size, FRAME_BYTES_MAX);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    assert_int_equal(frame.status, STATUS_TOO_LARGE);
    assert_int_equal(port_send(room->port, frame.route + 1, bytes, 3), PORT_GONE);
    close_client(&client);
}

static void port__peer_that_does_not_read__is_full_and_costs_no_wait(void **state)
{
    room_t *room = *state;
    static uint8_t bytes[FRAME_BYTES_MAX];
    frame_t frame;
    allow(room, &room->known);
    client_t client = connect_client(room, &room->known, NULL);
    assert_int_equal(zmq_send(client.socket, "hello", 5, 0), 5);
    assert_int_equal(await_frame(room, &frame), PORT_FRAME);
    port_sent_t sent = PORT_SENT;
    for (int i = 0; i < 100000 && sent == PORT_SENT; i++)
        sent = port_send(room->port, frame.route, bytes, sizeof bytes);
    assert_int_equal(sent, PORT_FULL);
    close_client(&client);
}

#define WITH_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ROOM(door__allowed_key__passes_and_is_named),
        WITH_ROOM(door__unknown_key__is_refused),
        WITH_ROOM(door__key_denied__old_connection_stays_new_one_is_refused),
        WITH_ROOM(door__many_keys_at_once__all_pass),
        WITH_ROOM(handler__request_not_of_ours__is_refused),
        WITH_ROOM(handler__too_few_or_too_many_frames__is_malformed),
        WITH_ROOM(port__several_frames_or_none__is_malformed),
        WITH_ROOM(port__routing_id_chosen_by_the_peer__is_foreign),
        WITH_ROOM(port__largest_frame__passes_and_unknown_route_is_gone),
        WITH_ROOM(port__peer_that_does_not_read__is_full_and_costs_no_wait),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
