/* batch.c - see batch.h. */
#include "broker/runtime/batch.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

/* What a record is larger than its parts, at most. */
#define OVERHEAD_BYTES_MAX (RECORD_BYTES_MAX - PUBLIC_BYTES_MAX - PRIVATE_BYTES_MAX)
/* Encoded size of one Submit: its parts travelled in one frame. */
#define SUBMIT_RECORD_BYTES_MAX                                                        \
    (FRAME_BYTES_MAX + SUBMIT_ITEMS_MAX * OVERHEAD_BYTES_MAX)

_Static_assert(SUBMIT_RECORD_BYTES_MAX <= JOURNAL_BATCH_BYTES_MAX / 8,
               "a batch holds several Submits");
_Static_assert(SUBMIT_ITEMS_MAX <= JOURNAL_BATCH_MAX, "a Submit fits a batch");

struct batch {
    record_t *records;
    uint8_t *storage; /* the parts, one after the other */
    uint64_t expected_seq;
    size_t stored_bytes, encoded_bytes; /* stored <= encoded */
    uint32_t count, records_max;
};

batch_t *batch_create(uint32_t records_max)
{
    CHECK(records_max >= SUBMIT_ITEMS_MAX);
    CHECK(records_max <= JOURNAL_BATCH_MAX);
    batch_t *batch = calloc(1, sizeof *batch);
    if (batch == NULL)
        return NULL;
    batch->records_max = records_max;
    batch->records = calloc(records_max, sizeof *batch->records);
    batch->storage = malloc(JOURNAL_BATCH_BYTES_MAX);
    if (batch->records == NULL || batch->storage == NULL)
        batch_destroy(&batch);
    return batch;
}

void batch_destroy(batch_t **batch)
{
    CHECK(batch != NULL);
    if (*batch == NULL)
        return;
    free((*batch)->records);
    free((*batch)->storage);
    free(*batch);
    *batch = NULL;
}

void batch_begin(batch_t *batch, uint64_t expected_seq)
{
    CHECK(batch != NULL);
    batch->expected_seq = expected_seq;
    batch->stored_bytes = 0;
    batch->encoded_bytes = 0;
    batch->count = 0;
}

bool batch_takes_submit(const batch_t *batch)
{
    CHECK(batch != NULL);
    return batch->records_max - batch->count >= SUBMIT_ITEMS_MAX &&
           JOURNAL_BATCH_BYTES_MAX - batch->encoded_bytes >= SUBMIT_RECORD_BYTES_MAX;
}

static const uint8_t *store(batch_t *batch, const uint8_t *part, uint32_t size)
{
    if (size == 0)
        return NULL;
    uint8_t *at = batch->storage + batch->stored_bytes;
    memcpy(at, part, size);
    batch->stored_bytes += size;
    return at;
}

void batch_add(batch_t *batch, const record_t *record)
{
    CHECK(batch != NULL);
    CHECK(record != NULL);
    CHECK(batch->count < batch->records_max);
    size_t bytes = record_size(record);
    CHECK(bytes <= JOURNAL_BATCH_BYTES_MAX - batch->encoded_bytes);
    record_t *kept = &batch->records[batch->count++];
    *kept = *record;
    kept->public_part = store(batch, record->public_part, record->public_size);
    kept->private_part = store(batch, record->private_part, record->private_size);
    batch->encoded_bytes += bytes;
    CHECK(batch->stored_bytes <= batch->encoded_bytes);
}

const record_t *batch_records(const batch_t *batch)
{
    CHECK(batch != NULL);
    return batch->records;
}

uint32_t batch_count(const batch_t *batch)
{
    CHECK(batch != NULL);
    return batch->count;
}

uint64_t batch_expected_seq(const batch_t *batch)
{
    CHECK(batch != NULL);
    return batch->expected_seq;
}

size_t batch_bytes(const batch_t *batch)
{
    CHECK(batch != NULL);
    return batch->encoded_bytes;
}
