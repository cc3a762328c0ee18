/* Goal: (m, Y) of SCORING.md section 3 step 1 is exact, and what is taken away leaves
 * nothing behind.
 * Method: single ratings put into bare cells of a scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/groups.h"
#include "tests/support/scene.h"

static const group_row_t *row_of(const scene_t *scene, uint32_t cell,
                                 uint32_t inspector)
{
    uint32_t row = group_find(&scene->state, cell, inspector);
    return row == 0 ? NULL : TABLE_ROW(group_row_t, &scene->state.groups, row);
}

static const cell_row_t *cell_of(const scene_t *scene, uint32_t cell)
{
    return TABLE_ROW(cell_row_t, &scene->state.cells, cell);
}

static void cells_create__several__lie_in_a_row(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    assert_int_equal(cells_create(&scene->state, 12), 1);
    assert_int_equal(cells_create(&scene->state, 1), 13);
    assert_int_equal(cells_create(&scene->state, 3), 14);
    assert_int_equal(scene->state.cells.count, 16);
    assert_int_equal(cell_of(scene, 16)->groups, 0);
    scene_destroy(&scene);
}

static void group_add__same_inspector__sums_up(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    uint32_t cell = cells_create(&scene->state, 2);
    const group_rating_t first = { cell, 1, 1000, 80000000 };
    const group_rating_t second = { cell, 1, 750, -1500000 };
    group_add(&scene->state, &first);
    group_add(&scene->state, &second);
    const group_row_t *row = row_of(scene, cell, 1);
    assert_int_equal(row->m, 1750);
    assert_true(row->y == 1000 * 80000000LL - 750 * 1500000LL);
    assert_int_equal(row->cell, cell);
    assert_int_equal(cell_of(scene, cell)->ratings, 2);
    assert_int_equal(cell_of(scene, cell)->inspectors, 1);
    assert_int_equal(cell_of(scene, cell + 1)->ratings, 0);
    assert_null(row_of(scene, cell + 1, 1));
    scene_destroy(&scene);
}

/* R10: two codes of one person are not two inspectors. */
static void group_add__second_code_of_one_person__counts_once(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    uint32_t cell = cells_create(&scene->state, 1);
    uint32_t again = scene_add_inspector(scene, "I1b", "HI1", "T2", "U9");
    const group_rating_t first = { cell, 1, 1000, 80000000 };
    const group_rating_t second = { cell, again, 1000, 80000000 };
    const group_rating_t other = { cell, 2, 1000, 80000000 };
    group_add(&scene->state, &first);
    group_add(&scene->state, &second);
    assert_int_equal(cell_of(scene, cell)->inspectors, 1);
    group_add(&scene->state, &other);
    assert_int_equal(cell_of(scene, cell)->inspectors, 2);
    group_remove(&scene->state, &first);
    assert_int_equal(cell_of(scene, cell)->inspectors, 2);
    group_remove(&scene->state, &second);
    assert_int_equal(cell_of(scene, cell)->inspectors, 1);
    scene_destroy(&scene);
}

static void group_add__weight_0__makes_no_group(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    uint32_t cell = cells_create(&scene->state, 1);
    const group_rating_t rating = { cell, 1, 0, 80000000 };
    group_add(&scene->state, &rating);
    assert_int_equal(scene->state.groups.count, 0);
    assert_int_equal(cell_of(scene, cell)->ratings, 0);
    group_remove(&scene->state, &rating);
    assert_int_equal(cell_of(scene, cell)->ratings, 0);
    scene_destroy(&scene);
}

