/* query_attention.c - see query_attention.h. */
#include "broker/runtime/query_attention.h"

#include "broker/core/attention.h"
#include "broker/core/authorise.h"
#include "broker/runtime/board_rows.h"
#include "proto/check.h"
#include <stdlib.h>

/* Codes, and four names of full length. */
#define ITEM_BYTES_MAX                                                                 \
    (9u * CODE_BYTES_MAX + LABEL_BYTES_MAX + 4u * 4u * NAME_CHARS_MAX + 160u)
#define PART_ITEMS 12u
_Static_assert(PART_ITEMS *ITEM_BYTES_MAX <= ANSWER_PART_BYTES_MAX, "a part fits");
_Static_assert((ATTENTION_ITEMS_MAX + PART_ITEMS - 1) / PART_ITEMS <=
                   MAILER_ANSWER_PARTS_MAX,
               "the parts fit into an answer");

static text_t principal_code(const state_t *state, uint32_t principal)
{
    if (principal == 0)
        return (text_t){ 0 };
    return text_of_code(
        &TABLE_ROW(principal_row_t, &state->principals, principal)->code);
}

static void tell_inspector(const core_t *core, uint32_t inspector, text_t *code,
                           text_t *name)
{
    const state_t *state = core->state;
    if (inspector == 0)
        return;
    const inspector_row_t *row =
        TABLE_ROW(inspector_row_t, &state->inspectors, inspector);
    *code = text_of_code(&row->code);
    *name = directory_name(core->directory, DIRECTORY_PERSON, row->person);
}

static void tell_concerned(const core_t *core, const attention_row_t *row,
                           attention_info_t *info)
{
    const state_t *state = core->state;
    tell_inspector(core, row->inspector, &info->inspector, &info->inspector_name);
    tell_inspector(core, row->other, &info->other, &info->other_name);
    if (row->unit != 0) {
        info->unit =
            text_of_code(&TABLE_ROW(unit_row_t, &state->units, row->unit)->code);
        info->unit_name = directory_name(core->directory, DIRECTORY_UNIT, row->unit);
    }
    if (row->subject != 0) {
        info->subject = text_of_code(
            &TABLE_ROW(subject_row_t, &state->subjects, row->subject)->code);
        info->subject_name =
            directory_subject_name(core->directory, state, row->subject);
    }
}

static attention_info_t tell(const core_t *core, uint32_t item)
{
    const state_t *state = core->state;
    const attention_row_t *row = TABLE_ROW(attention_row_t, &state->attention, item);
    const epoch_row_t *epoch = TABLE_ROW(epoch_row_t, &state->epochs, row->epoch);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, epoch->account);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    attention_info_t info = {
        .code = text_of_code(&row->code),
        .epoch = text_of_code(&epoch->code),
        .group = board_rows_word(state, scheme->groups[row->scheme_group].word),
        .assigned = principal_code(state, row->assigned),
        .closed_by = principal_code(state, row->closer),
        .figure = row->figure,
        .bound = row->bound,
        .opened = row->opened,
        .closed = row->closed,
        .rule = row->rule,
        .state = row->state,
        .dimension = row->dimension,
        .count = row->count,
    };
    tell_concerned(core, row, &info);
    return info;
}

static bool may_see(const state_t *state, uint32_t principal, bool all,
                    const attention_row_t *row)
{
    if (attention_concerns(state, row, principal))
        return false;
    return all || row->assigned == principal;
}

/* Rows of the items asked for, newest first; *matching counts all that could be. */
static uint32_t find(const core_t *core, uint32_t principal,
                     const attention_query_t *asked, uint32_t *items,
                     uint32_t *matching)
{
    const state_t *state = core->state;
    uint32_t count = 0;
    target_t whole = { 0, 0, 0 };
    bool all = authorise(state, principal, OPERATION_QUERY(QUERY_ATTENTION), &whole) ==
               STATUS_OK;
    *matching = 0;
    for (uint32_t i = state->attention.count; i >= 1; i--) {
        const attention_row_t *row = TABLE_ROW(attention_row_t, &state->attention, i);
        if ((asked->state != 0 && row->state != asked->state) ||
            !may_see(state, principal, all, row))
            continue;
        if ((*matching)++ >= asked->offset && count < asked->count)
            items[count++] = i;
    }
    return count;
}

static void post(core_t *core, const caller_t *caller, const uint32_t *items,
                 uint32_t count, uint32_t matching)
{
    attention_info_t infos[PART_ITEMS];
    answer_t answer = { .kind = QUERY_ATTENTION, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_ITEMS - 1) / PART_ITEMS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = 0;
        for (uint32_t i = answer.part * PART_ITEMS; i < count && taken < PART_ITEMS;
             i++)
            infos[taken++] = tell(core, items[i]);
        answer.body.attention = (attention_answer_t){ infos, taken, matching };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_attention(core_t *core, const caller_t *caller, const query_t *query,
                         fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    const attention_query_t *asked = &query->attention;
    uint32_t items[ATTENTION_ITEMS_MAX], matching = 0;
    uint32_t principal =
        TABLE_ROW(key_row_t, &core->state->keys, caller->key)->principal;
    if (asked->count > ATTENTION_ITEMS_MAX) {
        fault_set(fault, "query.attention.count", NULL, 0);
        return STATUS_WINDOW_TOO_LARGE;
    }
    if (asked->state > ATTENTION_CLOSED) {
        fault_set(fault, "query.attention.state", NULL, 0);
        return STATUS_UNKNOWN_VALUE;
    }
    uint32_t count = find(core, principal, asked, items, &matching);
    post(core, caller, items, count, matching);
    return STATUS_OK;
}
