/* Goal: a watch shows what the broker has, asks no more than its credit, heals after holes,
 * losses and restarts, and tells once when it is over.
 * Method: as test_client.c: a scripted ROUTER in a thread that keeps one view, in which
 * the row C1 has the version as its total; every update is a difference of two parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/watch.h"
#include "proto/check.h"
#include "tests/support/client_case.h"
#include <cmocka.h>
#include <string.h>

#define TEXT(s) ((text_t){ (s), (uint32_t)(sizeof(s) - 1) })

/* ---- the broker ---- */

typedef struct {
    /* what it is told to do */
    uint32_t lose, busy;   /* watches to pass over, to answer BUSY */
    uint32_t hole, forget; /* differences to spoil, credits to know nothing of */
    status_t refuse;       /* what every watch ends with, STATUS_OK = none */
    uint64_t target;       /* newest version */
    uint32_t credit;       /* what the watcher may grant, 0 = not looked at */
    int silent;            /* answers nothing */
    /* what it keeps and saw */
    uint64_t correlation, number, until, version;
    uint32_t watches, credits, pings, unwatches, beyond;
    bool other_view;
} town_t;

static void send_part(fake_t *fake, const town_t *town, delta_t *delta)
{
    buffer_t body, frame;
    buffer_init(&body, FRAME_BYTES_MAX);
    buffer_init(&frame, FRAME_BYTES_MAX);
    CHECK(wire_write_delta(&body, delta) == STATUS_OK);
    CHECK(wire_write_update(&frame, town->correlation, town->number, body.data,
                            body.size) == STATUS_OK);
    fake_raw(fake, frame.data, frame.size, 0);
    buffer_fini(&body);
    buffer_fini(&frame);
}

/* Two parts: C1 with the version as its total, then the rows that never change. */
static void send_update(fake_t *fake, town_t *town, uint64_t base, uint64_t version)
{
    const board_row_t moving = { .subject = TEXT("C1"),
                                 .standing = STANDING_RANKED,
                                 .rank = 2,
                                 .total = (int64_t)version };
    const board_row_t still = { .subject = TEXT("C2"),
                                .standing = STANDING_RANKED,
                                .rank = 1 };
    board_answer_t head = { .account = TEXT("A1"),
                            .group = TEXT("g"),
                            .scheme = TEXT("s") };
    delta_t delta = { .base = base, .version = version, .parts = 2, .board = head };
    town->number++;
    delta.board.rows = &moving;
    delta.board.row_count = 1;
    if (town->hole == 0 || base == 0)
        send_part(fake, town, &delta);
    else
        town->hole--; /* the first part is lost */
    delta.part = 1;
    delta.board.rows = &still;
    delta.board.row_count = base == 0;
    send_part(fake, town, &delta);
    town->version = version;
}

static void on_watch(fake_t *fake, town_t *town, const request_t *request)
{
    town->watches++;
    town->other_view =
        town->other_view || request->view.group.size != 1 || request->view.count != 7;
    if (town->lose > 0) {
        town->lose--;
    } else if (town->busy > 0) {
        town->busy--;
        fake_failure(fake, request, STATUS_BUSY);
    } else if (town->refuse != STATUS_OK) {
        fake_failure(fake, request, town->refuse);
    } else {
        town->correlation = request->correlation;
        town->until = request->until;
        town->number = 0;
        town->beyond += town->credit != 0 && town->until != town->credit;
        send_update(fake, town, 0, town->version == 0 ? 1 : town->version);
    }
}

static void on_credit(fake_t *fake, town_t *town, const request_t *request)
{
    town->credits++;
    if (town->forget > 0 || town->correlation != request->correlation) {
        town->forget -= town->forget > 0;
        fake_failure(fake, request, STATUS_UNKNOWN_WATCH);
        return;
    }
    town->until = request->until;
    town->beyond += town->credit != 0 && town->until > town->number + town->credit;
    while (town->version < town->target && town->number < town->until)
        send_update(fake, town, town->version, town->version + 1);
}

