/* submit.h - a Submit: each item checked, decided, applied and put into the batch; and a
 * Check: each item decided on the state as it is, and forgotten.
 *
 * The reply carries one outcome per item in order and waits in the gate for the last
 * fact that an outcome rests on: an accepted item on its own, a duplicate on the old
 * one, a refusal on everything that it was judged by (the state's head). What is wrong
 * with the bytes alone rests on nothing. Threads: the core thread.
 */
#ifndef YX_RUNTIME_SUBMIT_H
#define YX_RUNTIME_SUBMIT_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* The batch takes a whole Submit and the gate its reply: the loop saw to it. */
void submit_handle(core_t *core, const caller_t *caller, const request_t *request);

/* Outcomes without seq, resting on the state's head: what would be said if this item
 * alone were submitted now. Storage is not asked. */
void submit_check(core_t *core, const caller_t *caller, const request_t *request);

/* A command that the broker itself writes under the key of who asked for it; public
 * part only. The batch takes it, the journal can be written: the caller saw to both.
 * Statuses of decide(); a refusal changes nothing. */
status_t submit_own(core_t *core, uint32_t key, const uint8_t *public_part,
                    uint32_t size, fault_t *fault);

#endif
