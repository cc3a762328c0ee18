/* ostat.h - an ordered multiset of (value, id) that counts: rank-of, k-th, top k.
 *
 * A counted B+ tree in memory given once: nodes are addressed by index, no pointers.
 * Order: value descending, then id ascending. Insert, remove, count and select cost
 * O(log n); walking k entries costs O(log n + k). Threads: one owner.
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
/* Lays the pool into zeroed memory of that size. */
ostat_pool_t *ostat_pool_init(void *memory, uint32_t entries, uint32_t sets);

/* (value, id) must not be in the set / must be in it. */
void ostat_insert(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id);
void ostat_remove(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id);
/* Entries with a value strictly greater, strictly less. */
uint32_t ostat_count_above(const ostat_pool_t *pool, const ostat_t *set, int64_t value);
uint32_t ostat_count_below(const ostat_pool_t *pool, const ostat_t *set, int64_t value);

/* Called in order from position `from` (0 = largest); false ends the walk. */
typedef bool ostat_visitor(void *context, int64_t value, uint32_t id);
void ostat_walk(const ostat_pool_t *pool, const ostat_t *set, uint32_t from,
                ostat_visitor *visit, void *context);
/* Thorough check of order, counts and fill; for tests and debug builds. */
bool ostat_sane(const ostat_pool_t *pool, const ostat_t *set);

#endif
