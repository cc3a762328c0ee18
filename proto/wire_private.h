/* wire_private.h - the private part of a command, and that it fits the public one.
 *
 * Inner part of wire.h; threads and ownership as there.
 */
#ifndef YX_PROTO_WIRE_PRIVATE_H
#define YX_PROTO_WIRE_PRIVATE_H

#include "proto/wire_decode.h"

/* No bytes = no private part, which every command may come without. With
 * reader->judge also lengths (STATUS_TEXT_TOO_LONG) and rule R20. */
status_t private_read(const reader_t *reader, const uint8_t *bytes, size_t size,
                      private_t *part);

/* STATUS_PRIVATE_MISMATCH: a field that the kind does not carry, or a length, post or
 * number of names other than the public part tells. */
status_t private_match(const reader_t *reader, const command_t *command,
                       const private_t *part);

#endif
