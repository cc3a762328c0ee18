/* query_subscribers.c - see query_subscribers.h. */
#include "broker/runtime/query_subscribers.h"

#include "broker/runtime/board_scope.h"
#include "broker/runtime/query.h"
#include "proto/check.h"

static bool unit_covered(const state_t *state, const board_scope_t *wide, uint32_t unit)
{
    for (uint32_t i = 0; i < wide->unit_count; i++) {
        if (unit_is_within(state, unit, wide->units[i]))
            return true;
    }
    return false;
}

static bool group_covered(const board_scope_t *wide, uint32_t group)
{
    for (uint32_t i = 0; i < wide->group_count; i++) {
        if (wide->groups[i] == group)
            return true;
    }
    return false;
}

/* Whether everything in `narrow` lies in `wide`; own rows are nobody else's. */
static bool covers(const state_t *state, const board_scope_t *wide,
                   const board_scope_t *narrow)
{
    if (wide->reach == REACH_ALL)
        return true;
    if (wide->reach != REACH_SCOPE || narrow->reach != REACH_SCOPE ||
        (narrow->person != 0 && narrow->person != wide->person))
        return false;
    for (uint32_t i = 0; i < narrow->unit_count; i++) {
        if (!unit_covered(state, wide, narrow->units[i]))
            return false;
    }
    for (uint32_t i = 0; i < narrow->group_count; i++) {
        if (!group_covered(wide, narrow->groups[i]))
            return false;
    }
    return true;
}

static bool allowed(const core_t *core, const board_scope_t *asked, const uint8_t *key)
{
    const state_t *state = core->state;
    board_scope_t scope;
    uint32_t row;
    if (key_check(state, key, core->now_ms, &row) != STATUS_OK)
        return false;
    const key_row_t *found = TABLE_ROW(key_row_t, &state->keys, row);
    if (!key_is_enrolled(found))
        return false;
    board_scope_of(state, found->principal, OPERATION_QUERY(QUERY_BOARD), &scope);
    return covers(state, &scope, asked);
}

void query_subscribers(core_t *core, const caller_t *caller,
                       const subscribers_query_t *query)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    CHECK(query->key_count <= SUBSCRIBERS_MAX);
    const state_t *state = core->state;
    board_scope_t asked;
    board_scope_of(state, TABLE_ROW(key_row_t, &state->keys, caller->key)->principal,
                   OPERATION_QUERY(QUERY_BOARD), &asked);
    answer_t answer = { .kind = QUERY_SUBSCRIBERS };
    answer.body.subscribers.access = core->access_version;
    for (uint32_t i = 0; i < query->key_count; i++) {
        if (allowed(core, &asked, query->keys + (size_t)i * KEY_BYTES))
            answer.body.subscribers.allowed |= UINT64_C(1) << i;
    }
    query_answer(core, caller, &answer);
}
