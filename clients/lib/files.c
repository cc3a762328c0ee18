/* files.c - see files.h. */
#include "clients/lib/files.h"

#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

status_t files_status_of_errno(int error)
{
    if (error == ENOSPC || error == EDQUOT)
        return STATUS_STORAGE_FULL;
    return error == ENOENT ? STATUS_NOT_FOUND : STATUS_PROFILE;
}

status_t files_join(char out[FILES_PATH_MAX], const char *folder, const char *name)
{
    CHECK(folder != NULL);
    int size = snprintf(out, FILES_PATH_MAX, "%s/%s", folder, name);
    return size > 0 && (size_t)size < FILES_PATH_MAX ? STATUS_OK : STATUS_PROFILE;
}

status_t files_make_folder(const char *folder)
{
    char path[FILES_PATH_MAX];
    status_t status = files_join(path, folder, "");
    if (status != STATUS_OK)
        return status;
    for (char *at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return files_status_of_errno(errno);
        *at = '/';
    }
    return STATUS_OK;
}

status_t files_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return files_status_of_errno(errno);
    status_t status = fsync(fd) == 0 ? STATUS_OK : files_status_of_errno(errno);
    (void)close(fd); /* read-only: nothing is left to write */
    return status;
}

static status_t write_synced(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return files_status_of_errno(errno);
    status_t status = STATUS_OK;
    ssize_t written = write(fd, text, size);
    if (written < 0 || fsync(fd) != 0)
        status = files_status_of_errno(errno);
    else if ((size_t)written != size)
        status = STATUS_STORAGE_FULL;
    if (close(fd) != 0 && status == STATUS_OK)
        status = files_status_of_errno(errno);
    return status;
}

status_t files_write(const char *folder, const char *name, const char *text,
                     size_t size)
{
    char path[FILES_PATH_MAX], part[FILES_PATH_MAX], part_name[64];
    int length = snprintf(part_name, sizeof part_name, ".%s.part", name);
    CHECK(length > 0 && (size_t)length < sizeof part_name);
    status_t status = files_join(path, folder, name);
    if (status == STATUS_OK)
        status = files_join(part, folder, part_name);
    if (status == STATUS_OK)
        status = write_synced(part, text, size);
    if (status == STATUS_OK && rename(part, path) != 0)
        status = files_status_of_errno(errno);
    return status == STATUS_OK ? files_sync_folder(folder) : status;
}

status_t files_remove(const char *folder, const char *name)
{
    char path[FILES_PATH_MAX];
    status_t status = files_join(path, folder, name);
    if (status == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
        status = files_status_of_errno(errno);
    return status;
}

static status_t read_whole(int fd, char *text, size_t room, unsigned *mode)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return files_status_of_errno(errno);
    *mode = about.st_mode & 0777;
    ssize_t size = read(fd, text, room);
    if (size < 0)
        return files_status_of_errno(errno);
    if ((size_t)size >= room)
        return STATUS_TOO_LARGE;
    text[size] = '\0';
    return STATUS_OK;
}

status_t files_read(const char *folder, const char *name, char *text, size_t room,
                    unsigned *mode)
{
    char path[FILES_PATH_MAX];
    CHECK(room > 0);
    text[0] = '\0';
    *mode = 0;
    status_t status = files_join(path, folder, name);
    if (status != STATUS_OK)
        return status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return files_status_of_errno(errno);
    status = read_whole(fd, text, room, mode);
    (void)close(fd); /* read-only */
    return status;
}
