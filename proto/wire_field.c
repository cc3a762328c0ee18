/* wire_field.c - see wire_field.h. */
#include "proto/wire_field.h"
#include <protobuf-c/protobuf-c.h>

static bool read_varint(const uint8_t *bytes, size_t size, size_t *at, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < size; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool read_fixed(const uint8_t *bytes, size_t size, size_t *at, unsigned width,
                       uint64_t *value)
{
    if (size - *at < width)
        return false;
    *value = 0;
    for (unsigned i = 0; i < width; i++)
        *value |= (uint64_t)bytes[*at + i] << (8 * i);
    *at += width;
    return true;
}

static bool read_span(const uint8_t *bytes, size_t size, size_t *at,
                      wire_field_t *field)
{
    uint64_t length;
    if (!read_varint(bytes, size, at, &length) || length > size - *at)
        return false;
    field->data = bytes + *at;
    field->size = length;
    *at += length;
    return true;
}

bool wire_field_next(const uint8_t *bytes, size_t size, size_t *at, wire_field_t *field)
{
    uint64_t tag;
    *field = (wire_field_t){ 0 };
    if (!read_varint(bytes, size, at, &tag) || tag > UINT32_MAX)
        return false;
    field->number = (uint32_t)(tag >> 3);
    switch (tag & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(bytes, size, at, &field->value);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return read_fixed(bytes, size, at, 8, &field->value);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return read_fixed(bytes, size, at, 4, &field->value);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return read_span(bytes, size, at, field);
    default:
        return false;
    }
}
