/* record_table.h - the columns of a kind as a table has them, and the cells of a record.
 *
 * Threads: one owner.
 */
#ifndef YX_RECORD_TABLE_H
#define YX_RECORD_TABLE_H

#include "clients/cli/name_list.h"
#include "clients/sheets/record_columns.h"
#include "clients/sheets/table_writer.h"
#include "proto/buffer.h"
#include <jansson.h>

#define RECORD_COLUMNS_MAX (32u + DIMENSIONS_MAX * 4u)
#define RECORD_WORDS_MAX   16u

typedef struct {
    const record_kind_t *kind;
    table_column_t columns[RECORD_COLUMNS_MAX];
    const record_column_t *of[RECORD_COLUMNS_MAX]; /* what each column shows */
    uint32_t count;
    uint32_t ratings, dimensions; /* the first column of a dimension; how many */
    const char *words[RECORD_COLUMNS_MAX][RECORD_WORDS_MAX];
    const char *channels[CHANNELS_MAX];
    char keys[DIMENSIONS_MAX * 4u][LABEL_BYTES_MAX + 8];
} record_table_t;

/* `dimensions` head the columns of ratings, `channels` (or NULL) are offered to choose
 * from; both are borrowed. */
void record_table_init(record_table_t *table, const record_kind_t *kind,
                       const char *const *dimensions, uint32_t dimension_count,
                       const name_list_t *channels);

/* The cells of one command as JSON; texts lie in `room`, which is cleared first, or in
 * the command. `names` are those of its scheme. STATUS_UNKNOWN_DIMENSION: a rating has no
 * column; STATUS_TOO_LARGE; STATUS_NO_MEMORY. */
status_t record_table_cells(const record_table_t *table, const json_t *command,
                            const names_t *names, buffer_t *room, text_t *cells);

#endif
