/* fault.c - fills the place and detail of a refusal (answer.h, place.h). */
#include "proto/check.h"
#include "proto/place.h"
#include "proto/text_scan.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PLACE_PARTS_MAX 10u

void place_copy(char *out, size_t room, const char *data, size_t size)
{
    CHECK(room > 0);
    CHECK(data != NULL || size == 0);
    uint32_t chars;
    if (text_scan(data, size, TEXT_LINE, &chars) == STATUS_OK) {
        size_t kept = text_cut(data, size, room - 1);
        if (kept > 0)
            memcpy(out, data, kept);
        out[kept] = '\0';
        return;
    }
    size_t kept = size < room - 1 ? size : room - 1;
    for (size_t i = 0; i < kept; i++)
        out[i] = data[i] >= 0x20 && data[i] < 0x7f ? data[i] : '?';
    out[kept] = '\0';
}

void fault_set(fault_t *fault, const char *place, const char *detail,
               size_t detail_size)
{
    if (fault == NULL)
        return;
    place_copy(fault->place, sizeof fault->place, place,
               place != NULL ? strlen(place) : 0);
    place_copy(fault->detail, sizeof fault->detail, detail,
               detail != NULL ? detail_size : 0);
}

/* One more part behind the `used` bytes in `out`; returns the bytes now used. */
static size_t append_part(char *out, size_t room, size_t used, const place_t *part)
{
    char index[16] = "";
    if (part->index != PLACE_NO_INDEX)
        snprintf(index, sizeof index, "[%" PRIu32 "]", part->index);
    int size = snprintf(out + used, room - used, "%s%s%s", used > 0 ? "." : "",
                        part->name, index);
    CHECK(size >= 0);
    return used + (size_t)size < room ? used + (size_t)size : room - 1;
}

status_t place_refuse(fault_t *fault, const place_t *place, status_t status,
                      const char *detail, size_t detail_size)
{
    if (fault == NULL)
        return status;
    const place_t *parts[PLACE_PARTS_MAX];
    size_t count = 0;
    for (; place != NULL; place = place->outer) {
        CHECK(count < PLACE_PARTS_MAX);
        parts[count++] = place;
    }
    char path[FAULT_PLACE_MAX] = "";
    size_t used = 0;
    while (count > 0)
        used = append_part(path, sizeof path, used, parts[--count]);
    fault_set(fault, path, detail, detail_size);
    return status;
}

status_t place_refuse_number(fault_t *fault, const place_t *place, status_t status,
                             const char *words, uint64_t number)
{
    char detail[FAULT_DETAIL_MAX];
    int size = snprintf(detail, sizeof detail, "%s%" PRIu64, words, number);
    CHECK(size >= 0 && (size_t)size < sizeof detail);
    return place_refuse(fault, place, status, detail, (size_t)size);
}
