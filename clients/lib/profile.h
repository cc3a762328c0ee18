/* profile.h - the folder of one enrolled client: key, broker, numbers.
 *
 *   key      "yixian client key 1", "secret HEX", "public HEX"; mode 0600
 *   broker   "yixian broker 1", "endpoint tcp://HOST:PORT", "server HEX or Z85"
 *   numbers  of the outbox (numbers.h)
 *   signing  "yixian signing key 1", "public HEX": of the broker's receipts, when seen
 *   enrolling  as key, with "code HEX": an enrolment that may have been interrupted
 *
 * Each file is written whole under another name, synced and renamed; `key` comes last,
 * so a profile with a key is complete. Threads: none of its own.
 */
#ifndef YX_PROFILE_H
#define YX_PROFILE_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stdbool.h>
#include <stdint.h>

#define PROFILE_PATH_MAX     1024u
#define PROFILE_ENDPOINT_MAX 256u
#define PROFILE_REASON_MAX   1200u

typedef struct {
    char folder[PROFILE_PATH_MAX];
    char endpoint[PROFILE_ENDPOINT_MAX];
    uint8_t server_key[KEY_BYTES], public_key[KEY_BYTES], secret_key[KEY_BYTES];
} profile_t;

/* Where the profile lies: `name` (--profile) or, when NULL, $YX_PROFILE or "default". A
 * name with a stroke is a folder, any other one lies in $XDG_CONFIG_HOME/yixian or
 * ~/.config/yixian. STATUS_PROFILE: too long, or there is no home. */
status_t profile_find(const char *name, char folder[PROFILE_PATH_MAX]);

/* STATUS_NOT_FOUND: not enrolled; STATUS_PROFILE: a file cannot be read or used, or
 * others may read the key: `reason` (PROFILE_REASON_MAX bytes) then names the file and
 * says why. */
status_t profile_read(const char *folder, profile_t *profile, char *reason);

/* The key that the broker's receipts are checked with, as pinned. STATUS_NOT_FOUND: none
 * yet; STATUS_PROFILE: the file cannot be used. */
status_t profile_read_signing(const char *folder, uint8_t key[KEY_BYTES]);
status_t profile_write_signing(const char *folder, const uint8_t key[KEY_BYTES]);

/* Makes folder, broker and key. STATUS_EXISTS: there is a key already; STATUS_PROFILE,
 * STATUS_IO, STATUS_STORAGE_FULL. Removes what profile_begin left. */
status_t profile_write(const profile_t *profile, char *reason);

/* The key pair for an enrolment under the temporary key `code_key`: the one that an
 * interrupted enrolment with the same code left (*again is then true), or a new one,
 * stored before it is sent. Statuses as profile_write. */
status_t profile_begin(const char *folder, const uint8_t code_key[KEY_BYTES],
                       profile_t *profile, bool *again, char *reason);

#endif
