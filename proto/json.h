/* json.h - commands from JSON and replies to JSON, driven by the message descriptors.
 *
 * One object names the fields of a command's public and private part together, by
 * their names in the .proto files: {"code":"C0001","kind":"CADRE","unit":"U006",
 * "group":"党政正职","name":"马明薇","post":"党委书记"}. Enums are their names, nested
 * messages are objects, repeated fields arrays, bytes lower-case hex. Dates may be
 * "2024-09-28" or 20240928; a *_ms field takes milliseconds or RFC 3339. A rating's
 * value and other centi-point fields take numbers as the wire has them (8550).
 * narrative_chars is computed when it is not given.
 *
 * Threads: none of its own. Uses jansson inside; no jansson type crosses this header.
 */
#ifndef YX_PROTO_JSON_H
#define YX_PROTO_JSON_H

#include "proto/answer.h"
#include "proto/buffer.h"
#include "proto/status.h"

/* `verb` is the field name in message Command ("subject", "observe"). Appends both
 * parts. STATUS_USAGE: no such verb; STATUS_BAD_INPUT: not JSON, unknown field, wrong
 * type; STATUS_FIELD_MISSING, STATUS_UNKNOWN_VALUE; the place is a field path. */
status_t json_to_command(const char *verb, const char *json, size_t size,
                         buffer_t *public_part, buffer_t *private_part, fault_t *fault);

/* One reply (Reply message) as one JSON object on one line, without the newline.
 * Absent fields are absent; bytes are hex; numbers stay numbers. */
status_t json_from_reply(const uint8_t *bytes, size_t size, buffer_t *json,
                         fault_t *fault);

/* Lists the fields of a verb for --help: calls `visit` per field with its path, type
 * in words ("text", "code", "number", "CADRE | LEADING_TEAM", "list of ...") and
 * whether it is required. STATUS_USAGE: no such verb. */
typedef void json_field_visitor(void *context, const char *path, const char *type,
                                int required);
status_t json_describe(const char *verb, json_field_visitor *visit, void *context);

#endif
