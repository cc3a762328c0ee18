/* visits.c - see visits.h. */
#include "broker/core/visits.h"
#include "broker/core/dates.h"
#include "broker/core/judge_rights.h"
#include "broker/core/observation_rules.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "broker/core/rounds.h"
#include "proto/check.h"
#include <string.h>

static visit_row_t *visit_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(visit_row_t, &state->visits, index);
}

static const inspector_row_t *inspector_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(inspector_row_t, &state->inspectors, index);
}

static const round_row_t *round_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(round_row_t, &state->rounds, index);
}

static uint32_t person_of_principal(const state_t *state, const event_t *event)
{
    return TABLE_ROW(principal_row_t, &state->principals, event->principal)->person;
}

/* New facts need an open account, and a visit an open round. */
static status_t check_frame(const state_t *state, uint32_t round, const char *place,
                            text_t code, fault_t *fault)
{
    const round_row_t *row = round_at(state, round);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, row->account);
    if (account->state != ACCOUNT_OPEN)
        return refuse(fault, STATUS_ACCOUNT_CLOSED, place, code);
    if (row->stage != STAGE_OPEN)
        return refuse(fault, STATUS_ROUND_CLOSED, place, code);
    return STATUS_OK;
}

static bool within_round(const round_row_t *round, int64_t opened_ms)
{
    uint32_t date = date_of_ms(opened_ms);
    return date >= round->from && date <= round->to;
}

/* Who is suspended moves no visit either. */
static bool has_active_person(const state_t *state, const visit_row_t *visit,
                              uint32_t person)
{
    for (uint32_t i = 0; i < visit->inspector_count; i++) {
        const inspector_row_t *row = inspector_at(state, visit->inspectors[i]);
        if (row->person == person && row->state == INSPECTOR_ACTIVE)
            return true;
    }
    return false;
}

/* Rights on the visit as it stands: its unit, or being one of its inspectors. */
static status_t may_move(const state_t *state, const event_t *event, fault_t *fault)
{
    const visit_row_t *visit = visit_at(state, event->self);
    uint32_t person = person_of_principal(state, event);
    target_t target = { .unit = visit->unit };
    if (person != 0 && has_active_person(state, visit, person))
        target.person = person;
    return judge_rights(state, event, &target, fault);
}

/* put_visit */

static status_t find_inspectors(const state_t *state, const put_visit_t *visit,
                                event_t *event, fault_t *fault)
{
    CHECK(visit->inspector_count <= VISIT_INSPECTORS_MAX);
    for (uint32_t i = 0; i < visit->inspector_count; i++) {
        event->list[i] = state_find(&state->inspectors, visit->inspectors[i]);
        if (event->list[i] == 0)
            return refuse_at(fault, STATUS_UNKNOWN_INSPECTOR, "visit.inspectors", i, "",
                             visit->inspectors[i]);
    }
    event->list_count = visit->inspector_count;
    return STATUS_OK;
}

static status_t find_place(const state_t *state, const put_visit_t *visit,
                           event_t *event, fault_t *fault)
{
    event->unit = state_find(&state->units, visit->unit);
    if (event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "visit.unit", visit->unit);
    if (visit->project.size == 0)
        return STATUS_OK;
    event->project = state_find(&state->projects, visit->project);
    if (event->project == 0)
        return refuse(fault, STATUS_UNKNOWN_PROJECT, "visit.project", visit->project);
    return STATUS_OK;
}

status_t put_visit_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault)
{
    const put_visit_t *visit = &command->body.visit;
    event->self = state_find(&state->visits, visit->code);
    event->round = state_find(&state->rounds, visit->round);
    if (event->round == 0)
        return refuse(fault, STATUS_UNKNOWN_ROUND, "visit.round", visit->round);
    event->account = round_at(state, event->round)->account;
    event->team = state_find(&state->teams, visit->team);
    if (event->team == 0)
        return refuse(fault, STATUS_UNKNOWN_TEAM, "visit.team", visit->team);
    status_t status = find_place(state, visit, event, fault);
    if (status == STATUS_OK)
        status = find_inspectors(state, visit, event, fault);
    if (status != STATUS_OK)
        return status;
    event_link(state, event, LINK_VISIT, event->self);
    if (event->project != 0)
        event_link(state, event, LINK_PROJECT, event->project);
    return STATUS_OK;
}

