/* users.h - people who sign in at a gateway: links, passwords, sessions.
 *
 * A session is a key: one for each gateway and person for ever, which speaks for the
 * person until its end. Signing in again moves the end; closing it, another password or
 * revoke set the end to now. So nobody acts for a person but by a key of that person,
 * and rights, windows and histories know of no third party.
 * Passwords are looked at by the broker's worker (runtime/sign_in.h), which writes
 * set_password and open_session; here they are 32 bytes like any.
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_USERS_H
#define YX_CORE_USERS_H

#include "broker/core/family.h"

/* By an administrator; anew: another link, roles, person and scope; the password stays.
 * Statuses of spec_resolve and spec_judge; STATUS_NOT_A_USER (the role gateway),
 * STATUS_LAST_ADMINISTRATOR, STATUS_TABLE_FULL. */
status_t put_user_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t put_user_judge(const state_t *, event_t *, fault_t *);
void put_user_apply(state_t *, const event_t *);

/* The broker's own. Ends all sessions. STATUS_UNKNOWN_PRINCIPAL, STATUS_NOT_A_USER. */
status_t set_password_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t set_password_judge(const state_t *, event_t *, fault_t *);
void set_password_apply(state_t *, const event_t *);

/* The broker's own, under the key that asked. Uses the link up when it was by link.
 * Judge: STATUS_NOT_A_USER, STATUS_LINK_USED, STATUS_KEY_TAKEN (another's, or no
 * session's), STATUS_TABLE_FULL. */
status_t open_session_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t open_session_judge(const state_t *, event_t *, fault_t *);
void open_session_apply(state_t *, const event_t *);

/* By the gateway. STATUS_SESSION_EXPIRED: none of its sessions of this person lasts. */
status_t close_session_resolve(const state_t *, const command_t *, event_t *,
                               fault_t *);
status_t close_session_judge(const state_t *, event_t *, fault_t *);
void close_session_apply(state_t *, const event_t *);

/* Of revoke: whether the principal signs in, and the end of that: password and link are
 * void, sessions end. */
bool users_may_end(const state_t *state, const event_t *event);
void users_end(state_t *state, uint32_t principal, int64_t now_ms);

/* Of revoke and set_principal: the sessions that a gateway opened end with its rights. */
void users_end_opened(state_t *state, uint32_t gateway, int64_t now_ms);

/* The row of a principal that signs in, or 0. */
uint32_t users_find(const state_t *state, text_t principal);
/* The user whose link this is the hash of, 0 = none. Compares all, each whole. */
uint32_t users_with_link(const state_t *state, const uint8_t link[HASH_BYTES]);
/* The last end of a session of this user, 0 = never opened. */
int64_t users_session_end(const state_t *state, const user_row_t *user);

#endif
