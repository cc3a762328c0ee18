/* Goal: rule R20 finds identity card and mobile numbers however they are spaced, and
 * nothing else that offices write with digits.
 * Method: named examples with the place they are found at; then numbers made from a
 * printed seed, written with every kind of separator and width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/guard.h"
#include <stdio.h>
#include <string.h>

#define MADE_COUNT 2000

static void assert_found(const char *text, status_t expected, uint32_t expected_at)
{
    uint32_t at = UINT32_MAX;
    status_t status = guard_free_text(text, strlen(text), &at);
    if (status != expected || at != expected_at)
        fail_msg("\"%s\": %d at %u, expected %d at %u", text, status, at, expected,
                 expected_at);
}

static void assert_clean(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_found(texts[i], STATUS_OK, 0);
}
#define ASSERT_CLEAN(texts) assert_clean(texts, sizeof(texts) / sizeof((texts)[0]))

static void free_text__identity_number__is_found_at_its_first_digit(void **unused)
{
    (void)unused;
    assert_found("990000199001010017", STATUS_ID_NUMBER, 0);
    assert_found("联系群众（身份证990000199001010017）反映属实。", STATUS_ID_NUMBER, 8);
    assert_found("证号11010519491231002X。", STATUS_ID_NUMBER, 2);
    assert_found("证号11010519491231002x", STATUS_ID_NUMBER, 2);
    assert_found("１１０１０５１９４９１２３１００２Ｘ", STATUS_ID_NUMBER, 0);
    assert_found("110105 19491231 002X", STATUS_ID_NUMBER, 0);
    assert_found("110105-1949-12-31-0021", STATUS_ID_NUMBER, 0);
    assert_found("110105·19491231·002 X", STATUS_ID_NUMBER, 0);
    assert_found("第3名 110105194912310021", STATUS_ID_NUMBER, 4);
    assert_found("2024-09-28 110105194912310021", STATUS_ID_NUMBER, 11);
}

static void free_text__old_identity_number__is_found(void **unused)
{
    (void)unused;
    assert_found("身份证110105491231002", STATUS_ID_NUMBER, 3);
    assert_found("110105 491231 002", STATUS_ID_NUMBER, 0);
    assert_found("110105000229002", STATUS_OK, 0); /* 1900 had no 29 February */
    assert_found("110105491331002", STATUS_OK, 0);
}

static void free_text__identity_number_without_a_birth_date__passes(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "110105194913310021", "110105194902300021",  "110105189912310021",
        "110105210012310021", "010105194912310021",  "11010519491231002",
        "11010519491231002Y", "11010519491231002XL",
    };
    ASSERT_CLEAN(texts);
}

static void free_text__mobile_number__is_found(void **unused)
{
    (void)unused;
    assert_found("可致电13900000000核实。", STATUS_PHONE_NUMBER, 3);
    assert_found("139 0000 0000", STATUS_PHONE_NUMBER, 0);
    assert_found("139-0000-0000", STATUS_PHONE_NUMBER, 0);
    assert_found("139·0000·0000", STATUS_PHONE_NUMBER, 0);
    assert_found("1 3 9 0 0 0 0 0 0 0 0", STATUS_PHONE_NUMBER, 0);
    assert_found("１３９００００００００", STATUS_PHONE_NUMBER, 0);
    assert_found("139　0000　0000", STATUS_PHONE_NUMBER, 0);
    assert_found("+8613900000000", STATUS_PHONE_NUMBER, 1);
    assert_found("+86 139 0000 0000", STATUS_PHONE_NUMBER, 1);
    assert_found("86-13900000000", STATUS_PHONE_NUMBER, 0);
    assert_found("008613900000000", STATUS_PHONE_NUMBER, 0);
    assert_found("电话:13900000000,18600000000", STATUS_PHONE_NUMBER, 3);
    assert_found("2024-09-28 13900000000", STATUS_PHONE_NUMBER, 11);
    assert_found("2024年9月28日10:20 13900000000", STATUS_PHONE_NUMBER, 16);
    assert_found("联系13900000000万主任", STATUS_PHONE_NUMBER, 2);
    assert_found("wx13900000000", STATUS_PHONE_NUMBER, 2);
    assert_found("13900000000.", STATUS_PHONE_NUMBER, 0);
}

static void free_text__documents_and_codes__pass(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "〔2024〕30号",         "鲁组发〔2024〕130号、淄政字〔2023〕15号",
        "12345678901234567890", "1390000000012",
        "139000000001",         "2019-370302-48-03-012345",
        "91370303MA3C1234X5",   "P001、A0001、O91101",
        "20240928102030123",    "202409201012301234",
        "202409281020301",      "12900000000",
        "1390000000",           "12345",
        "0533-1234567",
    };
    ASSERT_CLEAN(texts);
}

static void free_text__dates_times_and_money__pass(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "2024-09-28 10:20:30",
        "2024-09-28 10:20",
        "2024-09-28T10:20:30+08:00",
        "20240928",
        "2024.09.28-2024.10.15",
        "2024-09-28 2024-10-15",
        "2024 09 28",
        "13-15 2024-9-28",
        "17-2 2024-11-28",
        "15 2024-09-28 3",
        "13,800,138,000 元",
        "13800138000元",
        "13800138000 万元",
        "13900000000亿元",
        "￥13800138000",
        "¥13800138000",
        "13800138000.50",
        "0.13800138000",
        "完成投资1.38亿元，进度85%",
        "85、86.5、90",
        "9:00-11:30",
    };
    ASSERT_CLEAN(texts);
}

