/* Goal: a session is found by its route until it idles out, and the table is bounded.
 * Method: named cases, then a seeded walk against an array indexed by route. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/session.h"
#include <string.h>

static const uint8_t key_a[KEY_BYTES] = { 1 }, key_b[KEY_BYTES] = { 2 };

static void session__met_twice__is_the_same(void **unused)
{
    (void)unused;
    sessions_t *sessions = sessions_create(4);
    session_t *first = sessions_meet(sessions, 10, key_a, 100);
    first->resync = true;
    session_t *second = sessions_meet(sessions, 10, key_b, 200);
    assert_ptr_equal(first, second);
    assert_true(second->resync);
    assert_int_equal(second->messages, 2);
    assert_int_equal(second->seen_ms, 200);
    assert_memory_equal(second->key, key_b, KEY_BYTES);
    assert_int_equal(sessions_count(sessions), 1);
    sessions_destroy(&sessions);
    assert_null(sessions);
}

static void session__table_full__is_refused_until_one_expires(void **unused)
{
    (void)unused;
    sessions_t *sessions = sessions_create(2);
    assert_non_null(sessions_meet(sessions, 1, key_a, 10));
    assert_non_null(sessions_meet(sessions, 2, key_a, 20));
    assert_null(sessions_meet(sessions, 3, key_a, 30));
    assert_int_equal(sessions_expire(sessions, 20, 10), 1);
    assert_null(sessions_find(sessions, 1));
    assert_non_null(sessions_meet(sessions, 3, key_a, 30));
    sessions_destroy(&sessions);
}

static void session__talks_again__outlives_the_quiet_one(void **unused)
{
    (void)unused;
    sessions_t *sessions = sessions_create(8);
    assert_non_null(sessions_meet(sessions, 1, key_a, 10));
    assert_non_null(sessions_meet(sessions, 2, key_a, 20));
    assert_non_null(sessions_meet(sessions, 1, key_a, 30));
    assert_int_equal(sessions_expire(sessions, 25, 10), 1);
    assert_non_null(sessions_find(sessions, 1));
    assert_null(sessions_find(sessions, 2));
    sessions_destroy(&sessions);
}

static void session__expiry__stops_at_its_bound(void **unused)
{
    (void)unused;
    sessions_t *sessions = sessions_create(8);
    for (uint32_t i = 0; i < 8; i++)
        assert_non_null(sessions_meet(sessions, i, key_a, 1));
    assert_int_equal(sessions_expire(sessions, 100, 3), 3);
    assert_int_equal(sessions_count(sessions), 5);
    sessions_destroy(&sessions);
}

#define ROUTES 300u
#define LIMIT  100u

static void session__random_walk__equals_an_array(void **unused)
{
    (void)unused;
    int64_t seen[ROUTES];
    uint32_t seed = 7, count = 0;
    print_message("seed %u\n", seed);
    for (uint32_t i = 0; i < ROUTES; i++)
        seen[i] = -1;
    sessions_t *sessions = sessions_create(LIMIT);
    for (int64_t now = 0; now < 50000; now++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t route = (seed >> 8) % ROUTES;
        session_t *session = sessions_meet(sessions, route, key_a, now);
        assert_int_equal(session != NULL, seen[route] >= 0 || count < LIMIT);
        if (session != NULL) {
            count += seen[route] < 0;
            seen[route] = now;
        }
        if (now % 97 == 0)
            (void)sessions_expire(sessions, now - 80, ROUTES);
        for (uint32_t i = 0; i < ROUTES && now % 97 == 0; i++) {
            if (seen[i] >= 0 && seen[i] < now - 80) {
                seen[i] = -1;
                count--;
            }
            assert_int_equal(sessions_find(sessions, i) != NULL, seen[i] >= 0);
        }
        assert_int_equal(sessions_count(sessions), count);
    }
    sessions_destroy(&sessions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session__met_twice__is_the_same),
        cmocka_unit_test(session__table_full__is_refused_until_one_expires),
        cmocka_unit_test(session__talks_again__outlives_the_quiet_one),
        cmocka_unit_test(session__expiry__stops_at_its_bound),
        cmocka_unit_test(session__random_walk__equals_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
