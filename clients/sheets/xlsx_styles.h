/* xlsx_styles.h - which cell styles show a number as a date.
 *
 * Threads: one owner.
 */
#ifndef YX_XLSX_STYLES_H
#define YX_XLSX_STYLES_H

#include "clients/sheets/reasons.h"
#include <stdbool.h>
#include <stdint.h>
#include <zip.h>

typedef struct xlsx_styles xlsx_styles_t;

/* `name` NULL: a workbook without styles, no style is a date. NULL and *reason. */
xlsx_styles_t *xlsx_styles_read(zip_t *zip, const char *name, sheet_reason_t *reason);
void xlsx_styles_destroy(xlsx_styles_t **styles);
/* The style's number as a cell has it; false when there is no such style. */
bool xlsx_styles_is_date(const xlsx_styles_t *styles, uint32_t style);

#endif
