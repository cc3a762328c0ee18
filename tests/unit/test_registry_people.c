/* Goal: inspection teams, inspectors and staff: their lists are replaced whole, the
 * person behind a code stays, and every register of a person can be walked.
 * Method: commands through decide and apply; every refusal must leave the state alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/world.h"

static int setup(void **context)
{
    world_t *world = world_create();
    world_settle(world);
    *context = world;
    return 0;
}

static int teardown(void **context)
{
    world_destroy((world_t **)context);
    return 0;
}

static void accept(world_t *world, command_t command)
{
    world_accept(world, world->organiser, &command);
}

static void refuse(world_t *world, command_t command, status_t status,
                   const char *place, const char *detail)
{
    world_expect(world, world->organiser, &command, status, place, detail);
}

static uint32_t nodes_used(const world_t *world)
{
    return world->state.nodes.count - world->state.nodes.free_count;
}

static uint32_t row_of(const table_t *table, const char *code)
{
    return state_find(table, world_text(code));
}

static inspector_row_t *inspector_of(const world_t *world, const char *code)
{
    return TABLE_ROW(inspector_row_t, &world->state.inspectors,
                     row_of(&world->state.inspectors, code));
}

static person_row_t *person_of(const world_t *world, const char *code)
{
    return TABLE_ROW(person_row_t, &world->state.persons,
                     row_of(&world->state.persons, code));
}

/* ---- teams ---- */

static command_t team_with(const char *code, const text_t *units, uint32_t count)
{
    command_t command = world_team(code);
    command.body.team.units = units;
    command.body.team.unit_count = count;
    return command;
}

static void team__names_unknown_things__refused(void **context)
{
    const text_t units[] = { world_text("U2"), world_text("U77") };
    command_t command = world_team("T2");
    command.body.team.lead = world_text("I77");
    refuse(*context, command, STATUS_UNKNOWN_INSPECTOR, "team.lead", "I77");
    refuse(*context, team_with("T2", units, 2), STATUS_UNKNOWN_UNIT, "team.units[1]",
           "U77");
}

static void team__put_again__list_and_lead_replaced(void **context)
{
    world_t *world = *context;
    const state_t *state = &world->state;
    const text_t three[] = { world_text("U2"), world_text("U3"), world_text("U4") };
    command_t command = team_with("T1", three, 3);
    command.body.team.lead = world_text("I1");
    accept(world, command);
    const team_row_t *row =
        TABLE_ROW(team_row_t, &state->teams, row_of(&state->teams, "T1"));
    assert_int_equal(row->lead, row_of(&state->inspectors, "I1"));
    assert_true(list_has(state, row->units, row_of(&state->units, "U2")));
    assert_true(list_has(state, row->units, row_of(&state->units, "U4")));
    assert_int_equal(nodes_used(world), 3);
    accept(world, team_with("T1", three + 1, 1));
    assert_int_equal(row->lead, 0);
    assert_false(list_has(state, row->units, row_of(&state->units, "U2")));
    assert_true(list_has(state, row->units, row_of(&state->units, "U3")));
    assert_int_equal(nodes_used(world), 1);
    accept(world, world_team("T1"));
    assert_int_equal(row->units, 0);
    assert_int_equal(nodes_used(world), 0);
    assert_int_equal(state->nodes.count, 3); /* given back, not lost */
}

static void team__full_tables__refused(void **context)
{
    world_t *world = *context;
    const text_t units[] = { world_text("U2"), world_text("U3") };
    world->state.nodes.limit = 1;
    refuse(world, team_with("T1", units, 2), STATUS_TABLE_FULL, "team.code", "T1");
    accept(world, team_with("T1", units, 1));
    world->state.teams.limit = world->state.teams.count;
    refuse(world, world_team("T2"), STATUS_TABLE_FULL, "team.code", "T2");
}

static void team__by_an_organiser_of_one_town__allowed(void **context)
{
    world_t *world = *context;
    uint32_t local = world_enrol(world, "local", ROLE_ORGANISER, NULL, "U2", 7);
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, NULL, 8);
    command_t command = world_team("T2");
    world_expect(world, office, &command, STATUS_NOT_ALLOWED, "", "");
    world_accept(world, local, &command);
}

