/* target.c - see target.h. */
#include "tests/crash/target.h"

#include "proto/check.h"
#include "tests/support/folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_BYTES 4096u

struct target {
    const char *root;
    uint8_t *room; /* to compare with */
    size_t room_bytes;
};

target_t *target_create(const char *root)
{
    target_t *target = calloc(1, sizeof *target);
    CHECK(target != NULL);
    target->root = root;
    return target;
}

void target_destroy(target_t **target)
{
    if (*target == NULL)
        return;
    free((*target)->room);
    free(*target);
    *target = NULL;
}

static const disk_file_t *find(const image_t *image, const char *path)
{
    for (uint32_t i = 0; i < image->count; i++) {
        if (strcmp(image->files[i].path, path) == 0)
            return &image->files[i];
    }
    return NULL;
}

/* Removes what the image does not hold; `path` is below the root, empty at the top. */
static void remove_strangers(const target_t *target, const char *path,
                             const image_t *image)
{
    char whole[FOLDER_PATH_MAX], below[FOLDER_PATH_MAX];
    const struct dirent *entry;
    (void)snprintf(whole, sizeof whole, "%s%s", target->root, path); /* checked below */
    DIR *folder = opendir(whole);
    CHECK(folder != NULL);
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int size = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        CHECK(size > 0 && (size_t)size < sizeof below);
        size = snprintf(whole, sizeof whole, "%s%s", target->root, below);
        CHECK(size > 0 && (size_t)size < sizeof whole);
        const disk_file_t *file = find(image, below);
        bool folder_here = entry->d_type == DT_DIR;
        if (file == NULL || file->folder != folder_here)
            folder_remove(whole);
        else if (folder_here)
            remove_strangers(target, below, image);
    }
    CHECK(closedir(folder) == 0);
}

static void read_whole(target_t *target, int fd, size_t size)
{
    if (size > target->room_bytes) {
        free(target->room);
        target->room = malloc(size);
        CHECK(target->room != NULL);
        target->room_bytes = size;
    }
    CHECK(pread(fd, target->room, size, 0) == (ssize_t)size);
}

/* Page by page, so that what the checks changed is seen as well. */
static void put_file(target_t *target, const disk_file_t *file, const char *whole)
{
    struct stat about;
    int fd = open(whole, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK(fstat(fd, &about) == 0);
    size_t old =
        (size_t)about.st_size < file->size ? (size_t)about.st_size : file->size;
    read_whole(target, fd, old);
    for (size_t at = 0, bytes; at < file->size; at += bytes) {
        bytes = file->size - at < PAGE_BYTES ? file->size - at : PAGE_BYTES;
        if (at + bytes <= old &&
            memcmp(target->room + at, file->bytes + at, bytes) == 0)
            continue;
        CHECK(pwrite(fd, file->bytes + at, bytes, (off_t)at) == (ssize_t)bytes);
    }
    if ((size_t)about.st_size > file->size)
        CHECK(ftruncate(fd, (off_t)file->size) == 0);
    CHECK(close(fd) == 0);
}

void target_put(target_t *target, const image_t *image)
{
    char whole[FOLDER_PATH_MAX];
    remove_strangers(target, "", image);
    for (uint32_t i = 0; i < image->count; i++) {
        const disk_file_t *file = &image->files[i];
        int size = snprintf(whole, sizeof whole, "%s%s", target->root, file->path);
        CHECK(size > 0 && (size_t)size < sizeof whole);
        if (file->folder)
            CHECK(mkdir(whole, 0700) == 0 || errno == EEXIST);
        else
            put_file(target, file, whole);
    }
}
