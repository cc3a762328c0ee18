/* source.h - a table file as rows of cells, read as a stream: .csv and .xlsx.
 *
 * Shape      a file holds sheets (a .csv exactly one, named after the file); a sheet is
 *            rows from top to bottom; a row is cells from left to right, gaps filled
 *            with CELL_EMPTY. A row is numbered as a spreadsheet counts: from 1, rows
 *            without a cell count too, a cell with line breaks is still one row.
 * Text       UTF-8, as it stands in the file: nothing is trimmed or translated here.
 * Memory     SOURCE_MEMORY_MAX at most beside one row, whatever the file pretends to be.
 * Ownership  what a row points at is the source's, until the next call.
 * Trouble    a sheet_reason_t (reasons.h) with the row and column where it was met: what
 *            is wrong with a file is told like what is wrong with a row.
 * Threads    none of its own.
 */
#ifndef YX_SHEETS_SOURCE_H
#define YX_SHEETS_SOURCE_H

#include "clients/sheets/reasons.h"
#include <stdbool.h>
#include <stdint.h>

#define SOURCE_COLUMNS_MAX  256u
#define SOURCE_SHEETS_MAX   64u
#define SOURCE_ROWS_MAX     1048576u              /* of one sheet, as in a workbook */
#define SOURCE_CELL_MAX     (128u * 1024u)        /* bytes of one cell's text */
#define SOURCE_UNPACKED_MAX (32u * 1024u * 1024u) /* held of a part of a workbook */
#define SOURCE_MEMORY_MAX   (64u * 1024u * 1024u)

typedef enum {
    CELL_EMPTY,
    CELL_TEXT,
    CELL_NUMBER,      /* text: decimal digits as stored, such as 85.5 or 45321 */
    CELL_DATE,        /* a number under a date format; text: 2024-03-05 or
                        2024-03-05T14:30:00, local time as stored, to the second */
    CELL_BOOLEAN,     /* text: TRUE or FALSE */
    CELL_ERROR,       /* text: #N/A and the like */
    CELL_NOT_COMPUTED /* a formula without a stored value */
} cell_kind_t;

typedef struct {
    cell_kind_t kind;
    bool formula; /* the value is what a formula gave when the file was saved */
    uint32_t size;
    const char *text; /* ends with a NUL that size does not count */
} cell_t;

typedef struct {
    uint32_t number; /* from 1 */
    uint32_t count;  /* of cells, at most SOURCE_COLUMNS_MAX */
    const cell_t *cells;
} row_t;

/* Where a file is at fault; row and column 0 = the file as a whole. */
typedef struct {
    sheet_reason_t reason;
    uint32_t row, column; /* from 1 */
} source_fault_t;

typedef struct source source_t;

typedef enum { SOURCE_ROW, SOURCE_END, SOURCE_FAULT } source_step_t;

/* By content, not by name: a zip archive is a workbook, everything else is text. A
 * .xlsx that is no archive is REASON_NOT_A_WORKBOOK. NULL and *fault otherwise;
 * REASON_NOT_FOUND: errno says why it cannot be read. */
source_t *source_open(const char *path, source_fault_t *fault);
void source_close(source_t **source);

/* Whether cells are parted by separators, so that one too few or too many shifts them. */
bool source_is_text(const source_t *source);
uint32_t source_sheet_count(const source_t *source);
/* As the file names it; without .csv. */
const char *source_sheet_name(const source_t *source, uint32_t sheet);
/* Begins a sheet at its first row; may be called again for another or the same. */
bool source_begin(source_t *source, uint32_t sheet, source_fault_t *fault);
/* The next row. After SOURCE_FAULT nothing more can be read of this sheet, except that
 * REASON_BAD_ENCODING of a .csv names its first row and ends the file too. */
source_step_t source_next(source_t *source, row_t *row, source_fault_t *fault);

#endif
