/* reader.h - the thread that reads the journal beside the committer: scrub.
 *
 * One walk at a time, in short transactions of its own, stoppable between pages. The
 * end is told by a bell (reader_fd) and fetched with reader_take.
 * Threads: all calls from the core thread.
 */
#ifndef YX_RUNTIME_READER_H
#define YX_RUNTIME_READER_H

#include "storage/journal.h"

typedef struct reader reader_t;

typedef struct {
    status_t status; /* STATUS_OK: it could walk, whatever it found; STATUS_IO ... */
    scrub_result_t scrub;
} reader_result_t;

/* Borrows the journal. STATUS_NO_MEMORY, STATUS_IO. */
status_t reader_create(journal_t *journal, reader_t **reader);
/* Stops a walk under way, then ends the thread. */
void reader_destroy(reader_t **reader);

/* Begins a walk over all records. STATUS_BUSY while one runs or its result waits. */
status_t reader_scrub(reader_t *reader);
/* Never waits: false when there is no result. */
bool reader_take(reader_t *reader, reader_result_t *result);
/* Readable when a result waits; cleared by reader_take. */
int reader_fd(const reader_t *reader);

#endif
