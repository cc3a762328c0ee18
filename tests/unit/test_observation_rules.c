/* Goal: each rule of R1, R2, R15 and R16 holds at its boundary, whatever register a
 * person stands in.
 * Method: the predicates alone, on rows of a framed scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/observation_rules.h"
#include "tests/support/scene.h"

static uint32_t inspector(const scene_t *scene, const char *code)
{
    return scene_row(scene, &scene->state.inspectors, code);
}

static uint32_t subject(const scene_t *scene, const char *code)
{
    return scene_row(scene, &scene->state.subjects, code);
}

static uint32_t staff(const scene_t *scene, const char *code)
{
    return scene_row(scene, &scene->state.staff, code);
}

static status_t unbiased(const scene_t *scene, const char *by, const char *of)
{
    return rule_unbiased(&scene->state, inspector(scene, by), subject(scene, of),
                         scene->state.open_account);
}

/* ---- R1 ---- */

static void observation_is_negative__polarity_or_low_rating__yes(void **unused)
{
    (void)unused;
    const rating_t ratings[] = { { 1, 9000 }, { 2, 3000 } };
    observe_t sheet = { .ratings = ratings,
                        .rating_count = 2,
                        .polarity = POLARITY_NEUTRAL };
    assert_false(observation_is_negative(&sheet, 0));
    assert_false(observation_is_negative(&sheet, 3000));
    assert_true(observation_is_negative(&sheet, 3001));
    sheet.polarity = POLARITY_POSITIVE;
    assert_false(observation_is_negative(&sheet, 0));
    assert_true(observation_is_negative(&sheet, 3001));
    sheet.polarity = POLARITY_NEGATIVE;
    assert_true(observation_is_negative(&sheet, 0));
    sheet.rating_count = 0;
    assert_true(observation_is_negative(&sheet, 0));
}

static void rule_negative_support__narrative_and_evidence__both_needed(void **unused)
{
    (void)unused;
    assert_int_equal(rule_negative_support(0, 0), STATUS_NARRATIVE_MISSING);
    assert_int_equal(rule_negative_support(0, 1), STATUS_NARRATIVE_MISSING);
    assert_int_equal(rule_negative_support(1, 0), STATUS_EVIDENCE_MISSING);
    assert_int_equal(rule_negative_support(1, 1), STATUS_OK);
}

/* ---- R15 ---- */

static void rule_observed_time__edges_of_the_visit__belong_to_it(void **unused)
{
    (void)unused;
    visit_row_t visit = { .stage = STAGE_OPEN, .opened_ms = 1000, .closed_ms = 2000 };
    int64_t now = 10000000;
    assert_int_equal(rule_observed_time(&visit, 999, now), STATUS_OUTSIDE_VISIT);
    assert_int_equal(rule_observed_time(&visit, 1000, now), STATUS_OK);
    assert_int_equal(rule_observed_time(&visit, 2001, now), STATUS_OK);
    visit.closed_known = 1;
    assert_int_equal(rule_observed_time(&visit, 2000, now), STATUS_OK);
    assert_int_equal(rule_observed_time(&visit, 2001, now), STATUS_OUTSIDE_VISIT);
}

static void rule_observed_time__ahead_of_the_broker__ten_minutes(void **unused)
{
    (void)unused;
    const visit_row_t visit = { .stage = STAGE_OPEN, .opened_ms = 0 };
    assert_int_equal(rule_observed_time(&visit, 5000 + CLOCK_SKEW_MS, 5000), STATUS_OK);
    assert_int_equal(rule_observed_time(&visit, 5001 + CLOCK_SKEW_MS, 5000),
                     STATUS_IN_FUTURE);
    assert_int_equal(rule_observed_time(&visit, INT64_MAX, 5000), STATUS_IN_FUTURE);
    assert_int_equal(rule_observed_time(&visit, INT64_MIN, 5000), STATUS_OUTSIDE_VISIT);
}

