/* wire_field.h - the fields of one message, one after another, without a schema.
 *
 * For the few places that look into bytes before or instead of protobuf-c: the head of
 * a request that may be of another version, and the one body of a command.
 */
#ifndef YX_PROTO_WIRE_FIELD_H
#define YX_PROTO_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t value;      /* of a number, also a fixed one */
    const uint8_t *data; /* of bytes, texts and messages, else NULL */
    size_t size;
    uint32_t number;
} wire_field_t;

/* Reads the field at *at and moves behind it; false at the end of the message and where
 * the bytes break off or make no sense. */
bool wire_field_next(const uint8_t *bytes, size_t size, size_t *at,
                     wire_field_t *field);

#endif
