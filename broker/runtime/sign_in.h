/* sign_in.h - people who sign in: questions about passwords, answered by a worker.
 *
 * A gateway asks with a name and a password, or with the token of a one-time link; a
 * person asks for another password. What a right answer changes is written as the
 * broker's own commands (set_password, open_session) under the key that asked, and the
 * answer rests on them.
 *
 * The worker is one of its own at ordinary priority: it must not wait behind a
 * calibration, and one password at a time leaves the other cores to the rest. Unknown
 * names cost as much time as known ones. Passwords are wiped once looked at and stand in
 * no record, answer or log. A wrong one is counted (lock_out.h).
 * Bounds: SIGN_IN_QUEUE_MAX that wait. Threads: the core thread.
 */
#ifndef YX_RUNTIME_SIGN_IN_H
#define YX_RUNTIME_SIGN_IN_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define SIGN_IN_QUEUE_MAX 32u

typedef struct sign_ins sign_ins_t;

/* STATUS_NO_MEMORY. */
status_t sign_ins_create(const state_t *state, sign_ins_t **sign_ins);
/* Stops what runs and waits for it. */
void sign_ins_destroy(sign_ins_t **sign_ins);
/* Every turn: answers what ended, begins the next. */
void sign_ins_turn(core_t *core, sign_ins_t *sign_ins, bool stopping);
int sign_ins_fd(const sign_ins_t *sign_ins);
/* For the list of users: how long the name is locked. */
int64_t sign_ins_locked_ms(const sign_ins_t *sign_ins, uint32_t user, int64_t mono_ms);

/* The answer comes later. STATUS_WRONG_PASSWORD, STATUS_LOCKED_OUT (detail: minutes),
 * STATUS_LINK_USED, STATUS_LINK_EXPIRED, STATUS_PASSWORD_WEAK, STATUS_NOT_A_USER,
 * STATUS_FIELD_MISSING, STATUS_BUSY, STATUS_READ_ONLY. */
status_t sign_in_ask(core_t *core, sign_ins_t *sign_ins, const caller_t *caller,
                     const query_t *query, fault_t *fault);
status_t sign_in_change(core_t *core, sign_ins_t *sign_ins, const caller_t *caller,
                        const query_t *query, fault_t *fault);

#endif
