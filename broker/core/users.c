/* users.c - see users.h. */
#include "broker/core/users.h"

#include "broker/core/access_spec.h"
#include "broker/core/demo_clock.h"
#include "broker/core/refuse.h"
#include "proto/check.h"
#include <string.h>

static const text_t no_text = { NULL, 0 };

static principal_row_t *principal_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(principal_row_t, &state->principals, index);
}

static key_row_t *key_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(key_row_t, &state->keys, index);
}

static user_row_t *user_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(user_row_t, &state->users, index);
}

static const user_row_t *user_of(const state_t *state, uint32_t principal)
{
    uint32_t index = principal_at(state, principal)->user;
    return index != 0 ? user_at(state, index) : NULL;
}

/* As many as there are gateways. gateway 0 = of all. */
static void end_sessions(state_t *state, const user_row_t *user, uint32_t gateway,
                         int64_t now_ms)
{
    for (uint32_t i = user->sessions; i != 0; i = key_at(state, i)->older) {
        key_row_t *key = key_at(state, i);
        if ((gateway == 0 || key->gateway == gateway) && key->expires_ms > now_ms)
            key->expires_ms = now_ms;
    }
}

/* The last end among them. */
static int64_t sessions_end(const state_t *state, const user_row_t *user,
                            uint32_t gateway)
{
    int64_t end = 0;
    for (uint32_t i = user->sessions; i != 0; i = key_at(state, i)->older) {
        const key_row_t *key = key_at(state, i);
        if ((gateway == 0 || key->gateway == gateway) && key->expires_ms > end)
            end = key->expires_ms;
    }
    return end;
}

static status_t resolve_principal(const state_t *state, event_t *event, text_t code,
                                  const char *place, fault_t *fault)
{
    event->target_principal = state_find(&state->principals, code);
    return event->target_principal != 0
               ? STATUS_OK
               : refuse(fault, STATUS_UNKNOWN_PRINCIPAL, place, code);
}

/* ---- put_user ---- */

status_t put_user_resolve(const state_t *state, const command_t *command,
                          event_t *event, fault_t *fault)
{
    CHECK(command->kind == COMMAND_PUT_USER);
    return spec_resolve(state, event, fault);
}

static status_t judge_known(const state_t *state, const event_t *event, fault_t *fault)
{
    const principal_row_t *known = principal_at(state, event->target_principal);
    if ((known->roles & ROLE_BIT(ROLE_GATEWAY)) != 0)
        return refuse(fault, STATUS_NOT_A_USER, "put_user.principal",
                      spec_of(event)->principal);
    return spec_keeps_administrator(state, event, fault);
}

status_t put_user_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const principal_spec_t *spec = spec_of(event);
    status_t status = access_allow(state, event, fault);
    if (status == STATUS_OK)
        status = spec_judge(event, fault);
    if (status == STATUS_OK && (spec->roles & ROLE_BIT(ROLE_GATEWAY)) != 0)
        return refuse(fault, STATUS_NOT_A_USER, "put_user.roles", spec->principal);
    if (status == STATUS_OK && event->target_principal != 0)
        status = judge_known(state, event, fault);
    if (status != STATUS_OK)
        return status;
    bool room = table_fits(&state->principals, 1) && table_fits(&state->users, 1);
    return room ? STATUS_OK
                : refuse(fault, STATUS_TABLE_FULL, "put_user.principal",
                         spec->principal);
}

void put_user_apply(state_t *state, const event_t *event)
{
    const principal_spec_t *spec = spec_of(event);
    uint32_t index = event->target_principal;
    if (index == 0)
        index = state_add(&state->principals, spec->principal);
    principal_row_t *row = principal_at(state, index);
    bool was = access_is_administrator(row);
    spec_write(row, event);
    access_recount(state, was, row);
    if (row->user == 0)
        row->user = table_add(&state->users, NULL);
    user_row_t *user = user_at(state, row->user);
    user->principal = index;
    memcpy(user->link, spec->key, sizeof user->link);
    user->link_expires_ms =
        event->now_ms + demo_clock_span_ms(&state->demo, INVITE_LIFE_MS);
}

/* ---- set_password ---- */

status_t set_password_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault)
{
    return resolve_principal(state, event, command->body.set_password.principal,
                             "set_password.principal", fault);
}

status_t set_password_judge(const state_t *state, event_t *event, fault_t *fault)
{
    CHECK(event->internal);
    if (principal_at(state, event->target_principal)->user == 0)
        return refuse(fault, STATUS_NOT_A_USER, "set_password.principal", no_text);
    return STATUS_OK;
}

void set_password_apply(state_t *state, const event_t *event)
{
    const set_password_t *given = &event->command->body.set_password;
    user_row_t *user =
        user_at(state, principal_at(state, event->target_principal)->user);
    user->has_password = 1;
    memcpy(user->salt, given->salt, sizeof user->salt);
    memcpy(user->verifier, given->verifier, sizeof user->verifier);
    end_sessions(state, user, 0, event->now_ms);
}

