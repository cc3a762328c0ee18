/* backup.h - copies of ranges of the journal as plain files, and a journal from them.
 *
 * A backup folder holds files `FIRST-LAST.yxb` (20 digits each) that follow one another by
 * seq and by chain value; FORMAT.md section 7 tells the bytes. Each is written beside a
 * running broker, in short read transactions, and appears when it is whole and synced.
 * Every record is checked when it is written and again when it is read: sum, seq and
 * chain from the first record of the journal on.
 *
 * Threads    one at a time on a folder.
 */
#ifndef YX_STORAGE_BACKUP_H
#define YX_STORAGE_BACKUP_H

#include "storage/journal.h"

#define BACKUP_FILES_MAX   100000u
#define BACKUP_RECORDS_MAX 1000000u /* of one file */
#define BACKUP_MESSAGE_MAX 512u

typedef struct {
    uint64_t records; /* in the folder, from seq 1 */
    uint64_t added;   /* of these by this call */
    uint32_t files;
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of the newest */
    char message[BACKUP_MESSAGE_MAX];  /* what is wrong and where, when it failed */
} backup_result_t;

/* Called for every sound record in order; false ends the reading with STATUS_STOPPING. */
typedef bool backup_visitor(void *context, uint64_t seq, const record_t *record);

/* Verifies what the folder holds and visits every record on the way; statuses as
 * backup_verify. */
status_t backup_visit(const char *folder, backup_visitor *visit, void *context,
                      backup_result_t *result);

/* Verifies what the folder holds. STATUS_OK also when it is empty. STATUS_DAMAGED: a file
 * is not whole, a record is not sound, or two files do not follow one another;
 * STATUS_FORMAT: written by a later release; STATUS_IO, STATUS_NO_MEMORY. */
status_t backup_verify(const char *folder, backup_result_t *result);

/* Verifies, then adds what the journal has more, in files of at most BACKUP_RECORDS_MAX
 * records. STATUS_CONFLICT: the journal does not go on where the folder ends (it is
 * another one's, or was restored to an earlier time). Also STATUS_STORAGE_FULL. */
status_t backup_add(const char *folder, journal_t *journal, backup_result_t *result);

/* Verifies, then makes the data folder `path`, which must not exist, with a journal of
 * these records. It is built under `path`.part and renamed when it is whole. `finish` may
 * add files to that folder before (NULL = nothing to add). STATUS_NOT_FOUND: the backup
 * holds no record; STATUS_EXISTS: the folder or its part is there; journal_open's and
 * journal_append's statuses. */
typedef status_t backup_finish(void *context, const char *path);
status_t backup_restore(const char *folder, const char *path, uint64_t map_bytes,
                        backup_finish *finish, void *context, backup_result_t *result);

#endif
