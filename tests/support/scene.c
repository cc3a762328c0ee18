/* scene.c - see scene.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/groups.h"
#include "broker/core/observations.h"
#include "broker/core/registry.h"
#include "broker/core/registry_projects.h"
#include "broker/core/reviews.h"
#include "broker/core/rounds.h"
#include "broker/core/schemes.h"
#include "broker/core/visits.h"
#include "proto/check.h"
#include "tests/support/scene.h"
#include <stdlib.h>
#include <string.h>

#define ROWS_OF_A_TABLE 4096u

text_t scene_text(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

static code_t code_of(const char *words)
{
    code_t code;
    code_of_text(&code, scene_text(words));
    return code;
}

static void *take(void *context, size_t bytes)
{
    scene_t *scene = context;
    CHECK(scene->piece_count < sizeof scene->pieces / sizeof scene->pieces[0]);
    void *piece = calloc(1, bytes);
    scene->pieces[scene->piece_count++] = piece;
    return piece;
}

uint32_t scene_row(const scene_t *scene, const table_t *table, const char *code)
{
    (void)scene; /* named for the reader: rows are of this scene's state */
    uint32_t row = state_find(table, scene_text(code));
    CHECK(row != 0);
    return row;
}

void scene_speak_as(scene_t *scene, const char *principal)
{
    scene->principal = scene_row(scene, &scene->state.principals, principal);
}

/* Registers */

static uint32_t add_coded(table_t *table, const char *words)
{
    code_t code = code_of(words);
    return table_add(table, &code);
}

static void add_unit(scene_t *scene, const char *code, const char *parent)
{
    uint32_t above = parent == NULL ? 0 : scene_row(scene, &scene->state.units, parent);
    uint32_t row = add_coded(&scene->state.units, code);
    TABLE_ROW(unit_row_t, &scene->state.units, row)->parent = above;
}

static uint32_t word_row(state_t *state, const char *words)
{
    char label[LABEL_BYTES_MAX + 1] = { 0 };
    memcpy(label, words, strlen(words));
    uint32_t row = table_find(&state->words, label);
    return row != 0 ? row : table_add(&state->words, label);
}

static person_row_t *person_of(scene_t *scene, const char *code, uint32_t *row)
{
    state_t *state = &scene->state;
    *row = state_find(&state->persons, scene_text(code));
    if (*row == 0)
        *row = add_coded(&state->persons, code);
    return TABLE_ROW(person_row_t, &state->persons, *row);
}

uint32_t scene_add_subject(scene_t *scene, const char *code, const char *person,
                           const char *unit, const char *group)
{
    state_t *state = &scene->state;
    uint32_t row = add_coded(&state->subjects, code), human = 0;
    subject_row_t *subject = TABLE_ROW(subject_row_t, &state->subjects, row);
    subject->kind = person != NULL ? SUBJECT_CADRE : SUBJECT_LEADING_TEAM;
    subject->unit = scene_row(scene, &state->units, unit);
    subject->group = word_row(state, group);
    if (person != NULL) {
        person_row_t *owner = person_of(scene, person, &human);
        subject->same_person = owner->subject;
        owner->subject = row;
    }
    subject->person = human;
    return row;
}

uint32_t scene_add_inspector(scene_t *scene, const char *code, const char *person,
                             const char *team, const char *own_unit)
{
    state_t *state = &scene->state;
    uint32_t row = add_coded(&state->inspectors, code), human = 0;
    person_row_t *owner = person_of(scene, person, &human);
    inspector_row_t *inspector = TABLE_ROW(inspector_row_t, &state->inspectors, row);
    inspector->person = human;
    inspector->team = scene_row(scene, &state->teams, team);
    inspector->own_unit = scene_row(scene, &state->units, own_unit);
    inspector->state = INSPECTOR_ACTIVE;
    inspector->same_person = owner->inspector;
    owner->inspector = row;
    return row;
}

uint32_t scene_add_staff(scene_t *scene, const char *code, const char *person,
                         const char *unit, uint32_t role)
{
    state_t *state = &scene->state;
    uint32_t row = add_coded(&state->staff, code), human = 0;
    person_row_t *owner = person_of(scene, person, &human);
    staff_row_t *staff = TABLE_ROW(staff_row_t, &state->staff, row);
    staff->person = human;
    staff->unit = scene_row(scene, &state->units, unit);
    staff->role = role;
    staff->same_person = owner->staff;
    owner->staff = row;
    return row;
}