static bool list_has_person(const state_t *state, const event_t *event, uint32_t count,
                            uint32_t person)
{
    for (uint32_t i = 0; i < count; i++) {
        if (inspector_at(state, event->list[i])->person == person)
            return true;
    }
    return false;
}

/* Rights on what the visit becomes, and on what it was, lest it be taken over. */
static status_t may_put(const state_t *state, const event_t *event, fault_t *fault)
{
    uint32_t person = person_of_principal(state, event);
    target_t target = { .unit = event->unit };
    if (person != 0 && list_has_person(state, event, event->list_count, person))
        target.person = person;
    status_t status = judge_rights(state, event, &target, fault);
    return status == STATUS_OK && event->self != 0 ? may_move(state, event, fault)
                                                   : status;
}

/* R4: two persons at least; nobody stands twice under two codes. */
static status_t check_crew(const state_t *state, const event_t *event, fault_t *fault)
{
    const put_visit_t *visit = &event->command->body.visit;
    if (event->list_count < VISIT_INSPECTORS_MIN)
        return refuse_number(fault, STATUS_TOO_FEW_INSPECTORS, "visit.inspectors",
                             event->list_count);
    for (uint32_t i = 0; i < event->list_count; i++) {
        const inspector_row_t *row = inspector_at(state, event->list[i]);
        status_t status = STATUS_OK;
        if (list_has_person(state, event, i, row->person))
            status = STATUS_TOO_FEW_INSPECTORS;
        else if (row->state != INSPECTOR_ACTIVE)
            status = STATUS_INSPECTOR_SUSPENDED;
        else if (row->team != event->team)
            status = STATUS_OTHER_TEAM;
        if (status != STATUS_OK)
            return refuse_at(fault, status, "visit.inspectors", i, "",
                             visit->inspectors[i]);
    }
    return STATUS_OK;
}

static status_t check_times(const state_t *state, const event_t *event, fault_t *fault)
{
    const put_visit_t *visit = &event->command->body.visit;
    if (!visit->has_opened)
        return visit->has_closed
                   ? refuse(fault, STATUS_FIELD_MISSING, "visit.opened_ms", visit->code)
                   : STATUS_OK;
    if (visit->has_closed && visit->closed_ms < visit->opened_ms)
        return refuse(fault, STATUS_DATES_REVERSED, "visit.closed_ms", visit->code);
    if (!within_round(round_at(state, event->round), visit->opened_ms))
        return refuse_number(fault, STATUS_OUTSIDE_ROUND, "visit.opened_ms",
                             date_of_ms(visit->opened_ms));
    return STATUS_OK;
}

/* What may not change once a sheet exists; NULL = it is all the same. */
static const char *changed_place(const visit_row_t *row, const event_t *event)
{
    const put_visit_t *visit = &event->command->body.visit;
    if (row->round != event->round)
        return "visit.round";
    if (row->team != event->team)
        return "visit.team";
    if (row->unit != event->unit)
        return "visit.unit";
    if (row->project != event->project)
        return "visit.project";
    if (!visit->has_opened || visit->opened_ms != row->opened_ms)
        return "visit.opened_ms";
    if (row->inspector_count != event->list_count ||
        memcmp(row->inspectors, event->list, event->list_count * sizeof(uint32_t)) != 0)
        return "visit.inspectors";
    return NULL;
}

static status_t check_in_use(const visit_row_t *row, const event_t *event,
                             fault_t *fault)
{
    const put_visit_t *visit = &event->command->body.visit;
    const char *place = changed_place(row, event);
    if (place != NULL)
        return refuse(fault, STATUS_VISIT_IN_USE, place, visit->code);
    if (visit->has_closed && visit->closed_ms < row->last_observed_ms)
        return refuse(fault, STATUS_OUTSIDE_VISIT, "visit.closed_ms", visit->code);
    return STATUS_OK;
}

