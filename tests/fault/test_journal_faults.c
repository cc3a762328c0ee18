/* Goal: whatever file call fails, writes short or is the last one of the process, every
 * acknowledged record is there exactly once afterwards, the chain verifies, and the
 * journal object is as it was before the append that failed. Method: the same creation
 * and appends run in a child under the fault shim with the fault at the first, second,
 * ... call until none is left to fail; another child looks at what is on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/check.h"
#include "storage/journal.h"
#include "storage/space.h"
#include "tests/support/faults/faults.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"
#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEED      23u
#define MAP_BYTES (64u << 20)
#define CALLS_MAX 500u /* more than one run makes */
#define NOT_HERE  77   /* the machine does not allow what the test needs */
#define KILLED    (256 + SIGKILL)

/* What the writing child has seen; shared memory, so that it outlives the child. */
typedef struct {
    char folder[FOLDER_PATH_MAX];
    fault_control_t *control;
    uint32_t calls, action, nth;
    int error;
    bool created;              /* journal_open() said so */
    uint64_t acked, attempted; /* heads */
    status_t first;            /* what the first append that failed returned */
    unsigned failed, retried;  /* appends that failed; that succeeded when repeated */
    bool changed;              /* a failed append left its mark: must stay false */
} run_t;

static int make_run(void **state)
{
    run_t *run = mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(run != MAP_FAILED);
    folder_make(run->folder);
    char path[FOLDER_PATH_MAX];
    folder_join(path, run->folder, "faults");
    run->control = faults_create(path);
    fault_attach();
    *state = run;
    return 0;
}

static int end_run(void **state)
{
    run_t *run = *state;
    faults_disarm(run->control); /* stays mapped: the shim looks at it to the end */
    folder_remove(run->folder);
    return munmap(run, sizeof *run);
}

static status_t open_as(const run_t *run, journal_mode_t mode, journal_t **journal)
{
    char path[FOLDER_PATH_MAX];
    const journal_options_t options = { .mode = mode, .map_bytes = MAP_BYTES };
    folder_join(path, run->folder, "data");
    return journal_open(path, &options, journal);
}

/* ---- the writing child ---- */

static status_t append_checked(run_t *run, journal_t *journal, size_t count)
{
    uint8_t before[RECORD_CHAIN_BYTES], after[RECORD_CHAIN_BYTES];
    uint64_t head = journal_head(journal);
    journal_chain(journal, before);
    run->attempted = head + count;
    status_t status = records_append(journal, SEED, count);
    journal_chain(journal, after);
    if (status == STATUS_OK) {
        run->acked = journal_head(journal);
        return status;
    }
    if (run->failed++ == 0)
        run->first = status;
    if (journal_head(journal) != head || memcmp(before, after, sizeof before) != 0)
        run->changed = true;
    return status;
}

static int write_under_faults(void *context)
{
    static const size_t counts[] = { 3, 1, 40, 200, 2 };
    run_t *run = context;
    journal_t *journal = NULL;
    faults_arm(run->control, run->calls, run->action, run->error, run->nth);
    run->created = open_as(run, JOURNAL_CREATE, &journal) == STATUS_OK;
    for (size_t i = 0; run->created && i < sizeof counts / sizeof counts[0]; i++) {
        if (append_checked(run, journal, counts[i]) == STATUS_OK)
            continue;
        if (append_checked(run, journal, counts[i]) != STATUS_OK)
            break;
        run->retried++;
    }
    faults_disarm(run->control);
    journal_close(&journal);
    return 0;
}

/* ---- the looking child ---- */

static int look(void *context)
{
    const run_t *run = context;
    faults_disarm(run->control); /* after SIGKILL nobody else did */
    journal_t *journal = NULL;
    status_t status = open_as(run, JOURNAL_WRITE, &journal);
    if (status == STATUS_NOT_FOUND && !run->created)
        status = open_as(run, JOURNAL_CREATE, &journal);
    if (status != STATUS_OK)
        return 1;
    uint64_t head = journal_head(journal);
    if (head != run->acked && head != run->attempted)
        return 2;
    if (records_append(journal, SEED, 7) != STATUS_OK)
        return 3;
    if (records_count_good(journal, SEED, &status) != head + 7 || status != STATUS_OK)
        return 4;
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    if (journal_reader_create(journal, &reader) != STATUS_OK ||
        journal_scrub(reader, NULL, NULL, &result) != STATUS_OK)
        return 5;
    journal_reader_destroy(&reader);
    journal_close(&journal);
    return result.damaged_seq == 0 && result.records == head + 7 ? 0 : 6;
}

