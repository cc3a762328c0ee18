/* Goal: the order statistic keeps its order, its counts and its shape.
 * Method: named cases, each checked against what the header promises; then runs that
 * grow a set to three levels and empty it again, in and against its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/ostat.h"
#include <stdlib.h>

#define ENTRIES 20000u

static ostat_pool_t *pool_of(uint32_t entries, uint32_t sets, void **memory)
{
    *memory = calloc(1, ostat_pool_bytes(entries, sets));
    assert_non_null(*memory);
    return ostat_pool_init(*memory, entries, sets);
}

typedef struct {
    int64_t values[8];
    uint32_t ids[8];
    uint32_t count, stop;
} seen_t;

static bool see(void *context, int64_t value, uint32_t id)
{
    seen_t *seen = context;
    seen->values[seen->count] = value;
    seen->ids[seen->count] = id;
    return ++seen->count < seen->stop;
}

static void set__empty__counts_nothing(void **unused)
{
    (void)unused;
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(10, 1, &memory);
    ostat_t set = { 0 };
    seen_t seen = { .stop = 8 };
    assert_int_equal(ostat_count_above(pool, &set, INT64_MIN), 0);
    assert_int_equal(ostat_count_below(pool, &set, INT64_MAX), 0);
    assert_int_equal(ostat_position(pool, &set, 5, 5), 0);
    ostat_walk(pool, &set, 0, see, &seen);
    assert_int_equal(seen.count, 0);
    assert_true(ostat_sane(pool, &set));
    free(memory);
}

static void set__few_entries__are_walked_from_the_largest(void **unused)
{
    (void)unused;
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(10, 1, &memory);
    ostat_t set = { 0 };
    ostat_insert(pool, &set, 500, 9);
    ostat_insert(pool, &set, 700, 3);
    ostat_insert(pool, &set, 500, 2);
    ostat_insert(pool, &set, -4, 1);
    seen_t seen = { .stop = 8 };
    ostat_walk(pool, &set, 0, see, &seen);
    assert_int_equal(seen.count, 4);
    static const uint32_t ids[] = { 3, 2, 9, 1 };
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(seen.ids[i], ids[i]);
    assert_int_equal(ostat_count_above(pool, &set, 500), 1);
    assert_int_equal(ostat_count_below(pool, &set, 500), 1);
    assert_int_equal(ostat_count_above(pool, &set, INT64_MIN), 4);
    assert_int_equal(ostat_count_below(pool, &set, INT64_MIN), 0);
    assert_int_equal(ostat_position(pool, &set, 500, 9), 2);
    assert_int_equal(ostat_position(pool, &set, 500, 5), 2);
    assert_int_equal(ostat_value_at(pool, &set, 3), -4);
    free(memory);
}

static void walk__from_the_middle__stops_when_told(void **unused)
{
    (void)unused;
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(1000, 1, &memory);
    ostat_t set = { 0 };
    for (uint32_t i = 1; i <= 1000; i++)
        ostat_insert(pool, &set, (int64_t)i, i);
    seen_t seen = { .stop = 3 };
    ostat_walk(pool, &set, 400, see, &seen);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.values[0], 600);
    assert_int_equal(seen.values[2], 598);
    seen = (seen_t){ .stop = 8 };
    ostat_walk(pool, &set, 998, see, &seen);
    assert_int_equal(seen.count, 2);
    seen = (seen_t){ .stop = 8 };
    ostat_walk(pool, &set, 1000, see, &seen);
    assert_int_equal(seen.count, 0);
    free(memory);
}

static void values__at_both_ends_of_the_range__are_kept(void **unused)
{
    (void)unused;
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(300, 1, &memory);
    ostat_t set = { 0 };
    for (uint32_t i = 1; i <= 150; i++) {
        ostat_insert(pool, &set, INT64_MIN, i);
        ostat_insert(pool, &set, INT64_MAX, i);
    }
    assert_true(ostat_sane(pool, &set));
    assert_int_equal(ostat_count_above(pool, &set, INT64_MIN), 150);
    assert_int_equal(ostat_count_below(pool, &set, INT64_MAX), 150);
    assert_int_equal(ostat_count_above(pool, &set, INT64_MAX), 0);
    for (uint32_t i = 150; i >= 1; i--)
        ostat_remove(pool, &set, INT64_MIN, i);
    assert_true(ostat_sane(pool, &set));
    assert_int_equal(set.count, 150);
    free(memory);
}

static bool reversed(const void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return a > b;
}

static void ties__with_an_own_order__follow_it(void **unused)
{
    (void)unused;
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(ENTRIES, 1, &memory);
    ostat_t set = { 0 };
    ostat_order_ties(pool, reversed, NULL);
    for (uint32_t i = 1; i <= ENTRIES; i++)
        ostat_insert(pool, &set, 7, (i * 7919u) % ENTRIES + 1);
    assert_true(ostat_sane(pool, &set));
    for (uint32_t id = 1; id <= ENTRIES; id += 37)
        assert_int_equal(ostat_position(pool, &set, 7, id), ENTRIES - id);
    for (uint32_t id = 2; id <= ENTRIES; id += 2)
        ostat_remove(pool, &set, 7, id);
    assert_true(ostat_sane(pool, &set));
    assert_int_equal(ostat_position(pool, &set, 7, 1), ENTRIES / 2 - 1);
    free(memory);
}

/* Fills to ENTRIES and empties again; `forwards` says from which end. */
static void fill_and_empty(bool forwards, bool forwards_out)
{
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(ENTRIES, 1, &memory);
    ostat_t set = { 0 };
    for (uint32_t i = 1; i <= ENTRIES; i++) {
        uint32_t id = forwards ? i : ENTRIES + 1 - i;
        ostat_insert(pool, &set, (int64_t)id * 10, id);
        if (i % 997 == 0)
            assert_true(ostat_sane(pool, &set));
    }
    assert_true(set.depth >= 3);
    for (uint32_t i = 1; i <= ENTRIES; i++) {
        uint32_t id = forwards_out ? i : ENTRIES + 1 - i;
        ostat_remove(pool, &set, (int64_t)id * 10, id);
        if (i % 997 == 0)
            assert_true(ostat_sane(pool, &set));
    }
    assert_int_equal(set.root, 0);
    assert_true(ostat_sane(pool, &set));
    free(memory);
}

static void set__filled_in_order__empties_from_either_end(void **unused)
{
    (void)unused;
    fill_and_empty(true, true);
    fill_and_empty(true, false);
    fill_and_empty(false, true);
    fill_and_empty(false, false);
}

static void pool__of_many_small_sets__has_room_for_its_promise(void **unused)
{
    (void)unused;
    enum { SETS = 500 };
    void *memory = NULL;
    ostat_pool_t *pool = pool_of(SETS * 3, SETS, &memory);
    static ostat_t sets[SETS];
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t i = 0; i < SETS; i++)
            ostat_insert(pool, &sets[i], (int64_t)round, i);
    for (uint32_t i = 0; i < SETS; i++)
        assert_true(sets[i].count == 3 && ostat_sane(pool, &sets[i]));
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set__empty__counts_nothing),
        cmocka_unit_test(set__few_entries__are_walked_from_the_largest),
        cmocka_unit_test(walk__from_the_middle__stops_when_told),
        cmocka_unit_test(values__at_both_ends_of_the_range__are_kept),
        cmocka_unit_test(ties__with_an_own_order__follow_it),
        cmocka_unit_test(set__filled_in_order__empties_from_either_end),
        cmocka_unit_test(pool__of_many_small_sets__has_room_for_its_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
