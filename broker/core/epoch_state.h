/* epoch_state.h - what the state says of epochs and of whether boards hang together.
 *
 * Pure readings; rows: epoch_rows.h.
 */
#ifndef YX_CORE_EPOCH_STATE_H
#define YX_CORE_EPOCH_STATE_H

#include "broker/core/state.h"

/* The epoch adopted for a group of an account's scheme, 0 = none. */
uint32_t epoch_adopted(const state_t *state, uint32_t account, uint32_t scheme_group);
/* Row of the fit of the k-th dimension of a group, 0 = the epoch has not the group. */
uint32_t epoch_fit_row(const state_t *state, uint32_t epoch, uint32_t scheme_group,
                       uint32_t k);
/* The fit itself, NULL = none. */
const fit_row_t *epoch_fit(const state_t *state, uint32_t epoch, uint32_t scheme_group,
                           uint32_t k);
/* What the fit says of an inspector, NULL = it does not know them. */
const offset_row_t *epoch_offset(const state_t *state, uint32_t epoch,
                                 const fit_row_t *fit, uint32_t inspector);

/* Whether the ratings of a board hang together, as the newest epoch that was proposed
 * for the group found it. */
typedef struct {
    uint32_t components, thin; /* of the worst dimension; 0 = nobody looked yet */
    uint32_t reason;           /* reasons: of the override, 0 = none */
    bool refused;              /* it falls apart and nobody overrode that */
} board_links_t;

void epoch_links(const state_t *state, uint32_t account, uint32_t scheme_group,
                 board_links_t *links);
/* The words of an override; size 0 for reason 0. */
text_t epoch_reason(const state_t *state, uint32_t reason);
/* 1 + index of the group in the account's scheme, 0 = it has none of this name. */
uint32_t scheme_group_named(const state_t *state, uint32_t account, text_t name);
/* Epochs in state EPOCH_ASKED, oldest first; returns how many (at most
 * EPOCHS_ASKED_MAX and one for each account that closes). */
uint32_t epochs_asked(const state_t *state, uint32_t *epochs, uint32_t most);

#endif