static void script_town(fake_t *fake, void *context, const request_t *request)
{
    town_t *town = context;
    if (__atomic_load_n(&town->silent, __ATOMIC_ACQUIRE))
        return;
    if (request->kind == REQUEST_WATCH)
        on_watch(fake, town, request);
    else if (request->kind == REQUEST_CREDIT)
        on_credit(fake, town, request);
    else if (request->kind == REQUEST_UNWATCH)
        town->unwatches++;
    else
        fake_pong(fake, request);
    if (request->kind == REQUEST_PING)
        __atomic_fetch_add(&town->pings, 1, __ATOMIC_RELAXED);
}

/* ---- the watcher ---- */

typedef struct {
    uint32_t parts, views, stale, live, ended;
    uint64_t version;
    status_t status;
    bool wrong, disorder, after_end;
} heard_t;

static void note_view(heard_t *heard, const watch_event_t *event)
{
    const board_row_t *row = mirror_find(event->mirror, TEXT("C1"));
    heard->views++;
    heard->wrong = heard->wrong || row == NULL || event->board->row_count != 2 ||
                   row->total != (int64_t)event->version ||
                   event->board->rows[0].rank != 1;
    heard->disorder = heard->disorder || event->version < heard->version;
    heard->version = event->version;
}

static void note_part(heard_t *heard, const update_t *update)
{
    arena_t *arena = arena_create(1u << 20);
    delta_t delta;
    heard->parts++;
    heard->wrong = heard->wrong || wire_read_delta(arena, update->bytes, update->size,
                                                   &delta, NULL) != STATUS_OK;
    heard->wrong = heard->wrong || delta.part != update->delta.part;
    arena_destroy(&arena);
}

static void on_event(void *context, const watch_event_t *event)
{
    heard_t *heard = context;
    heard->after_end = heard->after_end || heard->ended > 0;
    heard->stale += event->kind == WATCH_STALE;
    heard->live += event->kind == WATCH_LIVE;
    if (event->kind == WATCH_PART)
        note_part(heard, event->update);
    if (event->kind == WATCH_VIEW)
        note_view(heard, event);
    if (event->kind == WATCH_ENDED) {
        heard->ended++;
        heard->status = event->status;
    }
}

static watch_t *watch_of(client_t *client, heard_t *heard, uint32_t credit)
{
    char group[] = "g"; /* copied by watch_open */
    board_query_t view = { .group = { group, 1 }, .count = 7 };
    watch_t *watch = NULL;
    assert_int_equal(watch_open(client, &view, credit, on_event, heard, &watch),
                     STATUS_OK);
    memset(group, '#', sizeof group);
    return watch;
}

/* Runs the client until the watcher has seen so much; fails after a long while. */
static void run_until(client_t *client, const uint32_t *counter, uint32_t wanted)
{
    for (uint32_t turns = 0; *counter < wanted; turns++) {
        assert_true(turns < 2000);
        (void)client_run(client, PATIENCE_MS / 1000);
    }
}

static void run_to_version(client_t *client, const heard_t *heard, uint64_t version)
{
    for (uint32_t turns = 0; heard->version < version; turns++) {
        assert_true(turns < 5000);
        (void)client_run(client, PATIENCE_MS / 1000);
    }
}

/* Opens, runs to `version`, closes; what was heard and seen is left for the test. */
static void watch_through(town_t *town, heard_t *heard, uint32_t credit,
                          uint64_t version)
{
    town->target = version;
    fake_t *fake = fake_start(script_town, town, NULL);
    client_t *client = client_of(fake, 0);
    watch_t *watch = watch_of(client, heard, credit);
    run_to_version(client, heard, version);
    watch_close(&watch);
    assert_null(watch);
    (void)client_run(client, 0);
    client_destroy(&client);
    fake_stop(&fake);
    assert_false(heard->wrong || heard->disorder || town->other_view);
    assert_int_equal(heard->ended, 0);
    assert_int_equal(heard->version, version);
}

/* ---- credit ---- */

