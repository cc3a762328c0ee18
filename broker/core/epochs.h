/* epochs.h - calibration epochs: asked for, told in parts, proposed, adopted.
 *
 * SCORING.md section 4. Offsets and parameters are data that the worker found and the
 * broker journaled; nothing here computes them. An epoch counts from its adoption by a
 * second person, for the groups it names. The shape of the three functions of each
 * command stands in family.h; epoch_part, propose_epoch and fail_epoch are written by
 * the broker alone, their judges still ask everything that apply relies on.
 */
#ifndef YX_CORE_EPOCHS_H
#define YX_CORE_EPOCHS_H

#include "broker/core/family.h"

/* Judge: STATUS_CODE_TAKEN, STATUS_JOBS_FULL, STATUS_UNKNOWN_GROUP (not in the
 * account's scheme), STATUS_TABLE_FULL. Resolve: STATUS_UNKNOWN_ACCOUNT. */
status_t calibrate_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault);
status_t calibrate_judge(const state_t *state, event_t *event, fault_t *fault);
void calibrate_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_EPOCH. Judge: STATUS_BAD_TRANSITION (not asked for, or not
 * the next part), STATUS_UNKNOWN_GROUP, STATUS_UNKNOWN_DIMENSION,
 * STATUS_UNKNOWN_INSPECTOR, STATUS_PARAMETER_RANGE. */
status_t epoch_part_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault);
status_t epoch_part_judge(const state_t *state, event_t *event, fault_t *fault);
void epoch_part_apply(state_t *state, const event_t *event);

/* Likewise. Judge: STATUS_BAD_TRANSITION (not asked for, parts or fits are missing). */
status_t propose_epoch_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault);
status_t propose_epoch_judge(const state_t *state, event_t *event, fault_t *fault);
void propose_epoch_apply(state_t *state, const event_t *event);

/* Judge: STATUS_BAD_TRANSITION (not proposed), STATUS_SECOND_PERSON,
 * STATUS_HASH_DIFFERS. */
status_t adopt_epoch_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault);
status_t adopt_epoch_judge(const state_t *state, event_t *event, fault_t *fault);
void adopt_epoch_apply(state_t *state, const event_t *event);

/* Judge: STATUS_BAD_TRANSITION (not asked for). */
status_t fail_epoch_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault);
status_t fail_epoch_judge(const state_t *state, event_t *event, fault_t *fault);
void fail_epoch_apply(state_t *state, const event_t *event);

/* Judge: STATUS_BAD_TRANSITION (adopted, dropped or failed already). */
status_t drop_epoch_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault);
status_t drop_epoch_judge(const state_t *state, event_t *event, fault_t *fault);
void drop_epoch_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_ACCOUNT, STATUS_UNKNOWN_GROUP. Judge: STATUS_TABLE_FULL. */
status_t override_links_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault);
status_t override_links_judge(const state_t *state, event_t *event, fault_t *fault);
void override_links_apply(state_t *state, const event_t *event);

#endif
