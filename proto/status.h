/* status.h - the one list of status codes (its rows stand in status_list.h).
 *
 * Values travel in replies and are shown to people as E<value>: append only,
 * never renumber, never reuse. 1xxx the wire, 2xxx rules and content, 3xxx the
 * registry, 4xxx access, 5xxx storage and the broker, 6xxx the client's own.
 * X(name, value, rule of DOMAIN.md section 4 or "", what is wrong in English).
 * status_words.h adds the Chinese text and the next step in both languages.
 */
#ifndef YX_PROTO_STATUS_H
#define YX_PROTO_STATUS_H

#include "proto/status_list.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define X(name, value, rule, text) name = value,
    STATUS_LIST(X)
#undef X
} status_t;

/* English text of a status; "unknown status" for a number not in the list. */
const char *status_text(status_t status);
/* The rule a refusal keeps ("R16"), or "". */
const char *status_rule(status_t status);
/* Name of the constant without STATUS_, for logs and JSON: "NUMBER_REUSED". */
const char *status_name(status_t status);
/* Whether `value`, as read from the wire, is in the list. */
bool status_known(uint32_t value);
/* Chinese text, and what to do next in English and Chinese (status_words.c). */
const char *status_text_zh(status_t status);
const char *status_next(status_t status);
const char *status_next_zh(status_t status);

#endif
