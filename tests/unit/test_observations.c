/* Goal: a sheet is accepted into the right standing and groups, or refused with its code
 * and place.
 * Method: a framed scene and one good sheet, spoiled a field at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/groups.h"
#include "broker/core/observation_rules.h"
#include "tests/support/scene.h"

static visit_row_t *visit(const scene_t *scene)
{
    return TABLE_ROW(visit_row_t, &scene->state.visits, 1);
}

/* The subject moves, as put_subject would have it. */
static void move_subject(scene_t *scene, const char *code, const char *unit)
{
    subject_row_t *row = TABLE_ROW(subject_row_t, &scene->state.subjects,
                                   scene_row(scene, &scene->state.subjects, code));
    row->unit = scene_row(scene, &scene->state.units, unit);
    if (row->standing != 0)
        scene_standing(scene, row->standing)->ended_seq = scene->state.head_seq;
}

/* ---- accepted ---- */

static void observe__a_good_sheet__counts_at_once(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    const observation_row_t *row = scene_sheet_row(scene, "X1");
    assert_int_equal(row->state, OBSERVATION_CONFIRMED);
    assert_int_equal(row->late, 0);
    assert_int_equal(row->rated, 7);
    assert_int_equal(row->values[1], 7000);
    assert_true(row->seq == scene->state.head_seq);
    const standing_row_t *standing = scene_standing(scene, row->standing);
    assert_int_equal(standing->confirmed, 1);
    assert_int_equal(standing->observation, 1);
    assert_int_equal(standing->account, scene->state.open_account);
    assert_int_equal(standing->unit, scene_row(scene, &scene->state.units, "U2"));
    for (uint32_t k = 0; k < 3; k++) {
        assert_int_equal(scene_cell(scene, 1, k)->ratings, 1);
        assert_int_equal(scene_cell(scene, 1, k)->inspectors, 1);
        assert_int_equal(scene_group(scene, 1, k, "I1")->m, 1000);
    }
    assert_true(scene_group(scene, 1, 0, "I1")->y == 1000 * 80000000LL);
    assert_true(scene_group(scene, 1, 2, "I1")->y == 1000 * 90000000LL);
    assert_int_equal(visit(scene)->observations, 1);
    assert_true(visit(scene)->last_observed_ms == SCENE_OPENED_MS + 60000);
    assert_int_equal(scene->state.changed.count, 1);
    assert_int_equal(scene->state.changed.list[0], 1);
    scene_destroy(&scene);
}

static void observe__links__subject_inspector_visit_and_its_project(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), put = scene_visit("V");
    scene_accept(scene, &sheet);
    assert_int_equal(scene->event.link_count, 3);
    assert_int_equal(scene->event.links[0].kind, LINK_SUBJECT);
    assert_int_equal(scene->event.links[1].kind, LINK_INSPECTOR);
    assert_int_equal(scene->event.links[2].kind, LINK_VISIT);
    put.body.visit.project = scene_text("P1");
    put.body.visit.code = scene_text("V2");
    scene_accept(scene, &put);
    sheet = scene_sheet("X2");
    sheet.body.observe.visit = scene_text("V2");
    scene_accept(scene, &sheet);
    assert_int_equal(scene->event.link_count, 4);
    assert_int_equal(scene->event.links[3].kind, LINK_PROJECT);
    command_t retract = scene_retract("X2");
    scene_accept(scene, &retract);
    assert_int_equal(scene->event.link_count, 3);
    scene_destroy(&scene);
}

static void observe__channels__weigh_and_shift(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X2");
    sheet.body.observe.channel = 2; /* weight 750, offset 1.5 points in dimension 2 */
    scene_accept(scene, &sheet);
    const group_row_t *both = scene_group(scene, 1, 1, "I1");
    assert_int_equal(both->m, 1750);
    assert_true(both->y == 1000 * 70000000LL + 750 * (70000000LL - 1500000LL));
    assert_true(scene_group(scene, 1, 0, "I1")->y == 1750 * 80000000LL);
    assert_int_equal(scene_cell(scene, 1, 1)->ratings, 2);
    assert_int_equal(scene_cell(scene, 1, 1)->inspectors, 1);
    scene_destroy(&scene);
}

