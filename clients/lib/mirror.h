/* mirror.h - a watcher's copy of a view: whole views and differences in, rows out.
 *
 * Pure: sends nothing and reads no clock. Rows stand as the broker lists them: ranked
 * ones by rank, equal ranks and those not ranked by code, byte by byte. A difference
 * that does not fit the version held is a hole; the copy stays as it was and the caller
 * asks for the whole view. Parts become visible together. Threads: one owner.
 */
#ifndef YX_MIRROR_H
#define YX_MIRROR_H

#include "proto/answer.h"

typedef struct mirror mirror_t;

typedef enum {
    MIRROR_PARTLY,  /* more parts are to come */
    MIRROR_CHANGED, /* the view is that of a newer version */
    MIRROR_HOLE,    /* something is missing in between: ask for the whole view */
    MIRROR_NO_MEMORY
} mirror_taken_t;

/* NULL when memory is short. */
mirror_t *mirror_create(void);
void mirror_destroy(mirror_t **mirror);

/* Takes one part; copies what it keeps. */
mirror_taken_t mirror_take(mirror_t *mirror, const delta_t *delta);
/* Forgets the view; the next difference is a hole. */
void mirror_clear(mirror_t *mirror);

/* 0 = nothing is held yet. */
uint64_t mirror_version(const mirror_t *mirror);
/* The view as of mirror_version; rows and texts are the mirror's own until the next
 * mirror_take or mirror_clear. */
const board_answer_t *mirror_board(const mirror_t *mirror);
/* The row of a subject, or NULL. O(log rows). */
const board_row_t *mirror_find(const mirror_t *mirror, text_t subject);

#endif
