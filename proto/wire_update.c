/* wire_update.c - what changed in a view: written once, wrapped for each watcher. */
#include "proto/wire_update.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_answer.h"
#include "proto/wire_encode.h"
#include "proto/wire_field.h"
#include "wire.pb-c.h"

enum { FIELD_CORRELATION = 1, FIELD_NUMBER = 1, FIELD_DELTA = 2 };

static const row_t delta_rows[] = {
    ROW(1, FORM_NUMBER_64, delta_t, base),
    ROW(2, FORM_NUMBER_64, delta_t, version),
    ROW(3, FORM_NUMBER, delta_t, part),
    ROW(4, FORM_NUMBER, delta_t, parts),
    ROW_INLINE(5, delta_t, board, shape_board),
    ROW_LIST(6, FORM_TEXTS, delta_t, gone, gone_count, 0),
};
const shape_t shape_delta = SHAPE(yx__delta__descriptor, delta_rows, delta_t);

status_t wire_write_delta(buffer_t *out, const delta_t *delta)
{
    CHECK(delta != NULL);
    CHECK(delta->part < delta->parts);
    writer_t writer = encode_begin(out);
    encode_fields(&writer, &shape_delta, delta);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_update(buffer_t *out, uint64_t correlation, uint64_t number,
                           const uint8_t *delta, size_t delta_size)
{
    CHECK(delta != NULL);
    writer_t writer = encode_begin(out);
    encode_fixed64(&writer, FIELD_CORRELATION, correlation);
    size_t opened = encode_open(&writer, REPLY_UPDATE);
    encode_number(&writer, FIELD_NUMBER, number);
    encode_bytes(&writer, FIELD_DELTA, delta, delta_size);
    encode_close(&writer, opened);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

/* ---- reading ---- */

/* The bytes of a message that lies in another one; the guard has passed both. */
static bool find_within(const uint8_t *bytes, size_t size, uint32_t number,
                        wire_field_t *found)
{
    size_t at = 0;
    while (wire_field_next(bytes, size, &at, found)) {
        if (found->number == number && found->data != NULL)
            return true;
    }
    return false;
}

static status_t read_delta(const reader_t *reader, const Yx__Delta *message,
                           const place_t *place, delta_t *delta)
{
    if (message->part >= message->parts)
        return place_refuse(reader->fault, place, STATUS_MALFORMED, NULL, 0);
    return decode_message(reader, &shape_delta, &message->base, place, delta);
}

status_t update_read(const reader_t *reader, const struct ProtobufCMessage *message,
                     const uint8_t *bytes, size_t size, update_t *update)
{
    const Yx__Update *from = (const Yx__Update *)message;
    place_t outer = { NULL, "update", PLACE_NO_INDEX };
    place_t place = { &outer, "delta", PLACE_NO_INDEX };
    wire_field_t reply, delta;
    if (!find_within(bytes, size, REPLY_UPDATE, &reply) ||
        !find_within(reply.data, reply.size, FIELD_DELTA, &delta))
        return place_refuse(reader->fault, &place, STATUS_MALFORMED, NULL, 0);
    update->number = from->number;
    update->bytes = delta.data;
    update->size = (uint32_t)delta.size;
    return read_delta(reader, from->delta, &place, &update->delta);
}

status_t wire_read_delta(arena_t *arena, const uint8_t *bytes, size_t size,
                         delta_t *delta, fault_t *fault)
{
    CHECK(arena != NULL);
    CHECK(delta != NULL);
    *delta = (delta_t){ 0 };
    fault_set(fault, NULL, NULL, 0);
    reader_t reader = { arena, fault, false };
    ProtobufCMessage *unpacked;
    status_t status = decode_unpack(&reader, GUARD_DELTA, bytes, size, &unpacked);
    if (status != STATUS_OK)
        return status;
    place_t place = { NULL, "delta", PLACE_NO_INDEX };
    return read_delta(&reader, (const Yx__Delta *)unpacked, &place, delta);
}
