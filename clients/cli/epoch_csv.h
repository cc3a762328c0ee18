/* epoch_csv.h - two epochs side by side as CSV, for a spreadsheet.
 *
 * Threads: none of its own.
 */
#ifndef YX_EPOCH_CSV_H
#define YX_EPOCH_CSV_H

#include "clients/cli/epoch_read.h"
#include "clients/cli/name_list.h"
#include <stdio.h>

/* Columns group, dimension (its number), what, a, b, difference. Means and offsets are
 * points with two decimals, kappa and rho thousandths. First the parameters of every fit
 * in order, then the offsets with the largest difference first; what only one of the two
 * has comes last, with an empty cell. STATUS_NO_MEMORY. */
status_t epoch_csv_compare(const epoch_read_t *a, const epoch_read_t *b, FILE *out);

/* Columns group, dimension (its name, or number), inspector, what (mu, kappa, s2, rho, u,
 * offset), value: the integers of the journal, as yx lab takes them. */
void epoch_csv_write(const epoch_read_t *epoch, const name_list_t *dimensions,
                     FILE *out);

#endif
