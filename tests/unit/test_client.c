/* Goal: whatever the broker answers, loses, repeats or garbles, each command gets its
 * one final outcome, and numbers, windows and queues keep their bounds.
 * Method: a real DEALER under CURVE against a small scripted ROUTER in a thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/client_case.h"
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* ---- submitting ---- */

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
                                       i == 2 ? 0 : sizeof large, told_outcome, &told,
                                       NULL),
                         STATUS_OK);
    assert_int_equal(client_submit(client, large, sizeof large + 1, NULL, 0,
                                   told_outcome, &told, NULL),
                     STATUS_TOO_LARGE);
    assert_int_equal(client_drain(client, PATIENCE_MS), STATUS_OK);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(told.count, 10);
    assert_int_equal(seen.largest, 2); /* the small one and a large one */
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
    seen_record(seen, request);
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
    seen_record(context, request);
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
    seen_record(seen, request);
    if (seen->busy == 0) {
        seen_settle(fake, seen, request);
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
    seen_record(context, request);
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
    seen_record(seen, request);
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
    assert_int_equal(submit_one(client, &told), STATUS_QUEUE_FULL);
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
    seen_record(seen, request);
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
    seen_settle(fake, seen, request);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
