/* Goal: the whole broker in one process: enrol, submit, ask, stop, start again, and
 * what it says to what is wrong. Method: a real folder, a real port, a DEALER client
 * that speaks the wire; a clock that the test sets. Nothing sleeps: every step waits
 * for its reply. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/broker.h"
#include "broker/runtime/init.h"
#include "proto/wire.h"
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define NOW_MS      1736121600000
#define MAP_BYTES   (1u << 30)
#define PATIENCE_MS 60000
#define INSTANCE    0x1234567890abcdefu

typedef struct {
    char folder[64];
    uint8_t seed[SEED_BYTES];
    server_key_t server;
    uint8_t admin_public[KEY_BYTES], admin_secret[KEY_BYTES];
    broker_t *broker;
    pthread_t thread;
    status_t ended;
    void *context;
    uint64_t low_water_bytes;
} site_t;

static text_t text(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

/* ---- the broker ---- */

static int64_t fixed_clock(void *context)
{
    (void)context;
    return NOW_MS;
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

static void start(site_t *site)
{
    const broker_options_t options = { .data = site->folder,
                                       .listen = "tcp://127.0.0.1:*",
                                       .secret_key = site->server.secret_key,
                                       .batch_records = 1000,
                                       .low_water_bytes = site->low_water_bytes,
                                       .ballast_bytes = 32u << 20,
                                       .map_bytes = MAP_BYTES,
                                       .log = { .level = LEVEL_ERROR, .sink = silent },
                                       .clock_ms = fixed_clock };
    assert_int_equal(broker_open(&options, &site->broker), STATUS_OK);
    assert_int_equal(pthread_create(&site->thread, NULL, serve, site), 0);
}

static void stop(site_t *site)
{
    broker_stop(site->broker);
    assert_int_equal(pthread_join(site->thread, NULL), 0);
    assert_int_equal(site->ended, STATUS_OK);
    broker_close(&site->broker);
    assert_null(site->broker);
}

/* ---- the client ---- */

typedef struct {
    void *socket;
    buffer_t out;
    uint8_t in[FRAME_BYTES_MAX];
    arena_t *arena;
    reply_t reply;
    uint64_t correlation;
} peer_t;

static peer_t *connect_peer(site_t *site, const uint8_t *public_key,
                            const uint8_t *secret_key)
{
    peer_t *peer = calloc(1, sizeof *peer);
    int linger = 0, patience = PATIENCE_MS;
    assert_non_null(peer);
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

static peer_t *connect_admin(site_t *site)
{
    return connect_peer(site, site->admin_public, site->admin_secret);
}

static void close_peer(peer_t *peer)
{
    assert_int_equal(zmq_close(peer->socket), 0);
    buffer_fini(&peer->out);
    arena_destroy(&peer->arena);
    free(peer);
}

static const reply_t *await_reply(peer_t *peer)
{
    int size = zmq_recv(peer->socket, peer->in, sizeof peer->in, 0);
    assert_in_range(size, 1, (int)sizeof peer->in);
    arena_reset(peer->arena);
    assert_int_equal(
        wire_read_reply(peer->arena, peer->in, (size_t)size, &peer->reply, NULL),
        STATUS_OK);
    return &peer->reply;
}

/* Sends what was written to peer->out and returns the reply to it. */
static const reply_t *ask(peer_t *peer)
{
    assert_true(zmq_send(peer->socket, peer->out.data, peer->out.size, 0) >= 0);
    buffer_clear(&peer->out);
    const reply_t *reply = await_reply(peer);
    assert_int_equal(reply->correlation, peer->correlation);
    return reply;
}

static const reply_t *query(peer_t *peer, query_kind_t kind)
{
    const query_t question = { .kind = kind, .instance = INSTANCE };
    assert_int_equal(wire_write_query(&peer->out, ++peer->correlation, &question),
                     STATUS_OK);
    return ask(peer);
}

static const outcome_t *submit(peer_t *peer, uint64_t number, const command_t *command,
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
        wire_write_submit(&peer->out, ++peer->correlation, INSTANCE, &item, 1),
        STATUS_OK);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    const reply_t *reply = ask(peer);
    assert_int_equal(reply->kind, REPLY_SUBMIT);
    assert_int_equal(reply->outcome_count, 1);
    assert_int_equal(reply->outcomes[0].number, number);
    return &reply->outcomes[0];
}

static const outcome_t *put_unit(peer_t *peer, uint64_t number, const char *code,
                                 const char *name)
{
    const command_t command = { .kind = COMMAND_UNIT,
                                .body.unit = { .code = text(code) } };
    const private_t part = { .name = text(name) };
    return submit(peer, number, &command, &part);
}

static void enrol_admin(site_t *site)
{
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    crypto_box_seed_keypair(public_key, secret_key, site->seed);
    peer_t *guest = connect_peer(site, public_key, secret_key);
    const command_t command = { .kind = COMMAND_ENROL,
                                .body.enrol = { .key = site->admin_public } };
    assert_int_equal(submit(guest, 1, &command, NULL)->status, STATUS_OK);
    close_peer(guest);
}

static int set_up(void **state)
{
    site_t *site = calloc(1, sizeof *site);
    assert_non_null(site);
    (void)snprintf(site->folder, sizeof site->folder, "/tmp/yx-broker-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    const init_options_t options = { .path = site->folder,
                                     .administrator = text("admin"),
                                     .now_ms = NOW_MS,
                                     .map_bytes = MAP_BYTES };
    assert_int_equal(init_folder(&options, site->seed, &site->server), STATUS_OK);
    crypto_box_keypair(site->admin_public, site->admin_secret);
    site->context = zmq_ctx_new();
    site->low_water_bytes = 1;
    start(site);
    enrol_admin(site);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    site_t *site = *state;
    char command[128];
    if (site->broker != NULL)
        stop(site);
    assert_int_equal(zmq_ctx_term(site->context), 0);
    (void)snprintf(command, sizeof command, "rm -r %s", site->folder);
    assert_int_equal(system(command), 0);
    free(site);
    return 0;
}

/* ---- tests ---- */

static void broker__ping_and_whoami__are_answered(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_admin(site);
    assert_int_equal(wire_write_ping(&peer->out, ++peer->correlation), STATUS_OK);
    assert_int_equal(ask(peer)->kind, REPLY_PONG);
    const reply_t *reply = query(peer, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    const whoami_answer_t *who = &reply->answer.body.whoami;
    assert_int_equal(who->principal.size, 5);
    assert_memory_equal(who->principal.data, "admin", 5);
    assert_int_equal(who->roles, 1u << ROLE_ADMINISTRATOR);
    close_peer(peer);
}

static const outcome_t *invite_organiser(peer_t *admin, const uint8_t *key)
{
    const command_t command = {
        .kind = COMMAND_INVITE,
        .body.invite = { .principal = text("org"),
                         .key = key,
                         .roles = 1u << ROLE_ORGANISER,
                         .scope = { .everything = true } },
    };
    return submit(admin, 1, &command, NULL);
}

/* An organiser with a key of its own, enrolled by the administrator. */
static peer_t *connect_organiser(site_t *site)
{
    uint8_t guest[2][KEY_BYTES], own[2][KEY_BYTES];
    peer_t *admin = connect_admin(site);
    crypto_box_keypair(guest[0], guest[1]);
    crypto_box_keypair(own[0], own[1]);
    assert_int_equal(invite_organiser(admin, guest[0])->status, STATUS_OK);
    peer_t *invited = connect_peer(site, guest[0], guest[1]);
    const command_t command = { .kind = COMMAND_ENROL,
                                .body.enrol = { .key = own[0] } };
    assert_int_equal(submit(invited, 1, &command, NULL)->status, STATUS_OK);
    close_peer(invited);
    close_peer(admin);
    return connect_peer(site, own[0], own[1]);
}

static void submit__same_number_again__same_seq_or_reused(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    const outcome_t *outcome = put_unit(peer, 1, "U1", "澜川区");
    assert_int_equal(outcome->status, STATUS_OK);
    uint64_t seq = outcome->seq;
    outcome = put_unit(peer, 1, "U1", "澜川区");
    assert_int_equal(outcome->status, STATUS_OK);
    assert_int_equal(outcome->seq, seq);
    assert_int_equal(put_unit(peer, 1, "U1", "另一个")->status, STATUS_NUMBER_REUSED);
    const reply_t *reply = query(peer, QUERY_INSTANCE);
    assert_int_equal(reply->answer.body.instance_highest, 1);
    close_peer(peer);
}

static void broker__started_again__has_the_same_digests(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    for (uint64_t i = 1; i <= 50; i++) {
        char code[8];
        (void)snprintf(code, sizeof code, "U%d", (int)i);
        assert_int_equal(put_unit(peer, i, code, "某单位")->status, STATUS_OK);
    }
    close_peer(peer);
    peer = connect_admin(site);
    digest_answer_t before = query(peer, QUERY_DIGEST)->answer.body.digest;
    close_peer(peer);
    stop(site);
    start(site);
    assert_null(broker_read_only(site->broker));
    peer = connect_admin(site);
    const reply_t *reply = query(peer, QUERY_DIGEST);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    assert_memory_equal(&reply->answer.body.digest, &before, sizeof before);
    assert_int_equal(reply->answer.seq, 54); /* genesis, enrol, invite, enrol, units */
    close_peer(peer);
}

/* The digest must wait for the journal while commands are in flight. */
static void digest__asked_behind_a_submit__tells_of_one_seq(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site), *admin = connect_admin(site);
    for (uint64_t i = 1; i <= 20; i++) {
        assert_int_equal(put_unit(peer, i, "U1", "名")->status, STATUS_OK);
        digest_answer_t first = query(admin, QUERY_DIGEST)->answer.body.digest;
        digest_answer_t second = query(admin, QUERY_DIGEST)->answer.body.digest;
        assert_memory_equal(&first, &second, sizeof first);
    }
    close_peer(peer);
    close_peer(admin);
}

static void query__without_the_right__is_not_allowed(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    const reply_t *reply = query(peer, QUERY_SCRUB);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_NOT_ALLOWED);
    close_peer(peer);
}

