/* ostat.h - an ordered multiset of (value, id) that counts: rank-of, k-th, top k.
 *
 * A counted B+ tree in memory given once: nodes are addressed by index, no pointers.
 * Order: value descending, then id ascending, or as ostat_order_ties() says. Insert,
 * remove, count and select cost O(log n); walking k entries costs O(log n + k).
 * Threads: one owner.
 */
#ifndef YX_RANKING_OSTAT_H
#define YX_RANKING_OSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ostat_pool ostat_pool_t; /* nodes shared by many sets */

typedef struct {
    uint32_t root; /* 0 = empty */
    uint32_t depth;
    uint32_t count;
} ostat_t;

/* Bytes of address space for sets that together hold `entries` entries in `sets` sets. */
size_t ostat_pool_bytes(uint32_t entries, uint32_t sets);
/* Lays the pool into memory of that size; whatever it held before is forgotten. */
ostat_pool_t *ostat_pool_init(void *memory, uint32_t entries, uint32_t sets);

/* Orders entries of equal value: whether a stands before b. It must be a strict order
 * of all ids that does not change while a set holds entries, and it must also answer
 * for ids that left. NULL, as after init: by id. `context` outlives the pool's use. */
typedef bool ostat_before(const void *context, uint32_t a, uint32_t b);
void ostat_order_ties(ostat_pool_t *pool, ostat_before *before, const void *context);

/* (value, id) must not be in the set / must be in it. */
void ostat_insert(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id);
void ostat_remove(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id);
/* Entries with a value strictly greater, strictly less. */
uint32_t ostat_count_above(const ostat_pool_t *pool, const ostat_t *set, int64_t value);
uint32_t ostat_count_below(const ostat_pool_t *pool, const ostat_t *set, int64_t value);
/* Entries before (value, id), which need not be in the set. */
uint32_t ostat_position(const ostat_pool_t *pool, const ostat_t *set, int64_t value,
                        uint32_t id);
/* The value at a position < count; 0 = largest. */
int64_t ostat_value_at(const ostat_pool_t *pool, const ostat_t *set, uint32_t position);

/* Called in order from position `from` (0 = largest); false ends the walk. */
typedef bool ostat_visitor(void *context, int64_t value, uint32_t id);
void ostat_walk(const ostat_pool_t *pool, const ostat_t *set, uint32_t from,
                ostat_visitor *visit, void *context);
/* Thorough check of order, counts and fill; for tests and debug builds. */
bool ostat_sane(const ostat_pool_t *pool, const ostat_t *set);

#endif