static void watch__credit_of_one__every_version_and_never_beyond(void **unused)
{
    (void)unused;
    town_t town = { .credit = 1 };
    heard_t heard = { 0 };
    watch_through(&town, &heard, 1, 50);
    assert_int_equal(heard.views, 50);
    assert_int_equal(heard.parts, 100);
    assert_int_equal(heard.live, 1);
    assert_int_equal(town.beyond, 0);
    assert_int_equal(town.watches, 1);
    assert_true(town.credits >= 49);
}

static void watch__wide_credit__never_beyond(void **unused)
{
    (void)unused;
    town_t town = { .credit = WATCH_CREDIT_MAX };
    heard_t heard = { 0 };
    watch_through(&town, &heard, WATCH_CREDIT_MAX, 500);
    assert_int_equal(heard.views, 500);
    assert_int_equal(town.beyond, 0);
}

/* ---- losses ---- */

static void watch__request_lost_then_busy__asked_again(void **unused)
{
    (void)unused;
    town_t town = { .lose = 2, .busy = 2 };
    heard_t heard = { 0 };
    watch_through(&town, &heard, 4, 9);
    assert_true(town.watches >= 5);
    assert_int_equal(town.lose + town.busy, 0);
}

static void watch__part_lost__whole_view_again(void **unused)
{
    (void)unused;
    town_t town = { .hole = 3 };
    heard_t heard = { 0 };
    watch_through(&town, &heard, 4, 30);
    assert_int_equal(town.hole, 0);
    assert_true(town.watches >= 2);
}

static void watch__forgotten_by_the_broker__watched_anew(void **unused)
{
    (void)unused;
    town_t town = { .forget = 2 };
    heard_t heard = { 0 };
    watch_through(&town, &heard, 4, 30);
    assert_int_equal(town.forget, 0);
    assert_true(town.watches >= 2);
}

/* ---- the end ---- */

static void watch__refused__told_once_and_nothing_follows(void **unused)
{
    (void)unused;
    town_t town = { .refuse = STATUS_OUT_OF_SCOPE };
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_town, &town, NULL);
    client_t *client = client_of(fake, 0);
    watch_t *watch = watch_of(client, &heard, 4);
    run_until(client, &heard.ended, 1);
    assert_int_equal(heard.status, STATUS_OUT_OF_SCOPE);
    assert_false(watch_is_live(watch));
    for (uint32_t i = 0; i < 10; i++)
        (void)client_run(client, 20);
    watch_close(&watch);
    watch_close(&watch); /* NULL is fine */
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(heard.ended, 1);
    assert_false(heard.after_end);
    assert_int_equal(town.watches, 1);
    assert_int_equal(town.unwatches, 0);
}

static void watch__closed__broker_is_told_and_room_is_free(void **unused)
{
    (void)unused;
    town_t town = { .target = 3 };
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_town, &town, NULL);
    client_t *client = client_of(fake, 0);
    watch_t *watches[WATCHES_PER_PEER_MAX], *more = NULL;
    for (uint32_t i = 0; i < WATCHES_PER_PEER_MAX; i++)
        watches[i] = watch_of(client, &heard, 1);
    board_query_t view = { .group = TEXT("g"), .count = 7 };
    assert_int_equal(watch_open(client, &view, 1, on_event, &heard, &more),
                     STATUS_QUEUE_FULL);
    run_until(client, &heard.views, WATCHES_PER_PEER_MAX);
    for (uint32_t i = 0; i < WATCHES_PER_PEER_MAX; i++)
        watch_close(&watches[i]);
    (void)client_run(client, 0);
    more = watch_of(client, &heard, 1);
    uint32_t before = heard.views;
    run_until(client, &heard.views, before + 1); /* the broker reads in order */
    watch_close(&more);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(town.unwatches, WATCHES_PER_PEER_MAX);
}

