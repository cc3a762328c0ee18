/* rounds.h - rounds of an account, and their stages.
 *
 * A round is open from its creation and moves by one table: planned, open, closed,
 * sealed; sealed is final. The shape of the three functions of each command stands in
 * family.h.
 */
#ifndef YX_CORE_ROUNDS_H
#define YX_CORE_ROUNDS_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_ACCOUNT. Judge: STATUS_ACCOUNT_FIXED (a round does not change
 * its account), STATUS_ACCOUNT_CLOSED, STATUS_ROUND_CLOSED (sealed), STATUS_BAD_DATE,
 * STATUS_DATES_REVERSED, STATUS_OUTSIDE_ACCOUNT, STATUS_PARAMETER_RANGE. */
status_t put_round_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault);
status_t put_round_judge(const state_t *state, event_t *event, fault_t *fault);
void put_round_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_ROUND. Judge: STATUS_BAD_TRANSITION. */
status_t move_round_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault);
status_t move_round_judge(const state_t *state, event_t *event, fault_t *fault);
void move_round_apply(state_t *state, const event_t *event);

/* Whether a round or a visit may step from one stage to the other. */
bool stage_follows(uint32_t from, uint32_t to);

#endif
