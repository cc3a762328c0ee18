/* Goal: damage is found, named and walled in; nothing is cut, nothing crashes, and what
 * is good stays readable. Method: real files are damaged: bits, records in each other's
 * place, lost and forged records, cut files, foreign files. Whatever might crash runs in
 * a child process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/journal.h"
#include "tests/support/folder.h"
#include "tests/support/mdb.h"
#include "tests/support/records.h"
#include <cmocka.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define SEED       13u
#define COUNT      300u
#define MAP_BYTES  (64u << 20)
#define PAGE_BYTES 4096u

static int make_folder(void **state)
{
    char *path = malloc(FOLDER_PATH_MAX);
    folder_make(path);
    *state = path;
    return 0;
}

static int remove_folder(void **state)
{
    folder_remove(*state);
    free(*state);
    return 0;
}

static status_t open_as(const char *folder, journal_mode_t mode, journal_t **journal)
{
    const journal_options_t options = { .mode = mode, .map_bytes = MAP_BYTES };
    return journal_open(folder, &options, journal);
}

static journal_t *opened(const char *folder, journal_mode_t mode)
{
    journal_t *journal = NULL;
    assert_int_equal(open_as(folder, mode, &journal), STATUS_OK);
    return journal;
}

static void write_journal(const char *folder, size_t count)
{
    journal_t *journal = opened(folder, JOURNAL_CREATE);
    assert_int_equal(records_append(journal, SEED, count), STATUS_OK);
    journal_close(&journal);
}

static bool pass(void *context, uint64_t seq, const record_t *record,
                 const uint8_t chain[RECORD_CHAIN_BYTES])
{
    return context == NULL && seq > 0 && record != NULL && chain != NULL;
}

/* Reading from seq 1 ends at `bad` with `status`; scrub says the same in `words`. */
static void assert_damage(journal_t *journal, uint64_t bad, status_t expected,
                          const char *words)
{
    status_t status;
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    uint64_t next = 0;
    assert_int_equal(records_count_good(journal, SEED, &status), bad - 1);
    assert_int_equal(status, expected);
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    assert_int_equal(journal_read(reader, bad, 9, pass, NULL, &next), expected);
    assert_int_equal(next, bad);
    assert_int_equal(journal_scrub(reader, NULL, NULL, &result), STATUS_OK);
    assert_int_equal(result.damaged_seq, bad);
    assert_int_equal(result.records, bad - 1);
    assert_string_equal(result.damage, words);
    journal_reader_destroy(&reader);
}

static void assert_readable_from(journal_t *journal, uint64_t from, uint64_t wanted)
{
    journal_reader_t *reader = NULL;
    uint64_t next = from;
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    for (uint64_t before = 0; next != before;) {
        before = next;
        assert_int_equal(
            journal_read(reader, before, JOURNAL_PAGE_MAX, pass, NULL, &next),
            STATUS_OK);
    }
    assert_int_equal(next, wanted);
    journal_reader_destroy(&reader);
}

/* ---- records ---- */

static void damage__bit_in_the_middle__is_found_and_walled_in(void **state)
{
    static const size_t bits[] = { 0, 8 * 9, 8 * 20, 8 * 60, 8 * 95 + 7 };
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        folder_remove(*state);
        assert_int_equal(mkdir(*state, 0700), 0);
        write_journal(*state, COUNT);
        mdb_flip_bit(*state, 150, bits[i]);
        journal_t *journal = opened(*state, JOURNAL_WRITE);
        assert_int_equal(journal_head(journal), COUNT);
        assert_damage(journal, 150, STATUS_DAMAGED, "checksum");
        assert_readable_from(journal, 151, COUNT + 1);
        assert_int_equal(records_append(journal, SEED, 5), STATUS_OK);
        assert_readable_from(journal, 151, COUNT + 6);
        journal_close(&journal);
    }
}

static void damage__newest_record__is_served_but_not_appended_to(void **state)
{
    uint8_t chain[RECORD_CHAIN_BYTES], zero[RECORD_CHAIN_BYTES] = { 0 };
    write_journal(*state, COUNT);
    mdb_flip_bit(*state, COUNT, 8 * 30);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    assert_int_equal(journal_head(journal), COUNT);
    journal_chain(journal, chain);
    assert_memory_equal(chain, zero, sizeof zero);
    assert_int_equal(records_append(journal, SEED, 1), STATUS_DAMAGED);
    assert_damage(journal, COUNT, STATUS_DAMAGED, "checksum");
    journal_close(&journal);
}

