/* arena.c - one block, one index into it; see arena.h. */
#include "proto/arena.h"
#include "proto/check.h"
#include <stdint.h>
#include <stdlib.h>

#define ARENA_ALIGNMENT ((size_t)16)

struct arena {
    uint8_t *base;
    size_t quota, used; /* both multiples of ARENA_ALIGNMENT */
};

arena_t *arena_create(size_t quota_bytes)
{
    CHECK(quota_bytes > 0);
    if (quota_bytes > SIZE_MAX - ARENA_ALIGNMENT)
        return NULL;
    size_t quota = (quota_bytes + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
    arena_t *arena = malloc(sizeof *arena);
    uint8_t *base = aligned_alloc(ARENA_ALIGNMENT, quota);
    if (arena == NULL || base == NULL) {
        free(arena);
        free(base);
        return NULL;
    }
    *arena = (arena_t){ .base = base, .quota = quota };
    return arena;
}

void arena_destroy(arena_t **arena)
{
    CHECK(arena != NULL);
    if (*arena == NULL)
        return;
    free((*arena)->base);
    free(*arena);
    *arena = NULL;
}

void *arena_take(arena_t *arena, size_t bytes)
{
    CHECK(arena != NULL);
    size_t left = arena->quota - arena->used;
    if (bytes > left)
        return NULL; /* what is left is a multiple of the alignment */
    uint8_t *taken = arena->base + arena->used;
    arena->used += (bytes + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
    return taken;
}

void arena_reset(arena_t *arena)
{
    CHECK(arena != NULL);
    arena->used = 0;
}

size_t arena_used(const arena_t *arena)
{
    CHECK(arena != NULL);
    return arena->used;
}

size_t arena_left(const arena_t *arena)
{
    CHECK(arena != NULL);
    return arena->quota - arena->used;
}
