/* backup.c - see backup.h. */
#include "storage/backup.h"

#include "proto/check.h"
#include "storage/backup_file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const char *folder;
    backup_range_t *ranges; /* in order */
    uint32_t count, room;
    backup_result_t *result;
} listing_t;

static status_t complain(backup_result_t *result, status_t status, const char *file,
                         const char *what)
{
    (void)snprintf(result->message, sizeof result->message, "%.400s: %s", file,
                   what); /* a cut message still begins with the place */
    return status;
}

static status_t status_of_errno(int error)
{
    if (error == ENOSPC || error == EDQUOT)
        return STATUS_STORAGE_FULL;
    if (error == ENOMEM)
        return STATUS_NO_MEMORY;
    return error == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

static status_t path_of(const char *folder, const char *name, char path[PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return size > 0 && size < PATH_MAX ? STATUS_OK : STATUS_IO;
}

/* ---- what the folder holds ---- */

static status_t keep(listing_t *listing, const backup_range_t *range)
{
    if (listing->count == BACKUP_FILES_MAX)
        return complain(listing->result, STATUS_TOO_LARGE, listing->folder,
                        "too many files");
    if (listing->count == listing->room) {
        uint32_t room = listing->room == 0 ? 64 : 2 * listing->room;
        backup_range_t *ranges = realloc(listing->ranges, room * sizeof *ranges);
        if (ranges == NULL)
            return STATUS_NO_MEMORY;
        listing->ranges = ranges;
        listing->room = room;
    }
    listing->ranges[listing->count++] = *range;
    return STATUS_OK;
}

static int by_first(const void *a, const void *b)
{
    uint64_t x = ((const backup_range_t *)a)->first;
    uint64_t y = ((const backup_range_t *)b)->first;
    return (x > y) - (x < y);
}

static status_t list_files(listing_t *listing)
{
    DIR *stream = opendir(listing->folder);
    if (stream == NULL)
        return complain(listing->result, status_of_errno(errno), listing->folder,
                        strerror(errno));
    status_t status = STATUS_OK;
    const struct dirent *entry;
    backup_range_t range;
    while (status == STATUS_OK && (entry = readdir(stream)) != NULL) {
        if (backup_range_of(entry->d_name, &range))
            status = keep(listing, &range);
    }
    CHECK(closedir(stream) == 0);
    if (listing->count > 1)
        qsort(listing->ranges, listing->count, sizeof *listing->ranges, by_first);
    return status;
}

static status_t read_file(const listing_t *listing, const backup_range_t *range,
                          backup_visitor *visit, void *context)
{
    char name[BACKUP_NAME_MAX], path[PATH_MAX], what[128] = "head or tail is damaged";
    backup_result_t *result = listing->result;
    uint64_t bad_seq = 0;
    backup_name(range, name);
    if (range->first != result->records + 1)
        return complain(result, STATUS_DAMAGED, name,
                        "does not follow the file before it");
    status_t status = path_of(listing->folder, name, path);
    FILE *stream = status == STATUS_OK ? fopen(path, "rbe") : NULL;
    if (stream == NULL)
        return complain(result, errno == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO, name,
                        strerror(errno));
    status = backup_file_read(stream, range, result->chain, visit, context, &bad_seq);
    (void)fclose(stream); /* read only */
    if (bad_seq != 0)
        (void)snprintf(what, sizeof what, "record %" PRIu64 ": %s", bad_seq,
                       status_text(status));
    if (status != STATUS_OK)
        return complain(result, status, name, what);
    result->records = range->last;
    result->files++;
    return STATUS_OK;
}

status_t backup_visit(const char *folder, backup_visitor *visit, void *context,
                      backup_result_t *result)
{
    CHECK(folder != NULL);
    CHECK(result != NULL);
    *result = (backup_result_t){ 0 };
    listing_t listing = { .folder = folder, .result = result };
    status_t status = list_files(&listing);
    for (uint32_t i = 0; i < listing.count && status == STATUS_OK; i++)
        status = read_file(&listing, &listing.ranges[i], visit, context);
    free(listing.ranges);
    return status;
}

status_t backup_verify(const char *folder, backup_result_t *result)
{
    return backup_visit(folder, NULL, NULL, result);
}

/* ---- adding ---- */

typedef struct {
    backup_writer_t writer;
    status_t status;
} adding_t;

static bool put_record(void *context, uint64_t seq, const record_t *record,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    adding_t *adding = context;
    CHECK(seq == adding->writer.next_seq);
    adding->status = backup_writer_put(&adding->writer, record, chain);
    return adding->status == STATUS_OK;
}

static status_t copy_range(adding_t *adding, journal_reader_t *reader,
                           const backup_range_t *range)
{
    uint64_t next = range->first;
    while (next <= range->last) {
        uint64_t left = range->last - next + 1, before = next;
        uint32_t limit = left < JOURNAL_PAGE_MAX ? (uint32_t)left : JOURNAL_PAGE_MAX;
        status_t status = journal_read(reader, next, limit, put_record, adding, &next);
        if (adding->status != STATUS_OK || status != STATUS_OK)
            return adding->status != STATUS_OK ? adding->status : status;
        if (next == before)
            return STATUS_DAMAGED; /* the head is further on, but nothing is here */
    }
    return STATUS_OK;
}

static status_t sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    status_t status = fsync(fd) == 0 ? STATUS_OK : status_of_errno(errno);
    CHECK(close(fd) == 0);
    return status;
}

static status_t put_in_place(const char *folder, const char *part,
                             const backup_range_t *range)
{
    char name[BACKUP_NAME_MAX], path[PATH_MAX];
    backup_name(range, name);
    status_t status = path_of(folder, name, path);
    if (status == STATUS_OK && rename(part, path) != 0)
        status = status_of_errno(errno);
    return status == STATUS_OK ? sync_folder(folder) : status;
}

static status_t add_file(const char *folder, journal_reader_t *reader,
                         const backup_range_t *range, backup_result_t *result)
{
    char part[PATH_MAX];
    adding_t adding = { .status = STATUS_OK };
    status_t status = path_of(folder, BACKUP_PART_NAME, part);
    FILE *stream = status == STATUS_OK ? fopen(part, "wbe") : NULL;
    if (stream == NULL)
        return complain(result, status_of_errno(errno), folder, strerror(errno));
    status = fchmod(fileno(stream), 0600) == 0 ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK)
        status = backup_writer_begin(&adding.writer, stream, range, result->chain);
    if (status == STATUS_OK)
        status = copy_range(&adding, reader, range);
    status_t ended = backup_writer_end(&adding.writer);
    status = status == STATUS_OK ? ended : status;
    if (fclose(stream) != 0 && status == STATUS_OK)
        status = status_of_errno(errno);
    if (status == STATUS_OK)
        status = put_in_place(folder, part, range);
    if (status != STATUS_OK) {
        (void)unlink(part); /* void without a tail anyway */
        return complain(result, status, folder, status_text(status));
    }
    memcpy(result->chain, adding.writer.chain, sizeof result->chain);
    result->added += range->last - range->first + 1;
    result->records = range->last;
    result->files++;
    return STATUS_OK;
}

