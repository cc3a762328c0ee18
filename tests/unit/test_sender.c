/* Goal: what is put reaches the broker once and its answer reaches the outbox, also when
 * the broker has no room, when a number turns out to be used, and when others put too.
 *
 * Method: an outbox in a folder of its own, a broker of a few lines in a thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/sender.h"
#include "tests/support/client_case.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define MANY 2500u

typedef struct {
    uint32_t full;   /* requests to answer STORAGE_FULL first */
    uint64_t reused; /* instance whose numbers are taken, once seen */
    bool reuses;     /* the first instance that comes is taken */
    uint32_t items;
    bool disorder;
    uint64_t last, instance;
} seen_broker_t;

typedef struct {
    char folder[FOLDER_PATH_MAX];
    seen_broker_t seen;
    fake_t *fake;
    outbox_t *outbox;
    client_t *client;
    sender_t *sender;
    uint32_t told, refused;
    uint64_t last_entry;
    status_t status;
} town_t;

static void script(fake_t *fake, void *context, const request_t *request)
{
    seen_broker_t *seen = context;
    if (request->kind != REQUEST_SUBMIT) {
        fake_pong(fake, request);
        return;
    }
    if (seen->reuses && seen->reused == 0)
        seen->reused = request->instance;
    for (uint32_t i = 0; i < request->item_count; i++) {
        const item_t *item = &request->items[i];
        seen->disorder = seen->disorder || (request->instance == seen->instance &&
                                            item->number > seen->last + 1);
        if (request->instance != seen->instance || item->number > seen->last)
            seen->last = item->number;
        seen->instance = request->instance;
        seen->items++;
    }
    if (seen->full > 0) {
        seen->full--;
        fake_settle(fake, request, STATUS_STORAGE_FULL);
    } else {
        bool taken = seen->reused != 0 && seen->reused == request->instance;
        fake_settle(fake, request, taken ? STATUS_NUMBER_REUSED : STATUS_OK);
    }
}

static void on_outcome(void *context, const sender_outcome_t *outcome)
{
    town_t *town = context;
    town->told++;
    town->refused += outcome->status != STATUS_OK;
    town->status = outcome->status;
    town->last_entry = outcome->entry;
    assert_int_equal(outcome->tag, town->told);
    if (outcome->status == STATUS_OK)
        assert_int_equal(outcome->seq, outcome->number + 1000);
}

static void open_town(town_t *town)
{
    folder_make(town->folder);
    town->fake = fake_start(script, &town->seen, NULL);
    town->client = client_of(town->fake, 0);
    assert_int_equal(outbox_open(town->folder, NULL, &town->outbox), STATUS_OK);
    assert_int_equal(
        sender_create(town->outbox, town->client, on_outcome, town, &town->sender),
        STATUS_OK);
}

static void close_town(town_t *town)
{
    sender_destroy(&town->sender);
    outbox_close(&town->outbox);
    client_destroy(&town->client);
    fake_stop(&town->fake);
    folder_remove(town->folder);
}

static void put(town_t *town, uint32_t count)
{
    for (uint32_t i = 1; i <= count; i++) {
        char text[16];
        int size = snprintf(text, sizeof text, "%u", i);
        const sender_command_t command = { .public_part = text,
                                           .public_size = (uint32_t)size,
                                           .tag = i };
        uint64_t entry;
        assert_int_equal(sender_put(town->sender, &command, &entry), STATUS_OK);
    }
    assert_int_equal(sender_commit(town->sender), STATUS_OK);
}

/* Runs until all were told; the test's own time limit ends one that hangs. */
static void run(town_t *town)
{
    while (sender_pending(town->sender) > 0)
        (void)sender_run(town->sender, 20);
}

/* What the broker's thread noted may be read from now on. */
static void stop_both(town_t *town)
{
    sender_destroy(&town->sender);
    client_destroy(&town->client);
    fake_stop(&town->fake);
}

