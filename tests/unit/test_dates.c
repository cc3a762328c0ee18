/* Goal: dates are those of the Gregorian calendar in UTC+8.
 * Method: named days, then every day of the years 1 to 9999 counted one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/dates.h"

#define DAY_MS  86400000LL
#define HOUR_MS 3600000LL

static void date_valid__days_that_exist__yes(void **unused)
{
    (void)unused;
    static const uint32_t days[] = { 10101,    20250101, 20251231, 20240229, 20000229,
                                     20250430, 20250731, 99991231, 19040229 };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_true(date_valid(days[i]));
}

static void date_valid__days_that_do_not_exist__no(void **unused)
{
    (void)unused;
    static const uint32_t days[] = {
        0,        1,        101,      1231,      20250001,
        20251301, 20250100, 20250132, 20250229,  19000229,
        21000229, 20250431, 20250631, 100000101, UINT32_MAX
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_false(date_valid(days[i]));
}

static void date_of_ms__known_times__their_date_in_china(void **unused)
{
    (void)unused;
    assert_int_equal(date_of_ms(0), 19700101);
    assert_int_equal(date_of_ms(16 * HOUR_MS - 1), 19700101);
    assert_int_equal(date_of_ms(16 * HOUR_MS), 19700102);
    assert_int_equal(date_of_ms(-8 * HOUR_MS), 19700101);
    assert_int_equal(date_of_ms(-8 * HOUR_MS - 1), 19691231);
    /* 2025-01-06 08:00 in UTC+8, and the edges of that day */
    assert_int_equal(date_of_ms(1736121600000), 20250106);
    assert_int_equal(date_of_ms(1736121600000 - 8 * HOUR_MS), 20250106);
    assert_int_equal(date_of_ms(1736121600000 - 8 * HOUR_MS - 1), 20250105);
    assert_int_equal(date_of_ms(1736121600000 + 16 * HOUR_MS), 20250107);
    assert_int_equal(date_of_ms(1709136000000), 20240229);
}

static void date_of_ms__times_without_a_date__zero(void **unused)
{
    (void)unused;
    assert_int_equal(date_of_ms(INT64_MIN), 0);
    assert_int_equal(date_of_ms(INT64_MAX), 0);
    const int64_t first = -719162 * DAY_MS - 8 * HOUR_MS;
    const int64_t end = 2932897 * DAY_MS - 8 * HOUR_MS;
    assert_int_equal(date_of_ms(first), 10101);
    assert_int_equal(date_of_ms(first - 1), 0);
    assert_int_equal(date_of_ms(end - 1), 99991231);
    assert_int_equal(date_of_ms(end), 0);
}

/* The next valid number after a date is the next day, without any arithmetic. */
static uint32_t next_day(uint32_t date)
{
    do
        date++;
    while (!date_valid(date));
    return date;
}

static void date_of_ms__every_day__follows_the_one_before(void **unused)
{
    (void)unused;
    int64_t noon = -719162 * DAY_MS + 4 * HOUR_MS;
    uint32_t days = 0, date = 10101;
    for (; date < 99991231; date = next_day(date), noon += DAY_MS, days++) {
        if (date_of_ms(noon) != date)
            fail_msg("%u is told as %u", date, date_of_ms(noon));
    }
    assert_int_equal(days, 3652058);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_valid__days_that_exist__yes),
        cmocka_unit_test(date_valid__days_that_do_not_exist__no),
        cmocka_unit_test(date_of_ms__known_times__their_date_in_china),
        cmocka_unit_test(date_of_ms__times_without_a_date__zero),
        cmocka_unit_test(date_of_ms__every_day__follows_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
