/* Goal: whatever is appended, refused, read and reopened in whatever order, the journal
 * answers like a plain list. Method: a seeded walk; the list is a seed and a length,
 * since records are made from (seed, seq), and the chain is computed beside it. The seed
 * is printed; YIXIAN_SEED repeats a walk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/journal.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"
#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define STEPS     700u
#define MAP_BYTES (512u << 20)
#define READERS   3u

typedef struct {
    char folder[FOLDER_PATH_MAX];
    uint64_t seed, random, head; /* the model: a seed and a length */
    uint8_t chain[RECORD_CHAIN_BYTES];
    journal_t *journal;
    journal_reader_t *readers[READERS];
    record_sample_t sample;
} walk_t;

static uint64_t up_to(walk_t *walk, uint64_t limit)
{
    return records_random(&walk->random) % (limit + 1);
}

static void open_journal(walk_t *walk, journal_mode_t mode)
{
    const journal_options_t options = { .mode = mode, .map_bytes = MAP_BYTES };
    assert_int_equal(journal_open(walk->folder, &options, &walk->journal), STATUS_OK);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(journal_reader_create(walk->journal, &walk->readers[i]),
                         STATUS_OK);
}

static void close_journal(walk_t *walk)
{
    for (size_t i = 0; i < READERS; i++)
        journal_reader_destroy(&walk->readers[i]);
    journal_close(&walk->journal);
}

static void assert_same_head(const walk_t *walk)
{
    uint8_t chain[RECORD_CHAIN_BYTES];
    assert_int_equal(journal_head(walk->journal), walk->head);
    journal_chain(walk->journal, chain);
    assert_memory_equal(chain, walk->chain, sizeof chain);
}

/* ---- steps ---- */

static void model_append(walk_t *walk, size_t count)
{
    uint8_t *bytes = malloc(RECORD_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        walk->head++;
        records_make(walk->seed, walk->head, &walk->sample);
        record_encode(&walk->sample.record, walk->head, walk->chain, bytes);
    }
    free(bytes);
}

static void step_append(walk_t *walk)
{
    uint64_t kind = up_to(walk, 9);
    size_t count = (size_t)(kind == 0 ? up_to(walk, 1500) : up_to(walk, kind * 4));
    assert_int_equal(records_append(walk->journal, walk->seed, count), STATUS_OK);
    model_append(walk, count);
}

static void step_conflict(walk_t *walk)
{
    uint64_t expected = up_to(walk, 2 * walk->head + 3);
    if (expected == walk->head)
        expected++;
    records_make(walk->seed, expected + 1, &walk->sample);
    assert_int_equal(journal_append(walk->journal, expected, &walk->sample.record, 1),
                     STATUS_CONFLICT);
}

typedef struct {
    walk_t *walk;
    uint64_t expected, stop_at;
} visit_t;

static bool compare(void *context, uint64_t seq, const record_t *record,
                    const uint8_t chain[RECORD_CHAIN_BYTES])
{
    visit_t *visit = context;
    assert_int_equal(seq, visit->expected);
    records_make(visit->walk->seed, seq, &visit->walk->sample);
    assert_true(records_equal(record, &visit->walk->sample.record));
    if (seq == visit->walk->head)
        assert_memory_equal(chain, visit->walk->chain, RECORD_CHAIN_BYTES);
    return visit->expected++ != visit->stop_at;
}

static void step_read(walk_t *walk)
{
    uint64_t from = 1 + up_to(walk, walk->head + 3), end = walk->head + 1, next = 0;
    uint32_t limit = (uint32_t)up_to(walk, JOURNAL_PAGE_MAX);
    uint64_t stop_at = up_to(walk, 3) == 0 ? from + up_to(walk, limit) : 0;
    visit_t visit = { walk, from, stop_at };
    journal_reader_t *reader = walk->readers[up_to(walk, READERS - 1)];
    uint64_t wanted = from + limit < end ? from + limit : end;
    if (from > end)
        wanted = from;
    if (stop_at != 0 && stop_at + 1 < wanted)
        wanted = stop_at + 1;
    assert_int_equal(journal_read(reader, from, limit, compare, &visit, &next),
                     STATUS_OK);
    assert_int_equal(next, wanted);
    assert_int_equal(visit.expected, wanted);
}

static void step_reopen(walk_t *walk)
{
    close_journal(walk);
    if (up_to(walk, 3) == 0) {
        open_journal(walk, JOURNAL_READ);
        assert_same_head(walk);
        assert_int_equal(records_append(walk->journal, walk->seed, 1),
                         STATUS_READ_ONLY);
        close_journal(walk);
    }
    open_journal(walk, JOURNAL_WRITE);
}

static void step_scrub(walk_t *walk)
{
    scrub_result_t result;
    assert_int_equal(journal_scrub(walk->readers[0], NULL, NULL, &result), STATUS_OK);
    assert_int_equal(result.records, walk->head);
    assert_int_equal(result.damaged_seq, 0);
}

static void step_reader(walk_t *walk)
{
    journal_reader_t **reader = &walk->readers[up_to(walk, READERS - 1)];
    journal_reader_destroy(reader);
    assert_int_equal(journal_reader_create(walk->journal, reader), STATUS_OK);
}

static void take_step(walk_t *walk)
{
    uint64_t kind = up_to(walk, 99);
    if (kind < 45)
        step_append(walk);
    else if (kind < 80)
        step_read(walk);
    else if (kind < 88)
        step_conflict(walk);
    else if (kind < 94)
        step_reopen(walk);
    else if (kind < 98)
        step_reader(walk);
    else
        step_scrub(walk);
}

static uint64_t chosen_seed(void)
{
    const char *text = getenv("YIXIAN_SEED");
    uint64_t seed = 0;
    if (text != NULL)
        return strtoull(text, NULL, 0);
    randombytes_buf(&seed, sizeof seed);
    return seed;
}

static void journal__random_walk__answers_like_a_list(void **unused)
{
    (void)unused;
    walk_t *walk = calloc(1, sizeof *walk);
    assert_true(sodium_init() >= 0);
    walk->seed = walk->random = chosen_seed();
    print_message("YIXIAN_SEED=%llu\n", (unsigned long long)walk->seed);
    folder_make(walk->folder);
    open_journal(walk, JOURNAL_CREATE);
    for (unsigned i = 0; i < STEPS; i++) {
        take_step(walk);
        assert_same_head(walk);
    }
    step_scrub(walk);
    print_message("%llu records\n", (unsigned long long)walk->head);
    close_journal(walk);
    folder_remove(walk->folder);
    free(walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal__random_walk__answers_like_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
