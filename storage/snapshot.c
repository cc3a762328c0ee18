/* snapshot.c - see snapshot.h. */
#include "storage/snapshot.h"

#include "proto/check.h"
#include "storage/snapshot_file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct snapshot {
    snapshot_file_t file;
    XXH3_state_t *sum;
    int fd;
    uint32_t next; /* piece */
};

static status_t status_of_errno(int error)
{
    return error == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

static status_t read_exactly(int fd, void *data, uint64_t bytes)
{
    uint8_t *at = data;
    while (bytes > 0) {
        size_t wanted =
            bytes < SNAPSHOT_STEP_BYTES ? (size_t)bytes : SNAPSHOT_STEP_BYTES;
        ssize_t got = read(fd, at, wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? STATUS_IO : STATUS_DAMAGED;
        at += got;
        bytes -= (uint64_t)got;
    }
    return STATUS_OK;
}

/* The sizes must add up to the file's before anything is read into them. */
static status_t check_size(int fd, const snapshot_file_t *file)
{
    struct stat about;
    uint64_t bytes = sizeof *file;
    if (fstat(fd, &about) != 0)
        return STATUS_IO;
    for (uint32_t i = 0; i < file->piece_count; i++) {
        if (file->bytes[i] > (uint64_t)about.st_size)
            return STATUS_DAMAGED;
        bytes += file->bytes[i];
    }
    return bytes == (uint64_t)about.st_size ? STATUS_OK : STATUS_DAMAGED;
}

static status_t read_head(snapshot_t *snapshot)
{
    snapshot_file_t *file = &snapshot->file;
    status_t status = read_exactly(snapshot->fd, file, sizeof *file);
    if (status != STATUS_OK)
        return status;
    if (memcmp(file->magic, SNAPSHOT_MAGIC, sizeof file->magic) != 0 ||
        file->format != SNAPSHOT_FORMAT)
        return STATUS_FORMAT;
    if (file->head_sum != snapshot_head_sum(file) ||
        file->piece_count > SNAPSHOT_PIECES_MAX)
        return STATUS_DAMAGED;
    return check_size(snapshot->fd, file);
}

status_t snapshot_open(const char *folder, snapshot_t **out)
{
    CHECK(folder != NULL);
    CHECK(out != NULL);
    *out = NULL;
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/" SNAPSHOT_FILE, folder);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_IO;
    snapshot_t *snapshot = calloc(1, sizeof *snapshot);
    if (snapshot == NULL)
        return STATUS_NO_MEMORY;
    snapshot->sum = XXH3_createState();
    snapshot->fd = open(path, O_RDONLY | O_CLOEXEC);
    status_t status = snapshot->fd >= 0 ? STATUS_OK : status_of_errno(errno);
    if (status == STATUS_OK && snapshot->sum == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = read_head(snapshot);
    if (status == STATUS_OK && XXH3_64bits_reset(snapshot->sum) != XXH_OK)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        snapshot_close(&snapshot);
    *out = snapshot;
    return status;
}

void snapshot_close(snapshot_t **out)
{
    CHECK(out != NULL);
    snapshot_t *snapshot = *out;
    if (snapshot == NULL)
        return;
    if (snapshot->fd >= 0)
        CHECK(close(snapshot->fd) == 0);
    if (snapshot->sum != NULL)
        CHECK(XXH3_freeState(snapshot->sum) == XXH_OK);
    free(snapshot);
    *out = NULL;
}

const snapshot_head_t *snapshot_head(const snapshot_t *snapshot)
{
    CHECK(snapshot != NULL);
    return &snapshot->file.head;
}

uint64_t snapshot_piece_bytes(const snapshot_t *snapshot, uint32_t index)
{
    CHECK(snapshot != NULL);
    CHECK(index < snapshot->file.piece_count);
    return snapshot->file.bytes[index];
}

uint32_t snapshot_piece_count(const snapshot_t *snapshot)
{
    CHECK(snapshot != NULL);
    return snapshot->file.piece_count;
}

status_t snapshot_read(snapshot_t *snapshot, void *data)
{
    CHECK(snapshot != NULL);
    CHECK(snapshot->next < snapshot->file.piece_count);
    uint64_t bytes = snapshot->file.bytes[snapshot->next++];
    CHECK(data != NULL || bytes == 0);
    status_t status = read_exactly(snapshot->fd, data, bytes);
    if (status == STATUS_OK && bytes > 0 &&
        XXH3_64bits_update(snapshot->sum, data, bytes) != XXH_OK)
        status = STATUS_DAMAGED;
    return status;
}

status_t snapshot_verify(snapshot_t *snapshot)
{
    CHECK(snapshot != NULL);
    CHECK(snapshot->next == snapshot->file.piece_count);
    return XXH3_64bits_digest(snapshot->sum) == snapshot->file.pieces_sum
               ? STATUS_OK
               : STATUS_DAMAGED;
}

static status_t remove_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_IO;
    return unlink(path) == 0 || errno == ENOENT ? STATUS_OK : STATUS_IO;
}

status_t snapshot_remove(const char *folder)
{
    CHECK(folder != NULL);
    status_t status = remove_file(folder, SNAPSHOT_PART_FILE);
    status_t other = remove_file(folder, SNAPSHOT_FILE);
    return status != STATUS_OK ? status : other;
}
