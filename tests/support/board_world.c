/* board_world.c - see board_world.h. */
#include "tests/support/board_world.h"

#include "broker/core/groups.h"
#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static code_t code_from(const char *text)
{
    code_t code = { { 0 } };
    CHECK(strlen(text) <= CODE_BYTES_MAX);
    memcpy(code.text, text, strlen(text));
    return code;
}

static uint32_t add_named(table_t *table, const char *text)
{
    code_t code = code_from(text);
    return table_add(table, &code);
}

uint32_t board_world_word(board_world_t *world, const char *label)
{
    char text[LABEL_BYTES_MAX + 1] = { 0 };
    CHECK(strlen(label) <= LABEL_BYTES_MAX);
    memcpy(text, label, strlen(label));
    return table_add(&world->state.words, text);
}

scheme_row_t *board_world_scheme(board_world_t *world)
{
    return TABLE_ROW(scheme_row_t, &world->state.schemes, world->scheme);
}

static void lay_rule(board_world_t *world, scheme_row_t *scheme, uint32_t group)
{
    char label[16];
    CHECK(snprintf(label, sizeof label, "g%u", group) > 0);
    world->groups[group] = board_world_word(world, label);
    group_rule_t *rule = &scheme->groups[group];
    uint32_t n = world->dimensions;
    *rule = (group_rule_t){ .word = world->groups[group],
                            .dimension_count = n,
                            .min_ratings = 3,
                            .min_inspectors = 2,
                            .enough_ratings = 12 };
    for (uint32_t k = 0; k < n; k++) {
        rule->dimensions[k] = (group * n + k) % DIMENSIONS_MAX;
        rule->weights[k] = WEIGHT_SUM / n + (k < WEIGHT_SUM % n ? 1 : 0);
    }
}

static void lay_scheme(board_world_t *world, uint32_t groups)
{
    static const uint32_t weights[] = { 1000, 500, 0 };
    world->scheme = add_named(&world->state.schemes, "S1");
    scheme_row_t *scheme = board_world_scheme(world);
    scheme->state = SCHEME_ACTIVE;
    scheme->scoring_revision = SCORING_REVISION;
    scheme->dimension_count = DIMENSIONS_MAX;
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++)
        scheme->dimensions[i] = (dimension_t){ .used = 1,
                                               .mu_centi = 8000,
                                               .kappa = 1000,
                                               .s2 = 360000,
                                               .rho = 300,
                                               .u = MILLE };
    scheme->channel_count = 3;
    for (uint32_t i = 0; i < 3; i++)
        scheme->channels[i] = (channel_t){ .used = 1, .weight = weights[i] };
    scheme->group_count = groups;
    for (uint32_t i = 0; i < groups; i++)
        lay_rule(world, scheme, i);
}

uint32_t board_world_account(board_world_t *world, const char *code)
{
    uint32_t index = add_named(&world->state.accounts, code);
    account_row_t *row = TABLE_ROW(account_row_t, &world->state.accounts, index);
    row->scheme = world->scheme;
    row->state = ACCOUNT_OPEN;
    row->from = 20240701;
    row->to = 20250630;
    world->state.open_account = index;
    return index;
}

boards_t *board_world_boards(board_world_t *world)
{
    state_memory_t source = memory_source(&world->memory);
    boards_t *boards = NULL;
    status_t status = boards_create(&source, world->state.standings.limit, &boards);
    CHECK(status == STATUS_OK);
    return boards;
}

board_world_t *board_world_create(uint32_t groups, uint32_t dimensions)
{
    board_world_t *world = calloc(1, sizeof *world);
    CHECK(world != NULL);
    CHECK(dimensions <= GROUP_DIMENSIONS_MAX);
    memory_init(&world->memory);
    state_memory_t source = memory_source(&world->memory);
    state_limits_t limits;
    state_limits_default(&limits);
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        if (limits.rows[i] > 400000)
            limits.rows[i] = 400000;
    status_t status = state_init(&world->state, &limits, &source);
    CHECK(status == STATUS_OK);
    world->boards = board_world_boards(world);
    world->dimensions = dimensions;
    lay_scheme(world, groups);
    world->account = board_world_account(world, "A1");
    world->visit = add_named(&world->state.visits, "V1");
    return world;
}

void board_world_destroy(board_world_t **world)
{
    if (*world == NULL)
        return;
    memory_fini(&(*world)->memory);
    free(*world);
    *world = NULL;
}

uint32_t board_world_unit(board_world_t *world, const char *code, uint32_t parent)
{
    uint32_t index = add_named(&world->state.units, code);
    TABLE_ROW(unit_row_t, &world->state.units, index)->parent = parent;
    return index;
}

uint32_t board_world_inspector(board_world_t *world, const char *code)
{
    uint32_t person = add_named(&world->state.persons, code); /* of the same name */
    uint32_t index = add_named(&world->state.inspectors, code);
    TABLE_ROW(person_row_t, &world->state.persons, person)->inspector = index;
    TABLE_ROW(inspector_row_t, &world->state.inspectors, index)->person = person;
    return index;
}

uint32_t board_world_subject(board_world_t *world, const char *code, uint32_t unit,
                             uint32_t group)
{
    uint32_t index = add_named(&world->state.subjects, code);
    subject_row_t *row = TABLE_ROW(subject_row_t, &world->state.subjects, index);
    row->kind = SUBJECT_CADRE;
    row->unit = unit;
    row->group = world->groups[group];
    row->newest = ++world->seq;
    return index;
}

