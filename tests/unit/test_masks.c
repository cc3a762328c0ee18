/* Goal: nobody sees more of a record than the role and the scope give: who rated is
 * hidden from all but organisers, auditors and the rater, texts from services, and a
 * negative fact before its review from all who may not see raters. Method: every (role,
 * kind) pair against a list in words of its own, then named cases over a small world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/masks.h"
#include "tests/support/world.h"
#include <string.h>

#define WHOLE (MASK_SHOWN | MASK_PUBLIC | MASK_PRIVATE | MASK_RATER | MASK_SUBMITTER)
#define PARTS (MASK_SHOWN | MASK_PUBLIC | MASK_PRIVATE)
#define CODES (MASK_SHOWN | MASK_PUBLIC)

typedef struct {
    world_t *world;
    uint32_t principals[ROLE_COUNT]; /* one a role, over everything */
    uint32_t subject, inspector, visit, unit;
} bench_t;

static uint32_t principal_of_key(const world_t *world, uint32_t key)
{
    return TABLE_ROW(key_row_t, &world->state.keys, key)->principal;
}

static int setup(void **state)
{
    static const char *const names[ROLE_COUNT] = { NULL,      "p-ins", "p-off", "p-rev",
                                                   "p-org",   "p-sup", "p-sub", "p-aud",
                                                   "p-admin", "p-ser", "p-gat" };
    static bench_t bench;
    bench = (bench_t){ .world = world_create() };
    world_settle(bench.world);
    world_frame(bench.world);
    for (uint32_t role = 1; role < ROLE_COUNT; role++) {
        const char *person = role == ROLE_INSPECTOR ? "HI1"
                             : role == ROLE_SUBJECT ? "HC1"
                                                    : NULL;
        uint32_t key = world_enrol(
            bench.world, names[role], (role_t)role,
            person != NULL || role != ROLE_REVIEWER ? person : "HO1", NULL, 20 + role);
        bench.principals[role] = principal_of_key(bench.world, key);
    }
    const state_t *world = &bench.world->state;
    bench.subject = state_find(&world->subjects, world_text("C1"));
    bench.inspector = state_find(&world->inspectors, world_text("I1"));
    bench.visit = state_find(&world->visits, world_text("V"));
    bench.unit = state_find(&world->units, world_text("U2"));
    assert_int_not_equal(bench.subject * bench.inspector * bench.visit * bench.unit, 0);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    bench_t *bench = *state;
    world_destroy(&bench->world);
    return 0;
}

static uint32_t mask(const bench_t *bench, role_t role, mask_purpose_t purpose,
                     const masked_record_t *record)
{
    return mask_of(&bench->world->state, bench->principals[role], purpose, record);
}

/* ---- every pair ---- */

typedef struct {
    role_t role;
    command_kind_t from, to; /* kinds of commands, both included */
    uint32_t bits;
} sight_t;

/* All there is; whatever is not listed is not shown. The records are about subject C1
 * and inspector I1, whose persons the subject's and inspector's principals are. */
static const sight_t sights[] = {
    { ROLE_INSPECTOR, COMMAND_TEAM, COMMAND_STAFF, CODES },
    { ROLE_INSPECTOR, COMMAND_OBSERVE, COMMAND_RETRACT, WHOLE },
    { ROLE_OFFICE, COMMAND_UNIT, COMMAND_ASSIGNMENT, WHOLE },
    { ROLE_ORGANISER, COMMAND_UNIT, COMMAND_RETRACT, WHOLE },
    { ROLE_SUPERVISOR, COMMAND_UNIT, COMMAND_UNIT, PARTS },
    { ROLE_SUPERVISOR, COMMAND_SUBJECT, COMMAND_ASSIGNMENT, PARTS },
    { ROLE_SUPERVISOR, COMMAND_PROPOSE_SCHEME, COMMAND_MOVE_ROUND, PARTS },
    { ROLE_SUPERVISOR, COMMAND_OBSERVE, COMMAND_OBSERVE, PARTS },
    { ROLE_SUPERVISOR, COMMAND_RETRACT, COMMAND_RETRACT, PARTS },
    { ROLE_SUBJECT, COMMAND_UNIT, COMMAND_UNIT, PARTS },
    { ROLE_SUBJECT, COMMAND_SUBJECT, COMMAND_ASSIGNMENT, PARTS },
    { ROLE_SUBJECT, COMMAND_OBSERVE, COMMAND_OBSERVE, PARTS },
    { ROLE_SUBJECT, COMMAND_RETRACT, COMMAND_RETRACT, PARTS },
    { ROLE_AUDITOR, COMMAND_UNIT, COMMAND_PUT_USER, WHOLE },
    { ROLE_AUDITOR, COMMAND_SET_PASSWORD, COMMAND_SET_PASSWORD,
      MASK_SHOWN | MASK_SUBMITTER },
    { ROLE_AUDITOR, COMMAND_OPEN_SESSION, COMMAND_GENESIS, WHOLE },
    { ROLE_SERVICE, COMMAND_UNIT, COMMAND_UNIT, PARTS },
    { ROLE_SERVICE, COMMAND_SUBJECT, COMMAND_ASSIGNMENT, PARTS },
    { ROLE_SERVICE, COMMAND_PROPOSE_SCHEME, COMMAND_MOVE_ROUND, PARTS },
    { ROLE_SERVICE, COMMAND_OBSERVE, COMMAND_OBSERVE, CODES },
    { ROLE_SERVICE, COMMAND_RETRACT, COMMAND_RETRACT, CODES },
};

