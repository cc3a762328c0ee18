/* query_rounds.c - rounds and visits; see query_overview.h. */
#include "broker/core/authorise.h"
#include "broker/runtime/board_scope.h"
#include "broker/runtime/query_overview.h"
#include "proto/check.h"

#define ROUND_BYTES_MAX (2u * CODE_BYTES_MAX + 4u * NAME_CHARS_MAX + 96u)
#define PART_ROUNDS     32u
_Static_assert(PART_ROUNDS *ROUND_BYTES_MAX <= ANSWER_PART_BYTES_MAX, "a part fits");
#define VISIT_BYTES_MAX                                                                \
    ((5u + VISIT_INSPECTORS_MAX) * (CODE_BYTES_MAX + 2u) + 4u * NAME_CHARS_MAX + 64u)
#define PART_VISITS 32u
_Static_assert(PART_VISITS *VISIT_BYTES_MAX <= ANSWER_PART_BYTES_MAX, "a part fits");
_Static_assert((VISITS_MAX + PART_VISITS - 1) / PART_VISITS <= MAILER_ANSWER_PARTS_MAX,
               "the parts fit into an answer");

/* ---- rounds ---- */

static round_info_t tell_round(const core_t *core, uint32_t round)
{
    const state_t *state = core->state;
    const round_row_t *row = TABLE_ROW(round_row_t, &state->rounds, round);
    return (round_info_t){
        .code = text_of_code(&row->code),
        .name = directory_name(core->directory, DIRECTORY_ROUND, round),
        .account = text_of_code(
            &TABLE_ROW(account_row_t, &state->accounts, row->account)->code),
        .kind = row->kind,
        .from = row->from,
        .to = row->to,
        .stage = row->stage,
        .coverage_target = row->coverage_target,
        .planned = row->planned,
        .open = row->open,
        .closed = row->closed,
        .sealed = row->sealed,
        .observations = row->observations,
    };
}

static void post_rounds(core_t *core, const caller_t *caller, const uint32_t *found,
                        uint32_t count)
{
    round_info_t infos[PART_ROUNDS];
    answer_t answer = { .kind = QUERY_ROUNDS, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_ROUNDS - 1) / PART_ROUNDS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = 0, from = answer.part * PART_ROUNDS;
        for (; taken < PART_ROUNDS && from + taken < count; taken++)
            infos[taken] = tell_round(core, found[from + taken]);
        answer.body.rounds = (rounds_answer_t){ infos, taken };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_rounds(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t account, found[ROUNDS_MAX], count = 0;
    const state_t *state = core->state;
    status_t status = board_scope_account(state, query->account.account,
                                          "query.rounds.account", &account, fault);
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = state->rounds.count; i >= 1 && count < ROUNDS_MAX; i--) {
        if (TABLE_ROW(round_row_t, &state->rounds, i)->account == account)
            found[count++] = i;
    }
    post_rounds(core, caller, found, count);
    return STATUS_OK;
}

/* ---- visits ---- */

typedef struct {
    visit_info_t infos[PART_VISITS];
    text_t inspectors[PART_VISITS][VISIT_INSPECTORS_MAX];
} part_t;

static void tell_visit(const core_t *core, uint32_t visit, bool raters, part_t *part,
                       uint32_t at)
{
    const state_t *state = core->state;
    const visit_row_t *row = TABLE_ROW(visit_row_t, &state->visits, visit);
    visit_info_t *info = &part->infos[at];
    *info = (visit_info_t){
        .code = text_of_code(&row->code),
        .team = text_of_code(&TABLE_ROW(team_row_t, &state->teams, row->team)->code),
        .inspectors = part->inspectors[at],
        .inspector_count = raters ? row->inspector_count : 0,
        .stage = row->stage,
        .observations = row->observations,
        .opened_ms = row->stage != STAGE_PLANNED ? row->opened_ms : 0,
        .closed_ms = row->closed_known != 0 ? row->closed_ms : 0,
    };
    info->unit = overview_unit(core, row->unit, &info->unit_name);
    if (row->project != 0)
        info->project = text_of_code(
            &TABLE_ROW(project_row_t, &state->projects, row->project)->code);
    for (uint32_t i = 0; i < info->inspector_count; i++)
        part->inspectors[at][i] = text_of_code(
            &TABLE_ROW(inspector_row_t, &state->inspectors, row->inspectors[i])->code);
}

static void post_visits(core_t *core, const caller_t *caller, const uint32_t *found,
                        uint32_t count, visits_answer_t visits)
{
    part_t part;
    answer_t answer = { .kind = QUERY_VISITS, .seq = core->state->head_seq };
    bool raters = principal_reach(core->state, overview_principal(core, caller),
                                  OPERATION_QUERY(QUERY_HISTORY_VISIT)) != REACH_NONE;
    answer.parts = count == 0 ? 1 : (count + PART_VISITS - 1) / PART_VISITS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t from = answer.part * PART_VISITS;
        visits.visits = part.infos;
        for (visits.count = 0;
             visits.count < PART_VISITS && from + visits.count < count; visits.count++)
            tell_visit(core, found[from + visits.count], raters, &part, visits.count);
        answer.body.visits = visits;
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* as above */
    }
}

status_t query_visits(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    const state_t *state = core->state;
    const visits_query_t *asked = &query->visits;
    uint32_t found[VISITS_MAX], count = 0;
    uint32_t round = state_find(&state->rounds, asked->round);
    uint32_t principal = overview_principal(core, caller);
    visits_answer_t visits = { .round = asked->round };
    fault_set(fault, "query.visits.round", asked->round.data, asked->round.size);
    if (round == 0)
        return STATUS_UNKNOWN_ROUND;
    status_t status =
        overview_window(asked->count, VISITS_MAX, "query.visits.count", fault);
    if (status != STATUS_OK)
        return status;
    uint32_t visit = TABLE_ROW(round_row_t, &state->rounds, round)->visits;
    while (visit != 0) {
        const visit_row_t *row = TABLE_ROW(visit_row_t, &state->visits, visit);
        bool seen = overview_sees(core, principal, QUERY_VISITS, row->unit, 0);
        if (seen && visits.matching++ >= asked->offset && count < asked->count)
            found[count++] = visit;
        visit = row->next_of_round;
    }
    post_visits(core, caller, found, count, visits);
    return STATUS_OK;
}
