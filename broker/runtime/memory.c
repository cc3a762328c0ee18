/* memory.c - see memory.h. */
#include "broker/runtime/memory.h"

#include "proto/check.h"
#include <sys/mman.h>

void memory_init(memory_t *memory)
{
    CHECK(memory != NULL);
    memory->count = 0;
}

void memory_fini(memory_t *memory)
{
    CHECK(memory != NULL);
    CHECK(memory->count <= MEMORY_PIECES_MAX);
    for (uint32_t i = 0; i < memory->count; i++)
        CHECK(munmap(memory->pieces[i].at, memory->pieces[i].bytes) == 0);
    memory->count = 0;
}

void *memory_take(void *context, size_t bytes)
{
    memory_t *memory = context;
    CHECK(memory != NULL);
    CHECK(bytes > 0);
    if (memory->count == MEMORY_PIECES_MAX)
        return NULL;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    memory->pieces[memory->count].at = at;
    memory->pieces[memory->count].bytes = bytes;
    memory->count++;
    return at;
}

state_memory_t memory_source(memory_t *memory)
{
    CHECK(memory != NULL);
    return (state_memory_t){ .take = memory_take, .context = memory };
}
