/* access.c - see access.h. */
#include "broker/core/access.h"

#include "broker/core/access_spec.h"
#include "broker/core/demo_clock.h"
#include "broker/core/refuse.h"
#include "broker/core/users.h"
#include "broker/core/window.h"
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

/* ---- genesis ---- */

static void seed_tables(state_t *state, const uint8_t *seed)
{
    uint64_t word;
    memcpy(&word, seed, sizeof word);
#define X(name, row, key_bytes, limit)                                                 \
    if ((key_bytes) != 0)                                                              \
        table_seed(&state->name, word);
    TABLE_LIST(X)
#undef X
}

static uint32_t add_invite(state_t *state, const uint8_t *key, uint32_t principal,
                           int64_t now_ms)
{
    uint32_t index = table_add(&state->keys, key);
    key_row_t *row = key_at(state, index);
    row->principal = principal;
    row->state = KEY_INVITE;
    row->expires_ms = now_ms + demo_clock_span_ms(&state->demo, INVITE_LIFE_MS);
    return index;
}

static demo_clock_t genesis_demo(const genesis_t *genesis)
{
    return (demo_clock_t){ .from_ms = genesis->demo_from_ms,
                           .started_ms = genesis->demo_started_ms,
                           .rate = genesis->demo_rate };
}

bool genesis_sane(const command_t *command)
{
    CHECK(command->kind == COMMAND_GENESIS);
    const demo_clock_t demo = genesis_demo(&command->body.genesis);
    return demo_clock_sane(&demo);
}

void genesis_apply(state_t *state, const event_t *event)
{
    CHECK(state->head_seq == 0);
    const genesis_t *genesis = &event->command->body.genesis;
    memcpy(state->journal_id, genesis->journal_id, JOURNAL_ID_BYTES);
    memcpy(state->hash_seed, genesis->hash_seed, JOURNAL_ID_BYTES);
    state->demo = genesis_demo(genesis);
    seed_tables(state, genesis->hash_seed);
    uint32_t principal = state_add(&state->principals, genesis->administrator);
    principal_row_t *row = principal_at(state, principal);
    row->roles = ROLE_BIT(ROLE_ADMINISTRATOR);
    row->everything = 1;
    (void)add_invite(state, genesis->key, principal, event->now_ms); /* row 1 */
}

/* ---- invite and set_principal ---- */

/* A further key for a known principal changes nothing else about it. */
static bool same_spec(const state_t *state, const event_t *event)
{
    const principal_row_t *known = principal_at(state, event->target_principal);
    principal_row_t wanted = *known;
    spec_write(&wanted, event);
    return memcmp(known, &wanted, sizeof wanted) == 0;
}

status_t invite_resolve(const state_t *state, const command_t *command, event_t *event,
                        fault_t *fault)
{
    CHECK(command->kind == COMMAND_INVITE);
    return spec_resolve(state, event, fault);
}

status_t invite_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const principal_spec_t *spec = spec_of(event);
    status_t status = access_allow(state, event, fault);
    if (status == STATUS_OK)
        status = spec_judge(event, fault);
    if (status != STATUS_OK)
        return status;
    if (table_find(&state->keys, spec->key) != 0)
        return refuse(fault, STATUS_KEY_TAKEN, "invite.key", no_text);
    uint32_t known = event->target_principal;
    if (known != 0 && !same_spec(state, event))
        return refuse(fault, STATUS_CODE_TAKEN, "invite.principal", spec->principal);
    if (known != 0 && principal_at(state, known)->key_count >= KEYS_PER_PRINCIPAL_MAX)
        return refuse(fault, STATUS_TOO_MANY_KEYS, "invite.principal", spec->principal);
    bool room = table_fits(&state->keys, 1) && table_fits(&state->principals, 1);
    return room ? STATUS_OK
                : refuse(fault, STATUS_TABLE_FULL, "invite.key", spec->principal);
}

void invite_apply(state_t *state, const event_t *event)
{
    const principal_spec_t *spec = spec_of(event);
    uint32_t index = event->target_principal;
    if (index == 0) {
        index = state_add(&state->principals, spec->principal);
        spec_write(principal_at(state, index), event);
    }
    (void)add_invite(state, spec->key, index, event->now_ms); /* found by its bytes */
}

status_t set_principal_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    const principal_spec_t *spec = &command->body.set_principal;
    status_t status = spec_resolve(state, event, fault);
    if (status == STATUS_OK && event->target_principal == 0)
        return refuse(fault, STATUS_UNKNOWN_PRINCIPAL, "set_principal.principal",
                      spec->principal);
    return status;
}

status_t set_principal_judge(const state_t *state, event_t *event, fault_t *fault)
{
    status_t status = access_allow(state, event, fault);
    if (status == STATUS_OK)
        status = spec_judge(event, fault);
    return status == STATUS_OK ? spec_keeps_administrator(state, event, fault) : status;
}

