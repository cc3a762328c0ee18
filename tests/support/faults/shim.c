/* shim.c - makes chosen file calls of a process fail; see control.h.
 *
 * A shared library. Each function here stands before the C library's of that name, asks
 * decide() and passes on. File scope holds the one mapped control file: there is no
 * object to keep it in, the functions' callers do not know of us.
 */
#include "tests/support/faults/control.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PARTS_MAX 64 /* of a vector that is cut in half */

static fault_control_t *control;

/* Plain system calls: the library's own functions are not ours to call so early. */
__attribute__((constructor)) static void attach(void)
{
    const char *path = getenv(FAULT_ENVIRONMENT);
    if (path == NULL)
        return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)syscall(SYS_close, fd); /* the map stays */
    if (map != MAP_FAILED && ((fault_control_t *)map)->magic == FAULT_MAGIC)
        control = map;
}

void fault_attach(void)
{
    attach();
}

static bool path_watched(const char *path)
{
    return control->path[0] == '\0' || strstr(path, control->path) != NULL;
}

static void path_of_fd(int fd, char path[4096])
{
    char name[32];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(name, path, 4095);
    path[size > 0 ? size : 0] = '\0';
}

static bool fd_watched(int fd)
{
    struct stat about;
    if (fstat(fd, &about) != 0 || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)))
        return false;
    if (control->path[0] == '\0')
        return true;
    char path[4096];
    path_of_fd(fd, path);
    return path_watched(path);
}

/* A name in an open folder counts with that folder's path before it. */
static bool at_watched(int folder, const char *path)
{
    char whole[4096];
    if (folder == AT_FDCWD || path[0] == '/' || path_watched(path))
        return path_watched(path);
    path_of_fd(folder, whole);
    return path_watched(whole);
}

/* Whether this call is the one. Does not come back from FAULT_KILL. */
static bool decide(uint32_t kind)
{
    uint32_t count = atomic_fetch_add(&control->count, 1) + 1;
    if (count != control->nth && !(control->for_ever != 0 && count > control->nth))
        return false;
    (void)atomic_fetch_add(&control->hits, 1); /* the old value is no news */
    bool writes = (kind & (FAULT_WRITE | FAULT_PWRITE)) != 0;
    if (control->action == FAULT_KILL || (control->action == FAULT_TORN && !writes))
        (void)kill(getpid(), SIGKILL);
    if (control->action != FAULT_SLOW)
        return true;
    const struct timespec wait = { .tv_sec = control->error / 1000,
                                   .tv_nsec = control->error % 1000 * 1000000 };
    (void)nanosleep(&wait, NULL); /* a signal shortens it, no harm */
    return false;
}

static bool armed(uint32_t kind)
{
    return control != NULL && atomic_load(&control->armed) != 0 &&
           (control->calls & kind) != 0;
}

static bool hit_fd(uint32_t kind, int fd)
{
    return armed(kind) && fd_watched(fd) && decide(kind);
}

static bool hit_path(uint32_t kind, const char *path)
{
    return armed(kind) && path_watched(path) && decide(kind);
}

static bool hit_at(uint32_t kind, int folder, const char *path)
{
    return armed(kind) && at_watched(folder, path) && decide(kind);
}

static int fail(void)
{
    errno = control->error;
    return -1;
}

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

/* dlsym gives an object pointer; POSIX promises that it holds a function's address. */
#define REAL(type, name)                                                               \
    ((union {                                                                          \
        void *object;                                                                  \
        type *function;                                                                \
    }){ .object = real(name) })                                                        \
        .function

typedef int open_function(const char *, int, ...);
typedef int openat_function(int, const char *, int, ...);
typedef ssize_t write_function(int, const void *, size_t);
typedef ssize_t writev_function(int, const struct iovec *, int);
typedef ssize_t pwrite_function(int, const void *, size_t, off_t);
typedef ssize_t pwritev_function(int, const struct iovec *, int, off_t);
typedef int fd_function(int);
typedef int msync_function(void *, size_t, int);
typedef int truncate_function(int, off_t);
typedef int allocate_function(int, int, off_t, off_t);
typedef int posix_allocate_function(int, off_t, off_t);
typedef int rename_function(const char *, const char *);
typedef int renameat_function(int, const char *, int, const char *);
typedef FILE *fopen_function(const char *, const char *);
typedef size_t fwrite_function(const void *, size_t, size_t, FILE *);
typedef int stream_function(FILE *);

static bool cuts(void)
{
    return control->action == FAULT_SHORT || control->action == FAULT_TORN;
}

/* After half of the bytes were written. */
static ssize_t cut(ssize_t written)
{
    if (control->action == FAULT_TORN)
        (void)kill(getpid(), SIGKILL);
    return written;
}

/* The first half of a vector's bytes; how many parts of `out` it takes. */
static int half_of(const struct iovec *parts, int count, struct iovec *out)
{
    size_t total = 0;
    for (int i = 0; i < count; i++)
        total += parts[i].iov_len;
    size_t left = total / 2;
    int used = 0;
    for (; used < count && used < PARTS_MAX && left > 0; used++) {
        out[used] = parts[used];
        if (out[used].iov_len > left)
            out[used].iov_len = left;
        left -= out[used].iov_len;
    }
    return used;
}

