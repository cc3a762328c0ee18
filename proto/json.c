/* json.c - commands from JSON, and what --help tells about them; see json.h. */
#include "proto/json.h"

#include "proto/check.h"
#include "proto/guard.h"
#include "proto/json_encode.h"
#include "proto/json_fields.h"
#include <stdio.h>
#include <string.h>

#define TYPE_CHARS_MAX 512u

typedef ProtobufCFieldDescriptor field_t;
typedef ProtobufCMessageDescriptor message_t;

static const field_t *field_of(const message_t *message, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(message, name);
}

/* ---- from JSON ---- */

static status_t parse(const char *json, size_t size, json_t **object, fault_t *fault)
{
    json_error_t error;
    *object = json_loadb(json, size, JSON_REJECT_DUPLICATES, &error);
    if (*object == NULL) {
        if (error.line < 0) /* jansson finds a place for all that is not JSON */
            return STATUS_NO_MEMORY;
        char place[FAULT_PLACE_MAX];
        snprintf(place, sizeof place, "line %d, column %d", error.line, error.column);
        fault_set(fault, place, error.text, strlen(error.text));
        return STATUS_BAD_INPUT;
    }
    return json_is_object(*object)
               ? STATUS_OK
               : json_refuse(fault, NULL, STATUS_BAD_INPUT, *object);
}

/* Every key is a field of the public part, or one that the private part may have. */
static status_t check_keys(const field_t *verb, json_t *object, const place_t *outer,
                           fault_t *fault)
{
    for (void *i = json_object_iter(object); i != NULL;
         i = json_object_iter_next(object, i)) {
        const char *key = json_object_iter_key(i);
        const field_t *hidden = field_of(json_private(), key);
        bool known = field_of(json_message(verb), key) != NULL ||
                     (hidden != NULL && json_private_allowed(verb, hidden));
        place_t place = { outer, key, PLACE_NO_INDEX };
        if (!known)
            return json_refuse(fault, &place, STATUS_BAD_INPUT, NULL);
    }
    return STATUS_OK;
}

static bool wants(const field_t *verb, json_t *object, const char *name)
{
    return field_of(json_message(verb), name) != NULL &&
           json_object_get(object, name) == NULL;
}

/* Length of a text of the private part, 0 when it is absent. */
static json_int_t chars_of(json_t *object, const char *name)
{
    json_t *text = json_object_get(object, name);
    if (!json_is_string(text))
        return 0;
    int64_t chars = guard_text_chars(json_string_value(text), json_string_length(text));
    return chars > 0 ? chars : 0;
}

