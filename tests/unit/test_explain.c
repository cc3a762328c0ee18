/* Goal: the lines of an explanation are those worked by hand, and they sum to the unit.
 * Method: two cases of SCORING.md section 3 on paper, then what the lines leave out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/explain.h"
#include "tests/support/board_world.h"

#define ROOM 32u

typedef struct {
    board_world_t *world;
    uint32_t subject, a, b, standing;
    explain_line_t lines[ROOM];
    uint32_t count;
} scene_t;

static scene_t scene_of(void)
{
    scene_t scene = { .world = board_world_create(1, 1) };
    uint32_t unit = board_world_unit(scene.world, "U1", 0);
    scene.subject = board_world_subject(scene.world, "C1", unit, 0);
    scene.a = board_world_inspector(scene.world, "I1");
    scene.b = board_world_inspector(scene.world, "I2");
    return scene;
}

static status_t explain(scene_t *scene, uint32_t room)
{
    uint32_t standing =
        board_world_standing(scene->world, scene->subject, scene->world->account);
    scene->standing = standing;
    return explain_standing(&scene->world->state, standing, 0, scene->lines, room,
                            &scene->count);
}

static void assert_sums(const scene_t *scene)
{
    parameters_t p;
    dimension_score_t cell;
    score_parameters(&scene->world->state, scene->standing, 0, &p);
    score_cell(&scene->world->state, scene->standing, 0, &cell);
    int64_t sum = p.mu;
    for (uint32_t i = 0; i < scene->count; i++)
        sum += scene->lines[i].contribution;
    assert_int_equal(sum, cell.score);
}

/* A gives 85 and 90 (m 2000, g 1538), B gives 70 (g 1000), W + kappa 3538:
 * 1538 x 5e6 / (2 x 3538) = 1,086,772.2; twice that; -1e10 / 3538 = -2,826,455.6. */
static void lines__of_two_inspectors__are_those_worked_by_hand(void **unused)
{
    (void)unused;
    scene_t scene = scene_of();
    board_world_rate(scene.world, scene.subject, scene.a, 8500);
    board_world_rate(scene.world, scene.subject, scene.b, 7000);
    board_world_rate(scene.world, scene.subject, scene.a, 9000);
    assert_int_equal(explain(&scene, ROOM), STATUS_OK);
    assert_int_equal(scene.count, 3);
    static const int64_t contributions[] = { 1086772, -2826456, 2173544 };
    static const uint32_t values[] = { 8500, 7000, 9000 };
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(scene.lines[i].contribution, contributions[i]);
        assert_int_equal(scene.lines[i].value_centi, values[i]);
        assert_int_equal(scene.lines[i].seq, 2 + i); /* 1 registered the subject */
        assert_int_equal(scene.lines[i].weight, 1000);
        assert_int_equal(scene.lines[i].offset, 0);
    }
    assert_int_equal(scene.lines[0].g, 1538);
    assert_int_equal(scene.lines[0].m, 2000);
    assert_int_equal(scene.lines[1].inspector, scene.b);
    assert_int_equal(scene.lines[1].adjusted, -10000000);
    assert_sums(&scene);
    board_world_destroy(&scene.world);
}

/* Six inspectors give 81.01: 1,010,000,000 / 7000 = 144,285 5/7 each, floor of the sum
 * 865,714; four micro-points are left over and go to the oldest. */
static void remainder__among_equal_fractions__goes_to_the_oldest(void **unused)
{
    (void)unused;
    scene_t scene = scene_of();
    static const char *names[] = { "J1", "J2", "J3", "J4", "J5", "J6" };
    for (uint32_t i = 0; i < 6; i++)
        board_world_rate(scene.world, scene.subject,
                         board_world_inspector(scene.world, names[i]), 8101);
    assert_int_equal(explain(&scene, ROOM), STATUS_OK);
    assert_int_equal(scene.count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(scene.lines[i].contribution, i < 4 ? 144286 : 144285);
    assert_sums(&scene);
    board_world_destroy(&scene.world);
}

static void lines__that_do_not_count__are_left_out(void **unused)
{
    (void)unused;
    scene_t scene = scene_of();
    board_sheet_t silent = { .account = scene.world->account,
                             .subject = scene.subject,
                             .inspector = scene.b,
                             .channel = 3,
                             .rated = 1,
                             .values = { 10000 } };
    board_world_rate(scene.world, scene.subject, scene.a, 9000);
    board_world_observe(scene.world, &silent); /* a channel of weight 0 */
    uint32_t gone = board_world_rate(scene.world, scene.subject, scene.b, 9000);
    board_world_retract(scene.world, gone);
    silent.channel = 1;
    silent.rated = 0;
    board_world_observe(scene.world, &silent); /* not rated in this dimension */
    assert_int_equal(explain(&scene, ROOM), STATUS_OK);
    assert_int_equal(scene.count, 1);
    assert_int_equal(scene.lines[0].contribution, 5000000);
    assert_sums(&scene);
    board_world_destroy(&scene.world);
}

static void lines__more_than_there_is_room_for__are_counted(void **unused)
{
    (void)unused;
    scene_t scene = scene_of();
    for (uint32_t i = 0; i < 5; i++)
        board_world_rate(scene.world, scene.subject, scene.a, 9000);
    assert_int_equal(explain(&scene, 4), STATUS_WINDOW_TOO_LARGE);
    assert_int_equal(scene.count, 5);
    assert_int_equal(explain(&scene, 5), STATUS_OK);
    assert_sums(&scene);
    board_world_destroy(&scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines__of_two_inspectors__are_those_worked_by_hand),
        cmocka_unit_test(remainder__among_equal_fractions__goes_to_the_oldest),
        cmocka_unit_test(lines__that_do_not_count__are_left_out),
        cmocka_unit_test(lines__more_than_there_is_room_for__are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
