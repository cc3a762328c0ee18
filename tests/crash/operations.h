/* operations.h - what storage is asked to do, one operation at a time, in a folder that
 * holds a journal, a snapshot and a backup already; and what must be true afterwards.
 *
 * Threads: one owner. Everything but the operations themselves ends the test when it
 * fails.
 */
#ifndef YX_TESTS_OPERATIONS_H
#define YX_TESTS_OPERATIONS_H

#include "storage/journal.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"

#define OPERATION_BATCH 12u

typedef struct {
    char folder[FOLDER_PATH_MAX], data[FOLDER_PATH_MAX], backup[FOLDER_PATH_MAX];
    char fresh[FOLDER_PATH_MAX], restored[FOLDER_PATH_MAX]; /* for new journals */
    journal_t *journal; /* of `data`; NULL while an operation opens it itself */
    record_sample_t samples[OPERATION_BATCH];
    record_t batch[OPERATION_BATCH]; /* the next records of `data` */
} place_t;

typedef struct {
    const char *name;
    bool opens; /* wants the journal closed */
    /* May succeed without memory (a stream without its buffer), or though another call
     * than a write failed: it has another way. */
    bool spares_memory, spares_others;
    status_t (*run)(place_t *place);
} operation_t;

/* Ends with an entry without a name. */
const operation_t *operations_all(void);

void place_make(place_t *place, const operation_t *operation);
void place_remove(place_t *place);
/* Nothing that was acknowledged is lost, nothing half made is taken for whole. NULL, or
 * what is wrong. Opens the journal anew. `done`: the operation succeeded. */
const char *place_check(place_t *place, const operation_t *operation, bool done);
/* Removes what a failed operation is allowed to leave and a person would remove. */
void place_tidy(place_t *place);

#endif
