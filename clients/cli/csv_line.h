/* csv_line.h - a line of CSV on standard output.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe in front;
 * numbers with a sign are left as they are. Threads: none of its own.
 */
#ifndef YX_CSV_LINE_H
#define YX_CSV_LINE_H

#include <stdio.h>

/* A failure is found by ferror. */
void csv_line(FILE *out, const char *const *cells, unsigned count);

#endif
