/* free_text.c - rule R20 and the form of codes; part of guard.h.
 *
 * Free text is looked through once, byte by byte; only a digit starts more work, and
 * that reads at most DIGITS_MAX digits ahead. Nothing is copied, no memory is taken.
 */
#include "proto/check.h"
#include "proto/guard.h"
#include "proto/limits.h"
#include <stdbool.h>

#define ID_DIGITS     18u
#define OLD_ID_DIGITS 15u
#define MOBILE_DIGITS 11u
#define DIGITS_MAX    19u /* one more than the longest number looked for */
#define LETTER_X      10u

/* One character, decoded; size 1 and value 0 for a byte that is not UTF-8. */
typedef struct {
    uint32_t value;
    uint32_t size;
} char_t;

/* Digits read from one place on, separators left out. */
typedef struct {
    uint8_t digits[DIGITS_MAX]; /* 0..9, or LETTER_X as the 18th */
    bool last[DIGITS_MAX];      /* no digit follows directly */
    uint32_t gap[DIGITS_MAX];   /* the separator behind the digit, 0 = none */
    size_t end[DIGITS_MAX];     /* offset behind the digit */
    uint32_t count;
} run_t;

status_t guard_code(text_t code)
{
    if (code.size == 0 || code.size > CODE_BYTES_MAX)
        return STATUS_BAD_CODE;
    for (uint32_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '_' && c != '-')
            return STATUS_BAD_CODE;
    }
    return STATUS_OK;
}

static char_t char_at(const char *data, size_t size, size_t at)
{
    if (at >= size)
        return (char_t){ 0, 0 };
    uint8_t lead = (uint8_t)data[at];
    if (lead < 0x80)
        return (char_t){ lead, 1 };
    uint32_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc0 || at + length > size)
        return (char_t){ 0, 1 };
    uint32_t value = lead & (0x7fu >> length);
    for (uint32_t i = 1; i < length; i++)
        value = value << 6 | ((uint8_t)data[at + i] & 0x3fu);
    return (char_t){ value, length };
}

/* 0..9 for a half or full width digit, else -1. */
static int digit_of(uint32_t value)
{
    if (value >= '0' && value <= '9')
        return (int)(value - '0');
    if (value >= 0xff10 && value <= 0xff19)
        return (int)(value - 0xff10);
    return -1;
}

static bool is_x(uint32_t value)
{
    return value == 'x' || value == 'X' || value == 0xff58 || value == 0xff38;
}

static bool is_word(uint32_t value)
{
    return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') ||
           digit_of(value) >= 0;
}

/* Blanks, hyphens and dashes, middle dots. */
static bool is_separator(uint32_t value)
{
    switch (value) {
    case ' ':
    case 0x00a0:
    case 0x3000:
    case '-':
    case 0x2212:
    case 0xff0d:
    case 0x00b7:
    case 0x2022:
    case 0x30fb:
    case 0xff65:
        return true;
    default:
        return value >= 0x2010 && value <= 0x2015;
    }
}

static void run_push(run_t *run, uint8_t digit, bool last, size_t end)
{
    run->digits[run->count] = digit;
    run->last[run->count] = last;
    run->gap[run->count] = 0;
    run->end[run->count] = end;
    run->count++;
}

/* Digits from `at` on, at most one separator between two of them. */
static void run_read(run_t *run, const char *data, size_t size, size_t at)
{
    run->count = 0;
    while (run->count < DIGITS_MAX) {
        char_t here = char_at(data, size, at);
        bool separated = run->count > 0 && is_separator(here.value);
        if (separated) {
            run->gap[run->count - 1] = here.value;
            at += here.size;
            here = char_at(data, size, at);
        }
        char_t next = char_at(data, size, at + here.size);
        int digit = digit_of(here.value);
        bool closing = run->count == ID_DIGITS - 1 && is_x(here.value);
        if (digit < 0 && !(closing && !is_word(next.value)))
            break;
        at += here.size;
        run_push(run, digit < 0 ? LETTER_X : (uint8_t)digit, digit_of(next.value) < 0,
                 at);
        if (digit < 0)
            break;
    }
}

static uint32_t number_of(const run_t *run, uint32_t from, uint32_t count)
{
    uint32_t number = 0;
    for (uint32_t i = from; i < from + count; i++)
        number = number * 10 + run->digits[i];
    return number;
}

static bool date_plausible(uint32_t year, uint32_t month, uint32_t day)
{
    static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && !leap ? day <= 28 : day <= days[month - 1];
}

/* The run is exactly `count` long here: the next digit, if any, stands apart. */
static bool ends_at(const run_t *run, uint32_t count)
{
    return run->count >= count && run->last[count - 1];
}

/* A time stamp: no area code of an identity number begins with 19 or 20. */
static bool begins_with_date(const run_t *run)
{
    return date_plausible(number_of(run, 0, 4), number_of(run, 4, 2),
                          number_of(run, 6, 2));
}

