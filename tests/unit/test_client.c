/* Goal: whatever the broker answers, loses, repeats or garbles, each command gets its
 * one final outcome, and numbers, windows and queues keep their bounds.
 * Method: a real DEALER under CURVE against a small scripted ROUTER in a thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/client.h"
#include "tests/support/fake_broker.h"
#include <cmocka.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_MS   20000
#define RECORDED_MAX  8192u
#define COMMANDS_MANY 1000u

/* What a script saw and what it is told to do. */
typedef struct {
    uint64_t numbers[RECORDED_MAX]; /* in the order they came */
    uint32_t count, requests, largest;
    uint32_t skip, busy; /* requests to pass over, to answer BUSY */
    uint64_t answered;   /* highest number answered */
    bool wide;           /* a number came that the window forbids */
    bool first_bytes_differ;
    uint8_t first[64];
    uint32_t first_size;
} seen_t;

static void record(seen_t *seen, const request_t *request)
{
    seen->requests++;
    if (request->item_count > seen->largest)
        seen->largest = request->item_count;
    for (uint32_t i = 0; i < request->item_count; i++) {
        const item_t *item = &request->items[i];
        if (seen->count < RECORDED_MAX)
            seen->numbers[seen->count++] = item->number;
        if (item->number - seen->answered > WINDOW_NUMBERS)
            seen->wide = true;
        if (item->number != 1)
            continue;
        if (seen->first_size > 0 &&
            (seen->first_size != item->public_size ||
             memcmp(seen->first, item->public_part, item->public_size) != 0))
            seen->first_bytes_differ = true;
        seen->first_size = item->public_size;
        memcpy(seen->first, item->public_part, item->public_size);
    }
}

static void settle(fake_t *fake, seen_t *seen, const request_t *request)
{
    fake_settle(fake, request, STATUS_OK);
    if (request->item_count > 0)
        seen->answered = request->items[request->item_count - 1].number;
}

/* ---- the client's side ---- */

typedef struct {
    uint64_t last;
    uint32_t count, refused;
    bool disorder, twice;
    status_t status[RECORDED_MAX];
    bool told[RECORDED_MAX];
    fault_t fault;
} told_t;

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    told_t *told = context;
    assert_true(number < RECORDED_MAX);
    assert_int_equal(seq, status == STATUS_OK ? number + 1000 : 0);
    told->twice = told->twice || told->told[number];
    told->told[number] = true;
    told->disorder = told->disorder || number != told->last + 1;
    told->last = number;
    told->status[number] = status;
    told->count++;
    told->refused += status != STATUS_OK;
    if (status != STATUS_OK)
        told->fault = *fault;
}

static client_t *connect_to(const char *endpoint, const uint8_t *server_key,
                            uint32_t batch_items)
{
    client_options_t options = { .endpoint = endpoint,
                                 .instance = 42,
                                 .first_number = 1,
                                 .batch_items = batch_items,
                                 .resend_ms = 40 };
    uint8_t seed[32] = { 9 };
    assert_true(sodium_init() >= 0);
    assert_int_equal(
        crypto_box_seed_keypair(options.public_key, options.secret_key, seed), 0);
    memcpy(options.server_key, server_key, KEY_BYTES);
    client_t *client = NULL;
    assert_int_equal(client_create(&options, &client), STATUS_OK);
    return client;
}

static client_t *client_of(const fake_t *fake, uint32_t batch_items)
{
    return connect_to(fake_endpoint(fake), fake_server_key(fake), batch_items);
}

/* A command that nobody looks into, told apart by its bytes. */
static status_t submit(client_t *client, told_t *told)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%llu",
                        (unsigned long long)client_next_number(client));
    return client_submit(client, text, (uint32_t)size, "p", 1, on_outcome, told, NULL);
}

static void submit_many(client_t *client, told_t *told, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(submit(client, told), STATUS_OK);
}

/* ---- submitting ---- */

static void script_accept(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    record(seen, request);
    settle(fake, seen, request);
}

static void submit__thousand__each_answered_once_in_order(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_accept, &seen, NULL);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, COMMANDS_MANY);
    assert_int_equal(client_pending(client), COMMANDS_MANY);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_int_equal(client_state(client), CLIENT_CONNECTED);
    client_destroy(&client);
    assert_null(client);
    fake_stop(&fake);
    assert_int_equal(told.count, COMMANDS_MANY);
    assert_false(told.disorder || told.twice);
    assert_int_equal(told.refused, 0);
    assert_int_equal(seen.largest, CLIENT_BATCH_ITEMS);
    for (uint32_t i = 0; i < COMMANDS_MANY; i++)
        assert_int_equal(seen.numbers[i], i + 1);
}

