/* access.h - who may speak: genesis, invitations, enrolment, revocation, rights.
 *
 * A key is a row for ever; its states are INVITE -> USED, or ACTIVE -> REVOKED, or
 * INVITE -> REVOKED. The last administrator with an active key stays.
 * The shape of the three functions of each command stands in family.h.
 */
#ifndef YX_CORE_ACCESS_H
#define YX_CORE_ACCESS_H

#include "broker/core/family.h"

/* Whether apply may have it; a record that says otherwise is damaged. */
bool genesis_sane(const command_t *command);
void genesis_apply(state_t *state, const event_t *event);

/* Resolve: STATUS_UNKNOWN_PERSON, STATUS_UNKNOWN_UNIT, STATUS_UNKNOWN_GROUP. Judge:
 * rights, STATUS_KEY_TAKEN, STATUS_NO_ROLE, STATUS_ROLE_NEEDS_PERSON,
 * STATUS_CODE_TAKEN (a known principal with other roles, person or scope),
 * STATUS_TOO_MANY_KEYS, STATUS_TABLE_FULL. */
status_t invite_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t invite_judge(const state_t *, event_t *, fault_t *);
void invite_apply(state_t *, const event_t *);

/* Judge: STATUS_NOT_ALLOWED (not under an invited key), STATUS_INVITE_EXPIRED,
 * STATUS_KEY_TAKEN, STATUS_TOO_MANY_KEYS, STATUS_TABLE_FULL. */
status_t enrol_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t enrol_judge(const state_t *, event_t *, fault_t *);
void enrol_apply(state_t *, const event_t *);

/* Resolve: STATUS_UNKNOWN_PRINCIPAL, STATUS_UNKNOWN_KEY. Judge: rights,
 * STATUS_LAST_ADMINISTRATOR, STATUS_KEY_REVOKED (nothing is left to revoke). */
status_t revoke_resolve(const state_t *, const command_t *, event_t *, fault_t *);
status_t revoke_judge(const state_t *, event_t *, fault_t *);
void revoke_apply(state_t *, const event_t *);

/* As invite, for a principal that is known; STATUS_LAST_ADMINISTRATOR. */
status_t set_principal_resolve(const state_t *, const command_t *, event_t *,
                               fault_t *);
status_t set_principal_judge(const state_t *, event_t *, fault_t *);
void set_principal_apply(state_t *, const event_t *);

#endif
