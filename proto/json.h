/* json.h - commands from JSON and replies to JSON, driven by the message descriptors.
 *
 * One object names the fields of a command's public and private part together, by
 * their names in the .proto files: {"code":"C0001","kind":"CADRE","unit":"U006",
 * "group":"党政正职","name":"马明薇","post":"党委书记"}. Enums are their names, nested
 * messages are objects, repeated fields arrays, bytes lower-case hex. Dates may be
 * "2024-09-28" or 20240928; a *_ms field takes milliseconds or RFC 3339. A rating's
 * value and other centi-point fields take numbers as the wire has them (8550).
 * narrative_chars, reason_chars and has_post are computed when they are not given; null
 * counts as absent. PROTOCOL.md section 4 tells the private fields of each command.
 *
 * Threads: none of its own. Uses jansson inside; no jansson type crosses this header.
 */
#ifndef YX_PROTO_JSON_H
#define YX_PROTO_JSON_H

#include "proto/answer.h"
#include "proto/buffer.h"
#include "proto/status.h"

#define JSON_BYTES_MAX (256u * 1024u) /* of one object */

/* `verb` is the field name in message Command ("subject", "observe"). Appends both
 * parts, the private one may be empty; on failure both are as they were. STATUS_USAGE:
 * no such verb; STATUS_BAD_INPUT: not JSON, unknown field, wrong type;
 * STATUS_FIELD_MISSING, STATUS_UNKNOWN_VALUE, STATUS_BAD_DATE; the place is a field path,
 * or "line 3, column 5" of what is not JSON. STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t json_to_command(const char *verb, const char *json, size_t size,
                         buffer_t *public_part, buffer_t *private_part, fault_t *fault);

/* One reply (Reply message) as one JSON object on one line, without the newline.
 * Absent fields are absent, lists without entries are []; bytes are hex; enums are their
 * names; numbers stay numbers, but one above 2^63 - 1 (a random correlation) is a text.
 * The statuses are those of guard_check, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t json_from_reply(const uint8_t *bytes, size_t size, buffer_t *json,
                         fault_t *fault);

/* One record of the journal as one JSON object on one line, without the newline: seq,
 * time_ms, hash, kind (the verb), principal, late, under_review, withheld, and `command`
 * with the fields of both parts. Statuses as json_from_reply. */
status_t json_from_fact(const fact_t *fact, buffer_t *json, fault_t *fault);

/* Lists the fields of a verb for --help: calls `visit` per field with its path ("unit",
 * "ratings[].value"), type in words ("text", "code", "number", "date", "time",
 * "hexadecimal", "CADRE | LEADING_TEAM", "list of ...") and whether it is required.
 * Computed fields are left out. STATUS_USAGE: no such verb. */
typedef void json_field_visitor(void *context, const char *path, const char *type,
                                int required);
status_t json_describe(const char *verb, json_field_visitor *visit, void *context);

#endif
