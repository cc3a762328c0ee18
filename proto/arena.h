/* arena.h - a bump allocator with a quota, emptied at once.
 *
 * Holds what one batch decodes. Memory is taken once at creation; nothing in it is
 * freed singly. Threads: one owner. Alignment 16.
 */
#ifndef YX_PROTO_ARENA_H
#define YX_PROTO_ARENA_H

#include <stddef.h>

typedef struct arena arena_t;

/* NULL when memory is short. */
arena_t *arena_create(size_t quota_bytes);
void arena_destroy(arena_t **arena);
/* NULL when the quota is used up; the arena stays usable. */
void *arena_take(arena_t *arena, size_t bytes);
/* Forgets everything taken; pointers into the arena die. */
void arena_reset(arena_t *arena);
size_t arena_used(const arena_t *arena);
size_t arena_left(const arena_t *arena);

#endif
