/* Goal: a record comes back as it was written, every damaged bit is seen, and the bytes
 * are those of FORMAT.md for ever. Method: samples, every single bit flipped, and one
 * record built by hand from the document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/record.h"
#include "tests/support/records.h"
#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define HEADER_BYTES 56u
#define TAIL_BYTES   40u

static const uint8_t zero_chain[RECORD_CHAIN_BYTES];

/* Sums a changed record anew, as a later release or a forger would. */
static void sum_anew(uint8_t *bytes, size_t size)
{
    uint64_t sum = XXH3_64bits(bytes, size - 8);
    memcpy(bytes + size - 8, &sum, 8);
}

static uint8_t *encode(const record_t *record, uint64_t seq, size_t *size,
                       uint8_t chain[RECORD_CHAIN_BYTES])
{
    *size = record_size(record);
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    record_encode(record, seq, chain, bytes);
    return bytes;
}

/* A small record, the same one in every test that changes bytes. */
static record_t small_record(void)
{
    static const uint8_t public_part[] = "public", private_part[] = "private";
    return (record_t){ .time_ms = 0x0102030405060708,
                       .instance = 0x1112131415161718,
                       .number = 0x2122232425262728,
                       .key = 0x31323334,
                       .verdict = 0x41424344,
                       .link_count = 1,
                       .links = { { 0x5152535455565758, 0x61626364, 0x71727374 } },
                       .public_part = public_part,
                       .public_size = 6,
                       .private_part = private_part,
                       .private_size = 7 };
}

static void record__encoded_and_decoded__is_the_same(void **unused)
{
    (void)unused;
    record_sample_t *sample = malloc(sizeof *sample);
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 }, stored[RECORD_CHAIN_BYTES];
    for (uint64_t seq = 1; seq <= 600; seq++) {
        records_make(7, seq, sample);
        size_t size;
        uint8_t *bytes = encode(&sample->record, seq, &size, chain);
        assert_true(size <= RECORD_BYTES_MAX);
        record_t back;
        assert_int_equal(record_decode(bytes, size, seq, &back, stored), STATUS_OK);
        assert_true(records_equal(&back, &sample->record));
        assert_memory_equal(stored, chain, sizeof chain);
        free(bytes);
    }
    free(sample);
}

static void record__largest_parts_and_links__fits_the_limit(void **unused)
{
    (void)unused;
    record_sample_t *sample = calloc(1, sizeof *sample);
    sample->record = (record_t){ .link_count = RECORD_LINKS_MAX,
                                 .public_part = sample->public_part,
                                 .public_size = PUBLIC_BYTES_MAX,
                                 .private_part = sample->private_part,
                                 .private_size = PRIVATE_BYTES_MAX };
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&sample->record, UINT64_MAX, &size, chain);
    record_t back;
    assert_true(size <= RECORD_BYTES_MAX);
    assert_int_equal(record_decode(bytes, size, UINT64_MAX, &back, NULL), STATUS_OK);
    assert_true(records_equal(&back, &sample->record));
    free(bytes);
    free(sample);
}

static uint8_t *put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

/* The bytes of small_record() as FORMAT.md section 3 describes them. */
static size_t build_by_hand(uint64_t seq, const uint8_t previous[RECORD_CHAIN_BYTES],
                            uint8_t *out)
{
    uint8_t hashed[256];
    memcpy(hashed, previous, RECORD_CHAIN_BYTES);
    uint8_t *at = hashed + RECORD_CHAIN_BYTES;
    at = put(at, 1, 1);
    at = put(at, 0, 1);
    at = put(at, 1, 2);
    at = put(at, 0x31323334, 4);
    at = put(at, seq, 8);
    at = put(at, 0x0102030405060708, 8);
    at = put(at, 0x1112131415161718, 8);
    at = put(at, 0x2122232425262728, 8);
    at = put(at, 0x41424344, 4);
    at = put(at, 0, 4);
    at = put(at, 6, 4);
    at = put(at, 7, 4);
    at = put(at, 0x5152535455565758, 8);
    at = put(at, 0x61626364, 4);
    at = put(at, 0x71727374, 4);
    memcpy(at, "publicprivate", 13);
    at += 13;
    size_t size = (size_t)(at - hashed) - RECORD_CHAIN_BYTES;
    memcpy(out, hashed + RECORD_CHAIN_BYTES, size);
    assert_int_equal(crypto_generichash(out + size, RECORD_CHAIN_BYTES, hashed,
                                        RECORD_CHAIN_BYTES + size, NULL, 0),
                     0);
    size += RECORD_CHAIN_BYTES;
    (void)put(out + size, XXH3_64bits(out, size), 8);
    return size + 8;
}

static void record__by_the_document__has_these_bytes(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES], expected[256];
    for (unsigned i = 0; i < RECORD_CHAIN_BYTES; i++)
        chain[i] = (uint8_t)i;
    size_t wanted = build_by_hand(0x8182838485868788, chain, expected), size;
    uint8_t *bytes = encode(&record, 0x8182838485868788, &size, chain);
    assert_int_equal(size, wanted);
    assert_memory_equal(bytes, expected, size);
    /* the last 40 bytes as they were when version 1 was fixed */
    char hex[2 * TAIL_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, bytes + size - TAIL_BYTES, TAIL_BYTES);
    assert_string_equal(hex, "babe94c36e03007f80572a47723d1343620684dabe3798b6"
                             "de4de6f05735f51c450ebe8d6bf9a661");
    free(bytes);
}

