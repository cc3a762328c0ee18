/* folder.c - see folder.h. */
#include "tests/support/folder.h"

#include "proto/check.h"
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void folder_make(char path[FOLDER_PATH_MAX])
{
    const char *parent = getenv("TMPDIR");
    int size = snprintf(path, FOLDER_PATH_MAX, "%s/yixian-XXXXXX",
                        parent != NULL ? parent : "/tmp");
    CHECK(size > 0 && (unsigned)size < FOLDER_PATH_MAX);
    CHECK(mkdtemp(path) != NULL);
}

static int remove_one(const char *path, const struct stat *about, int kind,
                      struct FTW *place)
{
    (void)about; /* nftw's arguments, not needed */
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); /* gone is fine */
}

void folder_join(char path[FOLDER_PATH_MAX], const char *folder, const char *name)
{
    int size = snprintf(path, FOLDER_PATH_MAX, "%s/%s", folder, name);
    CHECK(size > 0 && (unsigned)size < FOLDER_PATH_MAX);
}

uint8_t *folder_read_file(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    struct stat about;
    CHECK(fstat(fd, &about) == 0);
    *size = (size_t)about.st_size;
    uint8_t *bytes = malloc(*size + 1);
    CHECK(bytes != NULL);
    for (size_t at = 0; at < *size;) {
        ssize_t got = pread(fd, bytes + at, *size - at, (off_t)at);
        CHECK(got > 0);
        at += (size_t)got;
    }
    CHECK(close(fd) == 0);
    return bytes;
}

void folder_patch_file(const char *path, uint64_t offset, const void *bytes,
                       size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK(pwrite(fd, bytes, size, (off_t)offset) == (ssize_t)size);
    CHECK(close(fd) == 0);
}

int folder_in_child(int (*body)(void *), void *context)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };
    CHECK(fflush(NULL) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int quiet = open("/dev/null", O_WRONLY);
        CHECK(quiet >= 0 && dup2(quiet, STDERR_FILENO) >= 0);
        /* cmocka's handlers would make a crash look like a failed test of the child */
        for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
            CHECK(signal(crashes[i], SIG_DFL) != SIG_ERR);
        _exit(body(context));
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}
