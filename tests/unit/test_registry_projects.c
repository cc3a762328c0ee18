/* Goal: projects, milestones and assignments: what they name exists, dates are dates,
 * an assignment is to a project or to a post.
 * Method: commands through decide and apply; every refusal must leave the state alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/world.h"
#include <string.h>

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

static uint32_t row_of(const table_t *table, const char *code)
{
    return state_find(table, world_text(code));
}

/* ---- projects ---- */

static project_row_t *project_of(const world_t *world, const char *code)
{
    return TABLE_ROW(project_row_t, &world->state.projects,
                     row_of(&world->state.projects, code));
}

static void project__names_unknown_things__refused(void **context)
{
    refuse(*context, world_project("P2", "U77"), STATUS_UNKNOWN_UNIT, "project.unit",
           "U77");
    command_t command = world_project("P2", "U2");
    command.body.project.commander = world_text("C77");
    refuse(*context, command, STATUS_UNKNOWN_SUBJECT, "project.commander", "C77");
}

static void project__put_again__fields_replaced(void **context)
{
    world_t *world = *context;
    const state_t *state = &world->state;
    command_t command = world_project("P1", "U3");
    command.body.project.commander = world_text("C1");
    command.body.project.front = world_text("roads");
    command.body.project.category = world_text("roads"); /* one label, kept once */
    command.body.project.percent_centi = 10000;
    command.body.project.state = 3;
    uint32_t words = state->words.count;
    accept(world, command);
    const project_row_t *row = project_of(world, "P1");
    assert_int_equal(row->unit, row_of(&state->units, "U3"));
    assert_int_equal(row->commander, row_of(&state->subjects, "C1"));
    assert_int_equal(row->front, words + 1);
    assert_int_equal(row->category, words + 1);
    assert_int_equal(row->percent_centi, 10000);
    assert_int_equal(row->state, 3);
    assert_int_equal(row->newest, world->event.seq);
    accept(world, world_project("P1", "U3"));
    assert_int_equal(row->commander, 0);
    assert_int_equal(row->front, 0);
    assert_int_equal(row->category, 0);
}

static void project__figures_that_cannot_be__refused(void **context)
{
    command_t command = world_project("P2", "U2");
    command.body.project.percent_centi = 10001;
    refuse(*context, command, STATUS_PARAMETER_RANGE, "project.percent_centi", "10001");
    command = world_project("P2", "U2");
    command.body.project.planned_start = 20250229;
    refuse(*context, command, STATUS_BAD_DATE, "project.planned_start", "20250229");
    command = world_project("P2", "U2");
    command.body.project.started_on = 20251301;
    refuse(*context, command, STATUS_BAD_DATE, "project.started_on", "20251301");
}

static void project__by_an_office__old_and_new_unit_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, "U2", 7);
    command_t command = world_project("P1", "U4");
    world_accept(world, office, &command);
    command = world_project("P1", "U3");
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
    accept(world, command);
    command = world_project("P1", "U2");
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
}

static void project__full_tables__refused(void **context)
{
    world_t *world = *context;
    command_t command = world_project("P1", "U2");
    command.body.project.front = world_text("roads");
    command.body.project.category = world_text("bridges");
    world->state.words.limit = world->state.words.count + 1;
    refuse(world, command, STATUS_TABLE_FULL, "project.front", "roads");
    world->state.projects.limit = world->state.projects.count;
    refuse(world, world_project("P2", "U2"), STATUS_TABLE_FULL, "project.code", "P2");
    accept(world, world_project("P1", "U2"));
}

/* ---- milestones ---- */

static command_t milestone(const char *code, const char *project, uint32_t plan,
                           uint32_t done)
{
    command_t command = { .kind = COMMAND_MILESTONE };
    command.body.milestone = (put_milestone_t){ .code = world_text(code),
                                                .project = world_text(project),
                                                .plan_date = plan,
                                                .done_date = done };
    return command;
}

static void milestone__dates__plan_needed_done_may_be_blank(void **context)
{
    world_t *world = *context;
    refuse(world, milestone("M1", "P77", 20250301, 0), STATUS_UNKNOWN_PROJECT,
           "milestone.project", "P77");
    refuse(world, milestone("M1", "P1", 0, 0), STATUS_BAD_DATE, "milestone.plan_date",
           "0");
    refuse(world, milestone("M1", "P1", 20250301, 20250431), STATUS_BAD_DATE,
           "milestone.done_date", "20250431");
    accept(world, milestone("M1", "P1", 20250301, 0));
    accept(world, milestone("M1", "P1", 20250301, 20250228)); /* early is no fault */
    assert_int_equal(world->state.milestones.count, 1);
    const milestone_row_t *row =
        TABLE_ROW(milestone_row_t, &world->state.milestones, 1);
    assert_int_equal(row->done_date, 20250228);
    assert_int_equal(project_of(world, "P1")->newest, world->event.seq);
}

