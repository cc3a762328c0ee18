/* Goal: what cannot be solved is refused before anything is allocated for it. Method:
 * an intake that says it has one effect, or one unit, more than is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/calibration/epoch_run.h"

static status_t run(uint32_t inspectors, uint32_t teams, uint32_t units)
{
    found_epoch_t *found = NULL;
    intake_group_t group = { .inspector_count = inspectors,
                             .team_count = teams,
                             .unit_count = units };
    const intake_t intake = { .groups = &group, .group_count = 1 };
    status_t status = epoch_run(&intake, NULL, NULL, &found);
    found_epoch_destroy(&found);
    return status;
}

static void group__more_inspectors_and_teams_than_are_solved__is_refused(void **unused)
{
    (void)unused;
    assert_int_equal(run(EPOCH_EFFECTS_MAX, 1, 1), STATUS_GROUP_TOO_LARGE);
    assert_int_equal(run(1, EPOCH_EFFECTS_MAX, 1), STATUS_GROUP_TOO_LARGE);
    assert_int_equal(run(UINT32_MAX, UINT32_MAX, 1), STATUS_GROUP_TOO_LARGE);
}

static void group__more_units_than_fit_beside_them__is_refused(void **unused)
{
    (void)unused;
    assert_int_equal(run(7, 0, EPOCH_UNIT_CELLS_MAX / 8 + 1), STATUS_GROUP_TOO_LARGE);
    assert_int_equal(run(0, 0, UINT32_MAX), STATUS_GROUP_TOO_LARGE);
}

static void group__of_nobody__is_an_epoch_without_anything(void **unused)
{
    (void)unused;
    assert_int_equal(run(0, 0, 0), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(group__more_inspectors_and_teams_than_are_solved__is_refused),
        cmocka_unit_test(group__more_units_than_fit_beside_them__is_refused),
        cmocka_unit_test(group__of_nobody__is_an_epoch_without_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
