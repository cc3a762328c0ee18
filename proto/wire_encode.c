/* wire_encode.c - see wire_encode.h. */
#include "proto/wire_encode.h"
#include "proto/check.h"
#include <protobuf-c/protobuf-c.h>
#include <string.h>

typedef ProtobufCFieldDescriptor field_t;

writer_t encode_begin(buffer_t *out)
{
    CHECK(out != NULL);
    return (writer_t){ .out = out, .status = STATUS_OK, .began = out->size };
}

status_t encode_end(writer_t *writer, size_t bytes_max)
{
    buffer_t *out = writer->out;
    if (writer->status == STATUS_OK && out->size - writer->began > bytes_max)
        writer->status = STATUS_TOO_LARGE;
    if (writer->status != STATUS_OK)
        out->size = writer->began;
    return writer->status;
}

/* ---- bytes ---- */

static size_t varint_size(uint64_t value)
{
    size_t size = 1;
    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

/* Returns what lies behind the number. */
static uint8_t *write_varint(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

/* Room for `bytes` more, or NULL once anything has failed. */
static uint8_t *room_for(writer_t *writer, size_t bytes)
{
    if (writer->status == STATUS_OK)
        writer->status = buffer_reserve(writer->out, bytes);
    if (writer->status != STATUS_OK)
        return NULL;
    return writer->out->data + writer->out->size;
}

static void advance_to(writer_t *writer, const uint8_t *end)
{
    writer->out->size = (size_t)(end - writer->out->data);
}

static uint64_t tag_of(uint32_t field, ProtobufCWireType wire)
{
    return (uint64_t)field << 3 | (uint64_t)wire;
}

void encode_number(writer_t *writer, uint32_t field, uint64_t value)
{
    uint64_t tag = tag_of(field, PROTOBUF_C_WIRE_TYPE_VARINT);
    uint8_t *at = room_for(writer, varint_size(tag) + varint_size(value));
    if (at != NULL)
        advance_to(writer, write_varint(write_varint(at, tag), value));
}

void encode_fixed64(writer_t *writer, uint32_t field, uint64_t value)
{
    uint64_t tag = tag_of(field, PROTOBUF_C_WIRE_TYPE_64BIT);
    uint8_t *at = room_for(writer, varint_size(tag) + sizeof value);
    if (at == NULL)
        return;
    at = write_varint(at, tag);
    for (unsigned i = 0; i < sizeof value; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    advance_to(writer, at);
}

void encode_bytes(writer_t *writer, uint32_t field, const void *data, size_t size)
{
    CHECK(data != NULL || size == 0);
    uint64_t tag = tag_of(field, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    uint8_t *at = room_for(writer, varint_size(tag) + varint_size(size) + size);
    if (at == NULL)
        return;
    at = write_varint(write_varint(at, tag), size);
    if (size > 0)
        memcpy(at, data, size);
    advance_to(writer, at + size);
}

size_t encode_open(writer_t *writer, uint32_t field)
{
    uint64_t tag = tag_of(field, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
    uint8_t *at = room_for(writer, varint_size(tag) + 1);
    if (at == NULL)
        return 0;
    at = write_varint(at, tag);
    advance_to(writer, at + 1); /* most messages are shorter than 128 bytes */
    return writer->out->size;
}

void encode_close(writer_t *writer, size_t opened)
{
    if (writer->status != STATUS_OK)
        return;
    size_t size = writer->out->size - opened;
    size_t more = varint_size(size) - 1;
    if (more > 0) {
        if (room_for(writer, more) == NULL)
            return;
        uint8_t *body = writer->out->data + opened;
        memmove(body + more, body, size);
        writer->out->size += more;
    }
    (void)write_varint(writer->out->data + opened - 1, size); /* its end is the body */
}

/* ---- one field ---- */

typedef struct {
    writer_t *writer;
    const row_t *row;
    const field_t *field;
    const char *plain;
} slot_t;

static bool is_required(const slot_t *slot)
{
    return slot->field->label == PROTOBUF_C_LABEL_REQUIRED;
}

static uint32_t second_of(const slot_t *slot)
{
    uint32_t value;
    memcpy(&value, slot->plain + slot->row->second, sizeof value);
    return value;
}

static uint32_t number_at(const slot_t *slot)
{
    uint32_t value;
    memcpy(&value, slot->plain + slot->row->offset, sizeof value);
    return value;
}

static const void *pointer_at(const slot_t *slot)
{
    const void *pointer;
    memcpy(&pointer, slot->plain + slot->row->offset, sizeof pointer);
    return pointer;
}

static void put_bytes(const slot_t *slot, const void *data, size_t size)
{
    encode_bytes(slot->writer, slot->row->number, data, size);
}

static void put_text(const slot_t *slot)
{
    text_t text;
    memcpy(&text, slot->plain + slot->row->offset, sizeof text);
    if (text.size > 0 || is_required(slot))
        put_bytes(slot, text.data, text.size);
}

static void put_texts(const slot_t *slot, const text_t *texts, uint32_t count)
{
    CHECK(texts != NULL || count == 0);
    for (uint32_t i = 0; i < count; i++)
        put_bytes(slot, texts[i].data, texts[i].size);
}

static void put_hashes(const slot_t *slot)
{
    uint32_t count = number_at(slot);
    const uint8_t *hashes = slot->writer->evidence;
    CHECK(hashes != NULL || count == 0);
    for (uint32_t i = 0; i < count; i++)
        put_bytes(slot, hashes + (size_t)i * HASH_BYTES, HASH_BYTES);
}

/* Whether an optional number has to be written to be read back as it is. */
static bool is_told(const slot_t *slot, uint64_t value)
{
    if (is_required(slot))
        return true;
    if (slot->row->second != SLOT_NONE) {
        bool has;
        memcpy(&has, slot->plain + slot->row->second, sizeof has);
        return has;
    }
    uint32_t usual = 0; /* only 32-bit fields of the schema have defaults */
    if (slot->field->default_value != NULL &&
        slot->field->type == PROTOBUF_C_TYPE_UINT32)
        memcpy(&usual, slot->field->default_value, sizeof usual);
    return value != usual;
}

static void put_number(const slot_t *slot, uint64_t value)
{
    if (!is_told(slot, value))
        return;
    if (slot->field->type == PROTOBUF_C_TYPE_FIXED64) {
        encode_fixed64(slot->writer, slot->row->number, value);
        return;
    }
    if (slot->field->type == PROTOBUF_C_TYPE_SINT64)
        value = (value << 1) ^ (value >> 63 != 0 ? UINT64_MAX : 0);
    encode_number(slot->writer, slot->row->number, value);
}

static void put_number_64(const slot_t *slot)
{
    uint64_t value;
    memcpy(&value, slot->plain + slot->row->offset, sizeof value);
    put_number(slot, value);
}

static void put_flag(const slot_t *slot)
{
    bool value;
    memcpy(&value, slot->plain + slot->row->offset, sizeof value);
    put_number(slot, value);
}

static void put_roles(const slot_t *slot)
{
    uint32_t bits = number_at(slot);
    for (uint32_t role = 1; role < 32; role++) {
        if ((bits >> role & 1) != 0)
            encode_number(slot->writer, slot->row->number, role);
    }
}

static void put_key(const slot_t *slot)
{
    const void *key = pointer_at(slot);
    CHECK(key != NULL || !is_required(slot));
    if (key != NULL)
        put_bytes(slot, key, slot->row->limit);
}

static void put_keys(const slot_t *slot)
{
    const uint8_t *keys = pointer_at(slot);
    uint32_t count = second_of(slot);
    CHECK(keys != NULL || count == 0);
    for (uint32_t i = 0; i < count; i++)
        put_bytes(slot, keys + (size_t)i * KEY_BYTES, KEY_BYTES);
}

static void put_span(const slot_t *slot)
{
    const void *data = pointer_at(slot);
    if (data != NULL || is_required(slot))
        put_bytes(slot, data, second_of(slot));
}

static void put_string(const slot_t *slot, const char *string, size_t size)
{
    if (size > 0 || is_required(slot))
        put_bytes(slot, string, size);
}

static void put_inline(const slot_t *slot)
{
    writer_t *writer = slot->writer;
    size_t before = writer->out->size;
    size_t opened = encode_open(writer, slot->row->number);
    encode_fields(writer, slot->row->shape, slot->plain + slot->row->offset);
    bool empty = writer->status == STATUS_OK && writer->out->size == opened;
    if (empty && !is_required(slot))
        writer->out->size = before;
    else
        encode_close(writer, opened);
}

static void put_rows(const slot_t *slot)
{
    const char *rows = pointer_at(slot);
    uint32_t count = second_of(slot);
    CHECK(rows != NULL || count == 0);
    const shape_t *shape = slot->row->shape;
    for (uint32_t i = 0; i < count; i++)
        encode_message(slot->writer, slot->row->number, shape,
                       rows + (size_t)i * shape->size);
}

static void put(const slot_t *slot)
{
    const char *at = slot->plain + slot->row->offset;
    switch ((form_t)slot->row->form) {
    case FORM_CODE:
    case FORM_LABEL:
    case FORM_TEXT:
        put_text(slot);
        return;
    case FORM_CODES:
    case FORM_LABELS:
    case FORM_TEXTS:
        put_texts(slot, pointer_at(slot), second_of(slot));
        return;
    case FORM_LABEL_COUNT:
        put_texts(slot, slot->writer->tags, number_at(slot));
        return;
    case FORM_HASH_COUNT:
        put_hashes(slot);
        return;
    case FORM_NUMBER:
    case FORM_STATUS:
        put_number(slot, number_at(slot));
        return;
    case FORM_NUMBER_64:
        put_number_64(slot);
        return;
    case FORM_FLAG:
        put_flag(slot);
        return;
    case FORM_ROLES:
        put_roles(slot);
        return;
    case FORM_KEY:
        put_key(slot);
        return;
    case FORM_KEYS:
        put_keys(slot);
        return;
    case FORM_BYTES:
        put_bytes(slot, at, slot->row->limit);
        return;
    case FORM_SPAN:
        put_span(slot);
        return;
    case FORM_CHARS:
        put_string(slot, at, strnlen(at, slot->row->limit));
        return;
    case FORM_STRING:
        put_string(slot, pointer_at(slot), strlen(pointer_at(slot)));
        return;
    case FORM_INLINE:
        put_inline(slot);
        return;
    case FORM_ROWS:
        put_rows(slot);
        return;
    case FORM_COUNT:
        break;
    }
    check_failed(__FILE__, __LINE__, "the row has a form");
}

void encode_fields(writer_t *writer, const shape_t *shape, const void *plain)
{
    const ProtobufCMessageDescriptor *descriptor = shape->descriptor;
    CHECK(shape->row_count == descriptor->n_fields);
    slot_t slot = { .writer = writer, .plain = plain };
    for (uint32_t i = 0; i < shape->row_count; i++) {
        slot.row = &shape->rows[i];
        slot.field = &descriptor->fields[i];
        CHECK(slot.row->number == slot.field->id);
        put(&slot);
    }
}

void encode_message(writer_t *writer, uint32_t field, const shape_t *shape,
                    const void *plain)
{
    size_t opened = encode_open(writer, field);
    encode_fields(writer, shape, plain);
    encode_close(writer, opened);
}
