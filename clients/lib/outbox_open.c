/* outbox_open.c - see outbox.h: the environment, its making, and whether it was copied.
 *
 * A new environment is made whole under another name and renamed, so that a folder
 * `outbox` is always complete.
 */
#include "clients/lib/outbox_parts.h"

#include "clients/lib/files.h"
#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAP_BYTES       (1ull << 30)
#define LOCK_FILE_BYTES (16 * 1024) /* LMDB maps it: a hole would be SIGBUS when full */
#define BOOT_ID         "/proc/sys/kernel/random/boot_id"
#define MACHINE_ID      "/etc/machine-id"

status_t outbox_status(int error)
{
    switch (error) {
    case 0:
        return STATUS_OK;
    case ENOSPC:
    case EDQUOT:
    case MDB_MAP_FULL:
        return STATUS_STORAGE_FULL;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    case MDB_NOTFOUND:
        return STATUS_NOT_FOUND;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
        return STATUS_DAMAGED;
    case MDB_VERSION_MISMATCH:
        return STATUS_FORMAT;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
        return STATUS_PROFILE;
    default:
        return STATUS_IO;
    }
}

/* ---- time and place ---- */

/* The first line of a file of the system, hashed; all zero when there is none. */
static void hash_line(const char *path, uint8_t *out, size_t size, uint64_t more)
{
    char line[128] = "";
    FILE *file = fopen(path, "re");
    if (file != NULL && fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    if (file != NULL)
        (void)fclose(file); /* read only */
    crypto_generichash_state state;
    CHECK(crypto_generichash_init(&state, NULL, 0, 16) == 0);
    CHECK(crypto_generichash_update(&state, (const uint8_t *)line, strlen(line)) == 0);
    CHECK(crypto_generichash_update(&state, (const uint8_t *)&more, sizeof more) == 0);
    uint8_t hash[16];
    CHECK(crypto_generichash_final(&state, hash, sizeof hash) == 0);
    memcpy(out, hash, size);
}

static int64_t ms_of(clockid_t id)
{
    struct timespec now;
    CHECK(clock_gettime(id, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

outbox_time_t outbox_clock(void)
{
    return (outbox_time_t){ .wall_ms = ms_of(CLOCK_REALTIME),
                            .boot_ms = ms_of(CLOCK_BOOTTIME) };
}

/* An end that lies further ahead than a lease can was written before a restart. */
bool outbox_lease_lives(const outbox_t *outbox, const outbox_meta_t *meta,
                        const outbox_time_t *now)
{
    if (meta->lease_token == 0 || meta->lease_boot != outbox->boot ||
        now->boot_ms >= meta->lease_until_ms ||
        meta->lease_until_ms - now->boot_ms > OUTBOX_LEASE_MS)
        return false;
    return kill((pid_t)meta->lease_process, 0) == 0 || errno != ESRCH;
}

/* Machine and file: another file under the same name was put there by a copy. */
static status_t find_place(const char *env_path, uint8_t place[OUTBOX_PLACE_BYTES])
{
    char path[FILES_PATH_MAX];
    struct stat about;
    status_t status = files_join(path, env_path, "data.mdb");
    if (status == STATUS_OK && stat(path, &about) != 0)
        status = outbox_status(errno);
    if (status == STATUS_OK)
        hash_line(MACHINE_ID, place, OUTBOX_PLACE_BYTES, (uint64_t)about.st_ino);
    return status;
}

/* ---- the record about it ---- */

void outbox_take_instance(outbox_meta_t *meta)
{
    do {
        randombytes_buf(&meta->instance, sizeof meta->instance);
    } while (meta->instance == 0);
    meta->next_number = 1;
    meta->instances++;
}

static void count_entry(outbox_meta_t *meta, uint64_t entry, outbox_state_t state,
                        size_t size)
{
    if (entry >= meta->next_entry)
        meta->next_entry = entry + 1;
    meta->draft += state == OUTBOX_DRAFT;
    meta->waiting += state == OUTBOX_WAITING;
    meta->refused += state == OUTBOX_REFUSED;
    meta->kept += state == OUTBOX_ACKNOWLEDGED;
    if (state == OUTBOX_ACKNOWLEDGED)
        meta->kept_bytes += size;
    else
        meta->open_bytes += size;
}

static int count_table(MDB_txn *txn, MDB_dbi table, outbox_meta_t *meta)
{
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    outbox_entry_t found;
    int rc = mdb_cursor_open(txn, table, &cursor);
    while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        uint64_t entry = outbox_key_read(key.mv_data);
        (void)outbox_entry_decode(entry, value.mv_data, value.mv_size, &found);
        count_entry(meta, entry, found.state, value.mv_size);
    }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? 0 : rc;
}

status_t outbox_recount(outbox_t *outbox, MDB_txn *txn, outbox_meta_t *meta)
{
    meta->draft = meta->waiting = meta->refused = meta->kept = 0;
    meta->open_bytes = meta->kept_bytes = 0;
    int rc = count_table(txn, outbox->open, meta);
    if (rc == 0)
        rc = count_table(txn, outbox->done, meta);
    return outbox_status(rc);
}

/* A record that is lost begins anew from what there is, under a new instance. */
status_t outbox_read_meta(outbox_t *outbox, MDB_txn *txn, outbox_meta_t *meta)
{
    uint8_t key_bytes[OUTBOX_KEY_BYTES];
    outbox_key(0, key_bytes);
    MDB_val key = { sizeof key_bytes, key_bytes }, value;
    int rc = mdb_get(txn, outbox->about, &key, &value);
    if (rc != 0 && rc != MDB_NOTFOUND)
        return outbox_status(rc);
    *meta = (outbox_meta_t){ .next_entry = 1 };
    if (rc == 0 && outbox_meta_decode(value.mv_data, value.mv_size, meta))
        return STATUS_OK;
    *meta = (outbox_meta_t){ .next_entry = 1 };
    outbox_take_instance(meta);
    return outbox_recount(outbox, txn, meta);
}

/* ---- making and opening ---- */

static status_t reserve_lock_file(const char *env_path)
{
    char path[FILES_PATH_MAX];
    status_t status = files_join(path, env_path, "lock.mdb");
    if (status != STATUS_OK)
        return status;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return outbox_status(errno);
    int error = posix_fallocate(fd, 0, LOCK_FILE_BYTES);
    (void)close(fd); /* nothing was written */
    return error == 0 || error == EOPNOTSUPP || error == EINVAL ? STATUS_OK
                                                                : outbox_status(error);
}

static status_t start(outbox_t *outbox, const char *env_path, unsigned create)
{
    MDB_txn *txn = NULL;
    status_t status = reserve_lock_file(env_path);
    if (status != STATUS_OK)
        return status;
    int rc = mdb_env_create(&outbox->env);
    if (rc == 0)
        rc = mdb_env_set_mapsize(outbox->env, MAP_BYTES);
    if (rc == 0)
        rc = mdb_env_set_maxdbs(outbox->env, 3);
    if (rc == 0)
        rc = mdb_env_open(outbox->env, env_path, MDB_NOTLS, 0600);
    if (rc == 0) {
        int stale; /* readers whose process was killed would keep pages from reuse */
        (void)mdb_reader_check(outbox->env, &stale);
        rc = mdb_txn_begin(outbox->env, NULL, create != 0 ? 0 : MDB_RDONLY, &txn);
    }
    if (rc == 0)
        rc = mdb_dbi_open(txn, "about", create, &outbox->about);
    if (rc == 0)
        rc = mdb_dbi_open(txn, "open", create, &outbox->open);
    if (rc == 0)
        rc = mdb_dbi_open(txn, "done", create, &outbox->done);
    if (rc != 0 && txn != NULL)
        mdb_txn_abort(txn);
    else if (rc == 0)
        rc = mdb_txn_commit(txn);
    return rc == MDB_NOTFOUND ? STATUS_DAMAGED : outbox_status(rc);
}

static void remove_env(const char *env_path)
{
    (void)files_remove(env_path, "data.mdb"); /* it was never used */
    (void)files_remove(env_path, "lock.mdb");
    (void)rmdir(env_path);
}

/* Of two processes that make it at once one renames first, the other takes that. */
static status_t make(const char *folder, const char *env_path)
{
    char path[FILES_PATH_MAX];
    outbox_t made = { .env = NULL };
    status_t status = files_join(path, folder, "outbox.XXXXXX");
    if (status != STATUS_OK)
        return status;
    if (mkdtemp(path) == NULL)
        return outbox_status(errno);
    status = start(&made, path, MDB_CREATE);
    if (made.env != NULL)
        mdb_env_close(made.env);
    if (status == STATUS_OK)
        status = files_sync_folder(path);
    if (status == STATUS_OK && rename(path, env_path) != 0 && errno != ENOTEMPTY &&
        errno != EEXIST)
        status = outbox_status(errno);
    remove_env(path); /* nothing of it is left when the rename was ours */
    return status == STATUS_OK ? files_sync_folder(folder) : status;
}

/* Compares the place with the one that is written, or writes it the first time. */
static status_t settle_place(outbox_t *outbox, const char *env_path)
{
    uint8_t place[OUTBOX_PLACE_BYTES];
    static const uint8_t none[OUTBOX_PLACE_BYTES];
    status_t status = find_place(env_path, place);
    if (status == STATUS_OK)
        status = outbox_begin(outbox);
    if (status != STATUS_OK)
        return status;
    bool same = memcmp(place, outbox->meta.place, sizeof place) == 0;
    if (same) {
        outbox_abort(outbox);
        return STATUS_OK;
    }
    outbox->copied = memcmp(outbox->meta.place, none, sizeof none) != 0;
    memcpy(outbox->meta.place, place, sizeof place);
    if (outbox->copied) {
        outbox_take_instance(&outbox->meta);
        outbox->meta.lease_token = 0; /* of a process elsewhere */
    }
    return outbox_commit(outbox);
}

status_t outbox_open(const char *folder, outbox_clock_t *clock, outbox_t **out)
{
    CHECK(folder != NULL);
    CHECK(out != NULL);
    char path[FILES_PATH_MAX];
    *out = NULL;
    outbox_t *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL || sodium_init() < 0) {
        free(outbox);
        return STATUS_NO_MEMORY;
    }
    outbox->clock = clock != NULL ? clock : outbox_clock;
    hash_line(BOOT_ID, (uint8_t *)&outbox->boot, sizeof outbox->boot, 0);
    buffer_init(&outbox->read, OUTBOX_ENTRY_MAX);
    buffer_init(&outbox->write, OUTBOX_ENTRY_MAX);
    status_t status = files_join(path, folder, OUTBOX_FOLDER);
    if (status == STATUS_OK && access(path, F_OK) != 0)
        status = make(folder, path);
    if (status == STATUS_OK)
        status = start(outbox, path, 0);
    if (status == STATUS_OK)
        status = settle_place(outbox, path);
    if (status != STATUS_OK)
        outbox_close(&outbox);
    *out = outbox;
    return status;
}

void outbox_close(outbox_t **out)
{
    CHECK(out != NULL);
    outbox_t *outbox = *out;
    if (outbox == NULL)
        return;
    if (outbox->txn != NULL)
        outbox_abort(outbox);
    if (outbox->env != NULL)
        mdb_env_close(outbox->env);
    buffer_fini(&outbox->read);
    buffer_fini(&outbox->write);
    free(outbox);
    *out = NULL;
}

bool outbox_was_copied(const outbox_t *outbox)
{
    CHECK(outbox != NULL);
    return outbox->copied;
}
