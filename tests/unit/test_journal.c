/* Goal: the journal keeps what it acknowledged, in order, refuses what it must, and can
 * be read beside its writer. Method: a folder per test; other processes where another
 * process is the point. Damaged files: test_journal_damage.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/journal.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"
#include <cmocka.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEED      11u
#define MAP_BYTES (64u << 20)

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

static status_t open_as(const char *folder, journal_mode_t mode, journal_t **journal)
{
    const journal_options_t options = { .mode = mode, .map_bytes = MAP_BYTES };
    return journal_open(folder, &options, journal);
}

static journal_t *opened(const char *folder, journal_mode_t mode)
{
    journal_t *journal = NULL;
    assert_int_equal(open_as(folder, mode, &journal), STATUS_OK);
    assert_non_null(journal);
    return journal;
}

static void assert_holds(journal_t *journal, uint64_t count)
{
    status_t status;
    assert_int_equal(journal_head(journal), count);
    assert_int_equal(records_count_good(journal, SEED, &status), count);
    assert_int_equal(status, STATUS_OK);
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    assert_int_equal(journal_scrub(reader, NULL, NULL, &result), STATUS_OK);
    assert_int_equal(result.records, count);
    assert_int_equal(result.damaged_seq, 0);
    assert_null(result.damage);
    journal_reader_destroy(&reader);
}

/* ---- opening ---- */

static void journal__created__is_empty(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    uint8_t chain[RECORD_CHAIN_BYTES], zero[RECORD_CHAIN_BYTES] = { 0 };
    journal_chain(journal, chain);
    assert_memory_equal(chain, zero, sizeof zero);
    assert_holds(journal, 0);
    assert_true(journal_used_bytes(journal) > 0);
    journal_close(&journal);
    assert_null(journal);
    journal_close(&journal);
}

static void journal__created_twice__exists(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    journal_close(&journal);
    assert_int_equal(open_as(*state, JOURNAL_CREATE, &journal), STATUS_EXISTS);
    assert_null(journal);
}

static void journal__not_there__is_not_found_and_leaves_nothing(void **state)
{
    char path[FOLDER_PATH_MAX];
    journal_t *journal = NULL;
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_NOT_FOUND);
    assert_int_equal(open_as(*state, JOURNAL_READ, &journal), STATUS_NOT_FOUND);
    assert_int_equal(rmdir(*state), 0); /* only an empty folder can be removed */
    folder_join(path, *state, "deeper");
    assert_int_equal(open_as(path, JOURNAL_CREATE, &journal), STATUS_NOT_FOUND);
}

static void assert_mode(const char *folder, const char *name, mode_t mode)
{
    char path[FOLDER_PATH_MAX];
    struct stat about;
    folder_join(path, folder, name);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, mode);
}

static void journal__created__is_for_its_owner_only(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_mode(*state, "lock", 0600);
    assert_mode(*state, "journal", 0700);
    assert_mode(*state, "journal/data.mdb", 0600);
    assert_mode(*state, "journal/lock.mdb", 0600);
    journal_close(&journal);
}

static void journal__creation_was_interrupted__is_created_anew(void **state)
{
    char from[FOLDER_PATH_MAX], to[FOLDER_PATH_MAX];
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 5), STATUS_OK);
    journal_close(&journal);
    folder_join(from, *state, "journal");
    folder_join(to, *state, "journal.new");
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_NOT_FOUND);
    journal = opened(*state, JOURNAL_CREATE);
    assert_holds(journal, 0);
    journal_close(&journal);
}

static int try_to_write(void *context)
{
    journal_t *journal = NULL;
    status_t status = open_as(context, JOURNAL_WRITE, &journal);
    journal_close(&journal);
    return status == STATUS_LOCKED ? 0 : 1;
}

static void journal__second_writer__is_locked_out(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE), *second = NULL;
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &second), STATUS_LOCKED);
    assert_int_equal(open_as(*state, JOURNAL_CREATE, &second), STATUS_LOCKED);
    assert_int_equal(folder_in_child(try_to_write, *state), 0);
    assert_int_equal(records_append(journal, SEED, 3), STATUS_OK);
    journal_close(&journal);
    assert_int_equal(folder_in_child(try_to_write, *state), 1);
    journal = opened(*state, JOURNAL_WRITE);
    assert_holds(journal, 3);
    journal_close(&journal);
}

