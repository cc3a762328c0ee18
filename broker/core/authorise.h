/* authorise.h - one function over one table decides who may do what; default deny.
 *
 * An operation is a command kind or a query kind. The table gives every (role,
 * operation) a reach: none, own (what is bound to the principal's person), scope (units
 * with everything below, and groups), all. A principal with several roles has the
 * widest of them: the roles are alternatives. Reading is scoped too (R12).
 */
#ifndef YX_CORE_AUTHORISE_H
#define YX_CORE_AUTHORISE_H

#include "broker/core/state.h"

typedef enum { REACH_NONE = 0, REACH_OWN, REACH_SCOPE, REACH_ALL } reach_t;

/* Operations: commands by their kind, queries after them. */
typedef uint32_t operation_t;
#define OPERATION_COMMAND(kind) ((operation_t)(kind))
#define OPERATION_QUERY(kind)   ((operation_t)(COMMAND_KIND_LIMIT + (uint32_t)(kind)))
#define OPERATION_COUNT         (COMMAND_KIND_LIMIT + (uint32_t)QUERY_COUNT)

/* What is acted on; 0 = does not apply. Within scope: the unit lies within one of the
 * principal's units, or the group is one of its groups. Own: person is the principal's. */
typedef struct {
    uint32_t unit, group, person;
} target_t;

reach_t rights_reach(role_t role, operation_t operation); /* the table itself */

/* STATUS_OK, STATUS_NOT_ALLOWED (no reach at all), STATUS_OUT_OF_SCOPE. */
status_t authorise(const state_t *state, uint32_t principal, operation_t operation,
                   const target_t *target);
/* The widest reach that the principal's roles give; for filtering rows. */
reach_t principal_reach(const state_t *state, uint32_t principal,
                        operation_t operation);
bool scope_has(const state_t *state, uint32_t principal, uint32_t unit, uint32_t group);

/* Whether `second` is another principal than `first`, and another person when both are
 * known. */
bool is_second_person(const state_t *state, uint32_t first, uint32_t second);

/* The state of a key for a message that just came in: STATUS_OK with *row,
 * STATUS_KEY_UNKNOWN, STATUS_KEY_REVOKED, STATUS_INVITE_USED, STATUS_INVITE_EXPIRED. */
status_t key_check(const state_t *state, const uint8_t key[KEY_BYTES], int64_t now_ms,
                   uint32_t *row);

#endif
