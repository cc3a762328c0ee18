/* import_send.h - the commands of a plan, kind by kind, through the outbox.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_SEND_H
#define YX_IMPORT_SEND_H

#include "clients/cli/import_plan.h"
#include "clients/cli/session.h"

/* Sends what is good. What rests on earlier rows of this import is judged just before its
 * kind is sent; when something is refused then, nothing of that kind or a later one goes
 * out, unless `partial`: then the refused rows stay behind. */
exit_t import_send(session_t *session, import_plan_t *plan, bool partial);

#endif
