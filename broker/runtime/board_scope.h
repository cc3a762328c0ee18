/* board_scope.h - which board a query means, and what of it this principal may see.
 *
 * A scope is written in one way only, so that two principals who may see the same have
 * the same bytes: `everything` and reach all are REACH_ALL with nothing else in it;
 * units and groups are sorted, none twice; what is not used is zero.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_BOARD_SCOPE_H
#define YX_RUNTIME_BOARD_SCOPE_H

#include "broker/core/authorise.h"
#include "broker/ranking/board.h"
#include "proto/query.h"

/* No padding: compared as bytes. */
typedef struct {
    uint32_t reach;  /* REACH_* */
    uint32_t person; /* persons: whose own rows are seen beside; 0 = nobody's */
    uint32_t unit_count, group_count;
    uint32_t units[SCOPE_UNITS_MAX];   /* units, with everything below them */
    uint32_t groups[SCOPE_GROUPS_MAX]; /* words */
} board_scope_t;

/* What the principal may see by this operation. REACH_NONE: nothing. */
void board_scope_of(const state_t *state, uint32_t principal, operation_t operation,
                    board_scope_t *scope);
/* Rule R12, row by row; view_t.visible with a board_scope_t as context. */
bool board_scope_sees(const void *scope, const state_t *state, uint32_t subject);

/* The open account when `code` is empty. STATUS_UNKNOWN_ACCOUNT. `place` is told. */
status_t board_scope_account(const state_t *state, text_t code, const char *place,
                             uint32_t *account, fault_t *fault);
/* Whether the board may be shown: STATUS_BOARD_DISCONNECTED, with words in `detail`, when
 * its ratings do not hang together and nobody overrode that. */
status_t board_scope_shown(const state_t *state, uint32_t account, uint32_t group,
                           char detail[FAULT_DETAIL_MAX]);
/* Names to rows, and whether the scope can hold any row of it. view->visible borrows
 * `scope`; a scope without limits leaves it NULL. `root` begins the places of *fault:
 * "query.board" or "watch.view". STATUS_UNKNOWN_ACCOUNT, _GROUP (also one that the
 * account's scheme does not name), _UNIT, _LABEL, _SUBJECT, STATUS_WINDOW_TOO_LARGE,
 * STATUS_OUT_OF_SCOPE, STATUS_BOARD_DISCONNECTED. */
status_t board_scope_view(const state_t *state, const board_query_t *query,
                          const board_scope_t *scope, const char *root, view_t *view,
                          fault_t *fault);
/* Whether the scope can hold a row of the view. O(scope). */
bool board_scope_holds(const state_t *state, const board_scope_t *scope,
                       const view_t *view);

#endif
