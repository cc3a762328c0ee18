/* dates.h - calendar dates as decimal yyyymmdd, in UTC+8, without a clock.
 *
 * Proleptic Gregorian calendar, years 1 to 9999. UTC+8 has had no summer time in the
 * years that matter here, so that a date is a fixed function of the milliseconds.
 */
#ifndef YX_CORE_DATES_H
#define YX_CORE_DATES_H

#include <stdbool.h>
#include <stdint.h>

/* Whether there is such a day: 20240229 yes, 20250229 no, 0 no. */
bool date_valid(uint32_t yyyymmdd);

/* The date in UTC+8 at `ms` milliseconds after 1970-01-01 00:00 UTC; 0 when it lies
 * outside the years 1 to 9999. Defined for every value of ms. */
uint32_t date_of_ms(int64_t ms);

#endif
