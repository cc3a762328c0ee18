/* Goal: an arena gives out aligned memory up to its quota and no further.
 * Method: named cases at the edges of the quota. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/arena.h"
#include <string.h>

static void arena__takes__are_aligned_and_apart(void **unused)
{
    (void)unused;
    arena_t *arena = arena_create(1024);
    uint8_t *before = arena_take(arena, 1);
    for (size_t bytes = 1; bytes <= 33; bytes++) {
        uint8_t *taken = arena_take(arena, bytes);
        if (taken == NULL)
            break;
        assert_int_equal((uintptr_t)taken % 16, 0);
        assert_true(taken > before);
        memset(taken, 0xa5, bytes);
        before = taken;
    }
    arena_destroy(&arena);
    assert_null(arena);
}

static void arena__quota_used_up__refuses_and_stays_usable(void **unused)
{
    (void)unused;
    arena_t *arena = arena_create(64);
    assert_non_null(arena_take(arena, 48));
    assert_null(arena_take(arena, 17));
    assert_null(arena_take(arena, SIZE_MAX));
    assert_int_equal(arena_used(arena), 48);
    assert_non_null(arena_take(arena, 16));
    assert_null(arena_take(arena, 1));
    assert_int_equal(arena_left(arena), 0);
    assert_non_null(arena_take(arena, 0));
    arena_destroy(&arena);
}

static void arena__quota_of_any_size__holds_at_least_that(void **unused)
{
    (void)unused;
    for (size_t quota = 1; quota < 70; quota++) {
        arena_t *arena = arena_create(quota);
        assert_true(arena_left(arena) >= quota);
        assert_non_null(arena_take(arena, quota));
        assert_int_equal(arena_left(arena), 0);
        arena_destroy(&arena);
    }
}

static void arena__reset__gives_the_same_memory_again(void **unused)
{
    (void)unused;
    arena_t *arena = arena_create(256);
    void *first = arena_take(arena, 100);
    assert_int_equal(arena_used(arena) + arena_left(arena), 256);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_ptr_equal(arena_take(arena, 100), first);
    arena_destroy(&arena);
}

static void arena__impossible_quota__is_refused(void **unused)
{
    (void)unused;
    assert_null(arena_create(SIZE_MAX));
    arena_t *none = NULL;
    arena_destroy(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena__takes__are_aligned_and_apart),
        cmocka_unit_test(arena__quota_used_up__refuses_and_stays_usable),
        cmocka_unit_test(arena__quota_of_any_size__holds_at_least_that),
        cmocka_unit_test(arena__reset__gives_the_same_memory_again),
        cmocka_unit_test(arena__impossible_quota__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
