/* wire_decode.h - from checked bytes to plain structs, along the tables of wire_shape.h.
 *
 * Threads: none of its own. Everything that is filled lies in the reader's arena.
 */
#ifndef YX_PROTO_WIRE_DECODE_H
#define YX_PROTO_WIRE_DECODE_H

#include "proto/arena.h"
#include "proto/guard.h"
#include "proto/place.h"
#include "proto/wire_shape.h"

struct ProtobufCMessage;

typedef struct {
    arena_t *arena;
    fault_t *fault; /* may be NULL */
    /* Codes, labels and lengths of lists are checked too. Not so for what was decided
     * before (law 2) and for what the broker sends. */
    bool judge;
} reader_t;

/* Guards the bytes, then unpacks them. *message is NULL unless STATUS_OK. */
status_t decode_unpack(const reader_t *reader, guard_kind_t kind, const uint8_t *bytes,
                       size_t size, struct ProtobufCMessage **message);

/* Unpacks a message that lies in bytes the guard has passed. */
status_t decode_guarded(const reader_t *reader,
                        const struct ProtobufCMessageDescriptor *descriptor,
                        const uint8_t *bytes, size_t size,
                        struct ProtobufCMessage **message);

/* Fills all of the plain struct at `out`. `message` NULL = every field absent; `place`
 * is that of the message (NULL = the outermost). */
status_t decode_message(const reader_t *reader, const shape_t *shape,
                        const struct ProtobufCMessage *message, const place_t *place,
                        void *out);

/* The text that protobuf-c holds as `string`, NULL included. */
text_t decode_text(const char *string);

#endif