static void milestone__of_another_project__code_taken(void **context)
{
    world_t *world = *context;
    accept(world, world_project("P2", "U2"));
    accept(world, milestone("M1", "P1", 20250301, 0));
    refuse(world, milestone("M1", "P2", 20250301, 0), STATUS_CODE_TAKEN,
           "milestone.code", "M1");
}

static void milestone__by_an_office__projects_unit_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, "U2", 7);
    accept(world, world_project("P2", "U3"));
    command_t command = milestone("M1", "P1", 20250301, 0);
    world_accept(world, office, &command);
    command = milestone("M2", "P2", 20250301, 0);
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
}

static void milestone__full_table__refused(void **context)
{
    world_t *world = *context;
    accept(world, milestone("M1", "P1", 20250301, 0));
    world->state.milestones.limit = 1;
    refuse(world, milestone("M2", "P1", 20250301, 0), STATUS_TABLE_FULL,
           "milestone.code", "M2");
    accept(world, milestone("M1", "P1", 20250401, 0));
}

/* ---- assignments ---- */

static void assignment__names_unknown_things__refused(void **context)
{
    refuse(*context, world_assignment("A1", "C77", "P1"), STATUS_UNKNOWN_SUBJECT,
           "assignment.subject", "C77");
    refuse(*context, world_assignment("A1", "C1", "P77"), STATUS_UNKNOWN_PROJECT,
           "assignment.project", "P77");
    command_t command = world_assignment("A1", "C1", "P1");
    command.body.assignment.tutor = world_text("C77");
    refuse(*context, command, STATUS_UNKNOWN_SUBJECT, "assignment.tutor", "C77");
    command = world_assignment("A1", "C1", "P1");
    command.body.assignment.daily_manager = world_text("U77");
    refuse(*context, command, STATUS_UNKNOWN_UNIT, "assignment.daily_manager", "U77");
}

static void assignment__project_or_post__one_unless_it_waits(void **context)
{
    command_t command = world_assignment("A1", "C1", NULL);
    command.body.assignment.has_post = false;
    command.body.assignment.state = ASSIGNMENT_ON_POST;
    refuse(*context, command, STATUS_PROJECT_OR_POST, "assignment.project", "A1");
    command.body.assignment.state = ASSIGNMENT_ENDED;
    refuse(*context, command, STATUS_PROJECT_OR_POST, "assignment.project", "A1");
    command.body.assignment.state = ASSIGNMENT_WAITING;
    accept(*context, command);
    command = world_assignment("A3", "C1", "P1"); /* a post on the project */
    command.body.assignment.has_post = true;
    accept(*context, command);
    accept(*context, world_assignment("A1", "C1", NULL));
    accept(*context, world_assignment("A2", "C1", "P1"));
}

/* Codes of a project's assignments, newest first, as one text. */
static void is_chain(const world_t *world, const char *project, const char *codes)
{
    const state_t *state = &world->state;
    char found[64] = "";
    const project_row_t *row =
        TABLE_ROW(project_row_t, &state->projects,
                  state_find(&state->projects, world_text(project)));
    for (uint32_t i = row->assignments; i != 0;) {
        const assignment_row_t *one =
            TABLE_ROW(assignment_row_t, &state->assignments, i);
        (void)strncat(found, one->code.text, sizeof found - strlen(found) - 1);
        i = one->next_of_project;
    }
    assert_string_equal(found, codes);
}

static void assignment__moved_to_another_project__leaves_the_first(void **context)
{
    accept(*context, world_project("P2", "U2"));
    accept(*context, world_assignment("A1", "C1", "P1"));
    accept(*context, world_assignment("A2", "C2", "P1"));
    accept(*context, world_assignment("A3", "C1", "P1"));
    is_chain(*context, "P1", "A3A2A1");
    accept(*context, world_assignment("A2", "C2", "P2"));
    is_chain(*context, "P1", "A3A1");
    is_chain(*context, "P2", "A2");
    accept(*context, world_assignment("A1", "C1", NULL)); /* a post instead */
    accept(*context, world_assignment("A2", "C2", "P1"));
    is_chain(*context, "P1", "A2A3");
    is_chain(*context, "P2", "");
}

