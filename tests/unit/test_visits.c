/* Goal: a visit has two persons of its team (R4), lies in an open round, and changes
 * after its first sheet only in when it closed.
 * Method: a framed scene with the open visit V; one field spoiled at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"
#include <string.h>

#define DAY_MS  86400000LL
#define HOUR_MS 3600000LL

static visit_row_t *row_of(const scene_t *scene, const char *code)
{
    return TABLE_ROW(visit_row_t, &scene->state.visits,
                     scene_row(scene, &scene->state.visits, code));
}

static inspector_row_t *inspector(const scene_t *scene, const char *code)
{
    return TABLE_ROW(inspector_row_t, &scene->state.inspectors,
                     scene_row(scene, &scene->state.inspectors, code));
}

static void observe(scene_t *scene, const char *code)
{
    command_t sheet = scene_sheet(code);
    scene_accept(scene, &sheet);
}

static void refused(scene_t *scene, const command_t *command, status_t status,
                    const char *place, const char *detail)
{
    uint32_t count = scene->state.visits.count;
    visit_row_t before = *row_of(scene, "V");
    scene_expect(scene, command, status, place, detail);
    assert_int_equal(scene->state.visits.count, count);
    assert_memory_equal(&before, row_of(scene, "V"), sizeof before);
}

/* ---- new visits ---- */

static void put_visit__with_opening__is_open_without_planned(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    command.body.visit.project = scene_text("P1");
    command.body.visit.closed_ms = SCENE_CLOSED_MS;
    command.body.visit.has_closed = true;
    scene_accept(scene, &command);
    const visit_row_t *row = row_of(scene, "V2");
    assert_int_equal(row->stage, STAGE_OPEN);
    assert_true(row->opened_ms == SCENE_OPENED_MS);
    assert_true(row->closed_ms == SCENE_CLOSED_MS);
    assert_int_equal(row->closed_known, 1);
    assert_int_equal(row->inspector_count, 2);
    assert_int_equal(row->project, scene_row(scene, &scene->state.projects, "P1"));
    assert_int_equal(scene->event.link_count, 2);
    assert_int_equal(scene->event.links[0].kind, LINK_VISIT);
    assert_int_equal(scene->event.links[1].kind, LINK_PROJECT);
    command = scene_visit("V3");
    command.body.visit.has_opened = false;
    scene_accept(scene, &command);
    assert_int_equal(row_of(scene, "V3")->stage, STAGE_PLANNED);
    assert_true(row_of(scene, "V3")->opened_ms == 0);
    assert_int_equal(scene->event.link_count, 1);
    scene_destroy(&scene);
}

static void put_visit__unknown_names__refused_at_their_place(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    command.body.visit.round = scene_text("X");
    refused(scene, &command, STATUS_UNKNOWN_ROUND, "visit.round", "X");
    command = scene_visit("V2");
    command.body.visit.team = scene_text("X");
    refused(scene, &command, STATUS_UNKNOWN_TEAM, "visit.team", "X");
    command = scene_visit("V2");
    command.body.visit.unit = scene_text("X");
    refused(scene, &command, STATUS_UNKNOWN_UNIT, "visit.unit", "X");
    command = scene_visit("V2");
    command.body.visit.project = scene_text("X");
    refused(scene, &command, STATUS_UNKNOWN_PROJECT, "visit.project", "X");
    command = scene_visit("V2");
    const text_t crew[] = { scene_text("I1"), scene_text("X") };
    command.body.visit.inspectors = crew;
    refused(scene, &command, STATUS_UNKNOWN_INSPECTOR, "visit.inspectors[1]", "X");
    scene_destroy(&scene);
}

