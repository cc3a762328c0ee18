/* Goal: units, persons and subjects mean for ever what they first meant, and a subject
 * that moves leaves its facts where they were made.
 * Method: commands through decide and apply; every refusal must leave the state alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"
#include "tests/support/world.h"
#include <stdio.h>

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

static uint32_t unit_row(const world_t *world, const char *code)
{
    return state_find(&world->state.units, world_text(code));
}

static unit_row_t *unit_of(const world_t *world, const char *code)
{
    return TABLE_ROW(unit_row_t, &world->state.units, unit_row(world, code));
}

static uint32_t subject_row(const world_t *world, const char *code)
{
    return state_find(&world->state.subjects, world_text(code));
}

static subject_row_t *subject_of(const world_t *world, const char *code)
{
    return TABLE_ROW(subject_row_t, &world->state.subjects, subject_row(world, code));
}

/* ---- units ---- */

static void unit__parent_nobody_knows__refused(void **context)
{
    refuse(*context, world_unit("U5", "U77"), STATUS_UNKNOWN_UNIT, "unit.parent",
           "U77");
}

static void unit__put_again__moves(void **context)
{
    world_t *world = *context;
    uint32_t rows = world->state.units.count;
    accept(world, world_unit("U4", "U3"));
    assert_int_equal(world->state.units.count, rows);
    assert_int_equal(unit_of(world, "U4")->parent, unit_row(world, "U3"));
    accept(world, world_unit("U4", NULL));
    assert_int_equal(unit_of(world, "U4")->parent, 0);
}

static void unit__below_itself__cycle(void **context)
{
    refuse(*context, world_unit("U2", "U2"), STATUS_UNIT_CYCLE, "unit.parent", "U2");
    refuse(*context, world_unit("U1", "U4"), STATUS_UNIT_CYCLE, "unit.parent", "U4");
}

/* A chain from D0, which is at the top, to the last unit that is allowed. */
static void dig(world_t *world)
{
    char above[CODE_BYTES_MAX + 1], code[CODE_BYTES_MAX + 1] = "D0";
    accept(world, world_unit(code, NULL));
    for (uint32_t depth = 1; depth <= UNIT_DEPTH_MAX; depth++) {
        (void)snprintf(above, sizeof above, "D%u", depth - 1); /* they are short */
        (void)snprintf(code, sizeof code, "D%u", depth);
        accept(world, world_unit(code, above));
    }
}

static void unit__depth__up_to_the_limit(void **context)
{
    world_t *world = *context;
    dig(world);
    refuse(world, world_unit("D17", "D16"), STATUS_UNIT_TOO_DEEP, "unit.parent", "D16");
    assert_true(
        unit_is_within(&world->state, unit_row(world, "D16"), unit_row(world, "D0")));
}

/* What lies below comes along: U4 below U2 below U1 takes three levels. */
static void unit__moved_with_all_below__counts_them(void **context)
{
    world_t *world = *context;
    dig(world);
    refuse(world, world_unit("U1", "D14"), STATUS_UNIT_TOO_DEEP, "unit.parent", "D14");
    accept(world, world_unit("U1", "D13"));
    assert_true(
        unit_is_within(&world->state, unit_row(world, "U4"), unit_row(world, "D0")));
}

static void unit__by_an_office__old_and_new_place_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, "U2", 7);
    command_t command = world_unit("U5", "U4");
    world_accept(world, office, &command);
    static const char *const beyond[][2] = {
        { "U6", NULL }, /* a new top */
        { "U6", "U3" }, /* a new unit elsewhere */
        { "U4", "U3" }, /* gives one away */
        { "U3", "U2" }, /* takes one */
        { "U2", NULL }, /* leaves the district */
    };
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        command = world_unit(beyond[i][0], beyond[i][1]);
        world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
    }
    command = world_unit("U2", "U1"); /* where it is: nothing moves */
    world_accept(world, office, &command);
}

static void unit__full_table__refuses_new_ones_only(void **context)
{
    world_t *world = *context;
    world->state.units.limit = world->state.units.count;
    refuse(world, world_unit("U5", "U1"), STATUS_TABLE_FULL, "unit.code", "U5");
    accept(world, world_unit("U4", "U1"));
}

/* ---- persons ---- */

static void person__put_again__one_row_and_a_chain(void **context)
{
    world_t *world = *context;
    accept(world, world_person("H1"));
    uint64_t first = world->event.seq;
    assert_int_equal(world->event.links[0].previous, 0);
    uint32_t rows = world->state.persons.count;
    accept(world, world_person("H1"));
    assert_int_equal(world->state.persons.count, rows);
    assert_int_equal(world->event.link_count, 1);
    assert_int_equal(world->event.links[0].kind, LINK_PERSON);
    assert_int_equal(world->event.links[0].key, rows);
    assert_int_equal(world->event.links[0].previous, first);
}

static void person__full_table__refused(void **context)
{
    world_t *world = *context;
    world->state.persons.limit = world->state.persons.count;
    refuse(world, world_person("H1"), STATUS_TABLE_FULL, "person.code", "H1");
    accept(world, world_person("HC1"));
}

