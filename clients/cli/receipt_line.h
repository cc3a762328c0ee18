/* receipt_line.h - receipts as lines of a file, one JSON object each.
 *
 * First line: {"yixian_receipts":1,"journal":HEX,"key":HEX,"count":N}; then one receipt a
 * line: seq, instance (hex), number, time_ms, record, command, signature (hex), entry and
 * what, the last two for people. Threads: none of its own.
 */
#ifndef YX_RECEIPT_LINE_H
#define YX_RECEIPT_LINE_H

#include "proto/answer.h"
#include <jansson.h>
#include <stdbool.h>

typedef struct {
    uint8_t journal_id[JOURNAL_ID_BYTES], key[KEY_BYTES];
    uint64_t count; /* of the lines behind */
} receipt_head_t;

/* json_decref() the result; NULL: no memory. */
json_t *receipt_head_write(const receipt_head_t *head);
json_t *receipt_line_write(const receipt_t *receipt);
/* false: a field is missing or no such value. */
bool receipt_head_read(const json_t *object, receipt_head_t *head);
bool receipt_line_read(const json_t *object, receipt_t *receipt);
/* Whether the signature holds. */
bool receipt_holds(const receipt_t *receipt, const uint8_t journal_id[JOURNAL_ID_BYTES],
                   const uint8_t key[KEY_BYTES]);
/* The command hash of the two parts (PROTOCOL.md section 5). */
void receipt_command_hash(const uint8_t *public_part, uint32_t public_size,
                          const uint8_t *private_part, uint32_t private_size,
                          uint8_t hash[HASH_BYTES]);
bool receipt_key_read(const char *hex, uint8_t key[KEY_BYTES]);

#endif
