/* query_receipts.c - see query_receipts.h. */
#include "broker/runtime/query_receipts.h"

#include "broker/core/authorise.h"
#include "broker/core/window.h"
#include "broker/runtime/hash.h"
#include "proto/check.h"
#include "proto/receipt.h"
#include <sodium.h>
#include <string.h>

static status_t refuse(fault_t *fault, status_t status, const char *place)
{
    fault_set(fault, place, NULL, 0);
    return status;
}

status_t receipts_job(const core_t *core, const caller_t *caller,
                      const receipts_query_t *query, reader_job_t *job, fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL && job != NULL);
    uint64_t seq = query->seq;
    if (!core->signs)
        return STATUS_NOT_FOUND;
    if (query->count == 0)
        return refuse(fault, STATUS_UNKNOWN_VALUE, "query.receipts.count");
    if (query->count > RECEIPTS_MAX)
        return refuse(fault, STATUS_WINDOW_TOO_LARGE, "query.receipts.count");
    if (seq == 0)
        seq = window_seq(core->state, caller->key, query->instance, query->number);
    if (seq == 0)
        return refuse(fault, STATUS_UNKNOWN_VALUE, "query.receipts.number");
    if (seq > core->state->head_seq)
        return refuse(fault, STATUS_BEYOND_HEAD, "query.receipts.seq");
    *job = (reader_job_t){ .first = seq, .count = query->seq == 0 ? 1 : query->count };
    return STATUS_OK;
}

static bool may_have(const core_t *core, uint32_t principal, reach_t reach,
                     const record_t *record)
{
    if (record->key == 0 || record->number == 0)
        return false; /* genesis */
    const key_row_t *key = TABLE_ROW(key_row_t, &core->state->keys, record->key);
    return reach == REACH_ALL || key->principal == principal;
}

static void sign(const core_t *core, const reader_record_t *read, receipt_t *receipt)
{
    uint8_t message[RECEIPT_MESSAGE_BYTES];
    const record_t *record = &read->record;
    *receipt = (receipt_t){ .seq = read->seq,
                            .instance = record->instance,
                            .number = record->number,
                            .time_ms = record->time_ms };
    memcpy(receipt->record, read->chain, HASH_BYTES);
    hash_command_whole(record->public_part, record->public_size, record->private_part,
                       record->private_size, receipt->command);
    receipt_message(receipt, core->state->journal_id, message);
    CHECK(crypto_sign_detached(receipt->signature, NULL, message, sizeof message,
                               core->signing.secret_key) == 0);
}

void receipts_post(core_t *core, const caller_t *caller, uint32_t principal,
                   const reader_page_t *page)
{
    CHECK(core != NULL && caller != NULL && page != NULL);
    CHECK(page->count <= RECEIPTS_MAX);
    receipt_t receipts[RECEIPTS_MAX];
    uint32_t count = 0;
    reach_t reach =
        principal_reach(core->state, principal, OPERATION_QUERY(QUERY_RECEIPTS));
    for (uint32_t i = 0; i < page->count; i++) {
        if (may_have(core, principal, reach, &page->records[i].record))
            sign(core, &page->records[i], &receipts[count++]);
    }
    answer_t answer = { .kind = QUERY_RECEIPTS, .seq = core->durable_seq, .parts = 1 };
    receipts_answer_t *body = &answer.body.receipts;
    *body = (receipts_answer_t){ .next = page->next,
                                 .receipts = receipts,
                                 .receipt_count = count };
    memcpy(body->journal_id, core->state->journal_id, JOURNAL_ID_BYTES);
    memcpy(body->key, core->signing.public_key, KEY_BYTES);
    status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
    core_post(core, caller, answer.seq, status);
}
