/* xlsx_sheet.h - one sheet of a workbook, row by row.
 *
 * Rows       those that the sheet has cells for, also when they are only coloured. A row
 *            is as wide as the widest one before it: a workbook leaves out what is empty
 *            at its end, and no row of it is too short.
 * Columns    empty cells beyond SOURCE_COLUMNS_MAX do not count.
 * Memory     one row.
 * Threads    one owner.
 */
#ifndef YX_XLSX_SHEET_H
#define YX_XLSX_SHEET_H

#include "clients/sheets/source.h"
#include "clients/sheets/xlsx_strings.h"
#include "clients/sheets/xlsx_styles.h"

typedef struct xlsx_sheet xlsx_sheet_t;

/* What the sheets of a workbook share; must live as long. */
typedef struct {
    zip_t *zip;
    const xlsx_strings_t *strings;
    const xlsx_styles_t *styles;
    bool from_1904;
} xlsx_shared_t;

/* NULL and *fault, as xlsx_part_open. */
xlsx_sheet_t *xlsx_sheet_open(const xlsx_shared_t *shared, const char *part,
                              source_fault_t *fault);
void xlsx_sheet_close(xlsx_sheet_t **sheet);
/* As source_next. */
source_step_t xlsx_sheet_next(xlsx_sheet_t *sheet, row_t *row, source_fault_t *fault);

#endif
