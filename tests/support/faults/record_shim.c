/* record_shim.c - records what a process does to the files of one folder; see record.h.
 *
 * A shared library. Each function here stands before the C library's of that name, calls
 * it and writes down what it did. File scope holds where the log is: there is no object
 * to keep it in, the functions' callers do not know of us.
 */
#include "tests/support/faults/record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static record_log_t *log_now;
static char root[PATH_MAX];
static size_t root_size;
static bool skip_syncs;

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
typedef int resize_function(int, off_t);
typedef int truncate_function(const char *, off_t);
typedef int allocate_function(int, int, off_t, off_t);
typedef int rename_function(const char *, const char *);
typedef int renameat_function(int, const char *, int, const char *);
typedef int unlink_function(const char *);
typedef int unlinkat_function(int, const char *, int);
typedef int mkdir_function(const char *, mode_t);
typedef FILE *fopen_function(const char *, const char *);
typedef int stream_function(FILE *);
typedef char *mkdtemp_function(char *);
typedef int posix_allocate_function(int, off_t, off_t);

/* ---- the log ---- */

static record_entry_t *add(uint32_t kind, size_t size)
{
    uint64_t whole = (sizeof(record_entry_t) + size + 7) & ~(uint64_t)7;
    uint64_t at = atomic_fetch_add(&log_now->used, whole);
    if (at + whole > log_now->room) {
        (void)atomic_fetch_add(&log_now->overflow, 1); /* the old value is no news */
        return NULL;
    }
    record_entry_t *entry = (record_entry_t *)(void *)(log_now->entries + at);
    *entry = (record_entry_t){ .kind = kind, .size = (uint32_t)size };
    return entry;
}

static void note(uint32_t kind, uint64_t file, uint64_t folder, uint64_t offset,
                 uint64_t value, const void *bytes, size_t size)
{
    int kept = errno;
    record_entry_t *entry = add(kind, size);
    if (entry != NULL) {
        entry->file = file;
        entry->folder = folder;
        entry->offset = offset;
        entry->value = value;
        if (size > 0)
            memcpy(entry->bytes, bytes, size);
    }
    errno = kept;
}

void record_begin(record_log_t *log, const char *path)
{
    struct stat about;
    if (realpath(path, root) == NULL || stat(root, &about) != 0)
        abort();
    root_size = strlen(root);
    log_now = log;
    note(RECORD_ROOT, about.st_ino, 0, 0, 0, NULL, 0);
}

void record_end(void)
{
    log_now = NULL;
}

void record_mark(uint64_t value, const void *bytes, size_t size)
{
    if (log_now != NULL)
        note(RECORD_MARK, 0, 0, 0, value, bytes, size);
}

void record_skip_syncs(bool skip)
{
    skip_syncs = skip;
}

/* ---- what is watched ---- */

static bool below_root(const char *path)
{
    return strncmp(path, root, root_size) == 0 &&
           (path[root_size] == '/' || path[root_size] == '\0');
}

static bool path_of_fd(int fd, char path[PATH_MAX])
{
    char name[32];
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(name, path, PATH_MAX - 1);
    path[size > 0 ? size : 0] = '\0';
    return size > 0;
}

/* The number of a file or folder of ours that is open; 0 = none. */
static uint64_t watched_fd(int fd, bool *folder)
{
    char path[PATH_MAX];
    struct stat about;
    if (log_now == NULL || fstat(fd, &about) != 0 ||
        !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)) || !path_of_fd(fd, path) ||
        !below_root(path))
        return 0;
    if (folder != NULL)
        *folder = S_ISDIR(about.st_mode);
    return about.st_ino;
}

typedef struct {
    char path[PATH_MAX]; /* in the root, made whole */
    const char *name;
    uint64_t folder, file; /* 0 = there is none */
    bool is_folder;
} place_t;

/* False: not ours. */
static bool place_of(int at, const char *path, place_t *place)
{
    char folder[PATH_MAX] = ".", whole[PATH_MAX];
    struct stat about;
    *place = (place_t){ .file = 0 };
    if (log_now == NULL)
        return false;
    if (path[0] != '/' && at != AT_FDCWD && !path_of_fd(at, folder))
        return false;
    int size = path[0] == '/' ? snprintf(whole, PATH_MAX, "%s", path)
                              : snprintf(whole, PATH_MAX, "%s/%s", folder, path);
    char *slash = size < PATH_MAX ? strrchr(whole, '/') : NULL;
    if (slash == NULL)
        return false;
    *slash = '\0';
    if (realpath(whole, folder) == NULL || !below_root(folder) ||
        stat(folder, &about) != 0)
        return false;
    place->folder = about.st_ino;
    size = snprintf(place->path, PATH_MAX, "%s/%s", folder, slash + 1);
    if (size >= PATH_MAX)
        return false;
    place->name = place->path + strlen(folder) + 1;
    if (lstat(place->path, &about) == 0) {
        place->file = about.st_ino;
        place->is_folder = S_ISDIR(about.st_mode);
    }
    return true;
}

