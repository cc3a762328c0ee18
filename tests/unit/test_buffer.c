/* Goal: a buffer keeps what was appended, grows to its ceiling and no further, and a
 * refused append changes nothing. Method: named cases around the ceiling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/buffer.h"
#include <string.h>

/* The sanitizers end the process at an impossible size unless they are told so. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void buffer__many_appends__keep_their_order(void **unused)
{
    (void)unused;
    buffer_t buffer;
    buffer_init(&buffer, 10000);
    for (uint32_t i = 0; i < 2500; i++)
        assert_int_equal(buffer_append(&buffer, &i, sizeof i), STATUS_OK);
    assert_int_equal(buffer.size, 10000);
    assert_true(buffer.capacity <= 10000);
    for (uint32_t i = 0; i < 2500; i++)
        assert_memory_equal(buffer.data + i * sizeof i, &i, sizeof i);
    buffer_fini(&buffer);
}

static void buffer__over_the_ceiling__is_refused_whole(void **unused)
{
    (void)unused;
    static const char bytes[] = "0123456789";
    buffer_t buffer;
    buffer_init(&buffer, 15);
    assert_int_equal(buffer_append(&buffer, bytes, 10), STATUS_OK);
    assert_int_equal(buffer_append(&buffer, bytes, 6), STATUS_TOO_LARGE);
    assert_int_equal(buffer_reserve(&buffer, SIZE_MAX), STATUS_TOO_LARGE);
    assert_int_equal(buffer.size, 10);
    assert_memory_equal(buffer.data, bytes, 10);
    assert_int_equal(buffer_append(&buffer, bytes, 5), STATUS_OK);
    assert_int_equal(buffer_append(&buffer, bytes, 1), STATUS_TOO_LARGE);
    buffer_fini(&buffer);
    assert_null(buffer.data);
}

static void buffer__reserve__makes_room_but_no_bytes(void **unused)
{
    (void)unused;
    buffer_t buffer;
    buffer_init(&buffer, 4096);
    assert_null(buffer.data);
    assert_int_equal(buffer_reserve(&buffer, 4096), STATUS_OK);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(buffer.capacity, 4096);
    memset(buffer.data, 1, 4096);
    buffer_fini(&buffer);
}

static void buffer__nothing_appended__takes_no_memory(void **unused)
{
    (void)unused;
    buffer_t buffer;
    buffer_init(&buffer, 0);
    assert_int_equal(buffer_append(&buffer, NULL, 0), STATUS_OK);
    assert_int_equal(buffer_append(&buffer, "x", 1), STATUS_TOO_LARGE);
    assert_null(buffer.data);
    buffer_fini(&buffer);
}

static void buffer__clear__keeps_the_memory(void **unused)
{
    (void)unused;
    buffer_t buffer;
    buffer_init(&buffer, 1000);
    assert_int_equal(buffer_append(&buffer, "abc", 3), STATUS_OK);
    const uint8_t *data = buffer.data;
    buffer_clear(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(buffer_append(&buffer, "de", 2), STATUS_OK);
    assert_ptr_equal(buffer.data, data);
    buffer_fini(&buffer);
}

static void buffer__more_than_memory_has__is_no_memory(void **unused)
{
    (void)unused;
    buffer_t buffer;
    buffer_init(&buffer, SIZE_MAX);
    assert_int_equal(buffer_append(&buffer, "abc", 3), STATUS_OK);
    assert_int_equal(buffer_reserve(&buffer, SIZE_MAX / 2), STATUS_NO_MEMORY);
    assert_int_equal(buffer.size, 3);
    assert_memory_equal(buffer.data, "abc", 3);
    buffer_fini(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer__many_appends__keep_their_order),
        cmocka_unit_test(buffer__over_the_ceiling__is_refused_whole),
        cmocka_unit_test(buffer__reserve__makes_room_but_no_bytes),
        cmocka_unit_test(buffer__nothing_appended__takes_no_memory),
        cmocka_unit_test(buffer__clear__keeps_the_memory),
        cmocka_unit_test(buffer__more_than_memory_has__is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
