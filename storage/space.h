/* space.h - room on the disk: low-water mark and ballast (law 7).
 *
 * Below the low-water mark new commands get STATUS_STORAGE_FULL while reads go on. The
 * ballast file holds the room of two maximal batches for what is in flight; it is
 * given up once, when an append meets a full disk, and made anew when room is back.
 *
 * Threads    space_low: any; the others: the committer only.
 */
#ifndef YX_STORAGE_SPACE_H
#define YX_STORAGE_SPACE_H

#include "proto/status.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct space space_t;

typedef struct {
    uint64_t low_water_bytes; /* free bytes that must stay */
    uint64_t ballast_bytes;
} space_options_t;

/* Makes the ballast in folder `path` if there is room. STATUS_IO, STATUS_NO_MEMORY;
 * a disk without room for it is STATUS_OK and low. */
status_t space_open(const char *path, const space_options_t *options, space_t **space);
void space_close(space_t **space);
/* Whether free room is under the mark or the ballast is gone; refreshed by
 * space_refresh(), so that asking costs nothing. */
bool space_low(const space_t *space);
/* Measures anew and remakes a ballast that was given up once there is room for it and
 * the mark. STATUS_IO. */
status_t space_refresh(space_t *space);
/* Gives the ballast up. false when it was gone already. */
bool space_release(space_t *space);
uint64_t space_free_bytes(const space_t *space);
void space_set_low_water(space_t *space, uint64_t low_water_bytes);

#endif