static void submit__large_parts__frames_keep_their_bound(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    static uint8_t large[PUBLIC_BYTES_MAX];
    fake_t *fake = fake_start(script_accept, &seen, NULL);
    client_t *client = client_of(fake, 0);
    for (uint32_t i = 2; i < 12; i++) /* number 1 is looked into by the script */
        assert_int_equal(client_submit(client, large, i == 2 ? 1 : sizeof large, large,
                                       i == 2 ? 0 : sizeof large, on_outcome, &told,
                                       NULL),
                         STATUS_OK);
    assert_int_equal(client_submit(client, large, sizeof large + 1, NULL, 0, on_outcome,
                                   &told, NULL),
                     STATUS_TOO_LARGE);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 10);
    assert_int_equal(seen.largest, 2); /* the small one and a large one */
}

static void script_skip(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    record(seen, request);
    if (seen->skip > 0)
        seen->skip--;
    else
        settle(fake, seen, request);
}

static void submit__silence__same_bytes_sent_again(void **unused)
{
    (void)unused;
    static seen_t seen = { .skip = 3 };
    static told_t told;
    fake_t *fake = fake_start(script_skip, &seen, NULL);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, 5);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_true(client_counts(client)->resent >= 15);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 5);
    assert_false(told.disorder || told.twice);
    assert_true(seen.requests >= 4);
    assert_false(seen.first_bytes_differ);
}

static void script_twice(fake_t *fake, void *context, const request_t *request)
{
    script_accept(fake, context, request);
    fake_settle(fake, request, STATUS_OK);
    fake_settle(fake, request, STATUS_SETTLED);
}

static void submit__answers_twice__second_ignored(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_twice, &seen, NULL);
    client_t *client = client_of(fake, 10);
    submit_many(client, &told, 100);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    submit_many(client, &told, 1); /* what was left over comes before its answer */
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_true(client_counts(client)->duplicates >= 200);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 101);
    assert_int_equal(told.refused, 0);
    assert_false(told.twice);
}

/* Number 1 is lost at first; whatever comes without it is refused. */
static void script_depends(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    record(seen, request);
    if (request->items[0].number == 1 && seen->skip > 0) {
        seen->skip--;
        return;
    }
    if (request->items[0].number == 1)
        seen->answered = 1;
    fake_settle(fake, request,
                seen->answered >= 1 ? STATUS_OK : STATUS_UNKNOWN_SUBJECT);
}

static void submit__refused_while_earlier_lost__sent_again_and_accepted(void **unused)
{
    (void)unused;
    static seen_t seen = { .skip = 2 };
    static told_t told;
    fake_t *fake = fake_start(script_depends, &seen, NULL);
    client_t *client = client_of(fake, 1);
    submit_many(client, &told, 6);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 6);
    assert_int_equal(told.refused, 0);
    assert_false(told.disorder || told.twice);
}

/* Even numbers are refused. */
static void script_refuse_even(fake_t *fake, void *context, const request_t *request)
{
    outcome_t outcomes[SUBMIT_ITEMS_MAX] = { { 0 } };
    record(context, request);
    for (uint32_t i = 0; i < request->item_count; i++) {
        uint64_t number = request->items[i].number;
        outcomes[i].number = number;
        outcomes[i].status = number % 2 == 0 ? STATUS_UNKNOWN_UNIT : STATUS_OK;
        outcomes[i].seq = number % 2 == 0 ? 0 : number + 1000;
        if (number % 2 == 0)
            fault_set(&outcomes[i].fault, "unit.parent", "U9", 2);
    }
    fake_outcomes(fake, request, outcomes, request->item_count);
}

static void submit__refused_after_earlier_answered__final_with_place(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_refuse_even, &seen, NULL);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, 100);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_int_equal(client_counts(client)->resent, 0);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 100);
    assert_int_equal(told.refused, 50);
    assert_false(told.disorder || told.twice);
    assert_int_equal(told.status[2], STATUS_UNKNOWN_UNIT);
    assert_string_equal(told.fault.place, "unit.parent");
    assert_string_equal(told.fault.detail, "U9");
}

static void script_busy(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    record(seen, request);
    if (seen->busy == 0) {
        settle(fake, seen, request);
        return;
    }
    if (seen->busy-- % 2 == 0)
        fake_settle(fake, request, STATUS_BUSY);
    else
        fake_failure(fake, request, STATUS_BUSY);
}

static void submit__busy__tried_again_until_accepted(void **unused)
{
    (void)unused;
    static seen_t seen = { .busy = 4 };
    static told_t told;
    fake_t *fake = fake_start(script_busy, &seen, NULL);
    client_t *client = client_of(fake, 8);
    submit_many(client, &told, 20);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_true(client_counts(client)->busy >= 4 * 4);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 20);
    assert_int_equal(told.refused, 0);
    assert_false(told.twice);
}

static void script_fail(fake_t *fake, void *context, const request_t *request)
{
    record(context, request);
    fake_failure(fake, request, STATUS_KEY_REVOKED);
}

static void submit__whole_message_refused__each_command_told(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_fail, &seen, NULL);
    client_t *client = client_of(fake, 3);
    submit_many(client, &told, 10);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 10);
    assert_int_equal(told.refused, 10);
    assert_int_equal(told.status[10], STATUS_KEY_REVOKED);
}

