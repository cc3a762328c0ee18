/* query_users.h - who may sign in, for the administrator. Threads: the core thread. */
#ifndef YX_RUNTIME_QUERY_USERS_H
#define YX_RUNTIME_QUERY_USERS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* In order of creation. STATUS_WINDOW_TOO_LARGE. */
status_t query_users(core_t *core, const caller_t *caller, const query_t *query,
                     fault_t *fault);

#endif
