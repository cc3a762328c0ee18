/* moment.h - times as people read them: UTC+8, the zone of the whole system.
 *
 * Threads: none of its own.
 */
#ifndef YX_MOMENT_H
#define YX_MOMENT_H

#include <stddef.h>
#include <stdint.h>

#define MOMENT_CHARS_MAX 32u

typedef enum { MOMENT_SECOND, MOMENT_MINUTE, MOMENT_DAY } moment_unit_t;

/* "2026-11-22 09:31:05", "2026-11-22 09:31" or "2026-11-22"; "?" outside the years 1970
 * to 9999. */
void moment_write(int64_t unix_ms, moment_unit_t unit, char out[MOMENT_CHARS_MAX]);

#endif