/* ---- inspectors ---- */

static void inspector__names_unknown_things__refused(void **context)
{
    refuse(*context, world_inspector("I3", "H77", "T1", "U9"), STATUS_UNKNOWN_PERSON,
           "inspector.person", "H77");
    refuse(*context, world_inspector("I3", "HI1", "T77", "U9"), STATUS_UNKNOWN_TEAM,
           "inspector.team", "T77");
    refuse(*context, world_inspector("I3", "HI1", "T1", "U77"), STATUS_UNKNOWN_UNIT,
           "inspector.own_unit", "U77");
    const text_t units[] = { world_text("U77") };
    const text_t subjects[] = { world_text("C1"), world_text("C77") };
    command_t command = world_inspector("I3", "HI1", "T1", "U9");
    command.body.inspector.conflict_units = units;
    command.body.inspector.conflict_unit_count = 1;
    refuse(*context, command, STATUS_UNKNOWN_UNIT, "inspector.conflict_units[0]",
           "U77");
    command = world_inspector("I3", "HI1", "T1", "U9");
    command.body.inspector.conflict_subjects = subjects;
    command.body.inspector.conflict_subject_count = 2;
    refuse(*context, command, STATUS_UNKNOWN_SUBJECT, "inspector.conflict_subjects[1]",
           "C77");
}

static void inspector__person__never_changes(void **context)
{
    refuse(*context, world_inspector("I1", "HI2", "T1", "U9"), STATUS_PERSON_FIXED,
           "inspector.person", "HI2");
}

static void inspector__put_again__fields_and_conflicts_replaced(void **context)
{
    world_t *world = *context;
    const state_t *state = &world->state;
    const text_t units[] = { world_text("U3") };
    const text_t subjects[] = { world_text("C1"), world_text("C2") };
    command_t command = world_inspector("I1", "HI1", "T1", "U4");
    command.body.inspector.conflict_units = units;
    command.body.inspector.conflict_unit_count = 1;
    command.body.inspector.conflict_subjects = subjects;
    command.body.inspector.conflict_subject_count = 2;
    command.body.inspector.state = INSPECTOR_SUSPENDED;
    accept(world, command);
    const inspector_row_t *row = inspector_of(world, "I1");
    assert_int_equal(row->own_unit, row_of(&state->units, "U4"));
    assert_int_equal(row->state, INSPECTOR_SUSPENDED);
    /* units and subjects have rows of the same number: the lists must not mix */
    assert_true(list_has(state, row->conflict_units, row_of(&state->units, "U3")));
    assert_false(list_has(state, row->conflict_units, row_of(&state->subjects, "C1")));
    assert_true(
        list_has(state, row->conflict_subjects, row_of(&state->subjects, "C1")));
    assert_true(
        list_has(state, row->conflict_subjects, row_of(&state->subjects, "C2")));
    assert_int_equal(nodes_used(world), 3);
    accept(world, world_inspector("I1", "HI1", "T1", "U9"));
    assert_int_equal(row->state, INSPECTOR_ACTIVE);
    assert_int_equal(nodes_used(world), 0);
}

static void inspector__several_of_a_person__linked(void **context)
{
    world_t *world = *context;
    uint32_t first = row_of(&world->state.inspectors, "I1");
    accept(world, world_inspector("I9", "HI1", "T1", "U2"));
    assert_int_equal(person_of(world, "HI1")->inspector,
                     row_of(&world->state.inspectors, "I9"));
    assert_int_equal(inspector_of(world, "I9")->same_person, first);
    accept(world, world_inspector("I1", "HI1", "T1", "U2")); /* links it only once */
    assert_int_equal(inspector_of(world, "I1")->same_person, 0);
    assert_int_equal(world->event.link_count, 2);
    assert_int_equal(world->event.links[0].kind, LINK_INSPECTOR);
    assert_int_equal(world->event.links[1].kind, LINK_PERSON);
    assert_int_equal(inspector_of(world, "I1")->newest, world->event.seq);
}

