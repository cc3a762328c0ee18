/* wire_decode.c - see wire_decode.h.
 *
 * A decode runs for every command that arrives, 300,000 a second: no memory is taken
 * but from the arena, and places of faults are only linked, not written.
 */
#include "proto/wire_decode.h"
#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/text_scan.h"
#include "wire.pb-c.h"
#include <string.h>

typedef ProtobufCFieldDescriptor field_t;

/* One field on its way from protobuf-c's struct to the plain one. */
typedef struct {
    const reader_t *reader;
    const row_t *row;
    const field_t *field;
    const char *message; /* protobuf-c's struct */
    char *out;           /* the plain struct */
    const place_t *outer;
} slot_t;

/* ---- memory ---- */

typedef struct {
    arena_t *arena;
    bool exhausted;
} source_t;

static void *take(void *data, size_t size)
{
    source_t *source = data;
    void *taken = arena_take(source->arena, size);
    source->exhausted |= taken == NULL;
    return taken;
}

static void forget(void *data, void *pointer)
{
    (void)data; /* the arena is emptied at once */
    (void)pointer;
}

static const ProtobufCMessageDescriptor *const descriptors[] = {
    [GUARD_REQUEST] = &yx__request__descriptor,
    [GUARD_REPLY] = &yx__reply__descriptor,
    [GUARD_COMMAND] = &yx__command__descriptor,
    [GUARD_PRIVATE] = &yx__private__descriptor,
    [GUARD_DELTA] = &yx__delta__descriptor,
};
_Static_assert(sizeof descriptors / sizeof descriptors[0] == GUARD_COUNT,
               "every kind of message needs its descriptor");

status_t decode_guarded(const reader_t *reader,
                        const ProtobufCMessageDescriptor *descriptor,
                        const uint8_t *bytes, size_t size, ProtobufCMessage **message)
{
    source_t source = { .arena = reader->arena };
    ProtobufCAllocator allocator = { take, forget, &source };
    *message = protobuf_c_message_unpack(descriptor, &allocator, size, bytes);
    if (*message != NULL)
        return STATUS_OK;
    /* Were the guard laxer than protobuf-c, no peer may end the process with it. */
    return source.exhausted ? STATUS_NO_MEMORY : STATUS_MALFORMED;
}

status_t decode_unpack(const reader_t *reader, guard_kind_t kind, const uint8_t *bytes,
                       size_t size, ProtobufCMessage **message)
{
    *message = NULL;
    status_t status = guard_check(kind, bytes, size, reader->fault);
    if (status != STATUS_OK)
        return status;
    return decode_guarded(reader, descriptors[kind], bytes, size, message);
}

/* ---- one field ---- */

static const void *value_of(const slot_t *slot)
{
    return slot->message + slot->field->offset;
}

static void *target_of(const slot_t *slot)
{
    return slot->out + slot->row->offset;
}

static size_t listed_count(const slot_t *slot)
{
    size_t count;
    memcpy(&count, slot->message + slot->field->quantifier_offset, sizeof count);
    return count;
}

