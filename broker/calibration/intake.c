/* intake.c - see intake.h. */
#include "broker/calibration/intake.h"

#include "broker/core/epoch_state.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

/* What the passes need beside the result. */
typedef struct {
    const state_t *state;
    intake_t *intake;
    uint32_t wanted;
    uint64_t until;
    bool waiting;
    uint32_t *subject_of; /* by standing: 1 + number within its group, 0 = none */
    uint32_t *group_of;   /* by index in the scheme: number in intake->groups */
    uint32_t *unit_of[GROUPS_MAX];      /* by group and unit: 1 + number */
    uint32_t *inspector_of[GROUPS_MAX]; /* by group and inspector: 1 + number */
} gather_t;

static const scheme_row_t *scheme_of(const state_t *state, uint32_t account)
{
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    return TABLE_ROW(scheme_row_t, &state->schemes, row->scheme);
}

/* ---- groups and how they are looked at ---- */

static void take_channels(intake_t *intake, const scheme_row_t *scheme)
{
    for (uint32_t c = 0; c < CHANNELS_MAX; c++) {
        intake->channels[c].weight = scheme->channels[c].weight;
        memcpy(intake->channels[c].offset, scheme->channels[c].offset,
               sizeof intake->channels[c].offset);
    }
}

static void begin_group(gather_t *gather, uint32_t g, intake_group_t *group)
{
    const state_t *state = gather->state;
    const scheme_row_t *scheme = scheme_of(state, gather->intake->account);
    group->rule = scheme->groups[g];
    group->scheme_group = g;
    const word_row_t *word = TABLE_ROW(word_row_t, &state->words, group->rule.word);
    memcpy(group->name, word->text, sizeof group->name);
    group->adopted = epoch_adopted(state, gather->intake->account, g) != 0;
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        intake_lens_t *lens = &group->lenses[k];
        score_prior(&scheme->dimensions[group->rule.dimensions[k]], &lens->prior);
        lens->now = lens->prior;
    }
}

static status_t begin_groups(gather_t *gather)
{
    const scheme_row_t *scheme = scheme_of(gather->state, gather->intake->account);
    intake_t *intake = gather->intake;
    take_channels(intake, scheme);
    intake->groups = calloc(scheme->group_count, sizeof *intake->groups);
    if (intake->groups == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t g = 0; g < scheme->group_count; g++) {
        if ((gather->wanted >> g & 1) == 0)
            continue;
        gather->group_of[g] = intake->group_count;
        begin_group(gather, g, &intake->groups[intake->group_count++]);
    }
    return STATUS_OK;
}

/* ---- subjects without a fact ---- */

static bool has_standing(const gather_t *gather, uint32_t subject)
{
    const state_t *state = gather->state;
    uint32_t next = TABLE_ROW(subject_row_t, &state->subjects, subject)->standing;
    while (next != 0) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, next);
        if (row->account == gather->intake->account && row->ended_seq == 0)
            return true;
        next = row->next;
    }
    return false;
}

/* Number of the wanted group of this name in the intake, INTAKE_NONE = none. */
static uint32_t wanted_group(const gather_t *gather, uint32_t word)
{
    for (uint32_t g = 0; g < gather->intake->group_count; g++)
        if (gather->intake->groups[g].rule.word == word)
            return g;
    return INTAKE_NONE;
}

static uint32_t waits_in(const gather_t *gather, uint32_t subject)
{
    const subject_row_t *row =
        TABLE_ROW(subject_row_t, &gather->state->subjects, subject);
    uint32_t g = wanted_group(gather, row->group);
    return g != INTAKE_NONE && !has_standing(gather, subject) ? g : INTAKE_NONE;
}

static void count_waiting(gather_t *gather)
{
    for (uint32_t i = 1; gather->waiting && i <= gather->state->subjects.count; i++) {
        uint32_t g = waits_in(gather, i);
        if (g != INTAKE_NONE)
            gather->intake->groups[g].subject_count++;
    }
}

static void take_waiting(gather_t *gather)
{
    const state_t *state = gather->state;
    for (uint32_t i = 1; gather->waiting && i <= state->subjects.count; i++) {
        uint32_t g = waits_in(gather, i);
        if (g == INTAKE_NONE)
            continue;
        const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, i);
        intake_group_t *group = &gather->intake->groups[g];
        uint32_t *unit = &gather->unit_of[g][row->unit];
        if (*unit == 0)
            *unit = ++group->unit_count;
        group->subjects[group->subject_count++] =
            (intake_subject_t){ .code = row->code,
                                .subject = i,
                                .unit = *unit - 1,
                                .unit_row = row->unit,
                                .runs = true };
    }
}

/* ---- the pass over the standings ---- */

static bool is_wanted(const gather_t *gather, const standing_row_t *row)
{
    return row->account == gather->intake->account &&
           (gather->wanted >> row->scheme_group & 1) != 0;
}