#define MODE_OF(flags, last)                                                           \
    mode_t mode = 0;                                                                   \
    if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) {                  \
        va_list arguments;                                                             \
        va_start(arguments, last);                                                     \
        mode = (mode_t)va_arg(arguments, unsigned);                                    \
        va_end(arguments);                                                             \
    }

static bool for_writing(int flags)
{
    return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
}

int open(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    if (for_writing(flags) && hit_path(FAULT_OPEN, path))
        return fail();
    return REAL(open_function, "open")(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    if (for_writing(flags) && hit_path(FAULT_OPEN, path))
        return fail();
    return REAL(open_function, "open64")(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    if (for_writing(flags) && hit_at(FAULT_OPEN, folder, path))
        return fail();
    return REAL(openat_function, "openat")(folder, path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    write_function *pass = REAL(write_function, "write");
    if (!hit_fd(FAULT_WRITE, fd))
        return pass(fd, bytes, size);
    return cuts() ? cut(pass(fd, bytes, size / 2)) : fail();
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    writev_function *pass = REAL(writev_function, "writev");
    if (!hit_fd(FAULT_WRITE, fd))
        return pass(fd, parts, count);
    struct iovec half[PARTS_MAX];
    return cuts() ? cut(pass(fd, half, half_of(parts, count, half))) : fail();
}

static ssize_t any_pwrite(const char *name, int fd, const void *bytes, size_t size,
                          off_t at)
{
    pwrite_function *pass = REAL(pwrite_function, name);
    if (!hit_fd(FAULT_PWRITE, fd))
        return pass(fd, bytes, size, at);
    return cuts() ? cut(pass(fd, bytes, size / 2, at)) : fail();
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return any_pwrite("pwrite", fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    return any_pwrite("pwrite64", fd, bytes, size, at);
}

static ssize_t any_pwritev(const char *name, int fd, const struct iovec *parts,
                           int count, off_t at)
{
    pwritev_function *pass = REAL(pwritev_function, name);
    if (!hit_fd(FAULT_PWRITE, fd))
        return pass(fd, parts, count, at);
    struct iovec half[PARTS_MAX];
    return cuts() ? cut(pass(fd, half, half_of(parts, count, half), at)) : fail();
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    return any_pwritev("pwritev", fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
    return any_pwritev("pwritev64", fd, parts, count, at);
}

int fsync(int fd)
{
    return hit_fd(FAULT_SYNC, fd) ? fail() : REAL(fd_function, "fsync")(fd);
}

int fdatasync(int fd)
{
    return hit_fd(FAULT_SYNC, fd) ? fail() : REAL(fd_function, "fdatasync")(fd);
}

int msync(void *address, size_t size, int flags)
{
    if (armed(FAULT_MSYNC) && decide(FAULT_MSYNC))
        return fail();
    return REAL(msync_function, "msync")(address, size, flags);
}

int ftruncate(int fd, off_t size)
{
    return hit_fd(FAULT_TRUNCATE, fd) ? fail()
                                      : REAL(truncate_function, "ftruncate")(fd, size);
}

int ftruncate64(int fd, off_t size)
{
    return hit_fd(FAULT_TRUNCATE, fd)
               ? fail()
               : REAL(truncate_function, "ftruncate64")(fd, size);
}

int fallocate(int fd, int mode, off_t at, off_t size)
{
    return hit_fd(FAULT_ALLOCATE, fd)
               ? fail()
               : REAL(allocate_function, "fallocate")(fd, mode, at, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
    return hit_fd(FAULT_ALLOCATE, fd)
               ? control->error
               : REAL(posix_allocate_function, "posix_fallocate")(fd, at, size);
}

int rename(const char *from, const char *to)
{
    return hit_path(FAULT_RENAME, to) ? fail()
                                      : REAL(rename_function, "rename")(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return hit_at(FAULT_RENAME, to_folder, to)
               ? fail()
               : REAL(renameat_function, "renameat")(from_folder, from, to_folder, to);
}

/* ---- streams: the library writes them without asking us ---- */

FILE *fopen(const char *path, const char *mode)
{
    if (mode[0] != 'r' && hit_path(FAULT_OPEN, path)) {
        errno = control->error;
        return NULL;
    }
    return REAL(fopen_function, "fopen")(path, mode);
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
    fwrite_function *pass = REAL(fwrite_function, "fwrite");
    if (!armed(FAULT_WRITE) || !hit_fd(FAULT_WRITE, fileno(stream)))
        return pass(bytes, size, count, stream);
    size_t written = cuts() ? pass(bytes, size, count / 2, stream) : 0;
    (void)cut((ssize_t)written);
    errno = control->error;
    return written;
}

int fflush(FILE *stream)
{
    if (stream != NULL && armed(FAULT_WRITE) && hit_fd(FAULT_WRITE, fileno(stream)))
        return fail();
    return REAL(stream_function, "fflush")(stream);
}

/* It closes in any case, as the library's does when the last bytes cannot be written. */
int fclose(FILE *stream)
{
    int fd = fileno(stream);
    bool fails = armed(FAULT_WRITE) && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY &&
                 hit_fd(FAULT_WRITE, fd);
    int rc = REAL(stream_function, "fclose")(stream);
    return fails ? fail() : rc;
}
