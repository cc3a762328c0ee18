/* access_spec.c - see access_spec.h. */
#include "broker/core/access_spec.h"

#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "proto/check.h"
#include <string.h>

/* Roles that act in the name of one person. */
#define PERSONAL_ROLES                                                                 \
    (ROLE_BIT(ROLE_INSPECTOR) | ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_SUBJECT))

/* Places of the fields, by kind of command. */
typedef struct {
    const char *principal, *roles, *person, *units, *groups;
} places_t;

#define PLACES(verb)                                                                   \
    {                                                                                  \
        verb ".principal", verb ".roles", verb ".person", verb ".scope.units",         \
            verb ".scope.groups"                                                       \
    }

static const places_t places_of_kinds[] = { PLACES("invite"), PLACES("set_principal"),
                                            PLACES("put_user") };

static const places_t *places_of(const event_t *event)
{
    switch (event->command->kind) {
    case COMMAND_INVITE:
        return &places_of_kinds[0];
    case COMMAND_SET_PRINCIPAL:
        return &places_of_kinds[1];
    default:
        CHECK(event->command->kind == COMMAND_PUT_USER);
        return &places_of_kinds[2];
    }
}

const principal_spec_t *spec_of(const event_t *event)
{
    switch (event->command->kind) {
    case COMMAND_INVITE:
        return &event->command->body.invite;
    case COMMAND_SET_PRINCIPAL:
        return &event->command->body.set_principal;
    default:
        CHECK(event->command->kind == COMMAND_PUT_USER);
        return &event->command->body.put_user;
    }
}

static status_t resolve_scope(const state_t *state, const scope_spec_t *scope,
                              const places_t *places, event_t *event, fault_t *fault)
{
    for (uint32_t i = 0; i < scope->unit_count; i++) {
        uint32_t unit = state_find(&state->units, scope->units[i]);
        if (unit == 0)
            return refuse_at(fault, STATUS_UNKNOWN_UNIT, places->units, i, "",
                             scope->units[i]);
        event->list[event->list_count++] = unit;
    }
    event->list_split = event->list_count;
    for (uint32_t i = 0; i < scope->group_count; i++) {
        uint32_t word = state_find_word(state, scope->groups[i]);
        if (word == 0)
            return refuse_at(fault, STATUS_UNKNOWN_GROUP, places->groups, i, "",
                             scope->groups[i]);
        event->list[event->list_count++] = word;
    }
    return STATUS_OK;
}

status_t spec_resolve(const state_t *state, event_t *event, fault_t *fault)
{
    const principal_spec_t *spec = spec_of(event);
    const places_t *places = places_of(event);
    event->target_principal = state_find(&state->principals, spec->principal);
    if (spec->person.size > 0) {
        event->person = state_find(&state->persons, spec->person);
        if (event->person == 0)
            return refuse(fault, STATUS_UNKNOWN_PERSON, places->person, spec->person);
    }
    return resolve_scope(state, &spec->scope, places, event, fault);
}

status_t spec_judge(const event_t *event, fault_t *fault)
{
    const principal_spec_t *spec = spec_of(event);
    const char *place = places_of(event)->roles;
    if (spec->roles == 0)
        return refuse(fault, STATUS_NO_ROLE, place, spec->principal);
    if ((spec->roles & PERSONAL_ROLES) != 0 && event->person == 0)
        return refuse(fault, STATUS_ROLE_NEEDS_PERSON, place, spec->principal);
    return STATUS_OK;
}

status_t spec_keeps_administrator(const state_t *state, const event_t *event,
                                  fault_t *fault)
{
    const principal_spec_t *spec = spec_of(event);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, event->target_principal);
    bool stays = (spec->roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0;
    if (access_is_administrator(row) && !stays && state->administrators <= 1)
        return refuse(fault, STATUS_LAST_ADMINISTRATOR, places_of(event)->roles,
                      spec->principal);
    return STATUS_OK;
}

void spec_write(principal_row_t *row, const event_t *event)
{
    const principal_spec_t *spec = spec_of(event);
    row->roles = spec->roles;
    row->person = event->person;
    row->everything = spec->scope.everything ? 1 : 0;
    row->unit_count = event->list_split;
    row->group_count = event->list_count - event->list_split;
    memset(row->units, 0, sizeof row->units);
    memset(row->groups, 0, sizeof row->groups);
    memcpy(row->units, event->list, row->unit_count * sizeof row->units[0]);
    memcpy(row->groups, event->list + event->list_split,
           row->group_count * sizeof row->groups[0]);
}

status_t access_allow(const state_t *state, const event_t *event, fault_t *fault)
{
    const target_t nothing = { 0, 0, 0 };
    return judge_rights(state, event, &nothing, fault);
}

bool access_is_administrator(const principal_row_t *row)
{
    return (row->roles & ROLE_BIT(ROLE_ADMINISTRATOR)) != 0 && row->key_count > 0;
}

void access_recount(state_t *state, bool was, const principal_row_t *row)
{
    bool is = access_is_administrator(row);
    if (is && !was)
        state->administrators++;
    if (was && !is)
        state->administrators--;
}
