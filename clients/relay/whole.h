/* whole.h - the last value of a view: the whole of it as Delta messages of base 0.
 *
 * Built from the mirror when somebody asks, and kept until the view changes. Threads: one.
 */
#ifndef YX_RELAY_WHOLE_H
#define YX_RELAY_WHOLE_H

#include "clients/lib/mirror.h"
#include "proto/buffer.h"

#define WHOLE_PARTS_MAX 64u

typedef struct {
    buffer_t bytes;               /* the parts, one behind the other */
    size_t ends[WHOLE_PARTS_MAX]; /* of each part within them */
    uint32_t parts;
    uint64_t version; /* 0 = nothing was built */
} whole_t;

void whole_init(whole_t *whole);
void whole_fini(whole_t *whole);
/* Makes it that of the mirror, which holds a view. STATUS_NO_MEMORY, STATUS_TOO_LARGE:
 * nothing is held then. */
status_t whole_build(whole_t *whole, const mirror_t *mirror);
const uint8_t *whole_part(const whole_t *whole, uint32_t part, size_t *size);

#endif
