/* sheet.h - an observation as people write it, to what json_to_command takes.
 *
 * Ratings stand beside the other fields under the name or number of their dimension, in
 * points with up to two decimals ("担当精神":85.5); the channel may be a name. Names come
 * from the scheme of the newest account and are asked for only when one is used.
 * Threads: none of its own.
 */
#ifndef YX_SHEET_H
#define YX_SHEET_H

#include "proto/answer.h"
#include <jansson.h>

/* Names by number: index 0 is number 1. */
typedef struct {
    char *dimensions[DIMENSIONS_MAX], *channels[CHANNELS_MAX];
    uint32_t dimension_count, channel_count;
} sheet_names_t;

/* Gives the names, asking for them the first time; NULL when they cannot be had. */
typedef const sheet_names_t *sheet_ask_fn(void *context);

/* Copies the names of an answer. STATUS_NO_MEMORY. */
status_t sheet_take_names(sheet_names_t *names, const groups_answer_t *answer);
void sheet_names_fini(sheet_names_t *names);

/* Turns dimensions into ratings and the channel into its number. STATUS_BAD_INPUT: a
 * field that is neither, or no number; STATUS_UNKNOWN_CHANNEL; the fault names it. */
status_t sheet_resolve(json_t *object, sheet_ask_fn *ask, void *context,
                       fault_t *fault);

#endif