static uint32_t pushed(state_t *state, uint32_t list, uint32_t value)
{
    uint32_t node = table_add(&state->nodes, NULL);
    *TABLE_ROW(node_row_t, &state->nodes, node) =
        (node_row_t){ .next = list, .value = value };
    return node;
}

void scene_declare_unit(scene_t *scene, const char *inspector, const char *unit)
{
    state_t *state = &scene->state;
    inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors,
                                     scene_row(scene, &state->inspectors, inspector));
    row->conflict_units =
        pushed(state, row->conflict_units, scene_row(scene, &state->units, unit));
}

void scene_declare_subject(scene_t *scene, const char *inspector, const char *subject)
{
    state_t *state = &scene->state;
    inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors,
                                     scene_row(scene, &state->inspectors, inspector));
    row->conflict_subjects = pushed(state, row->conflict_subjects,
                                    scene_row(scene, &state->subjects, subject));
}

static void add_principal(scene_t *scene, const char *code, role_t role,
                          const char *person, const char *unit)
{
    state_t *state = &scene->state;
    uint32_t row = add_coded(&state->principals, code);
    principal_row_t *principal = TABLE_ROW(principal_row_t, &state->principals, row);
    principal->roles = 1u << role;
    if (person != NULL)
        principal->person = scene_row(scene, &state->persons, person);
    principal->everything = unit == NULL;
    if (unit != NULL) {
        principal->unit_count = 1;
        principal->units[0] = scene_row(scene, &state->units, unit);
    }
}

static void add_places(scene_t *scene)
{
    add_unit(scene, "U1", NULL);
    add_unit(scene, "U2", "U1");
    add_unit(scene, "U3", "U1");
    add_unit(scene, "U4", "U2");
    add_unit(scene, "U8", "U1");
    add_unit(scene, "U9", "U1");
    (void)add_coded(&scene->state.teams, "T1"); /* found again by its code */
    (void)add_coded(&scene->state.teams, "T2");
    uint32_t project = add_coded(&scene->state.projects, "P1");
    TABLE_ROW(project_row_t, &scene->state.projects, project)->unit =
        scene_row(scene, &scene->state.units, "U2");
}

static void add_people(scene_t *scene)
{
    scene_add_subject(scene, "C1", "HC1", "U2", "specialists");
    scene_add_subject(scene, "C2", "HC2", "U3", "specialists");
    scene_add_subject(scene, "C3", "HC3", "U4", "specialists");
    scene_add_subject(scene, "C4", "HC4", "U3", "heads");
    scene_add_subject(scene, "C5", "HC5", "U3", "strangers");
    scene_add_subject(scene, "B1", NULL, "U2", "teams");
    scene_add_inspector(scene, "I1", "HI1", "T1", "U9");
    scene_add_inspector(scene, "I2", "HI2", "T1", "U9");
    scene_add_inspector(scene, "I3", "HI3", "T1", "U9");
    scene_add_inspector(scene, "I4", "HI4", "T2", "U9");
    scene_add_inspector(scene, "I5", "HI5", "T2", "U9");
    scene_add_staff(scene, "S1", "HS1", "U8", 1);
    scene_add_staff(scene, "S2", "HS2", "U8", 3);
    scene_add_staff(scene, "S3", "HS3", "U8", 1);
    uint32_t unused;
    (void)person_of(scene, "HO1", &unused); /* organisers stand in no register */
    (void)person_of(scene, "HO2", &unused);
}

static void add_principals(scene_t *scene)
{
    add_principal(scene, "O1", ROLE_ORGANISER, "HO1", NULL);
    add_principal(scene, "O2", ROLE_ORGANISER, "HO2", NULL);
    add_principal(scene, "O3", ROLE_ORGANISER, NULL, "U2");
    add_principal(scene, "PI1", ROLE_INSPECTOR, "HI1", "U1");
    add_principal(scene, "PI3", ROLE_INSPECTOR, "HI3", "U1");
    add_principal(scene, "PS1", ROLE_REVIEWER, "HS1", "U1");
    scene_speak_as(scene, "O1");
}