static void scrub_and_stats__tell_what_is_there(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_admin(site);
    const reply_t *reply = query(peer, QUERY_SCRUB);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    assert_int_equal(reply->answer.body.scrub.records, 2);
    assert_int_equal(reply->answer.body.scrub.damaged_seq, 0);
    reply = query(peer, QUERY_STATS);
    const stats_answer_t *stats = &reply->answer.body.stats;
    bool found = false;
    for (uint32_t i = 0; i < stats->count; i++) {
        if (strcmp(stats->counters[i].name, "head_seq") == 0)
            found = stats->counters[i].value == 2;
    }
    assert_true(found);
    close_peer(peer);
}

static void key__revoked__is_told_on_the_next_message(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site), *admin = connect_admin(site);
    assert_int_equal(query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    const command_t command = { .kind = COMMAND_REVOKE,
                                .body.revoke = { .principal = text("org") } };
    assert_int_equal(submit(admin, 2, &command, NULL)->status, STATUS_OK);
    const reply_t *reply = query(peer, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_KEY_REVOKED);
    close_peer(peer);
    close_peer(admin);
}

static void one_time_key__used_again__is_told_so(void **state)
{
    site_t *site = *state;
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    crypto_box_seed_keypair(public_key, secret_key, site->seed);
    peer_t *guest = connect_peer(site, public_key, secret_key);
    const reply_t *reply = query(guest, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_INVITE_USED);
    close_peer(guest);
}

