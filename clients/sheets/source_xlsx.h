/* source_xlsx.h - a workbook (.xlsx) behind source.h.
 *
 * Nothing but what the sheets share is held: the shared texts, the styles and one row.
 * Threads: one owner.
 */
#ifndef YX_SOURCE_XLSX_H
#define YX_SOURCE_XLSX_H

#include "clients/sheets/source.h"

typedef struct source_xlsx source_xlsx_t;

/* As source_open for a file that is a zip archive. */
source_xlsx_t *source_xlsx_open(const char *path, source_fault_t *fault);
void source_xlsx_close(source_xlsx_t **source);
uint32_t source_xlsx_sheet_count(const source_xlsx_t *source);
const char *source_xlsx_sheet_name(const source_xlsx_t *source, uint32_t sheet);
bool source_xlsx_begin(source_xlsx_t *source, uint32_t sheet, source_fault_t *fault);
source_step_t source_xlsx_next(source_xlsx_t *source, row_t *row,
                               source_fault_t *fault);

#endif