scene_t *scene_create(void)
{
    scene_t *scene = calloc(1, sizeof *scene);
    CHECK(scene != NULL);
    state_limits_t limits;
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = ROWS_OF_A_TABLE;
    limits.rows[TABLE_windows] = 2;
    limits.rows[TABLE_schemes] = 8;
    const state_memory_t memory = { take, scene };
    status_t status = state_init(&scene->state, &limits, &memory);
    CHECK(status == STATUS_OK);
    scene->now_ms = SCENE_OPENED_MS + 3600000;
    add_places(scene);
    add_people(scene);
    add_principals(scene);
    return scene;
}

void scene_destroy(scene_t **scene)
{
    if (*scene == NULL)
        return;
    for (uint32_t i = 0; i < (*scene)->piece_count; i++)
        free((*scene)->pieces[i]);
    free(*scene);
    *scene = NULL;
}

/* Commands */

typedef struct {
    command_kind_t kind;
    status_t (*resolve)(const state_t *, const command_t *, event_t *, fault_t *);
    status_t (*judge)(const state_t *, event_t *, fault_t *);
    void (*apply)(state_t *, const event_t *);
} family_of_kind_t;

#define ROW_OF(kind, name)                                                             \
    {                                                                                  \
        kind, name##_resolve, name##_judge, name##_apply                               \
    }

static const family_of_kind_t families[] = {
    ROW_OF(COMMAND_PERSON, put_person),
    ROW_OF(COMMAND_PROJECT, put_project),
    ROW_OF(COMMAND_PROPOSE_SCHEME, propose_scheme),
    ROW_OF(COMMAND_APPROVE_SCHEME, approve_scheme),
    ROW_OF(COMMAND_OPEN_ACCOUNT, open_account),
    ROW_OF(COMMAND_CLOSE_ACCOUNT, close_account),
    ROW_OF(COMMAND_ROUND, put_round),
    ROW_OF(COMMAND_MOVE_ROUND, move_round),
    ROW_OF(COMMAND_VISIT, put_visit),
    ROW_OF(COMMAND_MOVE_VISIT, move_visit),
    ROW_OF(COMMAND_OBSERVE, observe),
    ROW_OF(COMMAND_REVIEW, review),
    ROW_OF(COMMAND_RETRACT, retract),
};

static const family_of_kind_t *family_of(command_kind_t kind)
{
    size_t i = 0;
    while (families[i].kind != kind) {
        i++;
        CHECK(i < sizeof families / sizeof families[0]);
    }
    return &families[i];
}

/* Only authors retract: speaks for the one of the sheet, who is made a principal, by the
 * person's code, when needed. */
static uint32_t author_of(scene_t *scene, text_t sheet)
{
    state_t *state = &scene->state;
    uint32_t row = state_find(&state->observations, sheet);
    if (row == 0)
        return scene_row(scene, &state->principals, "PI1");
    uint32_t inspector =
        TABLE_ROW(observation_row_t, &state->observations, row)->inspector;
    uint32_t person = TABLE_ROW(inspector_row_t, &state->inspectors, inspector)->person;
    const char *name = TABLE_ROW(person_row_t, &state->persons, person)->code.text;
    if (state_find(&state->principals, scene_text(name)) == 0)
        add_principal(scene, name, ROLE_INSPECTOR, name, NULL);
    return scene_row(scene, &state->principals, name);
}

static uint32_t speaker_of(scene_t *scene, const command_t *command)
{
    uint32_t organiser = scene_row(scene, &scene->state.principals, "O1");
    if (command->kind == COMMAND_RETRACT && scene->principal == organiser)
        return author_of(scene, command->body.retract.code);
    return scene->principal;
}

status_t scene_do(scene_t *scene, const command_t *command)
{
    const family_of_kind_t *family = family_of(command->kind);
    memset(&scene->fault, 0, sizeof scene->fault);
    memset(&scene->event, 0, sizeof scene->event);
    scene->event.command = command;
    scene->event.seq = scene->state.head_seq + 1;
    scene->event.now_ms = scene->now_ms;
    scene->event.principal = speaker_of(scene, command);
    status_t status =
        family->resolve(&scene->state, command, &scene->event, &scene->fault);
    if (status == STATUS_OK)
        status = family->judge(&scene->state, &scene->event, &scene->fault);
    if (status != STATUS_OK)
        return status;
    family->apply(&scene->state, &scene->event);
    scene->state.head_seq = scene->event.seq;
    scene->state.head_ms = scene->now_ms;
    return STATUS_OK;
}

