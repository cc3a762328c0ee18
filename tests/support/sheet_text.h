/* sheet_text.h - what a reader tells of a workbook, as one line of text a row.
 *
 * "1: 甲|n85.5|d2024-03-05|" with a letter in front of what is no text: n number, d date,
 * b boolean, e error, ? not computed; f before it when a formula gave it. A fault ends
 * the text as "! reason row column".
 * Threads: none of its own.
 */
#ifndef YX_TESTS_SHEET_TEXT_H
#define YX_TESTS_SHEET_TEXT_H

#include "clients/sheets/source_xlsx.h"

/* Every sheet of the file; malloc'ed. The last fault is in *fault as well. */
char *sheet_text(const char *path, source_fault_t *fault);
/* Reads everything and keeps nothing; the number of rows. */
uint64_t sheet_rows(const char *path, source_fault_t *fault);

#endif
