/* import_read.h - files and folders into a plan.
 *
 * Nothing here needs a broker. Threads: one owner.
 */
#ifndef YX_IMPORT_READ_H
#define YX_IMPORT_READ_H

#include "clients/cli/cli.h"
#include "clients/cli/import_plan.h"

typedef struct {
    const char *kind; /* of all sheets, or NULL: by their names */
    const char *only; /* "units,persons": names of kinds, or NULL = all */
} import_choice_t;

/* Reads all sheets of a file, or of all .csv and .xlsx files of a folder. Sheets of kinds
 * that are not known are named on standard error and skipped. EXIT_DONE also when there
 * are findings; EXIT_USAGE: no such path, or nothing in it can be imported. */
exit_t import_read(const cli_t *cli, import_plan_t *plan, const char *path,
                   const import_choice_t *choice);

#endif
