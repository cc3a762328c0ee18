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
/* A total of the wire (micro-points x basis points) with two decimals, halves up. */
void points_of_total(int64_t total, char out[POINTS_CHARS_MAX]);

#endif
