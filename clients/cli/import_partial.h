/* import_partial.h - the refused rows of a sheet as a sheet of the same form.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_PARTIAL_H
#define YX_IMPORT_PARTIAL_H

#include "clients/cli/cli.h"
#include "clients/cli/import_plan.h"

/* Reads the plan's only sheet again and writes header and refused rows, with the reasons
 * in a last column 退回原因, to `path` (.csv or .xlsx). EXIT_DONE, or the trouble was
 * told. *rows counts what was written. */
exit_t import_write_refused(const cli_t *cli, const import_plan_t *plan,
                            const char *path, uint64_t *rows);

#endif