/* ---- subjects ---- */

static void subject__names_unknown_things__refused(void **context)
{
    refuse(*context, world_cadre("C3", "HC1", "U77", "heads"), STATUS_UNKNOWN_UNIT,
           "subject.unit", "U77");
    refuse(*context, world_cadre("C3", "H77", "U2", "heads"), STATUS_UNKNOWN_PERSON,
           "subject.person", "H77");
}

static void subject__person__a_cadre_has_one_a_team_none(void **context)
{
    refuse(*context, world_cadre("C3", NULL, "U2", "heads"), STATUS_PERSON_NEEDED,
           "subject.person", "C3");
    command_t command = world_leading_team("B3", "U3", "teams");
    command.body.subject.person = world_text("HC1");
    refuse(*context, command, STATUS_PERSON_NEEDED, "subject.person", "B3");
}

static void subject__kind_and_person__never_change(void **context)
{
    refuse(*context, world_leading_team("C1", "U2", "teams"), STATUS_KIND_FIXED,
           "subject.kind", "C1");
    refuse(*context, world_cadre("C1", "HC2", "U2", "specialists"), STATUS_PERSON_FIXED,
           "subject.person", "HC2");
}

static void subject__leading_team__one_a_unit(void **context)
{
    world_t *world = *context;
    command_t second = world_leading_team("B2", "U2", "teams");
    refuse(world, second, STATUS_ONE_TEAM_A_UNIT, "subject.unit", "U2");
    accept(world, world_leading_team("B1", "U2", "teams")); /* itself again */
    accept(world, world_leading_team("B1", "U3", "teams"));
    assert_int_equal(unit_of(world, "U2")->team, 0);
    assert_int_equal(unit_of(world, "U3")->team, subject_row(world, "B1"));
    accept(world, second);
    assert_int_equal(unit_of(world, "U2")->team, subject_row(world, "B2"));
    refuse(world, world_leading_team("B2", "U3", "teams"), STATUS_ONE_TEAM_A_UNIT,
           "subject.unit", "U3");
}

static void subject__group__never_of_cadres_and_teams(void **context)
{
    world_t *world = *context;
    refuse(world, world_leading_team("B3", "U3", "specialists"), STATUS_MIXED_GROUP,
           "subject.group", "specialists");
    refuse(world, world_cadre("C1", "HC1", "U2", "teams"), STATUS_MIXED_GROUP,
           "subject.group", "teams");
    /* a label that so far named a front is no group yet */
    command_t project = world_project("P2", "U2");
    project.body.project.front = world_text("roads");
    accept(world, project);
    accept(world, world_leading_team("B3", "U3", "roads"));
    refuse(world, world_cadre("C1", "HC1", "U2", "roads"), STATUS_MIXED_GROUP,
           "subject.group", "roads");
}

static void subject__new_label__kept_once(void **context)
{
    world_t *world = *context;
    uint32_t words = world->state.words.count;
    accept(world, world_cadre("C3", "HC1", "U2", "heads"));
    assert_true(world->event.new_word_group);
    accept(world, world_cadre("C4", "HC2", "U2", "heads"));
    assert_false(world->event.new_word_group);
    assert_int_equal(world->state.words.count, words + 1);
    assert_int_equal(subject_of(world, "C3")->group, subject_of(world, "C4")->group);
}

static void subject__full_tables__refused(void **context)
{
    world_t *world = *context;
    uint32_t words = world->state.words.limit;
    world->state.words.limit = world->state.words.count;
    refuse(world, world_cadre("C1", "HC1", "U2", "heads"), STATUS_TABLE_FULL,
           "subject.code", "C1");
    world->state.words.limit = words;
    world->state.subjects.limit = world->state.subjects.count;
    refuse(world, world_cadre("C3", "HC1", "U2", "heads"), STATUS_TABLE_FULL,
           "subject.code", "C3");
    accept(world, world_cadre("C1", "HC1", "U2", "heads"));
}

static void subject__several_of_a_person__linked(void **context)
{
    world_t *world = *context;
    accept(world, world_cadre("C3", "HC1", "U3", "heads"));
    uint32_t row = state_find(&world->state.persons, world_text("HC1"));
    const person_row_t *person = TABLE_ROW(person_row_t, &world->state.persons, row);
    assert_int_equal(person->subject, subject_row(world, "C3"));
    assert_int_equal(subject_of(world, "C3")->same_person, subject_row(world, "C1"));
    assert_int_equal(subject_of(world, "C1")->same_person, 0);
    assert_int_equal(person->newest, world->event.seq);
    assert_int_equal(world->event.link_count, 2);
    assert_int_equal(world->event.links[0].kind, LINK_SUBJECT);
    assert_int_equal(world->event.links[0].key, subject_row(world, "C3"));
    assert_int_equal(world->event.links[1].kind, LINK_PERSON);
    assert_int_equal(world->event.links[1].key, row);
}

