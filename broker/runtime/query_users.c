/* query_users.c - see query_users.h. */
#include "broker/runtime/query_users.h"

#include "broker/core/users.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/jobs.h"
#include "proto/check.h"

/* Codes and labels of the scope. */
#define USER_BYTES_MAX                                                                 \
    ((SCOPE_UNITS_MAX + 2u) * (CODE_BYTES_MAX + 2u) +                                  \
     SCOPE_GROUPS_MAX * (LABEL_BYTES_MAX + 2u) + 96u)
#define PART_USERS 16u
_Static_assert(PART_USERS *USER_BYTES_MAX <= ANSWER_PART_BYTES_MAX, "a part fits");
_Static_assert((USERS_MAX + PART_USERS - 1) / PART_USERS <= MAILER_ANSWER_PARTS_MAX,
               "the parts fit into an answer");

typedef struct {
    user_info_t users[PART_USERS];
    text_t units[PART_USERS][SCOPE_UNITS_MAX];
    text_t groups[PART_USERS][SCOPE_GROUPS_MAX];
} part_t;

static void tell_scope(const state_t *state, const principal_row_t *row, part_t *part,
                       uint32_t at)
{
    user_info_t *info = &part->users[at];
    for (uint32_t i = 0; i < row->unit_count; i++)
        part->units[at][i] =
            text_of_code(&TABLE_ROW(unit_row_t, &state->units, row->units[i])->code);
    for (uint32_t i = 0; i < row->group_count; i++)
        part->groups[at][i] = board_rows_word(state, row->groups[i]);
    info->units = part->units[at];
    info->groups = part->groups[at];
    info->unit_count = row->unit_count;
    info->group_count = row->group_count;
    info->everything = row->everything != 0;
}

static void tell(const core_t *core, uint32_t user, part_t *part, uint32_t at)
{
    const state_t *state = core->state;
    const user_row_t *row = TABLE_ROW(user_row_t, &state->users, user);
    const principal_row_t *principal =
        TABLE_ROW(principal_row_t, &state->principals, row->principal);
    part->users[at] = (user_info_t){
        .principal = text_of_code(&principal->code),
        .roles = principal->roles,
        .has_password = row->has_password != 0,
        .link_expires_ms = row->link_expires_ms,
        .session_expires_ms = users_session_end(state, row),
        .locked_seconds = jobs_locked_seconds(core, user),
    };
    tell_scope(state, principal, part, at);
    if (principal->person == 0)
        return;
    part->users[at].person = text_of_code(
        &TABLE_ROW(person_row_t, &state->persons, principal->person)->code);
}

status_t query_users(core_t *core, const caller_t *caller, const query_t *query,
                     fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    part_t part;
    const users_query_t *asked = &query->users;
    uint32_t all = core->state->users.count;
    if (asked->count > USERS_MAX) {
        fault_set(fault, "query.users.count", NULL, 0);
        return STATUS_WINDOW_TOO_LARGE;
    }
    uint32_t left = asked->offset < all ? all - asked->offset : 0;
    uint32_t count = left < asked->count ? left : asked->count;
    answer_t answer = { .kind = QUERY_USERS, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_USERS - 1) / PART_USERS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = 0, from = answer.part * PART_USERS;
        for (; taken < PART_USERS && from + taken < count; taken++)
            tell(core, asked->offset + from + taken + 1, &part, taken);
        answer.body.users = (users_answer_t){ part.users, taken, all };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            break; /* the Failure that was posted instead ends the answer */
    }
    return STATUS_OK;
}
