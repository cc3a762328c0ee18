/* Goal: a review confirms or returns a sheet once, by a second person; a retraction takes
 * one out exactly, as long as its state allows.
 * Method: a framed scene, sheets in every state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"

/* ---- reviews ---- */

static void review__confirmed__enters_the_groups(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    state_clear_changed(&scene->state);
    scene_accept(scene, &review);
    const observation_row_t *row = scene_sheet_row(scene, "X1");
    assert_int_equal(row->state, OBSERVATION_CONFIRMED);
    assert_int_equal(row->reviewed, 1);
    assert_int_equal(row->reviewer, scene_row(scene, &scene->state.staff, "S1"));
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    assert_int_equal(scene_standing(scene, 1)->under_review, 0);
    assert_int_equal(scene_group(scene, 1, 0, "I1")->m, 1000);
    assert_int_equal(scene->state.changed.count, 1);
    assert_int_equal(scene->event.link_count, 3);
    scene_refuse(scene, &review, STATUS_REVIEWED_ALREADY, "review.observation", "X1");
    scene_destroy(&scene);
}

static void review__returned__never_counts(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_RETURN);
    scene_accept(scene, &sheet);
    scene_accept(scene, &review);
    assert_int_equal(scene_sheet_row(scene, "X1")->state, OBSERVATION_RETURNED);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 0);
    assert_int_equal(scene_standing(scene, 1)->under_review, 0);
    assert_int_equal(scene->state.groups.count, 0);
    review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_refuse(scene, &review, STATUS_REVIEWED_ALREADY, "review.observation", "X1");
    scene_destroy(&scene);
}

static void review__not_under_review_or_unknown__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM), sheet;
    scene_refuse(scene, &review, STATUS_UNKNOWN_OBSERVATION, "review.observation",
                 "X1");
    sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    scene_refuse(scene, &review, STATUS_NOT_UNDER_REVIEW, "review.observation", "X1");
    sheet = scene_negative("X2");
    command_t retract = scene_retract("X2");
    scene_accept(scene, &sheet);
    review = scene_review("X2", "S99", REVIEW_CONFIRM);
    scene_refuse(scene, &review, STATUS_UNKNOWN_STAFF, "review.reviewer", "S99");
    scene_accept(scene, &retract);
    review = scene_review("X2", "S1", REVIEW_CONFIRM);
    scene_refuse(scene, &review, STATUS_NOT_UNDER_REVIEW, "review.observation", "X2");
    scene_destroy(&scene);
}

static void review__rights__own_name_or_scope(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S3", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    scene_speak_as(scene, "PS1");
    scene_refuse(scene, &review, STATUS_OUT_OF_SCOPE, "", "PS1");
    scene_speak_as(scene, "PI1");
    scene_refuse(scene, &review, STATUS_NOT_ALLOWED, "", "PI1");
    scene_speak_as(scene, "PS1");
    review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &review);
    scene_destroy(&scene);
}

static void review__involved__named_or_submitting__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1"), review;
    scene_accept(scene, &sheet);
    scene_add_staff(scene, "S4", "HI2", "U8", 1);
    review = scene_review("X1", "S4", REVIEW_CONFIRM);
    scene_refuse(scene, &review, STATUS_SAME_TEAM, "review.reviewer", "S4");
    principal_row_t *organiser =
        TABLE_ROW(principal_row_t, &scene->state.principals, scene->principal);
    review = scene_review("X1", "S1", REVIEW_CONFIRM);
    organiser->person = scene_row(scene, &scene->state.persons, "HI1");
    scene_refuse(scene, &review, STATUS_SAME_AUTHOR, "review.observation", "X1");
    organiser->person = scene_row(scene, &scene->state.persons, "HC1");
    scene_refuse(scene, &review, STATUS_OWN_MATTER, "review.observation", "X1");
    organiser->person = 0;
    scene_accept(scene, &review);
    scene_destroy(&scene);
}

static void review__time_on_paper__not_ahead(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    review.body.review.has_reviewed = true;
    review.body.review.reviewed_ms = scene->now_ms + CLOCK_SKEW_MS + 1;
    scene_refuse(scene, &review, STATUS_IN_FUTURE, "review.reviewed_ms", "X1");
    review.body.review.reviewed_ms--;
    scene_accept(scene, &review);
    scene_destroy(&scene);
}

