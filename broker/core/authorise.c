/* authorise.c - see authorise.h. */
#include "broker/core/authorise.h"

#include "proto/check.h"

/* Shorthand for one page: N none, O own, S scope, A all. */
#define N             REACH_NONE
#define O             REACH_OWN
#define S             REACH_SCOPE
#define A             REACH_ALL

#define COMMAND(name) [OPERATION_COMMAND(COMMAND_##name)]
#define QUERY(name)   [OPERATION_QUERY(QUERY_##name)]

/* What is not named here nobody may do. Roles in the order of role_t, from 1:
 * inspector, office, reviewer, organiser, supervisor, subject, auditor, administrator,
 * service, gateway. An administrator sees no personnel data. */
/* clang-format off */
static const reach_t rights[OPERATION_COUNT][ROLE_COUNT] = {
    /*                        -  ins off rev org sup sub aud adm ser gat */
    COMMAND(UNIT)           = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(PERSON)         = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(SUBJECT)        = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(PROJECT)        = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(MILESTONE)      = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(ASSIGNMENT)     = {N, N,  S,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(TEAM)           = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(INSPECTOR)      = {N, N,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(STAFF)          = {N, N,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(PROPOSE_SCHEME) = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(APPROVE_SCHEME) = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(OPEN_ACCOUNT)   = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(CLOSE_ACCOUNT)  = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(ROUND)          = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(MOVE_ROUND)     = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(VISIT)          = {N, O,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(MOVE_VISIT)     = {N, O,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(OBSERVE)        = {N, O,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(REVIEW)         = {N, N,  N,  O,  S,  N,  N,  N,  N,  N,  N},
    COMMAND(RETRACT)        = {N, O,  N,  N,  N,  N,  N,  N,  N,  N,  N},
    COMMAND(INVITE)         = {N, N,  N,  N,  N,  N,  N,  N,  A,  N,  N},
    COMMAND(REVOKE)         = {N, N,  N,  N,  N,  N,  N,  N,  A,  N,  N},
    COMMAND(SET_PRINCIPAL)  = {N, N,  N,  N,  N,  N,  N,  N,  A,  N,  N},
    COMMAND(PUT_USER)       = {N, N,  N,  N,  N,  N,  N,  N,  A,  N,  N},
    COMMAND(CLOSE_SESSION)  = {N, N,  N,  N,  N,  N,  N,  N,  N,  N,  A},
    COMMAND(CALIBRATE)      = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(ADOPT_EPOCH)    = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(OVERRIDE_LINKS) = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(DROP_EPOCH)     = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(FREEZE_BOARD)   = {N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(ASSIGN_ATTENTION)={N, N,  N,  N,  A,  N,  N,  N,  N,  N,  N},
    COMMAND(CLOSE_ATTENTION)= {N, N,  N,  N,  A,  A,  N,  N,  N,  N,  N},
    QUERY(BOARD)            = {N, N,  N,  N,  S,  S,  O,  A,  N,  S,  N},
    QUERY(EXPLAIN)          = {N, N,  N,  N,  S,  S,  O,  A,  N,  S,  N},
    QUERY(HISTORY_SUBJECT)  = {N, N,  N,  N,  S,  S,  O,  A,  N,  N,  N},
    QUERY(HISTORY_PROJECT)  = {N, N,  S,  N,  S,  S,  N,  A,  N,  N,  N},
    QUERY(HISTORY_INSPECTOR)= {N, O,  N,  N,  S,  N,  N,  A,  N,  N,  N},
    QUERY(HISTORY_VISIT)    = {N, N,  N,  N,  S,  N,  N,  A,  N,  N,  N},
    QUERY(FEED)             = {N, N,  N,  N,  S,  N,  N,  A,  N,  S,  N},
    QUERY(EPOCHS)           = {N, N,  N,  N,  A,  A,  N,  A,  N,  A,  N},
    QUERY(HISTORY_EPOCH)    = {N, N,  N,  N,  S,  N,  N,  A,  N,  N,  N},
    QUERY(FROZEN)           = {N, N,  N,  N,  S,  S,  O,  A,  N,  S,  N},
    QUERY(FROZEN_LIST)      = {N, N,  N,  N,  A,  A,  A,  A,  N,  A,  N},
    QUERY(PLAN)             = {N, N,  N,  N,  S,  N,  N,  N,  N,  N,  N},
    QUERY(ATTENTION)        = {N, N,  N,  N,  S,  O,  N,  A,  N,  N,  N},
    QUERY(HISTORY_ATTENTION)= {N, N,  N,  N,  S,  N,  N,  A,  N,  N,  N},
    QUERY(UNITS)            = {N, N,  S,  N,  S,  S,  N,  A,  N,  S,  N},
    QUERY(SCHEMES)          = {N, A,  A,  A,  A,  A,  A,  A,  N,  A,  N},
    QUERY(PROJECTS)         = {N, N,  S,  N,  S,  S,  N,  A,  N,  S,  N},
    QUERY(ROUNDS)           = {N, A,  A,  A,  A,  A,  N,  A,  N,  N,  N},
    QUERY(VISITS)           = {N, N,  N,  N,  S,  S,  N,  A,  N,  N,  N},
    QUERY(SUBSCRIBERS)      = {N, N,  N,  N,  N,  N,  N,  N,  N,  A,  N},
    QUERY(SIGN_IN)          = {N, N,  N,  N,  N,  N,  N,  N,  N,  N,  A},
    QUERY(USERS)            = {N, N,  N,  N,  N,  N,  N,  N,  A,  N,  N},
    QUERY(CHANGE_PASSWORD)  = {N, A,  A,  A,  A,  A,  A,  A,  A,  A,  A},
    QUERY(WHOAMI)           = {N, A,  A,  A,  A,  A,  A,  A,  A,  A,  A},
    QUERY(INSTANCE)         = {N, A,  A,  A,  A,  A,  A,  A,  A,  A,  A},
    QUERY(GROUPS)           = {N, A,  A,  A,  A,  A,  A,  A,  A,  A,  A},
    QUERY(RECEIPTS)         = {N, O,  O,  O,  O,  O,  O,  A,  O,  O,  O},
    QUERY(DIGEST)           = {N, N,  N,  N,  N,  N,  N,  A,  A,  N,  N},
    QUERY(STATS)            = {N, N,  N,  N,  N,  N,  N,  A,  A,  N,  N},
    QUERY(SCRUB)            = {N, N,  N,  N,  N,  N,  N,  A,  A,  N,  N},
};
/* clang-format on */

#undef N
#undef O
#undef S
#undef A

_Static_assert(REACH_NONE == 0, "what the table leaves out is denied");
_Static_assert(ROLE_GATEWAY + 1 == ROLE_COUNT, "a new role needs a column");

reach_t rights_reach(role_t role, operation_t operation)
{
    CHECK((uint32_t)role < ROLE_COUNT);
    CHECK(operation < OPERATION_COUNT);
    return rights[operation][role];
}

reach_t principal_reach(const state_t *state, uint32_t principal, operation_t operation)
{
    CHECK(operation < OPERATION_COUNT);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    reach_t widest = REACH_NONE;
    for (uint32_t role = 1; role < ROLE_COUNT; role++) {
        reach_t reach = rights[operation][role];
        if ((row->roles >> role & 1) != 0 && reach > widest)
            widest = reach;
    }
    return widest;
}

bool scope_has(const state_t *state, uint32_t principal, uint32_t unit, uint32_t group)
{
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    if (row->everything != 0)
        return true;
    for (uint32_t i = 0; unit != 0 && i < row->unit_count; i++) {
        if (unit_is_within(state, unit, row->units[i]))
            return true;
    }
    for (uint32_t i = 0; group != 0 && i < row->group_count; i++) {
        if (row->groups[i] == group)
            return true;
    }
    return false;
}

static bool is_own(const state_t *state, uint32_t principal, const target_t *target)
{
    uint32_t person = TABLE_ROW(principal_row_t, &state->principals, principal)->person;
    return person != 0 && person == target->person;
}

/* Roles add up: an inspector who is an organiser too may act as either. */
status_t authorise(const state_t *state, uint32_t principal, operation_t operation,
                   const target_t *target)
{
    CHECK(operation < OPERATION_COUNT);
    CHECK(target != NULL);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    status_t status = STATUS_NOT_ALLOWED;
    for (uint32_t role = 1; role < ROLE_COUNT && status != STATUS_OK; role++) {
        reach_t reach =
            (row->roles >> role & 1) != 0 ? rights[operation][role] : REACH_NONE;
        if (reach == REACH_NONE)
            continue;
        bool within = reach == REACH_ALL ||
                      (reach == REACH_OWN && is_own(state, principal, target)) ||
                      (reach == REACH_SCOPE &&
                       scope_has(state, principal, target->unit, target->group));
        status = within ? STATUS_OK : STATUS_OUT_OF_SCOPE;
    }
    return status;
}

bool is_second_person(const state_t *state, uint32_t first, uint32_t second)
{
    if (first == second)
        return false;
    uint32_t a = TABLE_ROW(principal_row_t, &state->principals, first)->person;
    uint32_t b = TABLE_ROW(principal_row_t, &state->principals, second)->person;
    return a == 0 || b == 0 || a != b;
}

status_t key_check(const state_t *state, const uint8_t key[KEY_BYTES], int64_t now_ms,
                   uint32_t *row)
{
    CHECK(row != NULL);
    *row = table_find(&state->keys, key);
    if (*row == 0)
        return STATUS_KEY_UNKNOWN;
    const key_row_t *found = TABLE_ROW(key_row_t, &state->keys, *row);
    switch (found->state) {
    case KEY_ACTIVE:
        return STATUS_OK;
    case KEY_SESSION:
        return now_ms < found->expires_ms ? STATUS_OK : STATUS_SESSION_EXPIRED;
    case KEY_INVITE:
        return now_ms < found->expires_ms ? STATUS_OK : STATUS_INVITE_EXPIRED;
    case KEY_USED:
        return STATUS_INVITE_USED;
    default:
        return STATUS_KEY_REVOKED;
    }
}
