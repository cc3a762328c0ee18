/* demo_clock.h - the quickened clock of a demonstration, as plain arithmetic.
 *
 * The genesis record of a demonstration's folder names a beginning, a rate and the real
 * moment at which it was made; the broker's time is then
 *     from_ms + rate * (real time - started_ms)
 * and stops at the end of the year 9999. Rate 0 = an ordinary folder: the real clock.
 * Pure; all times are Unix milliseconds.
 */
#ifndef YX_CORE_DEMO_CLOCK_H
#define YX_CORE_DEMO_CLOCK_H

#include "proto/answer.h"

#define DEMO_CLOCK_END_MS 253402271999999LL /* 9999-12-31 23:59:59.999 in UTC+8 */

/* Whether a genesis record may hold it: all zero, or rate 1 to DEMO_RATE_MAX and both
 * times from 0 to DEMO_CLOCK_END_MS. */
bool demo_clock_sane(const demo_clock_t *clock);

/* The broker's time when the real one is `real_ms`; for a sane clock. A real clock that
 * was set back gives no time before from_ms. */
int64_t demo_clock_ms(const demo_clock_t *clock, int64_t real_ms);

/* How long `real_ms` of real time last on this clock, never beyond its end: a code that
 * is good for a day is good for a day of the person who types it. */
int64_t demo_clock_span_ms(const demo_clock_t *clock, int64_t real_ms);

#endif