static void frame__out_of_shape__is_told_and_survived(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_admin(site);
    assert_true(zmq_send(peer->socket, "\xff\xff", 2, 0) >= 0);
    assert_int_equal(await_reply(peer)->failure, STATUS_MALFORMED);
    assert_true(zmq_send(peer->socket, "a", 1, ZMQ_SNDMORE) >= 0);
    assert_true(zmq_send(peer->socket, "b", 1, 0) >= 0);
    assert_int_equal(await_reply(peer)->failure, STATUS_MALFORMED);
    assert_int_equal(query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    close_peer(peer);
}

static void space__below_the_mark__refuses_commands_and_answers(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    close_peer(peer);
    stop(site);
    site->low_water_bytes = UINT64_MAX / 4;
    start(site);
    peer = connect_admin(site);
    uint8_t key[KEY_BYTES] = { 9 };
    const command_t command = { .kind = COMMAND_SET_PRINCIPAL,
                                .body.set_principal = { .principal = text("org"),
                                                        .key = key,
                                                        .roles = 1u << ROLE_ORGANISER,
                                                        .scope.everything = true } };
    assert_int_equal(submit(peer, 9, &command, NULL)->status, STATUS_STORAGE_FULL);
    assert_int_equal(query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    close_peer(peer);
}

/* Flips one byte of the record that holds `needle`. */
static void damage(const site_t *site, const char *needle)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal/data.mdb", site->folder);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    off_t size = lseek(fd, 0, SEEK_END);
    uint8_t *bytes = malloc((size_t)size);
    assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
    uint8_t *at = memmem(bytes, (size_t)size, needle, strlen(needle));
    assert_non_null(at);
    for (; at != NULL;
         at = memmem(at, (size_t)(bytes + size - at), needle, strlen(needle))) {
        *at ^= 0x20;
        assert_int_equal(pwrite(fd, at, 1, at - bytes), 1);
    }
    free(bytes);
    assert_int_equal(close(fd), 0);
}

static void journal__damaged_record__is_served_reading_only(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    assert_int_equal(put_unit(peer, 1, "UNIT-A", "甲")->status, STATUS_OK);
    assert_int_equal(put_unit(peer, 2, "UNIT-B", "乙")->status, STATUS_OK);
    close_peer(peer);
    stop(site);
    damage(site, "UNIT-B");
    start(site);
    assert_non_null(broker_read_only(site->broker));
    peer = connect_admin(site);
    const command_t command = { .kind = COMMAND_REVOKE,
                                .body.revoke = { .principal = text("org") } };
    const outcome_t *outcome = submit(peer, 9, &command, NULL);
    assert_int_equal(outcome->status, STATUS_READ_ONLY);
    assert_string_equal(outcome->fault.detail, "record 6 is damaged");
    const reply_t *reply = query(peer, QUERY_SCRUB);
    assert_int_equal(reply->answer.body.scrub.records, 5);
    assert_int_equal(reply->answer.body.scrub.damaged_seq, 6);
    assert_int_equal(query(peer, QUERY_DIGEST)->answer.seq, 5);
    close_peer(peer);
}

static void folder__in_use__is_locked(void **state)
{
    site_t *site = *state;
    broker_t *second = NULL;
    const broker_options_t options = { .data = site->folder,
                                       .listen = "tcp://127.0.0.1:*",
                                       .secret_key = site->server.secret_key,
                                       .batch_records = 1000,
                                       .low_water_bytes = 1,
                                       .ballast_bytes = 32u << 20,
                                       .map_bytes = MAP_BYTES,
                                       .log = { .level = LEVEL_ERROR,
                                                .sink = silent } };
    assert_int_equal(broker_open(&options, &second), STATUS_LOCKED);
    assert_null(second);
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(broker__ping_and_whoami__are_answered),
        WITH_SITE(submit__same_number_again__same_seq_or_reused),
        WITH_SITE(broker__started_again__has_the_same_digests),
        WITH_SITE(digest__asked_behind_a_submit__tells_of_one_seq),
        WITH_SITE(query__without_the_right__is_not_allowed),
        WITH_SITE(scrub_and_stats__tell_what_is_there),
        WITH_SITE(key__revoked__is_told_on_the_next_message),
        WITH_SITE(one_time_key__used_again__is_told_so),
        WITH_SITE(frame__out_of_shape__is_told_and_survived),
        WITH_SITE(space__below_the_mark__refuses_commands_and_answers),
        WITH_SITE(journal__damaged_record__is_served_reading_only),
        WITH_SITE(folder__in_use__is_locked),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
