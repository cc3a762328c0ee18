/* backup_file.h - one file of a backup: head, records, tail; inner part of backup.h. */
#ifndef YX_STORAGE_BACKUP_FILE_H
#define YX_STORAGE_BACKUP_FILE_H

#include "storage/backup.h"

#include <stdio.h>

#define BACKUP_MAGIC     "yixian-backup" /* two zero bytes follow in the file */
#define BACKUP_FORMAT    1u
#define BACKUP_SUFFIX    ".yxb"
#define BACKUP_PART_NAME "part.yxb.new" /* being written */
#define BACKUP_NAME_MAX  64u

typedef struct {
    uint64_t first, last;
} backup_range_t;

/* The name of a range's file, and back; false: it is no backup file. */
void backup_name(const backup_range_t *range, char name[BACKUP_NAME_MAX]);
bool backup_range_of(const char *name, backup_range_t *range);

/* A file being written. Plain data; backup_file.c's own. */
typedef struct {
    FILE *stream;
    uint64_t next_seq; /* of the next record */
    uint8_t chain[RECORD_CHAIN_BYTES];
    uint8_t *room; /* RECORD_BYTES_MAX */
} backup_writer_t;

/* Begins a file in an open stream behind a record of that chain value. */
status_t backup_writer_begin(backup_writer_t *writer, FILE *stream,
                             const backup_range_t *range,
                             const uint8_t chain[RECORD_CHAIN_BYTES]);
/* Appends the next record. STATUS_DAMAGED: its chain value does not follow. */
status_t backup_writer_put(backup_writer_t *writer, const record_t *record,
                           const uint8_t chain[RECORD_CHAIN_BYTES]);
/* The tail; the stream is flushed and synced, not closed. */
status_t backup_writer_end(backup_writer_t *writer);

/* Reads a whole file and holds every record against the one before; `chain` is the value
 * before its first record and becomes that of its last. STATUS_DAMAGED with *bad_seq (0 =
 * head or tail), STATUS_FORMAT, STATUS_IO, STATUS_NO_MEMORY. */
status_t backup_file_read(FILE *stream, const backup_range_t *range,
                          uint8_t chain[RECORD_CHAIN_BYTES], backup_visitor *visit,
                          void *context, uint64_t *bad_seq);

#endif
