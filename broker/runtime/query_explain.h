/* query_explain.h - where one subject's score comes from, line by line (R6).
 *
 * Answered by the core thread: the state holds the rows (decision 0004). For each
 * dimension mu + the lines' contributions = score, and the sum of weight * score = total,
 * all of one state. Who may not see raters gets lines without inspectors (R12).
 */
#ifndef YX_RUNTIME_QUERY_EXPLAIN_H
#define YX_RUNTIME_QUERY_EXPLAIN_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define EXPLAIN_LINES_MAX      65536u /* of one subject, all dimensions together */
#define EXPLAIN_PART_LINES     200u   /* in one part of the answer */
#define EXPLAIN_LINE_BYTES_MAX 192u   /* one line as written, codes included */

/* STATUS_UNKNOWN_ACCOUNT, STATUS_UNKNOWN_SUBJECT, STATUS_OUT_OF_SCOPE,
 * STATUS_UNKNOWN_GROUP (the account's scheme does not name the subject's),
 * STATUS_WINDOW_TOO_LARGE (more than EXPLAIN_LINES_MAX), STATUS_NO_MEMORY. */
status_t query_explain(core_t *core, const caller_t *caller,
                       const explain_query_t *query, fault_t *fault);

#endif