void scene_expect(scene_t *scene, const command_t *command, status_t status,
                  const char *place, const char *detail)
{
    status_t got = scene_do(scene, command);
    if (got != status)
        fail_msg("%s instead of %s at %s (%s)", status_name(got), status_name(status),
                 scene->fault.place, scene->fault.detail);
    if (place != NULL)
        assert_string_equal(scene->fault.place, place);
    if (detail != NULL)
        assert_string_equal(scene->fault.detail, detail);
}

void scene_accept(scene_t *scene, const command_t *command)
{
    scene_expect(scene, command, STATUS_OK, "", "");
}

command_t scene_scheme(const char *code)
{
    static const scheme_offset_t offset = { 2, 1500000 };
    static const scheme_group_dimension_t three[3] = { { 1, 0, false },
                                                       { 2, 0, false },
                                                       { 3, 0, false } };
    static const scheme_group_dimension_t two[2] = { { 3, 4000, true },
                                                     { 4, 6000, true } };
    static scheme_dimension_t dimensions[4];
    static scheme_channel_t channels[3];
    static scheme_group_t groups[3];
    static const char *const names[] = { "attitude", "courage", "effect", "reform" };
    for (uint32_t i = 0; i < 4; i++)
        dimensions[i] = (scheme_dimension_t){
            scene_text(names[i]), i + 1, 8000, 1000, 360000, 300, 1000
        };
    channels[0] = (scheme_channel_t){ scene_text("watching"), NULL, 1, 1000, 0 };
    channels[1] = (scheme_channel_t){ scene_text("asking"), &offset, 2, 750, 1 };
    channels[2] = (scheme_channel_t){ scene_text("self-report"), NULL, 3, 0, 0 };
    groups[0] = (scheme_group_t){ scene_text("specialists"), three, 3, 3, 2, 0, 12 };
    groups[1] = (scheme_group_t){ scene_text("heads"), two, 2, 3, 2, 3, 12 };
    groups[2] = (scheme_group_t){ scene_text("teams"), three, 1, 3, 2, 0, 12 };
    command_t command = { .kind = COMMAND_PROPOSE_SCHEME };
    command.body.propose_scheme =
        (propose_scheme_t){ .code = scene_text(code),
                            .dimensions = dimensions,
                            .channels = channels,
                            .groups = groups,
                            .dimension_count = 4,
                            .channel_count = 3,
                            .group_count = 3,
                            .scoring_revision = SCORING_REVISION,
                            .cap_positive = 300,
                            .cap_negative = 500,
                            .cap_achievement = 500,
                            .achievement_weight = 100,
                            .reply_window_days = 7 };
    return command;
}

command_t scene_visit(const char *code)
{
    static text_t inspectors[2];
    inspectors[0] = scene_text("I1");
    inspectors[1] = scene_text("I2");
    command_t command = { .kind = COMMAND_VISIT };
    command.body.visit = (put_visit_t){ .code = scene_text(code),
                                        .round = scene_text("R"),
                                        .team = scene_text("T1"),
                                        .unit = scene_text("U2"),
                                        .inspectors = inspectors,
                                        .inspector_count = 2,
                                        .place_kind = 1,
                                        .opened_ms = SCENE_OPENED_MS,
                                        .has_opened = true };
    return command;
}

command_t scene_sheet(const char *code)
{
    static const rating_t ratings[3] = { { 1, 8000 }, { 2, 7000 }, { 3, 9000 } };
    command_t command = { .kind = COMMAND_OBSERVE };
    command.body.observe = (observe_t){ .code = scene_text(code),
                                        .visit = scene_text("V"),
                                        .inspector = scene_text("I1"),
                                        .subject = scene_text("C1"),
                                        .ratings = ratings,
                                        .rating_count = 3,
                                        .channel = 1,
                                        .polarity = POLARITY_NEUTRAL,
                                        .observed_ms = SCENE_OPENED_MS + 60000 };
    return command;
}

