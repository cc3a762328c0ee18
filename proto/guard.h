/* guard.h - bounds a serialised message before protobuf-c unpacks it.
 *
 * An iterative walk over the bytes along the message's descriptor: tags and wire
 * types, lengths that stay inside their parent, nesting (MESSAGE_DEPTH_MAX), fields
 * (MESSAGE_FIELDS_MAX, of a Reply REPLY_FIELDS_MAX), required fields present, enum
 * values known, strings UTF-8 without NUL and other control characters (tab and line
 * breaks may stand in narratives and reasons), no field twice that is not repeated, at
 * most one member of a oneof. Unknown fields are skipped and counted; groups (wire
 * types 3, 4) are refused.
 * What the guard passes, protobuf-c unpacks; what protobuf-c cannot unpack, the guard
 * refuses: tests/fuzz/fuzz_guard.c holds the two against one another.
 *
 * Threads: none of its own, no memory taken, O(size).
 */
#ifndef YX_PROTO_GUARD_H
#define YX_PROTO_GUARD_H

#include "proto/answer.h"
#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

/* Which message the bytes shall be. */
typedef enum {
    GUARD_REQUEST,
    GUARD_REPLY,
    GUARD_COMMAND,
    GUARD_PRIVATE,
    GUARD_DELTA,
    GUARD_COUNT
} guard_kind_t;

/* The statuses are those of wire.h's reads, but STATUS_NO_MEMORY. */
status_t guard_check(guard_kind_t kind, const uint8_t *bytes, size_t size,
                     fault_t *fault);

/* Length of a text in Unicode scalar values, or -1 when it is not UTF-8. */
int64_t guard_text_chars(const char *data, size_t size);

/* Rule R20: STATUS_ID_NUMBER, STATUS_PHONE_NUMBER or STATUS_OK; *at is the index in
 * characters of the first digit, a country code included. Half and full width digits
 * count, also with one blank, hyphen, dash or middle dot between any two of them. A
 * number begins and ends where no digit touches it, so a longer row of digits is none.
 *   Identity number: 17 digits and a digit or X with a birth date of 1900 to 2099 in it
 *     (the check digit is not asked: a slip of the pen names a person too), or 15 digits
 *     with one of 1900 to 1999; not when it begins with a date, as time stamps do.
 *   Mobile number: 11 digits from 13 to 19 on, also behind 86 or 0086; not when they
 *     hold a date in three groups (2024-09-28), are a sum (yuan behind, a yuan sign in
 *     front) or stand beside a decimal point. Letters in front do not excuse it.
 * Commas, colons and strokes end a number: money, times and document numbers pass. */
status_t guard_free_text(const char *data, size_t size, uint32_t *at);

/* A code: 1 to CODE_BYTES_MAX of A-Z a-z 0-9 . _ - and nothing else. */
status_t guard_code(text_t code);

#endif
