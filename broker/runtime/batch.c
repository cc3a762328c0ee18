/* batch.c - see batch.h. */
#include "broker/runtime/batch.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

struct batch {
    record_t *records;
    uint8_t *bytes; /* the parts, one after the other */
    size_t used;    /* of bytes */
    size_t encoded; /* what the records will take in the journal */
    uint64_t after;
    uint32_t count, limit;
};

batch_t *batch_create(uint32_t records_max)
{
    CHECK(records_max > 0);
    CHECK(records_max <= JOURNAL_BATCH_MAX);
    batch_t *batch = calloc(1, sizeof *batch);
    if (batch == NULL)
        return NULL;
    batch->records = calloc(records_max, sizeof *batch->records);
    batch->bytes = malloc(JOURNAL_BATCH_BYTES_MAX);
    batch->limit = records_max;
    if (batch->records == NULL || batch->bytes == NULL)
        batch_destroy(&batch);
    return batch;
}

void batch_destroy(batch_t **batch)
{
    CHECK(batch != NULL);
    if (*batch == NULL)
        return;
    free((*batch)->records);
    free((*batch)->bytes);
    free(*batch);
    *batch = NULL;
}

void batch_begin(batch_t *batch, uint64_t after_seq)
{
    CHECK(batch != NULL);
    batch->used = 0;
    batch->encoded = 0;
    batch->count = 0;
    batch->after = after_seq;
}

/* A record without its parts takes at most this much when encoded. */
#define FRAME_BYTES (RECORD_BYTES_MAX - PUBLIC_BYTES_MAX - PRIVATE_BYTES_MAX)

bool batch_fits(const batch_t *batch, uint32_t count, size_t part_bytes)
{
    CHECK(batch != NULL);
    return batch->count + count <= batch->limit &&
           batch->encoded + part_bytes + (size_t)count * FRAME_BYTES <=
               JOURNAL_BATCH_BYTES_MAX;
}

static const uint8_t *keep(batch_t *batch, const uint8_t *bytes, size_t size)
{
    CHECK(batch->used + size <= JOURNAL_BATCH_BYTES_MAX);
    if (size == 0)
        return NULL;
    uint8_t *copy = batch->bytes + batch->used;
    memcpy(copy, bytes, size);
    batch->used += size;
    return copy;
}

void batch_add(batch_t *batch, const record_t *record)
{
    CHECK(batch != NULL);
    CHECK(batch->count < batch->limit);
    record_t *kept = &batch->records[batch->count++];
    *kept = *record;
    kept->public_part = keep(batch, record->public_part, record->public_size);
    kept->private_part = keep(batch, record->private_part, record->private_size);
    batch->encoded += record_size(kept);
    CHECK(batch->encoded <= JOURNAL_BATCH_BYTES_MAX);
}

uint32_t batch_count(const batch_t *batch)
{
    return batch->count;
}

uint64_t batch_after(const batch_t *batch)
{
    return batch->after;
}

const record_t *batch_records(const batch_t *batch)
{
    return batch->records;
}
