/* query_epochs.c - see query_epochs.h. */
#include "broker/runtime/query_epochs.h"

#include "broker/runtime/board_rows.h"
#include "broker/runtime/board_scope.h"
#include "broker/runtime/query.h"
#include "proto/check.h"

static text_t principal_code(const state_t *state, uint32_t principal)
{
    if (principal == 0)
        return (text_t){ 0 };
    return text_of_code(
        &TABLE_ROW(principal_row_t, &state->principals, principal)->code);
}

static uint32_t name_groups(const state_t *state, const epoch_row_t *row,
                            text_t names[GROUPS_MAX])
{
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, row->account);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    uint32_t count = 0;
    for (uint32_t g = 0; g < scheme->group_count; g++)
        if ((row->groups >> g & 1) != 0)
            names[count++] = board_rows_word(state, scheme->groups[g].word);
    return count;
}

static epoch_info_t tell(const core_t *core, uint32_t epoch, text_t names[GROUPS_MAX])
{
    const state_t *state = core->state;
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    return (epoch_info_t){
        .code = text_of_code(&row->code),
        .account = text_of_code(
            &TABLE_ROW(account_row_t, &state->accounts, row->account)->code),
        .asked_by = principal_code(state, row->asker),
        .settled_by = principal_code(state, row->settler),
        .groups = names,
        .group_count = name_groups(state, row, names),
        .hash = row->proposed != 0 ? row->hash : NULL,
        .state = row->state,
        .parts = row->parts,
        .progress = core->job_epoch == epoch ? core->job_progress : 0,
        .status = row->status,
        .cutoff = row->cutoff,
        .settled = row->settled,
    };
}

#define PART_EPOCHS 8u /* in one part of the answer */
_Static_assert(PART_EPOCHS *(GROUPS_MAX *(LABEL_BYTES_MAX + 2u) + 3 * CODE_BYTES_MAX +
                             HASH_BYTES + 96u) <= ANSWER_PART_BYTES_MAX,
               "a part has room for its epochs");

static uint32_t find(const state_t *state, uint32_t account,
                     uint32_t found[QUERY_EPOCHS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = state->epochs.count; i >= 1 && count < QUERY_EPOCHS_MAX; i--)
        if (TABLE_ROW(epoch_row_t, &state->epochs, i)->account == account)
            found[count++] = i;
    return count;
}

static void post(core_t *core, const caller_t *caller, const uint32_t *found,
                 uint32_t count)
{
    text_t names[PART_EPOCHS][GROUPS_MAX];
    epoch_info_t infos[PART_EPOCHS];
    answer_t answer = { .kind = QUERY_EPOCHS, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_EPOCHS - 1) / PART_EPOCHS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = 0;
        for (uint32_t i = answer.part * PART_EPOCHS; i < count && taken < PART_EPOCHS;
             i++, taken++)
            infos[taken] = tell(core, found[i], names[taken]);
        answer.body.epochs = (epochs_answer_t){ infos, taken };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_epochs(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t account, found[QUERY_EPOCHS_MAX];
    status_t status = board_scope_account(core->state, query->account.account,
                                          "query.epochs.account", &account, fault);
    if (status != STATUS_OK)
        return status;
    post(core, caller, found, find(core->state, account, found));
    return STATUS_OK;
}