static void review__no_room_or_account_closed__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    scene->state.groups.limit = 2;
    scene_refuse(scene, &review, STATUS_TABLE_FULL, "review.observation", "X1");
    scene->state.groups.limit = 3;
    scene_close_account(scene);
    scene_refuse(scene, &review, STATUS_ACCOUNT_CLOSED, "review.observation", "X1");
    scene_destroy(&scene);
}

static void review__after_sealing__still_possible(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    scene_seal(scene);
    scene_accept(scene, &review);
    scene_destroy(&scene);
}

/* ---- retractions ---- */

static void retract__ordinary__leaves_the_groups_until_sealing(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_refuse(scene, &retract, STATUS_UNKNOWN_OBSERVATION, "retract.observation",
                 "X1");
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X2");
    scene_accept(scene, &sheet);
    state_clear_changed(&scene->state);
    scene_accept(scene, &retract);
    assert_int_equal(scene_sheet_row(scene, "X1")->state, OBSERVATION_RETRACTED);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    assert_int_equal(scene_group(scene, 1, 0, "I1")->m, 1000);
    assert_int_equal(scene->state.changed.count, 1);
    scene_refuse(scene, &retract, STATUS_ALREADY_TAKEN_OUT, "retract.observation",
                 "X1");
    scene_seal(scene);
    retract = scene_retract("X2");
    scene_refuse(scene, &retract, STATUS_VISIT_SEALED, "retract.observation", "X2");
    scene_destroy(&scene);
}

static void retract__last_rating__removes_the_group(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_accept(scene, &sheet);
    scene_accept(scene, &retract);
    assert_null(scene_group(scene, 1, 0, "I1"));
    assert_int_equal(scene_cell(scene, 1, 0)->ratings, 0);
    assert_int_equal(scene_cell(scene, 1, 0)->inspectors, 0);
    assert_int_equal(scene->state.groups.free_count, 3);
    scene_destroy(&scene);
}

static void retract__negative__only_until_its_review(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1"), retract = scene_retract("X1");
    command_t review = scene_review("X1", "S1", REVIEW_CONFIRM);
    scene_accept(scene, &sheet);
    scene_accept(scene, &review);
    scene_refuse(scene, &retract, STATUS_REVIEWED_ALREADY, "retract.observation", "X1");
    sheet = scene_negative("X2");
    scene_accept(scene, &sheet);
    review = scene_review("X2", "S1", REVIEW_RETURN);
    scene_accept(scene, &review);
    retract = scene_retract("X2");
    scene_refuse(scene, &retract, STATUS_ALREADY_TAKEN_OUT, "retract.observation",
                 "X2");
    sheet = scene_negative("X3");
    scene_accept(scene, &sheet);
    scene_seal(scene);
    retract = scene_retract("X3"); /* awaits its review: sealing does not matter */
    scene_accept(scene, &retract);
    assert_int_equal(scene_standing(scene, 1)->under_review, 0);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    scene_destroy(&scene);
}

/* R11: nobody else, though the organiser may have submitted it in the author's name. */
static void retract__rights__the_author_alone(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_accept(scene, &sheet);
    scene_speak_as(scene, "PI3");
    scene_refuse(scene, &retract, STATUS_NOT_AUTHOR, "retract.observation", "X1");
    scene_speak_as(scene, "PS1");
    scene_refuse(scene, &retract, STATUS_NOT_ALLOWED, "", "PS1");
    scene_speak_as(scene, "O2");
    scene_refuse(scene, &retract, STATUS_NOT_ALLOWED, "", "O2");
    scene_speak_as(scene, "PI1");
    scene_accept(scene, &retract);
    scene_destroy(&scene);
}

static void retract__account_closed__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_accept(scene, &sheet);
    scene_close_account(scene);
    scene_refuse(scene, &retract, STATUS_ACCOUNT_CLOSED, "retract.observation", "X1");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(review__confirmed__enters_the_groups),
        cmocka_unit_test(review__returned__never_counts),
        cmocka_unit_test(review__not_under_review_or_unknown__refused),
        cmocka_unit_test(review__rights__own_name_or_scope),
        cmocka_unit_test(review__involved__named_or_submitting__refused),
        cmocka_unit_test(review__time_on_paper__not_ahead),
        cmocka_unit_test(review__no_room_or_account_closed__refused),
        cmocka_unit_test(review__after_sealing__still_possible),
        cmocka_unit_test(retract__ordinary__leaves_the_groups_until_sealing),
        cmocka_unit_test(retract__last_rating__removes_the_group),
        cmocka_unit_test(retract__negative__only_until_its_review),
        cmocka_unit_test(retract__rights__the_author_alone),
        cmocka_unit_test(retract__account_closed__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