uint32_t board_world_assign(board_world_t *world, const char *code, uint32_t subject,
                            uint32_t front, uint32_t category, uint32_t from,
                            uint32_t to)
{
    state_t *state = &world->state;
    uint32_t project = add_named(&state->projects, code);
    project_row_t *named = TABLE_ROW(project_row_t, &state->projects, project);
    named->front = front;
    named->category = category;
    uint32_t index = add_named(&state->assignments, code);
    assignment_row_t *row = TABLE_ROW(assignment_row_t, &state->assignments, index);
    subject_row_t *owner = TABLE_ROW(subject_row_t, &state->subjects, subject);
    row->subject = subject;
    row->project = project;
    row->from = from;
    row->to = to;
    row->next_of_subject = owner->assignment;
    owner->assignment = index;
    return index;
}

uint32_t board_world_standing(const board_world_t *world, uint32_t subject,
                              uint32_t account)
{
    const state_t *state = &world->state;
    uint32_t next = TABLE_ROW(subject_row_t, &state->subjects, subject)->standing;
    while (next != 0) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, next);
        if (row->ended_seq == 0 && row->account == account)
            return next;
        next = row->next;
    }
    return 0;
}

static uint32_t start_standing(board_world_t *world, uint32_t subject, uint32_t account)
{
    state_t *state = &world->state;
    const scheme_row_t *scheme = board_world_scheme(world);
    subject_row_t *owner = TABLE_ROW(subject_row_t, &state->subjects, subject);
    uint32_t group = 0;
    while (scheme->groups[group].word != owner->group)
        group++;
    CHECK(group < scheme->group_count);
    uint32_t index = table_add(&state->standings, NULL);
    standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, index);
    row->subject = subject;
    row->account = account;
    row->group = owner->group;
    row->unit = owner->unit;
    row->scheme_group = group;
    row->cells = cells_create(state, world->dimensions);
    row->next = owner->standing;
    owner->standing = index;
    return index;
}

static uint32_t add_observation(board_world_t *world, const char *given)
{
    char code[CODE_BYTES_MAX + 1];
    uint64_t seq = ++world->seq;
    CHECK(snprintf(code, sizeof code, "O%07llu", (unsigned long long)seq) > 0);
    uint32_t index = add_named(&world->state.observations, given ? given : code);
    TABLE_ROW(observation_row_t, &world->state.observations, index)->seq = seq;
    return index;
}

uint32_t board_world_observe(board_world_t *world, const board_sheet_t *sheet)
{
    state_t *state = &world->state;
    uint32_t standing = board_world_standing(world, sheet->subject, sheet->account);
    if (standing == 0)
        standing = start_standing(world, sheet->subject, sheet->account);
    standing_row_t *owner = TABLE_ROW(standing_row_t, &state->standings, standing);
    uint32_t index = add_observation(world, sheet->code);
    observation_row_t *row = TABLE_ROW(observation_row_t, &state->observations, index);
    row->visit = world->visit;
    row->inspector = sheet->inspector;
    row->standing = standing;
    row->previous = owner->observation;
    row->state = OBSERVATION_CONFIRMED;
    row->channel = (uint8_t)sheet->channel;
    row->rated = (uint16_t)sheet->rated;
    memcpy(row->values, sheet->values, sizeof row->values);
    owner->observation = index;
    owner->confirmed++;
    observation_groups_add(state, index);
    state_mark_changed(state, standing);
    return index;
}

uint32_t board_world_rate(board_world_t *world, uint32_t subject, uint32_t inspector,
                          uint32_t value_centi)
{
    board_sheet_t sheet = { .account = world->account,
                            .subject = subject,
                            .inspector = inspector,
                            .channel = 1,
                            .rated = (1u << world->dimensions) - 1 };
    for (uint32_t k = 0; k < world->dimensions; k++)
        sheet.values[k] = (uint16_t)value_centi;
    return board_world_observe(world, &sheet);
}

void board_world_retract(board_world_t *world, uint32_t observation)
{
    state_t *state = &world->state;
    observation_row_t *row =
        TABLE_ROW(observation_row_t, &state->observations, observation);
    if (row->state != OBSERVATION_CONFIRMED)
        return;
    row->state = OBSERVATION_RETRACTED;
    observation_groups_remove(state, observation);
    TABLE_ROW(standing_row_t, &state->standings, row->standing)->confirmed--;
    state_mark_changed(state, row->standing);
}

void board_world_move(board_world_t *world, uint32_t subject, uint32_t unit,
                      uint32_t group)
{
    state_t *state = &world->state;
    subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    world->seq++;
    for (uint32_t i = row->standing; i != 0;) {
        standing_row_t *standing = TABLE_ROW(standing_row_t, &state->standings, i);
        const account_row_t *account =
            TABLE_ROW(account_row_t, &state->accounts, standing->account);
        if (standing->ended_seq == 0 && account->state == ACCOUNT_OPEN) {
            standing->ended_seq = world->seq;
            state_mark_changed(state, i);
        }
        i = standing->next;
    }
    if (row->group != world->groups[group])
        state->changed.regrouped++;
    row->unit = unit;
    row->group = world->groups[group];
}