static void damage__records_in_each_others_place__is_found(void **state)
{
    write_journal(*state, COUNT);
    size_t first, second;
    uint8_t *a = mdb_read_value(*state, 40, &first);
    uint8_t *b = mdb_read_value(*state, 41, &second);
    mdb_write_value(*state, 40, b, second);
    mdb_write_value(*state, 41, a, first);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    assert_damage(journal, 40, STATUS_DAMAGED, "checksum");
    assert_readable_from(journal, 42, COUNT + 1);
    journal_close(&journal);
    free(a);
    free(b);
}

static void damage__record_lost__is_missing(void **state)
{
    write_journal(*state, COUNT);
    mdb_delete_value(*state, 77);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    assert_int_equal(journal_head(journal), COUNT);
    assert_damage(journal, 77, STATUS_DAMAGED, "missing");
    assert_readable_from(journal, 78, COUNT + 1);
    journal_close(&journal);
}

/* Well formed and well summed, but not what the next record was chained to. */
static void damage__record_forged__breaks_the_chain(void **state)
{
    write_journal(*state, COUNT);
    record_sample_t *sample = malloc(sizeof *sample);
    uint8_t chain[RECORD_CHAIN_BYTES], bytes[RECORD_BYTES_MAX];
    size_t size;
    uint8_t *before = mdb_read_value(*state, 99, &size);
    record_t record;
    assert_int_equal(record_decode(before, size, 99, &record, chain), STATUS_OK);
    records_make(SEED, 100, sample);
    sample->record.verdict ^= 1;
    record_encode(&sample->record, 100, chain, bytes);
    mdb_write_value(*state, 100, bytes, record_size(&sample->record));
    journal_t *journal = opened(*state, JOURNAL_READ);
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    assert_readable_from(journal, 1, COUNT + 1);
    assert_int_equal(journal_reader_create(journal, &reader), STATUS_OK);
    assert_int_equal(journal_scrub(reader, NULL, NULL, &result), STATUS_OK);
    assert_int_equal(result.damaged_seq, 101);
    assert_int_equal(result.records, 100);
    assert_string_equal(result.damage, "chain");
    journal_reader_destroy(&reader);
    journal_close(&journal);
    free(before);
    free(sample);
}

static void put_later_version(const char *folder, uint64_t seq)
{
    size_t size;
    uint8_t *value = mdb_read_value(folder, seq, &size);
    value[0] = 2;
    uint64_t sum = XXH3_64bits(value, size - 8);
    memcpy(value + size - 8, &sum, 8);
    mdb_write_value(folder, seq, value, size);
    free(value);
}

static void damage__record_of_a_later_release__is_another_format(void **state)
{
    write_journal(*state, COUNT);
    put_later_version(*state, 200);
    journal_t *journal = opened(*state, JOURNAL_READ);
    assert_damage(journal, 200, STATUS_FORMAT, "format");
    journal_close(&journal);
    put_later_version(*state, COUNT);
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_FORMAT);
}

static void damage__leaf_page__is_served_up_to_it_and_after_it(void **state)
{
    write_journal(*state, COUNT);
    mdb_spoil_page(*state, 150);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    status_t status;
    uint64_t bad = records_count_good(journal, SEED, &status) + 1;
    assert_in_range(bad, 135, 150); /* the first record of that page */
    assert_damage(journal, bad, STATUS_DAMAGED, "page");
    assert_readable_from(journal, 165, COUNT + 1);
    assert_int_equal(records_append(journal, SEED, 5), STATUS_OK);
    assert_readable_from(journal, 165, COUNT + 6);
    journal_close(&journal);
}

static void damage__page_of_the_newest_record__is_not_appended_to(void **state)
{
    write_journal(*state, COUNT);
    mdb_spoil_page(*state, COUNT);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    status_t status;
    assert_int_equal(journal_head(journal), COUNT);
    assert_int_equal(records_append(journal, SEED, 1), STATUS_DAMAGED);
    assert_in_range(records_count_good(journal, SEED, &status), COUNT - 16, COUNT - 1);
    assert_int_equal(status, STATUS_DAMAGED);
    journal_close(&journal);
}

/* ---- meta record ---- */

static void meta__changed__is_format_or_damage(void **state)
{
    static const struct {
        size_t offset;
        bool summed;
        status_t status;
    } rows[] = {
        { 16, true, STATUS_FORMAT },   /* a later format */
        { 20, true, STATUS_FORMAT },   /* kept fields in use */
        { 0, true, STATUS_FORMAT },    /* not ours */
        { 24, false, STATUS_DAMAGED }, /* creation time */
        { 56, false, STATUS_DAMAGED }, /* checksum */
    };
    write_journal(*state, 3);
    size_t size;
    uint8_t *meta = mdb_read_value(*state, 0, &size), changed[64];
    assert_int_equal(size, sizeof changed);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(changed, meta, sizeof changed);
        changed[rows[i].offset] ^= 2;
        uint64_t sum = XXH3_64bits(changed, 56);
        if (rows[i].summed)
            memcpy(changed + 56, &sum, sizeof sum);
        mdb_write_value(*state, 0, changed, sizeof changed);
        journal_t *journal = NULL;
        assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), rows[i].status);
        assert_int_equal(open_as(*state, JOURNAL_READ, &journal), rows[i].status);
    }
    mdb_write_value(*state, 0, meta, size);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    journal_close(&journal);
    mdb_delete_value(*state, 0);
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_FORMAT);
    free(meta);
}

