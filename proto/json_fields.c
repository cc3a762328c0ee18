/* json_fields.c - see json_fields.h. */
#include "proto/json_fields.h"

#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/command.h"
#include <string.h>

/* Field numbers of message Private. */
enum { NAME = 1, POST = 2, NARRATIVE = 3, TEXT = 4, EVIDENCE_NAMES = 5 };
#define BIT(field) (1u << (field))

/* PROTOCOL.md section 4. */
static const uint8_t private_fields[COMMAND_KIND_LIMIT] = {
    [COMMAND_UNIT] = BIT(NAME),
    [COMMAND_PERSON] = BIT(NAME),
    [COMMAND_SUBJECT] = BIT(NAME) | BIT(POST),
    [COMMAND_PROJECT] = BIT(NAME) | BIT(TEXT),
    [COMMAND_MILESTONE] = BIT(NAME) | BIT(EVIDENCE_NAMES),
    [COMMAND_ASSIGNMENT] = BIT(POST) | BIT(TEXT),
    [COMMAND_TEAM] = BIT(NAME),
    [COMMAND_INSPECTOR] = BIT(NAME),
    [COMMAND_STAFF] = BIT(NAME),
    [COMMAND_PROPOSE_SCHEME] = BIT(NAME),
    [COMMAND_ROUND] = BIT(NAME),
    [COMMAND_OBSERVE] = BIT(NARRATIVE) | BIT(TEXT) | BIT(EVIDENCE_NAMES),
    [COMMAND_REVIEW] = BIT(TEXT),
    [COMMAND_RETRACT] = BIT(TEXT),
    [COMMAND_INVITE] = BIT(NAME),
    [COMMAND_REVOKE] = BIT(TEXT),
    [COMMAND_ADOPT_EPOCH] = BIT(TEXT),
    [COMMAND_DROP_EPOCH] = BIT(TEXT),
    [COMMAND_FREEZE_BOARD] = BIT(NAME),
    [COMMAND_CLOSE_ATTENTION] = BIT(TEXT),
};

/* Texts that are words of people; every other text is a code. */
static const char *const words[] = {
    "kind",  "rank_class", "group",      "groups",         "tags",
    "front", "category",   "difficulty", "key_task",       "name",
    "post",  "text",       "narrative",  "evidence_names", "reason",
};

static const char *const dates[] = {
    "planned_start", "started_on", "plan_date", "done_date", "from", "to",
};

static bool one_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool ends_with_ms(const char *name)
{
    size_t size = strlen(name);
    return size > 3 && strcmp(name + size - 3, "_ms") == 0;
}

const ProtobufCFieldDescriptor *json_verb(const char *verb)
{
    CHECK(verb != NULL);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(&yx__command__descriptor, verb);
    /* What the broker alone writes never comes from a client. */
    bool own = field != NULL && command_is_internal((command_kind_t)field->id);
    return own ? NULL : field;
}

const ProtobufCMessageDescriptor *json_message(const ProtobufCFieldDescriptor *verb)
{
    CHECK(verb != NULL);
    CHECK(verb->type == PROTOBUF_C_TYPE_MESSAGE);
    return verb->descriptor;
}

const ProtobufCMessageDescriptor *json_private(void)
{
    return &yx__private__descriptor;
}

bool json_private_allowed(const ProtobufCFieldDescriptor *verb,
                          const ProtobufCFieldDescriptor *field)
{
    CHECK(verb != NULL && verb->id < COMMAND_KIND_LIMIT);
    CHECK(field != NULL && field->id <= EVIDENCE_NAMES);
    return (private_fields[verb->id] & BIT(field->id)) != 0;
}

value_t json_value_of(const ProtobufCFieldDescriptor *field)
{
    CHECK(field != NULL);
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return one_of(words, sizeof words / sizeof words[0], field->name) ? VALUE_TEXT
                                                                          : VALUE_CODE;
    case PROTOBUF_C_TYPE_UINT32:
        return one_of(dates, sizeof dates / sizeof dates[0], field->name)
                   ? VALUE_DATE
                   : VALUE_NUMBER;
    case PROTOBUF_C_TYPE_INT64:
        return ends_with_ms(field->name) ? VALUE_TIME : VALUE_NUMBER;
    case PROTOBUF_C_TYPE_BOOL:
        return VALUE_FLAG;
    case PROTOBUF_C_TYPE_BYTES:
        return VALUE_BYTES;
    case PROTOBUF_C_TYPE_ENUM:
        return VALUE_CHOICE;
    case PROTOBUF_C_TYPE_MESSAGE:
        return VALUE_OBJECT;
    default:
        return VALUE_NUMBER;
    }
}