/* ---- every call in turn ---- */

static void start_anew(run_t *run)
{
    char path[FOLDER_PATH_MAX];
    folder_join(path, run->folder, "data");
    folder_remove(path);
    assert_int_equal(mkdir(path, 0700), 0);
    run->created = false;
    run->changed = false;
    run->acked = run->attempted = 0;
    run->failed = run->retried = 0;
    run->first = STATUS_OK;
}

typedef struct {
    unsigned runs, retried, failed_appends;
} tally_t;

static tally_t fail_each_call(run_t *run, uint32_t calls, uint32_t action, int error,
                              status_t expected)
{
    tally_t tally = { 0, 0, 0 };
    bool deadly = action == FAULT_KILL || action == FAULT_TORN;
    unsigned hits = 1;
    for (uint32_t nth = 1; hits > 0; nth++) {
        assert_true(nth < CALLS_MAX);
        start_anew(run);
        run->calls = calls;
        run->action = action;
        run->error = error;
        run->nth = nth;
        int result = folder_in_child(write_under_faults, run);
        hits = atomic_load(&run->control->hits);
        if (!deadly || hits == 0)
            assert_int_equal(result, 0);
        else if (action == FAULT_KILL)
            assert_int_equal(result, KILLED);
        assert_false(run->changed);
        if (run->failed > 0)
            assert_int_equal(run->first, expected);
        assert_int_equal(folder_in_child(look, run), 0);
        tally.runs++;
        tally.retried += run->retried;
        tally.failed_appends += run->failed;
    }
    print_message("%u runs, %u failed appends, %u repeated\n", tally.runs,
                  tally.failed_appends, tally.retried);
    assert_true(tally.runs > 10);
    return tally;
}

static void faults__every_call_says_eio__nothing_is_lost(void **state)
{
    tally_t tally = fail_each_call(*state, FAULT_EVERY, FAULT_FAIL, EIO, STATUS_IO);
    assert_true(tally.retried > 0);
}

static void faults__every_call_says_enospc__nothing_is_lost(void **state)
{
    tally_t tally =
        fail_each_call(*state, FAULT_EVERY, FAULT_FAIL, ENOSPC, STATUS_STORAGE_FULL);
    assert_true(tally.retried > 0);
}

static void faults__every_call_says_edquot__nothing_is_lost(void **state)
{
    (void)fail_each_call(*state, FAULT_EVERY, FAULT_FAIL, EDQUOT, STATUS_STORAGE_FULL);
}

static void faults__every_write_is_short__nothing_is_lost(void **state)
{
    (void)fail_each_call(*state, FAULT_WRITE | FAULT_PWRITE, FAULT_SHORT, EIO,
                         STATUS_IO);
}

static void faults__killed_before_every_call__nothing_is_lost(void **state)
{
    (void)fail_each_call(*state, FAULT_EVERY, FAULT_KILL, EIO, STATUS_OK);
}

/* Half a meta page is what a torn write could leave; LMDB writes it as one sector, so
 * only the writes of the batch's pages are torn here. */
static void faults__killed_within_every_batch__nothing_is_lost(void **state)
{
    (void)fail_each_call(*state, FAULT_WRITE | FAULT_SYNC, FAULT_TORN, EIO, STATUS_OK);
}

static int fill_up_short(void *context)
{
    run_t *run = context;
    journal_t *journal = NULL;
    if (open_as(run, JOURNAL_CREATE, &journal) != STATUS_OK)
        return 1;
    run->control->for_ever = 1; /* half a write, and no room when asked for it */
    faults_arm(run->control, FAULT_WRITE | FAULT_ALLOCATE, FAULT_SHORT, ENOSPC, 1);
    status_t status = append_checked(run, journal, 40);
    faults_disarm(run->control);
    if (status != STATUS_STORAGE_FULL || run->changed)
        return 2;
    status = append_checked(run, journal, 40);
    journal_close(&journal);
    return status == STATUS_OK ? 0 : 3;
}

static void faults__short_write_on_a_full_disk__is_storage_full(void **state)
{
    run_t *run = *state;
    start_anew(run);
    assert_int_equal(folder_in_child(fill_up_short, run), 0);
    run->control->for_ever = 0;
    assert_int_equal(folder_in_child(look, run), 0);
}

/* ---- a disk that is really full ---- */

static bool put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool put = fputs(text, file) >= 0;
    return fclose(file) == 0 && put;
}

