/* memory.h - address space for tables: zeroed, never moved, given back at the end.
 *
 * Pieces are mapped without reservation: a page costs memory when it is first written.
 * Threads: one owner.
 */
#ifndef YX_RUNTIME_MEMORY_H
#define YX_RUNTIME_MEMORY_H

#include "broker/core/state.h"

#define MEMORY_PIECES_MAX 128u

typedef struct memory memory_t;

memory_t *memory_create(void); /* NULL when memory is short */
void memory_destroy(memory_t **memory);
/* What state_init and boards_create take; lives as long as `memory`. */
state_memory_t memory_source(memory_t *memory);

#endif
