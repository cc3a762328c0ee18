/* xlsx_zip.c - see xlsx_zip.h. */
#include "clients/sheets/xlsx_zip.h"

#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The end of an archive: a record of 22 bytes and a comment of at most 65,535. */
#define END_BYTES   22u
#define TAIL_BYTES  (END_BYTES + 65535u)
#define END_ENTRIES 10u /* where the record has the number of entries */

/* Entries of the archive as its last record counts them; -1 without such a record. */
static int entries_of(const uint8_t *tail, size_t size)
{
    static const uint8_t mark[4] = { 'P', 'K', 5, 6 };
    for (size_t at = size >= END_BYTES ? size - END_BYTES + 1 : 0; at-- > 0;) {
        if (memcmp(tail + at, mark, sizeof mark) == 0)
            return tail[at + END_ENTRIES] | tail[at + END_ENTRIES + 1] << 8;
    }
    return -1;
}

static sheet_reason_t look_at_end(const char *path)
{
    uint8_t tail[TAIL_BYTES];
    struct stat info;
    sheet_reason_t reason = REASON_NOT_FOUND;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return reason;
    if (fstat(file, &info) == 0) {
        off_t from =
            info.st_size > (off_t)sizeof tail ? info.st_size - (off_t)sizeof tail : 0;
        ssize_t size = pread(file, tail, sizeof tail, from);
        int entries = size > 0 ? entries_of(tail, (size_t)size) : -1;
        bool whole = entries > 0 && entries <= (int)XLSX_ENTRIES_MAX;
        reason = whole ? REASON_NONE : REASON_DAMAGED_FILE;
    }
    (void)close(file); /* read only */
    return reason;
}

static sheet_reason_t reason_of(int error)
{
    switch (error) {
    case ZIP_ER_MEMORY:
        return REASON_NO_MEMORY;
    case ZIP_ER_OPEN:
    case ZIP_ER_NOENT:
        return REASON_NOT_FOUND;
    default:
        return REASON_DAMAGED_FILE;
    }
}

zip_t *xlsx_zip_open(const char *path, sheet_reason_t *reason)
{
    CHECK(path != NULL && reason != NULL);
    int error = ZIP_ER_OK;
    *reason = look_at_end(path);
    if (*reason != REASON_NONE)
        return NULL;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &error);
    if (zip == NULL)
        *reason = reason_of(error);
    return zip;
}

void xlsx_zip_close(zip_t **zip)
{
    CHECK(zip != NULL);
    if (*zip != NULL)
        zip_discard(*zip);
    *zip = NULL;
}

bool xlsx_zip_find(zip_t *zip, const char *name, xlsx_entry_t *entry)
{
    CHECK(zip != NULL && name != NULL && entry != NULL);
    const zip_uint64_t wanted =
        ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    zip_stat_t info;
    *entry = (xlsx_entry_t){ .index = 0 };
    if (zip_stat(zip, name, ZIP_FL_NOCASE, &info) != 0 ||
        (info.valid & wanted) != wanted ||
        (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE))
        return false;
    *entry = (xlsx_entry_t){ .index = info.index,
                             .packed_bytes = info.comp_size,
                             .unpacked_bytes = info.size };
    return true;
}
