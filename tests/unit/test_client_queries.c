/* Goal: queries are answered whole and once, and the client tells what silence means.
 * Method: as test_client.c: a scripted ROUTER in a thread, also one that refuses keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/client_case.h"
#include <cmocka.h>
#include <poll.h>

/* ---- queries ---- */

typedef struct {
    uint32_t calls, parts, restarts;
    status_t failure;
    reply_kind_t kind;
    bool bytes_differ;
} heard_t;

static void on_reply(void *context, const reply_t *reply, const uint8_t *bytes,
                     size_t size)
{
    heard_t *heard = context;
    arena_t *arena = arena_create(1u << 20);
    reply_t again;
    assert_int_equal(wire_read_reply(arena, bytes, size, &again, NULL), STATUS_OK);
    heard->bytes_differ = heard->bytes_differ || again.kind != reply->kind;
    arena_destroy(&arena);
    heard->calls++;
    heard->kind = reply->kind;
    heard->failure = reply->failure;
    if (reply->kind != REPLY_ANSWER)
        return;
    heard->restarts += reply->answer.part == 0 && heard->parts > 0;
    heard->parts = reply->answer.part == 0 ? 1 : heard->parts + 1;
    assert_int_equal(reply->answer.part + 1, heard->parts);
}

/* Three parts; the first time the second is lost. */
static void script_parts(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    answer_t answer = { .kind = QUERY_INSTANCE,
                        .seq = 70 + seen->requests,
                        .parts = 3 };
    for (answer.part = 0; answer.part < 3; answer.part++) {
        if (answer.part != 1 || seen->requests > 0)
            fake_answer(fake, request, &answer);
    }
    seen->requests++;
}

static void query__part_lost__asked_again_and_joined(void **unused)
{
    (void)unused;
    static seen_t seen;
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_parts, &seen, NULL);
    client_t *client = client_of(fake, 0);
    query_t query = { .kind = QUERY_INSTANCE, .instance = 42 };
    assert_int_equal(client_query(client, &query, on_reply, &heard), STATUS_OK);
    assert_false(client_idle(client));
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(heard.parts, 3);
    assert_true(heard.restarts >= 1);
    assert_false(heard.bytes_differ);
}

static void script_query(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    seen->requests++;
    if (request->kind == REQUEST_PING)
        fake_pong(fake, request);
    else if (seen->busy > 0 && seen->busy-- > 0)
        fake_failure(fake, request, STATUS_BUSY);
    else
        fake_failure(fake, request, STATUS_NOT_ALLOWED);
}

static void query__failure_and_pong__handed_on_once(void **unused)
{
    (void)unused;
    static seen_t seen = { .busy = 1 };
    heard_t heard = { 0 }, pong = { 0 }, forgotten = { 0 };
    fake_t *fake = fake_start(script_query, &seen, NULL);
    client_t *client = client_of(fake, 0);
    query_t query = { .kind = QUERY_WHOAMI };
    assert_int_equal(client_query(client, &query, on_reply, &heard), STATUS_OK);
    assert_int_equal(client_query(client, &query, on_reply, &forgotten), STATUS_OK);
    assert_int_equal(client_ping(client, on_reply, &pong), STATUS_OK);
    client_forget(client, &forgotten);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(heard.calls, 1);
    assert_int_equal(heard.failure, STATUS_NOT_ALLOWED);
    assert_int_equal(pong.calls, 1);
    assert_int_equal(pong.kind, REPLY_PONG);
    assert_int_equal(forgotten.calls, 0);
}

static void query__too_many__queue_full(void **unused)
{
    (void)unused;
    static seen_t seen;
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_query, &seen, NULL);
    client_t *client = client_of(fake, 0);
    query_t query = { .kind = QUERY_STATS };
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++)
        assert_int_equal(client_query(client, &query, on_reply, &heard), STATUS_OK);
    assert_int_equal(client_query(client, &query, on_reply, &heard), STATUS_QUEUE_FULL);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(heard.calls, CLIENT_QUERIES_MAX);
}

/* ---- the connection ---- */

static void client__outer_poll_loop__descriptor_suffices(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_accept, &seen, NULL);
    client_t *client = client_of(fake, 7);
    submit_many(client, &told, COMMANDS_MANY);
    (void)client_run(client, 0);
    for (uint32_t turns = 0; client_pending(client) > 0; turns++) {
        assert_true(turns < 100000);
        struct pollfd waits = { .fd = client_descriptor(client), .events = POLLIN };
        assert_true(poll(&waits, 1, client_wait_ms(client)) >= 0);
        (void)client_run(client, 0);
    }
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, COMMANDS_MANY);
}

static void client__nobody_listens__unreachable_in_time(void **unused)
{
    (void)unused;
    static told_t told;
    uint8_t server_key[KEY_BYTES] = { 1 };
    client_t *client = client_connect("tcp://127.0.0.1:1", server_key, 0);
    submit_many(client, &told, 3);
    assert_int_equal(client_drain(client, 200), STATUS_UNREACHABLE);
    assert_int_equal(client_pending(client), 3);
    client_destroy(&client);
    assert_int_equal(told.count, 0);
}

static void client__broker_is_silent__timeout(void **unused)
{
    (void)unused;
    static seen_t seen = { .skip = UINT32_MAX };
    static told_t told;
    fake_t *fake = fake_start(script_skip, &seen, NULL);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, 3);
    while (client_state(client) != CLIENT_CONNECTED)
        (void)client_run(client, 10);
    assert_int_equal(client_drain(client, 200), STATUS_TIMEOUT);
    client_destroy(&client);
    fake_stop(&fake);
}

static void client__key_refused__told_apart_from_silence(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    int refuse = 1;
    fake_t *fake = fake_start_refusing(script_accept, &seen, &refuse);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, 3);
    while (client_state(client) != CLIENT_REFUSED)
        (void)client_run(client, 10);
    assert_int_equal(client_silence(client), STATUS_KEY_UNKNOWN);
    __atomic_store_n(&refuse, 0, __ATOMIC_RELEASE); /* enrolled meanwhile */
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 3);
}

static void create__bad_options__told(void **unused)
{
    (void)unused;
    client_t *client = NULL;
    client_options_t options = { .endpoint = "nonsense", .first_number = 1 };
    assert_int_equal(client_create(&options, &client), STATUS_BAD_INPUT);
    assert_null(client);
    options.endpoint = "";
    assert_int_equal(client_create(&options, &client), STATUS_BAD_INPUT);
    options = (client_options_t){ .endpoint = "tcp://127.0.0.1:1" };
    assert_int_equal(client_create(&options, &client), STATUS_BAD_INPUT);
    options.first_number = 1;
    options.in_flight_max = WINDOW_NUMBERS;
    assert_int_equal(client_create(&options, &client), STATUS_BAD_INPUT);
    client_destroy(&client); /* NULL is fine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query__part_lost__asked_again_and_joined),
        cmocka_unit_test(query__failure_and_pong__handed_on_once),
        cmocka_unit_test(query__too_many__queue_full),
        cmocka_unit_test(client__outer_poll_loop__descriptor_suffices),
        cmocka_unit_test(client__nobody_listens__unreachable_in_time),
        cmocka_unit_test(client__broker_is_silent__timeout),
        cmocka_unit_test(client__key_refused__told_apart_from_silence),
        cmocka_unit_test(create__bad_options__told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
