/* json_fact.c - a record of the journal to JSON, its command decoded; see json.h. */
#include "proto/json.h"

#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/guard.h"
#include "proto/json_object.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The names of a command's kind: the field of message Command, or NULL. */
static const ProtobufCFieldDescriptor *field_of(uint32_t kind)
{
    return protobuf_c_message_descriptor_get_field(&yx__command__descriptor, kind);
}

/* The body of the public part as an object; NULL when it cannot be. */
static json_t *read_public(const fact_t *fact)
{
    Yx__Command *command =
        yx__command__unpack(NULL, fact->public_size, fact->public_part);
    if (command == NULL)
        return NULL;
    json_t *body = NULL;
    const ProtobufCFieldDescriptor *field = field_of(command->body_case);
    if (field != NULL) /* every member of the oneof is a pointer to a message */
        body = json_object_of(field->descriptor, command->unit);
    yx__command__free_unpacked(command, NULL);
    return body;
}

static bool add_private(json_t *body, const fact_t *fact)
{
    Yx__Private *part =
        yx__private__unpack(NULL, fact->private_size, fact->private_part);
    if (part == NULL)
        return false;
    json_t *object = json_object_of(&yx__private__descriptor, part);
    yx__private__free_unpacked(part, NULL);
    json_t *names = json_object_get(object, "evidence_names");
    bool done = object != NULL;
    if (done && names != NULL && json_array_size(names) == 0)
        done = json_object_del(object, "evidence_names") == 0;
    done = done && json_object_update(body, object) == 0;
    json_decref(object);
    return done;
}

static bool set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0; /* takes NULL as a failure */
}

static bool set_hash(json_t *object, const uint8_t hash[HASH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * HASH_BYTES];
    for (size_t i = 0; i < HASH_BYTES; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    return set(object, "hash", json_stringn(text, sizeof text));
}

static bool set_withheld(json_t *object, const fact_t *fact)
{
    json_t *list = json_array();
    bool done = list != NULL;
    for (uint32_t i = 0; i < fact->withheld_count && done; i++)
        done = json_array_append_new(list, json_stringn(fact->withheld[i].data,
                                                        fact->withheld[i].size)) == 0;
    if (!done) {
        json_decref(list);
        return false;
    }
    return set(object, "withheld", list);
}

static bool set_head(json_t *object, const fact_t *fact)
{
    const ProtobufCFieldDescriptor *kind = field_of(fact->kind);
    json_t *name =
        kind != NULL ? json_string(kind->name) : json_integer((json_int_t)fact->kind);
    bool done = set(object, "seq", json_integer((json_int_t)fact->seq)) &&
                set(object, "time_ms", json_integer((json_int_t)fact->time_ms)) &&
                set_hash(object, fact->hash) && set(object, "kind", name);
    if (done && fact->principal.size > 0)
        done = set(object, "principal",
                   json_stringn(fact->principal.data, fact->principal.size));
    if (done && fact->late)
        done = set(object, "late", json_true());
    if (done && fact->under_review)
        done = set(object, "under_review", json_true());
    return done && (fact->withheld_count == 0 || set_withheld(object, fact));
}

static status_t check(const fact_t *fact, fault_t *fault)
{
    status_t status = STATUS_OK;
    if (fact->public_part != NULL)
        status =
            guard_check(GUARD_COMMAND, fact->public_part, fact->public_size, fault);
    if (status == STATUS_OK && fact->private_part != NULL)
        status =
            guard_check(GUARD_PRIVATE, fact->private_part, fact->private_size, fault);
    return status;
}

static bool set_command(json_t *object, const fact_t *fact)
{
    if (fact->public_part == NULL)
        return true;
    json_t *body = read_public(fact);
    if (body == NULL)
        return false;
    if (fact->private_part != NULL && !add_private(body, fact)) {
        json_decref(body);
        return false;
    }
    return set(object, "command", body);
}

status_t json_from_fact(const fact_t *fact, buffer_t *json, fault_t *fault)
{
    CHECK(fact != NULL);
    CHECK(json != NULL);
    status_t status = check(fact, fault);
    if (status != STATUS_OK)
        return status;
    char *text = NULL;
    status = STATUS_NO_MEMORY; /* what the guard passes can only fail for that */
    json_t *object = json_object();
    if (object != NULL && set_head(object, fact) && set_command(object, fact))
        text = json_dumps(object, JSON_COMPACT);
    if (text != NULL)
        status = buffer_append(json, text, strlen(text));
    free(text);
    json_decref(object);
    return status;
}
