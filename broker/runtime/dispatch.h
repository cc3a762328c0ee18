/* dispatch.h - one message in: who, what, may it come, then the handler.
 *
 * The key's standing is looked up for every message, so that a revocation acts on the
 * next one. A table gives every kind of request its handler and its size limit.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_DISPATCH_H
#define YX_RUNTIME_DISPATCH_H

#include "broker/runtime/core.h"

#define DISPATCH_QUERY_BYTES_MAX 4096u
#define DISPATCH_PING_BYTES_MAX  64u

/* Handles the frame to its end: the reply is sent or waits in the gate, or comes later
 * (scrub, digest). */
void dispatch_frame(core_t *core, const frame_t *frame);

#endif
