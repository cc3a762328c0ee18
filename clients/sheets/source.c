/* source.c - see source.h: hands on to the reader of the kind of file. */
#include "clients/sheets/source.h"

#include "clients/sheets/source_csv.h"
#include "clients/sheets/source_xlsx.h"
#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct source {
    source_csv_t *csv; /* one of the two */
    source_xlsx_t *xlsx;
};

/* What the first bytes say. Old binary workbooks (and Word's files) begin with the last. */
typedef enum { FILE_TEXT, FILE_ZIP, FILE_OLE, FILE_UNREADABLE } file_kind_t;

static file_kind_t kind_of(const char *path)
{
    static const uint8_t ole[] = { 0xd0, 0xcf, 0x11, 0xe0 };
    uint8_t head[4] = { 0 };
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return FILE_UNREADABLE;
    size_t size = fread(head, 1, sizeof head, file);
    (void)fclose(file); /* opened for reading: nothing can be lost */
    if (size == sizeof head && memcmp(head, "PK\003\004", sizeof head) == 0)
        return FILE_ZIP;
    return size == sizeof head && memcmp(head, ole, sizeof head) == 0 ? FILE_OLE
                                                                      : FILE_TEXT;
}

static bool is_called_workbook(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcasecmp(dot, ".xlsx") == 0;
}

static bool open_as(source_t *source, const char *path, source_fault_t *fault)
{
    file_kind_t kind = kind_of(path);
    if (kind == FILE_UNREADABLE) {
        fault->reason = REASON_NOT_FOUND;
        return false;
    }
    if (kind == FILE_OLE || (kind == FILE_TEXT && is_called_workbook(path))) {
        fault->reason = REASON_NOT_A_WORKBOOK;
        return false;
    }
    if (kind == FILE_ZIP)
        source->xlsx = source_xlsx_open(path, fault);
    else
        source->csv = source_csv_open(path, fault);
    return source->xlsx != NULL || source->csv != NULL;
}

source_t *source_open(const char *path, source_fault_t *fault)
{
    CHECK(path != NULL && fault != NULL);
    *fault = (source_fault_t){ .reason = REASON_NO_MEMORY };
    source_t *source = calloc(1, sizeof *source);
    if (source != NULL && !open_as(source, path, fault))
        source_close(&source);
    return source;
}

void source_close(source_t **source)
{
    CHECK(source != NULL);
    if (*source == NULL)
        return;
    source_csv_close(&(*source)->csv);
    source_xlsx_close(&(*source)->xlsx);
    free(*source);
    *source = NULL;
}

bool source_is_text(const source_t *source)
{
    CHECK(source != NULL);
    return source->csv != NULL;
}

uint32_t source_sheet_count(const source_t *source)
{
    CHECK(source != NULL);
    return source->csv != NULL ? 1 : source_xlsx_sheet_count(source->xlsx);
}

const char *source_sheet_name(const source_t *source, uint32_t sheet)
{
    CHECK(sheet < source_sheet_count(source));
    return source->csv != NULL ? source_csv_sheet_name(source->csv)
                               : source_xlsx_sheet_name(source->xlsx, sheet);
}

bool source_begin(source_t *source, uint32_t sheet, source_fault_t *fault)
{
    CHECK(sheet < source_sheet_count(source));
    return source->csv != NULL ? source_csv_begin(source->csv, fault)
                               : source_xlsx_begin(source->xlsx, sheet, fault);
}

source_step_t source_next(source_t *source, row_t *row, source_fault_t *fault)
{
    CHECK(source != NULL && row != NULL && fault != NULL);
    return source->csv != NULL ? source_csv_next(source->csv, row, fault)
                               : source_xlsx_next(source->xlsx, row, fault);
}
