/* rounds.c - see rounds.h; visits share the table of stages. */
#include "broker/core/rounds.h"
#include "broker/core/dates.h"
#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "proto/check.h"

#define COVERAGE_PERCENT_MAX 100u

/* The one stage that follows each; 0 = none, the stage is final. */
static const uint8_t next_stage[] = {
    [STAGE_PLANNED] = STAGE_OPEN,
    [STAGE_OPEN] = STAGE_CLOSED,
    [STAGE_CLOSED] = STAGE_SEALED,
    [STAGE_SEALED] = 0,
};
#define STAGE_LIMIT (sizeof next_stage / sizeof next_stage[0])

bool stage_follows(uint32_t from, uint32_t to)
{
    CHECK(from < STAGE_LIMIT);
    return to != 0 && next_stage[from] == to;
}

static status_t may(const state_t *state, const event_t *event, fault_t *fault)
{
    target_t target = { 0, 0, 0 };
    return judge_rights(state, event, &target, fault);
}

static round_row_t *round_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(round_row_t, &state->rounds, index);
}

/* put_round */

status_t put_round_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault)
{
    const put_round_t *round = &command->body.round;
    event->self = state_find(&state->rounds, round->code);
    event->account = state_find(&state->accounts, round->account);
    if (event->account == 0)
        return refuse(fault, STATUS_UNKNOWN_ACCOUNT, "round.account", round->account);
    return STATUS_OK;
}

static status_t check_dates(const put_round_t *round, const account_row_t *account,
                            fault_t *fault)
{
    if (!date_valid(round->from))
        return refuse_number(fault, STATUS_BAD_DATE, "round.from", round->from);
    if (!date_valid(round->to))
        return refuse_number(fault, STATUS_BAD_DATE, "round.to", round->to);
    if (round->to < round->from)
        return refuse_number(fault, STATUS_DATES_REVERSED, "round.to", round->to);
    if (round->from < account->from || round->from > account->to)
        return refuse_number(fault, STATUS_OUTSIDE_ACCOUNT, "round.from", round->from);
    if (round->to > account->to)
        return refuse_number(fault, STATUS_OUTSIDE_ACCOUNT, "round.to", round->to);
    return STATUS_OK;
}

static status_t check_earlier(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const put_round_t *round = &event->command->body.round;
    const round_row_t *row = round_at(state, event->self);
    if (row->account != event->account)
        return refuse(fault, STATUS_ACCOUNT_FIXED, "round.account", round->account);
    if (row->stage == STAGE_SEALED)
        return refuse(fault, STATUS_ROUND_CLOSED, "round.code", round->code);
    return STATUS_OK;
}

status_t put_round_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_round_t *round = &event->command->body.round;
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, event->account);
    status_t status = may(state, event, fault);
    if (status == STATUS_OK && event->self != 0)
        status = check_earlier(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (account->state != ACCOUNT_OPEN)
        return refuse(fault, STATUS_ACCOUNT_CLOSED, "round.account", round->account);
    status = check_dates(round, account, fault);
    if (status != STATUS_OK)
        return status;
    if (round->coverage_target > COVERAGE_PERCENT_MAX)
        return refuse_number(fault, STATUS_PARAMETER_RANGE, "round.coverage_target",
                             round->coverage_target);
    if (event->self == 0 && !table_fits(&state->rounds, 1))
        return refuse(fault, STATUS_TABLE_FULL, "round.code", round->code);
    return STATUS_OK;
}

static uint32_t round_create(state_t *state, text_t text, uint32_t account)
{
    uint32_t index = state_add(&state->rounds, text);
    round_at(state, index)->account = account;
    round_at(state, index)->stage = STAGE_OPEN;
    return index;
}

void put_round_apply(state_t *state, const event_t *event)
{
    const put_round_t *given = &event->command->body.round;
    CHECK(event->account != 0);
    uint32_t index = event->self;
    if (index == 0)
        index = round_create(state, given->code, event->account);
    round_row_t *row = round_at(state, index);
    row->kind = given->kind;
    row->from = given->from;
    row->to = given->to;
    row->coverage_target = given->coverage_target;
}

/* move_round */

status_t move_round_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    text_t code = command->body.move_round.code;
    event->self = state_find(&state->rounds, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_ROUND, "move_round.code", code);
    return STATUS_OK;
}

status_t move_round_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const move_t *move = &event->command->body.move_round;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (!stage_follows(round_at(state, event->self)->stage, move->stage))
        return refuse(fault, STATUS_BAD_TRANSITION, "move_round.stage", move->code);
    return STATUS_OK;
}

void move_round_apply(state_t *state, const event_t *event)
{
    CHECK(event->self != 0);
    round_at(state, event->self)->stage = event->command->body.move_round.stage;
}
