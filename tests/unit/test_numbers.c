/* Goal: no number is given twice under one instance, whatever happens to process and
 * file. Method: a folder of its own; processes that are killed; files cut and changed at
 * every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/numbers.h"
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_BYTES 40

typedef struct {
    char folder[64], path[96];
} site_t;

static int setup(void **state)
{
    site_t *site = calloc(1, sizeof *site);
    assert_non_null(site);
    snprintf(site->folder, sizeof site->folder, "/tmp/yx-numbers-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    snprintf(site->path, sizeof site->path, "%s/numbers", site->folder);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    site_t *site = *state;
    char path[128];
    for (unsigned i = 1; i <= NUMBERS_FILES_MAX; i++) {
        snprintf(path, sizeof path, i == 1 ? "%s/numbers" : "%s/numbers-%u",
                 site->folder, i);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(site->folder), 0);
    free(site);
    return 0;
}

static numbers_t *open_numbers(const site_t *site)
{
    numbers_t *numbers = NULL;
    assert_int_equal(numbers_open(site->folder, &numbers), STATUS_OK);
    return numbers;
}

static void open__new_folder__begins_with_one(void **state)
{
    site_t *site = *state;
    numbers_t *numbers = open_numbers(site);
    assert_int_equal(numbers_next(numbers), 1);
    assert_int_equal(numbers_take(numbers), STATUS_OK);
    assert_int_equal(numbers_next(numbers), 2);
    numbers_close(&numbers);
    assert_null(numbers);
    numbers_close(&numbers);
}

static void open__again__same_instance_goes_on(void **state)
{
    site_t *site = *state;
    numbers_t *numbers = open_numbers(site);
    uint64_t instance = numbers_instance(numbers);
    for (unsigned i = 0; i < 2 * NUMBERS_BLOCK + 3; i++)
        assert_int_equal(numbers_take(numbers), STATUS_OK);
    numbers_close(&numbers);
    numbers = open_numbers(site);
    assert_true(numbers_instance(numbers) == instance);
    assert_int_equal(numbers_next(numbers), 2 * NUMBERS_BLOCK + 4);
    numbers_close(&numbers);
}

static void take__killed_process__its_numbers_stay_used(void **state)
{
    site_t *site = *state;
    numbers_t *numbers = open_numbers(site);
    uint64_t instance = numbers_instance(numbers);
    numbers_close(&numbers);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        numbers_t *mine = NULL;
        if (numbers_open(site->folder, &mine) != STATUS_OK)
            _exit(1);
        for (int i = 0; i < 7; i++) {
            if (numbers_take(mine) != STATUS_OK)
                _exit(1);
        }
        raise(SIGKILL);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    numbers = open_numbers(site);
    assert_true(numbers_instance(numbers) == instance);
    assert_true(numbers_next(numbers) > 7);
    numbers_close(&numbers);
}

static void open__held_by_another__file_of_its_own(void **state)
{
    site_t *site = *state;
    numbers_t *all[NUMBERS_FILES_MAX], *more = NULL;
    for (unsigned i = 0; i < NUMBERS_FILES_MAX; i++) {
        all[i] = open_numbers(site);
        for (unsigned k = 0; k < i; k++)
            assert_true(numbers_instance(all[k]) != numbers_instance(all[i]));
    }
    assert_int_equal(numbers_open(site->folder, &more), STATUS_LOCKED);
    assert_null(more);
    for (unsigned i = 0; i < NUMBERS_FILES_MAX; i++)
        numbers_close(&all[i]);
}

static void put_byte(const site_t *site, off_t at, uint8_t value)
{
    int fd = open(site->path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &value, 1, at), 1);
    close(fd);
}

static uint8_t get_byte(const site_t *site, off_t at)
{
    uint8_t value = 0;
    int fd = open(site->path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &value, 1, at), 1);
    close(fd);
    return value;
}

static void open__any_byte_damaged__new_instance(void **state)
{
    site_t *site = *state;
    for (off_t at = 0; at < FILE_BYTES; at++) {
        numbers_t *numbers = open_numbers(site);
        uint64_t instance = numbers_instance(numbers);
        assert_int_equal(numbers_take(numbers), STATUS_OK);
        numbers_close(&numbers);
        put_byte(site, at, get_byte(site, at) ^ 0x40);
        numbers = open_numbers(site);
        assert_true(numbers_instance(numbers) != instance);
        assert_int_equal(numbers_next(numbers), 1);
        numbers_close(&numbers);
    }
}

static void open__cut_or_longer__new_instance(void **state)
{
    site_t *site = *state;
    for (off_t size = 0; size <= FILE_BYTES + 1; size++) {
        numbers_t *numbers = open_numbers(site);
        uint64_t instance = numbers_instance(numbers);
        numbers_close(&numbers);
        assert_int_equal(truncate(site->path, size), 0);
        numbers = open_numbers(site);
        assert_true((numbers_instance(numbers) == instance) == (size == FILE_BYTES));
        numbers_close(&numbers);
    }
}

static void open__lost__new_instance(void **state)
{
    site_t *site = *state;
    numbers_t *numbers = open_numbers(site);
    uint64_t instance = numbers_instance(numbers);
    numbers_close(&numbers);
    assert_int_equal(unlink(site->path), 0);
    numbers = open_numbers(site);
    assert_true(numbers_instance(numbers) != instance);
    numbers_close(&numbers);
}

static void open__no_folder__profile(void **state)
{
    (void)state;
    numbers_t *numbers = NULL;
    assert_int_equal(numbers_open("/nonexistent/folder", &numbers), STATUS_PROFILE);
    assert_null(numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(open__new_folder__begins_with_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(open__again__same_instance_goes_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(take__killed_process__its_numbers_stay_used,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(open__held_by_another__file_of_its_own, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(open__any_byte_damaged__new_instance, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(open__cut_or_longer__new_instance, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(open__lost__new_instance, setup, teardown),
        cmocka_unit_test_setup_teardown(open__no_folder__profile, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
