/* table_writer.h - a table written row by row: as .xlsx, .csv or NDJSON.
 *
 * Cells      texts as import reads them: dates 2024-03-05, times with their offset
 *            2024-03-05T14:30:00+08:00, numbers in decimal digits, lists joined by "、".
 *            The column's type says what becomes of them: a typed cell in a workbook
 *            (a time stands there as its local time), as they are in .csv, a number or a
 *            list in NDJSON. What is not of its column's type is written as text.
 * .csv       UTF-8 with a byte order mark and CRLF, so that Excel and WPS read it. A text
 *            that a spreadsheet would take for a formula (= + - @ tab CR at its
 *            beginning) gets an apostrophe in front; in a workbook texts are texts and
 *            need none.
 * Durability the file appears whole under its name, synced, when table_writer_finish
 *            returns STATUS_OK; until then what was there stays. Only its owner reads it
 *            (0600): boards and observations are about people.
 * Memory     one row, whatever the number of rows.
 * Ownership  columns are borrowed until the next begin or the finish, cells for the call.
 * Threads    one owner.
 */
#ifndef YX_TABLE_WRITER_H
#define YX_TABLE_WRITER_H

#include "proto/status.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

#define TABLE_WRITER_COLUMNS_MAX 256u
#define TABLE_CELL_CHARS_MAX     32767u /* of one cell of a workbook */
#define TABLE_LIST_JOINT         "、"

typedef enum { TABLE_XLSX, TABLE_CSV, TABLE_NDJSON } table_format_t;

typedef enum {
    COLUMN_TEXT,
    COLUMN_INTEGER,
    COLUMN_DECIMAL, /* shown with two decimals */
    COLUMN_DATE,
    COLUMN_MOMENT, /* date and time */
    COLUMN_LIST    /* several texts in one cell */
} column_type_t;

typedef struct {
    const char *header, *key; /* as people read it; the name in NDJSON */
    column_type_t type;
    const char *const *allowed; /* offered as a list to choose from, or NULL */
    uint32_t allowed_count;
    const char *note; /* shown where the cell is filled in, or NULL */
} table_column_t;

typedef struct table_writer table_writer_t;

/* By the end of the name: .xlsx, .csv, .ndjson or .jsonl. */
bool table_format_of(const char *path, table_format_t *format);

/* NULL and *status: STATUS_NOT_FOUND (no such folder), STATUS_STORAGE_FULL, STATUS_IO
 * (errno tells), STATUS_NO_MEMORY. */
table_writer_t *table_writer_open(const char *path, table_format_t format,
                                  status_t *status);
/* Begins a sheet with its row of headers; only a workbook has more than one.
 * STATUS_NO_MEMORY, STATUS_IO, STATUS_STORAGE_FULL. After a failure nothing but
 * table_writer_abandon is of use; likewise below. */
status_t table_writer_begin(table_writer_t *writer, const char *sheet,
                            const table_column_t *columns, uint32_t count);
/* One cell for each column. STATUS_TEXT_TOO_LONG: more than a workbook's cell holds. */
status_t table_writer_row(table_writer_t *writer, const text_t *cells);
/* Puts the file under its name and frees the writer, also after a failure; *rows counts
 * those of all sheets without the headers. */
status_t table_writer_finish(table_writer_t **writer, uint64_t *rows);
/* Leaves no trace; NULL is taken. */
void table_writer_abandon(table_writer_t **writer);

#endif