static status_t count_standings(gather_t *gather)
{
    const state_t *state = gather->state;
    intake_t *intake = gather->intake;
    for (uint32_t i = 1; i <= state->standings.count; i++) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, i);
        if (!is_wanted(gather, row))
            continue;
        intake_group_t *group = &intake->groups[gather->group_of[row->scheme_group]];
        group->subject_count++;
        group->sighting_count += row->confirmed;
    }
    count_waiting(gather);
    for (uint32_t g = 0; g < intake->group_count; g++) {
        intake_group_t *group = &intake->groups[g];
        group->subjects =
            calloc((size_t)group->subject_count + 1, sizeof *group->subjects);
        group->sightings =
            calloc((size_t)group->sighting_count + 1, sizeof *group->sightings);
        gather->unit_of[g] = calloc((size_t)state->units.count + 1, sizeof(uint32_t));
        gather->inspector_of[g] =
            calloc((size_t)state->inspectors.count + 1, sizeof(uint32_t));
        if (group->subjects == NULL || group->sightings == NULL ||
            gather->unit_of[g] == NULL || gather->inspector_of[g] == NULL)
            return STATUS_NO_MEMORY;
        group->subject_count = group->sighting_count = 0;
    }
    return STATUS_OK;
}

/* Sufficiency as the score judges it, from the cells' counts. */
static void judge(const state_t *state, const standing_row_t *row,
                  const group_rule_t *rule, intake_subject_t *subject)
{
    for (uint32_t k = 0; row->cells != 0 && k < rule->dimension_count; k++) {
        const cell_row_t *cell = TABLE_ROW(cell_row_t, &state->cells, row->cells + k);
        if (k == 0 || cell->ratings < subject->ratings)
            subject->ratings = cell->ratings;
        if (k == 0 || cell->inspectors < subject->inspectors)
            subject->inspectors = cell->inspectors;
    }
    subject->ranked = subject->runs && subject->ratings >= rule->min_ratings &&
                      subject->inspectors >= rule->min_inspectors &&
                      row->confirmed >= rule->min_observations;
}

static void take_standing(gather_t *gather, uint32_t index, const standing_row_t *row)
{
    const state_t *state = gather->state;
    uint32_t g = gather->group_of[row->scheme_group];
    intake_group_t *group = &gather->intake->groups[g];
    intake_subject_t *subject = &group->subjects[group->subject_count++];
    uint32_t *unit = &gather->unit_of[g][row->unit];
    if (*unit == 0)
        *unit = ++group->unit_count;
    *subject = (intake_subject_t){
        .code = TABLE_ROW(subject_row_t, &state->subjects, row->subject)->code,
        .standing = index,
        .subject = row->subject,
        .unit = *unit - 1,
        .unit_row = row->unit,
        .observations = row->confirmed,
        .runs = row->ended_seq == 0,
    };
    judge(state, row, &group->rule, subject);
    gather->subject_of[index] = group->subject_count;
}

static void take_standings(gather_t *gather)
{
    const state_t *state = gather->state;
    for (uint32_t i = 1; i <= state->standings.count; i++) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, i);
        if (is_wanted(gather, row))
            take_standing(gather, i, row);
    }
}

/* ---- the pass over the observations ---- */

static void take_observation(gather_t *gather, const observation_row_t *row)
{
    const standing_row_t *standing =
        TABLE_ROW(standing_row_t, &gather->state->standings, row->standing);
    uint32_t g = gather->group_of[standing->scheme_group];
    intake_group_t *group = &gather->intake->groups[g];
    gather->inspector_of[g][row->inspector] = 1; /* numbered when all are known */
    sighting_t *sighting = &group->sightings[group->sighting_count++];
    *sighting = (sighting_t){
        .subject = gather->subject_of[row->standing] - 1,
        .inspector = row->inspector,
        .visit = row->visit,
        .rated = row->rated,
        .channel = (uint16_t)(row->channel - 1),
    };
    memcpy(sighting->values, row->values, sizeof sighting->values);
}

static void take_observations(gather_t *gather)
{
    const table_t *table = &gather->state->observations;
    for (uint32_t i = 1; i <= table->count; i++) {
        const observation_row_t *row = TABLE_ROW(observation_row_t, table, i);
        if (row->seq <= gather->until && row->state == OBSERVATION_CONFIRMED &&
            gather->subject_of[row->standing] != 0)
            take_observation(gather, row);
    }
}

/* ---- inspectors, teams, offsets ---- */