void set_principal_apply(state_t *state, const event_t *event)
{
    principal_row_t *row = principal_at(state, event->target_principal);
    bool was = access_is_administrator(row);
    spec_write(row, event);
    access_recount(state, was, row);
    if ((row->roles & ROLE_BIT(ROLE_GATEWAY)) == 0)
        users_end_opened(state, event->target_principal, event->now_ms);
}

/* ---- enrol ---- */

status_t enrol_resolve(const state_t *state, const command_t *command, event_t *event,
                       fault_t *fault)
{
    (void)fault; /* nothing is named that could be unknown */
    event->target_key = table_find(&state->keys, command->body.enrol.key);
    return STATUS_OK;
}

status_t enrol_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const key_row_t *invite = key_at(state, event->key);
    if (invite->state != KEY_INVITE)
        return refuse(fault, STATUS_NOT_ALLOWED, "enrol", no_text);
    if (event->now_ms >= invite->expires_ms)
        return refuse(fault, STATUS_INVITE_EXPIRED, "enrol", no_text);
    if (event->target_key != 0)
        return refuse(fault, STATUS_KEY_TAKEN, "enrol.key", no_text);
    if (principal_at(state, event->principal)->key_count >= KEYS_PER_PRINCIPAL_MAX)
        return refuse(fault, STATUS_TOO_MANY_KEYS, "enrol.key", no_text);
    if (!table_fits(&state->keys, 1))
        return refuse(fault, STATUS_TABLE_FULL, "enrol.key", no_text);
    return STATUS_OK;
}

void enrol_apply(state_t *state, const event_t *event)
{
    key_at(state, event->key)->state = KEY_USED;
    uint32_t index = table_add(&state->keys, event->command->body.enrol.key);
    key_row_t *key = key_at(state, index);
    key->principal = event->principal;
    key->state = KEY_ACTIVE;
    principal_row_t *row = principal_at(state, event->principal);
    bool was = access_is_administrator(row);
    row->key_count++;
    access_recount(state, was, row);
}

/* ---- revoke ---- */

status_t revoke_resolve(const state_t *state, const command_t *command, event_t *event,
                        fault_t *fault)
{
    const revoke_t *revoke = &command->body.revoke;
    event->target_principal = state_find(&state->principals, revoke->principal);
    if (event->target_principal == 0)
        return refuse(fault, STATUS_UNKNOWN_PRINCIPAL, "revoke.principal",
                      revoke->principal);
    if (revoke->key == NULL)
        return STATUS_OK;
    event->target_key = table_find(&state->keys, revoke->key);
    if (event->target_key == 0 ||
        key_at(state, event->target_key)->principal != event->target_principal)
        return refuse(fault, STATUS_UNKNOWN_KEY, "revoke.key", revoke->principal);
    return STATUS_OK;
}

static bool revocable(const key_row_t *key)
{
    return key->state == KEY_ACTIVE || key->state == KEY_INVITE;
}

/* Whether the command means this key. */
static bool is_meant(const event_t *event, const key_row_t *key, uint32_t index)
{
    return key->principal == event->target_principal && revocable(key) &&
           (event->target_key == 0 || event->target_key == index);
}

status_t revoke_judge(const state_t *state, event_t *event, fault_t *fault)
{
    text_t name = event->command->body.revoke.principal;
    status_t status = access_allow(state, event, fault);
    if (status != STATUS_OK)
        return status;
    uint32_t meant = 0, active = 0;
    for (uint32_t i = 1; i <= state->keys.count; i++) {
        const key_row_t *key = key_at(state, i);
        if (!is_meant(event, key, i))
            continue;
        meant++;
        active += key->state == KEY_ACTIVE;
    }
    if (meant == 0 && !users_may_end(state, event))
        return refuse(fault, STATUS_KEY_REVOKED, "revoke.principal", name);
    const principal_row_t *row = principal_at(state, event->target_principal);
    if (access_is_administrator(row) && active == row->key_count &&
        state->administrators <= 1)
        return refuse(fault, STATUS_LAST_ADMINISTRATOR, "revoke.principal", name);
    return STATUS_OK;
}

void revoke_apply(state_t *state, const event_t *event)
{
    principal_row_t *row = principal_at(state, event->target_principal);
    bool was = access_is_administrator(row);
    for (uint32_t i = 1; i <= state->keys.count; i++) {
        key_row_t *key = key_at(state, i);
        if (!is_meant(event, key, i))
            continue;
        row->key_count -= key->state == KEY_ACTIVE;
        key->state = KEY_REVOKED;
        window_release(state, i);
    }
    access_recount(state, was, row);
    users_end_opened(state, event->target_principal, event->now_ms);
    if (event->target_key == 0)
        users_end(state, event->target_principal, event->now_ms);
}
