/* Goal: ten wrong passwords in a row lock a name for a quarter of an hour, and no other
 * name. Method: named cases over known and unknown names and a clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/lock_out.h"
#include <stdio.h>
#include <string.h>

#define USERS 3u

static text_t text_of(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

static int setup(void **context)
{
    *context = lock_out_create(USERS);
    return *context != NULL ? 0 : -1;
}

static int teardown(void **context)
{
    lock_out_destroy((lock_out_t **)context);
    return *context == NULL ? 0 : -1;
}

static void wrong(lock_out_t *locks, uint32_t user, const char *name, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++)
        lock_out_wrong(locks, user, text_of(name), 1000);
}

static void known__ten_in_a_row__locked_for_a_while(void **context)
{
    lock_out_t *locks = *context;
    wrong(locks, 2, "chief", PASSWORD_TRIES_MAX - 1);
    assert_int_equal(lock_out_left(locks, 2, text_of("chief"), 1000), 0);
    wrong(locks, 2, "chief", 1);
    assert_int_equal(lock_out_left(locks, 2, text_of("chief"), 1000), LOCK_OUT_MS);
    assert_int_equal(lock_out_left(locks, 3, text_of("other"), 1000), 0);
    assert_int_equal(lock_out_left(locks, 2, text_of("chief"), 999 + LOCK_OUT_MS), 1);
    assert_int_equal(lock_out_left(locks, 2, text_of("chief"), 1000 + LOCK_OUT_MS), 0);
}

static void known__right_in_between__counts_anew(void **context)
{
    lock_out_t *locks = *context;
    wrong(locks, 1, "chief", PASSWORD_TRIES_MAX - 1);
    lock_out_right(locks, 1);
    wrong(locks, 1, "chief", PASSWORD_TRIES_MAX - 1);
    assert_int_equal(lock_out_left(locks, 1, text_of("chief"), 1000), 0);
}

static void unknown__name__is_locked_like_a_known_one(void **context)
{
    lock_out_t *locks = *context;
    wrong(locks, 0, "nobody", PASSWORD_TRIES_MAX);
    assert_int_equal(lock_out_left(locks, 0, text_of("nobody"), 1000), LOCK_OUT_MS);
    assert_int_equal(lock_out_left(locks, 0, text_of("nobod"), 1000), 0);
    assert_int_equal(lock_out_left(locks, 0, text_of("nobody2"), 1000), 0);
    wrong(locks, 0, "of-twenty-three-letters", PASSWORD_TRIES_MAX);
    assert_int_equal(lock_out_left(locks, 0, text_of("of-twenty-three-letters"), 1000),
                     LOCK_OUT_MS);
}

static void unknown__more_names_than_are_kept__the_oldest_is_forgotten(void **context)
{
    lock_out_t *locks = *context;
    char name[24];
    wrong(locks, 0, "first", PASSWORD_TRIES_MAX);
    for (uint32_t i = 0; i < LOCK_OUT_STRANGERS - 1; i++) {
        (void)snprintf(name, sizeof name, "n%u", i); /* fits */
        wrong(locks, 0, name, 1);
    }
    assert_int_equal(lock_out_left(locks, 0, text_of("first"), 1000), LOCK_OUT_MS);
    wrong(locks, 0, "last", 1);
    assert_int_equal(lock_out_left(locks, 0, text_of("first"), 1000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(known__ten_in_a_row__locked_for_a_while, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(known__right_in_between__counts_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(unknown__name__is_locked_like_a_known_one,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            unknown__more_names_than_are_kept__the_oldest_is_forgotten, setup,
            teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
