/* enrol_code.h - the text form of a one-time enrolment code.
 *
 * "yx1-" and then, in lower-case base32 (RFC 4648 alphabet, no padding), the seed of
 * the temporary key, the server's public key and the CRC-32 (IEEE 802.3, big endian) of
 * these 64 bytes: 109 characters. PROTOCOL.md section 6 tells how it is used. The code
 * is a secret as long as the invitation lives. Threads: none; no memory taken.
 */
#ifndef YX_PROTO_ENROL_CODE_H
#define YX_PROTO_ENROL_CODE_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

#define ENROL_SEED_BYTES     32u
#define ENROL_CODE_CHARS_MAX 114u /* "yx1-", 109 characters, NUL */

/* Writes the code, NUL-terminated. */
void enrol_code_write(char out[ENROL_CODE_CHARS_MAX],
                      const uint8_t seed[ENROL_SEED_BYTES],
                      const uint8_t server_key[KEY_BYTES]);

/* Reads a code as people paste it: blanks, tabs and line breaks anywhere, upper case.
 * STATUS_BAD_ENROL_CODE: another length, character or checksum; both outputs are then
 * all zeros. */
status_t enrol_code_read(const char *text, uint8_t seed[ENROL_SEED_BYTES],
                         uint8_t server_key[KEY_BYTES]);

#endif
