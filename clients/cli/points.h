/* points.h - points as people write them, and as the wire has them.
 *
 * Threads: none of its own.
 */
#ifndef YX_POINTS_H
#define YX_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POINTS_CHARS_MAX 32u

/* "85", "85.5" or "85.50" to 8550; full-width digits are not read. false: anything else,
 * more than two decimals, or more than uint32_t holds. */
bool points_read(const char *text, size_t size, uint32_t *centi);
/* A JSON number likewise. */
bool points_of_real(double value, uint32_t *centi);
#define POINTS_TOTAL_CENTI                                                             \
    100000000LL                    /* a hundredth of a point as a total of the wire */
#define POINTS_MICRO_CENTI 10000LL /* likewise in micro-points */

/* In hundredths of a point, halves up (SCORING.md section 2 divides downwards). */
int64_t points_round(int64_t value, int64_t unit);
/* Rounds parts so that they sum to `sum` hundredths: each is cut, then what is missing is
 * handed out by the largest rest, the earlier one first (SCORING.md section 3). `rests`
 * is room for `count` numbers. They do sum to it when the exact sum of the parts is less
 * than a hundredth of a point away from `sum`. */
void points_share(const int64_t *parts, size_t count, int64_t unit, int64_t sum,
                  int64_t *rests, int64_t *shares);
/* Hundredths with two decimals; `sign` also shows a plus. */
void points_write(int64_t centi, bool sign, char out[POINTS_CHARS_MAX]);
/* A total of the wire (micro-points x basis points) with two decimals, halves up. */
void points_of_total(int64_t total, char out[POINTS_CHARS_MAX]);

#endif
