/* frozen_list.h - the frozen boards of an account as a table.
 *
 * Threads: one.
 */
#ifndef YX_FROZEN_LIST_H
#define YX_FROZEN_LIST_H

#include "clients/cli/said.h"
#include "clients/cli/session.h"

/* Asks and prints; `account` NULL = the newest open one. */
exit_t frozen_list_show(const cli_t *cli, const char *account);
/* The table, or a word that there is none. */
void frozen_list_write(said_t *said, const frozen_list_answer_t *list);

#endif