static void watch__text_longer_than_any_label__too_large(void **unused)
{
    (void)unused;
    heard_t heard = { 0 };
    char group[LABEL_BYTES_MAX + 1];
    memset(group, 'g', sizeof group);
    uint8_t server_key[KEY_BYTES] = { 1 };
    client_t *client = client_connect("tcp://127.0.0.1:1", server_key, 0);
    board_query_t view = { .group = { group, sizeof group } };
    watch_t *watch = NULL;
    assert_int_equal(watch_open(client, &view, 1, on_event, &heard, &watch),
                     STATUS_TOO_LARGE);
    assert_null(watch);
    client_destroy(&client);
}

/* ---- the connection ---- */

static void watch__broker_restarted__stale_then_live_and_whole(void **unused)
{
    (void)unused;
    town_t town = { .target = 5 };
    heard_t heard = { 0 };
    char endpoint[256];
    fake_t *fake = fake_start(script_town, &town, NULL);
    (void)strcpy(endpoint, fake_endpoint(fake));
    client_t *client = client_of(fake, 0);
    watch_t *watch = watch_of(client, &heard, 4);
    run_to_version(client, &heard, 5);
    fake_stop(&fake);
    run_until(client, &heard.stale, 1);
    assert_false(watch_is_live(watch));
    assert_int_equal(mirror_version(watch_mirror(watch)), 5); /* kept to look at */
    uint32_t watches = town.watches;
    town.correlation = 0; /* a broker without memory of watches */
    town.target = 8;
    fake = fake_start(script_town, &town, endpoint);
    run_to_version(client, &heard, 8);
    assert_true(watch_is_live(watch));
    watch_close(&watch);
    client_destroy(&client);
    fake_stop(&fake);
    assert_true(town.watches > watches);
    assert_int_equal(heard.stale, 1);
    assert_int_equal(heard.live, 2);
    assert_false(heard.wrong || heard.disorder);
}

static void watch__broker_falls_silent__stale_until_heard(void **unused)
{
    (void)unused;
    town_t town = { .target = 2 };
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_town, &town, NULL);
    client_t *client = client_of(fake, 0);
    watch_t *watch = watch_of(client, &heard, 4);
    run_to_version(client, &heard, 2);
    __atomic_store_n(&town.silent, 1, __ATOMIC_RELEASE);
    run_until(client, &heard.stale, 1);
    assert_int_equal(client_state(client), CLIENT_CONNECTED);
    __atomic_store_n(&town.silent, 0, __ATOMIC_RELEASE);
    run_until(client, &heard.live, 2);
    watch_close(&watch);
    client_destroy(&client);
    fake_stop(&fake);
    assert_true(town.pings >= 1);
    assert_int_equal(heard.stale, 1);
}

/* Nothing changes: pings and repeated credit keep it live. */
static void watch__nothing_changes__stays_live(void **unused)
{
    (void)unused;
    town_t town = { .target = 1 };
    heard_t heard = { 0 };
    fake_t *fake = fake_start(script_town, &town, NULL);
    client_t *client = client_of(fake, 0);
    watch_t *watch = watch_of(client, &heard, 4);
    run_to_version(client, &heard, 1);
    while (__atomic_load_n(&town.pings, __ATOMIC_RELAXED) < 3)
        (void)client_run(client, 100);
    assert_true(watch_is_live(watch));
    watch_close(&watch);
    client_destroy(&client);
    fake_stop(&fake);
    assert_int_equal(heard.stale, 0);
    assert_int_equal(heard.views, 1);
    assert_true(town.credits >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watch__credit_of_one__every_version_and_never_beyond),
        cmocka_unit_test(watch__wide_credit__never_beyond),
        cmocka_unit_test(watch__request_lost_then_busy__asked_again),
        cmocka_unit_test(watch__part_lost__whole_view_again),
        cmocka_unit_test(watch__forgotten_by_the_broker__watched_anew),
        cmocka_unit_test(watch__refused__told_once_and_nothing_follows),
        cmocka_unit_test(watch__closed__broker_is_told_and_room_is_free),
        cmocka_unit_test(watch__text_longer_than_any_label__too_large),
        cmocka_unit_test(watch__broker_restarted__stale_then_live_and_whole),
        cmocka_unit_test(watch__broker_falls_silent__stale_until_heard),
        cmocka_unit_test(watch__nothing_changes__stays_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
