/* journal.h - the ordered, append-only log of accepted events.
 *
 * Threads    append: the committer only; read: any thread, each with its own reader.
 * Time       *_ms is Unix time in milliseconds; *_bytes is octets.
 * Durability when journal_append() returns STATUS_OK the whole batch is on disk.
 * Workload   batches of 1 to 8,000 records of about 300 bytes, 300,000 records/s.
 * Engine     journal_lmdb.c; a second one may stand behind the same calls.
 */
#ifndef YX_STORAGE_JOURNAL_H
#define YX_STORAGE_JOURNAL_H

#include "storage/record.h"
#include <stdbool.h>

#define JOURNAL_BATCH_MAX       8000u
#define JOURNAL_BATCH_BYTES_MAX (8u * 1024u * 1024u) /* encoded records of a batch */
#define JOURNAL_PAGE_MAX        200u /* records of one read transaction */

typedef struct journal journal_t;
typedef struct journal_reader journal_reader_t;

typedef enum {
    JOURNAL_CREATE, /* a new journal; STATUS_EXISTS when there is one */
    JOURNAL_WRITE,  /* the broker; takes the folder's lock (STATUS_LOCKED) */
    JOURNAL_READ    /* no lock, no writing; beside a running broker */
} journal_mode_t;

typedef struct {
    journal_mode_t mode;
    uint64_t map_bytes; /* address space for LMDB; the file grows as needed */
} journal_options_t;

/* Opens the journal in folder `path`, which must exist; a process opens a journal once
 * at a time (LMDB's rule). STATUS_NOT_FOUND, STATUS_EXISTS, STATUS_FORMAT, STATUS_IO,
 * STATUS_STORAGE_FULL, STATUS_NO_MEMORY; STATUS_LOCKED: there is a writer; JOURNAL_READ
 * says so only where it may not write LMDB's table of readers and so would not be seen
 * by that writer. STATUS_DAMAGED: the environment itself cannot be used; JOURNAL_READ may
 * do when only the list of free pages is damaged. A damaged record does not prevent
 * opening, wherever it is. When it is the newest one the head stays what it is, the
 * chain is unknown (zero) and appends are refused with STATUS_DAMAGED. */
status_t journal_open(const char *path, const journal_options_t *options,
                      journal_t **journal);
void journal_close(journal_t **journal);

/* Seq of the newest record, 0 when empty; read from disk at opening, then kept. */
uint64_t journal_head(const journal_t *journal);
/* Chain value of the newest record, zero when empty. */
void journal_chain(const journal_t *journal, uint8_t chain[RECORD_CHAIN_BYTES]);

/* Append `count` records after `expected_seq`, all or none; the caller keeps them.
 * STATUS_CONFLICT: the head is not expected_seq (somebody else appended).
 * STATUS_STORAGE_FULL, STATUS_IO, STATUS_NO_MEMORY: the journal is as it was before the
 * call; the same append may succeed later, after STATUS_IO perhaps only in a new process
 * (LMDB gives up once its meta page could not be written). On disk such a batch is
 * whole or not there. STATUS_DAMAGED: see journal_open(). STATUS_READ_ONLY. */
status_t journal_append(journal_t *journal, uint64_t expected_seq,
                        const record_t *records, size_t count);

/* Address space used of map_bytes, in bytes. */
uint64_t journal_used_bytes(const journal_t *journal);

/* A reader is one thread's; destroy it before the journal is closed. STATUS_NO_MEMORY,
 * STATUS_IO (more than 250 readers). */
status_t journal_reader_create(journal_t *journal, journal_reader_t **reader);
void journal_reader_destroy(journal_reader_t **reader);

/* Called per record in order; what it gets is borrowed until it returns. Returning
 * false ends the read. */
typedef bool journal_visitor(void *context, uint64_t seq, const record_t *record,
                             const uint8_t chain[RECORD_CHAIN_BYTES]);

/* Visits up to `limit` (at most JOURNAL_PAGE_MAX) records from `from_seq` in one short
 * transaction; *next is the seq after the last one visited. STATUS_OK also when there
 * is none. STATUS_DAMAGED: *next is the first bad or missing seq. STATUS_FORMAT: *next
 * was written by a later release. STATUS_IO. */
status_t journal_read(journal_reader_t *reader, uint64_t from_seq, uint32_t limit,
                      journal_visitor *visit, void *context, uint64_t *next);

typedef struct {
    uint64_t records;     /* found good, in order from seq 1 */
    uint64_t damaged_seq; /* 0 = none */
    const char *damage;   /* "checksum", "chain", "missing", "page", "format" */
} scrub_result_t;

/* Walks all records and checks sum and chain. `stop` (may be NULL) is asked between
 * pages. STATUS_OK when it could walk, whatever it found; STATUS_IO; STATUS_STOPPING. */
status_t journal_scrub(journal_reader_t *reader, bool (*stop)(void *), void *context,
                       scrub_result_t *result);

#endif