static void observe__channel_of_weight_0__moves_nothing(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    sheet.body.observe.channel = 3;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    assert_int_equal(scene_cell(scene, 1, 0)->ratings, 0);
    assert_int_equal(scene_cell(scene, 1, 0)->inspectors, 0);
    assert_int_equal(scene->state.groups.count, 0);
    scene_accept(scene, &retract);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 0);
    scene_destroy(&scene);
}

static void observe__dimensions_in_any_order_and_some_left_out__find_place(void **un)
{
    (void)un;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    const rating_t ratings[] = { { 3, 6000 }, { 1, 0 } };
    sheet.body.observe.ratings = ratings;
    sheet.body.observe.rating_count = 2;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X1")->rated, 5);
    assert_int_equal(scene_cell(scene, 1, 1)->ratings, 0);
    assert_true(scene_group(scene, 1, 0, "I1")->y == 0);
    assert_int_equal(scene_group(scene, 1, 0, "I1")->m, 1000);
    assert_true(scene_group(scene, 1, 2, "I1")->y == 1000 * 60000000LL);
    const rating_t heads[] = { { 4, 6100 }, { 3, 5200 } };
    sheet = scene_sheet("X2");
    sheet.body.observe.subject = scene_text("C4");
    sheet.body.observe.ratings = heads;
    sheet.body.observe.rating_count = 2;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X2")->values[0], 5200);
    assert_int_equal(scene_sheet_row(scene, "X2")->values[1], 6100);
    scene_destroy(&scene);
}

static void observe__narrative_alone__is_enough(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.rating_count = 0;
    scene_refuse(scene, &sheet, STATUS_NO_RATING, "observe.ratings", "X1");
    sheet.body.observe.narrative_chars = 1;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X1")->rated, 0);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    scene_destroy(&scene);
}

static void observe__one_standing__until_the_subject_moves(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X2");
    sheet.body.observe.inspector = scene_text("I2");
    scene_accept(scene, &sheet);
    assert_int_equal(scene->state.standings.count, 1);
    assert_int_equal(scene_sheet_row(scene, "X2")->previous, 1);
    assert_int_equal(scene_cell(scene, 1, 0)->inspectors, 2);
    move_subject(scene, "C1", "U3");
    sheet = scene_sheet("X3");
    scene_accept(scene, &sheet);
    assert_int_equal(scene->state.standings.count, 2);
    assert_int_equal(scene_standing(scene, 2)->next, 1);
    assert_int_equal(scene_sheet_row(scene, "X3")->previous, 0);
    move_subject(scene, "C1", "U2"); /* back: the ended row does not run again */
    sheet = scene_sheet("X4");
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X4")->standing, 3);
    assert_int_equal(scene->state.cells.count, 9);
    command_t retract = scene_retract("X1"); /* facts stay where they were made */
    scene_accept(scene, &retract);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 1);
    assert_int_equal(scene_standing(scene, 3)->confirmed, 1);
    scene_destroy(&scene);
}

static void observe__leading_team__is_rated_like_a_cadre(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.subject = scene_text("B1");
    sheet.body.observe.rating_count = 1;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_standing(scene, 1)->scheme_group, 2);
    scene_destroy(&scene);
}

/* ---- names, rights, frames ---- */

static void observe__unknown_names__refused_at_their_place(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.visit = scene_text("V9");
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_VISIT, "observe.visit", "V9");
    sheet = scene_sheet("X1");
    sheet.body.observe.inspector = scene_text("I99");
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_INSPECTOR, "observe.inspector", "I99");
    sheet = scene_sheet("X1");
    sheet.body.observe.subject = scene_text("C99");
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_SUBJECT, "observe.subject", "C99");
    sheet = scene_sheet("X1");
    sheet.body.observe.late_approver = scene_text("S99");
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_STAFF, "observe.late_approver", "S99");
    scene_destroy(&scene);
}

static void observe__same_code__is_taken(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), retract = scene_retract("X1");
    scene_accept(scene, &sheet);
    scene_refuse(scene, &sheet, STATUS_CODE_TAKEN, "observe.code", "X1");
    scene_accept(scene, &retract);
    scene_refuse(scene, &sheet, STATUS_CODE_TAKEN, "observe.code", "X1");
    scene_destroy(&scene);
}

