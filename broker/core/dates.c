/* dates.c - civil-from-days arithmetic (Howard Hinnant, "chrono-compatible low-level
 * date algorithms"): eras of 400 years, years that begin on the first of March. */
#include "broker/core/dates.h"
#include "proto/check.h"

#define DAY_MS      86400000LL
#define OFFSET_MS   (8 * 3600000LL) /* UTC+8 */
#define FIRST_DAY   (-719162LL)     /* 0001-01-01, from 1970-01-01 */
#define LAST_DAY    2932896LL       /* 9999-12-31 */
#define ERA_DAYS    146097u         /* 400 years */
#define DAYS_TO_ERA 719468LL        /* from 0000-03-01 to 1970-01-01 */
#define FIRST_MS    (FIRST_DAY * DAY_MS - OFFSET_MS)
#define END_MS      ((LAST_DAY + 1) * DAY_MS - OFFSET_MS)

static bool is_leap(uint32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    CHECK(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* `days` from 0000-03-01, at least one year later. */
static uint32_t date_of_days(uint32_t days)
{
    uint32_t era = days / ERA_DAYS;
    uint32_t day_of_era = days % ERA_DAYS;
    uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                            day_of_era / (ERA_DAYS - 1)) /
                           365;
    uint32_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t march_month = (5 * day_of_year + 2) / 153;
    uint32_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
    uint32_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    uint32_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
    return year * 10000 + month * 100 + day;
}

bool date_valid(uint32_t yyyymmdd)
{
    uint32_t year = yyyymmdd / 10000;
    uint32_t month = yyyymmdd / 100 % 100;
    uint32_t day = yyyymmdd % 100;
    if (year < 1 || year > 9999 || month < 1 || month > 12)
        return false;
    return day >= 1 && day <= month_days(year, month);
}

uint32_t date_of_ms(int64_t ms)
{
    if (ms < FIRST_MS || ms >= END_MS)
        return 0;
    /* Counted from 0001-01-01, so that the division never sees a negative number. */
    int64_t days = (ms - FIRST_MS) / DAY_MS + FIRST_DAY;
    return date_of_days((uint32_t)(days + DAYS_TO_ERA));
}