static void put_visit__fewer_than_two_persons__r4(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    command.body.visit.inspector_count = 1;
    refused(scene, &command, STATUS_TOO_FEW_INSPECTORS, "visit.inspectors", "1");
    command.body.visit.inspector_count = 0;
    refused(scene, &command, STATUS_TOO_FEW_INSPECTORS, "visit.inspectors", "0");
    const text_t twice[] = { scene_text("I1"), scene_text("I2"), scene_text("I1") };
    command.body.visit.inspectors = twice;
    command.body.visit.inspector_count = 3;
    refused(scene, &command, STATUS_TOO_FEW_INSPECTORS, "visit.inspectors[2]", "I1");
    /* one person under two codes is one person */
    scene_add_inspector(scene, "I1b", "HI1", "T1", "U9");
    const text_t same[] = { scene_text("I1"), scene_text("I1b") };
    command.body.visit.inspectors = same;
    command.body.visit.inspector_count = 2;
    refused(scene, &command, STATUS_TOO_FEW_INSPECTORS, "visit.inspectors[1]", "I1b");
    scene_destroy(&scene);
}

static void put_visit__other_team_or_suspended__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    const text_t crew[] = { scene_text("I1"), scene_text("I4") };
    command.body.visit.inspectors = crew;
    refused(scene, &command, STATUS_OTHER_TEAM, "visit.inspectors[1]", "I4");
    command = scene_visit("V2");
    inspector(scene, "I2")->state = INSPECTOR_SUSPENDED;
    refused(scene, &command, STATUS_INSPECTOR_SUSPENDED, "visit.inspectors[1]", "I2");
    inspector(scene, "I2")->state = INSPECTOR_ACTIVE;
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_visit__times__in_order_and_within_the_round(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    put_visit_t *visit = &command.body.visit;
    visit->has_closed = true;
    visit->closed_ms = SCENE_OPENED_MS - 1;
    refused(scene, &command, STATUS_DATES_REVERSED, "visit.closed_ms", "V2");
    visit->has_opened = false;
    refused(scene, &command, STATUS_FIELD_MISSING, "visit.opened_ms", "V2");
    visit->has_opened = true;
    visit->has_closed = false;
    /* the round runs from 2025-01-01 to 2025-06-30, in UTC+8 */
    const int64_t begin = 1735660800000, end = begin + 181 * DAY_MS;
    visit->opened_ms = begin - 1;
    refused(scene, &command, STATUS_OUTSIDE_ROUND, "visit.opened_ms", "20241231");
    visit->opened_ms = end;
    refused(scene, &command, STATUS_OUTSIDE_ROUND, "visit.opened_ms", "20250701");
    visit->opened_ms = INT64_MAX;
    refused(scene, &command, STATUS_OUTSIDE_ROUND, "visit.opened_ms", "0");
    visit->opened_ms = end - 1;
    scene_accept(scene, &command);
    visit->code = scene_text("V3");
    visit->opened_ms = begin;
    visit->has_closed = true;
    visit->closed_ms = begin;
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_visit__closed_frames_or_no_room__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2"), close = scene_move_round("R", STAGE_CLOSED);
    scene->state.visits.limit = 1;
    refused(scene, &command, STATUS_TABLE_FULL, "visit.code", "V2");
    scene->state.visits.limit = 2;
    scene_accept(scene, &close);
    refused(scene, &command, STATUS_ROUND_CLOSED, "visit.round", "R");
    command_t end = { .kind = COMMAND_CLOSE_ACCOUNT };
    end.body.close_account.code = scene_text("A");
    scene_accept(scene, &end);
    refused(scene, &command, STATUS_ACCOUNT_CLOSED, "visit.round", "R");
    scene_destroy(&scene);
}

/* ---- rights ---- */