static void script_ignore_first(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    record(seen, request);
    bool first = request->items[0].number == 1;
    if (first && seen->skip > 0)
        seen->skip--;
    else
        fake_settle(fake, request, STATUS_OK);
}

static void submit__lowest_unanswered__window_and_queue_hold(void **unused)
{
    (void)unused;
    static seen_t seen = { .skip = 4 };
    static told_t told;
    fake_t *fake = fake_start(script_ignore_first, &seen, NULL);
    client_t *client = client_of(fake, 1);
    submit_many(client, &told, CLIENT_QUEUE_MAX);
    assert_false(client_has_room(client));
    assert_int_equal(submit(client, &told), STATUS_QUEUE_FULL);
    assert_int_equal(client_next_number(client), CLIENT_QUEUE_MAX + 1);
    while (told.count < CLIENT_IN_FLIGHT_MAX - 1 && !told.told[1])
        assert_true(client_run(client, PATIENCE_MS) > 0);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    assert_true(client_has_room(client));
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, CLIENT_QUEUE_MAX);
    assert_false(told.twice);
    uint64_t highest = 0; /* of what came before number 1 came for the last time */
    uint32_t firsts = 0;
    for (uint32_t i = 0; i < seen.count && firsts < 5; i++) {
        firsts += seen.numbers[i] == 1;
        highest = seen.numbers[i] > highest ? seen.numbers[i] : highest;
    }
    assert_int_equal(firsts, 5);
    assert_int_equal(highest, CLIENT_IN_FLIGHT_MAX);
}

static void script_garbage(fake_t *fake, void *context, const request_t *request)
{
    static const uint8_t noise[] = { 0xff, 0x00, 0x13, 0x37, 0x80, 0x80, 0x80 };
    seen_t *seen = context;
    record(seen, request);
    fake_raw(fake, noise, sizeof noise, 0);
    fake_raw(fake, "", 0, 0);
    fake_raw(fake, "one", 3, 1);
    fake_raw(fake, "two", 3, 1);
    fake_raw(fake, "three", 5, 0);
    request_t other = *request;
    other.correlation ^= 0x5555;
    fake_pong(fake, &other);
    fake_failure(fake, &other, STATUS_MALFORMED);
    other.correlation = 0;
    fake_failure(fake, &other, STATUS_MALFORMED);
    const answer_t answer = { .kind = QUERY_INSTANCE, .part = 3, .parts = 9 };
    fake_answer(fake, &other, &answer);
    const outcome_t strange[] = { { .number = 0, .seq = 9 },
                                  { .number = UINT64_MAX, .seq = 9 },
                                  { .number = 5000, .status = STATUS_BUSY } };
    fake_outcomes(fake, request, strange, 3);
    settle(fake, seen, request);
}

static void submit__garbage_between_answers__counted_and_survived(void **unused)
{
    (void)unused;
    static seen_t seen;
    static told_t told;
    fake_t *fake = fake_start(script_garbage, &seen, NULL);
    client_t *client = client_of(fake, 4);
    submit_many(client, &told, 40);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    const client_counts_t *counts = client_counts(client);
    assert_true(counts->malformed >= 30);
    assert_true(counts->unexpected >= 40);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 40);
    assert_int_equal(told.refused, 0);
    assert_false(told.disorder || told.twice);
}

static void submit__broker_restarts__all_answered_by_the_new_one(void **unused)
{
    (void)unused;
    static seen_t deaf = { .skip = UINT32_MAX }, hearing;
    static told_t told;
    fake_t *fake = fake_start(script_skip, &deaf, NULL);
    client_t *client = client_of(fake, 0);
    submit_many(client, &told, 50);
    while (client_counts(client)->resent == 0)
        (void)client_run(client, 20);
    char endpoint[256];
    snprintf(endpoint, sizeof endpoint, "%s", fake_endpoint(fake));
    fake_stop(&fake);
    assert_true(deaf.requests > 0);
    fake = fake_start(script_accept, &hearing, endpoint);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 50);
    assert_false(told.twice);
}

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
    client_t *client = connect_to("tcp://127.0.0.1:1", server_key, 0);
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
        cmocka_unit_test(submit__thousand__each_answered_once_in_order),
        cmocka_unit_test(submit__large_parts__frames_keep_their_bound),
        cmocka_unit_test(submit__silence__same_bytes_sent_again),
        cmocka_unit_test(submit__answers_twice__second_ignored),
        cmocka_unit_test(submit__refused_while_earlier_lost__sent_again_and_accepted),
        cmocka_unit_test(submit__refused_after_earlier_answered__final_with_place),
        cmocka_unit_test(submit__busy__tried_again_until_accepted),
        cmocka_unit_test(submit__whole_message_refused__each_command_told),
        cmocka_unit_test(submit__lowest_unanswered__window_and_queue_hold),
        cmocka_unit_test(submit__garbage_between_answers__counted_and_survived),
        cmocka_unit_test(submit__broker_restarts__all_answered_by_the_new_one),
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