static void inspector__by_an_organiser_of_one_town__own_units_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t local = world_enrol(world, "local", ROLE_ORGANISER, NULL, "U2", 7);
    command_t command = world_inspector("I3", "HC1", "T1", "U4");
    world_accept(world, local, &command);
    command = world_inspector("I3", "HC1", "T1", "U3");
    world_expect(world, local, &command, STATUS_OUT_OF_SCOPE, "", "local");
    command = world_inspector("I1", "HI1", "T1", "U2"); /* is of U9 */
    world_expect(world, local, &command, STATUS_OUT_OF_SCOPE, "", "local");
}

static void inspector__full_tables__refused(void **context)
{
    world_t *world = *context;
    const text_t units[] = { world_text("U3") };
    command_t command = world_inspector("I1", "HI1", "T1", "U9");
    command.body.inspector.conflict_units = units;
    command.body.inspector.conflict_unit_count = 1;
    world->state.nodes.limit = 0;
    refuse(world, command, STATUS_TABLE_FULL, "inspector.code", "I1");
    world->state.inspectors.limit = world->state.inspectors.count;
    refuse(world, world_inspector("I3", "HC1", "T1", "U9"), STATUS_TABLE_FULL,
           "inspector.code", "I3");
}

/* ---- staff ---- */

static void staff__names_unknown_things__refused(void **context)
{
    refuse(*context, world_staff("S1", "H77", "U9"), STATUS_UNKNOWN_PERSON,
           "staff.person", "H77");
    refuse(*context, world_staff("S1", "HC1", "U77"), STATUS_UNKNOWN_UNIT, "staff.unit",
           "U77");
}

static void staff__put_again__person_stays_the_rest_changes(void **context)
{
    world_t *world = *context;
    const state_t *state = &world->state;
    accept(world, world_staff("S1", "HC1", "U9"));
    accept(world, world_staff("S2", "HC1", "U9"));
    refuse(world, world_staff("S1", "HC2", "U9"), STATUS_PERSON_FIXED, "staff.person",
           "HC2");
    command_t command = world_staff("S1", "HC1", "U3");
    command.body.staff.role = 3;
    accept(world, command);
    uint32_t first = row_of(&state->staff, "S1"), second = row_of(&state->staff, "S2");
    const staff_row_t *row = TABLE_ROW(staff_row_t, &state->staff, first);
    assert_int_equal(row->unit, row_of(&state->units, "U3"));
    assert_int_equal(row->role, 3);
    assert_int_equal(row->same_person, 0);
    assert_int_equal(person_of(world, "HC1")->staff, second);
    assert_int_equal(TABLE_ROW(staff_row_t, &state->staff, second)->same_person, first);
}

static void staff__by_an_organiser_of_one_town__units_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t local = world_enrol(world, "local", ROLE_ORGANISER, NULL, "U2", 7);
    command_t command = world_staff("S1", "HC1", "U4");
    world_accept(world, local, &command);
    command = world_staff("S1", "HC1", "U3");
    world_expect(world, local, &command, STATUS_OUT_OF_SCOPE, "", "local");
    accept(world, command);
    command = world_staff("S1", "HC1", "U2");
    world_expect(world, local, &command, STATUS_OUT_OF_SCOPE, "", "local");
}

static void staff__full_table__refused(void **context)
{
    world_t *world = *context;
    world->state.staff.limit = world->state.staff.count;
    refuse(world, world_staff("S1", "HC1", "U9"), STATUS_TABLE_FULL, "staff.code",
           "S1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(team__names_unknown_things__refused),
        TEST(team__put_again__list_and_lead_replaced),
        TEST(team__full_tables__refused),
        TEST(team__by_an_organiser_of_one_town__allowed),
        TEST(inspector__names_unknown_things__refused),
        TEST(inspector__person__never_changes),
        TEST(inspector__put_again__fields_and_conflicts_replaced),
        TEST(inspector__several_of_a_person__linked),
        TEST(inspector__by_an_organiser_of_one_town__own_units_in_reach),
        TEST(inspector__full_tables__refused),
        TEST(staff__names_unknown_things__refused),
        TEST(staff__put_again__person_stays_the_rest_changes),
        TEST(staff__by_an_organiser_of_one_town__units_in_reach),
        TEST(staff__full_table__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
