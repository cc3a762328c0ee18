/* Goal: times of day written as RFC 3339 become milliseconds, and nothing else does.
 * Method: known times and one misfit of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/json_time.h"
#include <string.h>

static void assert_time(const char *text, status_t expected, int64_t expected_ms)
{
    int64_t unix_ms;
    status_t status = json_read_time(text, strlen(text), &unix_ms);
    if (status != expected || unix_ms != expected_ms)
        fail_msg("%s: %d, %lld ms", text, status, (long long)unix_ms);
}

static void time__forms_of_rfc_3339__are_read(void **state)
{
    (void)state;
    assert_time("1970-01-01T00:00:00Z", STATUS_OK, 0);
    assert_time("1970-01-01T08:00:00+08:00", STATUS_OK, 0);
    assert_time("2024-07-24T15:48:00+08:00", STATUS_OK, 1721807280000);
    assert_time("2024-07-24 07:48:00z", STATUS_OK, 1721807280000);
    assert_time("2024-07-24t02:18:00.123456-05:30", STATUS_OK, 1721807280123);
    assert_time("2024-02-29T23:59:59.9Z", STATUS_OK, 1709251199900);
    assert_time("2000-03-01T00:00:00Z", STATUS_OK, 951868800000);
    assert_time("9999-12-31T23:59:59.999Z", STATUS_OK, 253402300799999);
}

static void time__anything_else__is_refused(void **state)
{
    (void)state;
    assert_time("", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24T15:48:00", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24T15:48Z", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24T15:48:00.Z", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24T15:48:00+0800", STATUS_BAD_INPUT, 0);
    assert_time("2024-07-24T15:48:00Zx", STATUS_BAD_INPUT, 0);
    assert_time("2023-02-29T15:48:00Z", STATUS_BAD_DATE, 0);
    assert_time("2024-13-01T15:48:00Z", STATUS_BAD_DATE, 0);
    assert_time("2024-00-01T15:48:00Z", STATUS_BAD_DATE, 0);
    assert_time("2024-07-24T24:00:00Z", STATUS_BAD_DATE, 0);
    assert_time("2024-07-24T15:60:00Z", STATUS_BAD_DATE, 0);
    assert_time("1969-12-31T23:59:59Z", STATUS_BAD_DATE, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__forms_of_rfc_3339__are_read),
        cmocka_unit_test(time__anything_else__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
