/* Goal: who knocks is let in when and only when the broker's newest word says so, within
 * bounds of number and time.
 * Method: questions are answered by hand; a key is the number of its guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/relay/guests.h"
#include <cmocka.h>
#include <string.h>

static knock_t knock_of(uint32_t number)
{
    knock_t knock = { .route_size = 1, .id_size = 1 };
    memcpy(knock.key, &number, sizeof number);
    return knock;
}

static verdict_t knock(guests_t *guests, uint32_t number, int64_t now_ms)
{
    knock_t one = knock_of(number);
    return guests_knock(guests, &one, now_ms);
}

/* Asks, and answers that all keys but `foreign` are allowed; whether somebody was lost. */
static bool ask(guests_t *guests, uint64_t access, uint32_t foreign, uint32_t *count)
{
    subscribers_query_t question;
    subscribers_answer_t answer = { .access = access };
    knock_t not_allowed = knock_of(foreign);
    guests_ask(guests, &question);
    for (uint32_t i = 0; i < question.key_count; i++) {
        if (memcmp(question.keys + i * KEY_BYTES, not_allowed.key, KEY_BYTES) != 0)
            answer.allowed |= 1ull << i;
    }
    *count = question.key_count;
    return guests_answer(guests, &answer);
}

static void assert_next(guests_t *guests, int64_t now_ms, uint32_t number,
                        verdict_t expected)
{
    knock_t one, wanted = knock_of(number);
    verdict_t verdict;
    assert_true(guests_next(guests, now_ms, &one, &verdict));
    assert_memory_equal(one.key, wanted.key, KEY_BYTES);
    assert_int_equal(verdict, expected);
}

static void knock__asked_and_answered__allowed_or_denied(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    knock_t one;
    verdict_t verdict;
    uint32_t asked;
    assert_int_equal(knock(guests, 1, 0), KNOCK_WAIT);
    assert_int_equal(knock(guests, 2, 0), KNOCK_WAIT);
    assert_false(guests_next(guests, 0, &one, &verdict));
    assert_false(ask(guests, 7, 2, &asked));
    assert_int_equal(asked, 2);
    assert_int_equal(guests_due_ms(guests), 0);
    assert_next(guests, 0, 1, KNOCK_ALLOW);
    assert_next(guests, 0, 2, KNOCK_DENY);
    assert_int_equal(guests_due_ms(guests), INT64_MAX);
    assert_int_equal(knock(guests, 1, 0), KNOCK_ALLOW); /* from memory */
    assert_int_equal(knock(guests, 2, 0), KNOCK_WAIT);  /* asked for anew */
    guests_destroy(&guests);
    guests_destroy(&guests); /* NULL is fine */
}

static void knock__no_answer__later(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    subscribers_query_t question;
    assert_int_equal(knock(guests, 1, 100), KNOCK_WAIT);
    assert_int_equal(guests_due_ms(guests), 100 + GUESTS_WAIT_MS);
    guests_ask(guests, &question);
    assert_next(guests, 100 + GUESTS_WAIT_MS, 1, KNOCK_LATER);
    assert_int_equal(knock(guests, 1, 200), KNOCK_WAIT);
    guests_ask(guests, &question);
    guests_unanswered(guests); /* refused */
    assert_next(guests, 200, 1, KNOCK_LATER);
    assert_int_equal(guests_count(guests), 0);
    guests_destroy(&guests);
}

static void access__changed__every_key_asked_again_in_chunks(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    uint32_t asked, total = 0;
    for (uint32_t i = 1; i <= 150; i++) {
        assert_int_equal(knock(guests, i, 0), KNOCK_WAIT);
        assert_false(ask(guests, 1, 0, &asked));
        assert_next(guests, 0, i, KNOCK_ALLOW);
    }
    assert_false(guests_have_questions(guests));
    assert_false(ask(guests, 2, 0, &asked)); /* without keys: only the number is news */
    assert_int_equal(asked, 0);
    bool lost = false;
    while (guests_have_questions(guests)) {
        lost = ask(guests, 2, 77, &asked) || lost;
        assert_true(asked >= 1 && asked <= SUBSCRIBERS_MAX);
        total += asked;
    }
    assert_true(lost);
    assert_int_equal(total, 150);
    assert_int_equal(guests_count(guests), 149);
    assert_int_equal(knock(guests, 77, 0), KNOCK_WAIT);
    guests_destroy(&guests);
}

/* Another broker process may reach the same number by another way. */
static void doubt__same_number__asked_again(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    uint32_t asked;
    assert_int_equal(knock(guests, 1, 0), KNOCK_WAIT);
    assert_false(ask(guests, 5, 0, &asked));
    guests_doubt(guests);
    assert_true(guests_have_questions(guests));
    assert_true(ask(guests, 5, 1, &asked));
    assert_int_equal(guests_count(guests), 0);
    guests_destroy(&guests);
}

/* Strangers need no key of ours to knock. */
static void crowd__before_the_door__revoked_guest_found_all_the_same(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    uint32_t asked;
    assert_int_equal(knock(guests, 7, 0), KNOCK_WAIT);
    assert_false(ask(guests, 1, UINT32_MAX, &asked));
    assert_next(guests, 0, 7, KNOCK_ALLOW);
    assert_false(ask(guests, 2, UINT32_MAX, &asked)); /* something changed */
    for (uint32_t i = 100; i < 100 + 3 * SUBSCRIBERS_MAX; i++)
        assert_int_equal(knock(guests, i, 0), KNOCK_WAIT);
    assert_true(ask(guests, 2, 7, &asked));
    assert_int_equal(asked, SUBSCRIBERS_MAX);
    guests_destroy(&guests);
}

static void bounds__too_many_wait_or_are_in__later(void **unused)
{
    (void)unused;
    guests_t *guests = guests_create();
    uint32_t asked;
    for (uint32_t i = 0; i < GUESTS_WAITING_MAX; i++)
        assert_int_equal(knock(guests, i, 0), KNOCK_WAIT);
    assert_int_equal(knock(guests, 9999, 0), KNOCK_LATER);
    guests_forget_waiting(guests);
    for (uint32_t i = 0; i < GUESTS_MAX; i++) {
        assert_int_equal(knock(guests, i, 0), KNOCK_WAIT);
        if (i % SUBSCRIBERS_MAX == SUBSCRIBERS_MAX - 1) {
            assert_false(ask(guests, 1, UINT32_MAX, &asked));
            assert_int_equal(asked, SUBSCRIBERS_MAX);
            guests_forget_waiting(guests);
        }
    }
    assert_int_equal(guests_count(guests), GUESTS_MAX);
    assert_int_equal(knock(guests, 9999, 0), KNOCK_LATER);
    assert_int_equal(knock(guests, 17, 0), KNOCK_ALLOW);
    guests_destroy(&guests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knock__asked_and_answered__allowed_or_denied),
        cmocka_unit_test(knock__no_answer__later),
        cmocka_unit_test(access__changed__every_key_asked_again_in_chunks),
        cmocka_unit_test(doubt__same_number__asked_again),
        cmocka_unit_test(crowd__before_the_door__revoked_guest_found_all_the_same),
        cmocka_unit_test(bounds__too_many_wait_or_are_in__later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
