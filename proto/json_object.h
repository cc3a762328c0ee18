/* json_object.h - one of protobuf-c's structs as a JSON object; a part of json.h. */
#ifndef YX_PROTO_JSON_OBJECT_H
#define YX_PROTO_JSON_OBJECT_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* Absent fields are absent. NULL when memory is short. */
json_t *json_object_of(const ProtobufCMessageDescriptor *message, const void *plain);

#endif
