/* json_fields.h - what JSON may say about a command: verbs, fields, kinds of values.
 *
 * A part of json.h. Threads: none of its own; the tables are constant.
 */
#ifndef YX_PROTO_JSON_FIELDS_H
#define YX_PROTO_JSON_FIELDS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

/* How the value of a field is written in JSON. */
typedef enum {
    VALUE_CODE,
    VALUE_TEXT,
    VALUE_NUMBER,
    VALUE_FLAG,
    VALUE_DATE,  /* "2024-09-28" or 20240928 */
    VALUE_TIME,  /* milliseconds or RFC 3339 */
    VALUE_BYTES, /* hexadecimal */
    VALUE_CHOICE,
    VALUE_OBJECT
} value_t;

/* The field of message Command for a verb that a client may send, or NULL. */
const ProtobufCFieldDescriptor *json_verb(const char *verb);
/* The verb's message, and the message of the private part. */
const ProtobufCMessageDescriptor *json_message(const ProtobufCFieldDescriptor *verb);
const ProtobufCMessageDescriptor *json_private(void);
/* Whether PROTOCOL.md section 4 gives the verb this field of the private part. */
bool json_private_allowed(const ProtobufCFieldDescriptor *verb,
                          const ProtobufCFieldDescriptor *field);
value_t json_value_of(const ProtobufCFieldDescriptor *field);

#endif
