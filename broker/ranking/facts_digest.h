/* facts_digest.h - the bytes by which two journals are compared (ARCHITECTURE law 5).
 *
 * Registry, frames, confirmed facts, groups (m, Y), totals and ranks, everything named
 * by code and in code order: no seq, no received time, no late flag, no key, no window,
 * no row index. Two journals with the same facts in another order give the same bytes.
 * Facts that were returned, retracted or still await review leave no trace. The bytes
 * are little endian; hashing them is the caller's part. Cost: a sort of every table,
 * seconds at ten million observations. Threads: the owner of the state.
 */
#ifndef YX_RANKING_FACTS_DIGEST_H
#define YX_RANKING_FACTS_DIGEST_H

#include "broker/ranking/board.h"

/* Scratch that facts_visit() needs for the state as it is now. */
size_t facts_scratch_bytes(const state_t *state);

/* Visits the bytes. The boards have been refreshed. STATUS_NO_MEMORY: `scratch_bytes`
 * is less than facts_scratch_bytes(); nothing was visited. */
status_t facts_visit(const boards_t *boards, const state_t *state, uint32_t *scratch,
                     size_t scratch_bytes, state_bytes_visitor *visit, void *context);

#endif