/* ---- open_session ---- */

status_t open_session_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault)
{
    const open_session_t *given = &command->body.open_session;
    event->target_key = table_find(&state->keys, given->key);
    return resolve_principal(state, event, given->principal, "open_session.principal",
                             fault);
}

status_t open_session_judge(const state_t *state, event_t *event, fault_t *fault)
{
    CHECK(event->internal);
    const open_session_t *given = &event->command->body.open_session;
    const principal_row_t *row = principal_at(state, event->target_principal);
    if (row->user == 0)
        return refuse(fault, STATUS_NOT_A_USER, "open_session.principal",
                      given->principal);
    if (given->by_link && user_at(state, row->user)->link_expires_ms == 0)
        return refuse(fault, STATUS_LINK_USED, "open_session", given->principal);
    if (event->target_key == 0)
        return table_fits(&state->keys, 1)
                   ? STATUS_OK
                   : refuse(fault, STATUS_TABLE_FULL, "open_session.key", no_text);
    const key_row_t *key = key_at(state, event->target_key);
    if (key->state != KEY_SESSION || key->principal != event->target_principal)
        return refuse(fault, STATUS_KEY_TAKEN, "open_session.key", no_text);
    return STATUS_OK;
}

static uint32_t add_session(state_t *state, const event_t *event, user_row_t *user)
{
    uint32_t index = table_add(&state->keys, event->command->body.open_session.key);
    key_row_t *key = key_at(state, index);
    key->principal = event->target_principal;
    key->gateway = event->principal;
    key->state = KEY_SESSION;
    key->older = user->sessions;
    user->sessions = index;
    return index;
}

void open_session_apply(state_t *state, const event_t *event)
{
    const open_session_t *given = &event->command->body.open_session;
    user_row_t *user =
        user_at(state, principal_at(state, event->target_principal)->user);
    uint32_t index =
        event->target_key != 0 ? event->target_key : add_session(state, event, user);
    key_at(state, index)->expires_ms = given->expires_ms;
    if (!given->by_link)
        return;
    user->link_expires_ms = 0;
    memset(user->link, 0, sizeof user->link);
}

/* ---- close_session ---- */

status_t close_session_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    return resolve_principal(state, event, command->body.close_session.principal,
                             "close_session.principal", fault);
}

status_t close_session_judge(const state_t *state, event_t *event, fault_t *fault)
{
    status_t status = access_allow(state, event, fault);
    if (status != STATUS_OK)
        return status;
    const user_row_t *user = user_of(state, event->target_principal);
    if (user != NULL && sessions_end(state, user, event->principal) > event->now_ms)
        return STATUS_OK;
    return refuse(fault, STATUS_SESSION_EXPIRED, "close_session.principal",
                  event->command->body.close_session.principal);
}

void close_session_apply(state_t *state, const event_t *event)
{
    end_sessions(state, user_of(state, event->target_principal), event->principal,
                 event->now_ms);
}

/* ---- revoke ---- */

bool users_may_end(const state_t *state, const event_t *event)
{
    const user_row_t *user = user_of(state, event->target_principal);
    if (event->target_key != 0 || user == NULL)
        return false;
    return user->has_password != 0 || user->link_expires_ms != 0 ||
           sessions_end(state, user, 0) > event->now_ms;
}

void users_end(state_t *state, uint32_t principal, int64_t now_ms)
{
    uint32_t index = principal_at(state, principal)->user;
    if (index == 0)
        return;
    user_row_t *user = user_at(state, index);
    end_sessions(state, user, 0, now_ms);
    *user = (user_row_t){ .principal = principal, .sessions = user->sessions };
}

/* Seldom, so a walk over all keys will do. */
void users_end_opened(state_t *state, uint32_t gateway, int64_t now_ms)
{
    for (uint32_t i = 1; i <= state->keys.count; i++) {
        key_row_t *key = key_at(state, i);
        if (key->state == KEY_SESSION && key->gateway == gateway &&
            key->expires_ms > now_ms)
            key->expires_ms = now_ms;
    }
}

/* ---- looking ---- */

uint32_t users_find(const state_t *state, text_t principal)
{
    uint32_t index = state_find(&state->principals, principal);
    return index != 0 ? principal_at(state, index)->user : 0;
}

uint32_t users_with_link(const state_t *state, const uint8_t link[HASH_BYTES])
{
    uint32_t found = 0;
    for (uint32_t i = 1; i <= state->users.count; i++) {
        const user_row_t *user = user_at(state, i);
        uint8_t differs = 0;
        for (uint32_t at = 0; at < HASH_BYTES; at++)
            differs |= user->link[at] ^ link[at];
        if (differs == 0 && user->link_expires_ms != 0)
            found = i;
    }
    return found;
}

int64_t users_session_end(const state_t *state, const user_row_t *user)
{
    CHECK(user != NULL);
    return sessions_end(state, user, 0);
}
