/* Goal: numbers and dates of a workbook become the text that its program shows.
 * Method: tables of cases, among them 17-digit doubles, both date systems, the day that
 * never was, and every built-in and home-made number format that offices use; then a walk
 * over all days against the C library's calendar. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "clients/sheets/xlsx_numbers.h"
#include "clients/sheets/xlsx_strings.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static void number__as_stored__is_plain_digits(void **unused)
{
    static const char *const cases[][2] = {
        { "85", "85" },
        { "85.5", "85.5" },
        { "-3.25", "-3.25" },
        { "0", "0" },
        { "45321", "45321" },
        { "84.299999999999997", "84.3" },
        { "0.30000000000000004", "0.3" },
        { "1.1000000000000001", "1.1" },
        { "1E+2", "100" },
        { "1.5E-3", "0.0015" },
        { "1.10101199001011E+17", "110101199001011000" },
        { "110101199001011234", "110101199001011000" },
        { "-1e3", "-1000" },
        { "1e-07", "0.0000001" },
        { "123456789012345", "123456789012345" },
        { ".5", "0.5" },
        { "5.", "5" },
        { "+7", "7" },
    };
    char out[XLSX_NUMBER_CHARS_MAX];
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(xlsx_number_text(cases[i][0], out), strlen(cases[i][1]));
        assert_string_equal(out, cases[i][1]);
    }
}

static void number__that_is_none__is_told(void **unused)
{
    static const char *const cases[] = { "",      "-",   "abc", "0x10", "nan", "inf",
                                         "1e999", "1,5", "85 ", "1e",   ".",   "1-" };
    char out[XLSX_NUMBER_CHARS_MAX];
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(xlsx_number_text(cases[i], out), 0);
    assert_int_equal(xlsx_number_text("1e308", out), 309);
    assert_int_equal(xlsx_number_text("-1e-300", out), 303);
}

static void date__of_either_system__is_the_day_shown(void **unused)
{
    static const struct {
        const char *stored, *from_1900, *from_1904;
    } cases[] = {
        { "45356", "2024-03-05", "2028-03-06" },
        { "45356.604166666664", "2024-03-05T14:30:00", "2028-03-06T14:30:00" },
        { "0", "1900-01-00", "1904-01-01" },
        { "1", "1900-01-01", "1904-01-02" },
        { "59", "1900-02-28", "1904-02-29" },
        { "60", "1900-02-29", "1904-03-01" },
        { "61", "1900-03-01", "1904-03-02" },
        { "1462", "1904-01-01", "1908-01-02" },
        { "0.5", "1900-01-00T12:00:00", "1904-01-01T12:00:00" },
        { "2957003", "9995-12-30", "9999-12-31" },
        { "2958465", "9999-12-31", "" },
        { "2958466", "", "" },
        { "-1", "", "" },
        { "1e300", "", "" },
        { "day", "", "" },
    };
    char out[XLSX_DATE_CHARS_MAX];
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(xlsx_date_text(cases[i].stored, false, out),
                         strlen(cases[i].from_1900));
        assert_string_equal(out, cases[i].from_1900);
        (void)xlsx_date_text(cases[i].stored, true, out);
        assert_string_equal(out, cases[i].from_1904);
    }
}

/* Programs store a time as the nearest double, and some of them not even that. */
static void date__a_little_beside_a_second__is_that_second(void **unused)
{
    char out[XLSX_DATE_CHARS_MAX], stored[64], expected[64];
    (void)unused;
    for (int second = 0; second < 86400; second += 7) {
        for (int off = -1; off <= 1; off++) {
            double serial = 45356 + (second + off * 0.4) / 86400;
            (void)snprintf(stored, sizeof stored, "%.10f", serial);
            (void)snprintf(expected, sizeof expected, "2024-03-05T%02d:%02d:%02d",
                           second / 3600, second / 60 % 60, second % 60);
            if (second == 0)
                expected[10] = '\0';
            (void)xlsx_date_text(stored, false, out);
            assert_string_equal(out, expected);
        }
    }
    assert_int_equal(xlsx_date_text("45356.9999999", false, out), 10);
    assert_string_equal(out, "2024-03-06");
}

