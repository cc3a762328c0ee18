/* json_object.c - see json_object.h. */
#include "proto/json_object.h"

#include "proto/check.h"
#include <stdbool.h>
#include <stdlib.h>

typedef ProtobufCFieldDescriptor field_t;
typedef ProtobufCMessageDescriptor message_t;

/* What lies at an offset of one of protobuf-c's structs. */
static const void *at(const void *plain, unsigned offset)
{
    return (const uint8_t *)plain + offset;
}

/* Above what JSON's readers take for a whole number, a number becomes a text. */
static json_t *unsigned_number(uint64_t number)
{
    return number <= INT64_MAX ? json_integer((json_int_t)number)
                               : json_sprintf("%llu", (unsigned long long)number);
}

static json_t *hex_of(const ProtobufCBinaryData *bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(2 * bytes->len + 1);
    if (hex == NULL)
        return NULL;
    for (size_t i = 0; i < bytes->len; i++) {
        hex[2 * i] = digits[bytes->data[i] >> 4];
        hex[2 * i + 1] = digits[bytes->data[i] & 15];
    }
    json_t *text = json_stringn(hex, 2 * bytes->len);
    free(hex);
    return text;
}

static json_t *choice_of(const field_t *field, int number)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(field->descriptor, number);
    return value != NULL ? json_string(value->name) : json_integer(number);
}

static json_t *value_of(const field_t *field, const void *value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return json_string(*(char *const *)value);
    case PROTOBUF_C_TYPE_BYTES:
        return hex_of(value);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_object_of(field->descriptor, *(void *const *)value);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)value);
    case PROTOBUF_C_TYPE_ENUM:
        return choice_of(field, *(const int *)value);
    case PROTOBUF_C_TYPE_UINT32:
        return json_integer(*(const uint32_t *)value);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
        return json_integer(*(const int64_t *)value);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return unsigned_number(*(const uint64_t *)value);
    default:
        CHECK(field->type == PROTOBUF_C_TYPE_STRING); /* a type that no reply has */
        return NULL;
    }
}

static size_t element_size(const field_t *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_UINT32:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int);
    default:
        CHECK(field->type == PROTOBUF_C_TYPE_STRING); /* a list that no reply has */
        return 0;
    }
}

static json_t *list_of(const field_t *field, const void *plain)
{
    size_t count = *(const size_t *)at(plain, field->quantifier_offset);
    const uint8_t *values = *(uint8_t *const *)at(plain, field->offset);
    json_t *list = json_array();
    for (size_t i = 0; i < count && list != NULL; i++) {
        json_t *value = value_of(field, values + i * element_size(field));
        if (json_array_append_new(list, value) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static bool is_present(const field_t *field, const void *plain)
{
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
        return *(const uint32_t *)at(plain, field->quantifier_offset) == field->id;
    if (field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return true;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)at(plain, field->offset) != NULL;
    return *(const protobuf_c_boolean *)at(plain, field->quantifier_offset) != 0;
}

static json_t *field_value(const field_t *field, const void *plain)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED
               ? list_of(field, plain)
               : value_of(field, at(plain, field->offset));
}

json_t *json_object_of(const message_t *message, const void *plain)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->n_fields && object != NULL; i++) {
        const field_t *field = &message->fields[i];
        if (is_present(field, plain) &&
            json_object_set_new(object, field->name, field_value(field, plain)) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}
