/* import_places.h - what the broker says of a command, in the words of a sheet.
 *
 * Threads: none; pure functions of their input.
 */
#ifndef YX_IMPORT_PLACES_H
#define YX_IMPORT_PLACES_H

#include "clients/cli/import_plan.h"

/* The reason that a status is in a sheet; REASON_OTHER_RULE for those without one. */
sheet_reason_t import_reason_of(status_t status);
/* The header of the column that a place such as "observe.ratings[2].value" comes from;
 * NULL = none. Borrowed from the plan or constant. */
const char *import_column_of(const import_plan_t *plan, const import_command_t *command,
                             const char *place);
/* Whether the refusal only says that something is not there yet which this very import
 * brings. */
bool import_comes_later(const import_plan_t *plan, status_t status,
                        const fault_t *fault);

#endif
