/* import_check.h - a plan before the broker's rules, without storing anything.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_CHECK_H
#define YX_IMPORT_CHECK_H

#include "clients/cli/import_plan.h"
#include "clients/cli/session.h"

#define IMPORT_ALL_STAGES UINT32_MAX

/* Judges the commands in state `state` of one stage or of all. Refusals become findings;
 * what names an earlier row of this import becomes ROW_LATER; observations whose code is
 * taken are compared with what is stored and become ROW_UNCHANGED or are refused.
 * EXIT_DONE also when something was refused; otherwise the trouble was told. */
exit_t import_check(session_t *session, import_plan_t *plan, uint32_t stage,
                    row_state_t state);

#endif
