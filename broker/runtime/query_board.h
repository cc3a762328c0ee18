/* query_board.h - the board and groups queries; part of query.h. */
#ifndef YX_RUNTIME_QUERY_BOARD_H
#define YX_RUNTIME_QUERY_BOARD_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* Room for the rows of one view. */
typedef struct {
    view_row_t view[BOARD_WINDOW_MAX];
    board_row_t rows[BOARD_WINDOW_MAX];
} board_room_t;

/* Posts the answer in parts of at most ANSWER_PART_BYTES_MAX. Otherwise nothing was
 * posted: STATUS_UNKNOWN_ACCOUNT, _GROUP, _UNIT, _LABEL, _SUBJECT,
 * STATUS_WINDOW_TOO_LARGE, STATUS_OUT_OF_SCOPE (the caller's scope can hold no row of
 * it), with the place in *fault. Rows outside the scope are left out (R12). */
status_t query_board(core_t *core, const caller_t *caller, const board_query_t *query,
                     board_room_t *room, fault_t *fault);
/* STATUS_UNKNOWN_ACCOUNT: none is open. */
status_t query_groups(core_t *core, const caller_t *caller, fault_t *fault);

#endif
