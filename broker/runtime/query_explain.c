/* query_explain.c - see query_explain.h. */
#include "broker/runtime/query_explain.h"

#include "broker/ranking/explain.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/board_scope.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

_Static_assert(EXPLAIN_PART_LINES *EXPLAIN_LINE_BYTES_MAX + BOARD_HEAD_FIXED_BYTES +
                       BOARD_ROW_FIXED_BYTES + BOARD_ROW_TEXT_BYTES_MAX +
                       GROUP_DIMENSIONS_MAX * (LABEL_BYTES_MAX + 96u) <=
                   ANSWER_PART_BYTES_MAX,
               "a part has room for its lines");

typedef struct {
    const core_t *core;
    uint32_t subject, account, standing, group, person; /* person: who asks */
    bool sees_raters;
    view_row_t row;
    view_head_t counts;
    explanation_dimension_t dimensions[GROUP_DIMENSIONS_MAX];
    uint32_t dimension_count, line_count;
    explanation_line_t *lines; /* all dimensions, one behind the other */
} explaining_t;

/* ---- what is asked ---- */

static status_t find_subject(explaining_t *work, uint32_t principal,
                             const explain_query_t *query, fault_t *fault)
{
    const state_t *state = work->core->state;
    board_scope_t scope;
    status_t status = board_scope_account(
        state, query->account, "query.explain.account", &work->account, fault);
    if (status != STATUS_OK)
        return status;
    work->subject = state_find(&state->subjects, query->subject);
    board_scope_of(state, principal, OPERATION_QUERY(QUERY_EXPLAIN), &scope);
    if (work->subject == 0)
        status = STATUS_UNKNOWN_SUBJECT;
    else if (!board_scope_sees(&scope, state, work->subject))
        status = STATUS_OUT_OF_SCOPE;
    if (status != STATUS_OK)
        fault_set(fault, "query.explain.subject", query->subject.data,
                  query->subject.size);
    return status;
}

/* Who rated is seen by auditors and by organisers within their scope, and by nobody of
 * themselves (masks.h). */
static bool sees_raters(const state_t *state, uint32_t principal, uint32_t subject)
{
    const principal_row_t *asks =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    if (asks->person != 0 && asks->person == row->person)
        return false;
    if ((asks->roles & 1u << ROLE_AUDITOR) != 0)
        return true;
    return (asks->roles & 1u << ROLE_ORGANISER) != 0 &&
           scope_has(state, principal, row->unit, row->group);
}

/* The subject's row of its board, ranked or not. */
static status_t find_row(explaining_t *work)
{
    const core_t *core = work->core;
    view_t view = { .account = work->account,
                    .group = work->group,
                    .around = work->subject,
                    .count = 1 };
    status_t status =
        boards_view(core->boards, core->state, &view, &work->row, &work->counts);
    if (status != STATUS_UNKNOWN_SUBJECT)
        return status;
    view.unranked = true;
    return boards_view(core->boards, core->state, &view, &work->row, &work->counts);
}

/* A standing of its own group in the account, or the group that it is in now. */
static void find_standing(explaining_t *work)
{
    const state_t *state = work->core->state;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, work->subject);
    work->group = subject->group;
    for (uint32_t i = subject->standing; i != 0;) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, i);
        if (row->account == work->account && row->ended_seq == 0) {
            work->standing = i;
            work->group = row->group;
            return;
        }
        i = row->next;
    }
}

/* ---- dimensions and lines ---- */

static const scheme_row_t *scheme_of(const explaining_t *work)
{
    const state_t *state = work->core->state;
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, work->account);
    return TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
}

static const group_rule_t *rule_of(const explaining_t *work)
{
    const scheme_row_t *scheme = scheme_of(work);
    for (uint32_t i = 0; i < scheme->group_count; i++) {
        if (scheme->groups[i].word == work->group)
            return &scheme->groups[i];
    }
    return NULL;
}

