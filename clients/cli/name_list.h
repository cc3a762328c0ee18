/* name_list.h - names of dimensions and channels by their numbers, as yx groups tells.
 *
 * Threads: one owner.
 */
#ifndef YX_NAME_LIST_H
#define YX_NAME_LIST_H

#include "clients/cli/session.h"

typedef struct {
    char names[DIMENSIONS_MAX][LABEL_BYTES_MAX + 1]; /* of number i + 1; may be empty */
} name_list_t;
_Static_assert(DIMENSIONS_MAX == CHANNELS_MAX, "one list serves both");

typedef struct {
    name_list_t dimensions, channels;
} names_t;

/* Asks the broker for those of the newest account; without an answer they stay empty. */
void names_ask(session_t *session, names_t *names);
/* "" when there is none. */
const char *name_list_of(const name_list_t *list, uint32_t number);

#endif