static uint32_t expected(role_t role, command_kind_t kind)
{
    for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++) {
        if (sights[i].role == role && kind >= sights[i].from && kind <= sights[i].to)
            return sights[i].bits;
    }
    return 0;
}

static const command_kind_t kinds[] = {
    COMMAND_UNIT,           COMMAND_PERSON,         COMMAND_SUBJECT,
    COMMAND_PROJECT,        COMMAND_MILESTONE,      COMMAND_ASSIGNMENT,
    COMMAND_TEAM,           COMMAND_INSPECTOR,      COMMAND_STAFF,
    COMMAND_PROPOSE_SCHEME, COMMAND_APPROVE_SCHEME, COMMAND_OPEN_ACCOUNT,
    COMMAND_CLOSE_ACCOUNT,  COMMAND_ROUND,          COMMAND_MOVE_ROUND,
    COMMAND_VISIT,          COMMAND_MOVE_VISIT,     COMMAND_OBSERVE,
    COMMAND_RETRACT,        COMMAND_INVITE,         COMMAND_ENROL,
    COMMAND_REVOKE,         COMMAND_SET_PRINCIPAL,  COMMAND_GENESIS,
};

static void masks__every_role_and_kind__as_written_here(void **state)
{
    const bench_t *bench = *state;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &bench->world->state.subjects, bench->subject);
    const link_t links[] = { { 0, bench->subject, LINK_SUBJECT },
                             { 0, bench->inspector, LINK_INSPECTOR },
                             { 0, subject->person, LINK_PERSON } };
    for (uint32_t role = 1; role < ROLE_COUNT; role++) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            const masked_record_t record = { .kind = kinds[i],
                                             .links = links,
                                             .link_count = 3 };
            uint32_t bits = mask(bench, (role_t)role, MASK_HISTORY, &record);
            if (bits != expected((role_t)role, kinds[i]))
                fail_msg("role %u kind %u: %x", role, (unsigned)kinds[i], bits);
        }
    }
}

/* ---- scope and own ---- */

static void fact__of_others__not_for_subject_or_inspector(void **state)
{
    const bench_t *bench = *state;
    const state_t *world = &bench->world->state;
    const link_t links[] = {
        { 0, state_find(&world->subjects, world_text("C2")), LINK_SUBJECT },
        { 0, state_find(&world->inspectors, world_text("I2")), LINK_INSPECTOR },
    };
    const masked_record_t record = { .kind = COMMAND_OBSERVE,
                                     .links = links,
                                     .link_count = 2 };
    assert_int_equal(mask(bench, ROLE_SUBJECT, MASK_HISTORY, &record), 0);
    assert_int_equal(mask(bench, ROLE_INSPECTOR, MASK_HISTORY, &record), 0);
    assert_int_equal(mask(bench, ROLE_SUPERVISOR, MASK_HISTORY, &record), PARTS);
}

