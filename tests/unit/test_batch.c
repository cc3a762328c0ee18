/* Goal: a batch keeps its own copy of what it is given and always takes a Submit when
 * it says so. Method: named cases at the limits of records and of bytes. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/batch.h"
#include <string.h>

static void add(batch_t *batch, uint32_t number, uint8_t *bytes, uint32_t public_size,
                uint32_t private_size)
{
    const record_t record = { .time_ms = 5,
                              .number = number,
                              .public_part = bytes,
                              .public_size = public_size,
                              .private_part = private_size > 0 ? bytes : NULL,
                              .private_size = private_size };
    batch_add(batch, &record);
}

static void batch__parts_changed_afterwards__keeps_copies(void **unused)
{
    (void)unused;
    batch_t *batch = batch_create(SUBMIT_ITEMS_MAX);
    uint8_t bytes[] = "some bytes";
    batch_begin(batch, 41);
    add(batch, 1, bytes, 10, 4);
    memset(bytes, 0, sizeof bytes);
    const record_t *record = batch_records(batch);
    assert_int_equal(batch_count(batch), 1);
    assert_int_equal(batch_expected_seq(batch), 41);
    assert_memory_equal(record->public_part, "some bytes", 10);
    assert_memory_equal(record->private_part, "some", 4);
    batch_destroy(&batch);
    assert_null(batch);
}

static void batch__no_private_part__stays_none(void **unused)
{
    (void)unused;
    batch_t *batch = batch_create(SUBMIT_ITEMS_MAX);
    uint8_t bytes[] = "x";
    batch_begin(batch, 0);
    add(batch, 1, bytes, 1, 0);
    assert_null(batch_records(batch)->private_part);
    batch_destroy(&batch);
}

static void batch__records_short_of_a_submit__takes_none(void **unused)
{
    (void)unused;
    batch_t *batch = batch_create(SUBMIT_ITEMS_MAX + 1);
    uint8_t bytes[] = "x";
    batch_begin(batch, 0);
    assert_true(batch_takes_submit(batch));
    add(batch, 1, bytes, 1, 0);
    assert_true(batch_takes_submit(batch));
    add(batch, 2, bytes, 1, 0);
    assert_false(batch_takes_submit(batch));
    batch_begin(batch, 2);
    assert_true(batch_takes_submit(batch));
    assert_int_equal(batch_count(batch), 0);
    assert_int_equal(batch_bytes(batch), 0);
    batch_destroy(&batch);
}

/* The largest parts that one frame can carry, again and again. */
static void batch__filled_with_largest_submits__never_overflows(void **unused)
{
    (void)unused;
    static uint8_t bytes[PUBLIC_BYTES_MAX];
    batch_t *batch = batch_create(JOURNAL_BATCH_MAX);
    uint32_t submits = 0;
    batch_begin(batch, 0);
    for (; batch_takes_submit(batch); submits++) {
        uint32_t left = FRAME_BYTES_MAX;
        while (left >= PUBLIC_BYTES_MAX) {
            add(batch, 1, bytes, PUBLIC_BYTES_MAX, 0);
            left -= PUBLIC_BYTES_MAX;
        }
        add(batch, 1, bytes, left, 0);
    }
    assert_in_range(submits, 20, JOURNAL_BATCH_BYTES_MAX / FRAME_BYTES_MAX);
    assert_true(batch_bytes(batch) <= JOURNAL_BATCH_BYTES_MAX);
    batch_destroy(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch__parts_changed_afterwards__keeps_copies),
        cmocka_unit_test(batch__no_private_part__stays_none),
        cmocka_unit_test(batch__records_short_of_a_submit__takes_none),
        cmocka_unit_test(batch__filled_with_largest_submits__never_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
