/* verb_board_freeze.h - the words behind yx board: frozen boards and overrides.
 *
 * argv[0] is the word.
 */
#ifndef YX_VERB_BOARD_FREEZE_H
#define YX_VERB_BOARD_FREEZE_H

#include "clients/cli/verb.h"

exit_t board_freeze(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t board_override(cli_t *cli, const verb_t *verb, int argc, char **argv);
/* yx board frozen: the list, or one board by its code. */
exit_t board_frozen(cli_t *cli, const verb_t *verb, int argc, char **argv);

/* verb_board.c: asks for a board, live or frozen, and prints it. */
exit_t board_show(const cli_t *cli, const query_t *query);

#endif
