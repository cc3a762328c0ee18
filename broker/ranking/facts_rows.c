/* facts_rows.c - see facts_rows.h. Fields that only say when or how a fact came in
 * (newest, seq, received, late, counts of attempts) and links between rows are left
 * out; what is derived from other rows told here is left out too. */
#include "broker/ranking/facts_rows.h"

#include "broker/core/groups.h"
#include "proto/check.h"
#include <string.h>

#define ROW(type, table) TABLE_ROW(type, &writer->state->table, index)
#define NAME(table, row) facts_put_name(writer, &writer->state->table, (row))
#define NUMBER(value)    facts_put_number(writer, (uint64_t)(value))

void facts_unit(facts_writer_t *writer, uint32_t index)
{
    NAME(units, ROW(unit_row_t, units)->parent);
}

void facts_person(facts_writer_t *writer, uint32_t index)
{
    (void)writer; /* a person is its code */
    (void)index;
}

void facts_subject(facts_writer_t *writer, uint32_t index)
{
    const subject_row_t *row = ROW(subject_row_t, subjects);
    NUMBER(row->kind);
    NAME(persons, row->person);
    NAME(units, row->unit);
    NAME(words, row->group);
}

void facts_project(facts_writer_t *writer, uint32_t index)
{
    const project_row_t *row = ROW(project_row_t, projects);
    NAME(units, row->unit);
    NAME(words, row->front);
    NAME(words, row->category);
    NAME(subjects, row->commander);
    NUMBER(row->state);
    NUMBER(row->percent_centi);
}

void facts_milestone(facts_writer_t *writer, uint32_t index)
{
    const milestone_row_t *row = ROW(milestone_row_t, milestones);
    NAME(projects, row->project);
    NUMBER(row->plan_date);
    NUMBER(row->done_date);
}

void facts_assignment(facts_writer_t *writer, uint32_t index)
{
    const assignment_row_t *row = ROW(assignment_row_t, assignments);
    NAME(subjects, row->subject);
    NAME(projects, row->project);
    NAME(subjects, row->tutor);
    NAME(units, row->daily_manager);
    NUMBER(row->role);
    NUMBER(row->mode);
    NUMBER(row->state);
    NUMBER(row->from);
    NUMBER(row->to);
}

/* A list kept in `nodes`, in code order. */
static void put_list(facts_writer_t *writer, const table_t *table, uint32_t list)
{
    uint32_t count = 0;
    while (list != 0) {
        const node_row_t *node = TABLE_ROW(node_row_t, &writer->state->nodes, list);
        CHECK(count < writer->list_room);
        writer->order[count++] = node->value;
        list = node->next;
    }
    facts_put_names(writer, table, count);
}

void facts_team(facts_writer_t *writer, uint32_t index)
{
    const team_row_t *row = ROW(team_row_t, teams);
    NAME(inspectors, row->lead);
    put_list(writer, &writer->state->units, row->units);
}

void facts_inspector(facts_writer_t *writer, uint32_t index)
{
    const inspector_row_t *row = ROW(inspector_row_t, inspectors);
    NAME(persons, row->person);
    NAME(teams, row->team);
    NAME(units, row->own_unit);
    NUMBER(row->role);
    NUMBER(row->state);
    put_list(writer, &writer->state->units, row->conflict_units);
    put_list(writer, &writer->state->subjects, row->conflict_subjects);
}

void facts_staff(facts_writer_t *writer, uint32_t index)
{
    const staff_row_t *row = ROW(staff_row_t, staff);
    NAME(persons, row->person);
    NAME(units, row->unit);
    NUMBER(row->role);
}

static void put_dimensions(facts_writer_t *writer, const scheme_row_t *row)
{
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++) {
        const dimension_t *d = &row->dimensions[i];
        if (d->used == 0)
            continue;
        NUMBER(i + 1);
        facts_put_text(writer, d->name, sizeof d->name);
        NUMBER(d->mu_centi);
        NUMBER(d->kappa);
        NUMBER(d->s2);
        NUMBER(d->rho);
        NUMBER(d->u);
    }
}

static void put_channels(facts_writer_t *writer, const scheme_row_t *row)
{
    for (uint32_t i = 0; i < CHANNELS_MAX; i++) {
        const channel_t *channel = &row->channels[i];
        if (channel->used == 0)
            continue;
        NUMBER(i + 1);
        facts_put_text(writer, channel->name, sizeof channel->name);
        NUMBER(channel->weight);
        for (uint32_t d = 0; d < DIMENSIONS_MAX; d++)
            NUMBER(channel->offset[d]);
    }
}

static void put_rule(facts_writer_t *writer, const group_rule_t *rule)
{
    NAME(words, rule->word);
    NUMBER(rule->dimension_count);
    for (uint32_t k = 0; k < rule->dimension_count; k++) {
        NUMBER(rule->dimensions[k] + 1);
        NUMBER(rule->weights[k]);
    }
    NUMBER(rule->min_ratings);
    NUMBER(rule->min_inspectors);
    NUMBER(rule->min_observations);
    NUMBER(rule->enough_ratings);
}

void facts_scheme(facts_writer_t *writer, uint32_t index)
{
    const scheme_row_t *row = ROW(scheme_row_t, schemes);
    NUMBER(row->state);
    NUMBER(row->scoring_revision);
    NUMBER(row->review_below);
    NUMBER(row->cap_positive);
    NUMBER(row->cap_negative);
    NUMBER(row->cap_achievement);
    NUMBER(row->achievement_weight);
    NUMBER(row->reply_window_days);
    put_dimensions(writer, row);
    put_channels(writer, row);
    NUMBER(row->group_count);
    for (uint32_t i = 0; i < row->group_count; i++)
        put_rule(writer, &row->groups[i]);
}