static void tell_parameters(const parameters_t *from, explanation_dimension_t *out)
{
    out->mu = from->mu;
    out->kappa = (uint32_t)from->kappa;
    out->s2 = (uint64_t)from->s2;
    out->u = (uint32_t)from->u;
    out->rho = (uint32_t)from->rho;
}

static void tell_dimension(explaining_t *work, const group_rule_t *rule, uint32_t k)
{
    const scheme_row_t *scheme = scheme_of(work);
    const dimension_t *dimension = &scheme->dimensions[rule->dimensions[k]];
    explanation_dimension_t *out = &work->dimensions[k];
    const state_t *state = work->core->state;
    *out = (explanation_dimension_t){
        .name = { dimension->name,
                  (uint32_t)strnlen(dimension->name, LABEL_BYTES_MAX) },
        .dimension = rule->dimensions[k] + 1u,
        .weight = rule->weights[k],
    };
    parameters_t parameters;
    score_group_parameters(state, work->account, (uint32_t)(rule - scheme->groups), k,
                           &parameters);
    if (work->standing == 0) {
        tell_parameters(&parameters, out);
        out->score = parameters.mu; /* without facts */
        return;
    }
    dimension_score_t sums;
    score_parameters(state, work->standing, k, &parameters);
    score_cell(state, work->standing, k, &sums);
    const standing_row_t *standing =
        TABLE_ROW(standing_row_t, &state->standings, work->standing);
    const cell_row_t *cell = TABLE_ROW(cell_row_t, &state->cells, standing->cells + k);
    tell_parameters(&parameters, out);
    out->w = (uint64_t)sums.w;
    out->score = sums.score;
    out->ratings = cell->ratings;
    out->inspectors = cell->inspectors;
}

static explanation_line_t tell_line(const explaining_t *work, uint32_t k,
                                    const explain_line_t *from)
{
    const state_t *state = work->core->state;
    const observation_row_t *row =
        TABLE_ROW(observation_row_t, &state->observations, from->observation);
    const channel_t *channel = &scheme_of(work)->channels[row->channel - 1];
    explanation_line_t line = {
        .observation = text_of_code(&row->code),
        .seq = from->seq,
        .m = (uint64_t)from->m,
        .g = (uint64_t)from->g,
        .observed_ms = row->observed_ms,
        .channel_offset = channel->offset[work->dimensions[k].dimension - 1],
        .offset = from->offset,
        .adjusted = from->adjusted,
        .contribution = from->contribution,
        .channel = row->channel,
        .value = from->value_centi,
        .weight = from->weight,
        .unknown = from->unknown,
    };
    const inspector_row_t *inspector =
        TABLE_ROW(inspector_row_t, &state->inspectors, from->inspector);
    if (work->sees_raters)
        line.inspector = text_of_code(&inspector->code);
    return line;
}

static status_t count_lines(explaining_t *work, uint32_t counts[GROUP_DIMENSIONS_MAX])
{
    for (uint32_t k = 0; k < work->dimension_count; k++) {
        counts[k] = 0;
        if (work->standing != 0)
            (void)explain_standing(work->core->state, work->standing, k, NULL, 0,
                                   &counts[k]); /* counts alone */
        work->line_count += counts[k];
        if (work->line_count > EXPLAIN_LINES_MAX)
            return STATUS_WINDOW_TOO_LARGE;
    }
    return STATUS_OK;
}

static status_t gather_lines(explaining_t *work)
{
    uint32_t counts[GROUP_DIMENSIONS_MAX], at = 0;
    status_t status = count_lines(work, counts);
    if (status != STATUS_OK || work->line_count == 0)
        return status;
    explain_line_t *room = calloc(work->line_count, sizeof *room);
    work->lines = calloc(work->line_count, sizeof *work->lines);
    if (room == NULL || work->lines == NULL)
        status = STATUS_NO_MEMORY;
    for (uint32_t k = 0; k < work->dimension_count && status == STATUS_OK; k++) {
        uint32_t count = 0;
        status = explain_standing(work->core->state, work->standing, k, room, counts[k],
                                  &count);
        for (uint32_t i = 0; i < count && status == STATUS_OK; i++)
            work->lines[at + i] = tell_line(work, k, &room[i]);
        work->dimensions[k].lines = work->lines + at;
        work->dimensions[k].line_count = counts[k];
        at += counts[k];
    }
    free(room);
    return status;
}

