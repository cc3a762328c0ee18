/* import_scheme.h - the scheme and the account that an import brings along.
 *
 * Threads: one owner.
 */
#ifndef YX_IMPORT_SCHEME_H
#define YX_IMPORT_SCHEME_H

#include "clients/cli/import_plan.h"
#include "clients/cli/session.h"

/* The names of dimensions and channels of a scheme file, for reading sheets; *scheme is
 * its command, the caller's. */
exit_t import_scheme_load(const cli_t *cli, import_plan_t *plan, const char *path,
                          json_t **scheme);
/* Likewise from the newest account of the broker; no account = no names. */
exit_t import_scheme_ask(session_t *session, import_plan_t *plan);
/* Proposes the scheme, unless the broker has it, and has the second person's profile
 * approve it. Refusals are told. */
exit_t import_scheme_bring(session_t *session, const json_t *scheme,
                           const char *approve_profile);
/* One open_account for each account that the rounds name, over all their dates; `scheme`
 * NULL: an account is named like its scheme. */
void import_plan_accounts(import_plan_t *plan, const char *scheme);

#endif
