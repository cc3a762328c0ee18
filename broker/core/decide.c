/* decide.c - see decide.h. */
#include "broker/core/decide.h"

#include "broker/core/access.h"
#include "broker/core/attention.h"
#include "broker/core/authorise.h"
#include "broker/core/epochs.h"
#include "broker/core/family.h"
#include "broker/core/frozen.h"
#include "broker/core/observations.h"
#include "broker/core/refuse_number.h"
#include "broker/core/registry.h"
#include "broker/core/registry_people.h"
#include "broker/core/registry_projects.h"
#include "broker/core/reviews.h"
#include "broker/core/rounds.h"
#include "broker/core/schemes.h"
#include "broker/core/users.h"
#include "broker/core/visits.h"
#include "broker/core/window.h"
#include "proto/check.h"
#include <string.h>

#define FAMILY(name)                                                                   \
    {                                                                                  \
        name##_resolve, name##_judge, name##_apply                                     \
    }

/* Every command but the genesis, which no client sends. */
static const family_t families[COMMAND_KIND_LIMIT] = {
    [COMMAND_UNIT] = FAMILY(put_unit),
    [COMMAND_PERSON] = FAMILY(put_person),
    [COMMAND_SUBJECT] = FAMILY(put_subject),
    [COMMAND_PROJECT] = FAMILY(put_project),
    [COMMAND_MILESTONE] = FAMILY(put_milestone),
    [COMMAND_ASSIGNMENT] = FAMILY(put_assignment),
    [COMMAND_TEAM] = FAMILY(put_team),
    [COMMAND_INSPECTOR] = FAMILY(put_inspector),
    [COMMAND_STAFF] = FAMILY(put_staff),
    [COMMAND_PROPOSE_SCHEME] = FAMILY(propose_scheme),
    [COMMAND_APPROVE_SCHEME] = FAMILY(approve_scheme),
    [COMMAND_OPEN_ACCOUNT] = FAMILY(open_account),
    [COMMAND_CLOSE_ACCOUNT] = FAMILY(close_account),
    [COMMAND_ROUND] = FAMILY(put_round),
    [COMMAND_MOVE_ROUND] = FAMILY(move_round),
    [COMMAND_VISIT] = FAMILY(put_visit),
    [COMMAND_MOVE_VISIT] = FAMILY(move_visit),
    [COMMAND_OBSERVE] = FAMILY(observe),
    [COMMAND_REVIEW] = FAMILY(review),
    [COMMAND_RETRACT] = FAMILY(retract),
    [COMMAND_CALIBRATE] = FAMILY(calibrate),
    [COMMAND_EPOCH_PART] = FAMILY(epoch_part),
    [COMMAND_PROPOSE_EPOCH] = FAMILY(propose_epoch),
    [COMMAND_ADOPT_EPOCH] = FAMILY(adopt_epoch),
    [COMMAND_FAIL_EPOCH] = FAMILY(fail_epoch),
    [COMMAND_OVERRIDE_LINKS] = FAMILY(override_links),
    [COMMAND_DROP_EPOCH] = FAMILY(drop_epoch),
    [COMMAND_FREEZE_BOARD] = FAMILY(freeze_board),
    [COMMAND_FROZEN_PART] = FAMILY(frozen_part),
    [COMMAND_FINISH_FROZEN] = FAMILY(finish_frozen),
    [COMMAND_OPEN_ATTENTION] = FAMILY(open_attention),
    [COMMAND_ASSIGN_ATTENTION] = FAMILY(assign_attention),
    [COMMAND_CLOSE_ATTENTION] = FAMILY(close_attention),
    [COMMAND_INVITE] = FAMILY(invite),
    [COMMAND_ENROL] = FAMILY(enrol),
    [COMMAND_REVOKE] = FAMILY(revoke),
    [COMMAND_SET_PRINCIPAL] = FAMILY(set_principal),
    [COMMAND_PUT_USER] = FAMILY(put_user),
    [COMMAND_SET_PASSWORD] = FAMILY(set_password),
    [COMMAND_OPEN_SESSION] = FAMILY(open_session),
    [COMMAND_CLOSE_SESSION] = FAMILY(close_session),
};

/* The lists are long and need no clearing: their counts are 0. */
static void event_begin(const state_t *state, const origin_t *origin,
                        const command_t *command, event_t *event)
{
    memset(event, 0, offsetof(event_t, list));
    event->list_count = 0;
    event->list_split = 0;
    memset(event->values, 0, sizeof event->values);
    event->rated = 0;
    event->link_count = 0;
    event->command = command;
    event->seq = state->head_seq + 1;
    event->now_ms = origin->now_ms;
    event->instance = origin->instance;
    event->number = origin->number;
    event->hash = origin->hash;
    event->key = origin->key;
    event->internal = origin->internal;
    event->principal = TABLE_ROW(key_row_t, &state->keys, origin->key)->principal;
}

