/* wire_update.h - the update in a reply; inner part of wire.h. */
#ifndef YX_PROTO_WIRE_UPDATE_H
#define YX_PROTO_WIRE_UPDATE_H

#include "proto/wire_decode.h"

/* Reads the unpacked Update of a Reply; `bytes` are those of the whole Reply, for
 * update->bytes points into them. */
status_t update_read(const reader_t *reader, const struct ProtobufCMessage *message,
                     const uint8_t *bytes, size_t size, update_t *update);

#endif
