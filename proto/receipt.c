/* receipt.c - see receipt.h. */
#include "proto/receipt.h"

#include "proto/check.h"
#include <string.h>

#define TITLE "yixian receipt 1\n"

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
    return at + 8;
}

void receipt_message(const receipt_t *receipt,
                     const uint8_t journal_id[JOURNAL_ID_BYTES],
                     uint8_t message[RECEIPT_MESSAGE_BYTES])
{
    CHECK(receipt != NULL && journal_id != NULL);
    uint8_t *at = message;
    memcpy(at, TITLE, sizeof TITLE - 1);
    at += sizeof TITLE - 1;
    memcpy(at, journal_id, JOURNAL_ID_BYTES);
    at = put_number(at + JOURNAL_ID_BYTES, receipt->instance);
    at = put_number(at, receipt->number);
    at = put_number(at, receipt->seq);
    at = put_number(at, (uint64_t)receipt->time_ms);
    memcpy(at, receipt->record, HASH_BYTES);
    memcpy(at + HASH_BYTES, receipt->command, HASH_BYTES);
    CHECK(at + 2 * HASH_BYTES == message + RECEIPT_MESSAGE_BYTES);
}