command_t scene_negative(const char *code)
{
    command_t command = scene_sheet(code);
    command.body.observe.polarity = POLARITY_NEGATIVE;
    command.body.observe.narrative_chars = 30;
    command.body.observe.evidence_count = 1;
    return command;
}

command_t scene_review(const char *observation, const char *reviewer, uint32_t decision)
{
    command_t command = { .kind = COMMAND_REVIEW };
    command.body.review = (review_t){ .observation = scene_text(observation),
                                      .reviewer = scene_text(reviewer),
                                      .decision = decision };
    return command;
}

command_t scene_retract(const char *observation)
{
    command_t command = { .kind = COMMAND_RETRACT };
    command.body.retract.code = scene_text(observation);
    return command;
}

command_t scene_move_visit(const char *code, uint32_t stage)
{
    command_t command = { .kind = COMMAND_MOVE_VISIT };
    command.body.move_visit = (move_t){ .code = scene_text(code), .stage = stage };
    return command;
}

command_t scene_move_round(const char *code, uint32_t stage)
{
    command_t command = { .kind = COMMAND_MOVE_ROUND };
    command.body.move_round = (move_t){ .code = scene_text(code), .stage = stage };
    return command;
}

command_t scene_approve(const char *code)
{
    command_t command = { .kind = COMMAND_APPROVE_SCHEME };
    command.body.approve_scheme.code = scene_text(code);
    return command;
}

scene_t *scene_create_framed(void)
{
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene_accept(scene, &command);
    scene_speak_as(scene, "O2");
    command = scene_approve("S");
    scene_accept(scene, &command);
    scene_speak_as(scene, "O1");
    command = (command_t){ .kind = COMMAND_OPEN_ACCOUNT };
    command.body.open_account =
        (open_account_t){ scene_text("A"), scene_text("S"), 20250101, 20251231 };
    scene_accept(scene, &command);
    command = (command_t){ .kind = COMMAND_ROUND };
    command.body.round =
        (put_round_t){ scene_text("R"), scene_text("A"), 1, 20250101, 20250630, 60 };
    scene_accept(scene, &command);
    command = scene_visit("V");
    scene_accept(scene, &command);
    return scene;
}

/* Facts */

static uint32_t groups_used(const scene_t *scene)
{
    return scene->state.groups.count - scene->state.groups.free_count;
}

void scene_refuse(scene_t *scene, const command_t *command, status_t status,
                  const char *place, const char *detail)
{
    const state_t *state = &scene->state;
    uint32_t sheets = state->observations.count, visits = state->visits.count;
    uint32_t groups = groups_used(scene);
    scene_expect(scene, command, status, place, detail);
    assert_int_equal(state->observations.count, sheets);
    assert_int_equal(state->visits.count, visits);
    assert_int_equal(groups_used(scene), groups);
}

void scene_close_account(scene_t *scene)
{
    command_t command = { .kind = COMMAND_CLOSE_ACCOUNT };
    command.body.close_account.code = scene_text("A");
    scene_accept(scene, &command);
}

void scene_seal(scene_t *scene)
{
    command_t close = scene_move_visit("V", STAGE_CLOSED);
    command_t sealing = scene_move_visit("V", STAGE_SEALED);
    scene_accept(scene, &close);
    scene_accept(scene, &sealing);
}

observation_row_t *scene_sheet_row(const scene_t *scene, const char *code)
{
    return TABLE_ROW(observation_row_t, &scene->state.observations,
                     scene_row(scene, &scene->state.observations, code));
}

standing_row_t *scene_standing(const scene_t *scene, uint32_t index)
{
    return TABLE_ROW(standing_row_t, &scene->state.standings, index);
}

cell_row_t *scene_cell(const scene_t *scene, uint32_t standing, uint32_t k)
{
    return TABLE_ROW(cell_row_t, &scene->state.cells,
                     scene_standing(scene, standing)->cells + k);
}

group_row_t *scene_group(const scene_t *scene, uint32_t standing, uint32_t k,
                         const char *inspector)
{
    uint32_t row = group_find(&scene->state, scene_standing(scene, standing)->cells + k,
                              scene_row(scene, &scene->state.inspectors, inspector));
    return row == 0 ? NULL : TABLE_ROW(group_row_t, &scene->state.groups, row);
}
