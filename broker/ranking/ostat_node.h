/* ostat_node.h - nodes of the order statistic: layout, search, mending. For ostat.c only.
 *
 * Nodes of 1 KiB. A leaf holds up to 84 entries as two arrays, values and ids, so that
 * the search reads one of them only and an insertion is two short memmoves. An inner
 * node holds up to 50 children with the number of entries below each and a key per
 * child: an entry stands below child i when it is not before key i and is before key
 * i + 1 (key 0 is never read). Keys stay when the entry they were taken from leaves.
 */
#ifndef YX_RANKING_OSTAT_NODE_H
#define YX_RANKING_OSTAT_NODE_H

#include "broker/ranking/ostat.h"
#include "proto/check.h"

#define NODE_BYTES 1024u
#define LEAF_MAX   84u
#define INNER_MAX  50u
#define LEAF_MIN   (LEAF_MAX / 3)
#define INNER_MIN  (INNER_MAX / 3)
#define DEPTH_MAX  16u

typedef struct {
    uint32_t count, next_free;
    int64_t values[LEAF_MAX];
    uint32_t ids[LEAF_MAX];
} leaf_t;

typedef struct {
    uint32_t count, next_free;
    int64_t values[INNER_MAX];
    uint32_t ids[INNER_MAX];
    uint32_t children[INNER_MAX];
    uint32_t counts[INNER_MAX]; /* entries below each child */
} inner_t;

typedef union {
    leaf_t leaf;
    inner_t inner;
    uint8_t bytes[NODE_BYTES];
} node_t;
_Static_assert(sizeof(node_t) == NODE_BYTES, "a node is one KiB");
_Static_assert(offsetof(leaf_t, values) == offsetof(inner_t, values),
               "the head of both kinds is the same");

struct ostat_pool {
    node_t *nodes; /* nodes[0] is never used: 0 means none */
    ostat_before *before;
    const void *context;
    uint32_t limit, used, free_head;
};

/* How many of `values`, which descend, are greater than `value`. */
static inline uint32_t count_greater(const int64_t *values, uint32_t count,
                                     int64_t value)
{
    uint32_t low = 0;
    while (count > 0) {
        uint32_t half = count / 2;
        bool greater = values[low + half] > value;
        low = greater ? low + half + 1 : low;
        count = greater ? count - half - 1 : half;
    }
    return low;
}

static inline bool tie_before(const ostat_pool_t *pool, uint32_t a, uint32_t b)
{
    return pool->before == NULL ? a < b : pool->before(pool->context, a, b);
}

/* How many of the (value, id) in both columns stand before, or with `at` also at, the
 * given one. Only a run of equal values is searched by id. */
static inline uint32_t count_before(const ostat_pool_t *pool, const int64_t *values,
                                    const uint32_t *ids, uint32_t count, int64_t value,
                                    uint32_t id, bool at)
{
    uint32_t low = count_greater(values, count, value);
    if (low == count || values[low] != value)
        return low;
    uint32_t run = value == INT64_MIN
                       ? count - low
                       : count_greater(values + low, count - low, value - 1);
    while (run > 0) {
        uint32_t half = run / 2, other = ids[low + half];
        bool before = other == id ? at : tie_before(pool, other, id);
        low = before ? low + half + 1 : low;
        run = before ? run - half - 1 : half;
    }
    return low;
}

/* The child that (value, id) belongs below. */
static inline uint32_t child_of(const ostat_pool_t *pool, const inner_t *node,
                                int64_t value, uint32_t id)
{
    CHECK(node->count > 0);
    return count_before(pool, node->values + 1, node->ids + 1, node->count - 1, value,
                        id, true);
}

uint32_t ostat_node_take(ostat_pool_t *pool);
void ostat_node_give(ostat_pool_t *pool, uint32_t index);

/* Makes room in the full child i of a parent that is not full: shares with a neighbour
 * that has some, which keeps leaves about 80 percent full, or splits. */
void ostat_make_room(ostat_pool_t *pool, inner_t *parent, uint32_t i, bool leaves);
/* Fills child i, which is down to a third, from a neighbour, or joins the two. The
 * parent has at least two children. */
void ostat_fill(ostat_pool_t *pool, inner_t *parent, uint32_t i, bool leaves);

static inline uint32_t count_of(const ostat_pool_t *pool, const inner_t *parent,
                                uint32_t i)
{
    return pool->nodes[parent->children[i]].leaf.count;
}

#endif
