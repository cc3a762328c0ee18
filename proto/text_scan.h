/* text_scan.h - one pass over a text: UTF-8, control characters, length.
 *
 * Threads: none of its own, no memory taken, O(size). Runs over every text that
 * arrives, some millions a second, so codes are looked at eight bytes at a time and
 * three-byte characters (nearly all Chinese) in a few instructions.
 */
#ifndef YX_PROTO_TEXT_SCAN_H
#define YX_PROTO_TEXT_SCAN_H

#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

typedef enum {
    TEXT_ANY,  /* only UTF-8 */
    TEXT_LINE, /* no control character (U+0000 to U+001F, U+007F to U+009F) */
    TEXT_LINES /* likewise, but tab, line feed and carriage return may stand */
} text_class_t;

/* STATUS_OK, STATUS_NOT_UTF8 (overlong forms and surrogates too) or STATUS_HAS_NUL.
 * *chars is the number of Unicode scalar values before the end or the offender. */
status_t text_scan(const char *data, size_t size, text_class_t class, uint32_t *chars);

/* The number of Unicode scalar values of a text that text_scan has passed before. */
uint32_t text_count(const char *data, size_t size);

/* The longest whole number of characters within `room` bytes; data is UTF-8. */
size_t text_cut(const char *data, size_t size, size_t room);

#endif
