/* export_check.c - see export_check.h. */
#include "clients/cli/export_check.h"

#include "clients/sheets/source_xlsx.h"
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

static status_t check_workbook(const char *path, const table_column_t *columns,
                               uint32_t count, uint64_t *rows)
{
    source_fault_t fault;
    row_t row;
    source_step_t step = SOURCE_FAULT;
    source_xlsx_t *source = source_xlsx_open(path, &fault);
    if (source != NULL && source_xlsx_begin(source, 0, &fault) &&
        source_xlsx_next(source, &row, &fault) == SOURCE_ROW &&
        has_headers(&row, columns, count)) {
        while ((step = source_xlsx_next(source, &row, &fault)) == SOURCE_ROW)
            (*rows)++;
    }
    source_xlsx_close(&source);
    return step == SOURCE_END ? STATUS_OK : STATUS_DAMAGED;
}

/* Lines outside of quotation marks; NDJSON has none within. */
static status_t count_lines(const char *path, bool quotes, uint64_t *rows)
{
    bool quoted = false;
    char block[65536];
    size_t size;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return STATUS_IO;
    while ((size = fread(block, 1, sizeof block, file)) > 0) {
        for (size_t i = 0; i < size; i++) {
            quoted ^= quotes && block[i] == '"';
            *rows += block[i] == '\n' && !quoted;
        }
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
    if (format == TABLE_XLSX)
        return check_workbook(path, columns, count, rows);
    status_t status = count_lines(path, format == TABLE_CSV, rows);
    bool header = format == TABLE_CSV && status == STATUS_OK;
    if (header && *rows == 0)
        return STATUS_DAMAGED;
    *rows -= header ? 1 : 0;
    return status;
}
