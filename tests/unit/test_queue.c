/* test_queue.c - what an answer means for a command that was sent more than once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/queue.h"
#include <cmocka.h>

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    (void)context;
    (void)number;
    (void)status;
    (void)seq;
    (void)fault;
}

static queue_t *queue_with(uint32_t commands)
{
    const item_t item = { .public_part = (const uint8_t *)"x", .public_size = 1 };
    queue_t *queue = queue_create(1, 64);
    assert_non_null(queue);
    for (uint32_t i = 0; i < commands; i++)
        assert_int_equal(queue_push(queue, &item, on_outcome, NULL), STATUS_OK);
    return queue;
}

static void send_all(queue_t *queue, uint64_t correlation)
{
    item_t items[SUBMIT_ITEMS_MAX];
    uint32_t count = queue_batch(queue, items, SUBMIT_ITEMS_MAX);
    assert_true(count > 0);
    (void)queue_sent(queue, items, count, correlation, 100);
}

/* The first copy is refused, for what it names is not there yet; the second one comes
 * behind it and is accepted. Whoever believed the first answer would send it anew. */
static void refusal__of_an_earlier_copy__is_not_final(void **unused)
{
    (void)unused;
    queue_t *queue = queue_with(1);
    answered_t answered;
    send_all(queue, 7);
    assert_int_equal(queue_expire(queue, 100), 1);
    send_all(queue, 8);
    assert_int_equal(queue_answer(queue, 7, 1, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_DUPLICATE);
    assert_int_equal(queue_pending(queue), 1);
    assert_int_equal(queue_answer(queue, 8, 1, STATUS_OK, &answered), VERDICT_FINAL);
    assert_int_equal(queue_pending(queue), 0);
    queue_destroy(&queue);
}

static void refusal__while_a_copy_waits_to_be_sent__is_not_final(void **unused)
{
    (void)unused;
    queue_t *queue = queue_with(1);
    answered_t answered;
    send_all(queue, 7);
    assert_int_equal(queue_expire(queue, 100), 1);
    assert_int_equal(queue_answer(queue, 7, 1, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_DUPLICATE);
    send_all(queue, 8);
    assert_int_equal(queue_answer(queue, 8, 1, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_FINAL);
    queue_destroy(&queue);
}

static void acceptance__of_any_copy__is_final(void **unused)
{
    (void)unused;
    queue_t *queue = queue_with(2);
    answered_t answered;
    send_all(queue, 7);
    assert_int_equal(queue_expire(queue, 100), 2);
    send_all(queue, 8);
    assert_int_equal(queue_answer(queue, 7, 1, STATUS_OK, &answered), VERDICT_FINAL);
    assert_int_equal(queue_answer(queue, 8, 1, STATUS_OK, &answered),
                     VERDICT_DUPLICATE);
    assert_int_equal(queue_answer(queue, 8, 2, STATUS_NOT_AUTHOR, &answered),
                     VERDICT_FINAL);
    assert_int_equal(queue_pending(queue), 0);
    queue_destroy(&queue);
}

/* Told busy, held back by a lower number: each time the last copy decides. */
static void refusal__held_and_sent_again__the_new_copy_decides(void **unused)
{
    (void)unused;
    queue_t *queue = queue_with(2);
    answered_t answered;
    send_all(queue, 7);
    assert_int_equal(queue_answer(queue, 7, 2, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_AGAIN);
    assert_int_equal(queue_answer(queue, 7, 1, STATUS_OK, &answered), VERDICT_FINAL);
    send_all(queue, 9);
    assert_int_equal(queue_answer(queue, 7, 2, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_DUPLICATE);
    assert_int_equal(queue_answer(queue, 9, 2, STATUS_UNKNOWN_VISIT, &answered),
                     VERDICT_FINAL);
    queue_destroy(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusal__of_an_earlier_copy__is_not_final),
        cmocka_unit_test(refusal__while_a_copy_waits_to_be_sent__is_not_final),
        cmocka_unit_test(acceptance__of_any_copy__is_final),
        cmocka_unit_test(refusal__held_and_sent_again__the_new_copy_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
