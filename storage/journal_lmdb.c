/* journal_lmdb.c - see journal.h: appending. One LMDB write transaction per batch.
 *
 * LMDB writes the batch's pages, fdatasyncs, then writes one of its two meta pages
 * through a descriptor opened O_DSYNC: a commit that fails before that leaves the old
 * tree in force. Nothing of the journal object changes until the commit succeeded.
 */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Room that a batch needs beside its records: inner pages, list of free pages. */
#define COMMIT_OVERHEAD_BYTES (256u * 1024u)
/* A reading process that was killed holds its pages until its slot is cleared. */
#define STALE_READERS_EVERY   64u

void journal_key(uint64_t seq, uint8_t key[JOURNAL_KEY_BYTES])
{
    uint64_t big_endian = htobe64(seq);
    memcpy(key, &big_endian, JOURNAL_KEY_BYTES);
}

bool journal_key_seq(const MDB_val *key, uint64_t *seq)
{
    *seq = 0;
    if (key->mv_size != JOURNAL_KEY_BYTES)
        return false;
    uint64_t big_endian;
    memcpy(&big_endian, key->mv_data, sizeof big_endian);
    *seq = be64toh(big_endian);
    return true;
}

status_t journal_status(int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return STATUS_OK;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
        return STATUS_STORAGE_FULL;
    case MDB_KEYEXIST: /* MDB_APPEND met a key that is not below ours */
        return STATUS_CONFLICT;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
        return STATUS_DAMAGED;
    case MDB_VERSION_MISMATCH:
        return STATUS_FORMAT;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    default:
        return STATUS_IO;
    }
}

/* Writes the record straight into the page that LMDB will write out. */
static int put_record(MDB_cursor *cursor, uint64_t seq, const record_t *record,
                      size_t size, uint8_t chain[RECORD_CHAIN_BYTES])
{
    uint8_t bytes[JOURNAL_KEY_BYTES];
    journal_key(seq, bytes);
    MDB_val key = { sizeof bytes, bytes }, value = { size, NULL };
    int rc = mdb_cursor_put(cursor, &key, &value, MDB_APPEND | MDB_RESERVE);
    if (rc == 0)
        record_encode(record, seq, chain, value.mv_data);
    return rc;
}

static int put_batch(MDB_txn *txn, MDB_dbi dbi, uint64_t after, const record_t *records,
                     size_t count, uint8_t chain[RECORD_CHAIN_BYTES])
{
    MDB_cursor *cursor = NULL;
    int rc = mdb_cursor_open(txn, dbi, &cursor);
    size_t bytes = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        size_t size = record_size(&records[i]);
        bytes += size;
        CHECK(bytes <= JOURNAL_BATCH_BYTES_MAX);
        rc = put_record(cursor, after + 1 + i, &records[i], size, chain);
    }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return rc;
}

/* LMDB reports a short write as EIO, and a disk that fills up writes short: ask whether
 * the disk would still give the room. Room kept beyond the end serves the next batch. */
static bool disk_is_full(MDB_env *env, const record_t *records, size_t count)
{
    int fd = -1;
    struct stat about;
    if (mdb_env_get_fd(env, &fd) != 0 || fstat(fd, &about) != 0)
        return false;
    size_t bytes = COMMIT_OVERHEAD_BYTES;
    for (size_t i = 0; i < count; i++)
        bytes += record_size(&records[i]);
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, about.st_size, (off_t)bytes) == 0)
        return false;
    if (errno == ENOSPC || errno == EDQUOT)
        return true;
    struct statvfs room;
    return fstatvfs(fd, &room) == 0 && (uint64_t)room.f_bavail * room.f_frsize < bytes;
}

static void clear_stale_readers(journal_t *journal)
{
    int dead = 0;
    if (journal->batch_count++ % STALE_READERS_EVERY == 0)
        (void)mdb_reader_check(journal->env, &dead); /* tried again soon */
}

status_t journal_append(journal_t *journal, uint64_t expected_seq,
                        const record_t *records, size_t count)
{
    CHECK(journal != NULL);
    CHECK(records != NULL || count == 0);
    CHECK(count <= JOURNAL_BATCH_MAX);
    if (journal->mode == JOURNAL_READ)
        return STATUS_READ_ONLY;
    if (journal->tail_damaged)
        return STATUS_DAMAGED;
    if (journal->head != expected_seq)
        return STATUS_CONFLICT;
    if (count == 0)
        return STATUS_OK;

    clear_stale_readers(journal);
    uint8_t chain[RECORD_CHAIN_BYTES];
    memcpy(chain, journal->chain, sizeof chain);
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(journal->env, NULL, 0, &txn);
    if (rc != 0)
        goto done;
    rc = put_batch(txn, journal->records, expected_seq, records, count, chain);
    if (rc != 0)
        goto done;
    rc = mdb_txn_commit(txn);
    txn = NULL; /* LMDB frees it, whatever rc says */
    if (rc == 0) {
        journal->head = expected_seq + count;
        memcpy(journal->chain, chain, sizeof chain);
    }

done:
    if (txn != NULL)
        mdb_txn_abort(txn);
    if (rc == EIO && disk_is_full(journal->env, records, count))
        rc = ENOSPC;
    CHECK(rc == 0 || journal->head == expected_seq);
    return journal_status(rc);
}

uint64_t journal_head(const journal_t *journal)
{
    CHECK(journal != NULL);
    return journal->head;
}

void journal_chain(const journal_t *journal, uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(journal != NULL);
    CHECK(chain != NULL);
    memcpy(chain, journal->chain, RECORD_CHAIN_BYTES);
}

uint64_t journal_used_bytes(const journal_t *journal)
{
    CHECK(journal != NULL);
    MDB_envinfo info;
    MDB_stat stat;
    CHECK(mdb_env_info(journal->env, &info) == 0);
    CHECK(mdb_env_stat(journal->env, &stat) == 0);
    return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}