static bool note_chain(void *context, uint64_t seq, const record_t *record,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    (void)seq;
    (void)record;
    memcpy(context, chain, RECORD_CHAIN_BYTES);
    return false;
}

/* The newest record of the folder must be in the journal, with the same history. */
static status_t check_meeting(journal_t *journal, journal_reader_t *reader,
                              const char *folder, backup_result_t *result)
{
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    uint64_t next = 0;
    if (result->records == 0)
        return STATUS_OK;
    status_t status = STATUS_CONFLICT;
    if (result->records <= journal_head(journal))
        status = journal_read(reader, result->records, 1, note_chain, chain, &next);
    if (status == STATUS_OK && memcmp(chain, result->chain, sizeof chain) != 0)
        status = STATUS_CONFLICT;
    if (status == STATUS_CONFLICT)
        (void)complain(result, status, folder,
                       "the journal does not go on where this backup ends");
    return status;
}

status_t backup_add(const char *folder, journal_t *journal, backup_result_t *result)
{
    CHECK(journal != NULL);
    journal_reader_t *reader = NULL;
    status_t status = backup_verify(folder, result);
    if (status == STATUS_OK)
        status = journal_reader_create(journal, &reader);
    if (status == STATUS_OK)
        status = check_meeting(journal, reader, folder, result);
    uint64_t head = journal_head(journal);
    while (status == STATUS_OK && result->records < head) {
        backup_range_t range = { .first = result->records + 1, .last = head };
        if (range.last - range.first >= BACKUP_RECORDS_MAX)
            range.last = range.first + BACKUP_RECORDS_MAX - 1;
        status = add_file(folder, reader, &range, result);
    }
    journal_reader_destroy(&reader);
    return status;
}
