/* table.h - rows of cells, aligned by the width that terminals give to characters.
 *
 * A Chinese character is two columns wide, a combining mark none. Threads: one owner.
 */
#ifndef YX_TABLE_H
#define YX_TABLE_H

#include "proto/buffer.h"
#include <stdbool.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX    12u
#define TABLE_CELL_BYTES_MAX 1024u

typedef struct table table_t;

/* Columns of a text in a terminal; bytes that are not UTF-8 count one each. */
size_t cli_table_width(const char *text, size_t size);
/* Bytes of the first character of a text that is not empty, its columns in *width. */
size_t cli_table_character(const char *text, size_t size, size_t *width);
/* Bytes of the beginning of a text that takes at most `room` columns. */
size_t cli_table_fit(const char *text, size_t size, size_t room);

/* `right` has a bit for each column that ends on its right side. NULL: no memory. */
table_t *cli_table_create(unsigned columns, unsigned right);
void cli_table_destroy(table_t **table);
/* Forgets all rows. */
void cli_table_clear(table_t *table);
/* One row, copied; a NULL cell is empty. Controls become blanks. STATUS_NO_MEMORY,
 * STATUS_TOO_LARGE. */
status_t cli_table_add(table_t *table, const char *const *cells);
unsigned cli_table_rows(const table_t *table);
/* The first row in bold when `colour`. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t cli_table_write(const table_t *table, bool colour, buffer_t *out);

#endif