static void free_text__two_separators_between_digits__end_the_number(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "139  0000 0000",
        "139 - 00000000",
        "139\n00000000",
        "139/0000/0000",
    };
    ASSERT_CLEAN(texts);
}

static void free_text__odd_bytes__do_no_harm(void **unused)
{
    (void)unused;
    uint32_t at;
    assert_int_equal(guard_free_text("", 0, &at), STATUS_OK);
    assert_int_equal(guard_free_text(NULL, 0, &at), STATUS_OK);
    static const char *const texts[] = { "\xff\xfe\x80", "1\xe5", "139\xef\xbc", "\xf0",
                                         "1-",           "-1-",   " 1 " };
    ASSERT_CLEAN(texts);
    char digits[5000];
    for (size_t i = 0; i < sizeof digits; i++)
        digits[i] = i % 2 == 0 ? '2' : '-';
    assert_int_equal(guard_free_text(digits, sizeof digits, &at), STATUS_OK);
}

static uint32_t next_random(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

/* Writes digits half or full width, with a separator here and there. */
static void write_loosely(char *out, size_t room, const char *digits, uint64_t *state)
{
    static const char *const separators[] = { " ", "-", "·", "　", "－", "–", "・" };
    static const char *const wide[] = { "０", "１", "２", "３", "４",
                                        "５", "６", "７", "８", "９" };
    size_t size = (size_t)snprintf(out, room, "请联系");
    for (size_t i = 0; digits[i] != '\0'; i++) {
        if (i > 0 && next_random(state, 4) == 0)
            size += (size_t)snprintf(out + size, room - size, "%s",
                                     separators[next_random(state, 7)]);
        if (digits[i] != 'X' && next_random(state, 3) == 0)
            size +=
                (size_t)snprintf(out + size, room - size, "%s", wide[digits[i] - '0']);
        else
            size += (size_t)snprintf(out + size, room - size, "%c", digits[i]);
    }
    (void)snprintf(out + size, room - size, "核实");
}

static void free_text__made_identity_numbers__are_found(void **unused)
{
    (void)unused;
    uint64_t state = 20;
    print_message("seed %llu\n", (unsigned long long)state);
    for (int i = 0; i < MADE_COUNT; i++) {
        char digits[19], text[400];
        (void)snprintf(digits, sizeof digits, "%06u%04u%02u%02u%03u%c",
                       210000 + next_random(&state, 600000),
                       1900 + next_random(&state, 200), 1 + next_random(&state, 12),
                       1 + next_random(&state, 28), next_random(&state, 1000),
                       "0123456789X"[next_random(&state, 11)]);
        write_loosely(text, sizeof text, digits, &state);
        assert_found(text, STATUS_ID_NUMBER, 3);
    }
}

/* What could be a year is left out: a written date passes on purpose. */
static void free_text__made_mobile_numbers__are_found(void **unused)
{
    (void)unused;
    uint64_t state = 21;
    print_message("seed %llu\n", (unsigned long long)state);
    for (int i = 0; i < MADE_COUNT; i++) {
        char digits[15], text[400];
        (void)snprintf(digits, sizeof digits, "%s1%u%u%04u%04u",
                       next_random(&state, 4) == 0 ? "86" : "",
                       3 + next_random(&state, 7), 3 + next_random(&state, 7),
                       3000 + next_random(&state, 6000),
                       3000 + next_random(&state, 6000));
        if (strstr(digits, "19") != NULL || strstr(digits, "20") != NULL)
            continue;
        write_loosely(text, sizeof text, digits, &state);
        assert_found(text, STATUS_PHONE_NUMBER, 3);
    }
}

static status_t code_status(const char *code)
{
    return guard_code((text_t){ code, (uint32_t)strlen(code) });
}

static void code__letters_digits_and_marks__pass(void **unused)
{
    (void)unused;
    assert_int_equal(code_status("C0001"), STATUS_OK);
    assert_int_equal(code_status("a"), STATUS_OK);
    assert_int_equal(code_status("dingtao-1_v2.3"), STATUS_OK);
    assert_int_equal(code_status("12345678901234567890123"), STATUS_OK);
}

static void code__anything_else__is_refused(void **unused)
{
    (void)unused;
    static const char *const codes[] = {
        "", "123456789012345678901234", "a b", "单位", "a\n", "a/b", "Ｃ01", "a:b"
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_int_equal(code_status(codes[i]), STATUS_BAD_CODE);
    assert_int_equal(guard_code((text_t){ "a\0b", 3 }), STATUS_BAD_CODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_text__identity_number__is_found_at_its_first_digit),
        cmocka_unit_test(free_text__old_identity_number__is_found),
        cmocka_unit_test(free_text__identity_number_without_a_birth_date__passes),
        cmocka_unit_test(free_text__mobile_number__is_found),
        cmocka_unit_test(free_text__documents_and_codes__pass),
        cmocka_unit_test(free_text__dates_times_and_money__pass),
        cmocka_unit_test(free_text__two_separators_between_digits__end_the_number),
        cmocka_unit_test(free_text__odd_bytes__do_no_harm),
        cmocka_unit_test(free_text__made_identity_numbers__are_found),
        cmocka_unit_test(free_text__made_mobile_numbers__are_found),
        cmocka_unit_test(code__letters_digits_and_marks__pass),
        cmocka_unit_test(code__anything_else__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
