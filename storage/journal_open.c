/* journal_open.c - see journal.h: the folder, its lock, creation and opening.
 *
 * Layout: FORMAT.md section 1. A new environment is made whole under another name and
 * renamed, so that a folder `journal` is always complete.
 */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* LMDB maps its lock file and writes to it: room that is not there would be SIGBUS.
 * 16 KiB hold the slots of 250 readers. */
#define LOCK_FILE_BYTES (16 * 1024)

typedef struct {
    char folder[PATH_MAX], lock[PATH_MAX]; /* what the caller named; the flock's file */
    char env[PATH_MAX], env_data[PATH_MAX], env_lock[PATH_MAX];
    char new_env[PATH_MAX], new_data[PATH_MAX], new_lock[PATH_MAX];
} paths_t;

static bool join(char out[PATH_MAX], const char *folder, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s/%s", folder, name);
    return size > 0 && size < PATH_MAX;
}

static bool make_paths(const char *folder, paths_t *paths)
{
    int size = snprintf(paths->folder, PATH_MAX, "%s", folder);
    return size > 0 && size < PATH_MAX && join(paths->lock, folder, "lock") &&
           join(paths->env, folder, "journal") &&
           join(paths->env_data, paths->env, "data.mdb") &&
           join(paths->env_lock, paths->env, "lock.mdb") &&
           join(paths->new_env, folder, "journal.new") &&
           join(paths->new_data, paths->new_env, "data.mdb") &&
           join(paths->new_lock, paths->new_env, "lock.mdb");
}

static status_t sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return journal_status(errno);
    status_t status = fsync(fd) == 0 ? STATUS_OK : journal_status(errno);
    (void)close(fd); /* opened for reading: nothing is left to write */
    return status;
}

/* ---- locks ---- */

static status_t take_lock(const char *path, int flags, int operation, int *lock_fd)
{
    *lock_fd = -1;
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        return journal_status(errno);
    if (flock(fd, operation | LOCK_NB) != 0) {
        status_t status = errno == EWOULDBLOCK ? STATUS_LOCKED : STATUS_IO;
        (void)close(fd); /* nothing was written */
        return status;
    }
    *lock_fd = fd;
    return STATUS_OK;
}

static int write_zeros_to(int fd, off_t size)
{
    static const uint8_t zeros[4096];
    struct stat about;
    if (fstat(fd, &about) != 0)
        return errno;
    for (off_t at = about.st_size; at < size;) {
        size_t wanted = (size_t)(size - at);
        ssize_t put = pwrite(fd, zeros, wanted < 4096 ? wanted : 4096, at);
        if (put <= 0)
            return put < 0 ? errno : ENOSPC;
        at += put;
    }
    return 0;
}

/* Gives LMDB's lock file its room. Before the environment is open: closing any
 * descriptor of this file later would drop LMDB's own locks on it. */
static status_t reserve_lock_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return journal_status(errno);
    int error = 0;
    if (fallocate(fd, 0, 0, LOCK_FILE_BYTES) != 0)
        error = errno;
    if (error == EOPNOTSUPP)
        error = write_zeros_to(fd, LOCK_FILE_BYTES);
    if (close(fd) != 0 && error == 0)
        error = errno;
    return journal_status(error);
}

/* ---- environment ---- */

static status_t start_env(const char *path, unsigned flags, uint64_t map_bytes,
                          MDB_env **out)
{
    *out = NULL;
    MDB_env *env = NULL;
    int rc = mdb_env_create(&env);
    /* 0 takes the size that the writer keeps in the file */
    if (rc == 0)
        rc = mdb_env_set_mapsize(env, map_bytes);
    if (rc == 0)
        rc = mdb_env_open(env, path, flags | MDB_NOTLS, 0600);
    if (rc != 0 && env != NULL)
        mdb_env_close(env);
    if (rc == 0)
        *out = env;
    if (rc == EACCES || rc == EPERM || rc == EROFS)
        return STATUS_READ_ONLY;
    return rc == ENOENT ? STATUS_IO : journal_status(rc);
}

static int64_t now_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static status_t write_meta(MDB_env *env)
{
    uint8_t key_bytes[JOURNAL_KEY_BYTES], meta[JOURNAL_META_BYTES];
    journal_key(0, key_bytes);
    journal_meta_encode(now_ms(), meta);
    MDB_val key = { sizeof key_bytes, key_bytes }, value = { sizeof meta, meta };
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    int rc = mdb_txn_begin(env, NULL, 0, &txn);
    if (rc == 0)
        rc = mdb_dbi_open(txn, NULL, 0, &dbi);
    if (rc == 0)
        rc = mdb_put(txn, dbi, &key, &value, MDB_APPEND);
    if (rc == 0) {
        rc = mdb_txn_commit(txn);
        txn = NULL;
    }
    if (txn != NULL)
        mdb_txn_abort(txn);
    return journal_status(rc);
}

