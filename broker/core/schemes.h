/* schemes.h - schemes and accounts: proposed, approved by a second person, opened.
 *
 * A proposed scheme never changes; a scheme starts with an account. An opened account
 * never changes but for being closed, after which no fact is added to it. The shape of
 * the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_SCHEMES_H
#define YX_CORE_SCHEMES_H

#include "broker/core/family.h"

/* Judge: STATUS_SCHEME_FIXED (the code is taken), those of scheme_check(). */
status_t propose_scheme_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault);
status_t propose_scheme_judge(const state_t *state, event_t *event, fault_t *fault);
void propose_scheme_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_SCHEME. Judge: STATUS_BAD_TRANSITION (approved already),
 * STATUS_SECOND_PERSON. */
status_t approve_scheme_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault);
status_t approve_scheme_judge(const state_t *state, event_t *event, fault_t *fault);
void approve_scheme_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_SCHEME. Judge: STATUS_ACCOUNT_FIXED (the code is taken),
 * STATUS_SCHEME_NOT_ACTIVE, STATUS_BAD_DATE, STATUS_DATES_REVERSED,
 * STATUS_ACCOUNTS_FULL (two are open). */
status_t open_account_resolve(const state_t *state, const command_t *command,
                              event_t *event, fault_t *fault);
status_t open_account_judge(const state_t *state, event_t *event, fault_t *fault);
void open_account_apply(state_t *state, const event_t *event);
/* Resolve: STATUS_UNKNOWN_ACCOUNT. Judge: STATUS_ACCOUNT_CLOSED. */
status_t close_account_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault);
status_t close_account_judge(const state_t *state, event_t *event, fault_t *fault);
void close_account_apply(state_t *state, const event_t *event);

#endif