/* ---- the answer in parts ---- */

/* Lines `first` to `first` + EXPLAIN_PART_LINES of all: the dimensions that hold some of
 * them; the first part names those without lines too. */
static uint32_t slice(const explaining_t *work, uint32_t first,
                      explanation_dimension_t out[GROUP_DIMENSIONS_MAX])
{
    uint32_t at = 0, count = 0, end = first + EXPLAIN_PART_LINES;
    for (uint32_t k = 0; k < work->dimension_count; k++) {
        const explanation_dimension_t *whole = &work->dimensions[k];
        uint32_t from = at > first ? at : first, to = at + whole->line_count;
        at = to;
        to = to < end ? to : end;
        bool empty = whole->line_count == 0 && first == 0;
        if (from >= to && !empty)
            continue;
        explanation_dimension_t *part = &out[count++];
        *part = *whole;
        part->line_count = empty ? 0 : to - from;
        part->lines = part->line_count > 0 ? work->lines + from : NULL;
    }
    return count;
}

/* A board that is refused has no places; points are explained all the same. */
static void hide_place(const explaining_t *work, board_row_t *row)
{
    char detail[FAULT_DETAIL_MAX];
    if (board_scope_shown(work->core->state, work->account, work->group, detail) ==
        STATUS_OK)
        return;
    row->rank = row->low = row->high = row->band = 0;
}

static void post(core_t *core, const caller_t *caller, const explaining_t *work)
{
    explanation_dimension_t part[GROUP_DIMENSIONS_MAX];
    board_answer_t head;
    answer_t answer = { .kind = QUERY_EXPLAIN, .seq = core->state->head_seq };
    explain_answer_t *body = &answer.body.explain;
    board_rows_head(core, work->account, work->group, &work->counts, &head);
    *body = (explain_answer_t){ .account = head.account,
                                .group = head.group,
                                .scheme = head.scheme,
                                .epoch = head.epoch,
                                .provisional = head.provisional,
                                .now_ms = head.now_ms,
                                .demo = head.demo };
    board_rows_tell(core, &work->row, &body->row);
    hide_place(work, &body->row);
    body->dimensions = part;
    uint32_t lines = work->line_count;
    answer.parts =
        lines > 0 ? (lines + EXPLAIN_PART_LINES - 1) / EXPLAIN_PART_LINES : 1;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        body->dimension_count = slice(work, answer.part * EXPLAIN_PART_LINES, part);
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_explain(core_t *core, const caller_t *caller,
                       const explain_query_t *query, fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    explaining_t work = { .core = core };
    uint32_t principal =
        TABLE_ROW(key_row_t, &core->state->keys, caller->key)->principal;
    status_t status = find_subject(&work, principal, query, fault);
    if (status != STATUS_OK)
        return status;
    work.sees_raters = sees_raters(core->state, principal, work.subject);
    find_standing(&work);
    boards_refresh(core->boards, core->state); /* tells everything applied before */
    const group_rule_t *rule = rule_of(&work);
    status = rule != NULL ? find_row(&work) : STATUS_UNKNOWN_GROUP;
    if (status == STATUS_OK) {
        work.dimension_count = rule->dimension_count;
        for (uint32_t k = 0; k < rule->dimension_count; k++)
            tell_dimension(&work, rule, k);
        status = gather_lines(&work);
    }
    if (status == STATUS_OK)
        post(core, caller, &work);
    else
        fault_set(fault, "query.explain.subject", query->subject.data,
                  query->subject.size);
    free(work.lines);
    return status;
}
