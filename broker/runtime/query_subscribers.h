/* query_subscribers.h - whether the holders of some keys may see what the asker may.
 *
 * For the relay, whose subscribers see all that it sees: a key is allowed when it is
 * active and its principal may see every board row that the asking principal may.
 */
#ifndef YX_RUNTIME_QUERY_SUBSCRIBERS_H
#define YX_RUNTIME_QUERY_SUBSCRIBERS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

void query_subscribers(core_t *core, const caller_t *caller,
                       const subscribers_query_t *query);

#endif
