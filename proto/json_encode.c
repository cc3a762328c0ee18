/* json_encode.c - see json_encode.h. */
#include "proto/json_encode.h"

#include "proto/check.h"
#include "proto/json_fields.h"
#include "proto/json_time.h"
#include <stdlib.h>
#include <string.h>

#define BYTES_FIELD_MAX 64u /* of one field of type bytes */

typedef ProtobufCFieldDescriptor field_t;
typedef ProtobufCMessageDescriptor message_t;

/* Where a value is to go and what to say when it cannot. */
typedef struct {
    writer_t *writer;
    const field_t *field;
    const place_t *place;
    fault_t *fault;
} target_t;

status_t json_refuse(fault_t *fault, const place_t *place, status_t status,
                     json_t *value)
{
    if (value == NULL || json_is_string(value)) {
        const char *text = value != NULL ? json_string_value(value) : NULL;
        return place_refuse(fault, place, status, text,
                            text != NULL ? json_string_length(value) : 0);
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    (void)place_refuse(fault, place, status, text, text != NULL ? strlen(text) : 0);
    free(text);
    return status;
}

static status_t refuse(const target_t *to, status_t status, json_t *value)
{
    return json_refuse(to->fault, to->place, status, value);
}

static status_t put_text(const target_t *to, json_t *value)
{
    if (!json_is_string(value))
        return refuse(to, STATUS_BAD_INPUT, value);
    encode_bytes(to->writer, to->field->id, json_string_value(value),
                 json_string_length(value));
    return STATUS_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static status_t put_bytes(const target_t *to, json_t *value)
{
    uint8_t bytes[BYTES_FIELD_MAX];
    const char *hex = json_string_value(value);
    size_t size = json_is_string(value) ? json_string_length(value) : 1;
    if (size % 2 != 0 || size / 2 > sizeof bytes)
        return refuse(to, STATUS_BAD_INPUT, value);
    for (size_t i = 0; i < size / 2; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return refuse(to, STATUS_BAD_INPUT, value);
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    encode_bytes(to->writer, to->field->id, bytes, size / 2);
    return STATUS_OK;
}

static status_t put_choice(const target_t *to, json_t *value)
{
    if (!json_is_string(value))
        return refuse(to, STATUS_BAD_INPUT, value);
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value_by_name(
        to->field->descriptor, json_string_value(value));
    if (found == NULL)
        return refuse(to, STATUS_UNKNOWN_VALUE, value);
    encode_number(to->writer, to->field->id, (uint64_t)(int64_t)found->value);
    return STATUS_OK;
}

static bool number_fits(const field_t *field, json_int_t number)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32:
        return number >= 0 && number <= (json_int_t)UINT32_MAX;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
        return number >= INT32_MIN && number <= INT32_MAX;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return number >= 0;
    default:
        return true;
    }
}

static status_t put_integer(const target_t *to, json_int_t number, json_t *value)
{
    if (!number_fits(to->field, number))
        return refuse(to, STATUS_BAD_INPUT, value);
    uint64_t raw = (uint64_t)number;
    if (to->field->type == PROTOBUF_C_TYPE_SINT64 ||
        to->field->type == PROTOBUF_C_TYPE_SINT32)
        raw = raw << 1 ^ (number < 0 ? UINT64_MAX : 0); /* zigzag */
    if (to->field->type == PROTOBUF_C_TYPE_FIXED64)
        encode_fixed64(to->writer, to->field->id, raw);
    else
        encode_number(to->writer, to->field->id, raw);
    return STATUS_OK;
}

static status_t put_number(const target_t *to, json_t *value)
{
    return json_is_integer(value) ? put_integer(to, json_integer_value(value), value)
                                  : refuse(to, STATUS_BAD_INPUT, value);
}

static status_t put_date(const target_t *to, json_t *value)
{
    if (!json_is_string(value))
        return put_number(to, value);
    uint32_t date;
    status_t status =
        json_read_date(json_string_value(value), json_string_length(value), &date);
    return status == STATUS_OK ? put_integer(to, date, value)
                               : refuse(to, status, value);
}

static status_t put_time(const target_t *to, json_t *value)
{
    if (!json_is_string(value))
        return put_number(to, value);
    int64_t unix_ms;
    status_t status =
        json_read_time(json_string_value(value), json_string_length(value), &unix_ms);
    return status == STATUS_OK ? put_integer(to, unix_ms, value)
                               : refuse(to, status, value);
}

static status_t put_flag(const target_t *to, json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(to, STATUS_BAD_INPUT, value);
    encode_number(to->writer, to->field->id, json_is_true(value) ? 1 : 0);
    return STATUS_OK;
}

/* A message within: here an unknown key is seen at once. */
static status_t put_object(const target_t *to, json_t *value)
{
    if (!json_is_object(value))
        return refuse(to, STATUS_BAD_INPUT, value);
    const message_t *message = to->field->descriptor;
    for (void *i = json_object_iter(value); i != NULL;
         i = json_object_iter_next(value, i)) {
        const char *key = json_object_iter_key(i);
        place_t place = { to->place, key, PLACE_NO_INDEX };
        if (protobuf_c_message_descriptor_get_field_by_name(message, key) == NULL)
            return json_refuse(to->fault, &place, STATUS_BAD_INPUT, NULL);
    }
    size_t opened = encode_open(to->writer, to->field->id);
    status_t status =
        json_encode_fields(to->writer, message, value, to->place, to->fault);
    encode_close(to->writer, opened);
    return status;
}

static status_t put_value(const target_t *to, json_t *value)
{
    static status_t (*const put[])(const target_t *, json_t *) = {
        [VALUE_CODE] = put_text,     [VALUE_TEXT] = put_text,
        [VALUE_NUMBER] = put_number, [VALUE_FLAG] = put_flag,
        [VALUE_DATE] = put_date,     [VALUE_TIME] = put_time,
        [VALUE_BYTES] = put_bytes,   [VALUE_CHOICE] = put_choice,
        [VALUE_OBJECT] = put_object,
    };
    return put[json_value_of(to->field)](to, value);
}

static status_t put_list(const target_t *to, json_t *list)
{
    if (!json_is_array(list))
        return refuse(to, STATUS_BAD_INPUT, list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        place_t place = { to->place->outer, to->place->name, (uint32_t)i };
        target_t entry = { to->writer, to->field, &place, to->fault };
        status_t status = put_value(&entry, json_array_get(list, i));
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static status_t put_field(const target_t *to, json_t *value)
{
    if (value == NULL || json_is_null(value))
        return to->field->label == PROTOBUF_C_LABEL_REQUIRED
                   ? refuse(to, STATUS_FIELD_MISSING, NULL)
                   : STATUS_OK;
    return to->field->label == PROTOBUF_C_LABEL_REPEATED ? put_list(to, value)
                                                         : put_value(to, value);
}

status_t json_encode_fields(writer_t *writer, const message_t *message, json_t *object,
                            const place_t *outer, fault_t *fault)
{
    CHECK(writer != NULL);
    CHECK(json_is_object(object));
    for (unsigned i = 0; i < message->n_fields; i++) {
        const field_t *field = &message->fields[i];
        place_t place = { outer, field->name, PLACE_NO_INDEX };
        target_t to = { writer, field, &place, fault };
        status_t status = put_field(&to, json_object_get(object, field->name));
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
