/* backup_file.c - see backup_file.h. Integers are little-endian (FORMAT.md section 7). */
#include "storage/backup_file.h"

#include "proto/check.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_BYTES 72u
#define TAIL_BYTES 44u
#define DIGITS     20

void backup_name(const backup_range_t *range, char name[BACKUP_NAME_MAX])
{
    CHECK(range != NULL);
    int size =
        snprintf(name, BACKUP_NAME_MAX, "%020" PRIu64 "-%020" PRIu64 BACKUP_SUFFIX,
                 range->first, range->last);
    CHECK(size > 0 && (size_t)size < BACKUP_NAME_MAX);
}

bool backup_range_of(const char *name, backup_range_t *range)
{
    CHECK(name != NULL);
    char again[BACKUP_NAME_MAX];
    *range = (backup_range_t){ 0 };
    if (strlen(name) != 2 * DIGITS + 1 + sizeof BACKUP_SUFFIX - 1)
        return false;
    errno = 0;
    range->first = strtoull(name, NULL, 10);
    range->last = strtoull(name + DIGITS + 1, NULL, 10);
    if (errno != 0 || range->first == 0 || range->first > range->last)
        return false;
    backup_name(range, again);
    return strcmp(name, again) == 0;
}

static void put_64(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_64(const uint8_t *at)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static void put_32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

/* ---- writing ---- */

static status_t write_all(FILE *stream, const void *data, size_t size)
{
    if (fwrite(data, 1, size, stream) == size)
        return STATUS_OK;
    return errno == ENOSPC || errno == EDQUOT ? STATUS_STORAGE_FULL : STATUS_IO;
}

status_t backup_writer_begin(backup_writer_t *writer, FILE *stream,
                             const backup_range_t *range,
                             const uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(writer != NULL);
    CHECK(stream != NULL);
    uint8_t head[HEAD_BYTES] = BACKUP_MAGIC;
    *writer = (backup_writer_t){ .stream = stream, .next_seq = range->first };
    memcpy(writer->chain, chain, sizeof writer->chain);
    writer->room = malloc(RECORD_BYTES_MAX);
    if (writer->room == NULL)
        return STATUS_NO_MEMORY;
    put_32(head + 16, BACKUP_FORMAT);
    put_64(head + 24, range->first);
    put_64(head + 32, range->last);
    memcpy(head + 40, chain, RECORD_CHAIN_BYTES);
    return write_all(stream, head, sizeof head);
}

status_t backup_writer_put(backup_writer_t *writer, const record_t *record,
                           const uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(writer != NULL);
    CHECK(record != NULL);
    size_t size = record_size(record);
    CHECK(size <= RECORD_BYTES_MAX);
    record_encode(record, writer->next_seq, writer->chain, writer->room);
    if (memcmp(writer->chain, chain, RECORD_CHAIN_BYTES) != 0)
        return STATUS_DAMAGED;
    uint8_t length[4];
    put_32(length, (uint32_t)size);
    status_t status = write_all(writer->stream, length, sizeof length);
    if (status == STATUS_OK)
        status = write_all(writer->stream, writer->room, size);
    writer->next_seq++;
    return status;
}

status_t backup_writer_end(backup_writer_t *writer)
{
    CHECK(writer != NULL);
    uint8_t tail[TAIL_BYTES] = { 0 };
    put_64(tail + 4, writer->next_seq - 1);
    memcpy(tail + 12, writer->chain, RECORD_CHAIN_BYTES);
    status_t status = write_all(writer->stream, tail, sizeof tail);
    if (status == STATUS_OK &&
        (fflush(writer->stream) != 0 || fsync(fileno(writer->stream)) != 0))
        status = errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_IO;
    free(writer->room);
    writer->room = NULL;
    return status;
}

/* ---- reading ---- */

typedef struct {
    FILE *stream;
    uint8_t *room;
    uint8_t *chain;
    uint64_t seq;
    backup_visitor *visit;
    void *context;
} reading_t;

static status_t read_all(FILE *stream, void *data, size_t size)
{
    if (fread(data, 1, size, stream) == size)
        return STATUS_OK;
    return ferror(stream) != 0 ? STATUS_IO : STATUS_DAMAGED;
}

static status_t read_head(const reading_t *reading, const backup_range_t *range)
{
    static const uint8_t magic[16] = BACKUP_MAGIC;
    uint8_t head[HEAD_BYTES];
    status_t status = read_all(reading->stream, head, sizeof head);
    if (status != STATUS_OK)
        return status;
    if (memcmp(head, magic, sizeof magic) != 0)
        return STATUS_DAMAGED;
    if (get_32(head + 16) != BACKUP_FORMAT)
        return STATUS_FORMAT;
    bool same = get_64(head + 24) == range->first && get_64(head + 32) == range->last &&
                memcmp(head + 40, reading->chain, RECORD_CHAIN_BYTES) == 0;
    return same ? STATUS_OK : STATUS_DAMAGED;
}

/* Length and record; a length of 0 is the tail's. */
static status_t read_record(reading_t *reading)
{
    uint8_t length[4], stored[RECORD_CHAIN_BYTES];
    record_t record;
    status_t status = read_all(reading->stream, length, sizeof length);
    if (status != STATUS_OK)
        return status;
    uint32_t size = get_32(length);
    if (size == 0 || size > RECORD_BYTES_MAX)
        return STATUS_DAMAGED;
    status = read_all(reading->stream, reading->room, size);
    if (status == STATUS_OK)
        status = record_decode(reading->room, size, reading->seq, &record, stored);
    if (status == STATUS_OK)
        status = record_verify_chain(&record, reading->seq, reading->chain, stored);
    if (status != STATUS_OK)
        return status;
    memcpy(reading->chain, stored, sizeof stored);
    bool more = reading->visit == NULL ||
                reading->visit(reading->context, reading->seq, &record);
    return more ? STATUS_OK : STATUS_STOPPING;
}

static status_t read_tail(const reading_t *reading, const backup_range_t *range)
{
    uint8_t tail[TAIL_BYTES];
    status_t status = read_all(reading->stream, tail, sizeof tail);
    if (status != STATUS_OK)
        return status;
    bool same = get_32(tail) == 0 && get_64(tail + 4) == range->last &&
                memcmp(tail + 12, reading->chain, RECORD_CHAIN_BYTES) == 0 &&
                fgetc(reading->stream) == EOF;
    return same ? STATUS_OK : STATUS_DAMAGED;
}

status_t backup_file_read(FILE *stream, const backup_range_t *range,
                          uint8_t chain[RECORD_CHAIN_BYTES], backup_visitor *visit,
                          void *context, uint64_t *bad_seq)
{
    CHECK(stream != NULL);
    CHECK(range != NULL && range->first >= 1);
    CHECK(bad_seq != NULL);
    reading_t reading = { .stream = stream,
                          .room = malloc(RECORD_BYTES_MAX),
                          .chain = chain,
                          .visit = visit,
                          .context = context };
    *bad_seq = 0;
    if (reading.room == NULL)
        return STATUS_NO_MEMORY;
    status_t status = read_head(&reading, range);
    for (uint64_t seq = range->first; status == STATUS_OK && seq <= range->last;
         seq++) {
        reading.seq = seq;
        status = read_record(&reading);
        if (status != STATUS_OK)
            *bad_seq = seq;
    }
    if (status == STATUS_OK)
        status = read_tail(&reading, range);
    free(reading.room);
    return status;
}
