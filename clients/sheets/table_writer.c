/* table_writer.c - see table_writer.h: a hidden file beside the wanted one, renamed. */
#include "clients/sheets/table_writer.h"

#include "clients/sheets/table_parts.h"
#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct table_writer {
    const table_kind_t *kind;
    void *self;          /* NULL: closed already */
    char part[PATH_MAX]; /* what is written to */
    char path[PATH_MAX]; /* where it goes */
    uint64_t rows;
    uint32_t columns;
    status_t status; /* the first failure */
};

bool table_format_of(const char *path, table_format_t *format)
{
    static const struct {
        const char *end;
        table_format_t format;
    } ends[] = { { ".xlsx", TABLE_XLSX },
                 { ".csv", TABLE_CSV },
                 { ".ndjson", TABLE_NDJSON },
                 { ".jsonl", TABLE_NDJSON } };
    CHECK(path != NULL && format != NULL);
    size_t size = strlen(path);
    for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t end = strlen(ends[i].end);
        *format = ends[i].format;
        if (size > end && strcasecmp(path + size - end, ends[i].end) == 0)
            return true;
    }
    return false;
}

static const table_kind_t *kind_of(table_format_t format)
{
    switch (format) {
    case TABLE_XLSX:
        return &table_kind_xlsx;
    case TABLE_CSV:
        return &table_kind_csv;
    default:
        return &table_kind_ndjson;
    }
}

/* Length of the folder with its slash, 0 for the present one. */
static int folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (int)(slash - path) + 1 : 0;
}

static status_t make_part(table_writer_t *writer, const char *path)
{
    int folder = folder_size(path);
    int size = snprintf(writer->path, sizeof writer->path, "%s", path);
    int part = snprintf(writer->part, sizeof writer->part, "%.*s.%s.XXXXXX", folder,
                        path, path + folder);
    if (size < 0 || part < 0 || (size_t)size >= sizeof writer->path ||
        (size_t)part >= sizeof writer->part) {
        errno = ENAMETOOLONG;
        return STATUS_IO;
    }
    int file = mkostemp(writer->part, O_CLOEXEC); /* 0600 */
    if (file < 0)
        return table_status_of_errno(errno);
    (void)close(file); /* empty as yet */
    return STATUS_OK;
}

table_writer_t *table_writer_open(const char *path, table_format_t format,
                                  status_t *status)
{
    CHECK(path != NULL && status != NULL);
    *status = STATUS_NO_MEMORY;
    table_writer_t *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return NULL;
    writer->kind = kind_of(format);
    *status = make_part(writer, path);
    if (*status != STATUS_OK) {
        free(writer);
        return NULL;
    }
    writer->self = writer->kind->open(writer->part, status);
    if (writer->self == NULL)
        table_writer_abandon(&writer);
    return writer;
}

status_t table_writer_begin(table_writer_t *writer, const char *sheet,
                            const table_column_t *columns, uint32_t count)
{
    CHECK(writer != NULL && sheet != NULL && columns != NULL);
    CHECK(count > 0 && count <= TABLE_WRITER_COLUMNS_MAX);
    if (writer->status == STATUS_OK)
        writer->status = writer->kind->begin(writer->self, sheet, columns, count);
    writer->columns = count;
    return writer->status;
}

status_t table_writer_row(table_writer_t *writer, const text_t *cells)
{
    CHECK(writer != NULL && cells != NULL);
    CHECK(writer->columns > 0);
    if (writer->status == STATUS_OK)
        writer->status = writer->kind->row(writer->self, cells);
    writer->rows += writer->status == STATUS_OK ? 1 : 0;
    return writer->status;
}

static status_t sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        return table_status_of_errno(errno);
    status_t status = fsync(file) == 0 ? STATUS_OK : table_status_of_errno(errno);
    (void)close(file); /* synced, or told */
    return status;
}

static status_t put_in_place(const table_writer_t *writer)
{
    char folder[PATH_MAX];
    int size = folder_size(writer->path);
    (void)snprintf(folder, sizeof folder, "%.*s", size > 0 ? size : 1,
                   size > 0 ? writer->path : "."); /* fits as the path did */
    status_t status = sync_path(writer->part, O_RDONLY);
    if (status == STATUS_OK && rename(writer->part, writer->path) != 0)
        status = table_status_of_errno(errno);
    return status == STATUS_OK ? sync_path(folder, O_RDONLY | O_DIRECTORY) : status;
}

status_t table_writer_finish(table_writer_t **writer, uint64_t *rows)
{
    CHECK(writer != NULL && *writer != NULL && rows != NULL);
    table_writer_t *own = *writer;
    *rows = own->rows;
    status_t status = own->status;
    status_t closed = own->kind->close(own->self);
    own->self = NULL;
    if (status == STATUS_OK)
        status = closed;
    if (status == STATUS_OK)
        status = put_in_place(own);
    table_writer_abandon(writer);
    return status;
}

void table_writer_abandon(table_writer_t **writer)
{
    CHECK(writer != NULL);
    if (*writer == NULL)
        return;
    int error = errno; /* of what went wrong before */
    if ((*writer)->self != NULL)
        (void)(*writer)->kind->close((*writer)->self); /* it is not wanted any more */
    (void)unlink((*writer)->part); /* renamed away when all is well */
    free(*writer);
    *writer = NULL;
    errno = error;
}
