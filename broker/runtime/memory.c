/* memory.c - see memory.h. */
#include "broker/runtime/memory.h"

#include "proto/check.h"
#include <stdlib.h>
#include <sys/mman.h>

typedef struct {
    void *start;
    size_t bytes;
} piece_t;

struct memory {
    piece_t pieces[MEMORY_PIECES_MAX];
    uint32_t count;
};

memory_t *memory_create(void)
{
    return calloc(1, sizeof(memory_t));
}

void memory_destroy(memory_t **memory)
{
    CHECK(memory != NULL);
    if (*memory == NULL)
        return;
    for (uint32_t i = 0; i < (*memory)->count; i++) {
        /* a mapping of ours always unmaps; there is nothing to do if it would not */
        (void)munmap((*memory)->pieces[i].start, (*memory)->pieces[i].bytes);
    }
    free(*memory);
    *memory = NULL;
}

static void *take(void *context, size_t bytes)
{
    memory_t *memory = context;
    CHECK(memory->count < MEMORY_PIECES_MAX);
    if (bytes == 0)
        bytes = 1;
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    memory->pieces[memory->count++] = (piece_t){ start, bytes };
    return start;
}

state_memory_t memory_source(memory_t *memory)
{
    CHECK(memory != NULL);
    return (state_memory_t){ .take = take, .context = memory };
}