static bool is_present(const slot_t *slot)
{
    if (slot->field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return true;
    protobuf_c_boolean has;
    memcpy(&has, slot->message + slot->field->quantifier_offset, sizeof has);
    return has != 0;
}

static status_t refuse(const slot_t *slot, uint32_t index, status_t status,
                       const char *detail, size_t size)
{
    place_t place = { slot->outer, slot->field->name, index };
    return place_refuse(slot->reader->fault, &place, status, detail, size);
}

static status_t refuse_number(const slot_t *slot, uint32_t index, status_t status,
                              const char *words, uint64_t number)
{
    place_t place = { slot->outer, slot->field->name, index };
    return place_refuse_number(slot->reader->fault, &place, status, words, number);
}

text_t decode_text(const char *string)
{
    return string == NULL ? (text_t){ NULL, 0 }
                          : (text_t){ string, (uint32_t)strlen(string) };
}

static status_t check_text(const slot_t *slot, form_t form, uint32_t index, text_t text)
{
    if (!slot->reader->judge || form == FORM_TEXT)
        return STATUS_OK;
    bool optional = slot->field->label == PROTOBUF_C_LABEL_OPTIONAL;
    if (text.size == 0 && optional)
        return STATUS_OK;
    if (form == FORM_CODE) {
        status_t status = guard_code(text);
        return status == STATUS_OK ? STATUS_OK
                                   : refuse(slot, index, status, text.data, text.size);
    }
    if (text.size == 0)
        return refuse(slot, index, STATUS_FIELD_MISSING, NULL, 0);
    if (text.size > LABEL_BYTES_MAX)
        return refuse(slot, index, STATUS_TEXT_TOO_LONG, text.data, text.size);
    return STATUS_OK;
}

static status_t check_count(const slot_t *slot, size_t count)
{
    if (!slot->reader->judge || slot->row->limit == 0 || count <= slot->row->limit)
        return STATUS_OK;
    return refuse_number(slot, PLACE_NO_INDEX, STATUS_TOO_MANY_ITEMS, "", count);
}

static void set_second(const slot_t *slot, uint32_t value)
{
    memcpy(slot->out + slot->row->second, &value, sizeof value);
}

static status_t fill_text(const slot_t *slot)
{
    const char *string;
    memcpy(&string, value_of(slot), sizeof string);
    text_t text = decode_text(string);
    memcpy(target_of(slot), &text, sizeof text);
    return check_text(slot, slot->row->form, PLACE_NO_INDEX, text);
}

/* `texts` may be NULL: then they are checked only. */
static status_t read_texts(const slot_t *slot, form_t form, size_t count, text_t *texts)
{
    char *const *strings;
    memcpy(&strings, value_of(slot), sizeof strings);
    for (size_t i = 0; i < count; i++) {
        text_t text = decode_text(strings[i]);
        status_t status = check_text(slot, form, (uint32_t)i, text);
        if (status != STATUS_OK)
            return status;
        if (texts != NULL)
            texts[i] = text;
    }
    return STATUS_OK;
}

static status_t fill_texts(const slot_t *slot, form_t form)
{
    size_t count = listed_count(slot);
    status_t status = check_count(slot, count);
    if (status != STATUS_OK || count == 0)
        return status;
    text_t *texts = arena_take(slot->reader->arena, count * sizeof *texts);
    if (texts == NULL)
        return STATUS_NO_MEMORY;
    memcpy(target_of(slot), &texts, sizeof texts);
    set_second(slot, (uint32_t)count);
    return read_texts(slot, form, count, texts);
}

static status_t fill_label_count(const slot_t *slot)
{
    size_t count = listed_count(slot);
    status_t status = check_count(slot, count);
    if (status != STATUS_OK)
        return status;
    uint32_t kept = (uint32_t)count;
    memcpy(target_of(slot), &kept, sizeof kept);
    return read_texts(slot, FORM_LABEL, count, NULL);
}

static status_t fill_hash_count(const slot_t *slot)
{
    size_t count = listed_count(slot);
    status_t status = check_count(slot, count);
    if (status != STATUS_OK)
        return status;
    const ProtobufCBinaryData *hashes;
    memcpy(&hashes, value_of(slot), sizeof hashes);
    for (size_t i = 0; i < count; i++) {
        if (hashes[i].len != HASH_BYTES)
            return refuse_number(slot, (uint32_t)i, STATUS_MALFORMED,
                                 "bytes: ", hashes[i].len);
    }
    uint32_t kept = (uint32_t)count;
    memcpy(target_of(slot), &kept, sizeof kept);
    return STATUS_OK;
}

static void set_has(const slot_t *slot, bool present)
{
    if (slot->row->second != SLOT_NONE)
        memcpy(slot->out + slot->row->second, &present, sizeof present);
}

static status_t fill_number(const slot_t *slot)
{
    bool present = is_present(slot);
    set_has(slot, present);
    /* protobuf-c gives an absent enum its first value; ours means "not told". */
    if (present || slot->field->type != PROTOBUF_C_TYPE_ENUM)
        memcpy(target_of(slot), value_of(slot), sizeof(uint32_t));
    return STATUS_OK;
}

static status_t fill_number_64(const slot_t *slot)
{
    set_has(slot, is_present(slot));
    memcpy(target_of(slot), value_of(slot), sizeof(uint64_t));
    return STATUS_OK;
}

static status_t fill_flag(const slot_t *slot)
{
    protobuf_c_boolean value;
    memcpy(&value, value_of(slot), sizeof value);
    bool flag = value != 0;
    memcpy(target_of(slot), &flag, sizeof flag);
    return STATUS_OK;
}

static status_t fill_status(const slot_t *slot)
{
    uint32_t value;
    memcpy(&value, value_of(slot), sizeof value);
    status_t status = status_known(value) ? (status_t)value : STATUS_MALFORMED;
    memcpy(target_of(slot), &status, sizeof status);
    return STATUS_OK;
}

static status_t fill_roles(const slot_t *slot)
{
    size_t count = listed_count(slot);
    const uint32_t *roles; /* enums of protobuf-c are int, of the same size */
    memcpy(&roles, value_of(slot), sizeof roles);
    uint32_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (roles[i] == 0 || roles[i] >= 32)
            return refuse_number(slot, (uint32_t)i, STATUS_UNKNOWN_VALUE, "", roles[i]);
        bits |= UINT32_C(1) << roles[i];
    }
    memcpy(target_of(slot), &bits, sizeof bits);
    return STATUS_OK;
}