/* Both sizes of map_bytes: what the file needs is mapped in any case. */
static void journal__map_smaller_than_the_file__still_reads(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 4000), STATUS_OK);
    journal_close(&journal);
    for (uint64_t map_bytes = 0; map_bytes <= 65536; map_bytes += 65536) {
        const journal_options_t options = { JOURNAL_READ, map_bytes };
        assert_int_equal(journal_open(*state, &options, &journal), STATUS_OK);
        assert_holds(journal, 4000);
        journal_close(&journal);
    }
}

/* ---- append ---- */

static void append__batches_of_any_size__are_there_after_reopening(void **state)
{
    static const size_t counts[] = { 1, 0, 64, 1, 1000, 0, 3, 2500 };
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    uint64_t total = 0;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        assert_int_equal(records_append(journal, SEED, counts[i]), STATUS_OK);
        total += counts[i];
        assert_int_equal(journal_head(journal), total);
    }
    assert_holds(journal, total);
    uint8_t before[RECORD_CHAIN_BYTES], after[RECORD_CHAIN_BYTES];
    journal_chain(journal, before);
    journal_close(&journal);
    journal = opened(*state, JOURNAL_WRITE);
    journal_chain(journal, after);
    assert_memory_equal(before, after, sizeof before);
    assert_holds(journal, total);
    journal_close(&journal);
}

static void append__after_another_seq__is_a_conflict(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    const record_t record = { .time_ms = 1 };
    assert_int_equal(journal_append(journal, 1, &record, 1), STATUS_CONFLICT);
    assert_int_equal(records_append(journal, SEED, 2), STATUS_OK);
    for (uint64_t seq = 0; seq < 5; seq++)
        if (seq != 2)
            assert_int_equal(journal_append(journal, seq, &record, 1), STATUS_CONFLICT);
    assert_holds(journal, 2);
    journal_close(&journal);
}

static void append__to_a_read_journal__is_read_only(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    journal_close(&journal);
    journal = opened(*state, JOURNAL_READ);
    assert_int_equal(records_append(journal, SEED, 1), STATUS_READ_ONLY);
    journal_close(&journal);
}

static void append__largest_batch__fits(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    record_t *records = calloc(JOURNAL_BATCH_MAX, sizeof *records);
    uint8_t *bytes = calloc(1, PUBLIC_BYTES_MAX);
    for (size_t i = 0; i < JOURNAL_BATCH_MAX; i++)
        records[i] =
            (record_t){ .number = i, .public_part = bytes, .public_size = 900 };
    assert_int_equal(journal_append(journal, 0, records, JOURNAL_BATCH_MAX), STATUS_OK);
    size_t count = JOURNAL_BATCH_BYTES_MAX / RECORD_BYTES_MAX;
    for (size_t i = 0; i < count; i++)
        records[i] = (record_t){ .public_part = bytes,
                                 .public_size = PUBLIC_BYTES_MAX,
                                 .private_part = bytes,
                                 .private_size = PRIVATE_BYTES_MAX };
    assert_int_equal(journal_append(journal, JOURNAL_BATCH_MAX, records, count),
                     STATUS_OK);
    assert_int_equal(journal_head(journal), JOURNAL_BATCH_MAX + count);
    free(bytes);
    free(records);
    journal_close(&journal);
}

static void append__map_full__is_storage_full_and_changes_nothing(void **state)
{
    const journal_options_t small = { JOURNAL_CREATE, 1u << 20 };
    journal_t *journal = NULL;
    assert_int_equal(journal_open(*state, &small, &journal), STATUS_OK);
    uint8_t before[RECORD_CHAIN_BYTES], after[RECORD_CHAIN_BYTES];
    uint64_t head;
    status_t status;
    do {
        head = journal_head(journal);
        journal_chain(journal, before);
        status = records_append(journal, SEED, 50);
    } while (status == STATUS_OK);
    assert_int_equal(status, STATUS_STORAGE_FULL);
    journal_chain(journal, after);
    assert_memory_equal(before, after, sizeof before);
    assert_holds(journal, head);
    journal_close(&journal);
    journal = opened(*state, JOURNAL_WRITE); /* with a larger map */
    assert_holds(journal, head);
    assert_int_equal(records_append(journal, SEED, 50), STATUS_OK);
    assert_holds(journal, head + 50);
    journal_close(&journal);
}

/* ---- reading ---- */

typedef struct {
    uint64_t first, last, stop_at;
} seen_t;

static bool note(void *context, uint64_t seq, const record_t *record,
                 const uint8_t chain[RECORD_CHAIN_BYTES])
{
    seen_t *seen = context;
    assert_non_null(record);
    assert_non_null(chain);
    if (seen->first == 0)
        seen->first = seq;
    assert_true(seen->last == 0 || seq == seen->last + 1);
    seen->last = seq;
    return seq != seen->stop_at;
}

