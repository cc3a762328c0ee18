/* cells.c - see cells.h. */
#include "clients/sheets/cells.h"

#include "proto/check.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WHOLE_DIGITS_MAX 12 /* of a number */
#define DECIMALS_MAX     2
#define SERIAL_EPOCH     (-25569) /* day 0 of spreadsheets, from 1970-01-01 */
#define SERIAL_MIN       20000.0  /* 1954; below it stands a year or a count */
#define SERIAL_MAX       80000.0  /* 2119 */
#define DAY_SECONDS      86400.0
#define OUR_OFFSET       (8 * 3600) /* seconds east of Greenwich */
#define YEAR_MIN         1900
#define YEAR_MAX         2199

/* ---- blanks and full-width characters ---- */

/* Bytes of the blank that begins here, 0 = none. */
static size_t blank_at(const char *text, size_t size)
{
    if (size > 0 && strchr(" \t\r\n\v\f", text[0]) != NULL && text[0] != '\0')
        return 1;
    if (size >= 2 && memcmp(text, "\xc2\xa0", 2) == 0)
        return 2;
    return size >= 3 && memcmp(text, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

/* Bytes of the blank that ends the text. */
static size_t blank_before(const char *text, size_t size)
{
    for (size_t bytes = 1; bytes <= 3 && bytes <= size; bytes++) {
        if (blank_at(text + size - bytes, bytes) == bytes)
            return bytes;
    }
    return 0;
}

/* U+FF01 to U+FF5E stand for '!' to '~'; 0 = it is none of these. */
static char plain_of(const char *text, size_t size)
{
    if (size < 3 || (uint8_t)text[0] != 0xef)
        return 0;
    unsigned low = (uint8_t)text[2] & 0x3fu, mid = (uint8_t)text[1];
    if (mid == 0xbc && low >= 1)
        return (char)('!' + low - 1);
    return mid == 0xbd && low <= 0x1e ? (char)('`' + low) : 0;
}

static uint32_t fold_into(const char *text, size_t size, char *out, bool *folded)
{
    uint32_t count = 0;
    for (size_t at = 0; at < size;) {
        char plain = plain_of(text + at, size - at);
        *folded = *folded || plain != 0;
        out[count++] = plain != 0 ? plain : text[at];
        at += plain != 0 ? 3 : 1;
    }
    return count;
}

bool cell_is_blank(const cell_t *cell)
{
    CHECK(cell != NULL);
    if (cell->kind != CELL_TEXT)
        return cell->kind == CELL_EMPTY;
    size_t at = 0, bytes;
    while ((bytes = blank_at(cell->text + at, cell->size - at)) > 0)
        at += bytes;
    return at == cell->size;
}

/* The plain byte that stands here; *text moves behind its character. */
static char next_plain(const char **text)
{
    char plain = plain_of(*text, strnlen(*text, 3));
    char byte = plain != 0 ? plain : **text;
    *text += plain != 0 ? 3 : 1;
    return byte;
}

bool cell_same_name(const char *left, const char *right)
{
    CHECK(left != NULL && right != NULL);
    while (*left != '\0' && *right != '\0') {
        if (next_plain(&left) != next_plain(&right))
            return false;
    }
    return *left == *right;
}

sheet_reason_t cell_take(const cell_t *cell, bool fold, cell_text_t *out,
                         cell_notes_t *notes)
{
    CHECK(cell != NULL && out != NULL);
    CHECK(notes != NULL);
    *out = (cell_text_t){ calloc((size_t)cell->size + 1, 1), 0 };
    if (out->text == NULL)
        return REASON_NO_MEMORY;
    if (cell->kind == CELL_NOT_COMPUTED)
        return REASON_FORMULA_WITHOUT_VALUE;
    if (cell->kind == CELL_ERROR)
        return REASON_NOT_ALLOWED_VALUE;
    const char *text = cell->text;
    size_t size = cell->size, bytes;
    while ((bytes = blank_at(text, size)) > 0)
        text += bytes, size -= bytes;
    while ((bytes = blank_before(text, size)) > 0)
        size -= bytes;
    bool folded = false;
    if (fold)
        out->size = fold_into(text, size, out->text, &folded);
    else
        memcpy(out->text, text, out->size = (uint32_t)size);
    if (size < cell->size && size > 0)
        *notes |= CELL_NOTE(REASON_SPACES);
    if (folded)
        *notes |= CELL_NOTE(REASON_FULL_WIDTH);
    if (cell->formula && size > 0)
        *notes |= CELL_NOTE(REASON_FORMULA_VALUE);
    return REASON_NONE;
}

/* ---- numbers ---- */

static bool take_suffix(const char *suffix, const char **at, cell_notes_t *notes)
{
    if (suffix == NULL || **at == '\0')
        return **at == '\0';
    while (**at == ' ')
        ++*at;
    if (strcmp(*at, suffix) != 0)
        return false;
    *notes |= CELL_NOTE(REASON_UNIT_SUFFIX);
    return true;
}

sheet_reason_t cell_read_centi(const char *text, const char *suffix, int64_t *centi,
                               cell_notes_t *notes)
{
    CHECK(text != NULL && centi != NULL);
    bool negative = text[0] == '-';
    const char *at = text + (negative || text[0] == '+');
    size_t whole = strspn(at, "0123456789");
    if (whole == 0 || whole > WHOLE_DIGITS_MAX)
        return REASON_NOT_A_NUMBER;
    int64_t value = strtoll(at, NULL, 10) * 100;
    at += whole;
    if (*at == '.') {
        size_t decimals = strspn(++at, "0123456789"), given = decimals;
        while (decimals > DECIMALS_MAX && at[decimals - 1] == '0')
            decimals--;
        if (given == 0)
            return REASON_NOT_A_NUMBER;
        if (decimals > DECIMALS_MAX)
            return REASON_TOO_MANY_DECIMALS;
        value += (at[0] - '0') * 10 + (given > 1 ? at[1] - '0' : 0);
        at += given;
    }
    *centi = negative ? -value : value;
    return take_suffix(suffix, &at, notes) ? REASON_NONE : REASON_NOT_A_NUMBER;
}

/* ---- dates ---- */

typedef struct {
    int year, month, day, hour, minute, second;
    long offset; /* seconds */
    bool timed, form;
} moment_t;

static bool is_day(const moment_t *m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (m->year < YEAR_MIN || m->year > YEAR_MAX || m->month < 1 || m->month > 12)
        return false;
    bool leap = (m->year % 4 == 0 && m->year % 100 != 0) || m->year % 400 == 0;
    return m->day >= 1 && m->day <= days[m->month - 1] + (m->month == 2 && leap);
}

static bool is_time(const moment_t *m)
{
    return m->hour >= 0 && m->hour < 24 && m->minute >= 0 && m->minute < 60 &&
           m->second >= 0 && m->second < 60;
}

/* The date at the front, whatever stands between its numbers. */
static const char *read_day(const char *text, moment_t *m)
{
    static const struct {
        const char *pattern;
        bool form;
    } forms[] = {
        { "%4d-%2d-%2d%n", false },    { "%4d.%2d.%2d%n", true },
        { "%4d/%2d/%2d%n", true },     { "%4d年%2d月%2d日%n", true },
        { "%4d年%2d月%2d号%n", true }, { "%4d%2d%2d%n", true },
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        int size = 0;
        /* 2024123 could be read in two ways */
        bool compact = i + 1 == sizeof forms / sizeof forms[0];
        if (compact && strspn(text, "0123456789") != 8)
            continue;
        if (text[0] < '0' || text[0] > '9' ||
            sscanf(text, forms[i].pattern, &m->year, &m->month, &m->day, &size) != 3 ||
            size == 0)
            continue;
        m->form = forms[i].form || size != 10; /* 2024-3-5 is another form too */
        return is_day(m) ? text + size : NULL;
    }
    return NULL;
}

static const char *read_offset(const char *text, moment_t *m)
{
    int hours, minutes, size = 0;
    m->offset = OUR_OFFSET;
    if (*text == 'Z') {
        m->offset = 0;
        return text + 1;
    }
    if (*text != '+' && *text != '-')
        return text;
    if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &size) != 2 || size != 5 ||
        hours > 14 || minutes > 59)
        return NULL;
    m->offset = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return text + 6;
}