/* Under an invited key nothing but the enrolment passes. Who may not do this anywhere
 * hears so before codes are looked up; the rest is authorise()'s, in judge. */
static status_t check_key(const state_t *state, const origin_t *origin,
                          const command_t *command, fault_t *fault)
{
    const key_row_t *key = TABLE_ROW(key_row_t, &state->keys, origin->key);
    const text_t nothing = { NULL, 0 };
    if (origin->internal)
        return STATUS_OK;
    if (command_is_internal(command->kind))
        return refuse(fault, STATUS_UNKNOWN_OPERATION, "", nothing);
    operation_t operation = OPERATION_COMMAND(command->kind);
    if (key_is_enrolled(key) &&
        principal_reach(state, key->principal, operation) != REACH_NONE)
        return STATUS_OK;
    if (key->state == KEY_INVITE && command->kind == COMMAND_ENROL)
        return STATUS_OK;
    return refuse(fault,
                  key->state == KEY_REVOKED ? STATUS_KEY_REVOKED : STATUS_NOT_ALLOWED,
                  "", nothing);
}

static const family_t *family_of(const command_t *command)
{
    if ((uint32_t)command->kind >= COMMAND_KIND_LIMIT ||
        families[command->kind].resolve == NULL)
        return NULL;
    return &families[command->kind];
}

static void note_name(const state_t *state, event_t *event)
{
    event->verdict |= VERDICT_NAMED;
    event_link(state, event, LINK_DIRECTORY, 0);
}

static status_t judge(const state_t *state, const origin_t *origin,
                      const command_t *command, event_t *event, fault_t *fault)
{
    const text_t nothing = { NULL, 0 };
    const family_t *family = family_of(command);
    if (family == NULL)
        return refuse(fault, STATUS_UNKNOWN_OPERATION, "", nothing);
    status_t status = check_key(state, origin, command, fault);
    if (status == STATUS_OK)
        status = family->resolve(state, command, event, fault);
    if (status == STATUS_OK)
        status = family->judge(state, event, fault);
    if (status == STATUS_OK && origin->named)
        note_name(state, event);
    return status;
}

status_t decide(const state_t *state, const origin_t *origin, const command_t *command,
                event_t *event, fault_t *fault)
{
    CHECK(state_sane(state));
    CHECK(origin->now_ms >= state->head_ms);
    event_begin(state, origin, command, event);
    if (origin->internal)
        return judge(state, origin, command, event, fault);
    uint64_t duplicate_seq = 0;
    status_t status = window_check(state, origin, &duplicate_seq);
    if (status != STATUS_OK)
        return refuse_number(fault, status, "number", origin->number);
    if (duplicate_seq != 0) {
        event->duplicate = true;
        event->seq = duplicate_seq;
        return STATUS_OK;
    }
    return judge(state, origin, command, event, fault);
}

status_t decide_check(const state_t *state, const origin_t *origin,
                      const command_t *command, event_t *event, fault_t *fault)
{
    CHECK(state_sane(state));
    CHECK(origin->now_ms >= state->head_ms);
    event_begin(state, origin, command, event);
    return judge(state, origin, command, event, fault);
}

/* A key that the event itself used up or revoked sends no more: it needs no window. Nor
 * does what the broker wrote, which bears no number. */
static bool needs_window(const state_t *state, const event_t *event)
{
    return event->number != 0 &&
           key_is_enrolled(TABLE_ROW(key_row_t, &state->keys, event->key));
}

void apply(state_t *state, const event_t *event)
{
    CHECK(event->seq == state->head_seq + 1);
    CHECK(event->now_ms >= state->head_ms);
    CHECK(!event->duplicate);
    if (event->command->kind == COMMAND_GENESIS) {
        genesis_apply(state, event);
    } else {
        families[event->command->kind].apply(state, event);
        event_links_apply(state, event);
        if (needs_window(state, event))
            window_apply(state, event);
    }
    state->head_seq = event->seq;
    state->head_ms = event->now_ms;
    CHECK(state_sane(state));
}

status_t event_resolve(const state_t *state, const origin_t *origin,
                       const command_t *command, uint32_t verdict, event_t *event)
{
    fault_t fault;
    const family_t *family = family_of(command);
    if (family == NULL || origin->key == 0 || origin->key > state->keys.count ||
        origin->now_ms < state->head_ms)
        return STATUS_DAMAGED;
    event_begin(state, origin, command, event);
    if (family->resolve(state, command, event, &fault) != STATUS_OK)
        return STATUS_DAMAGED;
    event->verdict = verdict & ~(uint32_t)VERDICT_NAMED;
    if ((verdict & VERDICT_NAMED) != 0)
        note_name(state, event);
    return STATUS_OK;
}

void event_genesis(event_t *event, const command_t *genesis, int64_t now_ms)
{
    CHECK(genesis->kind == COMMAND_GENESIS);
    memset(event, 0, sizeof *event);
    event->command = genesis;
    event->seq = 1;
    event->now_ms = now_ms;
}