static void damage__foreign_environment__is_another_format(void **state)
{
    char path[FOLDER_PATH_MAX];
    folder_join(path, *state, "journal");
    assert_int_equal(mkdir(path, 0700), 0);
    mdb_write_value(*state, 1, "somebody else's", 16);
    journal_t *journal = NULL;
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_FORMAT);
    assert_int_equal(open_as(*state, JOURNAL_READ, &journal), STATUS_FORMAT);
}

/* ---- the file ---- */

static void damage__file_taken_away__is_not_made_anew(void **state)
{
    char path[FOLDER_PATH_MAX];
    journal_t *journal = NULL;
    write_journal(*state, COUNT);
    mdb_data_path(*state, path);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_DAMAGED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(open_as(*state, JOURNAL_WRITE, &journal), STATUS_DAMAGED);
    assert_int_equal(open_as(*state, JOURNAL_READ, &journal), STATUS_DAMAGED);
    assert_int_equal(access(path, F_OK), -1);
}

enum { CHILD_REFUSED = 10, CHILD_ALL_GOOD, CHILD_DAMAGE_FOUND, CHILD_SILENT_LOSS };

/* Opens, reads everything and scrubs; must come back whatever the file holds. */
static int use_with(void *context, uint64_t wanted)
{
    journal_t *journal = NULL;
    journal_reader_t *reader = NULL;
    scrub_result_t result = { 0, 0, NULL };
    status_t status = open_as(context, JOURNAL_READ, &journal);
    if (status != STATUS_OK)
        return CHILD_REFUSED;
    uint64_t good = records_count_good(journal, SEED, &status);
    status_t created = journal_reader_create(journal, &reader);
    if (created == STATUS_OK)
        created = journal_scrub(reader, NULL, NULL, &result);
    journal_reader_destroy(&reader);
    journal_close(&journal);
    if (status == STATUS_OK && good == wanted)
        return created == STATUS_OK && result.damaged_seq == 0 ? CHILD_ALL_GOOD
                                                               : CHILD_DAMAGE_FOUND;
    return status == STATUS_OK ? CHILD_SILENT_LOSS : CHILD_DAMAGE_FOUND;
}

static int use_journal(void *context)
{
    return use_with(context, COUNT);
}

static void damage__file_cut_anywhere__is_refused(void **state)
{
    char path[FOLDER_PATH_MAX];
    size_t size;
    write_journal(*state, COUNT);
    assert_int_equal(folder_in_child(use_journal, *state), CHILD_ALL_GOOD);
    mdb_data_path(*state, path);
    free(folder_read_file(path, &size));
    assert_int_equal(size % PAGE_BYTES, 0);
    for (size_t left = size; left > 0; left -= PAGE_BYTES / 2) {
        assert_int_equal(truncate(path, (off_t)(left - PAGE_BYTES / 2)), 0);
        int result = folder_in_child(use_journal, *state);
        /* the pages written last may be the list of free ones, which nobody reads */
        if (result != CHILD_ALL_GOOD || left + 2 * PAGE_BYTES < size)
            assert_int_equal(result, CHILD_REFUSED);
    }
}

/* Pages that LMDB counts as free may be missing: LMDB leaves such files itself. */
static void damage__free_page_cut_off__is_no_damage(void **state)
{
    char path[FOLDER_PATH_MAX];
    write_journal(*state, COUNT);
    mdb_data_path(*state, path);
    size_t size;
    uint8_t *file = folder_read_file(path, &size);
    /* meta: last page at 16 + 120, in both pages; one more than there is */
    for (size_t page = 0; page < 2; page++) {
        uint64_t last;
        size_t offset = page * PAGE_BYTES + 16 + 120;
        memcpy(&last, file + offset, sizeof last);
        last += 3;
        folder_patch_file(path, offset, &last, sizeof last);
    }
    free(file);
    assert_int_equal(folder_in_child(use_journal, *state), CHILD_ALL_GOOD);
    journal_t *journal = opened(*state, JOURNAL_WRITE);
    assert_int_equal(records_append(journal, SEED, 40), STATUS_OK);
    assert_readable_from(journal, 1, COUNT + 41);
    journal_close(&journal);
}

