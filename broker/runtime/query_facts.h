/* query_facts.h - histories, the feed, receipts: questions that the reader thread works on.
 *
 * A question waits here until what it asks for is on disk and a page is free, is read by
 * the reader, and answered as its principal's rights stand then. At the head of the
 * journal a feed question waits up to its wait_ms; one a connection, a newer one takes
 * its place without a word. Bounded: FACTS_WAITING_MAX, then STATUS_BUSY.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_FACTS_H
#define YX_RUNTIME_QUERY_FACTS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define FACTS_WAITING_MAX 1024u

typedef struct waiting waiting_t;
waiting_t *waiting_create(void); /* NULL when memory is short */
void waiting_destroy(waiting_t **waiting);

/* STATUS_OK: an answer comes. STATUS_UNKNOWN_SUBJECT, _PROJECT, _INSPECTOR, _VISIT,
 * STATUS_OUT_OF_SCOPE, STATUS_WINDOW_TOO_LARGE (count), STATUS_BUSY. */
status_t query_history(core_t *core, const caller_t *caller, const query_t *query,
                       fault_t *fault);
/* STATUS_BEYOND_HEAD, STATUS_UNKNOWN_VALUE (from 0), STATUS_WINDOW_TOO_LARGE (count,
 * wait_ms), STATUS_BUSY. */
status_t query_feed(core_t *core, const caller_t *caller, const query_t *query,
                    fault_t *fault);

/* Statuses of receipts_job; STATUS_BUSY. */
status_t query_receipts(core_t *core, const caller_t *caller, const query_t *query,
                        fault_t *fault);

/* Every turn: asks the reader for what can be read, answers what it brought. */
void query_facts_turn(core_t *core);
/* When the next waiting question runs out of time, monotonic; INT64_MAX = none. */
int64_t query_facts_until_ms(const core_t *core);

#endif
