/* xlsx_book.h - what a workbook says of itself: its sheets in order, and which parts
 * hold them.
 *
 * Threads: one owner.
 */
#ifndef YX_XLSX_BOOK_H
#define YX_XLSX_BOOK_H

#include "clients/sheets/reasons.h"
#include "clients/sheets/source.h"
#include <stdbool.h>
#include <stdint.h>
#include <zip.h>

typedef struct {
    char *name, *part;
} xlsx_book_sheet_t;

typedef struct {
    xlsx_book_sheet_t sheets[SOURCE_SHEETS_MAX];
    uint32_t sheet_count;
    bool from_1904;
    char *strings, *styles; /* parts; NULL = there are none */
} xlsx_book_t;

/* REASON_NONE, REASON_NOT_A_WORKBOOK (an archive of something else),
 * REASON_TOO_MANY_SHEETS, REASON_DAMAGED_FILE, REASON_DTD_FORBIDDEN,
 * REASON_UNPACKED_TOO_LARGE, REASON_NO_MEMORY. Charts and the like are no sheets. To be
 * ended with xlsx_book_fini whatever it returns. */
sheet_reason_t xlsx_book_read(zip_t *zip, xlsx_book_t *book);
void xlsx_book_fini(xlsx_book_t *book);

#endif
