/* lines.c - see lines.h. */
#include "clients/cli/lines.h"

#include "proto/check.h"
#include "proto/json.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES (64u * 1024u)

status_t lines_open(lines_t *lines, const char *path)
{
    CHECK(lines != NULL);
    *lines = (lines_t){ .fd = STDIN_FILENO };
    buffer_init(&lines->bytes, JSON_BYTES_MAX + 2 * READ_BYTES);
    if (strcmp(path, "-") != 0)
        lines->fd = open(path, O_RDONLY | O_CLOEXEC);
    return lines->fd >= 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

void lines_close(lines_t *lines)
{
    CHECK(lines != NULL);
    if (lines->fd > STDIN_FILENO)
        (void)close(lines->fd); /* read-only */
    lines->fd = -1;
    buffer_fini(&lines->bytes);
}

/* Gives `size` bytes as a line and passes over them and `more` bytes of its end. */
static lines_state_t give(lines_t *lines, size_t size, size_t more, const char **line,
                          size_t *length)
{
    const char *from = (const char *)lines->bytes.data + lines->at;
    lines->at += size + more;
    lines->number++;
    if (lines->skipping || size > JSON_BYTES_MAX) {
        lines->skipping = false;
        return LINES_TOO_LONG;
    }
    *line = from;
    *length = size > 0 && from[size - 1] == '\r' ? size - 1 : size;
    return LINES_LINE;
}

lines_state_t lines_next(lines_t *lines, const char **line, size_t *size)
{
    CHECK(lines != NULL);
    *line = "";
    *size = 0;
    size_t left = lines->bytes.size - lines->at;
    const uint8_t *from = left > 0 ? lines->bytes.data + lines->at : NULL;
    const uint8_t *end = left > 0 ? memchr(from, '\n', left) : NULL;
    if (end != NULL)
        return give(lines, (size_t)(end - from), 1, line, size);
    if (lines->ended)
        return left > 0 || lines->skipping ? give(lines, left, 0, line, size)
                                           : LINES_END;
    if (left > JSON_BYTES_MAX) {
        lines->skipping = true;
        lines->at = lines->bytes.size;
    }
    return LINES_MORE;
}

status_t lines_read(lines_t *lines)
{
    CHECK(lines != NULL);
    size_t left = lines->bytes.size - lines->at;
    if (left > 0)
        memmove(lines->bytes.data, lines->bytes.data + lines->at, left);
    lines->bytes.size = left;
    lines->at = 0;
    status_t status = buffer_reserve(&lines->bytes, READ_BYTES);
    if (status != STATUS_OK)
        return status;
    ssize_t got;
    do {
        got = read(lines->fd, lines->bytes.data + lines->bytes.size, READ_BYTES);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return STATUS_IO;
    lines->ended = got == 0;
    lines->bytes.size += (size_t)got;
    return STATUS_OK;
}
