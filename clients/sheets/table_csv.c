/* table_csv.c - the .csv of table_writer.h (RFC 4180, with a byte order mark). */
#include "clients/sheets/table_parts.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

typedef struct {
    FILE *stream;
    const table_column_t *columns;
    uint32_t count;
} csv_t;

static bool is_number_column(column_type_t type)
{
    return type == COLUMN_INTEGER || type == COLUMN_DECIMAL;
}

/* What a spreadsheet would work out when it opens the file. */
static bool looks_like_formula(const table_column_t *column, text_t cell)
{
    if (cell.size == 0 || memchr("=+-@\t\r", cell.data[0], 6) == NULL)
        return false;
    return !(is_number_column(column->type) && table_is_number(cell, true));
}

static bool needs_quotes(text_t cell)
{
    for (uint32_t i = 0; i < cell.size; i++) {
        if (memchr(",\"\r\n", cell.data[i], 4) != NULL)
            return true;
    }
    return cell.size > 0 && (cell.data[0] == ' ' || cell.data[cell.size - 1] == ' ');
}

static void write_cell(FILE *stream, text_t cell, bool guard)
{
    bool quotes = needs_quotes(cell);
    if (quotes)
        fputc('"', stream);
    if (guard)
        fputc('\'', stream);
    for (uint32_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '"')
            fputc('"', stream);
        fputc(cell.data[i], stream);
    }
    if (quotes)
        fputc('"', stream);
}

static status_t write_row(csv_t *csv, const text_t *cells)
{
    for (uint32_t i = 0; i < csv->count; i++) {
        if (i > 0)
            fputc(',', csv->stream);
        write_cell(csv->stream, cells[i],
                   looks_like_formula(&csv->columns[i], cells[i]));
    }
    fputs("\r\n", csv->stream);
    return ferror(csv->stream) == 0 ? STATUS_OK : table_status_of_errno(errno);
}

static void *csv_open(const char *path, status_t *status)
{
    csv_t *csv = calloc(1, sizeof *csv);
    *status = csv != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    if (csv == NULL)
        return NULL;
    csv->stream = fopen(path, "we");
    if (csv->stream != NULL)
        return csv;
    *status = table_status_of_errno(errno);
    free(csv);
    return NULL;
}

static status_t csv_begin(void *self, const char *sheet, const table_column_t *columns,
                          uint32_t count)
{
    csv_t *csv = self;
    text_t headers[TABLE_WRITER_COLUMNS_MAX];
    (void)sheet; /* its name is the file's */
    CHECK(csv->columns == NULL);
    csv->columns = columns;
    csv->count = count;
    for (uint32_t i = 0; i < count; i++)
        headers[i] = (text_t){ .data = columns[i].header,
                               .size = (uint32_t)strlen(columns[i].header) };
    fputs(BYTE_ORDER_MARK, csv->stream);
    return write_row(csv, headers);
}

static status_t csv_row(void *self, const text_t *cells)
{
    return write_row(self, cells);
}

static status_t csv_close(void *self)
{
    csv_t *csv = self;
    status_t status = table_close_stream(csv->stream);
    free(csv);
    return status;
}

const table_kind_t table_kind_csv = { csv_open, csv_begin, csv_row, csv_close };
