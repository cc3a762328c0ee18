/* import_row.h - one row of a sheet to the commands that it stands for.
 *
 * Cells become fields of JSON (proto/json.h); what is wrong or was normalised becomes
 * findings of the plan. A row with a refused cell makes no command.
 * Threads: one owner.
 */
#ifndef YX_IMPORT_ROW_H
#define YX_IMPORT_ROW_H

#include "clients/cli/import_plan.h"
#include "clients/sheets/head.h"

/* Adds the commands of a row with at least one value. Rows that say the same as an
 * earlier one are passed over and told. */
void import_row(import_plan_t *plan, uint32_t sheet, const head_t *head,
                const row_t *row);

#endif
