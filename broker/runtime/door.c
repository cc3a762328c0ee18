/* door.c - see door.h. */
#include "broker/runtime/door.h"

#include "proto/check.h"
#include <string.h>

/* Keys on their way to the handler, all let in or all shut out. */
typedef struct {
    uint8_t keys[ZAP_MESSAGE_KEYS][KEY_BYTES];
    size_t count;
    bool allow;
} load_t;

static void send_load(core_t *core, load_t *load)
{
    const uint8_t(*keys)[KEY_BYTES] = (const uint8_t(*)[KEY_BYTES])load->keys;
    if (load->count == 0)
        return;
    status_t status = load->allow ? zap_allow(core->zap, keys, load->count)
                                  : zap_deny(core->zap, keys, load->count);
    load->count = 0;
    if (status == STATUS_OK)
        return;
    core->door_stale = true;
    core->metrics.door_updates_deferred++;
}

static void put(core_t *core, load_t *load, const uint8_t key[KEY_BYTES])
{
    memcpy(load->keys[load->count++], key, KEY_BYTES);
    if (load->count == ZAP_MESSAGE_KEYS)
        send_load(core, load);
}

static void allow(core_t *core, const uint8_t key[KEY_BYTES])
{
    load_t load = { .count = 0, .allow = true };
    put(core, &load, key);
    send_load(core, &load);
}

/* Seldom, so a walk over all keys will do. */
static void deny_revoked(core_t *core, text_t code)
{
    const table_t *keys = &core->state->keys;
    uint32_t principal = state_find(&core->state->principals, code);
    load_t load = { .count = 0, .allow = false };
    for (uint32_t i = 1; i <= keys->count; i++) {
        const key_row_t *row = TABLE_ROW(key_row_t, keys, i);
        if (row->principal == principal && row->state == KEY_REVOKED)
            put(core, &load, row->key);
    }
    send_load(core, &load);
}

void door_follow(core_t *core, const command_t *command)
{
    CHECK(core != NULL);
    CHECK(command != NULL);
    switch (command->kind) {
    case COMMAND_INVITE:
        allow(core, command->body.invite.key);
        break;
    case COMMAND_ENROL:
        allow(core, command->body.enrol.key);
        break;
    case COMMAND_OPEN_SESSION:
        allow(core, command->body.open_session.key);
        if (command->body.open_session.expires_ms < core->session_ends_ms)
            core->session_ends_ms = command->body.open_session.expires_ms;
        break;
    case COMMAND_REVOKE:
        deny_revoked(core, command->body.revoke.principal);
        break;
    default:
        break;
    }
}

static bool may_enter(const key_row_t *row, int64_t now_ms)
{
    if (row->state == KEY_ACTIVE)
        return true;
    return (row->state == KEY_INVITE || row->state == KEY_USED ||
            row->state == KEY_SESSION) &&
           row->expires_ms > now_ms;
}

void door_refill(core_t *core)
{
    CHECK(core != NULL);
    const table_t *keys = &core->state->keys;
    load_t in = { .count = 0, .allow = true }, out = { .count = 0, .allow = false };
    core->door_stale = false;
    for (uint32_t i = 1; i <= keys->count; i++) {
        const key_row_t *row = TABLE_ROW(key_row_t, keys, i);
        put(core, may_enter(row, core->now_ms) ? &in : &out, row->key);
    }
    send_load(core, &in);
    send_load(core, &out);
}

void door_expire(core_t *core)
{
    CHECK(core != NULL);
    const table_t *keys = &core->state->keys;
    if (core->now_ms < core->session_ends_ms)
        return;
    core->access_version++;
    core->session_ends_ms = INT64_MAX;
    for (uint32_t i = 1; i <= keys->count; i++) {
        const key_row_t *row = TABLE_ROW(key_row_t, keys, i);
        if (row->state == KEY_SESSION && row->expires_ms > core->now_ms &&
            row->expires_ms < core->session_ends_ms)
            core->session_ends_ms = row->expires_ms;
    }
}