static void read__ranges__are_cut_where_asked(void **state)
{
    static const struct {
        uint64_t from, stop_at, first, last, next;
        uint32_t limit;
    } rows[] = {
        { 1, 0, 1, 200, 201, 200 },   { 1, 0, 1, 1, 2, 1 },
        { 1, 0, 0, 0, 1, 0 },         { 240, 0, 240, 250, 251, 200 },
        { 250, 0, 250, 250, 251, 9 }, { 251, 0, 0, 0, 251, 9 },
        { 9999, 0, 0, 0, 9999, 9 },   { 10, 12, 10, 12, 13, 200 },
    };
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 250), STATUS_OK);
    journal_reader_t *reader = NULL;
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        seen_t seen = { .stop_at = rows[i].stop_at };
        uint64_t next = 0;
        assert_int_equal(
            journal_read(reader, rows[i].from, rows[i].limit, note, &seen, &next),
            STATUS_OK);
        assert_int_equal(seen.first, rows[i].first);
        assert_int_equal(seen.last, rows[i].last);
        assert_int_equal(next, rows[i].next);
    }
    journal_reader_destroy(&reader);
    assert_null(reader);
    journal_reader_destroy(&reader);
    journal_close(&journal);
}

static void read__reader_older_than_the_append__sees_it(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    journal_reader_t *reader = NULL;
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    for (uint64_t seq = 1; seq <= 20; seq++) {
        seen_t seen = { 0 };
        uint64_t next;
        assert_int_equal(records_append(journal, SEED, 1), STATUS_OK);
        assert_int_equal(journal_read(reader, seq, 9, note, &seen, &next), STATUS_OK);
        assert_int_equal(next, seq + 1);
    }
    journal_reader_destroy(&reader);
    journal_close(&journal);
}

/* A reader between pages must not keep the writer from reusing pages. */
static void read__idle_reader__does_not_make_the_file_grow(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    journal_reader_t *reader = NULL;
    uint64_t next;
    seen_t seen = { 0 };
    assert_int_equal(records_append(journal, SEED, 1), STATUS_OK);
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    assert_int_equal(journal_read(reader, 1, 1, note, &seen, &next), STATUS_OK);
    const record_t record = { .time_ms = 1 };
    for (uint64_t seq = 1; seq <= 400; seq++)
        assert_int_equal(journal_append(journal, seq, &record, 1), STATUS_OK);
    assert_true(journal_used_bytes(journal) < 60 * 4096);
    journal_reader_destroy(&reader);
    journal_close(&journal);
}

static bool at_once(void *context)
{
    ++*(unsigned *)context;
    return true;
}

static void scrub__told_to_stop__stops(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 3), STATUS_OK);
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    unsigned asked = 0;
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    assert_int_equal(journal_scrub(reader, at_once, &asked, &result), STATUS_STOPPING);
    assert_int_equal(asked, 1);
    assert_int_equal(result.records, 0);
    journal_reader_destroy(&reader);
    journal_close(&journal);
}

/* ---- beside a writer ---- */

typedef struct {
    const char *folder;
    uint64_t target;
} follower_t;

static int follow(void *context)
{
    const follower_t *follower = context;
    journal_t *journal = NULL;
    status_t status = open_as(follower->folder, JOURNAL_READ, &journal);
    uint64_t good = 0, before = 0;
    while (status == STATUS_OK && good < follower->target && good >= before) {
        before = good;
        good = records_count_good(journal, SEED, &status);
    }
    journal_close(&journal);
    return status == STATUS_OK && good == follower->target ? 0 : 1;
}

static void journal__read_beside_a_writer__sees_whole_batches_grow(void **state)
{
    follower_t follower = { *state, 600 };
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 300), STATUS_OK);
    journal_close(&journal);
    pid_t child = fork();
    if (child == 0)
        _exit(follow(&follower));
    journal = opened(*state, JOURNAL_WRITE);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(records_append(journal, SEED, 3), STATUS_OK);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_holds(journal, 600);
    journal_close(&journal);
}

typedef struct {
    const char *folder;
    int ready; /* write end of a pipe */
} sleeper_t;

static bool sleep_inside(void *context, uint64_t seq, const record_t *record,
                         const uint8_t chain[RECORD_CHAIN_BYTES])
{
    const sleeper_t *sleeper = context;
    if (record == NULL || chain == NULL || write(sleeper->ready, &seq, 1) != 1)
        return false;
    for (;;)
        (void)pause(); /* until killed */
}

