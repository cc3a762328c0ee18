/* schemes.c - see schemes.h. Frames are made a few times a year: nothing here is fast,
 * and what boards and sheets need is laid out once, when a scheme is proposed. */
#include "broker/core/schemes.h"
#include "broker/core/dates.h"
#include "broker/core/judge_rights.h"
#include "broker/core/lists.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "broker/core/scheme_rules.h"
#include "proto/check.h"
#include <string.h>

#define ACCOUNTS_OPEN_MAX 2u

/* Frames belong to the jurisdiction: no unit, group or person of their own. */
static status_t may(const state_t *state, const event_t *event, fault_t *fault)
{
    target_t target = { 0, 0, 0 };
    return judge_rights(state, event, &target, fault);
}

static scheme_row_t *scheme_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(scheme_row_t, &state->schemes, index);
}

static account_row_t *account_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(account_row_t, &state->accounts, index);
}

/* propose_scheme */

status_t propose_scheme_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault)
{
    (void)fault; /* a proposal names nothing that must exist */
    event->self = state_find(&state->schemes, command->body.propose_scheme.code);
    return STATUS_OK;
}

static uint32_t new_words(const state_t *state, const propose_scheme_t *scheme)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scheme->group_count; i++)
        count += state_find_word(state, scheme->groups[i].name) == 0 ? 1 : 0;
    return count;
}

status_t propose_scheme_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const propose_scheme_t *scheme = &event->command->body.propose_scheme;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0)
        return refuse(fault, STATUS_SCHEME_FIXED, "propose_scheme.code", scheme->code);
    status = scheme_check(scheme, fault);
    if (status != STATUS_OK)
        return status;
    if (!table_fits(&state->schemes, 1) ||
        !table_fits(&state->words, new_words(state, scheme)))
        return refuse(fault, STATUS_TABLE_FULL, "propose_scheme.code", scheme->code);
    return STATUS_OK;
}

static void label_of_text(char out[LABEL_BYTES_MAX + 1], text_t text)
{
    CHECK(text.size <= LABEL_BYTES_MAX);
    memset(out, 0, LABEL_BYTES_MAX + 1);
    if (text.size > 0)
        memcpy(out, text.data, text.size);
}

static void fill_dimension(scheme_row_t *row, const scheme_dimension_t *given)
{
    CHECK(given->number >= 1 && given->number <= DIMENSIONS_MAX);
    dimension_t *dimension = &row->dimensions[given->number - 1];
    label_of_text(dimension->name, given->name);
    dimension->used = 1;
    dimension->mu_centi = given->mu_centi;
    dimension->kappa = given->kappa;
    dimension->s2 = given->s2;
    dimension->rho = given->rho;
    dimension->u = given->u;
}

static void fill_channel(scheme_row_t *row, const scheme_channel_t *given)
{
    CHECK(given->number >= 1 && given->number <= CHANNELS_MAX);
    channel_t *channel = &row->channels[given->number - 1];
    label_of_text(channel->name, given->name);
    channel->used = 1;
    channel->weight = given->weight;
    for (uint32_t i = 0; i < given->offset_count; i++) {
        const scheme_offset_t *offset = &given->offsets[i];
        CHECK(offset->dimension >= 1 && offset->dimension <= DIMENSIONS_MAX);
        channel->offset[offset->dimension - 1] = offset->offset;
    }
}

static void fill_group(state_t *state, group_rule_t *rule, const scheme_group_t *given)
{
    rule->word = word_of_label(state, given->name);
    rule->dimension_count = given->dimension_count;
    for (uint32_t k = 0; k < given->dimension_count; k++) {
        rule->dimensions[k] = given->dimensions[k].dimension - 1;
        rule->weights[k] = scheme_weight(given, k);
    }
    rule->min_ratings = given->min_ratings;
    rule->min_inspectors = given->min_inspectors;
    rule->min_observations = given->min_observations;
    rule->enough_ratings = given->enough_ratings;
}

static void fill_scheme(scheme_row_t *row, const propose_scheme_t *given)
{
    row->scoring_revision = given->scoring_revision;
    row->review_below = given->review_below;
    row->cap_positive = given->cap_positive;
    row->cap_negative = given->cap_negative;
    row->cap_achievement = given->cap_achievement;
    row->achievement_weight = given->achievement_weight;
    row->reply_window_days = given->reply_window_days;
    row->dimension_count = given->dimension_count;
    row->channel_count = given->channel_count;
    row->group_count = given->group_count;
}

