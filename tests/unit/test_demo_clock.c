/* Goal: a demonstration's clock runs as its genesis record says, stops at the end of
 * time instead of overflowing, stretches one-time codes to a real day, and is a part of
 * the state; an ordinary folder has none.
 * Method: the arithmetic by cases; a state of its own per genesis; the stored bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/access.h"
#include "broker/core/authorise.h"
#include "broker/core/decide.h"
#include "broker/core/demo_clock.h"
#include "broker/runtime/init.h"
#include "broker/runtime/memory.h"
#include "proto/wire.h"
#include "tests/support/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FROM_MS    1709222400000LL /* 2024-03-01 00:00 in UTC+8 */
#define STARTED_MS 1760000000000LL
#define RATE       500000u

static const demo_clock_t ordinary = { 0 };
static const demo_clock_t quick = { .from_ms = FROM_MS,
                                    .started_ms = STARTED_MS,
                                    .rate = RATE };

/* ---- arithmetic ---- */

static void clock__ordinary__is_the_real_one(void **unused)
{
    (void)unused;
    assert_true(demo_clock_sane(&ordinary));
    assert_int_equal(demo_clock_ms(&ordinary, STARTED_MS), STARTED_MS);
    assert_int_equal(demo_clock_ms(&ordinary, -5), -5);
    assert_int_equal(demo_clock_span_ms(&ordinary, INVITE_LIFE_MS), INVITE_LIFE_MS);
}

static void clock__quick__runs_from_its_beginning(void **unused)
{
    (void)unused;
    assert_int_equal(demo_clock_ms(&quick, STARTED_MS), FROM_MS);
    assert_int_equal(demo_clock_ms(&quick, STARTED_MS + 1), FROM_MS + RATE);
    assert_int_equal(demo_clock_ms(&quick, STARTED_MS + 60000),
                     FROM_MS + 60000LL * RATE);
    assert_int_equal(demo_clock_ms(&quick, STARTED_MS - 60000), FROM_MS);
    assert_int_equal(demo_clock_span_ms(&quick, INVITE_LIFE_MS), INVITE_LIFE_MS * RATE);
}

/* A real second beyond what fits must not come round to the year 292,277,026,596 BC. */
static void clock__at_the_end_of_time__stands_still(void **unused)
{
    (void)unused;
    const demo_clock_t fastest = { 0, 0, DEMO_RATE_MAX };
    int64_t last_ms = DEMO_CLOCK_END_MS / DEMO_RATE_MAX;
    assert_int_equal(demo_clock_ms(&fastest, last_ms), last_ms * DEMO_RATE_MAX);
    assert_int_equal(demo_clock_ms(&fastest, last_ms + 1), DEMO_CLOCK_END_MS);
    assert_int_equal(demo_clock_ms(&fastest, INT64_MAX), DEMO_CLOCK_END_MS);
    assert_int_equal(demo_clock_span_ms(&fastest, INT64_MAX), DEMO_CLOCK_END_MS);
    const demo_clock_t late = { DEMO_CLOCK_END_MS, STARTED_MS, 1 };
    assert_int_equal(demo_clock_ms(&late, STARTED_MS + 1000), DEMO_CLOCK_END_MS);
}

static void clock__out_of_bounds__is_not_sane(void **unused)
{
    (void)unused;
    static const demo_clock_t wrong[] = {
        { 0, 0, DEMO_RATE_MAX + 1 },        { -1, 0, 1 }, { 0, -1, 1 },
        { DEMO_CLOCK_END_MS + 1, 0, 1 },    { 1, 0, 0 },  { 0, 1, 0 },
        { 0, DEMO_CLOCK_END_MS + 1, RATE },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(demo_clock_sane(&wrong[i]));
}

/* ---- the state ---- */

typedef struct {
    state_t state;
    memory_t memory;
} place_t;

static const uint8_t id[JOURNAL_ID_BYTES] = "journal of tests";
static const uint8_t key[KEY_BYTES] = "the first key";

static command_t genesis(const demo_clock_t *demo)
{
    command_t command = { .kind = COMMAND_GENESIS };
    command.body.genesis = (genesis_t){ .journal_id = id,
                                        .hash_seed = id,
                                        .administrator = world_text("admin"),
                                        .key = key,
                                        .demo_from_ms = demo->from_ms,
                                        .demo_started_ms = demo->started_ms,
                                        .demo_rate = demo->rate };
    return command;
}

static place_t *found(const demo_clock_t *demo, int64_t now_ms)
{
    place_t *place = calloc(1, sizeof *place);
    assert_non_null(place);
    memory_init(&place->memory);
    state_memory_t source = memory_source(&place->memory);
    state_limits_t limits;
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = 16;
    assert_int_equal(state_init(&place->state, &limits, &source), STATUS_OK);
    const command_t command = genesis(demo);
    event_t event;
    event_genesis(&event, &command, now_ms);
    apply(&place->state, &event);
    return place;
}

static void leave(place_t *place)
{
    memory_fini(&place->memory);
    free(place);
}

static void genesis__with_a_clock__is_known_to_the_state(void **unused)
{
    (void)unused;
    place_t *place = found(&quick, FROM_MS);
    assert_int_equal(place->state.demo.from_ms, FROM_MS);
    assert_int_equal(place->state.demo.started_ms, STARTED_MS);
    assert_int_equal(place->state.demo.rate, RATE);
    assert_int_equal(place->state.head_ms, FROM_MS);
    leave(place);
    place = found(&ordinary, STARTED_MS);
    assert_int_equal(place->state.demo.rate, 0);
    leave(place);
}

/* 24 hours for the person who types it: on this clock a day passes in 172 ms. */
static void one_time_code__of_a_demonstration__lasts_a_real_day(void **unused)
{
    (void)unused;
    place_t *place = found(&quick, FROM_MS);
    uint32_t row;
    int64_t end_ms = STARTED_MS + INVITE_LIFE_MS;
    assert_int_equal(
        key_check(&place->state, key, demo_clock_ms(&quick, end_ms - 1), &row),
        STATUS_OK);
    assert_int_equal(key_check(&place->state, key, demo_clock_ms(&quick, end_ms), &row),
                     STATUS_INVITE_EXPIRED);
    leave(place);
}

static void note(void *context, const void *bytes, size_t size)
{
    uint64_t *sum = context;
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++)
        *sum = *sum * 1099511628211u + at[i];
}

