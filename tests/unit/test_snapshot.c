/* Goal: a snapshot comes back byte for byte or not at all, and appears only when it is
 * whole. Method: pieces of odd sizes written and read in a folder of their own; then
 * every byte of the file is changed and every length cut, and each is noticed; writers
 * that are told to stop leave what was there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/snapshot.h"
#include "storage/snapshot_file.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECES 4u

static uint8_t first[100], second[3000], third[1];
static const snapshot_piece_t pieces[PIECES] = {
    { first, sizeof first }, { second, sizeof second }, { NULL, 0 }, { third, 1 }
};

static int make_folder(void **state)
{
    char *path = malloc(FOLDER_PATH_MAX);
    folder_make(path);
    *state = path;
    for (size_t i = 0; i < sizeof second; i++)
        second[i] = (uint8_t)(i * 7);
    memset(first, 0x5a, sizeof first);
    third[0] = 9;
    return 0;
}

static int remove_folder(void **state)
{
    folder_remove(*state);
    free(*state);
    return 0;
}

static bool let(void *context, snapshot_head_t *head)
{
    memset(head->chain, 0xcc, sizeof head->chain);
    return context == NULL;
}

static status_t write_in(const char *folder, uint64_t seq, void *stop)
{
    const snapshot_head_t head = { .layout = { 1 }, .journal_id = { 2 }, .seq = seq };
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    status_t status = snapshot_write(fd, &head, pieces, PIECES, let, stop);
    assert_int_equal(close(fd), 0);
    return status;
}

/* Reads all; the pieces into rooms that are then compared when `same`. */
static status_t read_all(const char *folder, uint64_t *seq, bool *same)
{
    static uint8_t room[sizeof second];
    snapshot_t *snapshot = NULL;
    status_t status = snapshot_open(folder, &snapshot);
    if (status != STATUS_OK)
        return status;
    *seq = snapshot_head(snapshot)->seq;
    *same = snapshot_piece_count(snapshot) == PIECES;
    for (uint32_t i = 0; i < PIECES && *same && status == STATUS_OK; i++) {
        uint64_t bytes = snapshot_piece_bytes(snapshot, i);
        *same = bytes == pieces[i].bytes;
        if (*same)
            status = snapshot_read(snapshot, room);
        *same = *same && (bytes == 0 || memcmp(room, pieces[i].data, bytes) == 0);
    }
    if (status == STATUS_OK && *same)
        status = snapshot_verify(snapshot);
    snapshot_close(&snapshot);
    return status;
}

static bool exists(const char *folder, const char *name)
{
    char path[FOLDER_PATH_MAX];
    struct stat about;
    folder_join(path, folder, name);
    return stat(path, &about) == 0;
}

static void snapshot__written__comes_back(void **state)
{
    uint64_t seq = 0;
    bool same = false;
    assert_int_equal(read_all(*state, &seq, &same), STATUS_NOT_FOUND);
    assert_int_equal(write_in(*state, 41, NULL), STATUS_OK);
    assert_int_equal(write_in(*state, 42, NULL), STATUS_OK);
    assert_int_equal(read_all(*state, &seq, &same), STATUS_OK);
    assert_true(same);
    assert_int_equal(seq, 42);
    assert_false(exists(*state, SNAPSHOT_PART_FILE));
    snapshot_t *snapshot = NULL;
    assert_int_equal(snapshot_open(*state, &snapshot), STATUS_OK);
    assert_int_equal(snapshot_head(snapshot)->chain[31], 0xcc);
    assert_int_equal(snapshot_head(snapshot)->layout[0], 1);
    assert_int_equal(snapshot_head(snapshot)->journal_id[0], 2);
    snapshot_close(&snapshot);
}

static void snapshot__told_to_stop__leaves_the_former_one(void **state)
{
    uint64_t seq = 0;
    bool same = false;
    int stop = 1;
    assert_int_equal(write_in(*state, 41, NULL), STATUS_OK);
    assert_int_equal(write_in(*state, 42, &stop), STATUS_STOPPING);
    assert_int_equal(read_all(*state, &seq, &same), STATUS_OK);
    assert_int_equal(seq, 41);
    assert_false(exists(*state, SNAPSHOT_PART_FILE));
}

static void snapshot__any_byte_changed__is_not_believed(void **state)
{
    char path[FOLDER_PATH_MAX];
    uint64_t seq = 0;
    size_t size = 0;
    assert_int_equal(write_in(*state, 41, NULL), STATUS_OK);
    folder_join(path, *state, SNAPSHOT_FILE);
    uint8_t *bytes = folder_read_file(path, &size);
    assert_int_equal(size, sizeof(snapshot_file_t) + 3101);
    for (size_t at = 0; at < size; at++) {
        bool same = false;
        uint8_t wrong = bytes[at] ^ 0x10;
        folder_patch_file(path, at, &wrong, 1);
        status_t status = read_all(*state, &seq, &same);
        if (status == STATUS_OK && same)
            fail_msg("byte %zu", at);
        folder_patch_file(path, at, &bytes[at], 1);
    }
    free(bytes);
}

static void snapshot__cut_anywhere__is_not_believed(void **state)
{
    char path[FOLDER_PATH_MAX];
    uint64_t seq = 0;
    struct stat about;
    assert_int_equal(write_in(*state, 41, NULL), STATUS_OK);
    folder_join(path, *state, SNAPSHOT_FILE);
    assert_int_equal(stat(path, &about), 0);
    for (off_t size = about.st_size; size-- > 0;) {
        bool same = false;
        assert_int_equal(truncate(path, size), 0);
        assert_int_equal(read_all(*state, &seq, &same), STATUS_DAMAGED);
    }
}

static void snapshot__removed__is_gone_with_its_part(void **state)
{
    char path[FOLDER_PATH_MAX];
    assert_int_equal(write_in(*state, 41, NULL), STATUS_OK);
    folder_join(path, *state, SNAPSHOT_PART_FILE);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(snapshot_remove(*state), STATUS_OK);
    assert_false(exists(*state, SNAPSHOT_FILE));
    assert_false(exists(*state, SNAPSHOT_PART_FILE));
    assert_int_equal(snapshot_remove(*state), STATUS_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(snapshot__written__comes_back),
        TEST(snapshot__told_to_stop__leaves_the_former_one),
        TEST(snapshot__any_byte_changed__is_not_believed),
        TEST(snapshot__cut_anywhere__is_not_believed),
        TEST(snapshot__removed__is_gone_with_its_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
