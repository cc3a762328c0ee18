/* query.h - questions that are not commands: answered from state, boards, directory.
 *
 * Each answer carries the seq of the state that it was built from and waits in the gate
 * for it. Two answers come later: digest waits until the journal has caught up with the
 * state (the loop takes nothing new in until then), scrub until the reader has walked.
 * Only active keys may ask; rights come from the table of authorise.h, default deny.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_H
#define YX_RUNTIME_QUERY_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* NULL when memory is short. */
queries_t *queries_create(void);
void queries_destroy(queries_t **queries);

void query_handle(core_t *core, const caller_t *caller, const query_t *query);

/* Whether a digest waits for the journal to catch up: take nothing new in. */
bool query_holds(const core_t *core);
/* Answers the digest that waits, once state and journal stand at the same seq. */
void query_resume(core_t *core);
/* Answers the scrub that the reader finished, if any. */
void query_finish_scrub(core_t *core);

/* Posts one answer of a single part that rests on the state's head. */
void query_answer(core_t *core, const caller_t *caller, answer_t *answer);

#endif
