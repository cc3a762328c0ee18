/* import_same.h - whether what bears a code is the very same observation.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_SAME_H
#define YX_IMPORT_SAME_H

#include "clients/cli/import_plan.h"
#include "clients/cli/session.h"

/* Looks at the records of the visits of all rows in state ROW_TAKEN: ROW_UNCHANGED when
 * the bytes are the same (the private ones as far as the caller may see them), otherwise
 * they are refused. EXIT_DONE, or the trouble was told. */
exit_t import_compare(session_t *session, import_plan_t *plan);

#endif
