/* table_parts.h - what table_writer.h asks of one format; not for others. */
#ifndef YX_TABLE_PARTS_H
#define YX_TABLE_PARTS_H

#include "clients/sheets/table_writer.h"
#include <stdio.h>

/* Writes into a file that exists and is empty; all state is `self`. */
typedef struct {
    void *(*open)(const char *path, status_t *status);
    status_t (*begin)(void *self, const char *sheet, const table_column_t *columns,
                      uint32_t count);
    status_t (*row)(void *self, const text_t *cells);
    /* Writes what is left and frees `self`, whatever it returns. */
    status_t (*close)(void *self);
} table_kind_t;

extern const table_kind_t table_kind_xlsx, table_kind_csv, table_kind_ndjson;

/* What errno says of a file. */
status_t table_status_of_errno(int error);
/* Closes; STATUS_OK when everything was written. */
status_t table_close_stream(FILE *stream);

/* ---- what a cell may be ---- */

/* Digits with at most one point and one sign, at most 15 of them: a number in every
 * program. `decimals`: whether a point is allowed. */
bool table_is_number(text_t cell, bool decimals);

/* 2024-03-05 or 2024-03-05T14:30:00, whatever offset follows it. */
typedef struct {
    int year, month, day, hour, minute, second;
} table_moment_t;
bool table_read_date(text_t cell, table_moment_t *out);
bool table_read_moment(text_t cell, table_moment_t *out);

/* The next of the texts in a list; false at its end. *rest begins as the whole cell. */
bool table_next_of_list(text_t *rest, text_t *item);

#endif
