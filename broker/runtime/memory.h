/* memory.h - the address space that tables and boards lie in, freed as a whole.
 *
 * Each piece is an anonymous private mapping without reservation: a table's limit
 * costs address space, only the rows used cost memory. Threads: the core thread.
 */
#ifndef YX_RUNTIME_MEMORY_H
#define YX_RUNTIME_MEMORY_H

#include "broker/core/state.h"

#define MEMORY_PIECES_MAX 256u

typedef struct {
    struct {
        void *at;
        size_t bytes;
    } pieces[MEMORY_PIECES_MAX];
    uint32_t count;
} memory_t;

void memory_init(memory_t *memory);
/* Unmaps every piece; what lay in them dies. */
void memory_fini(memory_t *memory);
/* Zeroed, page-aligned; NULL when there is no room. */
void *memory_take(void *memory, size_t bytes);
/* What state_init and boards_create want; borrows `memory`. */
state_memory_t memory_source(memory_t *memory);

#endif