static int read_and_sleep(const sleeper_t *sleeper)
{
    journal_t *journal = NULL;
    journal_reader_t *reader = NULL;
    uint64_t next;
    sleeper_t context = *sleeper;
    if (open_as(sleeper->folder, JOURNAL_READ, &journal) != STATUS_OK ||
        journal_reader_create(journal, &reader) != STATUS_OK)
        return 1;
    return journal_read(reader, 1, 1, sleep_inside, &context, &next) == STATUS_OK;
}

static void journal__reader_killed_while_reading__is_forgotten(void **state)
{
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 1), STATUS_OK);
    journal_close(&journal);
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    sleeper_t sleeper = { *state, ends[1] };
    pid_t child = fork();
    if (child == 0)
        _exit(read_and_sleep(&sleeper));
    journal = opened(*state, JOURNAL_WRITE);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    const record_t record = { .time_ms = 1 };
    for (uint64_t seq = 1; seq <= 600; seq++)
        assert_int_equal(journal_append(journal, seq, &record, 1), STATUS_OK);
    assert_true(journal_used_bytes(journal) < 400 * 4096); /* 3 pages a batch else */
    journal_close(&journal);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static int read_as_stranger(void *context)
{
    const follower_t *follower = context;
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    journal_t *journal = NULL;
    status_t status = open_as(follower->folder, JOURNAL_READ, &journal);
    if (status == STATUS_LOCKED)
        return 3;
    if (status != STATUS_OK)
        return 4;
    uint64_t good = records_count_good(journal, SEED, &status);
    journal_close(&journal);
    return status == STATUS_OK && good == follower->target ? 0 : 1;
}

static void change_modes(const char *folder, mode_t folders, mode_t files)
{
    static const char *const names[] = { "lock", "journal/data.mdb",
                                         "journal/lock.mdb" };
    char path[FOLDER_PATH_MAX];
    folder_join(path, folder, "journal");
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(chmod(path, 0700), 0);
    for (size_t i = 0; i < 3; i++) {
        folder_join(path, folder, names[i]);
        assert_int_equal(chmod(path, files), 0);
    }
    folder_join(path, folder, "journal");
    assert_int_equal(chmod(path, folders), 0);
    assert_int_equal(chmod(folder, folders), 0);
}

static void journal__folder_that_cannot_be_written__is_read(void **state)
{
    follower_t follower = { *state, 30 };
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 30), STATUS_OK);
    journal_close(&journal);
    change_modes(*state, 0555, 0444);
    int result = folder_in_child(read_as_stranger, &follower);
    change_modes(*state, 0700, 0600);
    assert_int_equal(result, 0);
}

/* LMDB cannot see such a reader and would reuse pages under it. */
static void journal__reader_that_cannot_be_seen__stays_out_beside_a_writer(void **state)
{
    follower_t follower = { *state, 30 };
    journal_t *journal = opened(*state, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, 30), STATUS_OK);
    change_modes(*state, 0555, 0444);
    int result = folder_in_child(read_as_stranger, &follower);
    change_modes(*state, 0700, 0600);
    assert_int_equal(result, 3);
    journal_close(&journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(journal__created__is_empty),
        CASE(journal__created_twice__exists),
        CASE(journal__not_there__is_not_found_and_leaves_nothing),
        CASE(journal__created__is_for_its_owner_only),
        CASE(journal__creation_was_interrupted__is_created_anew),
        CASE(journal__second_writer__is_locked_out),
        CASE(journal__map_smaller_than_the_file__still_reads),
        CASE(append__batches_of_any_size__are_there_after_reopening),
        CASE(append__after_another_seq__is_a_conflict),
        CASE(append__to_a_read_journal__is_read_only),
        CASE(append__largest_batch__fits),
        CASE(append__map_full__is_storage_full_and_changes_nothing),
        CASE(read__ranges__are_cut_where_asked),
        CASE(read__reader_older_than_the_append__sees_it),
        CASE(read__idle_reader__does_not_make_the_file_grow),
        CASE(scrub__told_to_stop__stops),
        CASE(journal__read_beside_a_writer__sees_whole_batches_grow),
        CASE(journal__reader_killed_while_reading__is_forgotten),
        CASE(journal__folder_that_cannot_be_written__is_read),
        CASE(journal__reader_that_cannot_be_seen__stays_out_beside_a_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
