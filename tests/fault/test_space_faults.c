/* Goal: a disk that refuses makes the broker low on space, never wrong about it. Method:
 * the fault shim, linked in front of the C library; the calls of opening fail in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/space.h"
#include "tests/support/faults/faults.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define BALLAST   (200u * 1024u)
#define MARK      4096u
#define CALLS_MAX 100u

typedef struct {
    char folder[FOLDER_PATH_MAX], control_path[FOLDER_PATH_MAX];
    fault_control_t *control;
} fixture_t;

static int set_up(void **state)
{
    fixture_t *fixture = calloc(1, sizeof *fixture);
    folder_make(fixture->folder);
    folder_join(fixture->control_path, fixture->folder, "faults");
    fixture->control = faults_create(fixture->control_path);
    fault_attach();
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    fixture_t *fixture = *state;
    faults_disarm(fixture->control); /* stays mapped: the shim looks at it to the end */
    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}

static bool ballast_size(const fixture_t *fixture, uint64_t *size, uint64_t *blocks)
{
    char path[FOLDER_PATH_MAX];
    struct stat about;
    folder_join(path, fixture->folder, "ballast");
    if (stat(path, &about) != 0)
        return false;
    *size = (uint64_t)about.st_size;
    *blocks = (uint64_t)about.st_blocks * 512;
    return true;
}

static status_t open_space(const fixture_t *fixture, space_t **space)
{
    const space_options_t options = { MARK, BALLAST };
    return space_open(fixture->folder, &options, space);
}

static void space__disk_cannot_allocate_ahead__is_written_with_zeros(void **state)
{
    fixture_t *fixture = *state;
    space_t *space = NULL;
    uint64_t size, blocks;
    faults_arm(fixture->control, FAULT_ALLOCATE, FAULT_FAIL, EOPNOTSUPP, 1);
    assert_int_equal(open_space(fixture, &space), STATUS_OK);
    faults_disarm(fixture->control);
    assert_int_equal(atomic_load(&fixture->control->hits), 1);
    assert_true(ballast_size(fixture, &size, &blocks));
    assert_int_equal(size, BALLAST);
    assert_true(blocks >= BALLAST);
    assert_false(space_low(space));
    space_close(&space);
}

static void space__zeros_do_not_fit__is_low_and_leaves_nothing(void **state)
{
    fixture_t *fixture = *state;
    space_t *space = NULL;
    uint64_t size, blocks;
    faults_arm(fixture->control, FAULT_ALLOCATE, FAULT_FAIL, ENOSPC, 1);
    assert_int_equal(open_space(fixture, &space), STATUS_OK);
    faults_disarm(fixture->control);
    assert_true(space_low(space));
    assert_false(ballast_size(fixture, &size, &blocks));
    assert_int_equal(space_refresh(space), STATUS_OK); /* the disk changed its mind */
    assert_false(space_low(space));
    space_close(&space);
}

/* Low exactly when there is no whole ballast; an error only for what is not fullness. */
static void open_with_fault(const fixture_t *fixture, uint32_t calls, int error)
{
    unsigned hits = 1;
    for (uint32_t nth = 1; hits > 0; nth++) {
        space_t *space = NULL;
        uint64_t size = 0, blocks = 0;
        assert_true(nth < CALLS_MAX);
        faults_arm(fixture->control, calls, FAULT_FAIL, error, nth);
        status_t status = open_space(fixture, &space);
        faults_disarm(fixture->control);
        hits = atomic_load(&fixture->control->hits);
        bool there = ballast_size(fixture, &size, &blocks) && size == BALLAST;
        if (status == STATUS_OK)
            assert_true(space_low(space) != there);
        else
            assert_int_equal(status, STATUS_IO);
        if (error == ENOSPC)
            assert_int_equal(status, STATUS_OK);
        if (space != NULL)
            assert_int_equal(space_release(space), there);
        space_close(&space);
    }
}

static void space__every_call_fails_in_turn__is_low_or_an_error(void **state)
{
    open_with_fault(*state, FAULT_EVERY, ENOSPC);
    open_with_fault(*state, FAULT_EVERY, EIO);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(space__disk_cannot_allocate_ahead__is_written_with_zeros),
        CASE(space__zeros_do_not_fit__is_low_and_leaves_nothing),
        CASE(space__every_call_fails_in_turn__is_low_or_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
