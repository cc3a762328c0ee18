/* query_epochs.h - what is told of epochs, frozen boards and attention items.
 *
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_EPOCHS_H
#define YX_RUNTIME_QUERY_EPOCHS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define QUERY_EPOCHS_MAX 64u /* of an account, the newest */

/* The account's epochs, newest first. STATUS_UNKNOWN_ACCOUNT. */
status_t query_epochs(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault);

#endif
