/* query_attention.h - what rules noticed of inspectors, for those who look into it.
 *
 * Organisers over everything and auditors see all items, others those assigned to them;
 * nobody sees what is about themselves (R2, R12). Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_ATTENTION_H
#define YX_RUNTIME_QUERY_ATTENTION_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* Newest first. STATUS_UNKNOWN_VALUE (no such state), STATUS_WINDOW_TOO_LARGE,
 * STATUS_NO_MEMORY. */
status_t query_attention(core_t *core, const caller_t *caller, const query_t *query,
                         fault_t *fault);

#endif
