/* board_members.c - who waits on which board: subjects of a group that are not ranked.
 *
 * A subject of an account waits on the board of its running standing when that is not
 * ranked; without a running standing, on the board of its group in the registry. Cost:
 * O(log n) per subject that changed, one sequential pass over the subjects when one of
 * them changed group, one insertion each when an account is new.
 */
#include "broker/ranking/board_parts.h"

#include "proto/check.h"

uint32_t board_running(const state_t *state, uint32_t subject, uint32_t account)
{
    uint32_t next = TABLE_ROW(subject_row_t, &state->subjects, subject)->standing;
    while (next != 0) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, next);
        if (row->account == account && row->ended_seq == 0)
            return next;
        next = row->next;
    }
    return 0;
}

uint32_t board_group(const state_t *state, uint32_t account, uint32_t group)
{
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    const scheme_row_t *scheme = TABLE_ROW(scheme_row_t, &state->schemes, row->scheme);
    CHECK(scheme->group_count <= GROUPS_MAX);
    for (uint32_t i = 0; i < scheme->group_count; i++)
        if (scheme->groups[i].word == group)
            return i + 1;
    return 0;
}

/* 1 + the group in the scheme where the subject waits, 0 = it is ranked or belongs to
 * no board of the account. */
static uint32_t place_of(const boards_t *boards, const state_t *state, uint32_t subject,
                         uint32_t account)
{
    uint32_t standing = board_running(state, subject, account);
    if (standing == 0)
        return board_group(state, account,
                           TABLE_ROW(subject_row_t, &state->subjects, subject)->group);
    if (score_ranks(&boards->scores[standing]))
        return 0;
    return TABLE_ROW(standing_row_t, &state->standings, standing)->scheme_group + 1;
}

void board_settle(boards_t *boards, const state_t *state, uint32_t subject,
                  uint32_t account)
{
    CHECK(account >= 1);
    CHECK(account <= BOARD_ACCOUNTS_MAX);
    uint8_t *waiting = &boards->members[subject].waiting[account - 1];
    uint32_t place = place_of(boards, state, subject, account);
    if (*waiting == place)
        return;
    if (*waiting != 0)
        ostat_remove(boards->waiting,
                     &board_at(boards, account, *waiting - 1u)->waiting, 0, subject);
    if (place != 0)
        ostat_insert(boards->waiting, &board_at(boards, account, place - 1)->waiting, 0,
                     subject);
    *waiting = (uint8_t)place;
}

static void settle_everywhere(boards_t *boards, const state_t *state, uint32_t subject)
{
    boards->members[subject].group =
        TABLE_ROW(subject_row_t, &state->subjects, subject)->group;
    for (uint32_t account = 1; account <= state->accounts.count; account++)
        board_settle(boards, state, subject, account);
}

void board_settle_registry(boards_t *boards, const state_t *state)
{
    CHECK(state->accounts.count <= BOARD_ACCOUNTS_MAX);
    CHECK(state->subjects.count <= boards->limit);
    bool all = boards->accounts != state->accounts.count;
    bool regrouped = boards->regrouped != state->changed.regrouped;
    uint32_t first = all || regrouped ? 1 : boards->subjects + 1;
    for (uint32_t i = first; i <= state->subjects.count; i++) {
        uint32_t group = TABLE_ROW(subject_row_t, &state->subjects, i)->group;
        if (all || i > boards->subjects || boards->members[i].group != group)
            settle_everywhere(boards, state, i);
    }
    boards->subjects = state->subjects.count;
    boards->accounts = state->accounts.count;
    boards->regrouped = state->changed.regrouped;
}
