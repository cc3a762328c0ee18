/* epoch_state.c - see epoch_state.h. */
#include "broker/core/epoch_state.h"

#include "proto/check.h"
#include <string.h>

static const account_row_t *account_at(const state_t *state, uint32_t account)
{
    return TABLE_ROW(account_row_t, &state->accounts, account);
}

static const scheme_row_t *scheme_of(const state_t *state, uint32_t account)
{
    return TABLE_ROW(scheme_row_t, &state->schemes, account_at(state, account)->scheme);
}

uint32_t epoch_adopted(const state_t *state, uint32_t account, uint32_t scheme_group)
{
    CHECK(scheme_group < GROUPS_MAX);
    return account_at(state, account)->adopted[scheme_group];
}

uint32_t epoch_fit_row(const state_t *state, uint32_t epoch, uint32_t scheme_group,
                       uint32_t k)
{
    CHECK(scheme_group < GROUPS_MAX);
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    const scheme_row_t *scheme = scheme_of(state, row->account);
    if ((row->groups >> scheme_group & 1) == 0)
        return 0;
    CHECK(k < scheme->groups[scheme_group].dimension_count);
    uint32_t before = 0;
    for (uint32_t g = 0; g < scheme_group; g++)
        if ((row->groups >> g & 1) != 0)
            before += scheme->groups[g].dimension_count;
    CHECK(before + k < row->fit_count);
    return row->fits + before + k;
}

const fit_row_t *epoch_fit(const state_t *state, uint32_t epoch, uint32_t scheme_group,
                           uint32_t k)
{
    uint32_t row = epoch_fit_row(state, epoch, scheme_group, k);
    return row != 0 ? TABLE_ROW(fit_row_t, &state->fits, row) : NULL;
}

const offset_row_t *epoch_offset(const state_t *state, uint32_t epoch,
                                 const fit_row_t *fit, uint32_t inspector)
{
    CHECK(fit != NULL);
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    if (inspector == 0 || inspector > row->inspectors)
        return NULL;
    const offset_row_t *offset =
        TABLE_ROW(offset_row_t, &state->offsets, fit->offsets + inspector - 1);
    return offset->known != 0 ? offset : NULL;
}

void epoch_links(const state_t *state, uint32_t account, uint32_t scheme_group,
                 board_links_t *links)
{
    CHECK(scheme_group < GROUPS_MAX);
    CHECK(links != NULL);
    const account_row_t *row = account_at(state, account);
    uint32_t epoch = row->looked_at[scheme_group];
    *links = (board_links_t){ .reason = row->reasons[scheme_group] };
    if (epoch == 0)
        return;
    uint32_t count = scheme_of(state, account)->groups[scheme_group].dimension_count;
    for (uint32_t k = 0; k < count; k++) {
        const fit_row_t *fit = epoch_fit(state, epoch, scheme_group, k);
        CHECK(fit != NULL);
        if (fit->components > links->components)
            links->components = fit->components;
        if (fit->thin > links->thin)
            links->thin = fit->thin;
    }
    links->refused = (links->components > 1 || links->thin > 0) && links->reason == 0;
}

text_t epoch_reason(const state_t *state, uint32_t reason)
{
    if (reason == 0)
        return (text_t){ NULL, 0 };
    const reason_row_t *row = TABLE_ROW(reason_row_t, &state->reasons, reason);
    return (text_t){ row->text, row->size };
}

uint32_t scheme_group_named(const state_t *state, uint32_t account, text_t name)
{
    uint32_t word = state_find_word(state, name);
    const scheme_row_t *scheme = scheme_of(state, account);
    for (uint32_t g = 0; word != 0 && g < scheme->group_count; g++)
        if (scheme->groups[g].word == word)
            return g + 1;
    return 0;
}

uint32_t epochs_asked(const state_t *state, uint32_t *epochs, uint32_t most)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i <= state->epochs.count && count < most; i++)
        if (TABLE_ROW(epoch_row_t, &state->epochs, i)->state == EPOCH_ASKED)
            epochs[count++] = i;
    return count;
}
