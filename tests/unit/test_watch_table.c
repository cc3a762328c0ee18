/* Goal: the table of watches keeps rows, connections and lists apart whatever comes.
 * Method: named cases, then a seeded walk against arrays that say where each watch is.
 * WATCH_TABLE_SEED replays the walk. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/watch_table.h"
#include <stdlib.h>

#define WATCHES 40u
#define VIEWS   3u
#define PEERS   5u
#define STEPS   20000u

static void table__full__takes_no_more_and_gives_back(void **unused)
{
    (void)unused;
    session_t session = { .route = 1 };
    watch_table_t *table = watch_table_create(3, 1);
    uint32_t first = watch_table_add(table, &session, 10);
    assert_int_not_equal(watch_table_add(table, &session, 11), 0);
    assert_int_not_equal(watch_table_add(table, &session, 12), 0);
    assert_int_equal(watch_table_add(table, &session, 13), 0);
    assert_int_equal(session.watch_count, 3);
    watch_table_remove(table, first);
    assert_int_equal(watch_table_find(table, &session, 10), 0);
    assert_int_equal(watch_table_add(table, &session, 13), first);
    assert_int_equal(watch_table_find(table, &session, 13), first);
    assert_int_equal(watch_table_count(table), 3);
    watch_table_destroy(&table);
    assert_null(table);
}

static void connection__the_same_name_on_two__are_two_watches(void **unused)
{
    (void)unused;
    session_t one = { .route = 1 }, other = { .route = 2 };
    watch_table_t *table = watch_table_create(4, 1);
    uint32_t a = watch_table_add(table, &one, 7), b = watch_table_add(table, &other, 7);
    assert_int_not_equal(a, b);
    assert_int_equal(watch_table_find(table, &one, 7), a);
    assert_int_equal(watch_table_find(table, &other, 7), b);
    watch_table_remove(table, a);
    assert_int_equal(watch_table_find(table, &other, 7), b);
    watch_table_destroy(&table);
}

/* ---- a walk ---- */

typedef struct {
    uint64_t random;
    watch_table_t *table;
    session_t peers[PEERS];
    bool there[WATCHES + 1];
    watch_list_t in[WATCHES + 1]; /* 0 = in none */
    uint64_t since[WATCHES + 1];  /* order of joining, kept when lists are joined */
    uint64_t clock;
} walk_t;

static uint32_t chance(walk_t *walk, uint32_t below)
{
    walk->random ^= walk->random >> 12;
    walk->random ^= walk->random << 25;
    walk->random ^= walk->random >> 27;
    return (uint32_t)((walk->random * 2685821657736338717u) >> 33) % below;
}

static watch_list_t any_list(walk_t *walk)
{
    uint32_t view = 1 + chance(walk, VIEWS);
    switch (chance(walk, 4)) {
    case 0:
        return watch_list_ready(walk->table);
    case 1:
        return watch_list_stalled(walk->table);
    case 2:
        return watch_list_current(walk->table, view);
    default:
        return watch_list_behind(walk->table, view);
    }
}

static void add_or_remove(walk_t *walk, uint32_t watch)
{
    if (walk->there[watch]) {
        watch_table_remove(walk->table, watch);
        walk->there[watch] = false;
        walk->in[watch] = 0;
        return;
    }
    uint32_t made =
        watch_table_add(walk->table, &walk->peers[chance(walk, PEERS)], ++walk->clock);
    assert_in_range(made, 1, WATCHES);
    assert_false(walk->there[made]);
    walk->there[made] = true;
}

static void join_lists(walk_t *walk)
{
    watch_list_t from = any_list(walk), to = any_list(walk);
    if (from == to)
        return;
    watch_table_join(walk->table, from, to);
    for (;;) { /* oldest first, behind all that stand there */
        uint32_t oldest = 0;
        for (uint32_t i = 1; i <= WATCHES; i++)
            if (walk->in[i] == from &&
                (oldest == 0 || walk->since[i] < walk->since[oldest]))
                oldest = i;
        if (oldest == 0)
            return;
        walk->in[oldest] = to;
        walk->since[oldest] = ++walk->clock;
    }
}

static uint32_t first_of(const walk_t *walk, watch_list_t list)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i <= WATCHES; i++)
        if (walk->in[i] == list && (first == 0 || walk->since[i] < walk->since[first]))
            first = i;
    return first;
}

static void step(walk_t *walk)
{
    uint32_t watch = 1 + chance(walk, WATCHES);
    uint32_t what = chance(walk, 10);
    if (what < 2) {
        add_or_remove(walk, watch);
    } else if (what < 3) {
        join_lists(walk);
    } else if (walk->there[watch] && what < 5) {
        watch_table_rest(walk->table, watch);
        walk->in[watch] = 0;
    } else if (walk->there[watch]) {
        walk->in[watch] = any_list(walk);
        walk->since[watch] = ++walk->clock;
        watch_table_put(walk->table, watch, walk->in[watch]);
    }
}

static void lists__after_every_step__are_what_a_naive_model_has(void **unused)
{
    const char *given = getenv("WATCH_TABLE_SEED");
    walk_t walk = { .random = given != NULL ? strtoull(given, NULL, 10) : 7750 };
    (void)unused;
    print_message("WATCH_TABLE_SEED=%llu\n", (unsigned long long)walk.random);
    walk.table = watch_table_create(WATCHES, VIEWS);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t waiting = 0, count = 0;
        step(&walk);
        watch_list_t list = any_list(&walk);
        assert_int_equal(watch_table_first(walk.table, list), first_of(&walk, list));
        for (uint32_t k = 1; k <= WATCHES; k++) {
            waiting += walk.in[k] != 0;
            count += walk.there[k];
        }
        assert_int_equal(watch_table_waiting(walk.table), waiting);
        assert_int_equal(watch_table_count(walk.table), count);
    }
    watch_table_destroy(&walk.table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__full__takes_no_more_and_gives_back),
        cmocka_unit_test(connection__the_same_name_on_two__are_two_watches),
        cmocka_unit_test(lists__after_every_step__are_what_a_naive_model_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
