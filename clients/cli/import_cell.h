/* import_cell.h - one cell of a row into the object of its command.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_CELL_H
#define YX_IMPORT_CELL_H

#include "clients/cli/import_plan.h"
#include "clients/sheets/cells.h"

/* The row being read, and where in it. */
typedef struct {
    import_plan_t *plan;
    uint32_t sheet, row;
    json_t *object;
    const record_column_t *column; /* NULL: a rating of `dimension` */
    uint32_t dimension;
    const char *header;
    uint8_t rated[DIMENSIONS_MAX];
    uint8_t rated_count;
    bool refused;
} import_cell_t;

/* Sets the field, or adds what is wrong with the cell to the plan. */
void import_cell(import_cell_t *at, const cell_t *cell);
void import_cell_refuse(import_cell_t *at, sheet_reason_t reason, const char *value);

#endif