static void observe__rights__own_name_or_subject_in_scope(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_speak_as(scene, "PI3");
    scene_refuse(scene, &sheet, STATUS_OUT_OF_SCOPE, "", "PI3");
    scene_speak_as(scene, "PS1");
    scene_refuse(scene, &sheet, STATUS_NOT_ALLOWED, "", "PS1");
    scene_speak_as(scene, "O3");
    sheet.body.observe.subject = scene_text("C2");
    scene_refuse(scene, &sheet, STATUS_OUT_OF_SCOPE, "", "O3");
    sheet.body.observe.subject = scene_text("C3");
    scene_accept(scene, &sheet);
    scene_speak_as(scene, "PI1");
    sheet = scene_sheet("X2");
    scene_accept(scene, &sheet);
    scene_destroy(&scene);
}

static void observe__account_closed_or_visit_planned__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), put = scene_visit("V");
    put.body.visit.has_opened = false;
    scene_accept(scene, &put);
    scene_refuse(scene, &sheet, STATUS_VISIT_NOT_OPEN, "observe.visit", "V");
    put.body.visit.has_opened = true;
    scene_accept(scene, &put);
    scene_close_account(scene);
    scene_refuse(scene, &sheet, STATUS_ACCOUNT_CLOSED, "observe.visit", "V");
    scene_destroy(&scene);
}

static void observe__author__active_and_on_the_visit(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.inspector = scene_text("I3");
    scene_refuse(scene, &sheet, STATUS_NOT_ON_VISIT, "observe.inspector", "I3");
    sheet = scene_sheet("X1");
    inspector_row_t *row = TABLE_ROW(inspector_row_t, &scene->state.inspectors,
                                     scene_row(scene, &scene->state.inspectors, "I1"));
    row->state = INSPECTOR_SUSPENDED;
    scene_refuse(scene, &sheet, STATUS_INSPECTOR_SUSPENDED, "observe.inspector", "I1");
    scene_destroy(&scene);
}

/* ---- late and sealed ---- */

static void observe__after_closing__is_late(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t put = scene_visit("V"), sheet = scene_sheet("X1");
    put.body.visit.has_closed = true;
    put.body.visit.closed_ms = scene->now_ms;
    scene_accept(scene, &put);
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X1")->late, 0);
    scene->now_ms++;
    sheet = scene_sheet("X2");
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X2")->late, 1);
    assert_int_equal(scene->event.verdict, VERDICT_LATE);
    command_t close = scene_move_visit("V", STAGE_CLOSED);
    scene_accept(scene, &close);
    scene->now_ms--;
    sheet = scene_sheet("X3");
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X3")->late, 1);
    scene_destroy(&scene);
}

static void observe__sealed__needs_an_approver_and_a_reason(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    scene_seal(scene);
    command_t sheet = scene_sheet("X1");
    observe_t *body = &sheet.body.observe;
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.visit", "V");
    body->reason_chars = 20;
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.visit", "V");
    body->late_approver = scene_text("S1"); /* a reviewer, no approver */
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.late_approver", "S1");
    scene_add_staff(scene, "S8", "HI1", "U8", STAFF_APPROVER);
    body->late_approver = scene_text("S8");
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.late_approver", "S8");
    body->late_approver = scene_text("S2");
    body->reason_chars = 0;
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.reason_chars", "V");
    body->reason_chars = 1;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X1")->late, 1);
    scene_destroy(&scene);
}

static void observe__round_sealed__seals_its_visits(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1"), close = scene_move_round("R", STAGE_CLOSED);
    command_t sealing = scene_move_round("R", STAGE_SEALED);
    scene_accept(scene, &close);
    scene_accept(scene, &sheet); /* a closed round still takes what its visits saw */
    scene_accept(scene, &sealing);
    sheet = scene_sheet("X2");
    scene_refuse(scene, &sheet, STATUS_VISIT_SEALED, "observe.visit", "V");
    command_t retract = scene_retract("X1");
    scene_refuse(scene, &retract, STATUS_VISIT_SEALED, "retract.observation", "X1");
    scene_destroy(&scene);
}

