/* json_reply.c - replies to JSON, along the message descriptors; see json.h. */
#include "proto/json.h"

#include "proto/check.h"
#include "proto/guard.h"
#include "proto/json_object.h"
#include "wire.pb-c.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

status_t json_from_reply(const uint8_t *bytes, size_t size, buffer_t *json,
                         fault_t *fault)
{
    CHECK(bytes != NULL || size == 0);
    CHECK(json != NULL);
    status_t status = guard_check(GUARD_REPLY, bytes, size, fault);
    if (status != STATUS_OK)
        return status;
    json_t *object = NULL;
    char *text = NULL;
    status = STATUS_NO_MEMORY; /* what the guard passes can only fail for that */
    Yx__Reply *reply = yx__reply__unpack(NULL, size, bytes);
    if (reply == NULL)
        goto done;
    object = json_object_of(&yx__reply__descriptor, reply);
    if (object == NULL)
        goto done;
    text = json_dumps(object, JSON_COMPACT);
    if (text != NULL)
        status = buffer_append(json, text, strlen(text));

done:
    free(text);
    json_decref(object);
    if (reply != NULL)
        yx__reply__free_unpacked(reply, NULL);
    return status;
}
