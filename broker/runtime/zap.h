/* zap.h - the door: which keys may complete a CURVE handshake (ZeroMQ RFC 27).
 *
 * A thread of its own answers libzmq's requests from its own set of allowed keys,
 * which the core keeps up to date by messages. Default deny. A connection is let in
 * once; what it may do is looked up for every message (authorise.h), so a denial here
 * concerns new connections only. The User-Id of a peer is its key in lower-case hex.
 *
 * Threads: all calls from the thread that called zap_start.
 * Order: an update is seen by every handshake that begins after the call returned.
 */
#ifndef YX_RUNTIME_ZAP_H
#define YX_RUNTIME_ZAP_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

#define ZAP_DOMAIN       "yixian"
#define ZAP_KEYS_MAX     262144u /* the state's limit of keys */
#define ZAP_UPDATES_MAX  4096    /* updates that wait for the thread */
#define ZAP_MESSAGE_KEYS 512u    /* keys of one update at most */

typedef struct zap zap_t;

/* `context` is the ZeroMQ context of the sockets to guard; start before binding them.
 * Nobody is allowed at first. STATUS_NO_MEMORY, STATUS_IO (the context has a handler). */
status_t zap_start(void *context, zap_t **zap);
/* Ends the thread. */
void zap_stop(zap_t **zap);

/* STATUS_BUSY: too many updates wait; nothing was changed, and the caller must bring
 * the set up to date later. */
status_t zap_allow(zap_t *zap, const uint8_t (*keys)[KEY_BYTES], size_t count);
status_t zap_deny(zap_t *zap, const uint8_t (*keys)[KEY_BYTES], size_t count);

/* Handshakes let in and refused. */
uint64_t zap_allowed_count(const zap_t *zap);
uint64_t zap_denied_count(const zap_t *zap);

#endif
