/* query_receipts.h - signed receipts for accepted commands, for whoever submitted them.
 *
 * A receipt binds the place in an outbox, the seq, the record's chain value and the
 * command's hash under the broker's signing key (init.h); proto/receipt.h has the bytes.
 * The reader thread reads the records; RECEIPTS_MAX signatures cost the core thread some
 * milliseconds at most. Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_RECEIPTS_H
#define YX_RUNTIME_QUERY_RECEIPTS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* What the reader has to read. STATUS_UNKNOWN_VALUE (neither seq nor a number that is
 * remembered; count 0), STATUS_WINDOW_TOO_LARGE (count), STATUS_BEYOND_HEAD,
 * STATUS_NOT_FOUND (this broker has no signing key). */
status_t receipts_job(const core_t *core, const caller_t *caller,
                      const receipts_query_t *query, reader_job_t *job, fault_t *fault);
/* Signs what `principal` may have of the page and posts the answer. */
void receipts_post(core_t *core, const caller_t *caller, uint32_t principal,
                   const reader_page_t *page);

#endif
