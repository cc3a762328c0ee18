/* points.c - see points.h. */
#include "clients/cli/points.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>

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

int64_t points_round(int64_t value, int64_t unit)
{
    int64_t whole = value / unit, rest = value % unit;
    if (rest < 0) {
        whole--;
        rest += unit;
    }
    return whole + (rest >= unit - unit / 2);
}

static int64_t cut(int64_t value, int64_t unit, int64_t *rest)
{
    int64_t whole = value / unit;
    *rest = value % unit;
    if (*rest < 0) {
        *rest += unit;
        whole--;
    }
    return whole;
}

static size_t largest(const int64_t *rests, size_t count)
{
    size_t found = 0;
    for (size_t i = 1; i < count; i++) {
        if (rests[i] > rests[found])
            found = i;
    }
    return found;
}

void points_share(const int64_t *parts, size_t count, int64_t unit, int64_t sum,
                  int64_t *rests, int64_t *shares)
{
    CHECK(unit > 0);
    int64_t missing = sum;
    for (size_t i = 0; i < count; i++) {
        shares[i] = cut(parts[i], unit, &rests[i]);
        missing -= shares[i];
    }
    for (size_t i = 0; i < count && missing > 0; i++, missing--) {
        size_t at = largest(rests, count);
        shares[at]++;
        rests[at] = -1; /* each gets one at most */
    }
}

void points_write(int64_t centi, bool sign, char out[POINTS_CHARS_MAX])
{
    uint64_t size = centi < 0 ? (uint64_t)-centi : (uint64_t)centi;
    (void)snprintf(out, POINTS_CHARS_MAX, "%s%" PRIu64 ".%02" PRIu64,
                   centi < 0 ? "-"
                   : sign    ? "+"
                             : "",
                   size / 100, size % 100); /* always fits */
}

void points_of_total(int64_t total, char out[POINTS_CHARS_MAX])
{
    points_write(points_round(total, POINTS_TOTAL_CENTI), false, out);
}
