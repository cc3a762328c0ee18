/* journal_internal.h - what the journal's own files share (journal_*.c only).
 *
 * journal_open.c   folder, lock, creation, opening and its checks
 * journal_lmdb.c   append, head, chain, errors of LMDB
 * journal_pages.c  the environment's pages, looked at before LMDB maps them
 * journal_reader.c reading, journal_scrub.c checking
 */
#ifndef YX_STORAGE_JOURNAL_INTERNAL_H
#define YX_STORAGE_JOURNAL_INTERNAL_H

#include "storage/journal.h"
#include <lmdb.h>
#include <stdatomic.h>

#define JOURNAL_KEY_BYTES  8u
#define JOURNAL_META_BYTES 64u

struct journal {
    MDB_env *env;
    MDB_dbi records;
    int lock_fd; /* holds the folder's flock; -1 = none */
    journal_mode_t mode;
    bool tail_damaged; /* the newest record cannot be read: no chain to go on from */
    uint64_t head;
    uint8_t chain[RECORD_CHAIN_BYTES];
    uint32_t batch_count;     /* appended since opening */
    atomic_uint reader_count; /* readers that were not destroyed yet */
};

/* Big-endian, so that LMDB's byte order is the order of seq. */
void journal_key(uint64_t seq, uint8_t key[JOURNAL_KEY_BYTES]);
/* False: not a key of ours. */
bool journal_key_seq(const MDB_val *key, uint64_t *seq);

/* What a return code of LMDB or an errno means for the caller. */
status_t journal_status(int rc);

/* Whether a value that LMDB returned lies within the page or the run of pages that it
 * was found in: with a damaged size LMDB answers pointers beyond the file. */
bool journal_value_sound(const MDB_val *value);

/* These look at the data file without mapping it. Beside a writer, an open read
 * transaction must hold the pages, except for the first. All: STATUS_IO. */

/* Belongs before mdb_env_open(): STATUS_DAMAGED (too short, damaged meta pages),
 * STATUS_FORMAT (of another machine or program). */
status_t journal_pages_precheck(int fd);
/* The inner pages; the list of free pages when it will be written; every page when the
 * file is shorter than it should be. STATUS_DAMAGED, STATUS_NO_MEMORY. */
status_t journal_pages_check(int fd, bool writing);
/* The pages that hold the keys from..to. STATUS_DAMAGED: those of the keys below
 * *sound_before are sound. `pages` is a buffer of journal_pages_buffer(). */
status_t journal_pages_check_range(int fd, uint8_t *pages, uint64_t from, uint64_t to,
                                   uint64_t *sound_before);
/* Room for one page per level of a tree; free() it. NULL: no memory. */
uint8_t *journal_pages_buffer(void);

/* The record with key 0: what the folder is. journal_meta_check(): STATUS_FORMAT,
 * STATUS_DAMAGED. */
void journal_meta_encode(int64_t created_ms, uint8_t out[JOURNAL_META_BYTES]);
status_t journal_meta_check(const uint8_t *bytes, size_t size);

/* journal_read() that also says what is wrong, in the words of scrub_result_t; *cause
 * is NULL unless the status is STATUS_DAMAGED or STATUS_FORMAT. */
status_t journal_read_page(journal_reader_t *reader, uint64_t from_seq, uint32_t limit,
                           journal_visitor *visit, void *context, uint64_t *next,
                           const char **cause);
/* Number of records as LMDB counts them, in one short transaction. */
status_t journal_reader_count(journal_reader_t *reader, uint64_t *count);

#endif
