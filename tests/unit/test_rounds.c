/* Goal: rounds lie within their account, never change it, and move one stage at a time.
 * Method: a framed scene; every pair of stages; dates at both edges of the account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/rounds.h"
#include "tests/support/scene.h"

static command_t put(const char *code, uint32_t from, uint32_t to)
{
    command_t command = { .kind = COMMAND_ROUND };
    command.body.round =
        (put_round_t){ scene_text(code), scene_text("A"), 2, from, to, 80 };
    return command;
}

static const round_row_t *row_of(const scene_t *scene, const char *code)
{
    return TABLE_ROW(round_row_t, &scene->state.rounds,
                     scene_row(scene, &scene->state.rounds, code));
}

static void open_account(scene_t *scene, const char *code)
{
    command_t command = { .kind = COMMAND_OPEN_ACCOUNT };
    command.body.open_account =
        (open_account_t){ scene_text(code), scene_text("S"), 20250101, 20251231 };
    scene_accept(scene, &command);
}

static void close_account(scene_t *scene, const char *code)
{
    command_t command = { .kind = COMMAND_CLOSE_ACCOUNT };
    command.body.close_account.code = scene_text(code);
    scene_accept(scene, &command);
}

static void put_round__a_new_one__is_open_and_as_given(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R2", 20250101, 20251231);
    scene_accept(scene, &command);
    const round_row_t *row = row_of(scene, "R2");
    assert_int_equal(row->stage, STAGE_OPEN);
    assert_int_equal(row->account, scene->state.open_account);
    assert_int_equal(row->kind, 2);
    assert_int_equal(row->from, 20250101);
    assert_int_equal(row->to, 20251231);
    assert_int_equal(row->coverage_target, 80);
    scene_destroy(&scene);
}

static void put_round__again__changes_all_but_account_and_stage(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t close = scene_move_round("R", STAGE_CLOSED);
    command_t command = put("R", 20250102, 20250701);
    scene_accept(scene, &close);
    scene_accept(scene, &command);
    const round_row_t *row = row_of(scene, "R");
    assert_int_equal(row->kind, 2);
    assert_int_equal(row->from, 20250102);
    assert_int_equal(row->to, 20250701);
    assert_int_equal(row->coverage_target, 80);
    assert_int_equal(row->stage, STAGE_CLOSED);
    assert_int_equal(scene->state.rounds.count, 1);
    scene_destroy(&scene);
}

static void put_round__another_account__is_fixed(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R", 20250101, 20250630);
    open_account(scene, "A1");
    command.body.round.account = scene_text("A1");
    scene_expect(scene, &command, STATUS_ACCOUNT_FIXED, "round.account", "A1");
    command.body.round.account = scene_text("A9");
    scene_expect(scene, &command, STATUS_UNKNOWN_ACCOUNT, "round.account", "A9");
    scene_destroy(&scene);
}

static void put_round__account_closed__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R2", 20250101, 20250630);
    close_account(scene, "A");
    scene_expect(scene, &command, STATUS_ACCOUNT_CLOSED, "round.account", "A");
    scene_destroy(&scene);
}

static void put_round__dates__within_the_account(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R2", 20250100, 20250630);
    scene_expect(scene, &command, STATUS_BAD_DATE, "round.from", "20250100");
    command = put("R2", 20250101, 20250631);
    scene_expect(scene, &command, STATUS_BAD_DATE, "round.to", "20250631");
    command = put("R2", 20250302, 20250301);
    scene_expect(scene, &command, STATUS_DATES_REVERSED, "round.to", "20250301");
    command = put("R2", 20241231, 20250630);
    scene_expect(scene, &command, STATUS_OUTSIDE_ACCOUNT, "round.from", "20241231");
    command = put("R2", 20260101, 20260101);
    scene_expect(scene, &command, STATUS_OUTSIDE_ACCOUNT, "round.from", "20260101");
    command = put("R2", 20250101, 20260101);
    scene_expect(scene, &command, STATUS_OUTSIDE_ACCOUNT, "round.to", "20260101");
    command = put("R2", 20251231, 20251231);
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_round__coverage_over_100__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R2", 20250101, 20250630);
    command.body.round.coverage_target = 101;
    scene_expect(scene, &command, STATUS_PARAMETER_RANGE, "round.coverage_target",
                 "101");
    command.body.round.coverage_target = 100;
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_round__sealed_or_no_room_or_no_right__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = put("R", 20250101, 20250630);
    command_t close = scene_move_round("R", STAGE_CLOSED);
    command_t seal = scene_move_round("R", STAGE_SEALED);
    scene_accept(scene, &close);
    scene_accept(scene, &seal);
    scene_expect(scene, &command, STATUS_ROUND_CLOSED, "round.code", "R");
    scene->state.rounds.limit = 1;
    command = put("R2", 20250101, 20250630);
    scene_expect(scene, &command, STATUS_TABLE_FULL, "round.code", "R2");
    scene_speak_as(scene, "PI1");
    scene_expect(scene, &command, STATUS_NOT_ALLOWED, "", "PI1");
    scene_destroy(&scene);
}

static void stage_follows__every_pair__only_the_next_one(void **unused)
{
    (void)unused;
    for (uint32_t from = STAGE_PLANNED; from <= STAGE_SEALED; from++) {
        for (uint32_t to = 0; to <= STAGE_SEALED + 1; to++)
            assert_int_equal(stage_follows(from, to),
                             to == from + 1 && to <= STAGE_SEALED);
    }
}

static void move_round__out_of_order__refused_and_sealed_is_final(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = scene_move_round("R9", STAGE_CLOSED);
    scene_expect(scene, &command, STATUS_UNKNOWN_ROUND, "move_round.code", "R9");
    command = scene_move_round("R", STAGE_SEALED);
    scene_expect(scene, &command, STATUS_BAD_TRANSITION, "move_round.stage", "R");
    command = scene_move_round("R", STAGE_CLOSED);
    scene_accept(scene, &command);
    command = scene_move_round("R", STAGE_OPEN);
    scene_expect(scene, &command, STATUS_BAD_TRANSITION, "move_round.stage", "R");
    command = scene_move_round("R", STAGE_SEALED);
    scene_accept(scene, &command);
    for (uint32_t stage = STAGE_PLANNED; stage <= STAGE_SEALED; stage++) {
        command = scene_move_round("R", stage);
        scene_expect(scene, &command, STATUS_BAD_TRANSITION, "move_round.stage", "R");
    }
    assert_int_equal(row_of(scene, "R")->stage, STAGE_SEALED);
    scene_destroy(&scene);
}

static void move_round__account_closed__may_still_be_sealed(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    close_account(scene, "A");
    command_t close = scene_move_round("R", STAGE_CLOSED);
    command_t seal = scene_move_round("R", STAGE_SEALED);
    scene_accept(scene, &close);
    scene_speak_as(scene, "PS1");
    scene_expect(scene, &seal, STATUS_NOT_ALLOWED, "", "PS1");
    scene_speak_as(scene, "O1");
    scene_accept(scene, &seal);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_round__a_new_one__is_open_and_as_given),
        cmocka_unit_test(put_round__again__changes_all_but_account_and_stage),
        cmocka_unit_test(put_round__another_account__is_fixed),
        cmocka_unit_test(put_round__account_closed__refused),
        cmocka_unit_test(put_round__dates__within_the_account),
        cmocka_unit_test(put_round__coverage_over_100__refused),
        cmocka_unit_test(put_round__sealed_or_no_room_or_no_right__refused),
        cmocka_unit_test(stage_follows__every_pair__only_the_next_one),
        cmocka_unit_test(move_round__out_of_order__refused_and_sealed_is_final),
        cmocka_unit_test(move_round__account_closed__may_still_be_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
