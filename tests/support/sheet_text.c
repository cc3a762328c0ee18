/* sheet_text.c - see sheet_text.h. */
#include "tests/support/sheet_text.h"

#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_row(FILE *out, const row_t *row)
{
    static const char letters[] = {
        [CELL_EMPTY] = '\0',      [CELL_TEXT] = '\0',   [CELL_NUMBER] = 'n',
        [CELL_DATE] = 'd',        [CELL_BOOLEAN] = 'b', [CELL_ERROR] = 'e',
        [CELL_NOT_COMPUTED] = '?'
    };
    fprintf(out, "%u:", row->number);
    for (uint32_t i = 0; i < row->count; i++) {
        const cell_t *cell = &row->cells[i];
        CHECK(strlen(cell->text) == cell->size); /* a NUL behind it, none within */
        CHECK((cell->kind == CELL_EMPTY || cell->kind == CELL_NOT_COMPUTED) ==
              (cell->size == 0));
        fputc(i == 0 ? ' ' : '|', out);
        if (cell->formula)
            fputc('f', out);
        if (letters[cell->kind] != '\0')
            fputc(letters[cell->kind], out);
        fputs(cell->text, out);
    }
    fputc('\n', out);
}

static uint64_t read_all(const char *path, FILE *out, source_fault_t *fault)
{
    uint64_t rows = 0;
    source_step_t step = SOURCE_FAULT;
    source_xlsx_t *source = source_xlsx_open(path, fault);
    CHECK((source == NULL) == (fault->reason != REASON_NONE));
    for (uint32_t i = 0; source != NULL && i < source_xlsx_sheet_count(source); i++) {
        row_t row;
        CHECK(source_xlsx_sheet_name(source, i) != NULL);
        step = SOURCE_FAULT;
        if (!source_xlsx_begin(source, i, fault))
            break;
        while ((step = source_xlsx_next(source, &row, fault)) == SOURCE_ROW) {
            write_row(out, &row);
            rows++;
        }
        CHECK((step == SOURCE_FAULT) == (fault->reason != REASON_NONE));
        if (step == SOURCE_FAULT)
            break;
    }
    if (step == SOURCE_FAULT)
        fprintf(out, "! %d %u %u\n", (int)fault->reason, fault->row, fault->column);
    source_xlsx_close(&source);
    return rows;
}

char *sheet_text(const char *path, source_fault_t *fault)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK(out != NULL);
    (void)read_all(path, out, fault);
    CHECK(fclose(out) == 0);
    return text;
}

uint64_t sheet_rows(const char *path, source_fault_t *fault)
{
    FILE *out = fopen("/dev/null", "we");
    CHECK(out != NULL);
    uint64_t rows = read_all(path, out, fault);
    CHECK(fclose(out) == 0);
    return rows;
}
