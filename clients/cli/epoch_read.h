/* epoch_read.h - an epoch as its records tell it: parts joined, hash looked at.
 *
 * The broker writes parts in order; a draft that was begun anew starts with part 0
 * again, and only the last run counts. Texts borrow from the epoch's own arena.
 * Threads: one.
 */
#ifndef YX_EPOCH_READ_H
#define YX_EPOCH_READ_H

#include "clients/cli/session.h"

#define EPOCH_PARTS_MAX 65536u

typedef struct {
    arena_t *arena;
    const epoch_part_t **parts; /* in order */
    uint32_t part_count;
    uint8_t hash[HASH_BYTES];     /* of the parts as read */
    uint8_t proposed[HASH_BYTES]; /* as the journal has it */
    bool is_proposed, hash_fits;
} epoch_read_t;

/* Asks for all records of the epoch. Refusals are told. */
exit_t epoch_read(session_t *session, text_t code, epoch_read_t *epoch);
void epoch_read_fini(epoch_read_t *epoch);

/* The fit of a dimension of a group, NULL = there is none. */
const epoch_fit_t *epoch_read_fit(const epoch_read_t *epoch, text_t group,
                                  uint32_t dimension);

#endif
