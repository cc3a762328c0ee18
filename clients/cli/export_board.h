/* export_board.h - yx export board GROUP: every row of a view of a board.
 *
 * A board longer than one answer is read in pages; when it moved between two of them
 * the reading begins again, EXPORT_BOARD_TRIES times at most: one table tells one state.
 * Threads: one.
 */
#ifndef YX_EXPORT_BOARD_H
#define YX_EXPORT_BOARD_H

#include "clients/cli/session.h"

#define EXPORT_BOARD_TRIES 20u

/* `view` names group, account and filters; its window is not looked at. Tells its own
 * trouble; STATUS_BUSY: the board did not stand still. */
exit_t export_board(session_t *session, const board_query_t *view, const char *path);

#endif
