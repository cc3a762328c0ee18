/* receipt.h - the bytes that the broker signs for an accepted command (PROTOCOL.md 5).
 *
 * "yixian receipt 1", a line break, journal id (16), instance, number, seq, time_ms (8
 * each, little endian), record hash (32), command hash (32). Threads: none of its own.
 */
#ifndef YX_PROTO_RECEIPT_H
#define YX_PROTO_RECEIPT_H

#include "proto/answer.h"

#define RECEIPT_MESSAGE_BYTES (17u + JOURNAL_ID_BYTES + 4u * 8u + 2u * HASH_BYTES)

void receipt_message(const receipt_t *receipt,
                     const uint8_t journal_id[JOURNAL_ID_BYTES],
                     uint8_t message[RECEIPT_MESSAGE_BYTES]);

#endif
