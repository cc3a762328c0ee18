/* xlsx_zip.h - the archive of a workbook: found, counted, opened.
 *
 * Memory     the list of entries is looked at before libzip reads it: an archive of
 *            more than XLSX_ENTRIES_MAX entries is damaged to us.
 * Threads    one owner.
 */
#ifndef YX_XLSX_ZIP_H
#define YX_XLSX_ZIP_H

#include "clients/sheets/reasons.h"
#include <stdbool.h>
#include <stdint.h>
#include <zip.h>

#define XLSX_ENTRIES_MAX 4096u
#define XLSX_PATH_MAX    512u

/* REASON_NOT_FOUND (errno tells), REASON_DAMAGED_FILE, REASON_NO_MEMORY; NULL then. */
zip_t *xlsx_zip_open(const char *path, sheet_reason_t *reason);
/* NULL is taken. */
void xlsx_zip_close(zip_t **zip);

typedef struct {
    uint64_t index, packed_bytes, unpacked_bytes; /* as the archive says */
} xlsx_entry_t;
/* Case does not count, as in the offices' own programs. false: no such part, or packed
 * in a way that workbooks are not. */
bool xlsx_zip_find(zip_t *zip, const char *name, xlsx_entry_t *entry);

#endif
