/* records.h - journal records made from a number, for tests of storage.
 *
 * The same seed and seq always give the same record, so that a model of a journal is
 * one number. Threads: none of its own.
 */
#ifndef YX_TESTS_RECORDS_H
#define YX_TESTS_RECORDS_H

#include "storage/journal.h"

#define RECORDS_HUGE_EVERY 97u /* about one record in so many is of the largest size */

typedef struct {
    record_t record; /* points into the two below */
    uint8_t public_part[PUBLIC_BYTES_MAX], private_part[PRIVATE_BYTES_MAX];
} record_sample_t;

uint64_t records_random(uint64_t *state);
/* A record of 260 to 700 bytes, now and then none or a huge one. */
void records_make(uint64_t seed, uint64_t seq, record_sample_t *sample);
bool records_equal(const record_t *a, const record_t *b);

/* Appends `count` records from `seed`, numbered on from the head, as one batch. */
status_t records_append(journal_t *journal, uint64_t seed, size_t count);

/* Reads from seq 1 and compares with the seed: the number of good records; *status is
 * what ended the reading. */
uint64_t records_count_good(journal_t *journal, uint64_t seed, status_t *status);

#endif
