/* text_scan.c - see text_scan.h. */
#include "proto/text_scan.h"
#include "proto/check.h"
#include <string.h>
#include <utf8proc.h>

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Whether eight bytes are all printable ASCII, 0x20 to 0x7e. */
static bool eight_printable(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    uint64_t high = EVERY_BYTE(0x80);
    /* Adding 1 carries 0x7f, and taking 0x20 away borrows from all below it, into the
     * top bit. A borrow or carry across bytes needs a byte already found wrong. */
    return ((word | (word + EVERY_BYTE(0x01)) | (word - EVERY_BYTE(0x20))) & high) == 0;
}

static bool class_refuses(uint32_t scalar, text_class_t class)
{
    if (class == TEXT_ANY || (scalar >= 0x20 && scalar < 0x7f) || scalar > 0x9f)
        return false;
    return class != TEXT_LINES || (scalar != '\t' && scalar != '\n' && scalar != '\r');
}

/* Size of the character at `at`, 0 when it is none. */
static size_t read_scalar(const uint8_t *at, size_t left, uint32_t *scalar)
{
    if (at[0] < 0x80) {
        *scalar = at[0];
        return 1;
    }
    /* 0xe1 to 0xef save 0xed: neither overlong forms nor surrogates begin so. */
    if (at[0] > 0xe0 && at[0] < 0xf0 && at[0] != 0xed && left >= 3 &&
        (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) {
        *scalar = 0xffff; /* beyond every control character */
        return 3;
    }
    utf8proc_int32_t decoded = -1;
    utf8proc_ssize_t size = utf8proc_iterate(at, (utf8proc_ssize_t)left, &decoded);
    *scalar = (uint32_t)decoded;
    return size > 0 && decoded >= 0 ? (size_t)size : 0;
}

status_t text_scan(const char *data, size_t size, text_class_t class, uint32_t *chars)
{
    CHECK(data != NULL || size == 0);
    CHECK(size < UINT32_MAX);
    const uint8_t *bytes = (const uint8_t *)data;
    size_t at = 0;
    *chars = 0;
    while (at < size) {
        if (size - at >= 8 && eight_printable(bytes + at)) {
            at += 8;
            *chars += 8;
            continue;
        }
        uint32_t scalar;
        size_t step = read_scalar(bytes + at, size - at, &scalar);
        if (step == 0)
            return STATUS_NOT_UTF8;
        if (class_refuses(scalar, class))
            return STATUS_HAS_NUL;
        at += step;
        *chars += 1;
    }
    return STATUS_OK;
}

size_t text_cut(const char *data, size_t size, size_t room)
{
    if (size <= room)
        return size;
    size_t end = room;
    while (end > 0 && ((uint8_t)data[end] & 0xc0) == 0x80)
        end--;
    return end;
}
