/* table_ndjson.c - the NDJSON of table_writer.h: one object a row, empty cells left out. */
#include "clients/sheets/table_parts.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    FILE *stream;
    const table_column_t *columns;
    uint32_t count;
} ndjson_t;

static void write_text(FILE *stream, text_t text)
{
    fputc('"', stream);
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte == '"' || byte == '\\')
            fprintf(stream, "\\%c", byte);
        else if (byte < 0x20)
            fprintf(stream, "\\u%04x", byte);
        else
            fputc(byte, stream);
    }
    fputc('"', stream);
}

static void write_list(FILE *stream, text_t cell)
{
    text_t item;
    bool more = false;
    fputc('[', stream);
    while (table_next_of_list(&cell, &item)) {
        if (more)
            fputc(',', stream);
        write_text(stream, item);
        more = true;
    }
    fputc(']', stream);
}

static void write_value(FILE *stream, const table_column_t *column, text_t cell)
{
    bool decimal = column->type == COLUMN_DECIMAL;
    if (column->type == COLUMN_LIST)
        write_list(stream, cell);
    else if ((decimal || column->type == COLUMN_INTEGER) &&
             table_is_number(cell, decimal))
        fwrite(cell.data, 1, cell.size, stream);
    else
        write_text(stream, cell);
}

static void *ndjson_open(const char *path, status_t *status)
{
    ndjson_t *ndjson = calloc(1, sizeof *ndjson);
    *status = ndjson != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    if (ndjson == NULL)
        return NULL;
    ndjson->stream = fopen(path, "we");
    if (ndjson->stream != NULL)
        return ndjson;
    *status = table_status_of_errno(errno);
    free(ndjson);
    return NULL;
}

static status_t ndjson_begin(void *self, const char *sheet,
                             const table_column_t *columns, uint32_t count)
{
    ndjson_t *ndjson = self;
    (void)sheet; /* there is but one */
    CHECK(ndjson->columns == NULL);
    ndjson->columns = columns;
    ndjson->count = count;
    return STATUS_OK;
}

static status_t ndjson_row(void *self, const text_t *cells)
{
    ndjson_t *ndjson = self;
    FILE *stream = ndjson->stream;
    bool more = false;
    fputc('{', stream);
    for (uint32_t i = 0; i < ndjson->count; i++) {
        const table_column_t *column = &ndjson->columns[i];
        if (cells[i].size == 0)
            continue;
        if (more)
            fputc(',', stream);
        write_text(stream, (text_t){ .data = column->key,
                                     .size = (uint32_t)strlen(column->key) });
        fputc(':', stream);
        write_value(stream, column, cells[i]);
        more = true;
    }
    fputs("}\n", stream);
    return ferror(stream) == 0 ? STATUS_OK : table_status_of_errno(errno);
}

static status_t ndjson_close(void *self)
{
    ndjson_t *ndjson = self;
    status_t status = table_close_stream(ndjson->stream);
    free(ndjson);
    return status;
}

const table_kind_t table_kind_ndjson = { ndjson_open, ndjson_begin, ndjson_row,
                                         ndjson_close };
