/* text_scan.c - see text_scan.h. */
#include "proto/text_scan.h"
#include "proto/check.h"
#include <string.h>
#include <utf8proc.h>

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Not zero unless eight bytes are all printable ASCII, 0x20 to 0x7e. */
static uint64_t not_printable(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    /* Adding 1 carries 0x7f, and taking 0x20 away borrows from all below it, into the
     * top bit. A borrow or carry across bytes needs a byte already found wrong. */
    return (word | (word + EVERY_BYTE(0x01)) | (word - EVERY_BYTE(0x20))) &
           EVERY_BYTE(0x80);
}

/* Whether the whole text is printable ASCII, as nearly every code is. */
static bool all_printable(const uint8_t *bytes, size_t size)
{
    if (size >= 8) {
        uint64_t wrong = not_printable(bytes + size - 8);
        for (size_t at = 0; at + 8 < size; at += 8)
            wrong |= not_printable(bytes + at);
        return wrong == 0;
    }
    uint8_t padded[8] = "        ";
    for (size_t i = 0; i < size; i++)
        padded[i] = bytes[i];
    return not_printable(padded) == 0;
}

/* Whether a three-byte character stands at `at`, where four bytes can be read. Lead bytes
 * 0xe1 to 0xef save 0xed: neither overlong forms nor surrogates begin so. */
static bool is_three_bytes(const uint8_t *at)
{
    uint32_t word = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                    (uint32_t)at[3] << 24;
    return (word & 0xc0c0f0) == 0x8080e0 &&
           (UINT32_C(0xdffe) >> (word & 0x0f) & 1) != 0;
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
    utf8proc_int32_t decoded = -1;
    utf8proc_ssize_t size = utf8proc_iterate(at, (utf8proc_ssize_t)left, &decoded);
    *scalar = (uint32_t)decoded;
    return size > 0 && decoded >= 0 ? (size_t)size : 0;
}

static status_t scan_mixed(const uint8_t *bytes, size_t size, text_class_t class,
                           uint32_t *chars)
{
    size_t at = 0;
    uint32_t count = 0;
    status_t status = STATUS_OK;
    while (at < size && status == STATUS_OK) {
        for (; size - at >= 4 && is_three_bytes(bytes + at); at += 3)
            count++;
        if (at == size)
            break;
        uint32_t scalar;
        size_t step = read_scalar(bytes + at, size - at, &scalar);
        if (step == 0)
            status = STATUS_NOT_UTF8;
        else if (class_refuses(scalar, class))
            status = STATUS_HAS_NUL;
        else
            count++;
        at += step;
    }
    *chars = count;
    return status;
}

status_t text_scan(const char *data, size_t size, text_class_t class, uint32_t *chars)
{
    CHECK(data != NULL || size == 0);
    CHECK(size < UINT32_MAX);
    const uint8_t *bytes = (const uint8_t *)data;
    *chars = (uint32_t)size;
    if (all_printable(bytes, size))
        return STATUS_OK;
    return scan_mixed(bytes, size, class, chars);
}

uint32_t text_count(const char *data, size_t size)
{
    size_t count = size;
    size_t at = 0;
    for (; size - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        /* Bytes 10xxxxxx go on with a character: top bit set, the next one not. */
        uint64_t inner = (word >> 7) & ~(word >> 6) & EVERY_BYTE(0x01);
        count -= (inner * EVERY_BYTE(0x01)) >> 56; /* the sum of the eight bytes */
    }
    for (; at < size; at++)
        count -= ((uint8_t)data[at] & 0xc0) == 0x80;
    return (uint32_t)count;
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