static void visit_is_late__after_the_closing__or_by_stage(void **unused)
{
    (void)unused;
    visit_row_t visit = { .stage = STAGE_OPEN, .closed_ms = 2000 };
    assert_false(visit_is_late(&visit, 9000));
    visit.closed_known = 1;
    assert_false(visit_is_late(&visit, 2000));
    assert_true(visit_is_late(&visit, 2001));
    visit.stage = STAGE_CLOSED;
    assert_true(visit_is_late(&visit, 1));
    visit.stage = STAGE_SEALED;
    assert_true(visit_is_late(&visit, 1));
}

static void visit_is_sealed__by_itself_or_by_its_round(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    visit_row_t *visit = TABLE_ROW(visit_row_t, &scene->state.visits, 1);
    round_row_t *round = TABLE_ROW(round_row_t, &scene->state.rounds, 1);
    assert_false(visit_is_sealed(&scene->state, visit));
    round->stage = STAGE_CLOSED;
    visit->stage = STAGE_CLOSED;
    assert_false(visit_is_sealed(&scene->state, visit));
    round->stage = STAGE_SEALED;
    assert_true(visit_is_sealed(&scene->state, visit));
    round->stage = STAGE_OPEN;
    visit->stage = STAGE_SEALED;
    assert_true(visit_is_sealed(&scene->state, visit));
    scene_destroy(&scene);
}

static void late_approver_fits__an_approver_who_is_neither__only(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    const state_t *state = &scene->state;
    uint32_t by = inspector(scene, "I1"), of = subject(scene, "C1");
    assert_false(late_approver_fits(state, 0, by, of));
    assert_false(late_approver_fits(state, staff(scene, "S1"), by, of));
    assert_true(late_approver_fits(state, staff(scene, "S2"), by, of));
    uint32_t author = scene_add_staff(scene, "S8", "HI1", "U8", STAFF_APPROVER);
    uint32_t rated = scene_add_staff(scene, "S9", "HC1", "U8", STAFF_APPROVER);
    assert_false(late_approver_fits(state, author, by, of));
    assert_false(late_approver_fits(state, rated, by, of));
    assert_true(late_approver_fits(state, author, inspector(scene, "I2"), of));
    assert_true(late_approver_fits(state, rated, by, subject(scene, "C2")));
    /* a leading team is nobody */
    assert_true(late_approver_fits(state, rated, by, subject(scene, "B1")));
    scene_destroy(&scene);
}

/* ---- R16 ---- */

static void rule_unbiased__own_unit__by_office_or_as_a_cadre(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_OK);
    assert_int_equal(unbiased(scene, "I1", "B1"), STATUS_OK);
    scene_add_inspector(scene, "I6", "HI6", "T1", "U2");
    assert_int_equal(unbiased(scene, "I6", "C1"), STATUS_OWN_UNIT);
    assert_int_equal(unbiased(scene, "I6", "B1"), STATUS_OWN_UNIT);
    assert_int_equal(unbiased(scene, "I6", "C2"), STATUS_OK);
    assert_int_equal(unbiased(scene, "I6", "C3"), STATUS_OK); /* a village of it */
    scene_add_subject(scene, "C7", "HI1", "U3", "heads");
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_OWN_UNIT);
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_OK);
    /* another register of the same person, older than the newest */
    scene_add_subject(scene, "C8", "HI1", "U9", "heads");
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_OWN_UNIT);
    scene_destroy(&scene);
}

