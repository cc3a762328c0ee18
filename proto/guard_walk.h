/* guard_walk.h - the walk behind guard.h, over any message that protobuf-c describes.
 *
 * Apart from guard.h so that its bounds can be tested with messages that the schema
 * does not have (nested in themselves, say). Threads: none of its own, no memory.
 */
#ifndef YX_PROTO_GUARD_WALK_H
#define YX_PROTO_GUARD_WALK_H

#include "proto/place.h"

struct ProtobufCMessageDescriptor;

typedef struct {
    const struct ProtobufCMessageDescriptor *descriptor;
    /* Whether a text field may hold tab and line breaks; NULL = none may. */
    bool (*may_break)(const struct ProtobufCMessageDescriptor *descriptor,
                      uint32_t number);
    const char *name;    /* place of what concerns the message as a whole */
    bool name_leads;     /* the name also stands before the path of a field */
    uint32_t bytes_max;  /* STATUS_TOO_LARGE above */
    uint32_t fields_max; /* STATUS_TOO_MANY_FIELDS above */
} guard_root_t;

status_t guard_walk(const guard_root_t *root, const uint8_t *bytes, size_t size,
                    fault_t *fault);

#endif
