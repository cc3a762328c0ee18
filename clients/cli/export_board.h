/* export_board.h - yx export board: every row of a view of a board, or of a frozen one.
 *
 * A board longer than one answer is read in pages; when it moved between two of them
 * the reading begins again, EXPORT_BOARD_TRIES times at most: one table tells one state.
 * Threads: one.
 */
#ifndef YX_EXPORT_BOARD_H
#define YX_EXPORT_BOARD_H

#include "clients/cli/session.h"

#define EXPORT_BOARD_TRIES 20u

/* A board query (group, account and filters) or a frozen one (code); its window is not
 * looked at. Tells its own trouble; STATUS_BUSY: the board did not stand still. */
exit_t export_board(session_t *session, const query_t *wanted, const char *path);

#endif
