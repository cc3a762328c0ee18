/* identity.h - the relay's own CURVE key and what subscribers are told of it.
 *
 *   relay.key  "yixian relay key 1", "secret HEX", "public HEX"; mode 0600
 *   relay.pub  the public key in Z85, one line: what a subscriber sets as server key
 *   endpoints  "publish tcp://...", "last_value tcp://..."
 *
 * The last two are for subscribers and may be read by everybody. Threads: none.
 */
#ifndef YX_RELAY_IDENTITY_H
#define YX_RELAY_IDENTITY_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stdint.h>

#define IDENTITY_Z85_CHARS  40u
#define IDENTITY_REASON_MAX 1400u

typedef struct {
    uint8_t secret_key[KEY_BYTES], public_key[KEY_BYTES];
    char z85[IDENTITY_Z85_CHARS + 1]; /* of the public key */
} identity_t;

/* Reads the key of `folder`, or makes folder and key; writes relay.pub. STATUS_PROFILE,
 * STATUS_STORAGE_FULL, STATUS_NO_MEMORY; `reason` names the file and says why. */
status_t identity_open(const char *folder, identity_t *identity,
                       char reason[IDENTITY_REASON_MAX]);
/* Statuses as identity_open. */
status_t identity_publish(const char *folder, const char *publish,
                          const char *last_value, char reason[IDENTITY_REASON_MAX]);
void identity_forget(identity_t *identity);

#endif
