/* table_cells.c - what a cell may be; see table_parts.h. */
#include "clients/sheets/table_parts.h"

#include "proto/check.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>

#define DIGITS_MAX 15u

status_t table_status_of_errno(int error)
{
    if (error == ENOSPC || error == EDQUOT)
        return STATUS_STORAGE_FULL;
    if (error == ENOMEM)
        return STATUS_NO_MEMORY;
    return error == ENOENT || error == ENOTDIR ? STATUS_NOT_FOUND : STATUS_IO;
}

status_t table_close_stream(FILE *stream)
{
    CHECK(stream != NULL);
    errno = 0;
    bool written = fflush(stream) == 0 && ferror(stream) == 0;
    int error = errno;
    bool closed = fclose(stream) == 0;
    if (written && closed)
        return STATUS_OK;
    return table_status_of_errno(written ? errno : error);
}

bool table_is_number(text_t cell, bool decimals)
{
    uint32_t digits = 0, points = 0;
    uint32_t at = cell.size > 0 && cell.data[0] == '-' ? 1 : 0;
    uint32_t first = at;
    for (; at < cell.size; at++) {
        bool point = cell.data[at] == '.';
        if (!point && !isdigit((unsigned char)cell.data[at]))
            return false;
        points += point;
        digits += !point;
    }
    if (digits == 0 || digits > DIGITS_MAX || points > (decimals ? 1u : 0u))
        return false;
    /* JSON knows neither 007 nor .5 nor 5. */
    bool leading = cell.data[first] == '0' && digits > 1 && cell.data[first + 1] != '.';
    return !leading && cell.data[first] != '.' && cell.data[cell.size - 1] != '.';
}

/* Decimal digits at a place; -1 when there are others. */
static int number_at(text_t cell, uint32_t at, uint32_t digits)
{
    int number = 0;
    for (uint32_t i = 0; i < digits; i++) {
        if (at + i >= cell.size || !isdigit((unsigned char)cell.data[at + i]))
            return -1;
        number = number * 10 + (cell.data[at + i] - '0');
    }
    return number;
}

static bool has(text_t cell, uint32_t at, char wanted)
{
    return at < cell.size && cell.data[at] == wanted;
}

static bool read_day(text_t cell, table_moment_t *out)
{
    *out = (table_moment_t){ .year = number_at(cell, 0, 4),
                             .month = number_at(cell, 5, 2),
                             .day = number_at(cell, 8, 2) };
    return has(cell, 4, '-') && has(cell, 7, '-') && out->year >= 1900 &&
           out->month >= 1 && out->month <= 12 && out->day >= 1 && out->day <= 31;
}

bool table_read_date(text_t cell, table_moment_t *out)
{
    CHECK(out != NULL);
    return cell.size == 10 && read_day(cell, out);
}

bool table_read_moment(text_t cell, table_moment_t *out)
{
    CHECK(out != NULL);
    if (!read_day(cell, out) || !has(cell, 10, 'T') || !has(cell, 13, ':') ||
        !has(cell, 16, ':'))
        return false;
    out->hour = number_at(cell, 11, 2);
    out->minute = number_at(cell, 14, 2);
    out->second = number_at(cell, 17, 2);
    return out->hour >= 0 && out->hour < 24 && out->minute >= 0 && out->minute < 60 &&
           out->second >= 0 && out->second < 60;
}

bool table_next_of_list(text_t *rest, text_t *item)
{
    CHECK(rest != NULL && item != NULL);
    if (rest->size == 0)
        return false;
    const uint32_t joint = (uint32_t)strlen(TABLE_LIST_JOINT);
    const char *end = memmem(rest->data, rest->size, TABLE_LIST_JOINT, joint);
    uint32_t size = end != NULL ? (uint32_t)(end - rest->data) : rest->size;
    uint32_t taken = end != NULL ? size + joint : size;
    *item = (text_t){ .data = rest->data, .size = size };
    rest->data += taken;
    rest->size -= taken;
    return true;
}
