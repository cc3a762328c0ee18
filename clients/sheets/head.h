/* head.h - the row of headers: which column of a kind each cell of a row is.
 *
 * Headers are Chinese or the English keys, in any order, under up to HEAD_TITLES_MAX rows
 * of title. The columns of dimensions are headed by a name of the scheme or dim:NAME.
 * Threads: none of its own.
 */
#ifndef YX_SHEETS_HEAD_H
#define YX_SHEETS_HEAD_H

#include "clients/sheets/record_columns.h"
#include "clients/sheets/source.h"

#define HEAD_TITLES_MAX 5u
#define HEAD_NOTHING    UINT16_MAX

typedef struct {
    const record_kind_t *kind;
    const char *const *dimensions; /* names by number from 1; "" = a gap */
    uint32_t dimension_count;
    uint32_t row, cells;
    /* by cell: a column of the kind, or kind->count + the dimension's number, or
     * HEAD_NOTHING */
    uint16_t column_of[SOURCE_COLUMNS_MAX];
} head_t;

/* Whether the row heads a sheet of this kind: at least two of its cells are columns of
 * it, and at least half of those that say anything. kind and dimensions are set. */
bool head_match(head_t *head, const row_t *row);
/* Whether a row of a single cell would head it if tabs or semicolons parted cells. */
bool head_match_parted(const head_t *head, const row_t *row);
/* The first column that is missing or stands there twice; REASON_NONE. *name is its
 * header, `header` those of the file as head_match saw them (head->cells). */
sheet_reason_t head_fault(const head_t *head, const char **name);
/* The column of a cell; NULL: a dimension's or nothing. */
const record_column_t *head_column(const head_t *head, uint32_t cell);
/* The number of the dimension from 1; 0 = it is none. */
uint32_t head_dimension(const head_t *head, uint32_t cell);

#endif