static uint64_t sum_of(const demo_clock_t *demo)
{
    place_t *place = found(demo, FROM_MS);
    uint64_t sum = 14695981039346656037u;
    /* the code's end is a row's field: here only the clock itself shall differ */
    memset(place->state.keys.rows, 0,
           (size_t)place->state.keys.row_bytes * (place->state.keys.count + 1));
    state_visit_bytes(&place->state, note, &sum);
    leave(place);
    return sum;
}

static void digest__other_clock__is_another_one(void **unused)
{
    (void)unused;
    const uint64_t sum = sum_of(&quick);
    assert_true(sum_of(&quick) == sum);
    demo_clock_t other = quick;
    other.rate++;
    assert_true(sum_of(&other) != sum);
    other = quick;
    other.started_ms++;
    assert_true(sum_of(&other) != sum);
    other = quick;
    other.from_ms++;
    assert_true(sum_of(&other) != sum);
    assert_true(sum_of(&ordinary) != sum);
}

/* ---- stored bytes ---- */

static void store(const demo_clock_t *demo, buffer_t *out)
{
    const command_t command = genesis(demo);
    buffer_init(out, PUBLIC_BYTES_MAX);
    assert_int_equal(wire_write_command(out, &command, NULL, NULL), STATUS_OK);
}

static void record__of_an_ordinary_folder__names_no_clock(void **unused)
{
    (void)unused;
    buffer_t plain, demo;
    store(&ordinary, &plain);
    store(&quick, &demo);
    /* tag and size of the command, then of four fields: nothing is left for a fifth */
    size_t four = 2 * (2 + JOURNAL_ID_BYTES) + 2 + strlen("admin") + 2 + KEY_BYTES;
    assert_int_equal(plain.size, 3 + four);
    assert_true(demo.size > plain.size);
    buffer_fini(&plain);
    buffer_fini(&demo);
}

static void record__stored_and_read__keeps_the_clock(void **unused)
{
    (void)unused;
    buffer_t bytes;
    command_t read;
    arena_t *arena = arena_create(1u << 16);
    store(&quick, &bytes);
    assert_int_equal(wire_read_stored(arena, bytes.data, (uint32_t)bytes.size, &read),
                     STATUS_OK);
    assert_true(genesis_sane(&read));
    assert_int_equal(read.body.genesis.demo_from_ms, FROM_MS);
    assert_int_equal(read.body.genesis.demo_started_ms, STARTED_MS);
    assert_int_equal(read.body.genesis.demo_rate, RATE);
    read.body.genesis.demo_rate = DEMO_RATE_MAX + 1;
    assert_false(genesis_sane(&read));
    buffer_fini(&bytes);
    arena_destroy(&arena);
}

static void init__clock_out_of_bounds__makes_no_journal(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/yx-demo-XXXXXX", command[64];
    uint8_t seed[SEED_BYTES];
    server_key_t server;
    assert_non_null(mkdtemp(folder));
    init_options_t options = { .path = folder,
                               .administrator = world_text("admin"),
                               .now_ms = STARTED_MS,
                               .demo_from_ms = FROM_MS,
                               .demo_rate = DEMO_RATE_MAX + 1,
                               .map_bytes = 1u << 30 };
    assert_int_equal(init_folder(&options, seed, &server), STATUS_PARAMETER_RANGE);
    options.demo_rate = RATE; /* what was begun is finished */
    assert_int_equal(init_folder(&options, seed, &server), STATUS_OK);
    assert_int_equal(init_folder(&options, seed, &server), STATUS_EXISTS);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock__ordinary__is_the_real_one),
        cmocka_unit_test(clock__quick__runs_from_its_beginning),
        cmocka_unit_test(clock__at_the_end_of_time__stands_still),
        cmocka_unit_test(clock__out_of_bounds__is_not_sane),
        cmocka_unit_test(genesis__with_a_clock__is_known_to_the_state),
        cmocka_unit_test(one_time_code__of_a_demonstration__lasts_a_real_day),
        cmocka_unit_test(digest__other_clock__is_another_one),
        cmocka_unit_test(record__of_an_ordinary_folder__names_no_clock),
        cmocka_unit_test(record__stored_and_read__keeps_the_clock),
        cmocka_unit_test(init__clock_out_of_bounds__makes_no_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
