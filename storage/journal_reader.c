/* journal_reader.c - see journal.h: reading pages of records.
 *
 * A reader keeps one read transaction and cursor and renews them for every page, so
 * that reading allocates nothing and no snapshot is held between pages: LMDB cannot
 * reuse a page while a reader may still see it, and the file would grow.
 */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>

struct journal_reader {
    journal_t *journal;
    MDB_txn *txn; /* reset between pages */
    MDB_cursor *cursor;
    int fd; /* LMDB's, for looking at pages before they are read */
    uint8_t *pages;
};

static void free_reader(journal_reader_t *reader)
{
    if (reader->cursor != NULL)
        mdb_cursor_close(reader->cursor);
    if (reader->txn != NULL)
        mdb_txn_abort(reader->txn);
    free(reader->pages);
    free(reader);
}

status_t journal_reader_create(journal_t *journal, journal_reader_t **reader)
{
    CHECK(journal != NULL);
    CHECK(reader != NULL);
    *reader = NULL;
    journal_reader_t *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STATUS_NO_MEMORY;
    made->journal = journal;
    made->pages = journal_pages_buffer();
    int rc = made->pages == NULL ? ENOMEM : mdb_env_get_fd(journal->env, &made->fd);
    if (rc == 0)
        rc = mdb_txn_begin(journal->env, NULL, MDB_RDONLY, &made->txn);
    if (rc == 0)
        rc = mdb_cursor_open(made->txn, journal->records, &made->cursor);
    if (rc != 0) {
        free_reader(made);
        return journal_status(rc);
    }
    mdb_txn_reset(made->txn);
    (void)atomic_fetch_add(&journal->reader_count, 1); /* the old count is no news */
    *reader = made;
    return STATUS_OK;
}

void journal_reader_destroy(journal_reader_t **reader)
{
    CHECK(reader != NULL);
    journal_reader_t *ending = *reader;
    if (ending == NULL)
        return;
    CHECK(atomic_fetch_sub(&ending->journal->reader_count, 1) > 0);
    free_reader(ending);
    *reader = NULL;
}

/* Every entry but the one with key 0 is a record. */
static status_t count_entries(journal_reader_t *reader, uint64_t *count)
{
    MDB_stat stat;
    int rc = mdb_stat(reader->txn, reader->journal->records, &stat);
    *count = rc == 0 && stat.ms_entries > 0 ? stat.ms_entries - 1 : 0;
    return journal_status(rc);
}

status_t journal_reader_count(journal_reader_t *reader, uint64_t *count)
{
    CHECK(reader != NULL);
    CHECK(count != NULL);
    *count = 0;
    int rc = mdb_txn_renew(reader->txn);
    if (rc != 0)
        return journal_status(rc);
    status_t status = count_entries(reader, count);
    mdb_txn_reset(reader->txn);
    return status;
}

typedef struct {
    uint64_t from;
    uint32_t limit;
    journal_visitor *visit;
    void *context;
} request_t;

/* One entry: what is at the cursor must be the record `seq`. */
static status_t take_entry(const MDB_val *key, const MDB_val *value, uint64_t seq,
                           const request_t *request, bool *more, const char **cause)
{
    uint64_t found;
    *more = false;
    *cause = "missing";
    if (!journal_key_seq(key, &found) || found != seq)
        return STATUS_DAMAGED;
    record_t record;
    uint8_t chain[RECORD_CHAIN_BYTES];
    *cause = "checksum";
    if (!journal_value_sound(value))
        return STATUS_DAMAGED;
    status_t status =
        record_decode(value->mv_data, value->mv_size, seq, &record, chain);
    if (status != STATUS_OK) {
        *cause = status == STATUS_FORMAT ? "format" : "checksum";
        return status;
    }
    *cause = NULL;
    *more = request->visit(request->context, seq, &record, chain);
    return STATUS_OK;
}

/* LMDB found nothing more: the end, unless it counts more records than we saw. */
static status_t at_end(journal_reader_t *reader, uint64_t seq, const char **cause)
{
    uint64_t count;
    status_t status = count_entries(reader, &count);
    if (status != STATUS_OK || seq > count)
        return status;
    *cause = "missing";
    return STATUS_DAMAGED;
}

static status_t read_entries(journal_reader_t *reader, const request_t *request,
                             uint64_t *next, const char **cause)
{
    uint8_t key_bytes[JOURNAL_KEY_BYTES];
    journal_key(request->from, key_bytes);
    MDB_val key = { sizeof key_bytes, key_bytes }, value = { 0, NULL };
    MDB_cursor_op move = MDB_SET_RANGE;
    status_t status = STATUS_OK;
    bool more = true;
    while (more && status == STATUS_OK && *next - request->from < request->limit) {
        int rc = mdb_cursor_get(reader->cursor, &key, &value, move);
        if (rc == MDB_NOTFOUND)
            return at_end(reader, *next, cause);
        if (rc != 0) {
            status = journal_status(rc);
            *cause = status == STATUS_DAMAGED ? "missing" : NULL;
            return status;
        }
        status = take_entry(&key, &value, *next, request, &more, cause);
        if (status == STATUS_OK)
            (*next)++;
        move = MDB_NEXT;
    }
    return status;
}

/* Reads as far as the pages are sound: LMDB is not let near the others. */
static status_t read_sound(journal_reader_t *reader, const request_t *request,
                           uint64_t *next, const char **cause)
{
    uint64_t from = request->from, sound_before;
    status_t found = journal_pages_check_range(
        reader->fd, reader->pages, from, from + request->limit - 1, &sound_before);
    if (found == STATUS_OK)
        return read_entries(reader, request, next, cause);
    if (found != STATUS_DAMAGED)
        return found;
    status_t status = STATUS_OK;
    request_t shorter = *request;
    if (sound_before > from && sound_before - from < request->limit) {
        shorter.limit = (uint32_t)(sound_before - from);
        status = read_entries(reader, &shorter, next, cause);
        if (status != STATUS_OK || *next != sound_before)
            return status;
    }
    *cause = "page";
    return STATUS_DAMAGED;
}

status_t journal_read_page(journal_reader_t *reader, uint64_t from_seq, uint32_t limit,
                           journal_visitor *visit, void *context, uint64_t *next,
                           const char **cause)
{
    CHECK(reader != NULL);
    CHECK(from_seq > 0);
    CHECK(limit <= JOURNAL_PAGE_MAX);
    CHECK(visit != NULL && next != NULL && cause != NULL);
    *next = from_seq;
    *cause = NULL;
    int rc = mdb_txn_renew(reader->txn);
    if (rc == 0)
        rc = mdb_cursor_renew(reader->txn, reader->cursor);
    status_t status = journal_status(rc);
    const request_t request = { from_seq, limit, visit, context };
    if (status == STATUS_OK && limit > 0)
        status = read_sound(reader, &request, next, cause);
    mdb_txn_reset(reader->txn);
    CHECK(*next - from_seq <= limit);
    return status;
}

status_t journal_read(journal_reader_t *reader, uint64_t from_seq, uint32_t limit,
                      journal_visitor *visit, void *context, uint64_t *next)
{
    const char *cause;
    return journal_read_page(reader, from_seq, limit, visit, context, next, &cause);
}
