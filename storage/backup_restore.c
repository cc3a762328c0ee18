/* backup_restore.c - a new journal from a backup; see backup.h. */
#include "storage/backup.h"

#include "proto/check.h"
#include "storage/backup_file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Records wait here until a batch is worth a transaction. */
#define BATCH_RECORDS 2000u
#define BATCH_BYTES   (4u * 1024u * 1024u)

_Static_assert(BATCH_RECORDS <= JOURNAL_BATCH_MAX &&
                   BATCH_BYTES + RECORD_BYTES_MAX <= JOURNAL_BATCH_BYTES_MAX,
               "a batch fits one append");

typedef struct {
    journal_t *journal;
    record_t records[BATCH_RECORDS];
    uint8_t *room; /* of the parts */
    size_t used;
    uint32_t count;
    uint64_t head;
    status_t status;
} batch_t;

static status_t append(batch_t *batch)
{
    if (batch->count == 0)
        return STATUS_OK;
    status_t status =
        journal_append(batch->journal, batch->head, batch->records, batch->count);
    batch->head += batch->count;
    batch->count = 0;
    batch->used = 0;
    return status;
}

static const uint8_t *keep(batch_t *batch, const uint8_t *part, uint32_t size)
{
    uint8_t *kept = batch->room + batch->used;
    if (size > 0)
        memcpy(kept, part, size);
    batch->used += size;
    return kept;
}

static bool take_record(void *context, uint64_t seq, const record_t *record)
{
    batch_t *batch = context;
    size_t parts = (size_t)record->public_size + record->private_size;
    if (batch->count == BATCH_RECORDS || batch->used + parts > BATCH_BYTES)
        batch->status = append(batch);
    if (batch->status != STATUS_OK)
        return false;
    CHECK(seq == batch->head + batch->count + 1);
    record_t *kept = &batch->records[batch->count++];
    *kept = *record;
    kept->public_part = keep(batch, record->public_part, record->public_size);
    kept->private_part = keep(batch, record->private_part, record->private_size);
    return true;
}

static status_t fill(journal_t *journal, const char *folder, backup_result_t *result)
{
    batch_t *batch = calloc(1, sizeof *batch);
    status_t status = STATUS_NO_MEMORY;
    if (batch == NULL)
        return status;
    batch->journal = journal;
    batch->room = malloc(BATCH_BYTES + 2 * RECORD_BYTES_MAX);
    if (batch->room != NULL)
        status = backup_visit(folder, take_record, batch, result);
    if (batch->status != STATUS_OK)
        status = batch->status;
    if (status == STATUS_OK)
        status = append(batch);
    free(batch->room);
    free(batch);
    return status;
}

static status_t fail(backup_result_t *result, status_t status, const char *path)
{
    (void)snprintf(result->message, sizeof result->message, "%.400s: %s", path,
                   status_text(status)); /* a cut message still begins with the place */
    return status;
}

static status_t status_of_errno(int error)
{
    if (error == EEXIST || error == ENOTEMPTY)
        return STATUS_EXISTS;
    return error == ENOSPC || error == EDQUOT ? STATUS_STORAGE_FULL : STATUS_IO;
}

static status_t build(const char *folder, const char *path, uint64_t map_bytes,
                      backup_result_t *result)
{
    const journal_options_t options = { .mode = JOURNAL_CREATE,
                                        .map_bytes = map_bytes };
    journal_t *journal = NULL;
    status_t status = journal_open(path, &options, &journal);
    if (status != STATUS_OK)
        return fail(result, status, path);
    uint8_t chain[RECORD_CHAIN_BYTES];
    status = fill(journal, folder, result);
    journal_chain(journal, chain);
    if (status == STATUS_OK && memcmp(chain, result->chain, sizeof chain) != 0)
        status = fail(result, STATUS_DAMAGED, path); /* not what was read */
    journal_close(&journal);
    return status;
}

/* rename() does not go over a folder with something in it, but an empty one: that is
 * refused before. */
static status_t put_in_place(const char *part, const char *path)
{
    struct stat about;
    if (lstat(path, &about) == 0)
        return STATUS_EXISTS;
    if (rename(part, path) != 0)
        return status_of_errno(errno);
    char parent[PATH_MAX];
    (void)snprintf(parent, sizeof parent, "%s/..", path); /* as long as part was */
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    status_t status = fsync(fd) == 0 ? STATUS_OK : status_of_errno(errno);
    CHECK(close(fd) == 0);
    return status;
}

status_t backup_restore(const char *folder, const char *path, uint64_t map_bytes,
                        backup_finish *finish, void *context, backup_result_t *result)
{
    CHECK(path != NULL);
    char part[PATH_MAX];
    struct stat about;
    status_t status = backup_verify(folder, result);
    if (status != STATUS_OK)
        return status;
    int size = snprintf(part, sizeof part, "%s.part", path);
    if (result->records == 0)
        return fail(result, STATUS_NOT_FOUND, folder);
    if (size < 0 || (size_t)size >= sizeof part)
        return fail(result, STATUS_IO, path);
    if (lstat(path, &about) == 0)
        return fail(result, STATUS_EXISTS, path);
    if (mkdir(part, 0700) != 0)
        return fail(result, status_of_errno(errno), part);
    status = build(folder, part, map_bytes, result);
    if (status == STATUS_OK && finish != NULL)
        status = finish(context, part);
    if (status == STATUS_OK)
        status = put_in_place(part, path);
    if (status != STATUS_OK && result->message[0] == '\0')
        (void)fail(result, status, path);
    return status;
}
