/* Goal: the whole broker in one process: enrol, submit, ask, stop, start again, and
 * what it says to what is wrong. Method: a real folder, a real port, a DEALER client
 * that speaks the wire; a clock that the test sets. Nothing sleeps: every step waits
 * for its reply. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/site.h"
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

static void silent(void *context, uint32_t level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static const outcome_t *put_unit(peer_t *peer, uint64_t number, const char *code,
                                 const char *name)
{
    const command_t command = { .kind = COMMAND_UNIT,
                                .body.unit = { .code = site_text(code) } };
    const private_t part = { .name = site_text(name) };
    return peer_submit(peer, number, &command, &part);
}

/* ---- tests ---- */

static void broker__ping_and_whoami__are_answered(void **state)
{
    site_t *site = *state;
    peer_t *peer = site_connect_admin(site);
    assert_int_equal(wire_write_ping(&peer->out, ++peer->correlation), STATUS_OK);
    assert_int_equal(peer_ask(peer)->kind, REPLY_PONG);
    const reply_t *reply = peer_query(peer, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    const whoami_answer_t *who = &reply->answer.body.whoami;
    assert_int_equal(who->principal.size, 5);
    assert_memory_equal(who->principal.data, "admin", 5);
    assert_int_equal(who->roles, 1u << ROLE_ADMINISTRATOR);
    peer_close(peer);
}

/* An organiser with a key of its own, enrolled by the administrator. */
static peer_t *connect_organiser(site_t *site)
{
    return site_connect_new(site, 1,
                            (principal_spec_t){ .principal = site_text("org"),
                                                .roles = 1u << ROLE_ORGANISER,
                                                .scope = { .everything = true } });
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
    const reply_t *reply = peer_query(peer, QUERY_INSTANCE);
    assert_int_equal(reply->answer.body.instance_highest, 1);
    peer_close(peer);
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
    peer_close(peer);
    peer = site_connect_admin(site);
    digest_answer_t before = peer_query(peer, QUERY_DIGEST)->answer.body.digest;
    peer_close(peer);
    site_stop(site);
    site_start(site);
    assert_null(broker_read_only(site->broker));
    peer = site_connect_admin(site);
    const reply_t *reply = peer_query(peer, QUERY_DIGEST);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    assert_memory_equal(&reply->answer.body.digest, &before, sizeof before);
    assert_int_equal(reply->answer.seq, 54); /* genesis, enrol, invite, enrol, units */
    peer_close(peer);
}

/* The digest must wait for the journal while commands are in flight. */
static void digest__asked_behind_a_submit__tells_of_one_seq(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site), *admin = site_connect_admin(site);
    for (uint64_t i = 1; i <= 20; i++) {
        assert_int_equal(put_unit(peer, i, "U1", "名")->status, STATUS_OK);
        digest_answer_t first = peer_query(admin, QUERY_DIGEST)->answer.body.digest;
        digest_answer_t second = peer_query(admin, QUERY_DIGEST)->answer.body.digest;
        assert_memory_equal(&first, &second, sizeof first);
    }
    peer_close(peer);
    peer_close(admin);
}

static void query__without_the_right__is_not_allowed(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    const reply_t *reply = peer_query(peer, QUERY_SCRUB);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_NOT_ALLOWED);
    peer_close(peer);
}

static void scrub_and_stats__tell_what_is_there(void **state)
{
    site_t *site = *state;
    peer_t *peer = site_connect_admin(site);
    const reply_t *reply = peer_query(peer, QUERY_SCRUB);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    assert_int_equal(reply->answer.body.scrub.records, 2);
    assert_int_equal(reply->answer.body.scrub.damaged_seq, 0);
    reply = peer_query(peer, QUERY_STATS);
    const stats_answer_t *stats = &reply->answer.body.stats;
    bool found = false;
    for (uint32_t i = 0; i < stats->count; i++) {
        if (strcmp(stats->counters[i].name, "head_seq") == 0)
            found = stats->counters[i].value == 2;
    }
    assert_true(found);
    peer_close(peer);
}

