/* moment.c - see moment.h. */
#include "clients/cli/moment.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define ZONE_S       (8 * 3600)
#define YEAR_10000_S 253402300800LL

void moment_write(int64_t unix_ms, moment_unit_t unit, char out[MOMENT_CHARS_MAX])
{
    static const char *const forms[] = { [MOMENT_SECOND] = "%Y-%m-%d %H:%M:%S",
                                         [MOMENT_MINUTE] = "%Y-%m-%d %H:%M",
                                         [MOMENT_DAY] = "%Y-%m-%d" };
    struct tm parts;
    time_t second = (time_t)(unix_ms / 1000 + ZONE_S);
    bool known =
        unix_ms >= 0 && second < YEAR_10000_S && gmtime_r(&second, &parts) != NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (!known || strftime(out, MOMENT_CHARS_MAX, forms[unit], &parts) == 0)
        (void)snprintf(out, MOMENT_CHARS_MAX, "?"); /* fits */
#pragma GCC diagnostic pop
}
