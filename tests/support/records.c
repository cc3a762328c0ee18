/* records.c - see records.h. */
#include "tests/support/records.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

uint64_t records_random(uint64_t *state)
{
    uint64_t x = *state += 0x9E3779B97F4A7C15u; /* splitmix64 */
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static void fill(uint64_t *state, uint8_t *bytes, uint32_t size)
{
    for (uint32_t at = 0; at < size; at += 8) {
        uint64_t word = records_random(state);
        memcpy(bytes + at, &word, size - at < 8 ? size - at : 8);
    }
}

static uint32_t some_size(uint64_t random, uint32_t largest)
{
    if (random % RECORDS_HUGE_EVERY == 0)
        return largest;
    return random % 13 == 0 ? 0 : 60 + (uint32_t)(random % 200);
}

void records_make(uint64_t seed, uint64_t seq, record_sample_t *sample)
{
    uint64_t state = seed * 0x100000001B3u + seq;
    record_t *record = &sample->record;
    memset(record, 0, sizeof *record);
    record->time_ms = 1700000000000 + (int64_t)seq;
    record->instance = records_random(&state);
    record->number = seq;
    record->key = (uint32_t)records_random(&state);
    record->verdict = (uint32_t)records_random(&state);
    record->link_count = (uint32_t)(records_random(&state) % (RECORD_LINKS_MAX + 1));
    for (uint32_t i = 0; i < record->link_count; i++)
        record->links[i] =
            (record_link_t){ records_random(&state), (uint32_t)seq, i + 1 };
    record->public_size = some_size(records_random(&state), PUBLIC_BYTES_MAX);
    record->private_size = some_size(records_random(&state), PRIVATE_BYTES_MAX);
    record->public_part = sample->public_part;
    record->private_part = sample->private_part;
    fill(&state, sample->public_part, record->public_size);
    fill(&state, sample->private_part, record->private_size);
}

static bool same_bytes(const uint8_t *a, const uint8_t *b, uint32_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

bool records_equal(const record_t *a, const record_t *b)
{
    if (a->time_ms != b->time_ms || a->instance != b->instance ||
        a->number != b->number || a->key != b->key || a->verdict != b->verdict ||
        a->link_count != b->link_count || a->public_size != b->public_size ||
        a->private_size != b->private_size)
        return false;
    for (uint32_t i = 0; i < a->link_count; i++)
        if (a->links[i].previous != b->links[i].previous ||
            a->links[i].key != b->links[i].key || a->links[i].kind != b->links[i].kind)
            return false;
    return same_bytes(a->public_part, b->public_part, a->public_size) &&
           same_bytes(a->private_part, b->private_part, a->private_size);
}

status_t records_append(journal_t *journal, uint64_t seed, size_t count)
{
    record_sample_t *samples = calloc(count + 1, sizeof *samples);
    record_t *records = calloc(count + 1, sizeof *records);
    CHECK(samples != NULL && records != NULL);
    uint64_t head = journal_head(journal);
    for (size_t i = 0; i < count; i++) {
        records_make(seed, head + 1 + i, &samples[i]);
        records[i] = samples[i].record;
    }
    status_t status = journal_append(journal, head, records, count);
    free(records);
    free(samples);
    return status;
}

typedef struct {
    uint64_t seed, good;
    record_sample_t *expected;
} comparison_t;

static bool compare(void *context, uint64_t seq, const record_t *record,
                    const uint8_t chain[RECORD_CHAIN_BYTES])
{
    comparison_t *comparison = context;
    (void)chain; /* journal_scrub() looks at it */
    records_make(comparison->seed, seq, comparison->expected);
    if (seq != comparison->good + 1 ||
        !records_equal(record, &comparison->expected->record))
        return false;
    comparison->good++;
    return true;
}

uint64_t records_count_good(journal_t *journal, uint64_t seed, status_t *status)
{
    comparison_t comparison = { seed, 0, malloc(sizeof(record_sample_t)) };
    CHECK(comparison.expected != NULL);
    journal_reader_t *reader = NULL;
    *status = journal_reader_create(journal, &reader);
    uint64_t from = 0, next = 1;
    while (*status == STATUS_OK && next != from && comparison.good == next - 1) {
        from = next;
        *status =
            journal_read(reader, from, JOURNAL_PAGE_MAX, compare, &comparison, &next);
    }
    journal_reader_destroy(&reader);
    free(comparison.expected);
    return comparison.good;
}
