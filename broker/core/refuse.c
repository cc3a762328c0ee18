/* refuse.c - see refuse.h. */
#include "broker/core/refuse.h"

#include "proto/check.h"
#include <string.h>

status_t refuse(fault_t *fault, status_t status, const char *place, text_t detail)
{
    CHECK(status != STATUS_OK);
    fault_set(fault, place, detail.data, detail.size);
    return status;
}

/* Appends what fits; places are short and made of our own words. */
static size_t append(char place[FAULT_PLACE_MAX], size_t at, const char *text)
{
    size_t size = strlen(text), room = FAULT_PLACE_MAX - 1 - at;
    if (size > room)
        size = room;
    memcpy(place + at, text, size);
    place[at + size] = '\0';
    return at + size;
}

status_t refuse_at(fault_t *fault, status_t status, const char *list, uint32_t index,
                   const char *field, text_t detail)
{
    char place[FAULT_PLACE_MAX], digits[16];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index != 0);
    size_t end = append(place, 0, list);
    end = append(place, end, "[");
    end = append(place, end, digits + at);
    end = append(place, end, "]");
    (void)append(place, end, field); /* the end is known no more */
    return refuse(fault, status, place, detail);
}
