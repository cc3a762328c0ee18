/* Goal: the set of allowed keys holds exactly what was added and not removed.
 * Method: a seeded walk against an array of flags, dense enough for long runs. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/keyset.h"
#include <sodium.h>
#include <string.h>

#define KEYS  200u
#define LIMIT 64u

static void key_of(uint32_t number, uint8_t key[KEY_BYTES])
{
    memset(key, 0, KEY_BYTES);
    memcpy(key, &number, sizeof number);
}

static void keyset__full__refuses_new_keys_only(void **unused)
{
    (void)unused;
    keyset_t *set = keyset_create(2);
    uint8_t key[KEY_BYTES];
    for (uint32_t i = 0; i < 2; i++) {
        key_of(i, key);
        assert_true(keyset_add(set, key));
    }
    assert_true(keyset_add(set, key));
    key_of(2, key);
    assert_false(keyset_add(set, key));
    assert_false(keyset_has(set, key));
    keyset_destroy(&set);
    assert_null(set);
}

static void keyset__random_walk__equals_flags(void **unused)
{
    (void)unused;
    bool in[KEYS] = { false };
    uint32_t seed = 11, count = 0;
    uint8_t key[KEY_BYTES];
    print_message("seed %u\n", seed);
    keyset_t *set = keyset_create(LIMIT);
    for (int step = 0; step < 20000; step++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t number = (seed >> 8) % KEYS;
        key_of(number, key);
        if ((seed >> 30) != 0) {
            assert_int_equal(keyset_add(set, key), in[number] || count < LIMIT);
            count += !in[number] && count < LIMIT;
            in[number] = keyset_has(set, key);
        } else {
            keyset_remove(set, key);
            count -= in[number];
            in[number] = false;
        }
        assert_int_equal(keyset_count(set), count);
        for (uint32_t i = 0; i < KEYS && step % 50 == 0; i++) {
            key_of(i, key);
            assert_int_equal(keyset_has(set, key), in[i]);
        }
    }
    keyset_destroy(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyset__full__refuses_new_keys_only),
        cmocka_unit_test(keyset__random_walk__equals_flags),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