/* ---- bytes ---- */

static ProtobufCBinaryData bytes_of(const slot_t *slot)
{
    ProtobufCBinaryData bytes;
    memcpy(&bytes, value_of(slot), sizeof bytes);
    return bytes;
}

/* Exact sizes are form: whoever follows the pointer rests on them. */
static status_t check_exact(const slot_t *slot, size_t size)
{
    if (size == slot->row->limit)
        return STATUS_OK;
    return refuse_number(slot, PLACE_NO_INDEX, STATUS_MALFORMED, "bytes: ", size);
}

static status_t fill_key(const slot_t *slot)
{
    if (!is_present(slot))
        return STATUS_OK;
    ProtobufCBinaryData bytes = bytes_of(slot);
    memcpy(target_of(slot), &bytes.data, sizeof bytes.data);
    return check_exact(slot, bytes.len);
}

static status_t fill_keys(const slot_t *slot)
{
    size_t count = listed_count(slot);
    status_t status = check_count(slot, count);
    if (status != STATUS_OK || count == 0)
        return status;
    uint8_t *keys = arena_take(slot->reader->arena, count * KEY_BYTES);
    if (keys == NULL)
        return STATUS_NO_MEMORY;
    const ProtobufCBinaryData *values;
    memcpy(&values, value_of(slot), sizeof values);
    for (size_t i = 0; i < count; i++) {
        if (values[i].len != KEY_BYTES)
            return refuse_number(slot, (uint32_t)i, STATUS_MALFORMED,
                                 "bytes: ", values[i].len);
        memcpy(keys + i * KEY_BYTES, values[i].data, KEY_BYTES);
    }
    memcpy(target_of(slot), &keys, sizeof keys);
    set_second(slot, (uint32_t)count);
    return STATUS_OK;
}

static status_t fill_bytes(const slot_t *slot)
{
    ProtobufCBinaryData bytes = bytes_of(slot);
    status_t status = check_exact(slot, bytes.len);
    if (status == STATUS_OK)
        memcpy(target_of(slot), bytes.data, bytes.len);
    return status;
}

static status_t fill_span(const slot_t *slot)
{
    if (!is_present(slot))
        return STATUS_OK;
    ProtobufCBinaryData bytes = bytes_of(slot);
    memcpy(target_of(slot), &bytes.data, sizeof bytes.data);
    set_second(slot, (uint32_t)bytes.len);
    return STATUS_OK;
}

static status_t fill_chars(const slot_t *slot)
{
    const char *string;
    memcpy(&string, value_of(slot), sizeof string);
    text_t text = decode_text(string);
    place_copy(target_of(slot), slot->row->limit, text.data, text.size);
    return STATUS_OK;
}

