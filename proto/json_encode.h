/* json_encode.h - one JSON object to the bytes of one message; a part of json.h.
 *
 * Strict: another kind of value than the field has is refused with its place.
 */
#ifndef YX_PROTO_JSON_ENCODE_H
#define YX_PROTO_JSON_ENCODE_H

#include "proto/place.h"
#include "proto/wire_encode.h"
#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* Writes the fields of `message` that `object` has; null counts as absent. Other keys
 * are the caller's to judge. STATUS_BAD_INPUT, STATUS_FIELD_MISSING,
 * STATUS_UNKNOWN_VALUE, STATUS_BAD_DATE. */
status_t json_encode_fields(writer_t *writer, const ProtobufCMessageDescriptor *message,
                            json_t *object, const place_t *place, fault_t *fault);

/* Refuses with the value itself as the detail. */
status_t json_refuse(fault_t *fault, const place_t *place, status_t status,
                     json_t *value);

#endif