static void group_remove__first_middle_last__the_others_stay(void **unused)
{
    (void)unused;
    for (uint32_t gone = 1; gone <= 3; gone++) {
        scene_t *scene = scene_create();
        uint32_t cell = cells_create(&scene->state, 1);
        for (uint32_t i = 1; i <= 3; i++) {
            const group_rating_t rating = { cell, i, 1000, 1000000 * i };
            group_add(&scene->state, &rating);
        }
        const group_rating_t rating = { cell, gone, 1000, 1000000 * gone };
        group_remove(&scene->state, &rating);
        for (uint32_t i = 1; i <= 3; i++) {
            const group_row_t *row = row_of(scene, cell, i);
            assert_int_equal(row == NULL, i == gone);
            if (row != NULL)
                assert_true(row->y == 1000000000LL * i);
        }
        assert_int_equal(cell_of(scene, cell)->inspectors, 2);
        assert_int_equal(cell_of(scene, cell)->ratings, 2);
        assert_int_equal(scene->state.groups.free_count, 1);
        group_add(&scene->state, &rating); /* takes the freed row */
        assert_int_equal(scene->state.groups.count, 3);
        assert_int_equal(row_of(scene, cell, gone)->m, 1000);
        scene_destroy(&scene);
    }
}

static void group_remove__some_left__keeps_the_row(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    uint32_t cell = cells_create(&scene->state, 1);
    const group_rating_t high = { cell, 1, 1000, 100000000 };
    const group_rating_t low = { cell, 1, 1000, -100000000 };
    group_add(&scene->state, &high);
    group_add(&scene->state, &low);
    assert_true(row_of(scene, cell, 1)->y == 0); /* a sum of 0 is not an empty group */
    assert_int_equal(row_of(scene, cell, 1)->m, 2000);
    group_remove(&scene->state, &high);
    assert_true(row_of(scene, cell, 1)->y == -100000000000LL);
    scene_destroy(&scene);
}

static void group_add__largest_sum__fits_in_64_bits(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    uint32_t cell = cells_create(&scene->state, 1);
    const group_rating_t rating = { cell, 1, CHANNEL_WEIGHT_MAX, 200000000 };
    const uint32_t count = UINT32_MAX / CHANNEL_WEIGHT_MAX;
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(
            observation_groups_fit(&scene->state, cell, 1, 1, CHANNEL_WEIGHT_MAX), 0);
        group_add(&scene->state, &rating);
    }
    assert_true(row_of(scene, cell, 1)->y ==
                (int64_t)count * CHANNEL_WEIGHT_MAX * 200000000LL);
    assert_int_equal(
        observation_groups_fit(&scene->state, cell, 1, 1, CHANNEL_WEIGHT_MAX),
        STATUS_GROUP_FULL);
    assert_int_equal(
        observation_groups_fit(&scene->state, cell, 2, 1, CHANNEL_WEIGHT_MAX),
        STATUS_OK);
    uint32_t rest = UINT32_MAX % CHANNEL_WEIGHT_MAX;
    assert_int_equal(observation_groups_fit(&scene->state, cell, 1, 1, rest),
                     STATUS_OK);
    assert_int_equal(observation_groups_fit(&scene->state, cell, 1, 1, rest + 1),
                     STATUS_GROUP_FULL);
    for (uint32_t i = 0; i < count; i++)
        group_remove(&scene->state, &rating);
    assert_null(row_of(scene, cell, 1));
    scene_destroy(&scene);
}

static void observation_groups_fit__room__counts_the_ratings(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    const state_t *state = &scene->state;
    scene->state.groups.limit = 2;
    assert_int_equal(observation_groups_fit(state, 0, 1, 5, 1000), STATUS_OK);
    assert_int_equal(observation_groups_fit(state, 0, 1, 7, 1000), STATUS_TABLE_FULL);
    assert_int_equal(observation_groups_fit(state, 0, 1, 0, 1000), STATUS_OK);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_create__several__lie_in_a_row),
        cmocka_unit_test(group_add__same_inspector__sums_up),
        cmocka_unit_test(group_add__second_code_of_one_person__counts_once),
        cmocka_unit_test(group_add__weight_0__makes_no_group),
        cmocka_unit_test(group_remove__first_middle_last__the_others_stay),
        cmocka_unit_test(group_remove__some_left__keeps_the_row),
        cmocka_unit_test(group_add__largest_sum__fits_in_64_bits),
        cmocka_unit_test(observation_groups_fit__room__counts_the_ratings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
