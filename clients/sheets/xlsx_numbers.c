/* xlsx_numbers.c - see xlsx_numbers.h. */
#include "clients/sheets/xlsx_numbers.h"

#include "proto/check.h"
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX     15 /* of a double that are exact whatever it is */
#define DAY_SECONDS    86400
#define LAST_DAY       2958465 /* 9999-12-31 */
#define LEAP_DAY       60      /* the 1900-02-29 that never was */
#define DAYS_TO_1970   25569
#define DAYS_1900_1904 1462

/* ---- numbers ---- */

static const char *skip_digits(const char *at)
{
    while (isdigit((unsigned char)*at))
        at++;
    return at;
}

/* Digits, a point and an exponent, and nothing else: strtod takes more. */
static bool is_number(const char *stored)
{
    const char *at = stored + (*stored == '-' || *stored == '+');
    const char *whole = skip_digits(at);
    bool any = whole > at;
    at = whole;
    if (*at == '.') {
        at = skip_digits(at + 1);
        any = any || at > whole + 1;
    }
    if (any && (*at == 'e' || *at == 'E')) {
        at += at[1] == '-' || at[1] == '+' ? 2 : 1;
        any = isdigit((unsigned char)*at);
        at = skip_digits(at);
    }
    return any && *at == '\0';
}

static bool parse(const char *stored, double *value)
{
    *value = is_number(stored) ? strtod(stored, NULL) : NAN;
    return isfinite(*value);
}

/* Plain digits that every double keeps: they are taken as they stand. */
static bool is_short(const char *stored)
{
    unsigned digits = 0;
    const char *at = stored + (*stored == '-');
    if (!isdigit((unsigned char)*at))
        return false;
    for (; isdigit((unsigned char)*at) || *at == '.'; at++)
        digits += *at != '.';
    return *at == '\0' && at[-1] != '.' && digits <= DIGITS_MAX;
}

/* d.ddd x 10^exponent without the exponent. */
static size_t lay_out(bool negative, const char *digits, int count, int exponent,
                      char *out)
{
    size_t size = 0;
    if (negative)
        out[size++] = '-';
    if (exponent < 0) {
        out[size++] = '0';
        out[size++] = '.';
        for (int i = -1; i > exponent; i--)
            out[size++] = '0';
    }
    for (int i = 0; i < count || i <= exponent; i++) {
        if (i > 0 && i == exponent + 1)
            out[size++] = '.';
        out[size++] = i < count ? digits[i] : '0';
    }
    out[size] = '\0';
    return size;
}

size_t xlsx_number_text(const char *stored, char out[XLSX_NUMBER_CHARS_MAX])
{
    CHECK(stored != NULL && out != NULL);
    double value;
    char text[40], digits[DIGITS_MAX];
    out[0] = '\0';
    if (is_short(stored)) {
        size_t size = strlen(stored);
        memcpy(out, stored, size + 1);
        return size;
    }
    if (!parse(stored, &value))
        return 0;
    (void)snprintf(text, sizeof text, "%.*e", DIGITS_MAX - 1, fabs(value)); /* fits */
    char *mark = strchr(text, 'e');
    CHECK(mark == text + DIGITS_MAX + 1);
    digits[0] = text[0];
    memcpy(digits + 1, text + 2, DIGITS_MAX - 1);
    int count = DIGITS_MAX;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return lay_out(value < 0, digits, count, atoi(mark + 1), out);
}

/* ---- dates ---- */

/* Year, month, day of a day since 1970-01-01; H. Hinnant, "chrono-compatible low-level
 * date algorithms". */
static void civil_of(int64_t days, int *year, int *month, int *day)
{
    days += 719468; /* from 0000-03-01 */
    int64_t era = days / 146097, of_era = days % 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t moved = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * moved + 2) / 5 + 1);
    *month = (int)(moved < 10 ? moved + 3 : moved - 9);
    *year = (int)(years + era * 400 + (*month <= 2));
}

static void day_of(int64_t serial, int *year, int *month, int *day)
{
    if (serial == 0 || serial == LEAP_DAY) {
        *year = 1900;
        *month = serial == 0 ? 1 : 2;
        *day = serial == 0 ? 0 : 29;
        return;
    }
    civil_of(serial - DAYS_TO_1970 + (serial < LEAP_DAY), year, month, day);
}

size_t xlsx_date_text(const char *stored, bool from_1904, char out[XLSX_DATE_CHARS_MAX])
{
    CHECK(stored != NULL && out != NULL);
    double value;
    int year, month, day, size;
    out[0] = '\0';
    if (!parse(stored, &value) || value < 0 || value > LAST_DAY + 1)
        return 0;
    int64_t seconds = llround(value * DAY_SECONDS);
    int64_t serial = seconds / DAY_SECONDS + (from_1904 ? DAYS_1900_1904 : 0);
    if (serial > LAST_DAY)
        return 0;
    day_of(serial, &year, &month, &day);
    seconds %= DAY_SECONDS;
    unsigned clock = (unsigned)seconds;
    size = snprintf(out, XLSX_DATE_CHARS_MAX, "%04u-%02u-%02u", (unsigned)year % 10000,
                    (unsigned)month % 100, (unsigned)day % 100);
    if (clock != 0)
        size +=
            snprintf(out + size, XLSX_DATE_CHARS_MAX - (size_t)size, "T%02u:%02u:%02u",
                     clock / 3600 % 24, clock / 60 % 60, clock % 60);
    return (size_t)size;
}

/* `form` with 9 for a digit; returns what follows, NULL when it does not begin so. */
static const char *match(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == '9' ? !isdigit((unsigned char)*text) : *text != *form)
            return NULL;
    }
    return text;
}

size_t xlsx_iso_text(const char *stored, char out[XLSX_DATE_CHARS_MAX])
{
    CHECK(stored != NULL && out != NULL);
    size_t size = 0;
    const char *rest = match(stored, "9999-99-99");
    out[0] = '\0';
    if (rest != NULL && *rest == 'T') {
        rest = match(rest, "T99:99:99");
        if (rest != NULL && *rest == '.')
            rest = skip_digits(rest + 1);
    }
    if (rest == NULL || (*rest != '\0' && *rest != 'Z' && *rest != '+' && *rest != '-'))
        return 0;
    size = stored[10] == 'T' ? 19 : 10;
    memcpy(out, stored, size);
    out[size] = '\0';
    return size;
}

/* Behind a quoted text, a bracket, or a character that stands for itself. */
static const char *skip_literal(const char *at)
{
    const char *end;
    switch (*at) {
    case '"':
        end = strchr(at + 1, '"');
        return end != NULL ? end + 1 : at + strlen(at);
    case '[':
        end = strchr(at + 1, ']');
        return end != NULL ? end + 1 : at + strlen(at);
    case '\\':
    case '_':
    case '*':
        return at[1] != '\0' ? at + 2 : at + 1;
    default:
        return at;
    }
}

bool xlsx_format_is_date(const char *format)
{
    CHECK(format != NULL);
    if (strncasecmp(format, "general", 7) == 0)
        return false;
    while (*format != '\0') {
        const char *behind = skip_literal(format);
        if (behind == format && strchr("yYmMdDhHsS", *format) != NULL)
            return true;
        format = behind > format ? behind : format + 1;
    }
    return false;
}