static status_t fill_string(const slot_t *slot)
{
    memcpy(target_of(slot), value_of(slot), sizeof(char *));
    return STATUS_OK;
}

/* ---- messages within ---- */

static status_t fill_inline(const slot_t *slot)
{
    const ProtobufCMessage *message;
    memcpy(&message, value_of(slot), sizeof message);
    place_t place = { slot->outer, slot->field->name, PLACE_NO_INDEX };
    return decode_message(slot->reader, slot->row->shape, message, &place,
                          target_of(slot));
}

static status_t fill_rows(const slot_t *slot)
{
    const shape_t *shape = slot->row->shape;
    size_t count = listed_count(slot);
    status_t status = check_count(slot, count);
    if (status != STATUS_OK || count == 0)
        return status;
    char *rows = arena_take(slot->reader->arena, count * shape->size);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    memset(rows, 0, count * shape->size);
    memcpy(target_of(slot), &rows, sizeof rows);
    set_second(slot, (uint32_t)count);
    ProtobufCMessage *const *messages;
    memcpy(&messages, value_of(slot), sizeof messages);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        place_t place = { slot->outer, slot->field->name, (uint32_t)i };
        status = decode_message(slot->reader, shape, messages[i], &place,
                                rows + i * shape->size);
    }
    return status;
}

static status_t fill(const slot_t *slot)
{
    switch ((form_t)slot->row->form) {
    case FORM_CODE:
    case FORM_LABEL:
    case FORM_TEXT:
        return fill_text(slot);
    case FORM_CODES:
        return fill_texts(slot, FORM_CODE);
    case FORM_LABELS:
        return fill_texts(slot, FORM_LABEL);
    case FORM_TEXTS:
        return fill_texts(slot, FORM_TEXT);
    case FORM_LABEL_COUNT:
        return fill_label_count(slot);
    case FORM_HASH_COUNT:
        return fill_hash_count(slot);
    case FORM_NUMBER:
        return fill_number(slot);
    case FORM_NUMBER_64:
        return fill_number_64(slot);
    case FORM_FLAG:
        return fill_flag(slot);
    case FORM_STATUS:
        return fill_status(slot);
    case FORM_ROLES:
        return fill_roles(slot);
    case FORM_KEY:
        return fill_key(slot);
    case FORM_KEYS:
        return fill_keys(slot);
    case FORM_BYTES:
        return fill_bytes(slot);
    case FORM_SPAN:
        return fill_span(slot);
    case FORM_CHARS:
        return fill_chars(slot);
    case FORM_STRING:
        return fill_string(slot);
    case FORM_INLINE:
        return fill_inline(slot);
    case FORM_ROWS:
        return fill_rows(slot);
    case FORM_COUNT:
        break;
    }
    check_failed(__FILE__, __LINE__, "the row has a form");
}

static status_t fill_all(const reader_t *reader, const shape_t *shape,
                         const ProtobufCMessage *message, const place_t *place,
                         void *out)
{
    const ProtobufCMessageDescriptor *descriptor = shape->descriptor;
    slot_t slot = {
        .reader = reader, .message = (const char *)message, .out = out, .outer = place
    };
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < shape->row_count && status == STATUS_OK; i++) {
        slot.row = &shape->rows[i];
        slot.field = &descriptor->fields[i];
        CHECK(slot.row->number == slot.field->id);
        status = fill(&slot);
    }
    return status;
}

#define ABSENT_BYTES_MAX 128u /* of a message that another one may do without */

status_t decode_message(const reader_t *reader, const shape_t *shape,
                        const ProtobufCMessage *message, const place_t *place,
                        void *out)
{
    const ProtobufCMessageDescriptor *descriptor = shape->descriptor;
    CHECK(shape->row_count == descriptor->n_fields);
    if (message != NULL) {
        CHECK(message->descriptor == descriptor);
        return fill_all(reader, shape, message, place, out);
    }
    union {
        ProtobufCMessage base;
        char room[ABSENT_BYTES_MAX];
    } absent;
    CHECK(descriptor->sizeof_message <= sizeof absent);
    descriptor->message_init(&absent.base);
    return fill_all(reader, shape, &absent.base, place, out);
}
