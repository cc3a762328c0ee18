/* json_time.h - dates and times as people write them; a part of json.h.
 *
 * Threads: none of its own, no memory taken.
 */
#ifndef YX_PROTO_JSON_TIME_H
#define YX_PROTO_JSON_TIME_H

#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

/* "2024-09-28" to 20240928. STATUS_BAD_INPUT: another form; STATUS_BAD_DATE: no such
 * day. *date is 0 unless STATUS_OK. */
status_t json_read_date(const char *text, size_t size, uint32_t *date);

/* RFC 3339 to Unix milliseconds: "2024-09-28T10:20:30+08:00", also with a fraction of
 * seconds (cut to milliseconds), Z, small letters or a blank for T. The offset is asked
 * for: a time without one can be read in two ways. Years 1970 to 9999, no leap second.
 * Statuses as above. */
status_t json_read_time(const char *text, size_t size, int64_t *unix_ms);

#endif
