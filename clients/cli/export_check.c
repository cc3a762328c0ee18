/* export_check.c - see export_check.h. */
#include "clients/cli/export_check.h"

#include "clients/sheets/source.h"
#include "proto/check.h"
#include <stdio.h>
#include <string.h>

static bool has_headers(const row_t *row, const table_column_t *columns, uint32_t count)
{
    bool same = row->count == count;
    for (uint32_t i = 0; i < count && same; i++)
        same = row->cells[i].kind == CELL_TEXT &&
               strcmp(row->cells[i].text, columns[i].header) == 0;
    return same;
}

static status_t check_table(const char *path, const table_column_t *columns,
                            uint32_t count, uint64_t *rows)
{
    source_fault_t fault;
    row_t row;
    source_step_t step = SOURCE_FAULT;
    source_t *source = source_open(path, &fault);
    if (source != NULL && source_begin(source, 0, &fault) &&
        source_next(source, &row, &fault) == SOURCE_ROW &&
        has_headers(&row, columns, count)) {
        while ((step = source_next(source, &row, &fault)) == SOURCE_ROW)
            (*rows)++;
    }
    source_close(&source);
    return step == SOURCE_END ? STATUS_OK : STATUS_DAMAGED;
}

/* NDJSON has one row a line. */
static status_t check_lines(const char *path, uint64_t *rows)
{
    char block[65536];
    size_t size;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return STATUS_IO;
    while ((size = fread(block, 1, sizeof block, file)) > 0) {
        for (size_t i = 0; i < size; i++)
            *rows += block[i] == '\n';
    }
    status_t status = ferror(file) == 0 ? STATUS_OK : STATUS_IO;
    (void)fclose(file); /* read only */
    return status;
}

status_t export_check(const char *path, table_format_t format,
                      const table_column_t *columns, uint32_t count, uint64_t *rows)
{
    CHECK(path != NULL && columns != NULL && rows != NULL);
    *rows = 0;
    return format == TABLE_NDJSON ? check_lines(path, rows)
                                  : check_table(path, columns, count, rows);
}
