/* snapshot_write.c - writing a snapshot in a forked child; see snapshot.h.
 *
 * Only system calls and arithmetic: another thread of the parent may have held any lock
 * of the C library when the child was made. XXH3 on the stack takes no memory.
 */
#include "storage/snapshot.h"

#include "proto/check.h"
#include "storage/snapshot_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static status_t status_of_errno(int error)
{
    return error == ENOSPC || error == EDQUOT ? STATUS_STORAGE_FULL : STATUS_IO;
}

static status_t write_exactly(int fd, const void *data, uint64_t bytes, uint64_t offset)
{
    const uint8_t *at = data;
    while (bytes > 0) {
        size_t wanted =
            bytes < SNAPSHOT_STEP_BYTES ? (size_t)bytes : SNAPSHOT_STEP_BYTES;
        ssize_t put = pwrite(fd, at, wanted, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? status_of_errno(errno) : STATUS_STORAGE_FULL;
        at += put;
        offset += (uint64_t)put;
        bytes -= (uint64_t)put;
    }
    return STATUS_OK;
}

/* The head's place stays a hole until all pieces are there. */
static status_t write_pieces(int fd, const snapshot_piece_t *pieces, uint32_t count,
                             snapshot_file_t *file)
{
    XXH3_state_t sum;
    uint64_t offset = sizeof *file;
    if (XXH3_64bits_reset(&sum) != XXH_OK)
        return STATUS_IO;
    for (uint32_t i = 0; i < count; i++) {
        status_t status = write_exactly(fd, pieces[i].data, pieces[i].bytes, offset);
        if (status != STATUS_OK)
            return status;
        if (pieces[i].bytes > 0 &&
            XXH3_64bits_update(&sum, pieces[i].data, pieces[i].bytes) != XXH_OK)
            return STATUS_IO;
        file->bytes[i] = pieces[i].bytes;
        offset += pieces[i].bytes;
    }
    file->pieces_sum = XXH3_64bits_digest(&sum);
    return STATUS_OK;
}

static status_t write_head(int fd, snapshot_file_t *file)
{
    file->head_sum = snapshot_head_sum(file);
    status_t status = write_exactly(fd, file, sizeof *file, 0);
    if (status == STATUS_OK && fsync(fd) != 0)
        status = status_of_errno(errno);
    return status;
}

static status_t put_in_place(int folder_fd)
{
    if (renameat(folder_fd, SNAPSHOT_PART_FILE, folder_fd, SNAPSHOT_FILE) != 0 ||
        fsync(folder_fd) != 0)
        return status_of_errno(errno);
    return STATUS_OK;
}

status_t snapshot_write(int folder_fd, const snapshot_head_t *head,
                        const snapshot_piece_t *pieces, uint32_t count,
                        snapshot_wait *wait, void *context)
{
    CHECK(head != NULL);
    CHECK(pieces != NULL || count == 0);
    CHECK(count <= SNAPSHOT_PIECES_MAX);
    CHECK(wait != NULL);
    snapshot_file_t file = {
        .magic = SNAPSHOT_MAGIC,
        .format = SNAPSHOT_FORMAT,
        .piece_count = count,
        .head = *head,
    };
    int fd = openat(folder_fd, SNAPSHOT_PART_FILE,
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return status_of_errno(errno);
    status_t status = write_pieces(fd, pieces, count, &file);
    if (status == STATUS_OK && !wait(context, &file.head))
        status = STATUS_STOPPING;
    if (status == STATUS_OK)
        status = write_head(fd, &file);
    if (close(fd) != 0 && status == STATUS_OK)
        status = status_of_errno(errno);
    if (status == STATUS_OK)
        status = put_in_place(folder_fd);
    if (status != STATUS_OK)
        (void)unlinkat(folder_fd, SNAPSHOT_PART_FILE, 0); /* left or not, it is void */
    return status;
}
