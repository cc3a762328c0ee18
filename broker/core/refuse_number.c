/* refuse_number.c - see refuse_number.h. */
#include "broker/core/refuse_number.h"
#include "proto/check.h"

#define DIGITS_MAX 24u

/* Writes the number so that it ends before `end`, at least `least` digits long; returns
 * where it begins. */
static char *digits_before(char *end, uint64_t number, uint32_t least)
{
    uint32_t written = 0;
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
        written++;
    } while (number != 0 || written < least);
    return end;
}

static text_t text_between(const char *begin, const char *end)
{
    CHECK(begin < end);
    return (text_t){ begin, (uint32_t)(end - begin) };
}

status_t refuse_number(fault_t *fault, status_t status, const char *place,
                       uint64_t number)
{
    char room[DIGITS_MAX], *end = room + sizeof room;
    return refuse(fault, status, place,
                  text_between(digits_before(end, number, 1), end));
}

status_t refuse_number_at(fault_t *fault, status_t status, const char *list,
                          uint32_t index, const char *field, uint64_t number)
{
    char room[DIGITS_MAX], *end = room + sizeof room;
    return refuse_at(fault, status, list, index, field,
                     text_between(digits_before(end, number, 1), end));
}

status_t refuse_points_at(fault_t *fault, status_t status, const char *list,
                          uint32_t index, const char *field, uint32_t centi)
{
    char room[DIGITS_MAX], *end = room + sizeof room;
    char *begin = digits_before(end, centi % 100, 2);
    *--begin = '.';
    begin = digits_before(begin, centi / 100, 1);
    return refuse_at(fault, status, list, index, field, text_between(begin, end));
}
