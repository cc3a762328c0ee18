/* ostat_node.c - see ostat_node.h. */
#include "broker/ranking/ostat_node.h"

#include <string.h>

static uint32_t node_limit(uint32_t entries, uint32_t sets)
{
    /* All but a set's root are at least a third full; the depth adds one each. */
    uint64_t leaves = (uint64_t)entries / LEAF_MIN + 2u * (uint64_t)sets + 2;
    uint64_t nodes = leaves + leaves / (INNER_MIN - 1) + (uint64_t)sets * 4 + 8;
    CHECK(nodes < UINT32_MAX);
    return (uint32_t)nodes;
}

size_t ostat_pool_bytes(uint32_t entries, uint32_t sets)
{
    /* Twice a node beside them: the pool's own head and the alignment. */
    return ((size_t)node_limit(entries, sets) + 3) * NODE_BYTES;
}

ostat_pool_t *ostat_pool_init(void *memory, uint32_t entries, uint32_t sets)
{
    CHECK(memory != NULL);
    CHECK((uintptr_t)memory % _Alignof(ostat_pool_t) == 0);
    ostat_pool_t *pool = memory;
    uintptr_t after = (uintptr_t)memory + sizeof *pool;
    size_t padding = (size_t)(-after % 64u); /* nodes begin with a cache line */
    *pool = (ostat_pool_t){ .limit = node_limit(entries, sets) };
    pool->nodes = (node_t *)(void *)((uint8_t *)memory + sizeof *pool + padding);
    return pool;
}

void ostat_order_ties(ostat_pool_t *pool, ostat_before *before, const void *context)
{
    CHECK(pool != NULL);
    pool->before = before;
    pool->context = context;
}

uint32_t ostat_node_take(ostat_pool_t *pool)
{
    uint32_t index = pool->free_head;
    if (index != 0) {
        pool->free_head = pool->nodes[index].leaf.next_free;
    } else {
        CHECK(pool->used < pool->limit);
        index = ++pool->used;
    }
    pool->nodes[index].leaf.count = 0;
    return index;
}

void ostat_node_give(ostat_pool_t *pool, uint32_t index)
{
    CHECK(index != 0);
    pool->nodes[index].leaf.next_free = pool->free_head;
    pool->free_head = index;
}

/* Moves elements of one column between two neighbours so that the left has `keep`. */
static void move_column(void *left, uint32_t left_count, void *right,
                        uint32_t right_count, uint32_t keep, size_t width)
{
    uint8_t *l = left, *r = right;
    if (keep < left_count) {
        size_t moved = left_count - keep;
        memmove(r + moved * width, r, right_count * width);
        memcpy(r, l + keep * width, moved * width);
    } else {
        size_t moved = keep - left_count;
        memcpy(l + left_count * width, r, moved * width);
        memmove(r, r + moved * width, (right_count - moved) * width);
    }
}

static uint32_t sum_counts(const inner_t *node)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < node->count; i++)
        sum += node->counts[i];
    return sum;
}

static void share_leaves(inner_t *parent, uint32_t i, leaf_t *left, leaf_t *right,
                         uint32_t keep)
{
    uint32_t l = left->count, r = right->count;
    move_column(left->values, l, right->values, r, keep, sizeof(int64_t));
    move_column(left->ids, l, right->ids, r, keep, sizeof(uint32_t));
    left->count = keep;
    right->count = l + r - keep;
    parent->counts[i] = left->count;
    parent->counts[i + 1] = right->count;
    parent->values[i + 1] = right->values[0];
    parent->ids[i + 1] = right->ids[0];
}