static status_t make_lenses(const gather_t *gather, intake_group_t *group)
{
    const state_t *state = gather->state;
    uint32_t epoch = epoch_adopted(state, gather->intake->account, group->scheme_group);
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        intake_lens_t *lens = &group->lenses[k];
        lens->offsets = calloc((size_t)group->inspector_count + 1, sizeof(int64_t));
        lens->known = calloc((size_t)group->inspector_count + 1, sizeof(bool));
        if (lens->offsets == NULL || lens->known == NULL)
            return STATUS_NO_MEMORY;
        if (epoch == 0)
            continue;
        const fit_row_t *fit = epoch_fit(state, epoch, group->scheme_group, k);
        CHECK(fit != NULL);
        memcpy(lens->variances, fit->variances, sizeof lens->variances);
        lens->now = (parameters_t){ .mu = fit->mu,
                                    .kappa = fit->kappa,
                                    .rho = fit->rho,
                                    .u = fit->u,
                                    .s2 = fit->s2 };
        for (uint32_t r = 0; r < group->inspector_count; r++) {
            const offset_row_t *offset =
                epoch_offset(state, epoch, fit, group->inspectors[r].row);
            lens->known[r] = offset != NULL;
            lens->offsets[r] = offset != NULL ? offset->offset : 0;
        }
    }
    return STATUS_OK;
}

/* Teams are few, so that looking through them costs nothing. */
static uint32_t team_number(const state_t *state, intake_group_t *group, uint32_t team)
{
    if (team == 0)
        return SAMPLE_NO_TEAM;
    const code_t *code = &TABLE_ROW(team_row_t, &state->teams, team)->code;
    for (uint32_t t = 0; t < group->team_count; t++)
        if (memcmp(&group->teams[t], code, sizeof *code) == 0)
            return t;
    group->teams[group->team_count] = *code;
    return group->team_count++;
}

static status_t number_inspectors(gather_t *gather, uint32_t g)
{
    const state_t *state = gather->state;
    intake_group_t *group = &gather->intake->groups[g];
    uint32_t *number = gather->inspector_of[g], count = 0;
    for (uint32_t i = 1; i <= state->inspectors.count; i++)
        count += number[i];
    group->inspectors = calloc((size_t)count + 1, sizeof *group->inspectors);
    group->teams = calloc((size_t)count + 1, sizeof *group->teams);
    if (group->inspectors == NULL || group->teams == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 1; i <= state->inspectors.count; i++) {
        if (number[i] == 0)
            continue;
        const inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors, i);
        group->inspectors[group->inspector_count] = (intake_inspector_t){
            .code = row->code,
            .row = i,
            .team = team_number(state, group, row->team),
        };
        number[i] = group->inspector_count++;
    }
    for (uint32_t i = 0; i < group->sighting_count; i++)
        group->sightings[i].inspector = number[group->sightings[i].inspector];
    return make_lenses(gather, group);
}

/* ---- the whole ---- */

static status_t gather_all(gather_t *gather)
{
    status_t status = begin_groups(gather);
    if (status == STATUS_OK)
        status = count_standings(gather);
    if (status != STATUS_OK)
        return status;
    take_standings(gather);
    take_waiting(gather);
    take_observations(gather);
    for (uint32_t g = 0; g < gather->intake->group_count && status == STATUS_OK; g++)
        status = number_inspectors(gather, g);
    return status;
}

status_t intake_gather(const state_t *state, uint32_t account, uint32_t groups,
                       uint64_t until, bool waiting, intake_t **out)
{
    CHECK(state != NULL && out != NULL);
    uint32_t group_of[GROUPS_MAX] = { 0 };
    *out = NULL;
    gather_t gather = { .state = state,
                        .wanted = groups,
                        .until = until,
                        .waiting = waiting,
                        .group_of = group_of };
    gather.intake = calloc(1, sizeof *gather.intake);
    gather.subject_of = calloc((size_t)state->standings.count + 1, sizeof(uint32_t));
    status_t status = STATUS_NO_MEMORY;
    if (gather.intake != NULL && gather.subject_of != NULL) {
        gather.intake->account = account;
        status = gather_all(&gather);
    }
    for (uint32_t g = 0; g < GROUPS_MAX; g++) {
        free(gather.unit_of[g]);
        free(gather.inspector_of[g]);
    }
    free(gather.subject_of);
    if (status != STATUS_OK)
        intake_destroy(&gather.intake);
    *out = gather.intake;
    return status;
}

static void fini_group(intake_group_t *group)
{
    for (uint32_t k = 0; k < GROUP_DIMENSIONS_MAX; k++) {
        free(group->lenses[k].offsets);
        free(group->lenses[k].known);
    }
    free(group->subjects);
    free(group->inspectors);
    free(group->teams);
    free(group->sightings);
}

void intake_destroy(intake_t **out)
{
    CHECK(out != NULL);
    intake_t *intake = *out;
    if (intake == NULL)
        return;
    for (uint32_t g = 0; intake->groups != NULL && g < intake->group_count; g++)
        fini_group(&intake->groups[g]);
    free(intake->groups);
    free(intake);
    *out = NULL;
}
