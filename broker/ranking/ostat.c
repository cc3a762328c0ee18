/* ostat.c - see ostat.h; the nodes are told in ostat_node.h.
 *
 * Both changes mend on the way down: an insertion makes room in a full child before it
 * enters it, a removal fills a child that is down to a third. So neither climbs back.
 */
#include "broker/ranking/ostat.h"

#include "broker/ranking/ostat_node.h"
#include "proto/check.h"
#include <string.h>

static void grow_root(ostat_pool_t *pool, ostat_t *set)
{
    uint32_t root = ostat_node_take(pool);
    inner_t *node = &pool->nodes[root].inner;
    node->count = 1;
    node->values[0] = 0;
    node->ids[0] = 0;
    node->children[0] = set->root;
    node->counts[0] = set->count;
    set->root = root;
    set->depth++;
    CHECK(set->depth <= DEPTH_MAX);
}

static void leaf_insert(const ostat_pool_t *pool, leaf_t *leaf, int64_t value,
                        uint32_t id)
{
    CHECK(leaf->count < LEAF_MAX);
    uint32_t at =
        count_before(pool, leaf->values, leaf->ids, leaf->count, value, id, false);
    uint32_t tail = leaf->count - at;
    CHECK(tail == 0 || leaf->values[at] != value || leaf->ids[at] != id);
    memmove(&leaf->values[at + 1], &leaf->values[at], tail * sizeof(int64_t));
    memmove(&leaf->ids[at + 1], &leaf->ids[at], tail * sizeof(uint32_t));
    leaf->values[at] = value;
    leaf->ids[at] = id;
    leaf->count++;
}

void ostat_insert(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id)
{
    CHECK(pool != NULL);
    CHECK(set != NULL);
    if (set->root == 0)
        *set = (ostat_t){ .root = ostat_node_take(pool), .depth = 1 };
    uint32_t full = set->depth == 1 ? LEAF_MAX : INNER_MAX;
    if (pool->nodes[set->root].leaf.count == full)
        grow_root(pool, set);
    uint32_t index = set->root;
    for (uint32_t level = set->depth; level > 1; level--) {
        inner_t *node = &pool->nodes[index].inner;
        uint32_t child = child_of(pool, node, value, id);
        bool leaves = level == 2;
        if (count_of(pool, node, child) == (leaves ? LEAF_MAX : INNER_MAX)) {
            ostat_make_room(pool, node, child, leaves);
            child = child_of(pool, node, value, id);
        }
        node->counts[child]++;
        index = node->children[child];
    }
    leaf_insert(pool, &pool->nodes[index].leaf, value, id);
    set->count++;
}

static void leaf_remove(const ostat_pool_t *pool, leaf_t *leaf, int64_t value,
                        uint32_t id)
{
    uint32_t at =
        count_before(pool, leaf->values, leaf->ids, leaf->count, value, id, false);
    CHECK(at < leaf->count);
    CHECK(leaf->values[at] == value);
    CHECK(leaf->ids[at] == id);
    uint32_t tail = leaf->count - at - 1;
    memmove(&leaf->values[at], &leaf->values[at + 1], tail * sizeof(int64_t));
    memmove(&leaf->ids[at], &leaf->ids[at + 1], tail * sizeof(uint32_t));
    leaf->count--;
}

static void shrink_root(ostat_pool_t *pool, ostat_t *set)
{
    while (set->depth > 1 && pool->nodes[set->root].inner.count == 1) {
        uint32_t child = pool->nodes[set->root].inner.children[0];
        ostat_node_give(pool, set->root);
        set->root = child;
        set->depth--;
    }
    if (set->count == 0) {
        ostat_node_give(pool, set->root);
        *set = (ostat_t){ 0 };
    }
}

void ostat_remove(ostat_pool_t *pool, ostat_t *set, int64_t value, uint32_t id)
{
    CHECK(pool != NULL);
    CHECK(set != NULL);
    CHECK(set->count > 0);
    uint32_t index = set->root;
    for (uint32_t level = set->depth; level > 1; level--) {
        inner_t *node = &pool->nodes[index].inner;
        uint32_t child = child_of(pool, node, value, id);
        bool leaves = level == 2;
        if (node->count > 1 &&
            count_of(pool, node, child) <= (leaves ? LEAF_MIN : INNER_MIN)) {
            ostat_fill(pool, node, child, leaves);
            child = child_of(pool, node, value, id);
        }
        node->counts[child]--;
        index = node->children[child];
    }
    leaf_remove(pool, &pool->nodes[index].leaf, value, id);
    set->count--;
    shrink_root(pool, set);
}

static uint32_t sum_first(const uint32_t *counts, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += counts[i];
    return sum;
}

uint32_t ostat_count_above(const ostat_pool_t *pool, const ostat_t *set, int64_t value)
{
    CHECK(pool != NULL);
    CHECK(set != NULL);
    uint32_t above = 0, index = set->root;
    if (index == 0)
        return 0;
    for (uint32_t level = set->depth; level > 1; level--) {
        const inner_t *node = &pool->nodes[index].inner;
        uint32_t child = count_greater(node->values + 1, node->count - 1, value);
        above += sum_first(node->counts, child);
        index = node->children[child];
    }
    const leaf_t *leaf = &pool->nodes[index].leaf;
    return above + count_greater(leaf->values, leaf->count, value);
}

