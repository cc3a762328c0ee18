/* Goal: whenever the machine stops, what the disk then holds opens, with everything that
 * was acknowledged exactly once and nothing that was never appended; a snapshot with the
 * tail of the journal is the state that replay gives; a backup verifies. And the check
 * is worth something: with one kind of sync left out it fails.
 * Method: a small broker's work is recorded call by call; README.md tells which disks
 * are then made of the recording. YIXIAN_CRASH_IMAGES sets how many images (about). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/check.h"
#include "tests/crash/crash_points.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BATCHES   64u
#define LOG_BYTES (64u << 20)
#ifdef YX_SLOW_BUILD
#define IMAGES 1000u
#else
#define IMAGES 21000u
#endif

typedef struct {
    record_log_t *log;
    uint64_t seed;
} recording_t;

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *said = getenv(variable);
    return said != NULL ? strtoull(said, NULL, 10) : otherwise;
}

static int record(void *context)
{
    const recording_t *recording = context;
    char root[FOLDER_PATH_MAX];
    folder_make(root);
    record_begin(recording->log, root);
    workload_run(root, recording->seed, BATCHES);
    record_end();
    folder_remove(root);
    return 0;
}

static int make_recording(void **state)
{
    recording_t *recording = calloc(1, sizeof *recording);
    CHECK(recording != NULL);
    recording->seed = number_of("YIXIAN_SEED", 1);
    recording->log = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(recording->log != MAP_FAILED);
    recording->log->room = LOG_BYTES - sizeof *recording->log;
    CHECK(folder_in_child(record, recording) == 0);
    CHECK(recording->log->overflow == 0);
    *state = recording;
    return 0;
}

static int end_recording(void **state)
{
    recording_t *recording = *state;
    CHECK(munmap(recording->log, LOG_BYTES) == 0);
    free(recording);
    return 0;
}

static void crash__anywhere__nothing_acknowledged_is_lost(void **state)
{
    const recording_t *recording = *state;
    crash_result_t result;
    uint64_t wanted = number_of("YIXIAN_CRASH_IMAGES", IMAGES);
    crash_points_run(recording->log, DROP_NOTHING, recording->seed, wanted, false,
                     &result);
    printf("seed %" PRIu64 ": %" PRIu64 " images at %" PRIu64 " points, %" PRIu64
           " wrong\n",
           recording->seed, result.images, result.points, result.failures);
    if (result.failures > 0)
        fail_msg("%s", result.complaint);
    assert_true(result.images >= wanted);
}

static void crash__a_sync_left_out__is_noticed(void **state)
{
    const recording_t *recording = *state;
    for (drop_t drop = DROP_JOURNAL_DATA; drop <= DROP_OUTBOX_NAME; drop++) {
        crash_result_t result;
        crash_points_run(recording->log, drop, recording->seed, 0, true, &result);
        printf("without sync %d: %s\n", (int)drop, result.complaint);
        if (result.failures == 0)
            fail_msg("sync %d was left out and nobody noticed", (int)drop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crash__anywhere__nothing_acknowledged_is_lost),
        cmocka_unit_test(crash__a_sync_left_out__is_noticed),
    };
    return cmocka_run_group_tests(tests, make_recording, end_recording);
}