static void observe__time__within_the_visit_and_not_ahead(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.observed_ms = SCENE_OPENED_MS - 1;
    scene_refuse(scene, &sheet, STATUS_OUTSIDE_VISIT, "observe.observed_ms", "V");
    sheet.body.observe.observed_ms = scene->now_ms + CLOCK_SKEW_MS + 1;
    scene_refuse(scene, &sheet, STATUS_IN_FUTURE, "observe.observed_ms", "V");
    sheet.body.observe.observed_ms--;
    scene_accept(scene, &sheet);
    assert_true(visit(scene)->last_observed_ms == scene->now_ms + CLOCK_SKEW_MS);
    sheet = scene_sheet("X2");
    sheet.body.observe.observed_ms = SCENE_OPENED_MS;
    scene_accept(scene, &sheet);
    assert_true(visit(scene)->last_observed_ms == scene->now_ms + CLOCK_SKEW_MS);
    scene_destroy(&scene);
}

/* ---- scheme and ratings ---- */

static void observe__channel_and_group__of_the_scheme(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    static const uint32_t unknown[] = { 0, 4, 33, UINT32_MAX };
    static const char *const words[] = { "0", "4", "33", "4294967295" };
    command_t sheet = scene_sheet("X1");
    for (size_t i = 0; i < 4; i++) {
        sheet.body.observe.channel = unknown[i];
        scene_refuse(scene, &sheet, STATUS_UNKNOWN_CHANNEL, "observe.channel",
                     words[i]);
    }
    sheet = scene_sheet("X1");
    sheet.body.observe.subject = scene_text("C5");
    scene_refuse(scene, &sheet, STATUS_GROUP_NOT_IN_SCHEME, "observe.subject", "C5");
    scene_destroy(&scene);
}

static void observe__ratings__each_fault_at_its_place(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    rating_t ratings[] = { { 1, 8000 }, { 2, 7000 }, { 3, 9000 } };
    command_t sheet = scene_sheet("X1");
    sheet.body.observe.ratings = ratings;
    ratings[2].value = 10001;
    scene_refuse(scene, &sheet, STATUS_RATING_RANGE, "observe.ratings[2].value",
                 "100.01");
    ratings[2].value = 65536 + 100; /* must not pass for 1.00 */
    scene_refuse(scene, &sheet, STATUS_RATING_RANGE, "observe.ratings[2].value",
                 "656.36");
    ratings[2].value = UINT32_MAX;
    scene_refuse(scene, &sheet, STATUS_RATING_RANGE, "observe.ratings[2].value",
                 "42949672.95");
    ratings[2] = (rating_t){ 4, 9000 };
    scene_refuse(scene, &sheet, STATUS_WRONG_DIMENSION, "observe.ratings[2].dimension",
                 "4");
    ratings[2].dimension = 5;
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_DIMENSION,
                 "observe.ratings[2].dimension", "5");
    ratings[2].dimension = 0;
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_DIMENSION,
                 "observe.ratings[2].dimension", "0");
    ratings[2].dimension = UINT32_MAX;
    scene_refuse(scene, &sheet, STATUS_UNKNOWN_DIMENSION,
                 "observe.ratings[2].dimension", "4294967295");
    ratings[2].dimension = 2;
    scene_refuse(scene, &sheet, STATUS_RATING_TWICE, "observe.ratings[2].dimension",
                 "2");
    ratings[2] = (rating_t){ 3, 10000 };
    scene_accept(scene, &sheet);
    scene_destroy(&scene);
}

static void observe__negative__needs_support_and_waits(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_negative("X1");
    sheet.body.observe.narrative_chars = 0;
    scene_refuse(scene, &sheet, STATUS_NARRATIVE_MISSING, "observe.narrative_chars",
                 "X1");
    sheet.body.observe.narrative_chars = 1;
    sheet.body.observe.evidence_count = 0;
    scene_refuse(scene, &sheet, STATUS_EVIDENCE_MISSING, "observe.evidence", "X1");
    sheet.body.observe.evidence_count = 1;
    scene_accept(scene, &sheet);
    assert_int_equal(scene->event.verdict, VERDICT_UNDER_REVIEW);
    assert_int_equal(scene_sheet_row(scene, "X1")->state, OBSERVATION_UNDER_REVIEW);
    assert_int_equal(scene_standing(scene, 1)->under_review, 1);
    assert_int_equal(scene_standing(scene, 1)->confirmed, 0);
    assert_int_equal(scene->state.groups.count, 0);
    scene_destroy(&scene);
}

