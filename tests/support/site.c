/* site.c - see site.h. */
#include "tests/support/site.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define PATIENCE_MS 60000

text_t site_text(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

/* ---- the broker ---- */

static int64_t site_clock(void *context)
{
    const site_t *site = context;
    return site->now_ms;
}

static void silent(void *context, uint32_t level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void *serve(void *context)
{
    site_t *site = context;
    site->ended = broker_run(site->broker);
    return NULL;
}

void site_start(site_t *site)
{
    const broker_options_t options = { .data = site->folder,
                                       .listen = "tcp://127.0.0.1:*",
                                       .secret_key = site->server.secret_key,
                                       .batch_records = 1000,
                                       .low_water_bytes = site->low_water_bytes,
                                       .ballast_bytes = 32u << 20,
                                       .map_bytes = SITE_MAP_BYTES,
                                       .log = { .level = LEVEL_ERROR, .sink = silent },
                                       .clock_ms = site_clock,
                                       .context = site };
    assert_int_equal(broker_open(&options, &site->broker), STATUS_OK);
    assert_int_equal(pthread_create(&site->thread, NULL, serve, site), 0);
}

void site_stop(site_t *site)
{
    broker_stop(site->broker);
    assert_int_equal(pthread_join(site->thread, NULL), 0);
    assert_int_equal(site->ended, STATUS_OK);
    broker_close(&site->broker);
    assert_null(site->broker);
}

/* ---- the client ---- */

peer_t *site_connect(site_t *site, const uint8_t *public_key, const uint8_t *secret_key)
{
    peer_t *peer = calloc(1, sizeof *peer);
    int linger = 0, patience = PATIENCE_MS;
    assert_non_null(peer);
    peer->site = site;
    peer->next = site->peers;
    site->peers = peer;
    memcpy(peer->public_key, public_key, KEY_BYTES);
    memcpy(peer->secret_key, secret_key, KEY_BYTES);
    buffer_init(&peer->out, FRAME_BYTES_MAX);
    peer->arena = arena_create(8u << 20);
    peer->socket = zmq_socket(site->context, ZMQ_DEALER);
    zmq_setsockopt(peer->socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(peer->socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(peer->socket, ZMQ_CURVE_SERVERKEY, site->server.public_key, 32);
    zmq_setsockopt(peer->socket, ZMQ_CURVE_PUBLICKEY, public_key, 32);
    zmq_setsockopt(peer->socket, ZMQ_CURVE_SECRETKEY, secret_key, 32);
    assert_int_equal(zmq_connect(peer->socket, broker_endpoint(site->broker)), 0);
    return peer;
}

peer_t *site_connect_admin(site_t *site)
{
    return site_connect(site, site->admin_public, site->admin_secret);
}

peer_t *site_connect_again(site_t *site, const peer_t *peer)
{
    return site_connect(site, peer->public_key, peer->secret_key);
}

void peer_close(peer_t *peer)
{
    peer_t **at = &peer->site->peers;
    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    assert_int_equal(zmq_close(peer->socket), 0);
    buffer_fini(&peer->out);
    arena_destroy(&peer->arena);
    free(peer);
}

const reply_t *peer_await(peer_t *peer)
{
    int size = zmq_recv(peer->socket, peer->in, sizeof peer->in, 0);
    assert_in_range(size, 1, (int)sizeof peer->in);
    arena_reset(peer->arena);
    assert_int_equal(
        wire_read_reply(peer->arena, peer->in, (size_t)size, &peer->reply, NULL),
        STATUS_OK);
    return &peer->reply;
}

void peer_send(peer_t *peer)
{
    assert_true(zmq_send(peer->socket, peer->out.data, peer->out.size, 0) >= 0);
    buffer_clear(&peer->out);
}

const reply_t *peer_ask(peer_t *peer)
{
    peer_send(peer);
    const reply_t *reply = peer_await(peer);
    assert_int_equal(reply->correlation, peer->correlation);
    return reply;
}

const reply_t *peer_query(peer_t *peer, query_kind_t kind)
{
    const query_t question = { .kind = kind, .instance = SITE_INSTANCE };
    assert_int_equal(wire_write_query(&peer->out, ++peer->correlation, &question),
                     STATUS_OK);
    return peer_ask(peer);
}

const outcome_t *peer_submit(peer_t *peer, uint64_t number, const command_t *command,
                             const private_t *part)
{
    buffer_t public_part, private_part;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    assert_int_equal(wire_write_command(&public_part, command, NULL, NULL), STATUS_OK);
    if (part != NULL)
        assert_int_equal(wire_write_private(&private_part, part, NULL), STATUS_OK);
    const item_t item = { .number = number,
                          .public_part = public_part.data,
                          .public_size = (uint32_t)public_part.size,
                          .private_part = private_part.data,
                          .private_size = (uint32_t)private_part.size };
    assert_int_equal(
        wire_write_submit(&peer->out, ++peer->correlation, SITE_INSTANCE, &item, 1),
        STATUS_OK);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    const reply_t *reply = peer_ask(peer);
    assert_int_equal(reply->kind, REPLY_SUBMIT);
    assert_int_equal(reply->outcome_count, 1);
    assert_int_equal(reply->outcomes[0].number, number);
    return &reply->outcomes[0];
}

uint64_t peer_put(peer_t *peer, command_t command, const char *name)
{
    const private_t part = { .name = site_text(name != NULL ? name : "") };
    const outcome_t *outcome =
        peer_submit(peer, ++peer->number, &command, name != NULL ? &part : NULL);
    if (outcome->status != STATUS_OK)
        fail_msg("%s at %s (%s)", status_name(outcome->status), outcome->fault.place,
                 outcome->fault.detail);
    return outcome->seq;
}

peer_t *site_connect_new(site_t *site, uint64_t number, principal_spec_t spec)
{
    uint8_t guest[2][KEY_BYTES], own[2][KEY_BYTES];
    peer_t *admin = site_connect_admin(site);
    crypto_box_keypair(guest[0], guest[1]);
    crypto_box_keypair(own[0], own[1]);
    spec.key = guest[0];
    const command_t invite = { .kind = COMMAND_INVITE, .body.invite = spec };
    assert_int_equal(peer_submit(admin, number, &invite, NULL)->status, STATUS_OK);
    peer_t *invited = site_connect(site, guest[0], guest[1]);
    const command_t command = { .kind = COMMAND_ENROL,
                                .body.enrol = { .key = own[0] } };
    assert_int_equal(peer_submit(invited, 1, &command, NULL)->status, STATUS_OK);
    peer_close(invited);
    peer_close(admin);
    return site_connect(site, own[0], own[1]);
}

/* ---- the site ---- */

static void enrol_admin(site_t *site)
{
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    crypto_box_seed_keypair(public_key, secret_key, site->seed);
    peer_t *guest = site_connect(site, public_key, secret_key);
    const command_t command = { .kind = COMMAND_ENROL,
                                .body.enrol = { .key = site->admin_public } };
    assert_int_equal(peer_submit(guest, 1, &command, NULL)->status, STATUS_OK);
    peer_close(guest);
}

int site_set_up(void **state)
{
    site_t *site = calloc(1, sizeof *site);
    assert_non_null(site);
    site->now_ms = SITE_NOW_MS;
    (void)snprintf(site->folder, sizeof site->folder, "/tmp/yx-broker-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    const init_options_t options = { .path = site->folder,
                                     .administrator = site_text("admin"),
                                     .now_ms = SITE_NOW_MS,
                                     .map_bytes = SITE_MAP_BYTES };
    assert_int_equal(init_folder(&options, site->seed, &site->server), STATUS_OK);
    crypto_box_keypair(site->admin_public, site->admin_secret);
    site->context = zmq_ctx_new();
    site->low_water_bytes = 1;
    site_start(site);
    enrol_admin(site);
    *state = site;
    return 0;
}

int site_tear_down(void **state)
{
    site_t *site = *state;
    char command[128];
    while (site->peers != NULL)
        peer_close(site->peers);
    if (site->broker != NULL)
        site_stop(site);
    assert_int_equal(zmq_ctx_term(site->context), 0);
    (void)snprintf(command, sizeof command, "rm -r %s", site->folder);
    assert_int_equal(system(command), 0);
    free(site);
    return 0;
}
