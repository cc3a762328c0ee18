/* wire_encode.h - from plain structs to bytes, along the tables of wire_shape.h.
 *
 * Writes straight into the caller's buffer, no struct of protobuf-c between: a reply
 * to 256 commands takes no memory of its own. Numbers are as short as they can be.
 * The first append that fails is kept as status; what follows it does nothing.
 */
#ifndef YX_PROTO_WIRE_ENCODE_H
#define YX_PROTO_WIRE_ENCODE_H

#include "proto/buffer.h"
#include "proto/wire_shape.h"

typedef struct {
    buffer_t *out;
    status_t status;
    size_t began; /* where the message begins in `out` */
    /* Of the command being written, what its plain struct only counts. */
    const text_t *tags;
    const uint8_t *evidence;
} writer_t;

writer_t encode_begin(buffer_t *out);
/* Ends a message: STATUS_TOO_LARGE above `bytes_max`; on any failure `out` is as it was
 * before encode_begin. */
status_t encode_end(writer_t *writer, size_t bytes_max);

void encode_number(writer_t *writer, uint32_t field, uint64_t value);
void encode_fixed64(writer_t *writer, uint32_t field, uint64_t value);
void encode_bytes(writer_t *writer, uint32_t field, const void *data, size_t size);
/* A message within: open, its fields, close. open returns what close wants. */
size_t encode_open(writer_t *writer, uint32_t field);
void encode_close(writer_t *writer, size_t opened);
/* All fields of a plain struct, and a message within made of them. */
void encode_fields(writer_t *writer, const shape_t *shape, const void *plain);
void encode_message(writer_t *writer, uint32_t field, const shape_t *shape,
                    const void *plain);

#endif