/* A put does not open a closed visit again, and touches no sealed one. */
static status_t check_earlier(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const put_visit_t *visit = &event->command->body.visit;
    const visit_row_t *row = visit_at(state, event->self);
    if (visit_is_sealed(state, row))
        return refuse(fault, STATUS_VISIT_SEALED, "visit.code", visit->code);
    if (row->stage == STAGE_CLOSED && !(visit->has_opened && visit->has_closed))
        return refuse(fault, STATUS_BAD_TRANSITION, "visit.closed_ms", visit->code);
    if (row->stage == STAGE_CLOSED && visit->closed_ms > event->now_ms + CLOCK_SKEW_MS)
        return refuse(fault, STATUS_IN_FUTURE, "visit.closed_ms", visit->code);
    return STATUS_OK;
}

static status_t check_new_content(const state_t *state, const event_t *event,
                                  fault_t *fault)
{
    status_t status = check_crew(state, event, fault);
    return status == STATUS_OK ? check_times(state, event, fault) : status;
}

static status_t check_content(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    if (event->self == 0)
        return check_new_content(state, event, fault);
    status_t status = check_earlier(state, event, fault);
    if (status != STATUS_OK)
        return status;
    const visit_row_t *row = visit_at(state, event->self);
    if (row->observations == 0)
        return check_new_content(state, event, fault);
    status = check_in_use(row, event, fault);
    return status == STATUS_OK ? check_times(state, event, fault) : status;
}

status_t put_visit_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_visit_t *visit = &event->command->body.visit;
    status_t status = may_put(state, event, fault);
    if (status == STATUS_OK)
        status = check_frame(state, event->round, "visit.round", visit->round, fault);
    if (status == STATUS_OK)
        status = check_content(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self == 0 && !table_fits(&state->visits, 1))
        return refuse(fault, STATUS_TABLE_FULL, "visit.code", visit->code);
    return STATUS_OK;
}

/* How many visits of a round are in a stage. */
static uint32_t *count_of(const state_t *state, uint32_t round, uint32_t stage)
{
    round_row_t *row = TABLE_ROW(round_row_t, &state->rounds, round);
    switch (stage) {
    case STAGE_PLANNED:
        return &row->planned;
    case STAGE_OPEN:
        return &row->open;
    case STAGE_CLOSED:
        return &row->closed;
    default:
        CHECK(stage == STAGE_SEALED);
        return &row->sealed;
    }
}

static void change_stage(const state_t *state, visit_row_t *row, uint32_t stage)
{
    --*count_of(state, row->round, row->stage);
    row->stage = stage;
    ++*count_of(state, row->round, row->stage);
}

static void leave_round(const state_t *state, uint32_t index)
{
    visit_row_t *row = visit_at(state, index);
    uint32_t *link = &TABLE_ROW(round_row_t, &state->rounds, row->round)->visits;
    while (*link != index)
        link = &visit_at(state, *link)->next_of_round;
    *link = row->next_of_round;
    --*count_of(state, row->round, row->stage);
}

/* Only a visit without sheets changes its round, so observations stay where they are. */
static void change_round(const state_t *state, uint32_t index, uint32_t round)
{
    visit_row_t *row = visit_at(state, index);
    round_row_t *to = TABLE_ROW(round_row_t, &state->rounds, round);
    if (row->round == round)
        return;
    if (row->round != 0)
        leave_round(state, index);
    row->round = round;
    row->next_of_round = to->visits;
    to->visits = index;
    ++*count_of(state, round, row->stage);
}

static uint32_t visit_create(state_t *state, text_t text)
{
    uint32_t index = state_add(&state->visits, text);
    visit_at(state, index)->stage = STAGE_PLANNED;
    return index;
}

/* The command tells the whole of the visit; what it leaves out becomes blank. */
static void fill_times(const state_t *state, visit_row_t *row, const put_visit_t *given)
{
    if (row->stage != STAGE_CLOSED)
        change_stage(state, row, given->has_opened ? STAGE_OPEN : STAGE_PLANNED);
    row->opened_ms = given->has_opened ? given->opened_ms : 0;
    row->closed_ms = given->has_closed ? given->closed_ms : 0;
    row->closed_known = given->has_closed ? 1 : 0;
}