uint32_t ostat_count_below(const ostat_pool_t *pool, const ostat_t *set, int64_t value)
{
    if (value == INT64_MIN)
        return 0;
    return set->count - ostat_count_above(pool, set, value - 1);
}

uint32_t ostat_position(const ostat_pool_t *pool, const ostat_t *set, int64_t value,
                        uint32_t id)
{
    CHECK(pool != NULL);
    CHECK(set != NULL);
    uint32_t before = 0, index = set->root;
    if (index == 0)
        return 0;
    for (uint32_t level = set->depth; level > 1; level--) {
        const inner_t *node = &pool->nodes[index].inner;
        uint32_t child = child_of(pool, node, value, id);
        before += sum_first(node->counts, child);
        index = node->children[child];
    }
    const leaf_t *leaf = &pool->nodes[index].leaf;
    return before +
           count_before(pool, leaf->values, leaf->ids, leaf->count, value, id, false);
}

int64_t ostat_value_at(const ostat_pool_t *pool, const ostat_t *set, uint32_t position)
{
    CHECK(pool != NULL);
    CHECK(position < set->count);
    uint32_t index = set->root;
    for (uint32_t level = set->depth; level > 1; level--) {
        const inner_t *node = &pool->nodes[index].inner;
        uint32_t child = 0;
        while (position >= node->counts[child])
            position -= node->counts[child++];
        index = node->children[child];
    }
    return pool->nodes[index].leaf.values[position];
}

typedef struct {
    const ostat_pool_t *pool;
    ostat_visitor *visit;
    void *context;
    uint32_t skip; /* entries still to be passed over */
} walk_t;

static bool walk_leaf(walk_t *walk, const leaf_t *leaf)
{
    for (uint32_t i = walk->skip; i < leaf->count; i++)
        if (!walk->visit(walk->context, leaf->values[i], leaf->ids[i]))
            return false;
    walk->skip = 0;
    return true;
}

/* As deep as the tree: DEPTH_MAX at most. */
static bool walk_node(walk_t *walk, uint32_t index, uint32_t level)
{
    const node_t *node = &walk->pool->nodes[index];
    if (level == 1)
        return walk_leaf(walk, &node->leaf);
    for (uint32_t i = 0; i < node->inner.count; i++) {
        if (walk->skip >= node->inner.counts[i]) {
            walk->skip -= node->inner.counts[i];
            continue;
        }
        if (!walk_node(walk, node->inner.children[i], level - 1))
            return false;
    }
    return true;
}

void ostat_walk(const ostat_pool_t *pool, const ostat_t *set, uint32_t from,
                ostat_visitor *visit, void *context)
{
    CHECK(pool != NULL);
    CHECK(visit != NULL);
    walk_t walk = { .pool = pool, .visit = visit, .context = context, .skip = from };
    if (from < set->count)
        (void)walk_node(&walk, set->root, set->depth); /* ended early or not: done */
}

typedef struct {
    const ostat_pool_t *pool;
    bool any;
    int64_t value;
    uint32_t id, entries;
} sane_t;

static bool entry_follows(sane_t *sane, int64_t value, uint32_t id)
{
    bool follows = !sane->any || sane->value > value ||
                   (sane->value == value && tie_before(sane->pool, sane->id, id));
    sane->any = true;
    sane->value = value;
    sane->id = id;
    return follows;
}

static bool leaf_sane(sane_t *sane, const leaf_t *leaf, bool root)
{
    bool good = leaf->count <= LEAF_MAX && leaf->count >= (root ? 1 : LEAF_MIN);
    for (uint32_t i = 0; good && i < leaf->count; i++)
        good = entry_follows(sane, leaf->values[i], leaf->ids[i]);
    sane->entries += leaf->count;
    return good;
}

/* The last entry of the child before a key must be before it, the first one not. */
static bool key_sane(const sane_t *sane, const inner_t *node, uint32_t i)
{
    if (i == 0)
        return true;
    return sane->value > node->values[i] ||
           (sane->value == node->values[i] && sane->id != node->ids[i] &&
            tie_before(sane->pool, sane->id, node->ids[i]));
}

static bool node_sane(sane_t *sane, uint32_t index, uint32_t level, bool root)
{
    const node_t *node = &sane->pool->nodes[index];
    if (level == 1)
        return leaf_sane(sane, &node->leaf, root);
    const inner_t *inner = &node->inner;
    bool good = inner->count <= INNER_MAX && inner->count >= (root ? 2 : INNER_MIN);
    for (uint32_t i = 0; good && i < inner->count; i++) {
        uint32_t before = sane->entries;
        good = key_sane(sane, inner, i) &&
               node_sane(sane, inner->children[i], level - 1, false) &&
               sane->entries - before == inner->counts[i];
    }
    return good;
}

bool ostat_sane(const ostat_pool_t *pool, const ostat_t *set)
{
    if (set->root == 0)
        return set->count == 0 && set->depth == 0;
    sane_t sane = { .pool = pool };
    return node_sane(&sane, set->root, set->depth, true) && sane.entries == set->count;
}
