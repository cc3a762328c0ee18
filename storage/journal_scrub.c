/* journal_scrub.c - see journal.h: every record's checksum, place and chain.
 *
 * Ends at the record that was newest when it began, so that a busy writer cannot keep
 * it going for ever.
 */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <string.h>

typedef struct {
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of the record before */
    uint64_t broken_seq;               /* 0 = the chain holds so far */
} walk_t;

static bool follow_chain(void *context, uint64_t seq, const record_t *record,
                         const uint8_t chain[RECORD_CHAIN_BYTES])
{
    walk_t *walk = context;
    if (record_verify_chain(record, seq, walk->chain, chain) != STATUS_OK) {
        walk->broken_seq = seq;
        return false;
    }
    memcpy(walk->chain, chain, RECORD_CHAIN_BYTES);
    return true;
}

static void note_damage(scrub_result_t *result, uint64_t seq, const char *damage)
{
    result->records = seq - 1;
    result->damaged_seq = seq;
    result->damage = damage;
}

/* One page; STATUS_DAMAGED ends the walk, the result says why. */
static status_t scrub_page(journal_reader_t *reader, uint64_t last, walk_t *walk,
                           scrub_result_t *result)
{
    uint64_t from = result->records + 1, next = from, left = last - result->records;
    const char *cause;
    uint32_t limit = left < JOURNAL_PAGE_MAX ? (uint32_t)left : JOURNAL_PAGE_MAX;
    status_t status =
        journal_read_page(reader, from, limit, follow_chain, walk, &next, &cause);
    if (walk->broken_seq != 0) {
        note_damage(result, walk->broken_seq, "chain");
        return STATUS_DAMAGED;
    }
    result->records = next - 1;
    if (cause != NULL) {
        note_damage(result, next, cause);
        return STATUS_DAMAGED;
    }
    return status;
}

status_t journal_scrub(journal_reader_t *reader, bool (*stop)(void *), void *context,
                       scrub_result_t *result)
{
    CHECK(reader != NULL);
    CHECK(result != NULL);
    *result = (scrub_result_t){ 0, 0, NULL };
    walk_t walk = { .broken_seq = 0 };
    uint64_t last = 0;
    status_t status = journal_reader_count(reader, &last);
    while (status == STATUS_OK && result->records < last) {
        if (stop != NULL && stop(context))
            return STATUS_STOPPING;
        status = scrub_page(reader, last, &walk, result);
    }
    CHECK(result->damaged_seq == 0 || result->damage != NULL);
    return result->damaged_seq != 0 ? STATUS_OK : status;
}
