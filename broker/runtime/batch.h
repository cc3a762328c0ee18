/* batch.h - accepted commands on their way to the journal: records and their bytes.
 *
 * Two batches take turns: the core thread fills one while the committer appends the
 * other. All memory is taken at creation. Threads: one owner at a time; handing over
 * is the committer's business.
 */
#ifndef YX_RUNTIME_BATCH_H
#define YX_RUNTIME_BATCH_H

#include "storage/journal.h"

typedef struct batch batch_t;

/* NULL when memory is short. records_max: SUBMIT_ITEMS_MAX to JOURNAL_BATCH_MAX. */
batch_t *batch_create(uint32_t records_max);
void batch_destroy(batch_t **batch);

/* Empties the batch; its first record will be expected_seq + 1. */
void batch_begin(batch_t *batch, uint64_t expected_seq);
/* Whether a Submit of any content surely fits. */
bool batch_takes_submit(const batch_t *batch);
/* Adds a record whose parts are copied; the caller made sure that it fits. */
void batch_add(batch_t *batch, const record_t *record);

const record_t *batch_records(const batch_t *batch);
uint32_t batch_count(const batch_t *batch);
uint64_t batch_expected_seq(const batch_t *batch);
/* Encoded size of what is in it. */
size_t batch_bytes(const batch_t *batch);

#endif