static void put_visit__rights__own_visit_or_unit_in_scope(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2");
    scene_speak_as(scene, "PS1");
    refused(scene, &command, STATUS_NOT_ALLOWED, "", "PS1");
    scene_speak_as(scene, "PI3"); /* an inspector who is not of this visit */
    refused(scene, &command, STATUS_OUT_OF_SCOPE, "", "PI3");
    scene_speak_as(scene, "O3"); /* an organiser of U2 */
    command.body.visit.unit = scene_text("U3");
    refused(scene, &command, STATUS_OUT_OF_SCOPE, "", "O3");
    command.body.visit.unit = scene_text("U4");
    scene_accept(scene, &command);
    scene_speak_as(scene, "PI1");
    command = scene_visit("V3");
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_visit__again_by_an_outsider__cannot_take_it_over(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V");
    const text_t crew[] = { scene_text("I2"), scene_text("I3") };
    command.body.visit.inspectors = crew;
    scene_speak_as(scene, "PI3");
    refused(scene, &command, STATUS_OUT_OF_SCOPE, "", "PI3");
    command = scene_visit("V");
    command.body.visit.unit = scene_text("U3");
    scene_speak_as(scene, "O1");
    scene_accept(scene, &command);
    scene_speak_as(scene, "O3"); /* the visit is to U3 now */
    command = scene_visit("V");
    refused(scene, &command, STATUS_OUT_OF_SCOPE, "", "O3");
    scene_destroy(&scene);
}

/* ---- changes ---- */

static void put_visit__again_without_sheets__replaces_everything(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V");
    const text_t crew[] = { scene_text("I4"), scene_text("I5") };
    command.body.visit.inspectors = crew;
    command.body.visit.team = scene_text("T2");
    command.body.visit.unit = scene_text("U3");
    command.body.visit.has_opened = false;
    scene_accept(scene, &command);
    const visit_row_t *row = row_of(scene, "V");
    assert_int_equal(row->team, scene_row(scene, &scene->state.teams, "T2"));
    assert_int_equal(row->unit, scene_row(scene, &scene->state.units, "U3"));
    assert_int_equal(row->stage, STAGE_PLANNED);
    assert_int_equal(row->inspectors[0],
                     scene_row(scene, &scene->state.inspectors, "I4"));
    assert_int_equal(row->inspectors[2], 0);
    scene_destroy(&scene);
}

static void put_visit__in_use__only_the_closing_changes(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    observe(scene, "O1");
    command_t command = scene_visit("V");
    put_visit_t *visit = &command.body.visit;
    const text_t fewer[] = { scene_text("I1"), scene_text("I3") };
    visit->inspectors = fewer;
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.inspectors", "V");
    command = scene_visit("V");
    visit->inspector_count = 1;
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.inspectors", "V");
    command = scene_visit("V");
    visit->team = scene_text("T2");
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.team", "V");
    command = scene_visit("V");
    visit->unit = scene_text("U3");
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.unit", "V");
    command = scene_visit("V");
    visit->project = scene_text("P1");
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.project", "V");
    command = scene_visit("V");
    visit->opened_ms++;
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.opened_ms", "V");
    command = scene_visit("V");
    visit->has_opened = false;
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.opened_ms", "V");
    command = (command_t){ .kind = COMMAND_ROUND };
    command.body.round =
        (put_round_t){ scene_text("R2"), scene_text("A"), 1, 20250101, 20251231, 0 };
    scene_accept(scene, &command);
    command = scene_visit("V");
    visit->round = scene_text("R2");
    refused(scene, &command, STATUS_VISIT_IN_USE, "visit.round", "V");
    scene_destroy(&scene);
}

static void put_visit__in_use__closes_no_earlier_than_its_sheets(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    observe(scene, "O1"); /* observed a minute after the opening */
    command_t command = scene_visit("V");
    command.body.visit.announced = true;
    command.body.visit.has_closed = true;
    command.body.visit.closed_ms = SCENE_OPENED_MS + 59999;
    refused(scene, &command, STATUS_OUTSIDE_VISIT, "visit.closed_ms", "V");
    command.body.visit.closed_ms++;
    inspector(scene, "I2")->state = INSPECTOR_SUSPENDED; /* later; the crew stands */
    scene_accept(scene, &command);
    assert_int_equal(row_of(scene, "V")->closed_known, 1);
    assert_int_equal(row_of(scene, "V")->stage, STAGE_OPEN);
    assert_int_equal(row_of(scene, "V")->observations, 1);
    scene_destroy(&scene);
}

static void put_visit__closed_or_sealed__is_not_opened_again(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t close = scene_move_visit("V", STAGE_CLOSED);
    command_t seal = scene_move_visit("V", STAGE_SEALED);
    command_t command = scene_visit("V");
    scene_accept(scene, &close);
    refused(scene, &command, STATUS_BAD_TRANSITION, "visit.closed_ms", "V");
    scene->now_ms = SCENE_CLOSED_MS;
    command.body.visit.has_closed = true;
    command.body.visit.closed_ms = SCENE_CLOSED_MS;
    scene_accept(scene, &command);
    assert_int_equal(row_of(scene, "V")->stage, STAGE_CLOSED);
    assert_true(row_of(scene, "V")->closed_ms == SCENE_CLOSED_MS);
    scene_accept(scene, &seal);
    refused(scene, &command, STATUS_VISIT_SEALED, "visit.code", "V");
    scene_destroy(&scene);
}

/* ---- moves ---- */

static void move_visit__through_its_stages__at_now_or_at_the_time_told(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2"), move = scene_move_visit("V2", STAGE_OPEN);
    command.body.visit.has_opened = false;
    scene_expect(scene, &move, STATUS_UNKNOWN_VISIT, "move_visit.code", "V2");
    scene_accept(scene, &command);
    scene_accept(scene, &move);
    assert_int_equal(row_of(scene, "V2")->stage, STAGE_OPEN);
    assert_true(row_of(scene, "V2")->opened_ms == scene->now_ms);
    move = scene_move_visit("V2", STAGE_SEALED);
    refused(scene, &move, STATUS_BAD_TRANSITION, "move_visit.stage", "V2");
    move = scene_move_visit("V2", STAGE_CLOSED);
    move.body.move_visit.has_at = true;
    move.body.move_visit.at_ms = scene->now_ms - 1;
    refused(scene, &move, STATUS_DATES_REVERSED, "move_visit.at_ms", "V2");
    move.body.move_visit.at_ms = scene->now_ms + 60000;
    scene_accept(scene, &move);
    assert_true(row_of(scene, "V2")->closed_ms == scene->now_ms + 60000);
    assert_int_equal(row_of(scene, "V2")->closed_known, 1);
    move = scene_move_visit("V2", STAGE_OPEN);
    refused(scene, &move, STATUS_BAD_TRANSITION, "move_visit.stage", "V2");
    move = scene_move_visit("V2", STAGE_SEALED);
    scene_accept(scene, &move);
    refused(scene, &move, STATUS_BAD_TRANSITION, "move_visit.stage", "V2");
    scene_destroy(&scene);
}

static void move_visit__opening__needs_open_frames_and_a_day_of_the_round(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V2"), move = scene_move_visit("V2", STAGE_OPEN);
    command.body.visit.has_opened = false;
    scene_accept(scene, &command);
    move.body.move_visit.has_at = true;
    move.body.move_visit.at_ms = SCENE_OPENED_MS + 365 * DAY_MS;
    refused(scene, &move, STATUS_OUTSIDE_ROUND, "move_visit.at_ms", "20260106");
    command_t close = scene_move_round("R", STAGE_CLOSED);
    scene_accept(scene, &close);
    move.body.move_visit.has_at = false;
    refused(scene, &move, STATUS_ROUND_CLOSED, "move_visit.code", "V2");
    command_t end = { .kind = COMMAND_CLOSE_ACCOUNT };
    end.body.close_account.code = scene_text("A");
    scene_accept(scene, &end);
    refused(scene, &move, STATUS_ACCOUNT_CLOSED, "move_visit.code", "V2");
    move = scene_move_visit("V", STAGE_CLOSED); /* what is open may still be closed */
    scene_accept(scene, &move);
    scene_destroy(&scene);
}

static void move_visit__closing__no_earlier_than_its_sheets(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t sheet = scene_sheet("O1"), move = scene_move_visit("V", STAGE_CLOSED);
    sheet.body.observe.observed_ms =
        scene->now_ms + 60000; /* a clock that runs ahead */
    scene_accept(scene, &sheet);
    move.body.move_visit.has_at = true;
    move.body.move_visit.at_ms = scene->now_ms;
    refused(scene, &move, STATUS_OUTSIDE_VISIT, "move_visit.at_ms", "V");
    move.body.move_visit.has_at = false;
    scene_accept(scene, &move);
    assert_true(row_of(scene, "V")->closed_ms == scene->now_ms + 60000);
    scene_destroy(&scene);
}

static void move_visit__closing_time_known__is_kept_unless_ahead(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V"), move = scene_move_visit("V", STAGE_CLOSED);
    command.body.visit.has_closed = true;
    command.body.visit.closed_ms = SCENE_CLOSED_MS;
    scene_accept(scene, &command);
    scene->now_ms = SCENE_CLOSED_MS + HOUR_MS;
    scene_accept(scene, &move);
    assert_true(row_of(scene, "V")->closed_ms == SCENE_CLOSED_MS);
    command = scene_visit("V2");
    command.body.visit.has_closed = true;
    command.body.visit.closed_ms = scene->now_ms + HOUR_MS;
    scene_accept(scene, &command);
    move = scene_move_visit("V2", STAGE_CLOSED); /* earlier than planned */
    scene_accept(scene, &move);
    assert_true(row_of(scene, "V2")->closed_ms == scene->now_ms);
    scene_destroy(&scene);
}

/* R15: else sheets of any later day would lie within the visit. */
static void visit__closed_in_the_future__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_visit("V"), move = scene_move_visit("V", STAGE_CLOSED);
    move.body.move_visit.has_at = true;
    move.body.move_visit.at_ms = scene->now_ms + CLOCK_SKEW_MS + 1;
    refused(scene, &move, STATUS_IN_FUTURE, "move_visit.at_ms", "V");
    move.body.move_visit.at_ms--;
    scene_accept(scene, &move);
    command.body.visit.has_closed = true;
    command.body.visit.closed_ms = scene->now_ms + CLOCK_SKEW_MS + 1;
    refused(scene, &command, STATUS_IN_FUTURE, "visit.closed_ms", "V");
    command.body.visit.closed_ms--;
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void move_visit__suspended__moves_none(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t move = scene_move_visit("V", STAGE_CLOSED), command = scene_visit("V");
    inspector(scene, "I1")->state = INSPECTOR_SUSPENDED;
    scene_speak_as(scene, "PI1");
    refused(scene, &move, STATUS_OUT_OF_SCOPE, "", "PI1");
    refused(scene, &command, STATUS_OUT_OF_SCOPE, "", "PI1");
    inspector(scene, "I1")->state = INSPECTOR_ACTIVE;
    scene_accept(scene, &move);
    scene_destroy(&scene);
}

static void move_visit__rights__one_of_its_inspectors_or_scope(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t move = scene_move_visit("V", STAGE_CLOSED);
    scene_speak_as(scene, "PI3");
    refused(scene, &move, STATUS_OUT_OF_SCOPE, "", "PI3");
    scene_speak_as(scene, "PI1");
    scene_accept(scene, &move);
    move = scene_move_visit("V", STAGE_SEALED);
    scene_speak_as(scene, "O3");
    scene_accept(scene, &move);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_visit__with_opening__is_open_without_planned),
        cmocka_unit_test(put_visit__unknown_names__refused_at_their_place),
        cmocka_unit_test(put_visit__fewer_than_two_persons__r4),
        cmocka_unit_test(put_visit__other_team_or_suspended__refused),
        cmocka_unit_test(put_visit__times__in_order_and_within_the_round),
        cmocka_unit_test(put_visit__closed_frames_or_no_room__refused),
        cmocka_unit_test(put_visit__rights__own_visit_or_unit_in_scope),
        cmocka_unit_test(put_visit__again_by_an_outsider__cannot_take_it_over),
        cmocka_unit_test(put_visit__again_without_sheets__replaces_everything),
        cmocka_unit_test(put_visit__in_use__only_the_closing_changes),
        cmocka_unit_test(put_visit__in_use__closes_no_earlier_than_its_sheets),
        cmocka_unit_test(put_visit__closed_or_sealed__is_not_opened_again),
        cmocka_unit_test(move_visit__through_its_stages__at_now_or_at_the_time_told),
        cmocka_unit_test(move_visit__opening__needs_open_frames_and_a_day_of_the_round),
        cmocka_unit_test(move_visit__closing__no_earlier_than_its_sheets),
        cmocka_unit_test(move_visit__closing_time_known__is_kept_unless_ahead),
        cmocka_unit_test(visit__closed_in_the_future__refused),
        cmocka_unit_test(move_visit__suspended__moves_none),
        cmocka_unit_test(move_visit__rights__one_of_its_inspectors_or_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
