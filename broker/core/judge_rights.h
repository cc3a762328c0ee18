/* judge_rights.h - the first step of every judge: may the principal do this to that? */
#ifndef YX_CORE_JUDGE_RIGHTS_H
#define YX_CORE_JUDGE_RIGHTS_H

#include "broker/core/authorise.h"

/* Asks authorise() for the event's principal and the kind of its command. Refusals have
 * no place; their detail is the principal's code. */
status_t judge_rights(const state_t *state, const event_t *event,
                      const target_t *target, fault_t *fault);

#endif
