/* read_ahead.h - reads and decodes the journal ahead of replay, in a thread of its own.
 *
 * Replay spends about half of its time on reading, checking, hashing and decoding
 * records, and half on applying them; here the first half runs beside the second.
 * Pages come in order; a bounded number of them waits. Memory is taken at creation.
 * Threads: all calls from the core thread.
 */
#ifndef YX_RUNTIME_READ_AHEAD_H
#define YX_RUNTIME_READ_AHEAD_H

#include "proto/arena.h"
#include "proto/command.h"
#include "storage/journal.h"

#define READ_AHEAD_PAGES       4u
#define READ_AHEAD_ARENA_BYTES (8u * 1024u * 1024u) /* of one page */

typedef struct read_ahead read_ahead_t;

/* One record, decoded. Everything lies in the page's arena. */
typedef struct {
    int64_t time_ms;
    uint64_t instance, number;
    uint64_t hash; /* hash_command() of both parts */
    uint32_t key, verdict;
    uint32_t private_size;       /* of records that carry a name, else 0 */
    const uint8_t *private_part; /* likewise, else NULL */
    command_t command;
} decoded_t;

typedef struct {
    uint64_t first_seq;
    uint32_t count;
    decoded_t *records;
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of the last one */
    /* Whether more pages follow (STATUS_OK) or why none does: STATUS_NOT_FOUND (the
     * end), STATUS_DAMAGED (the record after these), STATUS_IO. */
    status_t status;
    arena_t *arena; /* the module's own */
} decoded_page_t;

/* Begins at from_seq, ends at the head that the journal has now. STATUS_NO_MEMORY,
 * STATUS_IO. */
status_t read_ahead_create(journal_t *journal, uint64_t from_seq, read_ahead_t **ahead);
/* Stops the thread wherever it is. */
void read_ahead_destroy(read_ahead_t **ahead);
/* Waits for the next page; it is borrowed until the next call. Not to be called again
 * after a page whose status is not STATUS_OK. */
const decoded_page_t *read_ahead_next(read_ahead_t *ahead);

#endif
