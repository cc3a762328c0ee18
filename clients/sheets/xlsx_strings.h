/* xlsx_strings.h - the texts that the sheets of a workbook share.
 *
 * Memory     SOURCE_UNPACKED_MAX for the texts and where each begins; more of them are
 *            REASON_UNPACKED_TOO_LARGE.
 * Text       UTF-8, the runs of a rich text joined; _x000A_ and its like are the
 *            characters that they stand for.
 * Threads    one owner.
 */
#ifndef YX_XLSX_STRINGS_H
#define YX_XLSX_STRINGS_H

#include "clients/sheets/reasons.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zip.h>

typedef struct xlsx_strings xlsx_strings_t;

/* `name` NULL: a workbook without shared texts. NULL and *reason otherwise. */
xlsx_strings_t *xlsx_strings_read(zip_t *zip, const char *name, sheet_reason_t *reason);
void xlsx_strings_destroy(xlsx_strings_t **strings);
/* NULL when there is no such text; it ends with a NUL that *size does not count. */
const char *xlsx_strings_at(const xlsx_strings_t *strings, uint32_t index,
                            uint32_t *size);

/* Replaces _xHHHH_ in place; returns the new size. What would be no character stays. */
size_t xlsx_unescape(char *text, size_t size);

#endif
