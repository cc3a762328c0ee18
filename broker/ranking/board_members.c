/* board_members.c - subjects of the registry that wait on a board without a standing.
 *
 * Where such a subject waits follows from the state: on the board of its group, in each
 * account that follows the registry and in which it has no running standing. Cost:
 * O(log n) per subject that changed, one sequential pass over the subjects when one of
 * them changed group, one insertion each when an account begins to follow.
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

uint32_t board_waits(const boards_t *boards, const state_t *state, uint32_t subject,
                     uint32_t account)
{
    uint32_t standing = board_running(state, subject, account);
    if (standing != 0 && score_waits(&boards->scores[standing]))
        return TABLE_ROW(standing_row_t, &state->standings, standing)->scheme_group + 1;
    for (uint32_t i = 0; standing == 0 && i < FOLLOWING_MAX; i++)
        if (boards->following[i] == account)
            return boards->members[subject].waiting[i];
    return 0;
}

/* Only what the boards know counts: a standing still to be scored is settled then. */
static bool has_standing(const boards_t *boards, const state_t *state, uint32_t subject,
                         uint32_t account)
{
    uint32_t next = TABLE_ROW(subject_row_t, &state->subjects, subject)->standing;
    while (next != 0) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, next);
        if (row->account == account && boards->scores[next].standing != 0)
            return true;
        next = row->next;
    }
    return false;
}

static void wait_at(boards_t *boards, uint32_t subject, uint32_t place, uint32_t wanted)
{
    uint8_t *waiting = &boards->members[subject].waiting[place];
    uint32_t account = boards->following[place];
    CHECK(wanted <= GROUPS_MAX);
    if (*waiting == wanted)
        return;
    if (*waiting != 0)
        ostat_remove(boards->waiting,
                     &board_at(boards, account, *waiting - 1u)->waiting, 0, subject);
    if (wanted != 0)
        ostat_insert(boards->waiting, &board_at(boards, account, wanted - 1)->waiting,
                     0, subject);
    *waiting = (uint8_t)wanted;
}

static void settle_at(boards_t *boards, const state_t *state, uint32_t subject,
                      uint32_t place)
{
    uint32_t account = boards->following[place], wanted = 0;
    if (account == 0)
        return;
    if (!has_standing(boards, state, subject, account))
        wanted = board_group(
            state, account, TABLE_ROW(subject_row_t, &state->subjects, subject)->group);
    wait_at(boards, subject, place, wanted);
}

void board_settle(boards_t *boards, const state_t *state, uint32_t subject,
                  uint32_t account)
{
    for (uint32_t i = 0; i < FOLLOWING_MAX; i++)
        if (boards->following[i] == account)
            settle_at(boards, state, subject, i);
}

/* The accounts that follow the registry, newest first; the rest of `accounts` is 0. */
static void choose_following(const state_t *state, uint32_t accounts[FOLLOWING_MAX])
{
    uint32_t chosen = 0, count = state->accounts.count;
    for (uint32_t i = count; i >= 1 && chosen < FOLLOWING_MAX; i--)
        if (count - i < FOLLOWING_NEWEST ||
            TABLE_ROW(account_row_t, &state->accounts, i)->state == ACCOUNT_OPEN)
            accounts[chosen++] = i;
    while (chosen < FOLLOWING_MAX)
        accounts[chosen++] = 0;
}

static bool has_account(const uint32_t accounts[FOLLOWING_MAX], uint32_t account)
{
    for (uint32_t i = 0; i < FOLLOWING_MAX; i++)
        if (accounts[i] == account)
            return true;
    return false;
}

static void stop_following(boards_t *boards, uint32_t place)
{
    for (uint32_t i = 1; i <= boards->subjects; i++)
        wait_at(boards, i, place, 0);
    boards->following[place] = 0;
}

static void follow(boards_t *boards, const state_t *state, uint32_t account)
{
    uint32_t place = 0;
    while (boards->following[place] != 0)
        place++;
    CHECK(place < FOLLOWING_MAX);
    boards->following[place] = account;
    for (uint32_t i = 1; i <= boards->subjects; i++)
        settle_at(boards, state, i, place);
}

void board_follow_accounts(boards_t *boards, const state_t *state)
{
    CHECK(state->accounts.count <= BOARD_ACCOUNTS_MAX);
    uint32_t wanted[FOLLOWING_MAX];
    choose_following(state, wanted);
    for (uint32_t i = 0; i < FOLLOWING_MAX; i++)
        if (boards->following[i] != 0 && !has_account(wanted, boards->following[i]))
            stop_following(boards, i);
    for (uint32_t i = 0; i < FOLLOWING_MAX; i++)
        if (wanted[i] != 0 && !has_account(boards->following, wanted[i]))
            follow(boards, state, wanted[i]);
}

void board_settle_registry(boards_t *boards, const state_t *state)
{
    CHECK(state->subjects.count <= boards->limit);
    bool regrouped = boards->regrouped != state->changed.regrouped;
    uint32_t first = regrouped ? 1 : boards->subjects + 1;
    for (uint32_t i = first; i <= state->subjects.count; i++) {
        uint32_t group = TABLE_ROW(subject_row_t, &state->subjects, i)->group;
        if (i <= boards->subjects && boards->members[i].group == group)
            continue;
        boards->members[i].group = group;
        for (uint32_t place = 0; place < FOLLOWING_MAX; place++)
            settle_at(boards, state, i, place);
    }
    boards->subjects = state->subjects.count;
    boards->regrouped = state->changed.regrouped;
}