static void fact__outside_the_units__not_shown(void **state)
{
    const bench_t *bench = *state;
    world_t *world = bench->world;
    uint32_t key = world_enrol(world, "p-u9", ROLE_SUPERVISOR, NULL, "U9", 40);
    uint32_t near_key = world_enrol(world, "p-u2", ROLE_SUPERVISOR, NULL, "U2", 41);
    const link_t links[] = { { 0, bench->visit, LINK_VISIT },
                             { 0, bench->subject, LINK_SUBJECT } };
    const masked_record_t record = { .kind = COMMAND_OBSERVE,
                                     .links = links,
                                     .link_count = 2 };
    assert_int_equal(
        mask_of(&world->state, principal_of_key(world, key), MASK_FEED, &record), 0);
    assert_int_equal(
        mask_of(&world->state, principal_of_key(world, near_key), MASK_FEED, &record),
        PARTS);
}

/* Roles add up, but nobody sees who rated them: not even an organiser or auditor. */
static void fact__about_oneself__without_who_rated(void **state)
{
    const bench_t *bench = *state;
    world_t *world = bench->world;
    const link_t links[] = { { 0, bench->subject, LINK_SUBJECT },
                             { 0, bench->inspector, LINK_INSPECTOR } };
    masked_record_t record = { .kind = COMMAND_OBSERVE,
                               .links = links,
                               .link_count = 2 };
    uint32_t organiser = world_enrol(world, "p-own", ROLE_ORGANISER, "HC1", NULL, 50);
    uint32_t auditor = world_enrol(world, "p-own2", ROLE_AUDITOR, "HC1", NULL, 51);
    const uint32_t keys[] = { organiser, auditor };
    for (size_t i = 0; i < 2; i++) {
        uint32_t principal = principal_of_key(world, keys[i]);
        assert_int_equal(mask_of(&world->state, principal, MASK_HISTORY, &record),
                         PARTS);
        assert_int_equal(mask_of(&world->state, principal, MASK_FEED, &record), PARTS);
    }
}

/* ---- before the review ---- */

static uint32_t add_observation(const bench_t *bench, uint32_t how)
{
    state_t *state = &bench->world->state;
    uint32_t index = state_add(&state->observations, world_text("N1"));
    observation_row_t *row = TABLE_ROW(observation_row_t, &state->observations, index);
    row->state = (uint8_t)how;
    row->reviewed = 1;
    return index;
}

static void negative_fact__before_its_review__held_back(void **state)
{
    const bench_t *bench = *state;
    const link_t links[] = { { 0, bench->subject, LINK_SUBJECT },
                             { 0, bench->inspector, LINK_INSPECTOR } };
    masked_record_t record = { .kind = COMMAND_OBSERVE,
                               .verdict = VERDICT_UNDER_REVIEW,
                               .links = links,
                               .link_count = 2,
                               .observation =
                                   add_observation(bench, OBSERVATION_UNDER_REVIEW) };
    assert_int_equal(mask(bench, ROLE_ORGANISER, MASK_HISTORY, &record), WHOLE);
    assert_int_equal(mask(bench, ROLE_INSPECTOR, MASK_HISTORY, &record), WHOLE);
    assert_int_equal(mask(bench, ROLE_SUPERVISOR, MASK_HISTORY, &record), 0);
    assert_int_equal(mask(bench, ROLE_SUBJECT, MASK_HISTORY, &record), 0);
    assert_int_equal(mask(bench, ROLE_SERVICE, MASK_FEED, &record), MASK_SHOWN);
    assert_int_equal(mask(bench, ROLE_ORGANISER, MASK_FEED, &record), WHOLE);
    observation_row_t *row = TABLE_ROW(
        observation_row_t, &bench->world->state.observations, record.observation);
    row->state = OBSERVATION_CONFIRMED;
    assert_int_equal(mask(bench, ROLE_SUBJECT, MASK_HISTORY, &record), PARTS);
    assert_int_equal(mask(bench, ROLE_SERVICE, MASK_FEED, &record), MASK_SHOWN);
    row->state = OBSERVATION_RETURNED;
    assert_int_equal(mask(bench, ROLE_SUPERVISOR, MASK_HISTORY, &record), 0);
    record.kind = COMMAND_REVIEW;
    record.verdict = 0;
    assert_int_equal(mask(bench, ROLE_SUPERVISOR, MASK_HISTORY, &record), 0);
    assert_int_equal(mask(bench, ROLE_AUDITOR, MASK_HISTORY, &record), WHOLE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(masks__every_role_and_kind__as_written_here),
        TEST(fact__of_others__not_for_subject_or_inspector),
        TEST(fact__outside_the_units__not_shown),
        TEST(fact__about_oneself__without_who_rated),
        TEST(negative_fact__before_its_review__held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