static void damage__meta_page__is_refused(void **state)
{
    char path[FOLDER_PATH_MAX];
    write_journal(*state, COUNT);
    mdb_data_path(*state, path);
    size_t size;
    uint8_t *file = folder_read_file(path, &size);
    for (size_t page = 0; page < 2; page++) {
        size_t offset = page * PAGE_BYTES + 16; /* the magic number */
        folder_patch_file(path, offset, "damaged", 7);
        assert_int_equal(folder_in_child(use_journal, *state), CHILD_REFUSED);
        folder_patch_file(path, offset, file + offset, 7);
    }
    assert_int_equal(folder_in_child(use_journal, *state), CHILD_ALL_GOOD);
    free(file);
}

/* The same and appends, as a broker would; what it appends must be readable. */
static int append_to_journal(void *context)
{
    journal_t *journal = NULL;
    if (open_as(context, JOURNAL_WRITE, &journal) != STATUS_OK)
        return CHILD_REFUSED;
    uint64_t head = journal_head(journal);
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < 5 && status == STATUS_OK; i++)
        status = records_append(journal, SEED, 9);
    uint64_t after = journal_head(journal);
    journal_close(&journal);
    if (after != (status == STATUS_OK ? head + 45 : head))
        return CHILD_SILENT_LOSS;
    return use_with(context, after);
}

static void assert_survives(const char *folder, const uint8_t *file, size_t size)
{
    char path[FOLDER_PATH_MAX];
    mdb_data_path(folder, path);
    int result = folder_in_child(use_journal, (void *)(uintptr_t)folder);
    assert_in_range(result, CHILD_REFUSED, CHILD_DAMAGE_FOUND);
    result = folder_in_child(append_to_journal, (void *)(uintptr_t)folder);
    assert_in_range(result, CHILD_REFUSED, CHILD_DAMAGE_FOUND);
    folder_patch_file(path, 0, file, size);
    assert_int_equal(truncate(path, (off_t)size), 0);
}

/* A page of the file overwritten with zeros or noise: found, and never a crash. */
static void damage__whole_page_overwritten__is_found(void **state)
{
    char path[FOLDER_PATH_MAX];
    write_journal(*state, COUNT);
    mdb_data_path(*state, path);
    size_t size;
    uint8_t *file = folder_read_file(path, &size), noise[2][PAGE_BYTES] = { { 0 } };
    uint64_t random = 17;
    for (size_t i = 0; i < PAGE_BYTES; i++)
        noise[1][i] = (uint8_t)records_random(&random);
    for (size_t offset = 0; offset < size; offset += PAGE_BYTES) {
        for (size_t kind = 0; kind < 2; kind++) {
            folder_patch_file(path, offset, noise[kind], PAGE_BYTES);
            assert_survives(*state, file, size);
        }
    }
    free(file);
}

/* Single bits in the headers of pages and nodes, where LMDB trusts most. */
static void damage__bits_of_page_headers__never_crash(void **state)
{
    char path[FOLDER_PATH_MAX];
    write_journal(*state, COUNT);
    mdb_data_path(*state, path);
    size_t size;
    uint8_t *file = folder_read_file(path, &size);
    uint64_t random = 19;
    for (size_t page = 2; page < size / PAGE_BYTES; page++) {
        for (size_t i = 0; i < 3; i++) {
            size_t offset = page * PAGE_BYTES + records_random(&random) % 40;
            uint8_t byte = file[offset] ^ (uint8_t)(1u << records_random(&random) % 8);
            folder_patch_file(path, offset, &byte, 1);
            assert_survives(*state, file, size);
        }
    }
    free(file);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(damage__bit_in_the_middle__is_found_and_walled_in),
        CASE(damage__newest_record__is_served_but_not_appended_to),
        CASE(damage__records_in_each_others_place__is_found),
        CASE(damage__record_lost__is_missing),
        CASE(damage__record_forged__breaks_the_chain),
        CASE(damage__record_of_a_later_release__is_another_format),
        CASE(damage__leaf_page__is_served_up_to_it_and_after_it),
        CASE(damage__page_of_the_newest_record__is_not_appended_to),
        CASE(meta__changed__is_format_or_damage),
        CASE(damage__foreign_environment__is_another_format),
        CASE(damage__file_taken_away__is_not_made_anew),
        CASE(damage__file_cut_anywhere__is_refused),
        CASE(damage__free_page_cut_off__is_no_damage),
        CASE(damage__meta_page__is_refused),
        CASE(damage__whole_page_overwritten__is_found),
        CASE(damage__bits_of_page_headers__never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
