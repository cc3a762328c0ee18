/* lists.h - short lists kept in the table `nodes`, and labels kept in `words`.
 *
 * A list is the index of its first node, 0 = empty. Replacing gives the old nodes back.
 * Neither call fails: judge asked for the room.
 */
#ifndef YX_CORE_LISTS_H
#define YX_CORE_LISTS_H

#include "broker/core/state.h"

/* Puts `count` values in place of what *list held. */
void list_replace(state_t *state, uint32_t *list, const uint32_t *values,
                  uint32_t count);
/* Row of a label, added when it is new; 0 for an empty label. */
uint32_t word_of_label(state_t *state, text_t label);

#endif
