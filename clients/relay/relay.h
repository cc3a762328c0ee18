/* relay.h - the relay: watches boards as a client of the broker and publishes them to
 * plain SUB sockets whose keys the broker allows.
 *
 * Published  [board/GROUP, Delta] for each part of each update, as the broker wrote it;
 *            [relay, "live N" or "stale N", "board/GROUP V" ...] every RELAY_BEAT_MS, N
 *            the highest of the versions V; a board not named has no last value
 * Asked      [board/GROUP] gives [board/GROUP, Delta ...], the whole view; or one frame
 *            "E<code> <words>"
 * Keys       a key is let in when the broker's `subscribers` query allows it. When one that
 *            was let in is allowed no more, both sockets are closed and opened again on
 *            the same ports, so that everybody authenticates anew.
 * Threads: one. Bounds: GROUPS_MAX boards, see outlet.h and guests.h for the rest.
 */
#ifndef YX_RELAY_RELAY_H
#define YX_RELAY_RELAY_H

#include "clients/lib/profile.h"
#include "clients/relay/settings.h"

#define RELAY_BEAT_MS   1000  /* heartbeat */
#define RELAY_ACCESS_MS 1000  /* asks the broker whether rights have changed */
#define RELAY_LEARN_MS  10000 /* asks the broker for its groups */
#define RELAY_REOPEN_MS 200   /* before ports that are taken are tried again */
#define RELAY_TOPIC     "relay"

typedef struct relay relay_t;

typedef struct {
    const settings_t *settings;
    const profile_t *profile;
    const uint8_t *secret_key; /* the relay's own, for subscribers */
} relay_options_t;

/* Binds; everything pointed to stays until relay_close. STATUS_CONFIG, STATUS_BAD_INPUT
 * (the profile's endpoint), STATUS_NO_MEMORY: `where` (SETTINGS_MESSAGE_MAX bytes) says
 * what could not be used. */
status_t relay_open(const relay_options_t *options, relay_t **relay, char *where);
void relay_close(relay_t **relay);

const char *relay_publish_endpoint(const relay_t *relay);
const char *relay_last_value_endpoint(const relay_t *relay);
/* Serves until `stop`, a descriptor, can be read. */
void relay_run(relay_t *relay, int stop);

#endif
