/* query_frozen.h - frozen boards: the list, and one as far as somebody may see it.
 *
 * Rows outside the asker's scope are left out, ranks are those of the whole group (R12).
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_FROZEN_H
#define YX_RUNTIME_QUERY_FROZEN_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define QUERY_FROZEN_MAX 128u /* of an account, the newest */

/* STATUS_UNKNOWN_ACCOUNT. */
status_t query_frozen_list(core_t *core, const caller_t *caller, const query_t *query,
                           fault_t *fault);
/* STATUS_UNKNOWN_FROZEN, STATUS_BAD_TRANSITION (it is not frozen yet, or failed),
 * STATUS_WINDOW_TOO_LARGE, STATUS_NO_MEMORY. */
status_t query_frozen(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault);

#endif