/* Empties what an interrupted creation left behind, or makes the folder. */
static status_t clear_new(const paths_t *paths)
{
    if (mkdir(paths->new_env, 0700) == 0)
        return STATUS_OK;
    if (errno != EEXIST)
        return journal_status(errno);
    if ((unlink(paths->new_data) != 0 && errno != ENOENT) ||
        (unlink(paths->new_lock) != 0 && errno != ENOENT))
        return STATUS_IO;
    return STATUS_OK;
}

static status_t create_env(const paths_t *paths, uint64_t map_bytes)
{
    MDB_env *env = NULL;
    status_t status = clear_new(paths);
    if (status == STATUS_OK)
        status = reserve_lock_file(paths->new_lock);
    if (status == STATUS_OK)
        status = start_env(paths->new_env, 0, map_bytes, &env);
    if (status == STATUS_READ_ONLY)
        status = STATUS_IO;
    if (status == STATUS_OK)
        status = write_meta(env);
    if (env != NULL)
        mdb_env_close(env);
    if (status == STATUS_OK)
        status = sync_path(paths->new_data);
    if (status == STATUS_OK)
        status = sync_path(paths->new_env);
    if (status == STATUS_OK && rename(paths->new_env, paths->env) != 0)
        status = journal_status(errno);
    return status == STATUS_OK ? sync_path(paths->folder) : status;
}

/* A reader that may not write LMDB's lock file cannot be seen by a writer, who would
 * reuse pages under it: so it keeps writers out, or stays out itself. */
static status_t start_unseen(const paths_t *paths, uint64_t map_bytes,
                             journal_t *journal)
{
    status_t status = take_lock(paths->lock, O_RDONLY, LOCK_SH, &journal->lock_fd);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    status = start_env(paths->env, MDB_RDONLY | MDB_NOLOCK, map_bytes, &journal->env);
    return status == STATUS_READ_ONLY ? STATUS_IO : status;
}

static status_t start(const paths_t *paths, uint64_t map_bytes, journal_t *journal)
{
    bool reading = journal->mode == JOURNAL_READ;
    status_t status = reserve_lock_file(paths->env_lock);
    if (status == STATUS_OK)
        status =
            start_env(paths->env, reading ? MDB_RDONLY : 0, map_bytes, &journal->env);
    if (reading && (status == STATUS_READ_ONLY || status == STATUS_IO))
        return start_unseen(paths, map_bytes, journal);
    return status == STATUS_READ_ONLY ? STATUS_IO : status;
}

/* ---- what is in it ---- */

static status_t precheck(const paths_t *paths)
{
    int fd = open(paths->env_data, O_RDONLY | O_CLOEXEC);
    if (fd < 0) /* the folder is there: it was made whole, so somebody took the file */
        return errno == ENOENT ? STATUS_DAMAGED : journal_status(errno);
    status_t status = journal_pages_precheck(fd);
    (void)close(fd); /* opened for reading */
    return status;
}

static status_t read_meta(MDB_cursor *cursor)
{
    uint64_t seq;
    MDB_val key, value;
    int rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    if (rc != 0)
        return rc == MDB_NOTFOUND ? STATUS_FORMAT : journal_status(rc);
    if (!journal_key_seq(&key, &seq) || seq != 0)
        return STATUS_FORMAT;
    if (!journal_value_sound(&value))
        return STATUS_DAMAGED;
    return journal_meta_check(value.mv_data, value.mv_size);
}

static status_t read_tail(MDB_cursor *cursor, journal_t *journal)
{
    MDB_val key, value;
    int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (rc != 0)
        return rc == MDB_NOTFOUND ? STATUS_DAMAGED : journal_status(rc);
    uint64_t seq;
    if (!journal_key_seq(&key, &seq))
        return STATUS_DAMAGED;
    journal->head = seq;
    if (seq == 0)
        return STATUS_OK;
    record_t record;
    if (!journal_value_sound(&value))
        return STATUS_DAMAGED;
    return record_decode(value.mv_data, value.mv_size, seq, &record, journal->chain);
}

/* The head is real even when the newest record, or its page, cannot be read: then the
 * number of records says it. */
