/* Goal: every formula of SCORING.md sections 3 and 5 gives the integer worked by hand.
 * Method: the numbers below were computed on paper; comments show the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/score.h"
#include "tests/support/board_world.h"

typedef struct {
    board_world_t *world;
    uint32_t subject, a, b;
} scene_t;

static scene_t scene_of(uint32_t dimensions)
{
    board_world_t *world = board_world_create(1, dimensions);
    uint32_t unit = board_world_unit(world, "U1", 0);
    return (scene_t){ .world = world,
                      .subject = board_world_subject(world, "C1", unit, 0),
                      .a = board_world_inspector(world, "I1"),
                      .b = board_world_inspector(world, "I2") };
}

static score_t score_of(const scene_t *scene)
{
    score_t score;
    score_standing(
        &scene->world->state,
        board_world_standing(scene->world, scene->subject, scene->world->account),
        &score);
    return score;
}

static void division__of_negatives__goes_down(void **unused)
{
    (void)unused;
    assert_int_equal(floor_div(7, 2), 3);
    assert_int_equal(floor_div(-7, 2), -4);
    assert_int_equal(floor_div(-8, 2), -4);
    assert_int_equal(floor_div(0, 5), 0);
    assert_int_equal(floor_div_wide(-1, 1000000), -1);
    assert_int_equal(floor_div_wide((__int128)INT64_MAX * 10 + 9, 10), INT64_MAX);
    assert_int_equal(floor_div_wide((__int128)INT64_MIN * 10, 10), INT64_MIN);
}

static void root__of_squares_and_beside__is_floored(void **unused)
{
    (void)unused;
    assert_int_equal(isqrt(0), 0);
    assert_int_equal(isqrt(1), 1);
    assert_int_equal(isqrt(3), 1);
    assert_int_equal(isqrt(4), 2);
    assert_int_equal(isqrt(359999), 599);
    assert_int_equal(isqrt(360000), 600);
    assert_int_equal(isqrt(UINT64_MAX), UINT32_MAX);
    assert_int_equal(isqrt((uint64_t)UINT32_MAX * UINT32_MAX - 1), UINT32_MAX - 1);
}

static void group_weight__beyond_one_look__is_damped(void **unused)
{
    (void)unused;
    assert_int_equal(score_group_weight(0, 300), 0);
    assert_int_equal(score_group_weight(500, 300), 500);
    assert_int_equal(score_group_weight(1000, 300), 1000);
    assert_int_equal(score_group_weight(2000, 300), 1538);  /* 2e9 / 1.3e6 */
    assert_int_equal(score_group_weight(10000, 300), 2702); /* 1e10 / 3.7e6 */
    assert_int_equal(score_group_weight(10000, 0), 10000);
    assert_int_equal(score_group_weight(10000, 1000), 1000);
    assert_int_equal(score_unknown_weight(1538, 500), 769);
    assert_int_equal(score_unknown_weight(999, 500), 499);
    assert_int_equal(score_unknown_weight(999, 1000), 999);
}

static void contribution__of_large_sums__keeps_every_digit(void **unused)
{
    (void)unused;
    assert_int_equal(score_contribution(1538, 15000000000, 2000), 11535000000);
    assert_int_equal(score_contribution(3, -10, 7), -5); /* -30 / 7 */
    assert_int_equal(score_contribution(4000000000, 400000000000000000, 4000000000),
                     400000000000000000);
    assert_int_equal(score_dimension(80000000, 0, 0, 1000), 80000000);
    assert_int_equal(score_dimension(80000000, -1, 1000, 1000), 79999999);
}

/* A gives 85 and 90, B gives 70; mean 80, kappa 1000, rho 300.
 * A: m 2000, A = 15e9, g = 1538, f = 11,535,000,000. B: g = 1000, f = -1e10.
 * S = 1,535,000,000, W = 2538: 80 + floor(S / 3538) = 80,433,860 micro-points.
 * v = floor(360,000,000 / 3538) = 101,752, root 318, se = 318 x 1.39e8. */
static void standing__of_two_inspectors__has_the_total_worked_by_hand(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(1);
    board_world_rate(scene.world, scene.subject, scene.a, 8500);
    board_world_rate(scene.world, scene.subject, scene.a, 9000);
    board_world_rate(scene.world, scene.subject, scene.b, 7000);
    score_t score = score_of(&scene);
    assert_int_equal(score.total, 804338600000);
    assert_int_equal(score.error, 44202000000);
    assert_int_equal(score.ratings, 3);
    assert_int_equal(score.inspectors, 2);
    assert_int_equal(score.standing, STANDING_PROVISIONAL);
    assert_false(score.enough);
    dimension_score_t cell;
    score_cell(&scene.world->state, 1, 0, &cell);
    assert_true(cell.s == 1535000000);
    assert_int_equal(cell.w, 2538);
    assert_int_equal(cell.v, 101752);
    board_world_destroy(&scene.world);
}