static void date__every_day__agrees_with_the_c_library(void **unused)
{
    char out[XLSX_DATE_CHARS_MAX], stored[16], expected[16];
    (void)unused;
    for (int day = 61; day < 100000; day++) {
        time_t seconds = ((time_t)day - 25569) * 86400;
        struct tm civil;
        assert_non_null(gmtime_r(&seconds, &civil));
        assert_int_equal(strftime(expected, sizeof expected, "%Y-%m-%d", &civil), 10);
        (void)snprintf(stored, sizeof stored, "%d", day);
        assert_int_equal(xlsx_date_text(stored, false, out), 10);
        assert_string_equal(out, expected);
    }
}

static void iso_date__with_what_follows__is_local_time(void **unused)
{
    static const char *const cases[][2] = {
        { "2024-03-05", "2024-03-05" },
        { "2024-03-05T14:30:00", "2024-03-05T14:30:00" },
        { "2024-03-05T14:30:00.000", "2024-03-05T14:30:00" },
        { "2024-03-05T14:30:00Z", "2024-03-05T14:30:00" },
        { "2024-03-05T14:30:00+08:00", "2024-03-05T14:30:00" },
        { "2024-03-05T14:30", "" },
        { "05/03/2024", "" },
        { "2024-03-05 14", "" },
        { "", "" },
    };
    char out[XLSX_DATE_CHARS_MAX];
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(xlsx_iso_text(cases[i][0], out), strlen(cases[i][1]));
        assert_string_equal(out, cases[i][1]);
    }
}

static void format__of_dates_and_of_others__is_told_apart(void **unused)
{
    static const char *const dates[] = {
        "yyyy-mm-dd",
        "yyyy\\-mm\\-dd\\ hh:mm:ss",
        "yyyy\"年\"m\"月\"d\"日\"",
        "[$-804]yyyy/m/d;@",
        "m/d",
        "[h]:mm",
        "h:mm AM/PM",
        "[DBNum1][$-804]yyyy\"年\"m\"月\"",
        "0;yyyy",
    };
    static const char *const others[] = {
        "General",       "0.00",          "#,##0", "0.00E+00",   "@",
        "[Red]0.00",     "0\"days\"",     "0\\d",  "\"yyyy\"0",  "#,##0\"元\"",
        "0.00_d",        "[Yellow]0",     "*y0",   "\"open end", "0\\",
        "general;[Red]", "[Color hmmmm]0"
    };
    (void)unused;
    for (unsigned i = 0; i < sizeof dates / sizeof dates[0]; i++)
        assert_true(xlsx_format_is_date(dates[i]));
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(xlsx_format_is_date(others[i]));
}

static void escapes__in_a_text__become_characters(void **unused)
{
    static const char *const cases[][2] = {
        { "a_x000A_b", "a\nb" },
        { "_x000D__x000A_", "\r\n" },
        { "_x005F_x000A_", "_x000A_" },
        { "_x4E2D_", "中" },
        { "_x00e9_", "é" },
        { "_x0000_", "_x0000_" },
        { "_xD83D_", "_xD83D_" },
        { "_x00_", "_x00_" },
        { "_xZZZZ_", "_xZZZZ_" },
        { "_x000A", "_x000A" },
        { "plain_text", "plain_text" },
        { "", "" },
    };
    char text[64];
    (void)unused;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(text, sizeof text, "%s", cases[i][0]);
        size_t size = xlsx_unescape(text, strlen(text));
        assert_int_equal(size, strlen(cases[i][1]));
        assert_memory_equal(text, cases[i][1], size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number__as_stored__is_plain_digits),
        cmocka_unit_test(number__that_is_none__is_told),
        cmocka_unit_test(date__of_either_system__is_the_day_shown),
        cmocka_unit_test(date__a_little_beside_a_second__is_that_second),
        cmocka_unit_test(date__every_day__agrees_with_the_c_library),
        cmocka_unit_test(iso_date__with_what_follows__is_local_time),
        cmocka_unit_test(format__of_dates_and_of_others__is_told_apart),
        cmocka_unit_test(escapes__in_a_text__become_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
