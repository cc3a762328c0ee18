/* epoch_text.h - an epoch in words and tables, for the person who is to adopt it.
 *
 * Threads: one.
 */
#ifndef YX_EPOCH_TEXT_H
#define YX_EPOCH_TEXT_H

#include "clients/cli/epoch_read.h"
#include "clients/cli/name_list.h"

#define EPOCH_CELL_MAX 40u

/* Fits, links, offsets, who moves; `dimensions` names them by number.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t epoch_text_write(const cli_t *cli, const epoch_read_t *epoch,
                          const name_list_t *dimensions, buffer_t *out);
/* Parameters and offsets of two epochs side by side, largest difference first. */
status_t epoch_text_compare(const cli_t *cli, const epoch_read_t *a,
                            const epoch_read_t *b, const name_list_t *dimensions,
                            buffer_t *out);
/* One word for a state of EpochInfo. */
const char *epoch_text_state(const cli_t *cli, uint32_t state);
/* Micro-points with two decimals; `sign` also shows a plus. */
void epoch_text_micro(int64_t micro, bool sign, char out[EPOCH_CELL_MAX]);

#endif