static void rule_unbiased__oneself__is_told_before_the_unit(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    scene_add_subject(scene, "C7", "HI1", "U3", "heads");
    assert_int_equal(unbiased(scene, "I1", "C7"), STATUS_SUBJECT_NOT_RATED);
    assert_int_equal(unbiased(scene, "I2", "C7"), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_unbiased__declared__units_with_what_lies_below(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    scene_declare_unit(scene, "I1", "U2");
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I1", "C3"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I1", "B1"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_OK);
    scene_declare_unit(scene, "I2", "U4");
    scene_declare_unit(scene, "I2", "U9");
    assert_int_equal(unbiased(scene, "I2", "C3"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I2", "C1"), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_unbiased__declared__subjects_and_the_person_behind(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    scene_declare_subject(scene, "I1", "C2");
    scene_declare_subject(scene, "I1", "B1");
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I1", "B1"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_OK);
    scene_add_subject(scene, "C7", "HC2", "U2", "heads");
    assert_int_equal(unbiased(scene, "I1", "C7"), STATUS_DECLARED_CONFLICT);
    /* two teams without a person are not the same person */
    scene_add_subject(scene, "B2", NULL, "U3", "teams");
    assert_int_equal(unbiased(scene, "I1", "B2"), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_unbiased__another_register_of_the_inspector__counts_too(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    scene_add_inspector(scene, "I1b", "HI1", "T2", "U2");
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_OWN_UNIT);
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_OK);
    scene_declare_unit(scene, "I1b", "U3");
    assert_int_equal(unbiased(scene, "I1", "C2"), STATUS_DECLARED_CONFLICT);
    assert_int_equal(unbiased(scene, "I2", "C2"), STATUS_OK);
    scene_add_staff(scene, "S9", "HI2", "U3", 2); /* works there */
    assert_int_equal(unbiased(scene, "I2", "C2"), STATUS_OWN_UNIT);
    scene_destroy(&scene);
}

/* I1 and C1 rate one another: C1's person inspects as I7, I1's is the cadre C7. */
static scene_t *mutual_scene(void)
{
    scene_t *scene = scene_create_framed();
    scene_add_subject(scene, "C7", "HI1", "U3", "heads");
    scene_add_inspector(scene, "I7", "HC1", "T1", "U9");
    return scene;
}

static void rule_unbiased__rated_by_the_subject_before__mutual(void **unused)
{
    (void)unused;
    scene_t *scene = mutual_scene();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_accept(scene, &sheet); /* I1 rates C1 */
    assert_int_equal(unbiased(scene, "I7", "C7"), STATUS_MUTUAL_RATING);
    assert_int_equal(unbiased(scene, "I1", "C1"), STATUS_OK); /* again, same way */
    assert_int_equal(unbiased(scene, "I7", "C2"), STATUS_OK);
    assert_int_equal(rule_unbiased(&scene->state, inspector(scene, "I7"),
                                   subject(scene, "C7"), scene->state.open_account + 1),
                     STATUS_OK); /* another account */
    scene_accept(scene, &retract);
    assert_int_equal(unbiased(scene, "I7", "C7"), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_unbiased__mutual__under_review_counts_returned_does_not(void **unused)
{
    (void)unused;
    scene_t *scene = mutual_scene();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_RETURN);
    scene_accept(scene, &sheet);
    assert_int_equal(unbiased(scene, "I7", "C7"), STATUS_MUTUAL_RATING);
    scene_accept(scene, &review);
    assert_int_equal(unbiased(scene, "I7", "C7"), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_unbiased__mutual__found_below_newer_sheets_and_standings(void **unused)
{
    (void)unused;
    scene_t *scene = mutual_scene();
    command_t sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X2");
    sheet.body.observe.inspector = scene_text("I2");
    scene_accept(scene, &sheet);
    TABLE_ROW(standing_row_t, &scene->state.standings, 1)->ended_seq = 9; /* moved */
    sheet.body.observe.code = scene_text("X3");
    scene_accept(scene, &sheet);
    assert_int_equal(scene->state.standings.count, 2);
    assert_int_equal(unbiased(scene, "I7", "C7"), STATUS_MUTUAL_RATING);
    scene_destroy(&scene);
}

/* ---- R2 ---- */

static status_t second(scene_t *scene, uint32_t reviewer)
{
    const observation_row_t *sheet =
        TABLE_ROW(observation_row_t, &scene->state.observations, 1);
    return rule_second_reviewer(&scene->state, reviewer, sheet);
}

static scene_t *reviewed_scene(void)
{
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    scene_accept(scene, &sheet);
    return scene;
}

static void rule_second_reviewer__same_person__author_subject_team(void **unused)
{
    (void)unused;
    scene_t *scene = reviewed_scene();
    assert_int_equal(second(scene, staff(scene, "S1")), STATUS_OK);
    assert_int_equal(second(scene, scene_add_staff(scene, "S4", "HI1", "U8", 1)),
                     STATUS_SAME_AUTHOR);
    assert_int_equal(second(scene, scene_add_staff(scene, "S5", "HC1", "U8", 1)),
                     STATUS_OWN_MATTER);
    assert_int_equal(second(scene, scene_add_staff(scene, "S6", "HI2", "U8", 1)),
                     STATUS_SAME_TEAM);
    assert_int_equal(second(scene, scene_add_staff(scene, "S7", "HI3", "U8", 1)),
                     STATUS_SAME_TEAM); /* of the team, though not on the visit */
    uint32_t other = scene_add_staff(scene, "S8", "HI4", "U8", 1);
    assert_int_equal(second(scene, other), STATUS_OK);
    scene_add_inspector(scene, "I4b", "HI4", "T1", "U9");
    assert_int_equal(second(scene, other), STATUS_SAME_TEAM);
    scene_destroy(&scene);
}

static void rule_second_reviewer__team_changed_later__the_visit_counts(void **unused)
{
    (void)unused;
    scene_t *scene = reviewed_scene();
    uint32_t companion = scene_add_staff(scene, "S6", "HI2", "U8", 1);
    uint32_t t2 = scene_row(scene, &scene->state.teams, "T2");
    TABLE_ROW(inspector_row_t, &scene->state.inspectors, inspector(scene, "I2"))->team =
        t2;
    assert_int_equal(second(scene, companion), STATUS_SAME_TEAM);
    uint32_t of_t2 = scene_add_staff(scene, "S8", "HI4", "U8", 1);
    assert_int_equal(second(scene, of_t2), STATUS_OK);
    TABLE_ROW(inspector_row_t, &scene->state.inspectors, inspector(scene, "I1"))->team =
        t2;
    assert_int_equal(second(scene, of_t2), STATUS_SAME_TEAM);
    scene_destroy(&scene);
}

static void rule_second_reviewer__conflicts__by_office_register_declaration(void **un)
{
    (void)un;
    scene_t *scene = reviewed_scene(); /* of C1 in U2 */
    assert_int_equal(second(scene, scene_add_staff(scene, "S4", "HA", "U2", 1)),
                     STATUS_REVIEWER_CONFLICT);
    uint32_t cadre = scene_add_staff(scene, "S5", "HB", "U8", 1);
    assert_int_equal(second(scene, cadre), STATUS_OK);
    scene_add_subject(scene, "C9", "HB", "U2", "heads");
    assert_int_equal(second(scene, cadre), STATUS_REVIEWER_CONFLICT);
    uint32_t declared = scene_add_staff(scene, "S6", "HI4", "U8", 1);
    assert_int_equal(second(scene, declared), STATUS_OK);
    scene_declare_subject(scene, "I4", "C1");
    assert_int_equal(second(scene, declared), STATUS_REVIEWER_CONFLICT);
    uint32_t wide = scene_add_staff(scene, "S7", "HI5", "U8", 1);
    scene_declare_unit(scene, "I5", "U1");
    assert_int_equal(second(scene, wide), STATUS_REVIEWER_CONFLICT);
    scene_add_inspector(scene, "I6", "HC", "T2", "U2");
    assert_int_equal(second(scene, scene_add_staff(scene, "S9", "HC", "U8", 1)),
                     STATUS_REVIEWER_CONFLICT);
    scene_destroy(&scene);
}

static void rule_second_reviewer__also_staff_of_the_unit__conflict(void **unused)
{
    (void)unused;
    scene_t *scene = reviewed_scene();
    scene_add_staff(scene, "S1b", "HS1", "U2", 2);
    assert_int_equal(second(scene, staff(scene, "S1")), STATUS_REVIEWER_CONFLICT);
    assert_int_equal(second(scene, staff(scene, "S3")), STATUS_OK);
    scene_destroy(&scene);
}

static void rule_second_reviewer__subject_moved__both_units_count(void **unused)
{
    (void)unused;
    scene_t *scene = reviewed_scene();
    uint32_t old_unit = scene_add_staff(scene, "S4", "HA", "U2", 1);
    uint32_t new_unit = scene_add_staff(scene, "S5", "HB", "U3", 1);
    assert_int_equal(second(scene, new_unit), STATUS_OK);
    TABLE_ROW(subject_row_t, &scene->state.subjects, subject(scene, "C1"))->unit =
        scene_row(scene, &scene->state.units, "U3");
    assert_int_equal(second(scene, new_unit), STATUS_REVIEWER_CONFLICT);
    assert_int_equal(second(scene, old_unit), STATUS_REVIEWER_CONFLICT);
    scene_destroy(&scene);
}

static void rule_not_involved__author_and_subject__are(void **unused)
{
    (void)unused;
    scene_t *scene = reviewed_scene();
    const observation_row_t *sheet =
        TABLE_ROW(observation_row_t, &scene->state.observations, 1);
    const table_t *persons = &scene->state.persons;
    assert_int_equal(rule_not_involved(&scene->state, 0, sheet), STATUS_OK);
    assert_int_equal(
        rule_not_involved(&scene->state, scene_row(scene, persons, "HI1"), sheet),
        STATUS_SAME_AUTHOR);
    assert_int_equal(
        rule_not_involved(&scene->state, scene_row(scene, persons, "HC1"), sheet),
        STATUS_OWN_MATTER);
    assert_int_equal(
        rule_not_involved(&scene->state, scene_row(scene, persons, "HO1"), sheet),
        STATUS_OK);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observation_is_negative__polarity_or_low_rating__yes),
        cmocka_unit_test(rule_negative_support__narrative_and_evidence__both_needed),
        cmocka_unit_test(rule_observed_time__edges_of_the_visit__belong_to_it),
        cmocka_unit_test(rule_observed_time__ahead_of_the_broker__ten_minutes),
        cmocka_unit_test(visit_is_late__after_the_closing__or_by_stage),
        cmocka_unit_test(visit_is_sealed__by_itself_or_by_its_round),
        cmocka_unit_test(late_approver_fits__an_approver_who_is_neither__only),
        cmocka_unit_test(rule_unbiased__own_unit__by_office_or_as_a_cadre),
        cmocka_unit_test(rule_unbiased__oneself__is_told_before_the_unit),
        cmocka_unit_test(rule_unbiased__declared__units_with_what_lies_below),
        cmocka_unit_test(rule_unbiased__declared__subjects_and_the_person_behind),
        cmocka_unit_test(rule_unbiased__another_register_of_the_inspector__counts_too),
        cmocka_unit_test(rule_unbiased__rated_by_the_subject_before__mutual),
        cmocka_unit_test(rule_unbiased__mutual__under_review_counts_returned_does_not),
        cmocka_unit_test(rule_unbiased__mutual__found_below_newer_sheets_and_standings),
        cmocka_unit_test(rule_second_reviewer__same_person__author_subject_team),
        cmocka_unit_test(rule_second_reviewer__team_changed_later__the_visit_counts),
        cmocka_unit_test(
            rule_second_reviewer__conflicts__by_office_register_declaration),
        cmocka_unit_test(rule_second_reviewer__also_staff_of_the_unit__conflict),
        cmocka_unit_test(rule_second_reviewer__subject_moved__both_units_count),
        cmocka_unit_test(rule_not_involved__author_and_subject__are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