static void assignment__term__dates_in_order(void **context)
{
    command_t command = world_assignment("A1", "C1", "P1");
    command.body.assignment.from = 20250631;
    refuse(*context, command, STATUS_BAD_DATE, "assignment.from", "20250631");
    command.body.assignment.from = 20250601;
    command.body.assignment.to = 1;
    refuse(*context, command, STATUS_BAD_DATE, "assignment.to", "1");
    command.body.assignment.to = 20250531;
    refuse(*context, command, STATUS_DATES_REVERSED, "assignment.to", "20250531");
    command.body.assignment.to = 20250601; /* a single day */
    accept(*context, command);
}

static void assignment__put_again__fields_replaced_subject_stays(void **context)
{
    world_t *world = *context;
    const state_t *state = &world->state;
    accept(world, world_assignment("A1", "C1", "P1"));
    accept(world, world_assignment("A2", "C1", NULL));
    refuse(world, world_assignment("A1", "C2", "P1"), STATUS_CODE_TAKEN,
           "assignment.code", "A1");
    command_t command = world_assignment("A1", "C1", NULL);
    command.body.assignment.tutor = world_text("C2");
    command.body.assignment.daily_manager = world_text("U3");
    command.body.assignment.from = 20250101;
    command.body.assignment.state = ASSIGNMENT_ENDED;
    accept(world, command);
    uint32_t first = row_of(&state->assignments, "A1");
    const assignment_row_t *row =
        TABLE_ROW(assignment_row_t, &state->assignments, first);
    assert_int_equal(row->project, 0);
    assert_int_equal(row->tutor, row_of(&state->subjects, "C2"));
    assert_int_equal(row->daily_manager, row_of(&state->units, "U3"));
    assert_int_equal(row->from, 20250101);
    assert_int_equal(row->state, ASSIGNMENT_ENDED);
    assert_int_equal(row->next_of_subject, 0);
    uint32_t second = row_of(&state->assignments, "A2");
    assert_int_equal(
        TABLE_ROW(subject_row_t, &state->subjects, row->subject)->assignment, second);
    assert_int_equal(
        TABLE_ROW(assignment_row_t, &state->assignments, second)->next_of_subject,
        first);
}

static void assignment__to_a_project__linked_to_both(void **context)
{
    world_t *world = *context;
    accept(world, world_assignment("A1", "C1", "P1"));
    const event_t *event = &world->event;
    assert_int_equal(event->link_count, 2);
    assert_int_equal(event->links[0].kind, LINK_SUBJECT);
    assert_int_equal(event->links[0].key, row_of(&world->state.subjects, "C1"));
    assert_int_equal(event->links[1].kind, LINK_PROJECT);
    assert_int_equal(event->links[1].key, row_of(&world->state.projects, "P1"));
    uint64_t before = event->seq;
    accept(world, world_assignment("A2", "C1", NULL));
    assert_int_equal(event->link_count, 1);
    assert_int_equal(event->links[0].previous, before);
}

static void assignment__by_an_office__subjects_place_in_reach(void **context)
{
    world_t *world = *context;
    uint32_t office = world_enrol(world, "office", ROLE_OFFICE, NULL, "U2", 7);
    command_t command = world_assignment("A1", "C1", "P1");
    world_accept(world, office, &command);
    command = world_assignment("A2", "C2", "P1"); /* C2 is of U3 */
    world_expect(world, office, &command, STATUS_OUT_OF_SCOPE, "", "office");
}

static void assignment__full_table__refused(void **context)
{
    world_t *world = *context;
    world->state.assignments.limit = 0;
    refuse(world, world_assignment("A1", "C1", "P1"), STATUS_TABLE_FULL,
           "assignment.code", "A1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(project__names_unknown_things__refused),
        TEST(project__put_again__fields_replaced),
        TEST(project__figures_that_cannot_be__refused),
        TEST(project__by_an_office__old_and_new_unit_in_reach),
        TEST(project__full_tables__refused),
        TEST(milestone__dates__plan_needed_done_may_be_blank),
        TEST(milestone__of_another_project__code_taken),
        TEST(milestone__by_an_office__projects_unit_in_reach),
        TEST(milestone__full_table__refused),
        TEST(assignment__names_unknown_things__refused),
        TEST(assignment__project_or_post__one_unless_it_waits),
        TEST(assignment__moved_to_another_project__leaves_the_first),
        TEST(assignment__term__dates_in_order),
        TEST(assignment__put_again__fields_replaced_subject_stays),
        TEST(assignment__to_a_project__linked_to_both),
        TEST(assignment__by_an_office__subjects_place_in_reach),
        TEST(assignment__full_table__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
