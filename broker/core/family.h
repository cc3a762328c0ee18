/* family.h - the shape of a command's three functions, and the links they note.
 *
 * resolve: looks up what the command names and notes the links; deterministic; replay
 * calls it too, so it never judges. judge: rights, rules, room in the tables; sets
 * verdict bits; live only. apply: changes the state; neither fails nor allocates.
 */
#ifndef YX_CORE_FAMILY_H
#define YX_CORE_FAMILY_H

#include "broker/core/state.h"

typedef struct {
    status_t (*resolve)(const state_t *, const command_t *, event_t *, fault_t *);
    status_t (*judge)(const state_t *, event_t *, fault_t *);
    void (*apply)(state_t *, const event_t *);
} family_t;

/* Links the event's record to the newest one that concerned row `key` of the kind's
 * table; key 0 = the row that this event will add. */
void event_link(const state_t *state, event_t *event, uint32_t kind, uint32_t key);
/* Makes the event the newest of everything it is linked to. */
void event_links_apply(state_t *state, const event_t *event);

#endif
