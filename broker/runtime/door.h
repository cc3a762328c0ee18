/* door.h - keeps the ZAP handler's set of keys in step with the state.
 *
 * In the set: keys that are active, those of sessions that last, and invites that have not expired, used ones too:
 * a client that lost the answer to its ENROL shall be told INVITE_USED (PROTOCOL.md
 * section 6). It may say nothing else; rights are looked up for every message. Threads: the core thread.
 */
#ifndef YX_RUNTIME_DOOR_H
#define YX_RUNTIME_DOOR_H

#include "broker/runtime/core.h"

#define DOOR_REFILL_MS (60 * 60 * 1000)

/* After an applied command: what it did to keys. */
void door_follow(core_t *core, const command_t *command);
/* Brings all keys to the handler: at start, when an update was lost, and every
 * DOOR_REFILL_MS, so that expired invites are shut out. */
void door_refill(core_t *core);
/* Every second: when a session has ended by time its watches are looked at again. */
void door_expire(core_t *core);

#endif