void put_visit_apply(state_t *state, const event_t *event)
{
    const put_visit_t *given = &event->command->body.visit;
    CHECK(event->round != 0);
    CHECK(event->list_count <= VISIT_INSPECTORS_MAX);
    uint32_t index = event->self != 0 ? event->self : visit_create(state, given->code);
    visit_row_t *row = visit_at(state, index);
    change_round(state, index, event->round);
    row->team = event->team;
    row->unit = event->unit;
    row->project = event->project;
    memset(row->inspectors, 0, sizeof row->inspectors);
    memcpy(row->inspectors, event->list, event->list_count * sizeof(uint32_t));
    row->inspector_count = event->list_count;
    fill_times(state, row, given);
}

/* move_visit */

status_t move_visit_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    text_t code = command->body.move_visit.code;
    event->self = state_find(&state->visits, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_VISIT, "move_visit.code", code);
    const visit_row_t *row = visit_at(state, event->self);
    event->round = row->round;
    event->account = round_at(state, row->round)->account;
    event->project = row->project;
    event_link(state, event, LINK_VISIT, event->self);
    if (row->project != 0)
        event_link(state, event, LINK_PROJECT, row->project);
    return STATUS_OK;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t closing_ms(const visit_row_t *row, const move_t *move, int64_t now_ms)
{
    if (move->has_at)
        return move->at_ms;
    int64_t ended_ms = later(now_ms, later(row->opened_ms, row->last_observed_ms));
    if (row->closed_known && row->closed_ms < ended_ms)
        return row->closed_ms;
    return ended_ms; /* earlier than planned: nothing is seen after it closed (R15) */
}

static int64_t opening_ms(const move_t *move, int64_t now_ms)
{
    return move->has_at ? move->at_ms : now_ms;
}

static status_t check_opening(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const move_t *move = &event->command->body.move_visit;
    int64_t at_ms = opening_ms(move, event->now_ms);
    status_t status =
        check_frame(state, event->round, "move_visit.code", move->code, fault);
    if (status != STATUS_OK)
        return status;
    if (!within_round(round_at(state, event->round), at_ms))
        return refuse_number(fault, STATUS_OUTSIDE_ROUND, "move_visit.at_ms",
                             date_of_ms(at_ms));
    return STATUS_OK;
}

static status_t check_closing(const visit_row_t *row, const event_t *event,
                              fault_t *fault)
{
    const move_t *move = &event->command->body.move_visit;
    int64_t at_ms = closing_ms(row, move, event->now_ms);
    if (move->has_at && at_ms > event->now_ms + CLOCK_SKEW_MS)
        return refuse(fault, STATUS_IN_FUTURE, "move_visit.at_ms", move->code);
    if (at_ms < row->opened_ms)
        return refuse(fault, STATUS_DATES_REVERSED, "move_visit.at_ms", move->code);
    if (row->observations > 0 && at_ms < row->last_observed_ms)
        return refuse(fault, STATUS_OUTSIDE_VISIT, "move_visit.at_ms", move->code);
    return STATUS_OK;
}

status_t move_visit_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const move_t *move = &event->command->body.move_visit;
    const visit_row_t *row = visit_at(state, event->self);
    status_t status = may_move(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (!stage_follows(row->stage, move->stage))
        return refuse(fault, STATUS_BAD_TRANSITION, "move_visit.stage", move->code);
    if (move->stage == STAGE_OPEN)
        return check_opening(state, event, fault);
    return move->stage == STAGE_CLOSED ? check_closing(row, event, fault) : STATUS_OK;
}

void move_visit_apply(state_t *state, const event_t *event)
{
    const move_t *move = &event->command->body.move_visit;
    visit_row_t *row = visit_at(state, event->self);
    if (move->stage == STAGE_OPEN)
        row->opened_ms = opening_ms(move, event->now_ms);
    if (move->stage == STAGE_CLOSED) {
        row->closed_ms = closing_ms(row, move, event->now_ms);
        row->closed_known = 1;
    }
    change_stage(state, row, move->stage);
}