/* A gives 79.99, B gives 80: S = -1e7, W + kappa = 3000, floor(-3333.3) = -3334. */
static void standing__below_the_mean__is_floored_downwards(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(1);
    board_world_rate(scene.world, scene.subject, scene.a, 7999);
    board_world_rate(scene.world, scene.subject, scene.b, 8000);
    score_t score = score_of(&scene);
    assert_int_equal(score.total, 799966660000);
    assert_int_equal(score.standing, STANDING_NOT_RANKED);
    assert_int_equal(score.missing_ratings, 1);
    assert_int_equal(score.missing_inspectors, 0);
    board_world_destroy(&scene.world);
}

/* With u = 500 the first example has g 769 and 500: S = 767,500,000, W + kappa = 2269,
 * floor = 338,254. */
static void standing__of_half_trusted_inspectors__moves_less(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(1);
    board_world_scheme(scene.world)->dimensions[0].u = 500;
    board_world_rate(scene.world, scene.subject, scene.a, 8500);
    board_world_rate(scene.world, scene.subject, scene.a, 9000);
    board_world_rate(scene.world, scene.subject, scene.b, 7000);
    assert_int_equal(score_of(&scene).total, 803382540000);
    board_world_destroy(&scene.world);
}

static void channel__of_weight_zero__moves_nothing(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(2);
    board_sheet_t sheet = { .account = scene.world->account,
                            .subject = scene.subject,
                            .inspector = scene.a,
                            .channel = 3,
                            .rated = 3,
                            .values = { 10000, 10000 } };
    board_world_observe(scene.world, &sheet);
    score_t score = score_of(&scene);
    assert_int_equal(score.total, 800000000000);
    assert_int_equal(score.missing_ratings, 3);
    assert_int_equal(score.missing_inspectors, 2);
    board_world_destroy(&scene.world);
}

/* The weakest dimension decides: the second has one rating by one inspector. */
static void sufficiency__over_dimensions__is_that_of_the_least(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(2);
    board_world_t *world = scene.world;
    board_world_scheme(world)->groups[0].min_observations = 5;
    board_sheet_t sheet = { .account = world->account,
                            .subject = scene.subject,
                            .inspector = scene.a,
                            .channel = 1,
                            .rated = 1,
                            .values = { 8000, 8000 } };
    for (uint32_t i = 0; i < 11; i++)
        board_world_observe(world, &sheet);
    sheet.inspector = scene.b;
    sheet.rated = 3;
    board_world_observe(world, &sheet);
    score_t score = score_of(&scene);
    assert_int_equal(score.standing, STANDING_NOT_RANKED);
    assert_int_equal(score.ratings, 1);
    assert_int_equal(score.inspectors, 1);
    assert_int_equal(score.missing_ratings, 2);
    assert_int_equal(score.missing_inspectors, 1);
    assert_int_equal(score.missing_observations, 0);
    assert_false(score.enough);
    for (uint32_t i = 0; i < 11; i++) {
        sheet.rated = 2;
        sheet.inspector = scene.a;
        board_world_observe(world, &sheet);
    }
    score = score_of(&scene);
    assert_int_equal(score.standing, STANDING_PROVISIONAL);
    assert_true(score.enough);
    board_world_scheme(world)->groups[0].min_observations = 30;
    assert_int_equal(score_of(&scene).missing_observations, 7);
    board_world_destroy(&scene.world);
}

/* Without facts: the means, v = 360,000, root 600, se = 600 x 1.39e8. */
static void subject__without_facts__stands_at_the_mean(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(3);
    score_t score;
    score_without_facts(&scene.world->state, scene.world->account, 0, &score);
    assert_int_equal(score.total, 800000000000);
    assert_int_equal(score.error, 83400000000);
    assert_int_equal(score.standing, STANDING_NOT_RANKED);
    assert_int_equal(score.missing_ratings, 3);
    assert_int_equal(score.missing_inspectors, 2);
    board_world_destroy(&scene.world);
}

static void retraction__of_a_rating__leaves_no_trace(void **unused)
{
    (void)unused;
    scene_t scene = scene_of(1);
    board_world_rate(scene.world, scene.subject, scene.b, 7123);
    score_t before = score_of(&scene);
    uint32_t second = board_world_rate(scene.world, scene.subject, scene.a, 9999);
    assert_int_not_equal(score_of(&scene).total, before.total);
    board_world_retract(scene.world, second);
    assert_int_equal(score_of(&scene).total, before.total);
    assert_int_equal(score_of(&scene).error, before.error);
    board_world_destroy(&scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(division__of_negatives__goes_down),
        cmocka_unit_test(root__of_squares_and_beside__is_floored),
        cmocka_unit_test(group_weight__beyond_one_look__is_damped),
        cmocka_unit_test(contribution__of_large_sums__keeps_every_digit),
        cmocka_unit_test(standing__of_two_inspectors__has_the_total_worked_by_hand),
        cmocka_unit_test(standing__below_the_mean__is_floored_downwards),
        cmocka_unit_test(standing__of_half_trusted_inspectors__moves_less),
        cmocka_unit_test(channel__of_weight_zero__moves_nothing),
        cmocka_unit_test(sufficiency__over_dimensions__is_that_of_the_least),
        cmocka_unit_test(subject__without_facts__stands_at_the_mean),
        cmocka_unit_test(retraction__of_a_rating__leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
