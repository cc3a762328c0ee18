/* Goal: the ballast is real room, given up once and made anew; low says when. Method: a
 * folder per test on the machine's own disk. Disks that refuse: test_space_faults.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/space.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BALLAST (256u * 1024u)
#define MARK    4096u /* every disk that tests run on has so much */

static int make_folder(void **state)
{
    char *path = malloc(FOLDER_PATH_MAX);
    folder_make(path);
    *state = path;
    return 0;
}

static int remove_folder(void **state)
{
    folder_remove(*state);
    free(*state);
    return 0;
}

static space_t *opened(const char *folder, uint64_t mark, uint64_t ballast)
{
    const space_options_t options = { mark, ballast };
    space_t *space = NULL;
    assert_int_equal(space_open(folder, &options, &space), STATUS_OK);
    assert_non_null(space);
    return space;
}

static bool ballast_is(const char *folder, struct stat *about)
{
    char path[FOLDER_PATH_MAX];
    folder_join(path, folder, "ballast");
    return stat(path, about) == 0;
}

static void assert_ballast(const char *folder, uint64_t size)
{
    struct stat about;
    assert_true(ballast_is(folder, &about));
    assert_int_equal(about.st_size, size);
    assert_true((uint64_t)about.st_blocks * 512 >= size);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void space__opened__has_a_ballast_of_real_blocks(void **state)
{
    space_t *space = opened(*state, MARK, BALLAST);
    assert_ballast(*state, BALLAST);
    assert_false(space_low(space));
    assert_true(space_free_bytes(space) > MARK);
    space_close(&space);
    assert_null(space);
    space_close(&space);
    assert_ballast(*state, BALLAST);
}

static void space__released__is_low_until_made_anew(void **state)
{
    struct stat about;
    space_t *space = opened(*state, MARK, BALLAST);
    assert_true(space_release(space));
    assert_true(space_low(space));
    assert_false(ballast_is(*state, &about));
    assert_false(space_release(space));
    assert_int_equal(space_refresh(space), STATUS_OK);
    assert_ballast(*state, BALLAST);
    assert_false(space_low(space));
    assert_true(space_release(space));
    space_close(&space);
}

static void space__under_the_mark__is_low_and_makes_no_ballast(void **state)
{
    struct stat about;
    space_t *space = opened(*state, MARK, BALLAST);
    space_set_low_water(space, UINT64_MAX / 2);
    assert_true(space_low(space));
    assert_int_equal(space_refresh(space), STATUS_OK);
    assert_true(space_low(space));
    assert_true(space_release(space));
    assert_int_equal(space_refresh(space), STATUS_OK);
    assert_false(ballast_is(*state, &about));
    space_set_low_water(space, MARK);
    assert_true(space_low(space)); /* no ballast yet */
    assert_int_equal(space_refresh(space), STATUS_OK);
    assert_false(space_low(space));
    assert_ballast(*state, BALLAST);
    space_close(&space);
}

static void space__ballast_larger_than_the_disk__is_low(void **state)
{
    struct stat about;
    space_t *space = opened(*state, MARK, UINT64_C(1) << 60);
    assert_true(space_low(space));
    assert_false(ballast_is(*state, &about));
    assert_int_equal(space_refresh(space), STATUS_OK);
    assert_true(space_low(space));
    assert_false(space_release(space));
    space_close(&space);
}

static void space__no_ballast_wanted__is_low_by_the_mark_only(void **state)
{
    struct stat about;
    space_t *space = opened(*state, MARK, BALLAST);
    space_close(&space);
    space = opened(*state, MARK, 0);
    assert_false(space_low(space));
    assert_false(ballast_is(*state, &about)); /* that of the earlier setting is gone */
    assert_false(space_release(space));
    assert_false(space_low(space));
    space_close(&space);
}

static void space__ballast_of_another_size__is_made_anew(void **state)
{
    static const uint64_t sizes[] = { 2 * BALLAST, BALLAST / 2, BALLAST };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        space_t *space = opened(*state, MARK, sizes[i]);
        assert_ballast(*state, sizes[i]);
        space_close(&space);
    }
}

/* A file of the right size without blocks would give nothing back. */
static void space__ballast_is_a_hole__is_made_anew(void **state)
{
    char path[FOLDER_PATH_MAX];
    folder_join(path, *state, "ballast");
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, BALLAST), 0);
    assert_int_equal(close(fd), 0);
    space_t *space = opened(*state, MARK, BALLAST);
    assert_ballast(*state, BALLAST);
    space_close(&space);
}

static void space__folder_missing__is_an_error(void **state)
{
    char path[FOLDER_PATH_MAX];
    const space_options_t options = { MARK, BALLAST };
    space_t *space = NULL;
    folder_join(path, *state, "nowhere");
    assert_int_equal(space_open(path, &options, &space), STATUS_IO);
    assert_null(space);
}

static void space__folder_vanished__is_low(void **state)
{
    space_t *space = opened(*state, MARK, BALLAST);
    folder_remove(*state);
    assert_int_equal(space_refresh(space), STATUS_IO);
    assert_true(space_low(space));
    space_close(&space);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(space__opened__has_a_ballast_of_real_blocks),
        CASE(space__released__is_low_until_made_anew),
        CASE(space__under_the_mark__is_low_and_makes_no_ballast),
        CASE(space__ballast_larger_than_the_disk__is_low),
        CASE(space__no_ballast_wanted__is_low_by_the_mark_only),
        CASE(space__ballast_of_another_size__is_made_anew),
        CASE(space__ballast_is_a_hole__is_made_anew),
        CASE(space__folder_missing__is_an_error),
        CASE(space__folder_vanished__is_low),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