static const char *read_time(const char *text, moment_t *m)
{
    int size = 0;
    text += *text == 'T';
    text += strspn(text, " ");
    if (sscanf(text, "%2d:%2d%n", &m->hour, &m->minute, &size) != 2 || size == 0)
        return NULL;
    text += size;
    size = 0;
    if (*text == ':' && (sscanf(text, ":%2d%n", &m->second, &size) != 1 || size != 3))
        return NULL;
    text += size;
    m->timed = true;
    return is_time(m) ? read_offset(text, m) : NULL;
}

/* A text as a date or, with `timed`, a moment. */
static bool read_text(const char *text, bool timed, moment_t *m)
{
    *m = (moment_t){ .offset = OUR_OFFSET };
    const char *rest = read_day(text, m);
    if (rest != NULL && *rest != '\0')
        rest = read_time(rest, m);
    return rest != NULL && *rest == '\0' && m->timed == timed;
}

/* The day number of a spreadsheet, with the time as its fraction. */
static bool read_serial(const char *text, moment_t *m)
{
    char *end = NULL;
    double serial = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || serial < SERIAL_MIN ||
        serial > SERIAL_MAX)
        return false;
    double days = floor(serial);
    time_t at = (time_t)(days + SERIAL_EPOCH) * (time_t)DAY_SECONDS +
                (time_t)floor((serial - days) * DAY_SECONDS + 0.5);
    struct tm parts;
    CHECK(gmtime_r(&at, &parts) != NULL);
    *m = (moment_t){ parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour,        parts.tm_min,     parts.tm_sec,
                     OUR_OFFSET,           serial > days,    false };
    return true;
}

