/* reader.h - the thread that reads the journal beside the committer: scrub, pages.
 *
 * Jobs wait in a bounded queue, each with a page of its own for what it reads: a range of
 * records, or those along one chain of links, newest first. Each record or range is read
 * in a short transaction. A scrub walks on between the pages of jobs, so that nobody waits
 * behind it. Ends are told by a bell (reader_fd) and fetched with reader_take and
 * reader_take_page. Memory is taken at creation.
 * Threads: all calls from the core thread.
 */
#ifndef YX_RUNTIME_READER_H
#define YX_RUNTIME_READER_H

#include "proto/arena.h"
#include "storage/journal.h"

#define READER_PAGES            8u /* jobs waiting, under way or not fetched */
#define READER_PAGE_RECORDS_MAX 200u
#define READER_PAGE_BYTES       (2u * 1024u * 1024u) /* a page ends when they are used */

typedef struct reader reader_t;

typedef struct {
    status_t status; /* STATUS_OK: it could walk, whatever it found; STATUS_IO ... */
    scrub_result_t scrub;
} reader_result_t;

#define READER_SKIP_MAX 20000u /* records passed over to find `below` */

/* Records `first`, first + 1, ...; or, with a link_kind, record `first` and those before
 * it along the chain of (link_kind, link_key). `below` set: only those below that seq;
 * quick when it is a record of the chain itself. */
typedef struct {
    uint64_t first, below;
    uint32_t count; /* at most READER_PAGE_RECORDS_MAX */
    uint32_t link_kind, link_key;
    uint64_t ticket; /* the caller's own */
} reader_job_t;

typedef struct {
    uint64_t seq;
    record_t record; /* its parts lie in the page */
    uint8_t chain[RECORD_CHAIN_BYTES];
} reader_record_t;

typedef struct {
    reader_job_t job;
    /* STATUS_OK; STATUS_UNKNOWN_VALUE: `below` is too far down to be looked for, and no
     * record of the chain; STATUS_DAMAGED,
     * STATUS_FORMAT, STATUS_IO: records before the bad one are there. */
    status_t status;
    reader_record_t *records;
    uint32_t count;
    uint64_t next;  /* range: behind the last; chain: the next older one, 0 = none */
    arena_t *arena; /* the module's own */
    uint32_t stage; /* likewise */
} reader_page_t;

/* Borrows the journal. STATUS_NO_MEMORY, STATUS_IO. */
status_t reader_create(journal_t *journal, reader_t **reader);
/* Stops a walk under way, then ends the thread. */
void reader_destroy(reader_t **reader);

/* Begins a walk over all records. STATUS_BUSY while one runs or its result waits. */
status_t reader_scrub(reader_t *reader);
/* Never waits: false when there is no result. */
bool reader_take(reader_t *reader, reader_result_t *result);

/* Queues a job. STATUS_BUSY: every page is taken. */
status_t reader_ask(reader_t *reader, const reader_job_t *job);
/* Never waits: a page that is read, to be given back, or NULL. */
const reader_page_t *reader_take_page(reader_t *reader);
void reader_give_back(reader_t *reader, const reader_page_t *page);

/* Readable when a result or a page waits; cleared by reader_take. */
int reader_fd(const reader_t *reader);

#endif
