/* crash_points.h - all images of a recording, made and checked by a few processes.
 *
 * For every entry of the recording the machine may stop while that entry is under way.
 * Of what is then pending are tried: nothing, everything, each single omission, each
 * single survivor, torn and zeroed forms of the newest writes, and random subsets, as
 * many as bring the number of images to what was asked for.
 *
 * Threads: one owner; the work is done in forked children. Ends the test when it fails.
 */
#ifndef YX_TESTS_CRASH_POINTS_H
#define YX_TESTS_CRASH_POINTS_H

#include "tests/crash/check_image.h"
#include "tests/support/faults/record.h"

/* A sync that the recording pretends not to have, to see that it is missed. */
typedef enum {
    DROP_NOTHING,
    DROP_JOURNAL_DATA,  /* fdatasync before the meta page */
    DROP_META,          /* the meta page is not written through */
    DROP_SNAPSHOT_DATA, /* fsync of snapshot.part before the rename */
    DROP_SNAPSHOT_NAME, /* fsync of the data folder after the rename */
    DROP_JOURNAL_NAME,  /* fsync of the data folder after journal.new was renamed */
    DROP_BACKUP_DATA,   /* fsync of a backup's part before the rename */
    DROP_BACKUP_NAME,   /* fsync of the backup folder after the rename */
    DROP_OUTBOX_DATA,   /* fdatasync of the outbox */
    DROP_OUTBOX_NAME    /* fsync of the profile after the outbox was renamed */
} drop_t;

typedef struct {
    uint64_t images, points, failures;
    char complaint[COMPLAINT_MAX]; /* of the first failure that was seen */
} crash_result_t;

/* `images` is about how many, fewer than the singles leave some of these out; 0 = the
 * singles. `stop_early`: one failure is enough. */
void crash_points_run(const record_log_t *log, drop_t drop, uint64_t seed,
                      uint64_t images, bool stop_early, crash_result_t *result);

#endif
