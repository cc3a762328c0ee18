/* Goal: pages of ranges and chains hold what the journal holds, in order, from any place,
 * while a scrub walks. Method: a journal of small records with random links beside an
 * array that remembers them; every chain is walked page by page and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/reader.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 3000u
#define KEYS    5u
#define KIND    3u
#define OTHER   6u

typedef struct {
    char folder[FOLDER_PATH_MAX];
    journal_t *journal;
    reader_t *reader;
    uint64_t newest[KEYS + 1];
    uint32_t key_of[RECORDS + 1]; /* of KIND; 0 = none */
    uint64_t seed;
} bench_t;

static record_t make(bench_t *bench, uint64_t seq, uint64_t *random)
{
    static const uint8_t bytes[64] = { 1 };
    record_t record = { .time_ms = (int64_t)seq,
                        .key = 1,
                        .public_part = bytes,
                        .public_size = (uint32_t)(records_random(random) % 64) };
    uint32_t key = (uint32_t)(records_random(random) % (KEYS + 1));
    record.links[record.link_count++] = (record_link_t){ 0, key, OTHER };
    if (key != 0) {
        record.links[record.link_count++] =
            (record_link_t){ bench->newest[key], key, KIND };
        bench->newest[key] = seq;
    }
    bench->key_of[seq] = key;
    return record;
}

static int setup(void **state)
{
    bench_t *bench = calloc(1, sizeof *bench);
    const char *given = getenv("YIXIAN_SEED");
    bench->seed = given != NULL ? strtoull(given, NULL, 10) : 1;
    print_message("seed %llu\n", (unsigned long long)bench->seed);
    folder_make(bench->folder);
    const journal_options_t options = { JOURNAL_CREATE, 1u << 30 };
    assert_int_equal(journal_open(bench->folder, &options, &bench->journal), STATUS_OK);
    uint64_t random = bench->seed;
    static record_t records[RECORDS];
    for (uint64_t seq = 1; seq <= RECORDS; seq++)
        records[seq - 1] = make(bench, seq, &random);
    assert_int_equal(journal_append(bench->journal, 0, records, RECORDS), STATUS_OK);
    assert_int_equal(reader_create(bench->journal, &bench->reader), STATUS_OK);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    bench_t *bench = *state;
    reader_destroy(&bench->reader);
    journal_close(&bench->journal);
    folder_remove(bench->folder);
    free(bench);
    return 0;
}

static const reader_page_t *await_page(bench_t *bench)
{
    const reader_page_t *page;
    while ((page = reader_take_page(bench->reader)) == NULL) {
        struct pollfd bell = { .fd = reader_fd(bench->reader), .events = POLLIN };
        assert_true(poll(&bell, 1, 60000) > 0);
    }
    return page;
}

static const reader_page_t *read_page(bench_t *bench, reader_job_t job)
{
    assert_int_equal(reader_ask(bench->reader, &job), STATUS_OK);
    return await_page(bench);
}

/* The newest record of a key below `below`. */
static uint64_t model_next(const bench_t *bench, uint32_t key, uint64_t below)
{
    for (uint64_t seq = below - 1; seq > 0; seq--) {
        if (bench->key_of[seq] == key)
            return seq;
    }
    return 0;
}

static void check_chain(bench_t *bench, uint32_t key, uint64_t below, uint32_t count)
{
    uint64_t expected = model_next(bench, key, below > 0 ? below : RECORDS + 1);
    do {
        const reader_page_t *page =
            read_page(bench, (reader_job_t){ .first = bench->newest[key],
                                             .below = below,
                                             .count = count,
                                             .link_kind = KIND,
                                             .link_key = key });
        assert_int_equal(page->status, STATUS_OK);
        for (uint32_t i = 0; i < page->count; i++) {
            assert_int_equal(page->records[i].seq, expected);
            below = expected;
            expected = model_next(bench, key, expected);
        }
        assert_int_equal(page->next, expected);
        reader_give_back(bench->reader, page);
    } while (expected != 0);
}

