/* check_image.h - opens what a crash may have left with the product's own code.
 *
 * Each store of the data folder is one row of a table in check_image.c; another one is
 * another row.
 *
 * Threads: one owner.
 */
#ifndef YX_TESTS_CHECK_IMAGE_H
#define YX_TESTS_CHECK_IMAGE_H

#include "tests/crash/outbox_store.h"
#include "tests/crash/workload.h"

#define BOUNDARIES_MAX 512u
#define COMPLAINT_MAX  300u

/* What a crash at this point must leave. */
typedef struct {
    const boundary_t *boundaries; /* all of the recording, in order */
    uint32_t boundary_count;
    bool created;
    uint64_t head;     /* acknowledged */
    uint64_t snapshot; /* likewise; 0 = none */
    uint64_t backup;   /* likewise */
    outbox_counts_t outbox;
    bool thorough; /* go on with it too: append, back up, open again */
} expected_t;

/* False: `complaint` says what is wrong. The folder may have been changed afterwards. */
bool check_image(const char *root, const expected_t *expected,
                 char complaint[COMPLAINT_MAX]);

#endif
