/* source_xlsx.c - see source_xlsx.h. */
#include "clients/sheets/source_xlsx.h"

#include "clients/sheets/xlsx_book.h"
#include "clients/sheets/xlsx_part.h"
#include "clients/sheets/xlsx_sheet.h"
#include "proto/check.h"
#include <stdlib.h>

struct source_xlsx {
    zip_t *zip;
    xlsx_book_t book;
    xlsx_strings_t *strings;
    xlsx_styles_t *styles;
    xlsx_sheet_t *sheet; /* the one that is being read, or NULL */
};

/* A sheet that is missing or says itself that it is too large spoils the whole file
 * before a row of it is taken. */
static sheet_reason_t look_at_sheets(const source_xlsx_t *source)
{
    for (uint32_t i = 0; i < source->book.sheet_count; i++) {
        xlsx_entry_t entry;
        if (!xlsx_zip_find(source->zip, source->book.sheets[i].part, &entry))
            return REASON_DAMAGED_FILE;
        if (entry.unpacked_bytes > xlsx_part_limit(TAG_SHEET, &entry))
            return REASON_UNPACKED_TOO_LARGE;
    }
    return REASON_NONE;
}

static sheet_reason_t read_shared(source_xlsx_t *source)
{
    sheet_reason_t reason = xlsx_book_read(source->zip, &source->book);
    if (reason == REASON_NONE)
        reason = look_at_sheets(source);
    if (reason == REASON_NONE)
        source->styles = xlsx_styles_read(source->zip, source->book.styles, &reason);
    if (reason == REASON_NONE)
        source->strings = xlsx_strings_read(source->zip, source->book.strings, &reason);
    return reason;
}

source_xlsx_t *source_xlsx_open(const char *path, source_fault_t *fault)
{
    CHECK(path != NULL && fault != NULL);
    *fault = (source_fault_t){ .reason = REASON_NO_MEMORY };
    source_xlsx_t *source = calloc(1, sizeof *source);
    if (source == NULL)
        return NULL;
    source->zip = xlsx_zip_open(path, &fault->reason);
    if (source->zip != NULL)
        fault->reason = read_shared(source);
    if (fault->reason != REASON_NONE)
        source_xlsx_close(&source);
    return source;
}

void source_xlsx_close(source_xlsx_t **source)
{
    CHECK(source != NULL);
    if (*source != NULL) {
        xlsx_sheet_close(&(*source)->sheet);
        xlsx_strings_destroy(&(*source)->strings);
        xlsx_styles_destroy(&(*source)->styles);
        xlsx_book_fini(&(*source)->book);
        xlsx_zip_close(&(*source)->zip);
    }
    free(*source);
    *source = NULL;
}

uint32_t source_xlsx_sheet_count(const source_xlsx_t *source)
{
    CHECK(source != NULL);
    return source->book.sheet_count;
}

const char *source_xlsx_sheet_name(const source_xlsx_t *source, uint32_t sheet)
{
    CHECK(source != NULL);
    CHECK(sheet < source->book.sheet_count);
    return source->book.sheets[sheet].name;
}

bool source_xlsx_begin(source_xlsx_t *source, uint32_t sheet, source_fault_t *fault)
{
    CHECK(source != NULL && fault != NULL);
    CHECK(sheet < source->book.sheet_count);
    const xlsx_shared_t shared = { .zip = source->zip,
                                   .strings = source->strings,
                                   .styles = source->styles,
                                   .from_1904 = source->book.from_1904 };
    xlsx_sheet_close(&source->sheet);
    source->sheet = xlsx_sheet_open(&shared, source->book.sheets[sheet].part, fault);
    return source->sheet != NULL;
}

source_step_t source_xlsx_next(source_xlsx_t *source, row_t *row, source_fault_t *fault)
{
    CHECK(source != NULL);
    CHECK(source->sheet != NULL);
    return xlsx_sheet_next(source->sheet, row, fault);
}
