/* batch.h - what one commit holds: records and a copy of their bytes.
 *
 * Made once, filled and emptied for ever. Records added borrow from the batch itself,
 * so a batch may cross to the committer's thread whole; it belongs to one thread at a
 * time. Limits: `records_max` given at creation, JOURNAL_BATCH_BYTES_MAX encoded bytes.
 */
#ifndef YX_RUNTIME_BATCH_H
#define YX_RUNTIME_BATCH_H

#include "storage/journal.h"

typedef struct batch batch_t;

/* NULL when memory is short. records_max <= JOURNAL_BATCH_MAX. */
batch_t *batch_create(uint32_t records_max);
void batch_destroy(batch_t **batch);
/* Empties it; its records will follow `after_seq`. */
void batch_begin(batch_t *batch, uint64_t after_seq);
/* Whether `count` more records of the largest size fit. */
bool batch_fits(const batch_t *batch, uint32_t count, size_t part_bytes);
/* Copies the record with its parts; CHECKs that it fits. */
void batch_add(batch_t *batch, const record_t *record);

uint32_t batch_count(const batch_t *batch);
uint64_t batch_after(const batch_t *batch);
const record_t *batch_records(const batch_t *batch);

#endif
