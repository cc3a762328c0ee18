/* outbox_store.h - the client's outbox as one of the stores of workload and check.
 *
 * Each step adds two entries in one change and settles the oldest waiting one in
 * another, so that two numbers tell what there must be.
 *
 * Threads: one owner.
 */
#ifndef YX_TESTS_OUTBOX_STORE_H
#define YX_TESTS_OUTBOX_STORE_H

#include "clients/lib/outbox.h"

#include <stddef.h>

/* What was acknowledged; the entries 1..settled are, up to `added` they wait. */
typedef struct {
    uint64_t added, settled;
} outbox_counts_t;

/* These end the test when they fail. */
void outbox_store_add(outbox_t *outbox, outbox_counts_t *counts);
void outbox_store_settle(outbox_t *outbox, outbox_counts_t *counts);

/* Opens the outbox in `folder` and goes on with it. False: `complaint` says what is
 * wrong. */
bool outbox_store_check(const char *folder, const outbox_counts_t *acknowledged,
                        char *complaint, size_t room);

#endif
