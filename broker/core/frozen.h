/* frozen.h - frozen boards: asked for, told in parts, finished.
 *
 * SCORING.md section 5: a cut with sets of ranks. One board is frozen at a time. The
 * shape of the three functions of each command stands in family.h; frozen_part and
 * finish_frozen are written by the broker alone.
 */
#ifndef YX_CORE_FROZEN_H
#define YX_CORE_FROZEN_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_ACCOUNT, STATUS_UNKNOWN_GROUP. Judge: STATUS_CODE_TAKEN,
 * STATUS_JOBS_FULL (one is being frozen), STATUS_BOARD_DISCONNECTED (it falls apart and
 * nobody overrode that), STATUS_TABLE_FULL. */
status_t freeze_board_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault);
status_t freeze_board_judge(const state_t *state, event_t *event, fault_t *fault);
void freeze_board_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_FROZEN. Judge: STATUS_BAD_TRANSITION (not asked for, or not the
 * next part), STATUS_UNKNOWN_SUBJECT, STATUS_UNKNOWN_UNIT, STATUS_TABLE_FULL. */
status_t frozen_part_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault);
status_t frozen_part_judge(const state_t *state, event_t *event, fault_t *fault);
void frozen_part_apply(state_t *state, const event_t *event);

/* Likewise. A status other than 0: it failed, its rows are given up. */
status_t finish_frozen_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault);
status_t finish_frozen_judge(const state_t *state, event_t *event, fault_t *fault);
void finish_frozen_apply(state_t *state, const event_t *event);

/* The board being frozen, 0 = none. */
uint32_t frozen_asked(const state_t *state);

#endif
