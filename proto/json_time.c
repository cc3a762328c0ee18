/* json_time.c - see json_time.h. */
#include "proto/json_time.h"

#include "proto/check.h"
#include <stdbool.h>

#define DAY_MS    86400000LL
#define HOUR_MS   3600000LL
#define MINUTE_MS 60000LL

/* A text being read from the left; `good` stays false after the first misfit. */
typedef struct {
    const char *at, *end;
    bool good;
} scan_t;

static uint32_t take_number(scan_t *scan, uint32_t digits)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < digits && scan->good; i++) {
        scan->good = scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
        if (scan->good)
            number = number * 10 + (uint32_t)(*scan->at++ - '0');
    }
    return number;
}

/* Takes one character that stands in `allowed`; returns it, or NUL. */
static char take_one(scan_t *scan, const char *allowed)
{
    for (; scan->good && scan->at < scan->end && *allowed != '\0'; allowed++) {
        if (*scan->at == *allowed)
            return *scan->at++;
    }
    scan->good = false;
    return '\0';
}

static bool next_is(const scan_t *scan, char c)
{
    return scan->good && scan->at < scan->end && *scan->at == c;
}

static uint32_t days_in(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

typedef struct {
    uint32_t year, month, day;
} day_t;

static day_t take_day(scan_t *scan)
{
    day_t day = { 0, 0, 0 };
    day.year = take_number(scan, 4);
    (void)take_one(scan, "-"); /* a misfit is kept in the scan */
    day.month = take_number(scan, 2);
    (void)take_one(scan, "-"); /* likewise */
    day.day = take_number(scan, 2);
    return day;
}

static bool day_exists(day_t day)
{
    return day.year > 0 && day.month >= 1 && day.month <= 12 && day.day >= 1 &&
           day.day <= days_in(day.year, day.month);
}

/* Days since 1970-01-01; years are counted from March, so that the leap day is last. */
static int64_t days_since_1970(day_t day)
{
    int64_t year = (int64_t)day.year - (day.month <= 2 ? 1 : 0);
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = ((int64_t)day.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + day.day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

status_t json_read_date(const char *text, size_t size, uint32_t *date)
{
    CHECK(text != NULL);
    CHECK(date != NULL);
    *date = 0;
    scan_t scan = { text, text + size, true };
    day_t day = take_day(&scan);
    if (!scan.good || scan.at != scan.end)
        return STATUS_BAD_INPUT;
    if (!day_exists(day))
        return STATUS_BAD_DATE;
    *date = day.year * 10000 + day.month * 100 + day.day;
    return STATUS_OK;
}

static int64_t take_fraction_ms(scan_t *scan)
{
    int64_t ms = 0, unit = 100;
    if (!next_is(scan, '.'))
        return 0;
    scan->at++;
    ms += take_number(scan, 1) * unit;
    while (scan->good && scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        unit /= 10; /* 0 behind the third digit: cut, not rounded */
        ms += (*scan->at++ - '0') * unit;
    }
    return ms;
}

/* Hours, minutes and seconds; false when there is no such time of day. */
static bool take_clock(scan_t *scan, int64_t *ms)
{
    int64_t hour = take_number(scan, 2);
    (void)take_one(scan, ":"); /* a misfit is kept in the scan */
    int64_t minute = take_number(scan, 2);
    (void)take_one(scan, ":"); /* likewise */
    int64_t second = take_number(scan, 2);
    *ms = hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
    *ms += take_fraction_ms(scan);
    return hour < 24 && minute < 60 && second < 60;
}

static bool take_offset(scan_t *scan, int64_t *ms)
{
    *ms = 0;
    char sign = take_one(scan, "Zz+-");
    if (sign != '+' && sign != '-')
        return true;
    int64_t hour = take_number(scan, 2);
    (void)take_one(scan, ":"); /* a misfit is kept in the scan */
    int64_t minute = take_number(scan, 2);
    *ms = (hour * HOUR_MS + minute * MINUTE_MS) * (sign == '-' ? -1 : 1);
    return hour < 24 && minute < 60;
}

status_t json_read_time(const char *text, size_t size, int64_t *unix_ms)
{
    CHECK(text != NULL);
    CHECK(unix_ms != NULL);
    *unix_ms = 0;
    scan_t scan = { text, text + size, true };
    int64_t clock_ms = 0, offset_ms = 0;
    day_t day = take_day(&scan);
    (void)take_one(&scan, "Tt "); /* a misfit is kept in the scan */
    bool clock = take_clock(&scan, &clock_ms);
    bool offset = take_offset(&scan, &offset_ms);
    if (!scan.good || scan.at != scan.end)
        return STATUS_BAD_INPUT;
    if (!day_exists(day) || day.year < 1970 || !clock || !offset)
        return STATUS_BAD_DATE;
    *unix_ms = days_since_1970(day) * DAY_MS + clock_ms - offset_ms;
    return STATUS_OK;
}