/* Mounts of one's own: root may have them, others as root of their own user space. */
static bool own_mounts(void)
{
    char map[64];
    (void)snprintf(map, sizeof map, "%u %u 1", geteuid(), geteuid());
    if (unshare(CLONE_NEWNS) != 0 && (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
                                      !put_text("/proc/self/uid_map", map)))
        return false;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static bool mount_small_disk(const char *path)
{
    return own_mounts() && mount("tmpfs", path, "tmpfs", 0, "size=3m,mode=0777") == 0;
}

static status_t append_until_refused(run_t *run, journal_t *journal)
{
    status_t status;
    do {
        status = append_checked(run, journal, 150);
    } while (status == STATUS_OK);
    return status;
}

static int fill_disk(void *context)
{
    run_t *run = context;
    char path[FOLDER_PATH_MAX];
    journal_t *journal = NULL;
    space_t *space = NULL;
    const space_options_t options = { .low_water_bytes = 1u << 20,
                                      .ballast_bytes = 1u << 20 };
    folder_join(path, run->folder, "data");
    if (!mount_small_disk(path))
        return NOT_HERE;
    if (open_as(run, JOURNAL_CREATE, &journal) != STATUS_OK ||
        space_open(path, &options, &space) != STATUS_OK || space_low(space))
        return 1;
    if (append_until_refused(run, journal) != STATUS_STORAGE_FULL || run->changed)
        return 2;
    if (space_refresh(space) != STATUS_OK || !space_low(space))
        return 3;
    if (!space_release(space) || space_release(space))
        return 4;
    if (append_checked(run, journal, 150) != STATUS_OK) /* what the ballast is for */
        return 5;
    if (append_until_refused(run, journal) != STATUS_STORAGE_FULL || run->changed)
        return 6;
    space_close(&space);
    journal_close(&journal);
    return look(run); /* its small append finds room where the large one did not */
}

static void faults__disk_really_full__keeps_all_and_the_ballast_helps(void **state)
{
    run_t *run = *state;
    start_anew(run);
    int result = folder_in_child(fill_disk, run);
    if (result == NOT_HERE) {
        print_message("no file system of one's own here, not run\n");
        skip();
    }
    assert_int_equal(result, 0);
}

/* ---- the harness itself ---- */

static void harness__record_acknowledged_but_not_there__is_noticed(void **state)
{
    run_t *run = *state;
    start_anew(run);
    run->calls = 0;
    assert_int_equal(folder_in_child(write_under_faults, run), 0);
    assert_int_equal(run->failed, 0);
    run->acked++;
    run->attempted++;
    assert_int_equal(folder_in_child(look, run), 2);
}

static int run_dd(void *context)
{
    const run_t *run = context;
    char file[FOLDER_PATH_MAX + 8];
    (void)snprintf(file, sizeof file, "of=%s/dd", run->folder);
    CHECK(setenv("LD_PRELOAD", YIXIAN_FAULT_SHIM, 1) == 0);
    (void)execlp("dd", "dd", "if=/dev/zero", file, "bs=1", "count=5", (char *)NULL);
    return NOT_HERE;
}

static void shim__preloaded_into_a_program__fails_the_call_asked_for(void **state)
{
    run_t *run = *state;
    char path[FOLDER_PATH_MAX];
    size_t size;
    faults_arm(run->control, FAULT_WRITE, FAULT_FAIL, ENOSPC, 3);
    (void)strcpy(run->control->path, "/dd");
    int result = folder_in_child(run_dd, run);
    faults_disarm(run->control);
    run->control->path[0] = '\0';
    assert_int_equal(result, 1);
    assert_int_equal(atomic_load(&run->control->hits), 1);
    folder_join(path, run->folder, "dd");
    free(folder_read_file(path, &size));
    assert_int_equal(size, 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_run, end_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(faults__every_call_says_eio__nothing_is_lost),
        CASE(faults__every_call_says_enospc__nothing_is_lost),
        CASE(faults__every_call_says_edquot__nothing_is_lost),
        CASE(faults__every_write_is_short__nothing_is_lost),
        CASE(faults__killed_before_every_call__nothing_is_lost),
        CASE(faults__killed_within_every_batch__nothing_is_lost),
        CASE(faults__short_write_on_a_full_disk__is_storage_full),
        CASE(faults__disk_really_full__keeps_all_and_the_ballast_helps),
        CASE(harness__record_acknowledged_but_not_there__is_noticed),
        CASE(shim__preloaded_into_a_program__fails_the_call_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