static void record__any_bit_flipped__is_damaged(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 5, &size, chain);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        record_t back;
        assert_int_equal(record_decode(bytes, size, 5, &back, chain), STATUS_DAMAGED);
        assert_null(back.public_part);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(bytes);
}

static void record__cut_at_any_byte__is_damaged(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 5, &size, chain);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *shorter = malloc(cut + 1); /* so that reading beyond is seen */
        memcpy(shorter, bytes, cut);
        record_t back;
        assert_int_equal(record_decode(shorter, cut, 5, &back, NULL), STATUS_DAMAGED);
        free(shorter);
    }
    free(bytes);
}

static void record__under_another_seq__is_damaged(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 5, &size, chain);
    record_t back;
    assert_int_equal(record_decode(bytes, size, 6, &back, NULL), STATUS_DAMAGED);
    assert_int_equal(record_decode(bytes, size, 5, &back, NULL), STATUS_OK);
    free(bytes);
}

static void record__of_a_later_release__is_another_format(void **unused)
{
    (void)unused;
    static const struct {
        size_t offset;
        uint8_t value;
    } changes[] = {
        { 0, 2 },                    /* version */
        { 1, 1 },                    /* flag: sealed private part */
        { 2, RECORD_LINKS_MAX + 1 }, /* links */
        { 44, 1 },                   /* further verdict bits */
        { 50, 1 },                   /* a public part of more than 64 KiB */
        { 54, 1 },                   /* a private part likewise */
    };
    const record_t record = small_record();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
        size_t size;
        uint8_t *bytes = encode(&record, 5, &size, chain);
        bytes[changes[i].offset] = changes[i].value;
        sum_anew(bytes, size);
        record_t back;
        assert_int_equal(record_decode(bytes, size, 5, &back, NULL), STATUS_FORMAT);
        free(bytes);
    }
}

static void record__sizes_that_do_not_add_up__is_damaged(void **unused)
{
    (void)unused;
    static const size_t offsets[] = { 2, 48, 52 };
    const record_t record = small_record();
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
        size_t size;
        uint8_t *bytes = encode(&record, 5, &size, chain);
        bytes[offsets[i]]++;
        sum_anew(bytes, size);
        record_t back;
        assert_int_equal(record_decode(bytes, size, 5, &back, NULL), STATUS_DAMAGED);
        free(bytes);
    }
}

static void chain__of_the_record__is_verified(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 1, &size, chain);
    assert_int_equal(record_verify_chain(&record, 1, zero_chain, chain), STATUS_OK);
    assert_int_equal(record_verify_chain(&record, 2, zero_chain, chain),
                     STATUS_DAMAGED);
    assert_int_equal(record_verify_chain(&record, 1, chain, chain), STATUS_DAMAGED);
    free(bytes);
}

static void chain__any_field_changed__does_not_follow(void **unused)
{
    (void)unused;
    const record_t record = small_record();
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 1, &size, chain);
    record_t changed[8];
    for (size_t i = 0; i < 8; i++)
        changed[i] = record;
    changed[0].time_ms++;
    changed[1].instance++;
    changed[2].number++;
    changed[3].key++;
    changed[4].verdict++;
    changed[5].links[0].kind++;
    changed[6].public_size--;
    changed[7].private_part = record.public_part;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(record_verify_chain(&changed[i], 1, zero_chain, chain),
                         STATUS_DAMAGED);
    free(bytes);
}

/* Moving the border between the parts keeps the bytes but not the sizes. */
static void chain__border_between_parts_moved__does_not_follow(void **unused)
{
    (void)unused;
    static const uint8_t both[] = "publicprivate";
    record_t record = small_record();
    record.public_part = both;
    record.private_part = both + 6;
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    size_t size;
    uint8_t *bytes = encode(&record, 1, &size, chain);
    assert_int_equal(record_verify_chain(&record, 1, zero_chain, chain), STATUS_OK);
    record.public_size++;
    record.private_part++;
    record.private_size--;
    assert_int_equal(record_verify_chain(&record, 1, zero_chain, chain),
                     STATUS_DAMAGED);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record__encoded_and_decoded__is_the_same),
        cmocka_unit_test(record__largest_parts_and_links__fits_the_limit),
        cmocka_unit_test(record__by_the_document__has_these_bytes),
        cmocka_unit_test(record__any_bit_flipped__is_damaged),
        cmocka_unit_test(record__cut_at_any_byte__is_damaged),
        cmocka_unit_test(record__under_another_seq__is_damaged),
        cmocka_unit_test(record__of_a_later_release__is_another_format),
        cmocka_unit_test(record__sizes_that_do_not_add_up__is_damaged),
        cmocka_unit_test(chain__of_the_record__is_verified),
        cmocka_unit_test(chain__any_field_changed__does_not_follow),
        cmocka_unit_test(chain__border_between_parts_moved__does_not_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