static void chain__from_the_newest__is_complete(void **state)
{
    bench_t *bench = *state;
    for (uint32_t key = 1; key <= KEYS; key++)
        check_chain(bench, key, 0, 7 * key);
}

static void chain__from_any_seq__goes_on_below_it(void **state)
{
    bench_t *bench = *state;
    uint64_t random = bench->seed;
    for (int i = 0; i < 30; i++)
        check_chain(bench, 1 + (uint32_t)(records_random(&random) % KEYS),
                    1 + records_random(&random) % RECORDS, 50);
    check_chain(bench, 2, bench->newest[2] + 1, 50);
}

static void range__page_by_page__is_the_journal(void **state)
{
    bench_t *bench = *state;
    uint64_t seq = 1;
    while (seq <= RECORDS) {
        const reader_page_t *page =
            read_page(bench, (reader_job_t){ .first = seq, .count = 37 });
        assert_int_equal(page->status, STATUS_OK);
        assert_true(page->count > 0);
        for (uint32_t i = 0; i < page->count; i++) {
            assert_int_equal(page->records[i].seq, seq);
            assert_int_equal(page->records[i].record.time_ms, seq);
            seq++;
        }
        assert_int_equal(page->next, seq);
        reader_give_back(bench->reader, page);
    }
}

static void pages__all_taken__busy_until_one_comes_back(void **state)
{
    bench_t *bench = *state;
    const reader_page_t *pages[READER_PAGES];
    const reader_job_t job = { .first = 1, .count = 1 };
    for (uint32_t i = 0; i < READER_PAGES; i++)
        assert_int_equal(reader_ask(bench->reader, &job), STATUS_OK);
    assert_int_equal(reader_ask(bench->reader, &job), STATUS_BUSY);
    for (uint32_t i = 0; i < READER_PAGES; i++)
        pages[i] = await_page(bench);
    assert_int_equal(reader_ask(bench->reader, &job), STATUS_BUSY);
    reader_give_back(bench->reader, pages[0]);
    assert_int_equal(reader_ask(bench->reader, &job), STATUS_OK);
    for (uint32_t i = 1; i < READER_PAGES; i++)
        reader_give_back(bench->reader, pages[i]);
    reader_give_back(bench->reader, await_page(bench));
}

static void scrub__beside_pages__both_end(void **state)
{
    bench_t *bench = *state;
    reader_result_t result;
    assert_int_equal(reader_scrub(bench->reader), STATUS_OK);
    assert_int_equal(reader_scrub(bench->reader), STATUS_BUSY);
    check_chain(bench, 3, 0, 20);
    while (!reader_take(bench->reader, &result)) {
        struct pollfd bell = { .fd = reader_fd(bench->reader), .events = POLLIN };
        assert_true(poll(&bell, 1, 60000) > 0);
    }
    assert_int_equal(result.status, STATUS_OK);
    assert_int_equal(result.scrub.records, RECORDS);
}

static void chain__that_points_forwards__is_damage(void **state)
{
    bench_t *bench = *state;
    const record_t record = { .time_ms = RECORDS + 1,
                              .links = { { RECORDS + 1, 9, KIND } },
                              .link_count = 1 };
    assert_int_equal(journal_append(bench->journal, RECORDS, &record, 1), STATUS_OK);
    const reader_page_t *page = read_page(bench, (reader_job_t){ .first = RECORDS + 1,
                                                                 .count = 5,
                                                                 .link_kind = KIND,
                                                                 .link_key = 9 });
    assert_int_equal(page->status, STATUS_DAMAGED);
    assert_int_equal(page->count, 1);
    reader_give_back(bench->reader, page);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(chain__from_the_newest__is_complete),
        TEST(chain__from_any_seq__goes_on_below_it),
        TEST(range__page_by_page__is_the_journal),
        TEST(pages__all_taken__busy_until_one_comes_back),
        TEST(scrub__beside_pages__both_end),
        TEST(chain__that_points_forwards__is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
