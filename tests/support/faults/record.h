/* record.h - the log that the recording shim keeps of what a process does to one folder.
 *
 * A test that is linked with the shim maps a shared piece of memory and gives it to
 * record_begin(); children made by fork() write to the same log. Every change of a file
 * or folder below the root is one entry, written after the call returned, in the order
 * of the calls; an entry without success is not written. Pages that are written through
 * a mapping are not seen (LMDB here maps its data file for reading only). Streams of
 * stdio are seen when they are flushed or closed.
 *
 * Threads: calls may come from any; entries of one moment come in any order.
 */
#ifndef YX_TESTS_RECORD_H
#define YX_TESTS_RECORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RECORD_ROOT = 1, /* file: the root's number */
    RECORD_LINK, /* file under the name `bytes` in `folder`; value 1: it is a folder */
    RECORD_UNLINK, /* the name `bytes` in `folder` */
    RECORD_RENAME, /* `bytes`: two names with their zeros; offset: the second's folder */
    RECORD_WRITE,  /* `bytes` at offset of file; value 1: synced by the call itself */
    RECORD_RESIZE, /* file has offset bytes; value 1: only if that is more */
    RECORD_SYNC,   /* file or folder; value 1: a folder */
    RECORD_MARK    /* the workload's own: value and bytes */
};

typedef struct {
    uint32_t kind, size; /* of bytes; the next entry follows on a multiple of 8 */
    uint64_t file, folder, offset, value;
    uint8_t bytes[];
} record_entry_t;

typedef struct {
    uint64_t room; /* bytes of `entries` */
    atomic_uint_fast64_t used;
    atomic_uint overflow; /* entries that had no room: the recording is void */
    _Alignas(record_entry_t) uint8_t entries[];
} record_log_t;

/* Begins to record what happens below `root` (an existing, empty folder). */
void record_begin(record_log_t *log, const char *root);
void record_end(void);
void record_mark(uint64_t value, const void *bytes, size_t size);
/* While true every sync of this process does nothing at all and O_DSYNC is left out: for
 * a checker, whose files need not outlive the machine. */
void record_skip_syncs(bool skip);

#endif