static bool is_id(const run_t *run)
{
    if (!ends_at(run, ID_DIGITS) || run->digits[0] == 0 || begins_with_date(run))
        return false;
    return date_plausible(number_of(run, 6, 4), number_of(run, 10, 2),
                          number_of(run, 12, 2));
}

static bool is_old_id(const run_t *run)
{
    if (!ends_at(run, OLD_ID_DIGITS) || run->digits[0] == 0 || begins_with_date(run))
        return false;
    return date_plausible(1900 + number_of(run, 6, 2), number_of(run, 8, 2),
                          number_of(run, 10, 2));
}

/* Digits up to and with the next one that stands apart, 0 when the run ends first. */
static uint32_t group_length(const run_t *run, uint32_t from)
{
    for (uint32_t i = from; i < run->count; i++) {
        if (run->last[i])
            return i - from + 1;
    }
    return 0;
}

/* Length in digits of a date written in three groups from `from` on with twice the same
 * separator, else 0. */
static uint32_t written_date(const run_t *run, uint32_t from)
{
    uint32_t year = group_length(run, from);
    if (year != 4)
        return 0;
    uint32_t month = group_length(run, from + 4);
    if (month == 0 || month > 2 || run->gap[from + 3] != run->gap[from + 3 + month])
        return 0;
    uint32_t day = group_length(run, from + 4 + month);
    if (day == 0 || day > 2)
        return 0;
    bool date = date_plausible(number_of(run, from, 4), number_of(run, from + 4, month),
                               number_of(run, from + 4 + month, day));
    return date ? 4 + month + day : 0;
}

static bool holds_written_date(const run_t *run, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to;) {
        uint32_t date = written_date(run, i);
        if (date != 0 && i + date <= to)
            return true;
        uint32_t group = group_length(run, i);
        if (group == 0)
            return false;
        i += group;
    }
    return false;
}

/* A sum of money or a decimal fraction, told by what stands behind the digits: wan and
 * yi alone do not tell, wan is a surname too. */
static bool is_amount(const char *data, size_t size, size_t end)
{
    char_t next = char_at(data, size, end);
    if (next.value == '.')
        return digit_of(char_at(data, size, end + 1).value) >= 0;
    if (is_separator(next.value)) {
        end += next.size;
        next = char_at(data, size, end);
    }
    if (next.value == 0x4e07 || next.value == 0x4ebf) { /* wan, yi */
        end += next.size;
        next = char_at(data, size, end);
    }
    return next.value == 0x5143; /* yuan */
}

/* 11 digits from 13 to 19 on, behind `prefix` digits of a country code. */
static bool is_mobile_after(const run_t *run, uint32_t prefix, const char *data,
                            size_t size)
{
    uint32_t to = prefix + MOBILE_DIGITS;
    if (!ends_at(run, to) || run->digits[prefix] != 1 || run->digits[prefix + 1] < 3)
        return false;
    return !holds_written_date(run, prefix, to) &&
           !is_amount(data, size, run->end[to - 1]);
}

static bool is_mobile(const run_t *run, const char *data, size_t size)
{
    if (is_mobile_after(run, 0, data, size))
        return true;
    if (run->count > 2 && number_of(run, 0, 2) == 86)
        return is_mobile_after(run, 2, data, size);
    return run->count > 4 && number_of(run, 0, 4) == 86 &&
           is_mobile_after(run, 4, data, size);
}

/* The fraction of a decimal number, or digits behind a currency sign. */
static bool follows_amount_sign(uint32_t before, uint32_t before_that)
{
    return (before == '.' && digit_of(before_that) >= 0) || before == 0x00a5 ||
           before == 0xffe5;
}

static status_t judge(const run_t *run, const char *data, size_t size, bool amount)
{
    if (is_id(run) || is_old_id(run))
        return STATUS_ID_NUMBER;
    return !amount && is_mobile(run, data, size) ? STATUS_PHONE_NUMBER : STATUS_OK;
}

status_t guard_free_text(const char *data, size_t size, uint32_t *at)
{
    CHECK(data != NULL || size == 0);
    CHECK(at != NULL);
    *at = 0;
    uint32_t index = 0, before = 0, before_that = 0;
    uint32_t date_left = 0; /* digits of a written date, where no number starts */
    for (size_t i = 0; i < size; index++) {
        char_t here = char_at(data, size, i);
        bool digit = digit_of(here.value) >= 0;
        if (digit && date_left == 0 && digit_of(before) < 0) {
            run_t run;
            run_read(&run, data, size, i);
            status_t status =
                judge(&run, data, size, follows_amount_sign(before, before_that));
            if (status != STATUS_OK) {
                *at = index;
                return status;
            }
            date_left = written_date(&run, 0);
        }
        date_left -= digit && date_left > 0 ? 1 : 0;
        before_that = before;
        before = here.value;
        i += here.size;
    }
    return STATUS_OK;
}
