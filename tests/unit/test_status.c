/* Goal: every status has a name, a place in the list, and words a person can act on.
 * Method: the list itself is walked; each row must have non-empty texts of its own that
 * keep the tone of the house (no blame, no apology, no word of the trade). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/status.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    status_t status;
    uint32_t value;
    const char *name, *rule, *text;
} row_t;

static const row_t rows[] = {
#define X(name, value, rule, text) { name, value, #name, rule, text },
    STATUS_LIST(X)
#undef X
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static bool ends_with(const char *text, const char *tail)
{
    size_t size = strlen(text), tail_size = strlen(tail);
    return size >= tail_size && strcmp(text + size - tail_size, tail) == 0;
}

static void status__each_row__has_its_english_words(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        assert_string_equal(status_text(rows[i].status), rows[i].text);
        assert_string_equal(status_rule(rows[i].status), rows[i].rule);
        assert_string_equal(status_name(rows[i].status), rows[i].name + 7);
        assert_true(status_known(rows[i].value));
        assert_true(strlen(rows[i].text) > 0);
    }
}

static void status__each_row__has_chinese_words_and_next_steps(void **unused)
{
    (void)unused;
    const char *unknown = status_text_zh((status_t)9999);
    const char *unknown_next = status_next((status_t)9999);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        status_t status = rows[i].status;
        if (strcmp(status_text_zh(status), unknown) == 0 ||
            strcmp(status_next(status), unknown_next) == 0)
            fail_msg("%s has no words", rows[i].name);
        assert_true(strlen(status_text_zh(status)) >= 6);
        assert_true(ends_with(status_next(status), "."));
        assert_true(ends_with(status_next_zh(status), "。"));
        assert_false(ends_with(status_text_zh(status), "。"));
    }
}

static void assert_calm(const char *text)
{
    static const char *const unwanted[] = { "protobuf", "txn",   "!",    "！",
                                            "sorry",    "Sorry", "抱歉", "您",
                                            "malloc",   "mdb",   "错误", "failed",
                                            "非法" };
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
        if (strstr(text, unwanted[i]) != NULL)
            fail_msg("\"%s\" says \"%s\"", text, unwanted[i]);
    }
}

static void status__each_text__keeps_the_tone(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        assert_calm(status_text(rows[i].status));
        assert_calm(status_text_zh(rows[i].status));
        assert_calm(status_next(rows[i].status));
        assert_calm(status_next_zh(rows[i].status));
    }
}

static void status__two_rows__share_no_value_name_or_text(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_true(rows[j].value < rows[i].value);
            assert_string_not_equal(rows[j].name, rows[i].name);
            assert_string_not_equal(status_text_zh(rows[j].status),
                                    status_text_zh(rows[i].status));
        }
    }
}

static void status__number_not_in_list__is_told_so(void **unused)
{
    (void)unused;
    assert_false(status_known(1));
    assert_false(status_known(UINT32_MAX));
    assert_string_equal(status_text((status_t)9999), "unknown status");
    assert_string_equal(status_name((status_t)9999), "UNKNOWN");
    assert_string_equal(status_rule((status_t)9999), "");
    assert_true(strlen(status_text_zh((status_t)9999)) > 0);
    assert_true(strlen(status_next_zh((status_t)9999)) > 0);
}

/* Released numbers never change: a sample of each thousand. */
static void status__released_numbers__stay(void **unused)
{
    (void)unused;
    assert_int_equal(STATUS_OK, 0);
    assert_int_equal(STATUS_MALFORMED, 1001);
    assert_int_equal(STATUS_NUMBER_REUSED, 1101);
    assert_int_equal(STATUS_RATING_RANGE, 2104);
    assert_int_equal(STATUS_OWN_UNIT, 2119);
    assert_int_equal(STATUS_UNKNOWN_UNIT, 3101);
    assert_int_equal(STATUS_NOT_ALLOWED, 4101);
    assert_int_equal(STATUS_STORAGE_FULL, 5101);
    assert_int_equal(STATUS_TIMEOUT, 6101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status__each_row__has_its_english_words),
        cmocka_unit_test(status__each_row__has_chinese_words_and_next_steps),
        cmocka_unit_test(status__each_text__keeps_the_tone),
        cmocka_unit_test(status__two_rows__share_no_value_name_or_text),
        cmocka_unit_test(status__number_not_in_list__is_told_so),
        cmocka_unit_test(status__released_numbers__stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