void facts_account(facts_writer_t *writer, uint32_t index)
{
    const account_row_t *row = ROW(account_row_t, accounts);
    NAME(schemes, row->scheme);
    NUMBER(row->state);
    NUMBER(row->from);
    NUMBER(row->to);
}

void facts_round(facts_writer_t *writer, uint32_t index)
{
    const round_row_t *row = ROW(round_row_t, rounds);
    NAME(accounts, row->account);
    NUMBER(row->stage);
    NUMBER(row->kind);
    NUMBER(row->from);
    NUMBER(row->to);
    NUMBER(row->coverage_target);
}

void facts_visited(facts_writer_t *writer, uint32_t index)
{
    const visit_row_t *row = ROW(visit_row_t, visits);
    NAME(rounds, row->round);
    NAME(teams, row->team);
    NAME(units, row->unit);
    NAME(projects, row->project);
    NUMBER(row->stage);
    NUMBER(row->stage >= STAGE_OPEN ? row->opened_ms : 0);
    NUMBER(row->closed_known);
    NUMBER(row->closed_known != 0 ? row->closed_ms : 0);
    CHECK(row->inspector_count <= writer->list_room);
    memcpy(writer->order, row->inspectors,
           row->inspector_count * sizeof row->inspectors[0]);
    facts_put_names(writer, &writer->state->inspectors, row->inspector_count);
}

static const group_rule_t *rule_of(const state_t *state, const standing_row_t *row)
{
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, row->account);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    CHECK(row->scheme_group < scheme->group_count);
    return &scheme->groups[row->scheme_group];
}

static void put_standing_name(facts_writer_t *writer, const standing_row_t *row)
{
    NAME(accounts, row->account);
    NAME(words, row->group);
    NAME(units, row->unit);
}

void facts_observation(facts_writer_t *writer, uint32_t index)
{
    const observation_row_t *row = ROW(observation_row_t, observations);
    const standing_row_t *standing =
        TABLE_ROW(standing_row_t, &writer->state->standings, row->standing);
    const group_rule_t *rule = rule_of(writer->state, standing);
    NAME(subjects, standing->subject);
    put_standing_name(writer, standing);
    NAME(visits, row->visit);
    NAME(inspectors, row->inspector);
    NAME(staff, row->reviewer);
    NUMBER(row->observed_ms);
    NUMBER(row->polarity);
    NUMBER(row->channel);
    for (uint32_t k = 0; k < rule->dimension_count; k++) {
        NUMBER(rule->dimensions[k] + 1);
        NUMBER((row->rated >> k & 1u) != 0 ? row->values[k] + 1u : 0);
    }
}

/* The groups of one cell, by inspector's code. */
static void put_cell(facts_writer_t *writer, uint32_t cell)
{
    const state_t *state = writer->state;
    uint32_t count = 0;
    uint32_t next = TABLE_ROW(cell_row_t, &state->cells, cell)->groups;
    for (; next != 0; next = TABLE_ROW(group_row_t, &state->groups, next)->next) {
        CHECK(count < writer->list_room);
        writer->order[count++] =
            TABLE_ROW(group_row_t, &state->groups, next)->inspector;
    }
    facts_put_names(writer, &state->inspectors, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t found = group_find(state, cell, writer->order[i]);
        const group_row_t *group = TABLE_ROW(group_row_t, &state->groups, found);
        NUMBER(group->m);
        NUMBER(group->y);
    }
}

static void put_standing(facts_writer_t *writer, uint32_t index)
{
    const standing_row_t *row = ROW(standing_row_t, standings);
    const group_rule_t *rule = rule_of(writer->state, row);
    score_t score;
    score_standing(writer->state, index, &score);
    put_standing_name(writer, row);
    NUMBER(row->ended_seq != 0);
    NUMBER(row->confirmed);
    for (uint32_t k = 0; k < rule->dimension_count; k++)
        put_cell(writer, row->cells + k);
    NUMBER(score.total);
    NUMBER(score.error);
    NUMBER(score.standing);
    NUMBER(boards_rank(writer->boards, index));
}

static int compare_names(const table_t *table, uint32_t a, uint32_t b)
{
    return memcmp(table_row(table, a), table_row(table, b), table->key_bytes);
}

/* Standings by account, group, unit, running before ended, then the newer first. */
static bool standing_before(const state_t *state, uint32_t a, uint32_t b)
{
    const standing_row_t *x = TABLE_ROW(standing_row_t, &state->standings, a);
    const standing_row_t *y = TABLE_ROW(standing_row_t, &state->standings, b);
    int order = compare_names(&state->accounts, x->account, y->account);
    if (order == 0)
        order = compare_names(&state->words, x->group, y->group);
    if (order == 0)
        order = compare_names(&state->units, x->unit, y->unit);
    if (order != 0)
        return order < 0;
    if ((x->ended_seq == 0) != (y->ended_seq == 0))
        return x->ended_seq == 0;
    return x->ended_seq != y->ended_seq ? x->ended_seq > y->ended_seq : a > b;
}

/* The first standing with a confirmed fact that follows `last` (0 = the first). */
static uint32_t following(const state_t *state, uint32_t first, uint32_t last)
{
    uint32_t best = 0;
    for (uint32_t i = first; i != 0;) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, i);
        if (row->confirmed > 0 && (last == 0 || standing_before(state, last, i)) &&
            (best == 0 || standing_before(state, i, best)))
            best = i;
        i = row->next;
    }
    return best;
}

void facts_standings(facts_writer_t *writer, uint32_t index)
{
    uint32_t first = ROW(subject_row_t, subjects)->standing, next = 0;
    while ((next = following(writer->state, first, next)) != 0)
        put_standing(writer, next);
}
