/* delta_cache.h - Delta messages, written once for all watchers who need the same one.
 *
 * A delta is one or more parts of at most ANSWER_PART_BYTES_MAX. Kept until cleared,
 * which the publication does at every tick (a board tells the time), or until room is
 * short; then everything is forgotten. Threads: one owner. Memory grows with use up to
 * DELTA_CACHE_BYTES_MAX and stays.
 */
#ifndef YX_RUNTIME_DELTA_CACHE_H
#define YX_RUNTIME_DELTA_CACHE_H

#include "broker/runtime/view_copy.h"
#include "proto/answer.h"
#include "proto/status.h"

#define DELTA_CACHE_BYTES_MAX   (16u * 1024u * 1024u)
#define DELTA_CACHE_ENTRIES_MAX 4096u

typedef struct delta_cache delta_cache_t;

typedef struct {
    uint64_t view; /* a number that no other view ever has */
    uint64_t base, version;
} delta_key_t;

typedef struct {
    delta_key_t key;
    uint32_t parts, rows;
    size_t at; /* the cache's own */
} delta_written_t;

/* NULL when memory is short. */
delta_cache_t *delta_cache_create(void);
void delta_cache_destroy(delta_cache_t **cache);
void delta_cache_clear(delta_cache_t *cache);

/* NULL when it is not written. Borrowed until the next write or clear. */
const delta_written_t *delta_cache_find(const delta_cache_t *cache,
                                        const delta_key_t *key);
/* Writes it; `head` without rows, `rows` and `gone` as news counts them.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE: *written is NULL. */
status_t delta_cache_write(delta_cache_t *cache, const delta_key_t *key,
                           const board_answer_t *head, const view_news_t *news,
                           const board_row_t *rows, const text_t *gone,
                           const delta_written_t **written);
/* The bytes of one part and then of the next: *at is 0 before the first. */
const uint8_t *delta_cache_part(const delta_cache_t *cache,
                                const delta_written_t *written, size_t *at,
                                uint32_t *size);

#endif
