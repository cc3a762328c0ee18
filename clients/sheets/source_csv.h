/* source_csv.h - a .csv file behind source.h.
 *
 * UTF-8 with or without a byte order mark when all of the file is, otherwise GB18030 when
 * all of it is. Lines end with LF or CRLF (with CR alone: REASON_LINE_ENDS when the sheet is
 * begun); quoted cells may hold line breaks. One pass looks at
 * the encoding, the second reads; one row and one block are held.
 * Threads: one owner.
 */
#ifndef YX_SOURCE_CSV_H
#define YX_SOURCE_CSV_H

#include "clients/sheets/source.h"

typedef struct source_csv source_csv_t;

source_csv_t *source_csv_open(const char *path, source_fault_t *fault);
void source_csv_close(source_csv_t **source);
const char *source_csv_sheet_name(const source_csv_t *source);
bool source_csv_begin(source_csv_t *source, source_fault_t *fault);
source_step_t source_csv_next(source_csv_t *source, row_t *row, source_fault_t *fault);

#endif