static void observe__rating_below_the_line__is_negative_too(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    TABLE_ROW(scheme_row_t, &scene->state.schemes, 1)->review_below = 7001;
    command_t sheet = scene_sheet("X1");
    scene_refuse(scene, &sheet, STATUS_NARRATIVE_MISSING, "observe.narrative_chars",
                 "X1");
    TABLE_ROW(scheme_row_t, &scene->state.schemes, 1)->review_below = 7000;
    scene_accept(scene, &sheet);
    assert_int_equal(scene_sheet_row(scene, "X1")->state, OBSERVATION_CONFIRMED);
    scene_destroy(&scene);
}

static void observe__biased__refused_at_the_subject(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_declare_subject(scene, "I1", "C1");
    scene_refuse(scene, &sheet, STATUS_DECLARED_CONFLICT, "observe.subject", "C1");
    scene_destroy(&scene);
}

/* ---- room ---- */

static void observe__tables_full__refused_before_anything(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    state_t *state = &scene->state;
    command_t sheet = scene_sheet("X1");
    table_t *const tables[] = { &state->observations, &state->standings, &state->cells,
                                &state->groups };
    static const uint32_t short_by_one[] = { 0, 0, 2, 2 };
    for (size_t i = 0; i < 4; i++) {
        uint32_t limit = tables[i]->limit;
        tables[i]->limit = short_by_one[i];
        scene_expect(scene, &sheet, STATUS_TABLE_FULL, NULL, NULL);
        tables[i]->limit = limit;
    }
    state->observations.limit = 1;
    state->standings.limit = 1;
    state->cells.limit = 3;
    state->groups.limit = 3;
    scene_accept(scene, &sheet);
    scene_destroy(&scene);
}

static void observe__group_full__refused_at_the_subject(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("X1");
    scene_accept(scene, &sheet);
    uint32_t first = scene_standing(scene, 1)->cells;
    uint32_t author = scene_row(scene, &scene->state.inspectors, "I1");
    group_row_t *row = TABLE_ROW(group_row_t, &scene->state.groups,
                                 group_find(&scene->state, first + 1, author));
    row->m = UINT32_MAX - 1000;
    TABLE_ROW(cell_row_t, &scene->state.cells, first + 1)->ratings = 4294968;
    sheet = scene_sheet("X2");
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X3");
    scene_refuse(scene, &sheet, STATUS_GROUP_FULL, "observe.subject", "C1");
    sheet.body.observe.channel = 3; /* weighs nothing */
    scene_accept(scene, &sheet);
    sheet = scene_sheet("X4");
    sheet.body.observe.inspector = scene_text("I2");
    scene_accept(scene, &sheet);
    sheet =
        scene_negative("X5"); /* not yet in a group, but it could not be confirmed */
    scene_refuse(scene, &sheet, STATUS_GROUP_FULL, "observe.subject", "C1");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observe__a_good_sheet__counts_at_once),
        cmocka_unit_test(observe__links__subject_inspector_visit_and_its_project),
        cmocka_unit_test(observe__channels__weigh_and_shift),
        cmocka_unit_test(observe__channel_of_weight_0__moves_nothing),
        cmocka_unit_test(
            observe__dimensions_in_any_order_and_some_left_out__find_place),
        cmocka_unit_test(observe__narrative_alone__is_enough),
        cmocka_unit_test(observe__one_standing__until_the_subject_moves),
        cmocka_unit_test(observe__leading_team__is_rated_like_a_cadre),
        cmocka_unit_test(observe__unknown_names__refused_at_their_place),
        cmocka_unit_test(observe__same_code__is_taken),
        cmocka_unit_test(observe__rights__own_name_or_subject_in_scope),
        cmocka_unit_test(observe__account_closed_or_visit_planned__refused),
        cmocka_unit_test(observe__author__active_and_on_the_visit),
        cmocka_unit_test(observe__after_closing__is_late),
        cmocka_unit_test(observe__sealed__needs_an_approver_and_a_reason),
        cmocka_unit_test(observe__round_sealed__seals_its_visits),
        cmocka_unit_test(observe__time__within_the_visit_and_not_ahead),
        cmocka_unit_test(observe__channel_and_group__of_the_scheme),
        cmocka_unit_test(observe__ratings__each_fault_at_its_place),
        cmocka_unit_test(observe__negative__needs_support_and_waits),
        cmocka_unit_test(observe__rating_below_the_line__is_negative_too),
        cmocka_unit_test(observe__biased__refused_at_the_subject),
        cmocka_unit_test(observe__tables_full__refused_before_anything),
        cmocka_unit_test(observe__group_full__refused_at_the_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
