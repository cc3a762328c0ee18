/* place.h - where in a message something is wrong: a path of fields, and its text.
 *
 * Places are linked on the stack of whoever walks the message, from the innermost
 * to the outermost, and become text only when something is refused.
 */
#ifndef YX_PROTO_PLACE_H
#define YX_PROTO_PLACE_H

#include "proto/answer.h"

#define PLACE_NO_INDEX UINT32_MAX

typedef struct place {
    const struct place *outer; /* NULL = outermost */
    const char *name;
    uint32_t index; /* in a list, or PLACE_NO_INDEX */
} place_t;

/* Fills *fault (when not NULL) and returns `status`, so that a refusal is one line. */
status_t place_refuse(fault_t *fault, const place_t *place, status_t status,
                      const char *detail, size_t detail_size);
/* Likewise; the detail is `words` with the number behind it: "byte 17". */
status_t place_refuse_number(fault_t *fault, const place_t *place, status_t status,
                             const char *words, uint64_t number);
/* Copies a text into `room` bytes, NUL included: cut at a character; what is not UTF-8
 * and control characters become '?', so that a detail can always be sent. */
void place_copy(char *out, size_t room, const char *data, size_t size);

#endif
