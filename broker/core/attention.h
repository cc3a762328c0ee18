/* attention.h - attention items: opened by a rule, assigned, closed by a person.
 *
 * SCORING.md section 7. Nothing is discounted by itself. The shape of the three
 * functions of each command stands in family.h; open_attention is written by the broker
 * alone.
 */
#ifndef YX_CORE_ATTENTION_H
#define YX_CORE_ATTENTION_H

#include "broker/core/family.h"

/* Resolve: STATUS_UNKNOWN_EPOCH, STATUS_UNKNOWN_GROUP, STATUS_UNKNOWN_INSPECTOR,
 * STATUS_UNKNOWN_UNIT, STATUS_UNKNOWN_SUBJECT. Judge: STATUS_CODE_TAKEN (also when
 * the same is open already), STATUS_TABLE_FULL. */
status_t open_attention_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault);
status_t open_attention_judge(const state_t *state, event_t *event, fault_t *fault);
void open_attention_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_ATTENTION, STATUS_UNKNOWN_PRINCIPAL. Judge:
 * STATUS_BAD_TRANSITION (closed already), STATUS_OWN_CONCERN (R2: an item is not given
 * to the person whom it is about). */
status_t assign_attention_resolve(const state_t *state, const command_t *command,
                                  event_t *event, fault_t *fault);
status_t assign_attention_judge(const state_t *state, event_t *event, fault_t *fault);
void assign_attention_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_ATTENTION. Judge: STATUS_BAD_TRANSITION (closed already),
 * STATUS_FIELD_MISSING (words), STATUS_OUT_OF_SCOPE (assigned to somebody else and not an
 * organiser), STATUS_OWN_CONCERN (R2). */
status_t close_attention_resolve(const state_t *state, const command_t *command,
                                 event_t *event, fault_t *fault);
status_t close_attention_judge(const state_t *state, event_t *event, fault_t *fault);
void close_attention_apply(state_t *state, const event_t *event);

/* Whether the item is about the principal's own person (R2). */
bool attention_concerns(const state_t *state, const attention_row_t *row,
                        uint32_t principal);

#endif