static status_t find_head(MDB_txn *txn, MDB_cursor *cursor, int fd, uint8_t *pages,
                          journal_t *journal)
{
    MDB_stat stat;
    uint64_t sound_before;
    int rc = mdb_stat(txn, journal->records, &stat);
    if (rc != 0)
        return journal_status(rc);
    journal->head = stat.ms_entries > 0 ? stat.ms_entries - 1 : 0;
    status_t status =
        journal_pages_check_range(fd, pages, UINT64_MAX, UINT64_MAX, &sound_before);
    if (status == STATUS_OK)
        status = read_tail(cursor, journal);
    journal->tail_damaged = status == STATUS_DAMAGED;
    return status == STATUS_DAMAGED ? STATUS_OK : status;
}

static status_t look_inside(journal_t *journal)
{
    int fd = -1;
    uint64_t sound_before;
    MDB_cursor *cursor = NULL;
    MDB_txn *txn = NULL;
    uint8_t *pages = journal_pages_buffer();
    status_t status = pages != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = journal_status(mdb_txn_begin(journal->env, NULL, MDB_RDONLY, &txn));
    if (status == STATUS_OK)
        status = journal_status(mdb_env_get_fd(journal->env, &fd));
    if (status == STATUS_OK)
        status = journal_pages_check(fd, journal->mode != JOURNAL_READ);
    if (status == STATUS_OK)
        status = journal_pages_check_range(fd, pages, 0, 0, &sound_before);
    if (status == STATUS_OK)
        status = journal_status(mdb_dbi_open(txn, NULL, 0, &journal->records));
    if (status == STATUS_OK)
        status = journal_status(mdb_cursor_open(txn, journal->records, &cursor));
    if (status == STATUS_OK)
        status = read_meta(cursor);
    if (status == STATUS_OK)
        status = find_head(txn, cursor, fd, pages, journal);
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    if (txn != NULL)
        mdb_txn_abort(txn);
    free(pages);
    return status;
}

/* ---- opening ---- */

static status_t prepare(const paths_t *paths, const journal_options_t *options,
                        journal_t *journal)
{
    bool creating = options->mode == JOURNAL_CREATE;
    if (access(paths->env, F_OK) != 0 && !creating)
        return journal_status(errno);
    status_t status = STATUS_OK;
    if (options->mode != JOURNAL_READ)
        status = take_lock(paths->lock, O_RDWR | O_CREAT, LOCK_EX, &journal->lock_fd);
    if (status != STATUS_OK || !creating)
        return status;
    if (access(paths->env, F_OK) == 0)
        return STATUS_EXISTS;
    return create_env(paths, options->map_bytes);
}

static status_t open_in(const paths_t *paths, const journal_options_t *options,
                        journal_t *journal)
{
    status_t status = prepare(paths, options, journal);
    if (status == STATUS_OK)
        status = precheck(paths);
    if (status == STATUS_OK)
        status = start(paths, options->map_bytes, journal);
    int dead = 0;
    if (status == STATUS_OK)
        status = journal_status(mdb_reader_check(journal->env, &dead));
    return status == STATUS_OK ? look_inside(journal) : status;
}

status_t journal_open(const char *path, const journal_options_t *options,
                      journal_t **journal)
{
    CHECK(path != NULL);
    CHECK(options != NULL);
    CHECK(journal != NULL);
    *journal = NULL;
    if (sodium_init() < 0) /* picks the fast BLAKE2b */
        return STATUS_IO;
    paths_t *paths = malloc(sizeof *paths);
    journal_t *opened = calloc(1, sizeof *opened);
    status_t status = STATUS_NO_MEMORY;
    if (paths == NULL || opened == NULL)
        goto done;
    opened->lock_fd = -1;
    opened->mode = options->mode;
    atomic_init(&opened->reader_count, 0);
    status = make_paths(path, paths) ? open_in(paths, options, opened) : STATUS_IO;
    if (status == STATUS_OK) {
        *journal = opened;
        opened = NULL;
    }
done:
    if (opened != NULL)
        journal_close(&opened);
    free(paths);
    return status;
}

void journal_close(journal_t **journal)
{
    CHECK(journal != NULL);
    journal_t *closing = *journal;
    if (closing == NULL)
        return;
    CHECK(atomic_load(&closing->reader_count) == 0);
    if (closing->env != NULL)
        mdb_env_close(closing->env);
    if (closing->lock_fd >= 0)
        (void)close(closing->lock_fd); /* nothing was written to it */
    free(closing);
    *journal = NULL;
}