void propose_scheme_apply(state_t *state, const event_t *event)
{
    const propose_scheme_t *given = &event->command->body.propose_scheme;
    CHECK(event->self == 0);
    CHECK(given->group_count <= GROUPS_MAX);
    code_t code;
    code_of_text(&code, given->code);
    scheme_row_t *row = scheme_at(state, table_add(&state->schemes, &code));
    row->state = SCHEME_PROPOSED;
    row->proposer = event->principal;
    fill_scheme(row, given);
    for (uint32_t i = 0; i < given->dimension_count; i++)
        fill_dimension(row, &given->dimensions[i]);
    for (uint32_t i = 0; i < given->channel_count; i++)
        fill_channel(row, &given->channels[i]);
    for (uint32_t i = 0; i < given->group_count; i++)
        fill_group(state, &row->groups[i], &given->groups[i]);
}

/* approve_scheme */

status_t approve_scheme_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault)
{
    text_t code = command->body.approve_scheme.code;
    event->self = state_find(&state->schemes, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_SCHEME, "approve_scheme.code", code);
    return STATUS_OK;
}

status_t approve_scheme_judge(const state_t *state, event_t *event, fault_t *fault)
{
    text_t code = event->command->body.approve_scheme.code;
    const scheme_row_t *scheme = scheme_at(state, event->self);
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (scheme->state != SCHEME_PROPOSED)
        return refuse(fault, STATUS_BAD_TRANSITION, "approve_scheme.code", code);
    if (!is_second_person(state, scheme->proposer, event->principal))
        return refuse(fault, STATUS_SECOND_PERSON, "approve_scheme.code", code);
    return STATUS_OK;
}

void approve_scheme_apply(state_t *state, const event_t *event)
{
    CHECK(event->self != 0);
    scheme_at(state, event->self)->state = SCHEME_ACTIVE;
}

/* open_account */

status_t open_account_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault)
{
    const open_account_t *account = &command->body.open_account;
    event->self = state_find(&state->accounts, account->code);
    event->scheme = state_find(&state->schemes, account->scheme);
    if (event->scheme == 0)
        return refuse(fault, STATUS_UNKNOWN_SCHEME, "open_account.scheme",
                      account->scheme);
    return STATUS_OK;
}

static uint32_t open_accounts(const state_t *state)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i <= state->accounts.count; i++)
        count += account_at(state, i)->state == ACCOUNT_OPEN ? 1 : 0;
    return count;
}

static status_t check_account_dates(const open_account_t *account, fault_t *fault)
{
    if (!date_valid(account->from))
        return refuse_number(fault, STATUS_BAD_DATE, "open_account.from",
                             account->from);
    if (!date_valid(account->to))
        return refuse_number(fault, STATUS_BAD_DATE, "open_account.to", account->to);
    if (account->to < account->from)
        return refuse_number(fault, STATUS_DATES_REVERSED, "open_account.to",
                             account->to);
    return STATUS_OK;
}

status_t open_account_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const open_account_t *account = &event->command->body.open_account;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0)
        return refuse(fault, STATUS_ACCOUNT_FIXED, "open_account.code", account->code);
    if (scheme_at(state, event->scheme)->state != SCHEME_ACTIVE)
        return refuse(fault, STATUS_SCHEME_NOT_ACTIVE, "open_account.scheme",
                      account->scheme);
    status = check_account_dates(account, fault);
    if (status != STATUS_OK)
        return status;
    if (open_accounts(state) >= ACCOUNTS_OPEN_MAX)
        return refuse(fault, STATUS_ACCOUNTS_FULL, "open_account.code", account->code);
    if (!table_fits(&state->accounts, 1))
        return refuse(fault, STATUS_TABLE_FULL, "open_account.code", account->code);
    return STATUS_OK;
}

void open_account_apply(state_t *state, const event_t *event)
{
    const open_account_t *given = &event->command->body.open_account;
    CHECK(event->self == 0);
    CHECK(event->scheme != 0);
    uint32_t index = state_add(&state->accounts, given->code);
    account_row_t *row = account_at(state, index);
    row->scheme = event->scheme;
    row->state = ACCOUNT_OPEN;
    row->from = given->from;
    row->to = given->to;
    state->open_account = index;
}

/* close_account */

status_t close_account_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    text_t code = command->body.close_account.code;
    event->self = state_find(&state->accounts, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_ACCOUNT, "close_account.code", code);
    return STATUS_OK;
}

status_t close_account_judge(const state_t *state, event_t *event, fault_t *fault)
{
    text_t code = event->command->body.close_account.code;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (account_at(state, event->self)->state != ACCOUNT_OPEN)
        return refuse(fault, STATUS_ACCOUNT_CLOSED, "close_account.code", code);
    return STATUS_OK;
}

static uint32_t newest_open_account(const state_t *state)
{
    uint32_t index = state->accounts.count;
    while (index != 0 && account_at(state, index)->state != ACCOUNT_OPEN)
        index--;
    return index;
}

void close_account_apply(state_t *state, const event_t *event)
{
    CHECK(event->self != 0);
    account_at(state, event->self)->state = ACCOUNT_CLOSED;
    account_at(state, event->self)->closer_key = event->key;
    state->open_account = newest_open_account(state);
}
