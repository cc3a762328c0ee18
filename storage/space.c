/* space.c - see space.h. The ballast is a file of real blocks, not a hole: giving it up
 * must give room back to the disk.
 */
#include "storage/space.h"

#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ZEROS_BYTES (64u * 1024u)
#define BLOCK_BYTES 512u /* the unit of st_blocks */

struct space {
    char folder[PATH_MAX], ballast[PATH_MAX];
    space_options_t options;
    bool ballast_there; /* committer only */
    atomic_bool low;
    atomic_uint_fast64_t free_bytes;
};

static status_t status_of_errno(int error)
{
    if (error == ENOSPC || error == EDQUOT)
        return STATUS_STORAGE_FULL;
    return error == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO;
}

/* For file systems that cannot allocate ahead. */
static status_t write_zeros(int fd, uint64_t size)
{
    static const uint8_t zeros[ZEROS_BYTES];
    for (uint64_t at = 0; at < size;) {
        uint64_t left = size - at;
        ssize_t put =
            pwrite(fd, zeros, left < ZEROS_BYTES ? left : ZEROS_BYTES, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? status_of_errno(errno) : STATUS_STORAGE_FULL;
        at += (uint64_t)put;
    }
    return STATUS_OK;
}

static status_t allocate(int fd, uint64_t size)
{
    if (fallocate(fd, 0, 0, (off_t)size) == 0)
        return STATUS_OK;
    if (errno != EOPNOTSUPP && errno != ENOSYS)
        return status_of_errno(errno);
    return write_zeros(fd, size);
}

/* Makes the file's blocks exactly `size` bytes' worth; keeps one that fits already. */
static status_t fill(int fd, uint64_t size)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return STATUS_IO;
    if ((uint64_t)about.st_size == size &&
        (uint64_t)about.st_blocks * BLOCK_BYTES >= size)
        return STATUS_OK;
    struct statvfs room;
    if (ftruncate(fd, 0) != 0 || fstatvfs(fd, &room) != 0)
        return status_of_errno(errno);
    /* asked first, so that a ballast that cannot fit does not fill the disk trying */
    if ((uint64_t)room.f_bavail * room.f_frsize < size)
        return STATUS_STORAGE_FULL;
    status_t status = allocate(fd, size);
    if (status == STATUS_OK && fsync(fd) != 0)
        status = status_of_errno(errno);
    return status;
}

/* A journalling file system hands freed blocks out again once the removal is on disk.
 * False: it could not be synced, the room may come back later. */
static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    (void)close(fd); /* opened for reading */
    return synced;
}

/* Removes the ballast, whole or half made. The room counts, not the name: the file is
 * emptied even where its folder cannot be written. */
static void drop_ballast(space_t *space)
{
    bool emptied = truncate(space->ballast, 0) == 0;
    bool removed = unlink(space->ballast) == 0;
    if (emptied || removed)
        (void)sync_folder(space->folder); /* best effort, see there */
    space->ballast_there = false;
}

static status_t make_ballast(space_t *space)
{
    if (space->options.ballast_bytes == 0) {
        (void)unlink(space->ballast); /* of an earlier setting; ENOENT is the rule */
        space->ballast_there = true;
        return STATUS_OK;
    }
    int fd = open(space->ballast, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    status_t status =
        fd < 0 ? status_of_errno(errno) : fill(fd, space->options.ballast_bytes);
    if (fd >= 0 && close(fd) != 0 && status == STATUS_OK)
        status = status_of_errno(errno);
    space->ballast_there = status == STATUS_OK;
    if (status != STATUS_OK && fd >= 0)
        drop_ballast(space);
    return status;
}

static status_t measure(space_t *space)
{
    struct statvfs room;
    if (statvfs(space->folder, &room) != 0)
        return STATUS_IO;
    atomic_store(&space->free_bytes, (uint64_t)room.f_bavail * room.f_frsize);
    return STATUS_OK;
}

static void judge(space_t *space)
{
    bool low = !space->ballast_there ||
               space_free_bytes(space) < space->options.low_water_bytes;
    atomic_store(&space->low, low);
}

static status_t open_in(space_t *space, const char *path,
                        const space_options_t *options)
{
    int folder = snprintf(space->folder, PATH_MAX, "%s", path);
    int ballast = snprintf(space->ballast, PATH_MAX, "%s/ballast", path);
    if (folder <= 0 || folder >= PATH_MAX || ballast >= PATH_MAX)
        return STATUS_IO;
    space->options = *options;
    atomic_init(&space->low, true);
    atomic_init(&space->free_bytes, 0);
    status_t status = make_ballast(space);
    if (status != STATUS_OK && status != STATUS_STORAGE_FULL)
        return status;
    status = measure(space);
    judge(space);
    return status;
}

status_t space_open(const char *path, const space_options_t *options, space_t **space)
{
    CHECK(path != NULL);
    CHECK(options != NULL);
    CHECK(space != NULL);
    *space = NULL;
    space_t *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return STATUS_NO_MEMORY;
    status_t status = open_in(opened, path, options);
    if (status == STATUS_OK)
        *space = opened;
    else
        free(opened);
    return status;
}

void space_close(space_t **space)
{
    CHECK(space != NULL);
    free(*space); /* the ballast stays: it is there for the next start too */
    *space = NULL;
}

bool space_low(const space_t *space)
{
    CHECK(space != NULL);
    return atomic_load(&space->low);
}

status_t space_refresh(space_t *space)
{
    CHECK(space != NULL);
    status_t status = measure(space);
    if (status == STATUS_OK && !space->ballast_there &&
        space_free_bytes(space) >=
            space->options.ballast_bytes + space->options.low_water_bytes) {
        status = make_ballast(space);
        if (status == STATUS_STORAGE_FULL) /* somebody else took the room */
            status = STATUS_OK;
        if (status == STATUS_OK)
            status = measure(space);
    }
    if (status != STATUS_OK)
        atomic_store(&space->low, true);
    else
        judge(space);
    return status;
}

bool space_release(space_t *space)
{
    CHECK(space != NULL);
    if (!space->ballast_there || space->options.ballast_bytes == 0)
        return false;
    drop_ballast(space);
    atomic_store(&space->low, true);
    CHECK(!space->ballast_there);
    return true;
}

uint64_t space_free_bytes(const space_t *space)
{
    CHECK(space != NULL);
    return atomic_load(&space->free_bytes);
}

void space_set_low_water(space_t *space, uint64_t low_water_bytes)
{
    CHECK(space != NULL);
    space->options.low_water_bytes = low_water_bytes;
    judge(space);
}