static void note_link(const place_t *place, bool is_folder)
{
    struct stat about;
    if (lstat(place->path, &about) == 0)
        note(RECORD_LINK, about.st_ino, place->folder, 0, is_folder, place->name,
             strlen(place->name) + 1);
}

/* ---- opening ---- */

#define MODE_OF(flags, last)                                                           \
    mode_t mode = 0;                                                                   \
    if (((flags)&O_CREAT) != 0) {                                                      \
        va_list arguments;                                                             \
        va_start(arguments, last);                                                     \
        mode = (mode_t)va_arg(arguments, unsigned);                                    \
        va_end(arguments);                                                             \
    }

static int any_open(int at, const char *path, int flags, mode_t mode)
{
    if (skip_syncs)
        flags &= ~(O_SYNC | O_DSYNC);
    place_t place;
    bool ours = (flags & (O_CREAT | O_TRUNC)) != 0 && place_of(at, path, &place);
    int fd = REAL(openat_function, "openat")(at, path, flags, mode);
    if (fd < 0 || !ours)
        return fd;
    if (place.file == 0)
        note_link(&place, false);
    else if ((flags & O_TRUNC) != 0)
        note(RECORD_RESIZE, place.file, 0, 0, 0, NULL, 0);
    return fd;
}

int open(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return any_open(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return any_open(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    MODE_OF(flags, flags)
    return any_open(at, path, flags, mode);
}

int mkdir(const char *path, mode_t mode)
{
    place_t place;
    bool ours = place_of(AT_FDCWD, path, &place);
    int rc = REAL(mkdir_function, "mkdir")(path, mode);
    if (rc == 0 && ours)
        note_link(&place, true);
    return rc;
}

char *mkdtemp(char *path)
{
    place_t place;
    char *made = REAL(mkdtemp_function, "mkdtemp")(path);
    if (made != NULL && place_of(AT_FDCWD, path, &place))
        note_link(&place, true);
    return made;
}

/* ---- writing ---- */

static void note_write(int fd, const void *bytes, ssize_t size, off_t at)
{
    uint64_t file = size > 0 ? watched_fd(fd, NULL) : 0;
    if (file == 0)
        return;
    int flags = fcntl(fd, F_GETFL);
    note(RECORD_WRITE, file, 0, (uint64_t)at, (flags & (O_DSYNC | O_SYNC)) != 0, bytes,
         (size_t)size);
}

/* One entry per part: a disk may take any of them. */
static void note_parts(int fd, const struct iovec *parts, int count, ssize_t size,
                       off_t at)
{
    for (int i = 0; i < count && size > 0; i++) {
        ssize_t part =
            (ssize_t)parts[i].iov_len < size ? (ssize_t)parts[i].iov_len : size;
        note_write(fd, parts[i].iov_base, part, at);
        at += part;
        size -= part;
    }
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    off_t at = log_now != NULL ? lseek(fd, 0, SEEK_CUR) : -1;
    ssize_t put = REAL(write_function, "write")(fd, bytes, size);
    if (at >= 0)
        note_write(fd, bytes, put, at);
    return put;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    off_t at = log_now != NULL ? lseek(fd, 0, SEEK_CUR) : -1;
    ssize_t put = REAL(writev_function, "writev")(fd, parts, count);
    if (at >= 0)
        note_parts(fd, parts, count, put, at);
    return put;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    ssize_t put = REAL(pwrite_function, "pwrite")(fd, bytes, size, at);
    note_write(fd, bytes, put, at);
    return put;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    return pwrite(fd, bytes, size, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    ssize_t put = REAL(pwritev_function, "pwritev")(fd, parts, count, at);
    note_parts(fd, parts, count, put, at);
    return put;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
    return pwritev(fd, parts, count, at);
}

static void note_resize(int fd, off_t size, bool only_more)
{
    uint64_t file = watched_fd(fd, NULL);
    if (file != 0)
        note(RECORD_RESIZE, file, 0, (uint64_t)size, only_more, NULL, 0);
}

int ftruncate(int fd, off_t size)
{
    int rc = REAL(resize_function, "ftruncate")(fd, size);
    if (rc == 0)
        note_resize(fd, size, false);
    return rc;
}

int ftruncate64(int fd, off_t size)
{
    return ftruncate(fd, size);
}

int truncate(const char *path, off_t size)
{
    place_t place;
    bool ours = place_of(AT_FDCWD, path, &place);
    int rc = REAL(truncate_function, "truncate")(path, size);
    if (rc == 0 && ours)
        note(RECORD_RESIZE, place.file, 0, (uint64_t)size, 0, NULL, 0);
    return rc;
}

int fallocate(int fd, int mode, off_t at, off_t size)
{
    int rc = REAL(allocate_function, "fallocate")(fd, mode, at, size);
    if (rc == 0 && mode == 0)
        note_resize(fd, at + size, true);
    return rc;
}

int posix_fallocate(int fd, off_t at, off_t size)
{
    int error = REAL(posix_allocate_function, "posix_fallocate")(fd, at, size);
    if (error == 0)
        note_resize(fd, at + size, true);
    return error;
}

/* ---- syncing ---- */

static int any_sync(const char *name, int fd)
{
    bool folder = false;
    int rc = skip_syncs ? 0 : REAL(fd_function, name)(fd);
    uint64_t file = rc == 0 ? watched_fd(fd, &folder) : 0;
    if (file != 0)
        note(RECORD_SYNC, file, 0, 0, folder, NULL, 0);
    return rc;
}

int fsync(int fd)
{
    return any_sync("fsync", fd);
}

int fdatasync(int fd)
{
    return any_sync("fdatasync", fd);
}

/* ---- names ---- */

static void note_rename(const place_t *from, const place_t *to)
{
    char names[2 * PATH_MAX];
    size_t first = strlen(from->name) + 1, second = strlen(to->name) + 1;
    memcpy(names, from->name, first);
    memcpy(names + first, to->name, second);
    note(RECORD_RENAME, from->file, from->folder, to->folder, 0, names, first + second);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    place_t old, new;
    bool ours = place_of(from_at, from, &old), both = place_of(to_at, to, &new);
    int rc = REAL(renameat_function, "renameat")(from_at, from, to_at, to);
    if (rc == 0 && ours && both)
        note_rename(&old, &new);
    return rc;
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int unlinkat(int at, const char *path, int flags)
{
    place_t place;
    bool ours = place_of(at, path, &place);
    int rc = REAL(unlinkat_function, "unlinkat")(at, path, flags);
    if (rc == 0 && ours)
        note(RECORD_UNLINK, place.file, place.folder, 0, 0, place.name,
             strlen(place.name) + 1);
    return rc;
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

/* ---- streams ---- */

/* The library writes streams without asking us: what a new file holds more than at the
 * last look was written since. The look is kept in the file offset of the log's own
 * entries: only files written from their beginning to their end are streams here. */
static void note_stream(FILE *stream)
{
    static uint64_t last_file, last_size; /* one stream is written at a time */
    int fd = fileno(stream);
    struct stat about;
    uint64_t file = fd >= 0 ? watched_fd(fd, NULL) : 0;
    if (file == 0 || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY ||
        fstat(fd, &about) != 0)
        return;
    if (file != last_file || (uint64_t)about.st_size < last_size)
        last_size = 0;
    last_file = file;
    char path[PATH_MAX];
    size_t size = (size_t)about.st_size - (size_t)last_size;
    uint8_t *bytes = size > 0 && path_of_fd(fd, path) ? malloc(size) : NULL;
    int reading = bytes != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (reading >= 0 && pread(reading, bytes, size, (off_t)last_size) == (ssize_t)size)
        note_write(fd, bytes, (ssize_t)size, (off_t)last_size);
    if (reading >= 0)
        (void)close(reading); /* opened for reading */
    free(bytes);
    last_size = (uint64_t)about.st_size;
}

FILE *fopen(const char *path, const char *mode)
{
    place_t place;
    bool ours = mode[0] == 'w' && place_of(AT_FDCWD, path, &place);
    FILE *stream = REAL(fopen_function, "fopen")(path, mode);
    if (stream == NULL || !ours)
        return stream;
    if (place.file == 0)
        note_link(&place, false);
    else
        note(RECORD_RESIZE, place.file, 0, 0, 0, NULL, 0);
    return stream;
}

int fflush(FILE *stream)
{
    int rc = REAL(stream_function, "fflush")(stream);
    if (log_now != NULL && stream != NULL)
        note_stream(stream);
    return rc;
}

int fclose(FILE *stream)
{
    if (log_now != NULL && fflush(stream) != 0)
        errno = EIO; /* fclose itself will say so */
    return REAL(stream_function, "fclose")(stream);
}
