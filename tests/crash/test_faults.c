/* Goal: whatever call fails, or finds no memory, each operation of storage says so in a
 * clean status, loses nothing that was acknowledged, leaves nothing half made that is
 * taken for whole, and succeeds when it is tried again.
 * Method: operations.c's folder is made anew, the first, second, ... call of a kind
 * fails within one operation, until the operation makes no more such calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/check.h"
#include "tests/crash/memory_faults.h"
#include "tests/crash/operations.h"
#include "tests/support/faults/faults.h"
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 400u /* more than one operation makes */

/* One way to fail. */
typedef struct {
    const char *name;
    uint32_t calls; /* FAULT_*; 0 = memory */
    uint32_t action;
    int error;
    status_t status; /* what the operation has to say */
} way_t;

#define WRITING (FAULT_WRITE | FAULT_PWRITE)
#define OTHERS                                                                         \
    (FAULT_OPEN | FAULT_SYNC | FAULT_TRUNCATE | FAULT_ALLOCATE | FAULT_RENAME)

static const way_t ways[] = {
    { "no memory", 0, FAULT_FAIL, ENOMEM, STATUS_NO_MEMORY },
    { "write: no space", WRITING, FAULT_FAIL, ENOSPC, STATUS_STORAGE_FULL },
    { "write: i/o error", WRITING, FAULT_FAIL, EIO, STATUS_IO },
    { "write: short", WRITING, FAULT_SHORT, ENOSPC, STATUS_STORAGE_FULL },
    { "others: no space", OTHERS, FAULT_FAIL, ENOSPC, STATUS_STORAGE_FULL },
    { "others: i/o error", OTHERS, FAULT_FAIL, EIO, STATUS_IO },
};

typedef struct {
    fault_control_t *control;
    char folder[FOLDER_PATH_MAX];
} shim_t;

static int make_shim(void **state)
{
    char path[FOLDER_PATH_MAX];
    shim_t *shim = calloc(1, sizeof *shim);
    CHECK(shim != NULL);
    folder_make(shim->folder);
    folder_join(path, shim->folder, "faults");
    shim->control = faults_create(path);
    fault_attach();
    *state = shim;
    return 0;
}

static int end_shim(void **state)
{
    shim_t *shim = *state;
    faults_disarm(shim->control); /* stays mapped: the shim looks at it to the end */
    folder_remove(shim->folder);
    free(shim);
    return 0;
}

static void arm(const shim_t *shim, const way_t *way, uint32_t nth)
{
    if (way->calls == 0)
        memory_faults_arm(nth);
    else
        faults_arm(shim->control, way->calls, way->action, way->error, nth);
}

static bool disarm(const shim_t *shim)
{
    faults_disarm(shim->control);
    bool no_memory = memory_faults_disarm();
    return no_memory || atomic_load(&shim->control->hits) > 0;
}

static void no_hits(const shim_t *shim)
{
    atomic_store(&shim->control->hits, 0);
}

/* A short write that is continued is no failure. */
static bool status_is_clean(const way_t *way, const operation_t *operation,
                            status_t status)
{
    if (status == STATUS_OK)
        return way->calls == 0        ? operation->spares_memory
               : way->calls == OTHERS ? operation->spares_others
                                      : way->action == FAULT_SHORT;
    return status == way->status ||
           /* a short write of LMDB's or of a stream tells nothing more */
           (way->action == FAULT_SHORT && status == STATUS_IO);
}

static void retry(place_t *place, const operation_t *operation, const char *said)
{
    place_tidy(place);
    if (operation->run(place) != STATUS_OK)
        fail_msg("%s: does not succeed afterwards", said);
    const char *wrong = place_check(place, operation, true);
    if (wrong != NULL)
        fail_msg("%s, tried again: %s", said, wrong);
}

/* False: the operation made fewer calls than n. */
static bool try_nth(const shim_t *shim, const way_t *way, const operation_t *operation,
                    uint32_t nth)
{
    static place_t place; /* large */
    char said[160];
    place_make(&place, operation);
    no_hits(shim);
    arm(shim, way, nth);
    status_t status = operation->run(&place);
    bool hit = disarm(shim);
    (void)snprintf(said, sizeof said, "%s, %s at call %u, %s", operation->name,
                   way->name, nth, status_name(status)); /* cut at worst */
    if (!(hit ? status_is_clean(way, operation, status) : status == STATUS_OK))
        fail_msg("%s: not the status to expect", said);
    const char *wrong = place_check(&place, operation, status == STATUS_OK);
    if (wrong != NULL)
        fail_msg("%s: %s", said, wrong);
    if (hit && status != STATUS_OK)
        retry(&place, operation, said);
    place_remove(&place);
    return hit;
}

static void fail_everywhere(const shim_t *shim, const way_t *way)
{
    for (const operation_t *operation = operations_all(); operation->name != NULL;
         operation++) {
        uint32_t nth = 1;
        while (nth < CALLS_MAX && try_nth(shim, way, operation, nth))
            nth++;
        assert_true(nth < CALLS_MAX);
        printf("%s, %s: %u calls\n", operation->name, way->name, nth - 1);
    }
}

static void memory__missing_at_every_call__clean(void **state)
{
    fail_everywhere(*state, &ways[0]);
}

static void writes__failing_at_every_call__clean(void **state)
{
    for (size_t i = 1; i <= 3; i++)
        fail_everywhere(*state, &ways[i]);
}

static void other_calls__failing_everywhere__clean(void **state)
{
    for (size_t i = 4; i < sizeof ways / sizeof ways[0]; i++)
        fail_everywhere(*state, &ways[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__missing_at_every_call__clean),
        cmocka_unit_test(writes__failing_at_every_call__clean),
        cmocka_unit_test(other_calls__failing_everywhere__clean),
    };
    return cmocka_run_group_tests(tests, make_shim, end_shim);
}
