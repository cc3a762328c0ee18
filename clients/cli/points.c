/* points.c - see points.h. */
#include "clients/cli/points.h"

#include <inttypes.h>
#include <stdio.h>

/* 1 point = 10^6 micro-points x 10^4 basis points = 100 centi-points. */
#define TOTAL_PER_CENTI 100000000LL

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool points_read(const char *text, size_t size, uint32_t *centi)
{
    uint64_t value = 0;
    size_t at = 0, decimals = 0;
    *centi = 0;
    for (; at < size && is_digit(text[at]); at++) {
        value = value * 10 + (uint64_t)(text[at] - '0');
        if (value > UINT32_MAX)
            return false;
    }
    if (at == 0)
        return false;
    bool dot = at < size && text[at] == '.';
    for (at += dot; dot && at < size && is_digit(text[at]) && decimals < 2; at++) {
        value = value * 10 + (uint64_t)(text[at] - '0');
        decimals++;
    }
    if (at != size || (dot && decimals == 0))
        return false;
    for (; decimals < 2; decimals++)
        value *= 10;
    *centi = (uint32_t)value;
    return value <= UINT32_MAX;
}

bool points_of_real(double value, uint32_t *centi)
{
    double scaled = value * 100;
    *centi = 0;
    if (!(scaled >= 0 && scaled <= UINT32_MAX))
        return false;
    uint32_t nearest = (uint32_t)(scaled + 0.5);
    double rest = scaled - nearest;
    *centi = nearest;
    return rest > -1e-6 && rest < 1e-6;
}

void points_of_total(int64_t total, char out[POINTS_CHARS_MAX])
{
    int64_t whole = total / TOTAL_PER_CENTI, rest = total % TOTAL_PER_CENTI;
    if (rest < 0) { /* division is towards minus infinity (SCORING.md section 2) */
        whole--;
        rest += TOTAL_PER_CENTI;
    }
    whole += rest >= TOTAL_PER_CENTI / 2;
    uint64_t size = whole < 0 ? (uint64_t)-whole : (uint64_t)whole;
    (void)snprintf(out, POINTS_CHARS_MAX, "%s%" PRIu64 ".%02" PRIu64,
                   whole < 0 ? "-" : "", size / 100, size % 100); /* always fits */
}
