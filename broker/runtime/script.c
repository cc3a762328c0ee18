/* script.c - see script.h. */
#include "broker/runtime/script.h"

#include "proto/check.h"
#include "proto/wire.h"
#include <stdlib.h>

#define ROOM_FIRST 64u

void script_init(script_t *script)
{
    *script = (script_t){ .status = STATUS_OK };
    buffer_init(&script->bytes, SCRIPT_BYTES_MAX);
}

void script_fini(script_t *script)
{
    buffer_fini(&script->bytes);
    free(script->ends);
    script->ends = NULL;
    script->count = script->room = 0;
}

static bool make_room(script_t *script)
{
    if (script->count < script->room)
        return true;
    uint32_t room = script->room == 0 ? ROOM_FIRST : 2 * script->room;
    uint32_t *ends = realloc(script->ends, room * sizeof *ends);
    if (ends == NULL)
        return false;
    script->ends = ends;
    script->room = room;
    return true;
}

status_t script_add(script_t *script, const command_t *command)
{
    CHECK(script != NULL);
    CHECK(command != NULL);
    if (script->status == STATUS_OK && !make_room(script))
        script->status = STATUS_NO_MEMORY;
    if (script->status == STATUS_OK)
        script->status = wire_write_command(&script->bytes, command, NULL, NULL);
    if (script->status == STATUS_OK)
        script->ends[script->count++] = (uint32_t)script->bytes.size;
    return script->status;
}

void script_clear(script_t *script)
{
    script->bytes.size = 0;
    script->count = 0;
    script->status = STATUS_OK;
}

const uint8_t *script_at(const script_t *script, uint32_t i, uint32_t *size)
{
    CHECK(script != NULL);
    CHECK(i < script->count);
    uint32_t begin = i == 0 ? 0 : script->ends[i - 1];
    *size = script->ends[i] - begin;
    return script->bytes.data + begin;
}