static void subject__by_an_office__old_and_new_place_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, "U2", 7);
    command_t command = world_cadre("C1", "HC1", "U4", "specialists");
    world_accept(world, office, &command);
    command = world_cadre("C1", "HC1", "U3", "specialists");
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
    command = world_cadre("C2", "HC2", "U2", "specialists"); /* takes one of U3 */
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
}

/* ---- moves ---- */

static standing_row_t *standing_of(const world_t *world, const char *subject)
{
    uint32_t row = subject_of(world, subject)->standing;
    assert_int_not_equal(row, 0);
    return TABLE_ROW(standing_row_t, &world->state.standings, row);
}

static int setup_framed(void **context)
{
    (void)setup(context); /* returns 0 */
    world_t *world = *context;
    world_frame(world);
    accept(world, scene_sheet("O1"));
    state_clear_changed(&world->state);
    return 0;
}

static void move__another_unit__ends_the_standing_and_keeps_its_facts(void **context)
{
    world_t *world = *context;
    standing_row_t *old = standing_of(world, "C1");
    accept(world, world_cadre("C1", "HC1", "U4", "specialists"));
    assert_int_equal(old->ended_seq, world->event.seq);
    assert_int_equal(old->confirmed, 1);
    assert_int_equal(old->unit, unit_row(world, "U2"));
    assert_int_equal(world->state.changed.count, 1);
    assert_int_equal(world->state.changed.list[0], subject_of(world, "C1")->standing);
    assert_int_equal(world->state.changed.regrouped, 0); /* the group is the same */
}

static void move__then_a_new_fact__starts_another_standing(void **context)
{
    world_t *world = *context;
    uint32_t first = subject_of(world, "C1")->standing;
    uint64_t ended = 0;
    accept(world, world_cadre("C1", "HC1", "U4", "specialists"));
    ended = world->event.seq;
    accept(world, scene_sheet("O2"));
    uint32_t second = subject_of(world, "C1")->standing;
    assert_int_not_equal(second, first);
    assert_int_equal(standing_of(world, "C1")->next, first);
    assert_int_equal(standing_of(world, "C1")->ended_seq, 0);
    assert_int_equal(standing_of(world, "C1")->confirmed, 1);
    accept(world, world_cadre("C1", "HC1", "U2", "specialists"));
    assert_int_equal(
        TABLE_ROW(standing_row_t, &world->state.standings, first)->ended_seq,
        ended); /* what ended once has its seq for ever */
    assert_int_equal(standing_of(world, "C1")->ended_seq, world->event.seq);
}

static void move__another_group__likewise(void **context)
{
    world_t *world = *context;
    accept(world, world_cadre("C1", "HC1", "U2", "heads"));
    assert_int_equal(standing_of(world, "C1")->ended_seq, world->event.seq);
    assert_int_equal(world->state.changed.regrouped, 1);
}

static void move__to_where_it_is__changes_nothing(void **context)
{
    world_t *world = *context;
    accept(world, world_cadre("C1", "HC1", "U2", "specialists"));
    assert_int_equal(standing_of(world, "C1")->ended_seq, 0);
    assert_int_equal(world->state.changed.count, 0);
}

static void move__after_the_account_closed__its_board_stays(void **context)
{
    world_t *world = *context;
    command_t command = { .kind = COMMAND_CLOSE_ACCOUNT };
    command.body.close_account.code = world_text("A");
    accept(world, command);
    state_clear_changed(&world->state);
    accept(world, world_cadre("C1", "HC1", "U4", "specialists"));
    assert_int_equal(standing_of(world, "C1")->ended_seq, 0);
    assert_int_equal(world->state.changed.count, 0);
}

#define TEST(name)   cmocka_unit_test_setup_teardown(name, setup, teardown)
#define FRAMED(name) cmocka_unit_test_setup_teardown(name, setup_framed, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unit__parent_nobody_knows__refused),
        TEST(unit__put_again__moves),
        TEST(unit__below_itself__cycle),
        TEST(unit__depth__up_to_the_limit),
        TEST(unit__moved_with_all_below__counts_them),
        TEST(unit__by_an_office__old_and_new_place_in_reach),
        TEST(unit__full_table__refuses_new_ones_only),
        TEST(person__put_again__one_row_and_a_chain),
        TEST(person__full_table__refused),
        TEST(subject__names_unknown_things__refused),
        TEST(subject__person__a_cadre_has_one_a_team_none),
        TEST(subject__kind_and_person__never_change),
        TEST(subject__leading_team__one_a_unit),
        TEST(subject__group__never_of_cadres_and_teams),
        TEST(subject__new_label__kept_once),
        TEST(subject__full_tables__refused),
        TEST(subject__several_of_a_person__linked),
        TEST(subject__by_an_office__old_and_new_place_in_reach),
        FRAMED(move__another_unit__ends_the_standing_and_keeps_its_facts),
        FRAMED(move__then_a_new_fact__starts_another_standing),
        FRAMED(move__another_group__likewise),
        FRAMED(move__to_where_it_is__changes_nothing),
        FRAMED(move__after_the_account_closed__its_board_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