static void key__revoked__is_told_on_the_next_message(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site), *admin = site_connect_admin(site);
    assert_int_equal(peer_query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    const command_t command = { .kind = COMMAND_REVOKE,
                                .body.revoke = { .principal = site_text("org") } };
    assert_int_equal(peer_submit(admin, 2, &command, NULL)->status, STATUS_OK);
    const reply_t *reply = peer_query(peer, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_KEY_REVOKED);
    peer_close(peer);
    peer_close(admin);
}

static void one_time_key__used_again__is_told_so(void **state)
{
    site_t *site = *state;
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
    crypto_box_seed_keypair(public_key, secret_key, site->seed);
    peer_t *guest = site_connect(site, public_key, secret_key);
    const reply_t *reply = peer_query(guest, QUERY_WHOAMI);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->failure, STATUS_INVITE_USED);
    peer_close(guest);
}

static void frame__out_of_shape__is_told_and_survived(void **state)
{
    site_t *site = *state;
    peer_t *peer = site_connect_admin(site);
    assert_true(zmq_send(peer->socket, "\xff\xff", 2, 0) >= 0);
    assert_int_equal(peer_await(peer)->failure, STATUS_MALFORMED);
    assert_true(zmq_send(peer->socket, "a", 1, ZMQ_SNDMORE) >= 0);
    assert_true(zmq_send(peer->socket, "b", 1, 0) >= 0);
    assert_int_equal(peer_await(peer)->failure, STATUS_MALFORMED);
    assert_int_equal(peer_query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    peer_close(peer);
}

static void space__below_the_mark__refuses_commands_and_answers(void **state)
{
    site_t *site = *state;
    peer_t *peer = connect_organiser(site);
    peer_close(peer);
    site_stop(site);
    site->low_water_bytes = UINT64_MAX / 4;
    site_start(site);
    peer = site_connect_admin(site);
    uint8_t key[KEY_BYTES] = { 9 };
    const command_t command = { .kind = COMMAND_SET_PRINCIPAL,
                                .body.set_principal = { .principal = site_text("org"),
                                                        .key = key,
                                                        .roles = 1u << ROLE_ORGANISER,
                                                        .scope.everything = true } };
    assert_int_equal(peer_submit(peer, 9, &command, NULL)->status, STATUS_STORAGE_FULL);
    assert_int_equal(peer_query(peer, QUERY_WHOAMI)->kind, REPLY_ANSWER);
    peer_close(peer);
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
    peer_close(peer);
    site_stop(site);
    damage(site, "UNIT-B");
    site_start(site);
    assert_non_null(broker_read_only(site->broker));
    peer = site_connect_admin(site);
    const command_t command = { .kind = COMMAND_REVOKE,
                                .body.revoke = { .principal = site_text("org") } };
    const outcome_t *outcome = peer_submit(peer, 9, &command, NULL);
    assert_int_equal(outcome->status, STATUS_READ_ONLY);
    assert_string_equal(outcome->fault.detail, "record 6 is damaged");
    const reply_t *reply = peer_query(peer, QUERY_SCRUB);
    assert_int_equal(reply->answer.body.scrub.records, 5);
    assert_int_equal(reply->answer.body.scrub.damaged_seq, 6);
    assert_int_equal(peer_query(peer, QUERY_DIGEST)->answer.seq, 5);
    peer_close(peer);
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
                                       .map_bytes = SITE_MAP_BYTES,
                                       .log = { .level = LEVEL_ERROR,
                                                .sink = silent } };
    assert_int_equal(broker_open(&options, &second), STATUS_LOCKED);
    assert_null(second);
}

#define WITH_SITE(test)                                                                \
    cmocka_unit_test_setup_teardown(test, site_set_up, site_tear_down)

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
