/* queries.c - see queries.h. */
#include "clients/lib/queries.h"

#include "proto/check.h"

void queries_init(queries_t *queries)
{
    CHECK(queries != NULL);
    *queries = (queries_t){ 0 };
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++)
        buffer_init(&queries->slots[i].message, FRAME_BYTES_MAX);
}

void queries_fini(queries_t *queries)
{
    CHECK(queries != NULL);
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++)
        buffer_fini(&queries->slots[i].message);
}

query_slot_t *queries_find(queries_t *queries, uint64_t correlation)
{
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++) {
        if (queries->slots[i].correlation == correlation)
            return &queries->slots[i];
    }
    return NULL;
}

query_slot_t *queries_take(queries_t *queries, uint64_t correlation)
{
    CHECK(correlation != 0);
    query_slot_t *slot = queries_find(queries, 0);
    if (slot == NULL)
        return NULL;
    buffer_clear(&slot->message);
    slot->correlation = correlation;
    slot->next_part = 0;
    slot->seq = 0;
    slot->waiting = true;
    queries->count++;
    return slot;
}

void queries_drop(queries_t *queries, query_slot_t *slot)
{
    CHECK(slot->correlation != 0);
    CHECK(queries->count > 0);
    slot->correlation = 0;
    slot->waiting = false;
    queries->count--;
}

query_slot_t *queries_waiting(queries_t *queries)
{
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++) {
        query_slot_t *slot = &queries->slots[i];
        if (slot->correlation != 0 && slot->waiting)
            return slot;
    }
    return NULL;
}

part_t queries_part(query_slot_t *slot, const answer_t *answer)
{
    bool first = answer->part == 0;
    if (!first && (answer->part != slot->next_part || answer->seq != slot->seq))
        return PART_UNEXPECTED;
    slot->seq = answer->seq;
    slot->next_part = answer->part + 1;
    return slot->next_part == answer->parts ? PART_LAST : PART_WANTED;
}

uint32_t queries_expire(queries_t *queries, int64_t sent_ms)
{
    uint32_t expired = 0;
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++) {
        query_slot_t *slot = &queries->slots[i];
        if (slot->correlation == 0 || slot->waiting || slot->sent_ms > sent_ms)
            continue;
        slot->waiting = true;
        expired++;
    }
    return expired;
}

void queries_forget(queries_t *queries, const void *context)
{
    for (uint32_t i = 0; i < CLIENT_QUERIES_MAX; i++) {
        query_slot_t *slot = &queries->slots[i];
        if (slot->correlation != 0 && slot->context == context)
            queries_drop(queries, slot);
    }
}