/* A date cell holds the first moment of its day when only the day was meant. */
static bool read_cell(const char *text, cell_kind_t kind, bool timed, moment_t *m,
                      cell_notes_t *notes)
{
    if (read_text(text, timed, m)) {
        if (m->form)
            *notes |= CELL_NOTE(REASON_DATE_FORM);
        return true;
    }
    if (kind == CELL_DATE) {
        if (!read_text(text, !timed, m))
            return false;
        return timed || (m->hour == 0 && m->minute == 0 && m->second == 0);
    }
    if (!read_serial(text, m) || m->timed != timed)
        return false;
    *notes |= CELL_NOTE(REASON_DATE_SERIAL);
    return true;
}

sheet_reason_t cell_read_date(const char *text, cell_kind_t kind,
                              char out[CELLS_DATE_BYTES], cell_notes_t *notes)
{
    CHECK(text != NULL && notes != NULL);
    moment_t m;
    if (!read_cell(text, kind, false, &m, notes))
        return REASON_BAD_DATE;
    char line[48];
    (void)snprintf(line, sizeof line, "%04d-%02d-%02d", m.year, m.month, m.day);
    memcpy(out, line, CELLS_DATE_BYTES); /* is_day saw to four and two digits */
    return REASON_NONE;
}

/* Midnight would be a guess: nobody was observed then. */
static sheet_reason_t moment_fault(const char *text)
{
    moment_t m;
    bool day = read_text(text, false, &m) || (read_serial(text, &m) && !m.timed);
    return day ? REASON_TIME_MISSING : REASON_BAD_DATE;
}

sheet_reason_t cell_read_moment(const char *text, cell_kind_t kind, int64_t *ms,
                                cell_notes_t *notes)
{
    CHECK(text != NULL && ms != NULL);
    moment_t m;
    if (!read_cell(text, kind, true, &m, notes))
        return moment_fault(text);
    struct tm parts = { .tm_year = m.year - 1900,
                        .tm_mon = m.month - 1,
                        .tm_mday = m.day,
                        .tm_hour = m.hour,
                        .tm_min = m.minute,
                        .tm_sec = m.second };
    *ms = ((int64_t)timegm(&parts) - m.offset) * 1000;
    return REASON_NONE;
}