static outbox_summary_t ended(town_t *town)
{
    outbox_summary_t summary;
    stop_both(town);
    assert_int_equal(outbox_look(town->outbox, &summary), STATUS_OK);
    assert_int_equal(summary.sender, 0);
    return summary;
}

static void put__many__sent_in_order_and_acknowledged(void **unused)
{
    (void)unused;
    town_t town = { .told = 0 };
    open_town(&town);
    put(&town, MANY);
    run(&town);
    outbox_summary_t summary = ended(&town);
    assert_int_equal(town.told, MANY);
    assert_int_equal(town.refused, 0);
    assert_false(town.seen.disorder);
    assert_int_equal(summary.acknowledged, MANY);
    assert_int_equal(summary.waiting, 0);
    close_town(&town);
}

static void broker__has_no_room__waits_and_is_sent_again(void **unused)
{
    (void)unused;
    town_t town = { .seen = { .full = 2 } };
    open_town(&town);
    put(&town, 3);
    while (sender_trouble(town.sender) == STATUS_OK)
        (void)sender_run(town.sender, 20);
    assert_int_equal(sender_trouble(town.sender), STATUS_STORAGE_FULL);
    assert_int_equal(town.told, 0);
    run(&town);
    assert_int_equal(sender_trouble(town.sender), STATUS_OK);
    assert_int_equal(ended(&town).acknowledged, 3);
    assert_int_equal(town.refused, 0);
    close_town(&town);
}

static void numbers__taken_by_a_copy__sent_under_another_instance(void **unused)
{
    (void)unused;
    town_t town = { .seen = { .reuses = true } };
    open_town(&town);
    put(&town, 40);
    run(&town);
    outbox_summary_t summary = ended(&town);
    assert_int_equal(town.told, 40);
    assert_int_equal(town.refused, 0);
    assert_int_equal(summary.acknowledged, 40);
    assert_int_equal(summary.instances, 2);
    assert_int_equal(town.last_entry, 80);
    close_town(&town);
}

/* The lease is another's: his answers are seen in the outbox. */
static void another__sends__its_answer_is_told(void **unused)
{
    (void)unused;
    town_t town = { .told = 0 };
    outbox_entry_t entry;
    uint64_t moved;
    open_town(&town);
    assert_int_equal(outbox_begin(town.outbox), STATUS_OK);
    assert_int_equal(outbox_lease(town.outbox, 5, 1), STATUS_OK);
    assert_int_equal(outbox_commit(town.outbox), STATUS_OK);
    put(&town, 1);
    assert_true(sender_stands_by(town.sender));
    (void)sender_run(town.sender, 20);
    assert_int_equal(outbox_get(town.outbox, 1, &entry), STATUS_OK);
    const outbox_outcome_t outcome = { 1,    entry.instance, entry.number,
                                       1001, STATUS_OK,      { "", "" } };
    assert_int_equal(outbox_begin(town.outbox), STATUS_OK);
    assert_int_equal(outbox_settle(town.outbox, &outcome, &moved), STATUS_OK);
    assert_int_equal(outbox_commit(town.outbox), STATUS_OK);
    run(&town);
    assert_int_equal(town.told, 1);
    stop_both(&town);
    assert_int_equal(town.seen.items, 0);
    close_town(&town);
}

static void put__not_committed__never_sent(void **unused)
{
    (void)unused;
    town_t town = { .told = 0 };
    const sender_command_t command = { .public_part = "1", .public_size = 1, .tag = 1 };
    uint64_t entry;
    open_town(&town);
    assert_int_equal(sender_put(town.sender, &command, &entry), STATUS_OK);
    outbox_summary_t summary = ended(&town);
    assert_int_equal(summary.waiting + summary.acknowledged, 0);
    close_town(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put__many__sent_in_order_and_acknowledged),
        cmocka_unit_test(broker__has_no_room__waits_and_is_sent_again),
        cmocka_unit_test(numbers__taken_by_a_copy__sent_under_another_instance),
        cmocka_unit_test(another__sends__its_answer_is_told),
        cmocka_unit_test(put__not_committed__never_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
