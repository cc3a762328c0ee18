/* import_tell.h - an import in words, or as one JSON object a line.
 *
 * Threads: none of its own.
 */
#ifndef YX_IMPORT_TELL_H
#define YX_IMPORT_TELL_H

#include "clients/cli/cli.h"
#include "clients/cli/import_plan.h"

#define IMPORT_TOLD_MAX 200u /* findings of one sheet in words; --json has all */

/* Findings from index `from` on: refusals on standard error, notes on standard output. */
void import_tell_findings(const cli_t *cli, const import_plan_t *plan, uint32_t from);
/* A line for each sheet: rows, good, unchanged, refused. */
void import_tell_sheets(const cli_t *cli, const import_plan_t *plan);
/* --print: the commands in the order in which they would be sent. */
void import_print(const import_plan_t *plan);

#endif