/* What the public part tells about the private one is filled in when it is not given. */
static status_t complete(const field_t *verb, json_t *object)
{
    int failed = 0;
    if (wants(verb, object, "narrative_chars"))
        failed |= json_object_set_new(object, "narrative_chars",
                                      json_integer(chars_of(object, "narrative")));
    if (wants(verb, object, "reason_chars") && chars_of(object, "text") > 0)
        failed |= json_object_set_new(object, "reason_chars",
                                      json_integer(chars_of(object, "text")));
    if (wants(verb, object, "has_post") && chars_of(object, "post") > 0)
        failed |= json_object_set_new(object, "has_post", json_true());
    return failed == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t write_public(const field_t *verb, json_t *object, const place_t *place,
                             buffer_t *out, fault_t *fault)
{
    writer_t writer = encode_begin(out);
    size_t opened = encode_open(&writer, verb->id);
    status_t status =
        json_encode_fields(&writer, json_message(verb), object, place, fault);
    encode_close(&writer, opened);
    if (status != STATUS_OK)
        writer.status = status;
    return encode_end(&writer, PUBLIC_BYTES_MAX);
}

static status_t write_private(json_t *object, const place_t *place, buffer_t *out,
                              fault_t *fault)
{
    writer_t writer = encode_begin(out);
    status_t status = json_encode_fields(&writer, json_private(), object, place, fault);
    if (status != STATUS_OK)
        writer.status = status;
    return encode_end(&writer, PRIVATE_BYTES_MAX);
}

/* The private part takes only the fields that the public part has not. */
static status_t write_parts(const field_t *verb, json_t *object, buffer_t *public_part,
                            buffer_t *private_part, fault_t *fault)
{
    place_t place = { NULL, verb->name, PLACE_NO_INDEX };
    size_t began = public_part->size;
    status_t status = check_keys(verb, object, &place, fault);
    if (status == STATUS_OK)
        status = complete(verb, object);
    if (status == STATUS_OK)
        status = write_public(verb, object, &place, public_part, fault);
    if (status == STATUS_OK)
        status = write_private(object, &place, private_part, fault);
    if (status != STATUS_OK)
        public_part->size = began;
    return status;
}

status_t json_to_command(const char *verb, const char *json, size_t size,
                         buffer_t *public_part, buffer_t *private_part, fault_t *fault)
{
    CHECK(verb != NULL);
    CHECK(json != NULL || size == 0);
    CHECK(public_part != NULL);
    CHECK(private_part != NULL);
    const field_t *field = json_verb(verb);
    if (field == NULL) {
        fault_set(fault, NULL, verb, strlen(verb));
        return STATUS_USAGE;
    }
    if (size > JSON_BYTES_MAX)
        return STATUS_TOO_LARGE;
    json_t *object = NULL;
    status_t status = parse(json != NULL ? json : "", size, &object, fault);
    if (status == STATUS_OK)
        status = write_parts(field, object, public_part, private_part, fault);
    json_decref(object);
    return status;
}

/* ---- for --help ---- */

static void choices(const ProtobufCEnumDescriptor *kinds, char type[TYPE_CHARS_MAX])
{
    size_t size = strlen(type);
    for (unsigned i = 0; i < kinds->n_values; i++) {
        int added = snprintf(type + size, TYPE_CHARS_MAX - size, "%s%s",
                             i > 0 ? " | " : "", kinds->values[i].name);
        CHECK(added > 0 && (size_t)added < TYPE_CHARS_MAX - size);
        size += (size_t)added;
    }
}

static void type_in_words(const field_t *field, char type[TYPE_CHARS_MAX])
{
    static const char *const plain[] = {
        [VALUE_CODE] = "code",         [VALUE_TEXT] = "text", [VALUE_NUMBER] = "number",
        [VALUE_FLAG] = "true | false", [VALUE_DATE] = "date", [VALUE_TIME] = "time",
        [VALUE_BYTES] = "hexadecimal", [VALUE_CHOICE] = "",   [VALUE_OBJECT] = "object",
    };
    bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
    value_t value = json_value_of(field);
    snprintf(type, TYPE_CHARS_MAX, "%s%s", list ? "list of " : "", plain[value]);
    if (value == VALUE_CHOICE)
        choices(field->descriptor, type);
}

typedef struct {
    json_field_visitor *visit;
    void *context;
} visitor_t;

static void describe(const visitor_t *visitor, const field_t *field, const char *outer)
{
    char path[FAULT_PLACE_MAX], type[TYPE_CHARS_MAX];
    bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
    int size = snprintf(path, sizeof path, "%s%s", outer, field->name);
    CHECK(size > 0 && (size_t)size < sizeof path);
    type_in_words(field, type);
    visitor->visit(visitor->context, path, type,
                   field->label == PROTOBUF_C_LABEL_REQUIRED);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return;
    size = snprintf(path, sizeof path, "%s%s%s.", outer, field->name, list ? "[]" : "");
    CHECK(size > 0 && (size_t)size < sizeof path);
    const message_t *message = field->descriptor;
    for (unsigned i = 0; i < message->n_fields; i++)
        describe(visitor, &message->fields[i], path);
}

/* Told by the private part, so that nobody has to give it. */
static bool is_computed(const char *name)
{
    return strcmp(name, "narrative_chars") == 0 || strcmp(name, "reason_chars") == 0 ||
           strcmp(name, "has_post") == 0;
}

status_t json_describe(const char *verb, json_field_visitor *visit, void *context)
{
    CHECK(verb != NULL);
    CHECK(visit != NULL);
    const field_t *field = json_verb(verb);
    if (field == NULL)
        return STATUS_USAGE;
    const message_t *message = json_message(field);
    visitor_t visitor = { visit, context };
    for (unsigned i = 0; i < message->n_fields; i++) {
        if (!is_computed(message->fields[i].name))
            describe(&visitor, &message->fields[i], "");
    }
    for (unsigned i = 0; i < json_private()->n_fields; i++) {
        if (json_private_allowed(field, &json_private()->fields[i]))
            describe(&visitor, &json_private()->fields[i], "");
    }
    return STATUS_OK;
}
