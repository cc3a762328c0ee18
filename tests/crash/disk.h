/* disk.h - a disk that may forget: what a recorded process's files can be after a crash.
 *
 * The model (README.md beside this file): what stands between a write and the next sync
 * of its file may be there whole, in part (sectors of 512 bytes) or not at all, each
 * write for itself; names in a folder (made, renamed, removed) become durable in their
 * order, each folder for itself, and surely only by a sync of the folder.
 *
 * disk_step() feeds entry after entry; what is sure is applied once, what is pending
 * stays open. disk_image() applies one choice among the pending and gives the files.
 *
 * Threads: one owner. Everything ends the test when it fails. Borrows the log.
 */
#ifndef YX_TESTS_DISK_H
#define YX_TESTS_DISK_H

#include "tests/support/faults/record.h"

#define DISK_SECTOR_BYTES 512u
#define DISK_PENDING_MAX  2048u
#define DISK_FILES_MAX    64u
#define DISK_PATH_MAX     160u

typedef struct disk disk_t;

/* What becomes of one pending operation. TORN and GROWN are for writes; others are then
 * left out. */
enum {
    FATE_LOST = 0,
    FATE_KEPT,
    FATE_TORN, /* some of its sectors, drawn from `seed` */
    FATE_GROWN /* the file's new size, but zeros where the bytes should be */
};

typedef struct {
    uint64_t seed;
    uint8_t fates[DISK_PENDING_MAX];
} choice_t;

typedef struct {
    char path[DISK_PATH_MAX]; /* below the root */
    bool folder;
    const uint8_t *bytes; /* borrowed until the next call */
    size_t size;
} disk_file_t;

typedef struct {
    disk_file_t files[DISK_FILES_MAX]; /* a folder before what is in it */
    uint32_t count;
} image_t;

/* Without `write_through` the disk takes O_DSYNC for nothing. */
disk_t *disk_create(bool write_through);
void disk_destroy(disk_t **disk);
/* The entry is under way: what it syncs is not yet sure, what was before it is. */
void disk_step(disk_t *disk, const record_entry_t *entry);
uint32_t disk_pending(const disk_t *disk);
/* Whether pending operation i is a write. */
bool disk_pending_write(const disk_t *disk, uint32_t i);
void disk_image(disk_t *disk, const choice_t *choice, image_t *image);

/* The same fixed sequence from the same state, on every machine. */
uint64_t disk_random(uint64_t *state);

#endif