static void share_inner(inner_t *parent, uint32_t i, inner_t *left, inner_t *right,
                        uint32_t keep)
{
    uint32_t l = left->count, r = right->count;
    right->values[0] = parent->values[i + 1]; /* key 0 gets a meaning when it moves */
    right->ids[0] = parent->ids[i + 1];
    move_column(left->values, l, right->values, r, keep, sizeof(int64_t));
    move_column(left->ids, l, right->ids, r, keep, sizeof(uint32_t));
    move_column(left->children, l, right->children, r, keep, sizeof(uint32_t));
    move_column(left->counts, l, right->counts, r, keep, sizeof(uint32_t));
    left->count = keep;
    right->count = l + r - keep;
    parent->counts[i] = sum_counts(left);
    parent->counts[i + 1] = sum_counts(right);
    parent->values[i + 1] = right->values[0];
    parent->ids[i + 1] = right->ids[0];
}

/* Children i and i + 1 get `keep` and the rest of what both hold. */
static void share(ostat_pool_t *pool, inner_t *parent, uint32_t i, uint32_t keep,
                  bool leaves)
{
    CHECK(i + 1 < parent->count);
    node_t *left = &pool->nodes[parent->children[i]];
    node_t *right = &pool->nodes[parent->children[i + 1]];
    if (leaves)
        share_leaves(parent, i, &left->leaf, &right->leaf, keep);
    else
        share_inner(parent, i, &left->inner, &right->inner, keep);
}

/* Gives half of child i to a new neighbour behind it. */
static void split(ostat_pool_t *pool, inner_t *parent, uint32_t i, bool leaves)
{
    CHECK(parent->count < INNER_MAX);
    uint32_t fresh = ostat_node_take(pool), tail = parent->count - i - 1;
    memmove(&parent->values[i + 2], &parent->values[i + 1], tail * sizeof(int64_t));
    memmove(&parent->ids[i + 2], &parent->ids[i + 1], tail * sizeof(uint32_t));
    memmove(&parent->children[i + 2], &parent->children[i + 1],
            tail * sizeof(uint32_t));
    memmove(&parent->counts[i + 2], &parent->counts[i + 1], tail * sizeof(uint32_t));
    parent->children[i + 1] = fresh;
    parent->count++;
    share(pool, parent, i, count_of(pool, parent, i) / 2, leaves);
}

void ostat_make_room(ostat_pool_t *pool, inner_t *parent, uint32_t i, bool leaves)
{
    uint32_t max = leaves ? LEAF_MAX : INNER_MAX, enough = max - max / 8;
    uint32_t left = i > 0 ? count_of(pool, parent, i - 1) : max;
    uint32_t right = i + 1 < parent->count ? count_of(pool, parent, i + 1) : max;
    if (left <= right && left <= enough)
        share(pool, parent, i - 1, (left + max) / 2, leaves);
    else if (right <= enough)
        share(pool, parent, i, (right + max) / 2, leaves);
    else
        split(pool, parent, i, leaves);
}

/* Takes child i + 1, now empty, out of its parent. */
static void drop_child(ostat_pool_t *pool, inner_t *parent, uint32_t i)
{
    uint32_t tail = parent->count - i - 2;
    ostat_node_give(pool, parent->children[i + 1]);
    memmove(&parent->values[i + 1], &parent->values[i + 2], tail * sizeof(int64_t));
    memmove(&parent->ids[i + 1], &parent->ids[i + 2], tail * sizeof(uint32_t));
    memmove(&parent->children[i + 1], &parent->children[i + 2],
            tail * sizeof(uint32_t));
    memmove(&parent->counts[i + 1], &parent->counts[i + 2], tail * sizeof(uint32_t));
    parent->count--;
}

void ostat_fill(ostat_pool_t *pool, inner_t *parent, uint32_t i, bool leaves)
{
    CHECK(parent->count > 1);
    uint32_t max = leaves ? LEAF_MAX : INNER_MAX;
    uint32_t first = i > 0 ? i - 1 : i;
    uint32_t sum = count_of(pool, parent, first) + count_of(pool, parent, first + 1);
    if (sum > max * 3 / 4) {
        share(pool, parent, first, sum / 2, leaves);
        return;
    }
    share(pool, parent, first, sum, leaves);
    drop_child(pool, parent, first);
}
