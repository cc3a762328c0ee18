/* journal_pages.c - the environment's pages read with pread: nothing here can fault.
 *
 * LMDB 0.9 maps its file and trusts it: a page beyond the file's end is SIGBUS, a
 * damaged page leads it astray or into an assertion. So we look first. Opening looks at
 * the meta pages and at the inner (branch) pages of both trees: one page in 200, a few
 * milliseconds for ten million records. Reading looks at the leaves it is about to read.
 * Opening walks the leaves as well when the file is shorter than its last page number
 * says, which is sound as long as the missing pages are free ones (LMDB does not write
 * a page that it took and gave back within one transaction).
 *
 * Structures: data format 1 of LMDB 0.9, in the machine's own byte order.
 */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LMDB_MAGIC      0xBEEFC0DEu
#define LMDB_VERSION    1u
#define PAGE_HEAD_BYTES 16u
#define NODE_HEAD_BYTES 8u
#define DEPTH_MAX       32u /* LMDB's own limit of a cursor's stack */
#define NODE_BIG        0x01u
/* Beside a writer a meta page may be caught half written: damage is looked at again. */
#define READ_TRIES      3u

enum { PAGE_BRANCH = 0x01, PAGE_LEAF = 0x02, PAGE_OVERFLOW = 0x04, PAGE_META = 0x08 };

typedef struct {
    uint64_t number;
    uint16_t unused, flags;
    union {
        struct {
            uint16_t lower, upper;
        } bounds;
        uint32_t run; /* pages of an overflow run */
    } space;
} page_head_t;
_Static_assert(sizeof(page_head_t) == PAGE_HEAD_BYTES, "LMDB's page header");

typedef struct {
    uint32_t pad; /* of the free tree: the page size */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
} tree_t;
_Static_assert(sizeof(tree_t) == 48, "LMDB's database record");

typedef struct {
    uint32_t magic, version;
    uint64_t address, map_bytes;
    tree_t free_tree, main_tree;
    uint64_t last_page, transaction;
} meta_t;
_Static_assert(sizeof(meta_t) == 136, "LMDB's meta page");

#define NO_PAGE UINT64_MAX

typedef struct {
    int fd;
    bool leaves; /* read them; otherwise only that they are in the file */
    size_t page_bytes;
    uint64_t last_page, file_pages;
    uint64_t budget;       /* pages that may still be visited: a circle ends the walk */
    uint32_t depth;        /* of the tree being walked */
    bool main;             /* the tree of records, not that of free pages */
    uint64_t from, to;     /* keys to look at; the free tree is walked whole */
    uint64_t sound_before; /* keys below are sound; NO_PAGE = all */
    uint8_t *pages;        /* one buffer per level */
} walk_t;

static size_t system_page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* STATUS_DAMAGED when the file ends before `size` bytes were read. */
static status_t read_at(int fd, void *to, size_t size, uint64_t offset)
{
    uint8_t *at = to;
    while (size > 0) {
        ssize_t got = pread(fd, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return STATUS_IO;
        if (got == 0)
            return STATUS_DAMAGED;
        at += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

/* ---- meta pages ---- */

static status_t read_meta(int fd, uint64_t number, meta_t *meta)
{
    uint8_t bytes[PAGE_HEAD_BYTES + sizeof *meta];
    status_t status = read_at(fd, bytes, sizeof bytes, number * system_page_bytes());
    if (status != STATUS_OK)
        return status;
    page_head_t head;
    memcpy(&head, bytes, sizeof head);
    memcpy(meta, bytes + PAGE_HEAD_BYTES, sizeof *meta);
    if (meta->magic != LMDB_MAGIC || (head.flags & PAGE_META) == 0)
        return STATUS_DAMAGED;
    if (meta->version != LMDB_VERSION || meta->free_tree.pad != system_page_bytes())
        return STATUS_FORMAT;
    if (meta->main_tree.flags != 0 || meta->main_tree.depth > DEPTH_MAX ||
        meta->free_tree.depth > DEPTH_MAX || meta->last_page < 1)
        return STATUS_DAMAGED;
    return STATUS_OK;
}

/* The newer of the two meta pages, as LMDB picks it. */
static status_t newest_meta(int fd, meta_t *meta)
{
    meta_t other;
    status_t status = read_meta(fd, 0, meta);
    if (status == STATUS_OK)
        status = read_meta(fd, 1, &other);
    if (status == STATUS_OK && other.transaction > meta->transaction)
        *meta = other;
    return status;
}

status_t journal_pages_precheck(int fd)
{
    CHECK(fd >= 0);
    struct stat about;
    if (fstat(fd, &about) != 0)
        return STATUS_IO;
    if ((uint64_t)about.st_size < 2 * system_page_bytes())
        return STATUS_DAMAGED;
    meta_t meta;
    status_t status = STATUS_DAMAGED;
    for (unsigned i = 0; i < READ_TRIES && status == STATUS_DAMAGED; i++)
        status = newest_meta(fd, &meta);
    return status;
}

/* ---- trees ---- */

static bool page_in_file(const walk_t *walk, uint64_t number, uint64_t run)
{
    return number >= 2 && run >= 1 && run <= walk->file_pages &&
           number <= walk->last_page && number + run - 1 <= walk->last_page &&
           number + run <= walk->file_pages;
}

static uint16_t u16_at(const uint8_t *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* The node `index` of a page; NULL when it does not lie within the page. */
static const uint8_t *node_of(const walk_t *walk, const uint8_t *page, size_t index)
{
    size_t offset = u16_at(page + PAGE_HEAD_BYTES + 2 * index);
    size_t upper = u16_at(page + offsetof(page_head_t, space.bounds.upper));
    if (offset < upper || offset + NODE_HEAD_BYTES > walk->page_bytes)
        return NULL;
    const uint8_t *node = page + offset;
    size_t key_bytes = u16_at(node + 6);
    return offset + NODE_HEAD_BYTES + key_bytes <= walk->page_bytes ? node : NULL;
}

static uint64_t child_of(const uint8_t *node)
{
    return u16_at(node) | (uint64_t)u16_at(node + 2) << 16 |
           (uint64_t)u16_at(node + 4) << 32;
}

/* Reads a page and checks its header; *count is the number of its nodes. */
static status_t load_page(walk_t *walk, uint64_t number, uint32_t level, size_t *count)
{
    uint8_t *page = walk->pages + level * walk->page_bytes;
    *count = 0;
    if (!page_in_file(walk, number, 1) || walk->budget == 0)
        return STATUS_DAMAGED;
    walk->budget--;
    status_t status =
        read_at(walk->fd, page, walk->page_bytes, number * walk->page_bytes);
    if (status != STATUS_OK)
        return status;
    page_head_t head;
    memcpy(&head, page, sizeof head);
    bool branch = level + 1 < walk->depth;
    size_t lower = head.space.bounds.lower, upper = head.space.bounds.upper;
    if (head.number != number || head.flags != (branch ? PAGE_BRANCH : PAGE_LEAF) ||
        lower < PAGE_HEAD_BYTES || lower > upper || upper > walk->page_bytes)
        return STATUS_DAMAGED;
    *count = (lower - PAGE_HEAD_BYTES) / 2;
    /* LMDB asserts this of a branch of ours; of the free tree's it does not */
    return *count >= (branch && walk->main ? 2u : 1u) ? STATUS_OK : STATUS_DAMAGED;
}

/* A value too large for its page lies in a run of overflow pages. */
static status_t check_overflow(const walk_t *walk, const uint8_t *value, size_t size)
{
    uint64_t number;
    memcpy(&number, value, sizeof number);
    uint64_t run = (PAGE_HEAD_BYTES + size + walk->page_bytes - 1) / walk->page_bytes;
    if (!page_in_file(walk, number, run))
        return STATUS_DAMAGED;
    page_head_t head;
    status_t status = read_at(walk->fd, &head, sizeof head, number * walk->page_bytes);
    if (status != STATUS_OK)
        return status;
    bool sound =
        head.number == number && head.flags == PAGE_OVERFLOW && head.space.run >= run;
    return sound ? STATUS_OK : STATUS_DAMAGED;
}

static status_t check_leaf(const walk_t *walk, const uint8_t *page, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *node = node_of(walk, page, i);
        /* other flags belong to databases of a kind that we do not use */
        if (node == NULL || u16_at(node + 6) != JOURNAL_KEY_BYTES ||
            (u16_at(node + 4) & ~NODE_BIG) != 0)
            return STATUS_DAMAGED;
        size_t size = u16_at(node) | (size_t)u16_at(node + 2) << 16;
        bool big = (u16_at(node + 4) & NODE_BIG) != 0;
        const uint8_t *value = node + NODE_HEAD_BYTES + u16_at(node + 6);
        size_t inside = big ? sizeof(uint64_t) : size;
        if ((size_t)(value - page) + inside > walk->page_bytes)
            return STATUS_DAMAGED;
        status_t status = big ? check_overflow(walk, value, size) : STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static status_t found_damage(walk_t *walk, uint64_t low)
{
    if (walk->sound_before == NO_PAGE)
        walk->sound_before = low;
    return STATUS_DAMAGED;
}

static bool node_key(const uint8_t *node, uint64_t *seq)
{
    uint8_t bytes[JOURNAL_KEY_BYTES];
    const MDB_val key = { u16_at(node + 6), bytes };
    if (key.mv_size == sizeof bytes)
        memcpy(bytes, node + NODE_HEAD_BYTES, sizeof bytes);
    return journal_key_seq(&key, seq);
}

static status_t check_page(walk_t *walk, uint64_t number, uint32_t level, uint64_t low);

/* The children of the branch page at `level` whose keys are asked for. A child's keys
 * begin with its node's; the first node's key says nothing, LMDB leaves it empty. */
static status_t check_children(walk_t *walk, uint32_t level, size_t count, uint64_t low)
{
    const uint8_t *page = walk->pages + level * walk->page_bytes;
    uint64_t at = low, next_low = 0;
    for (size_t i = 0; i < count; i++, at = next_low) {
        const uint8_t *node = node_of(walk, page, i);
        const uint8_t *after = i + 1 < count ? node_of(walk, page, i + 1) : NULL;
        next_low = NO_PAGE;
        if (node == NULL ||
            (i + 1 < count && (after == NULL || !node_key(after, &next_low))))
            return found_damage(walk, at);
        if (walk->main && at > walk->to)
            break;
        if (walk->main && after != NULL && next_low <= walk->from)
            continue;
        status_t status = check_page(walk, child_of(node), level + 1, at);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* One page and what is below it; at most DEPTH_MAX calls deep. Its keys are not below
 * `low`. */
static status_t check_page(walk_t *walk, uint64_t number, uint32_t level, uint64_t low)
{
    bool leaf = level + 1 == walk->depth;
    if (leaf && !walk->leaves)
        return page_in_file(walk, number, 1) ? STATUS_OK : found_damage(walk, low);
    size_t count;
    status_t status = load_page(walk, number, level, &count);
    if (status == STATUS_OK && leaf)
        status = check_leaf(walk, walk->pages + level * walk->page_bytes, count);
    else if (status == STATUS_OK)
        return check_children(walk, level, count, low);
    return status == STATUS_DAMAGED ? found_damage(walk, low) : status;
}

static status_t check_tree(walk_t *walk, const tree_t *tree, bool main)
{
    walk->main = main;
    walk->depth = tree->depth;
    if (tree->root == NO_PAGE)
        return tree->depth == 0 && tree->entries == 0 ? STATUS_OK
                                                      : found_damage(walk, 0);
    return tree->depth == 0 ? found_damage(walk, 0)
                            : check_page(walk, tree->root, 0, 0);
}

static status_t start_walk(int fd, uint8_t *pages, walk_t *walk, meta_t *meta)
{
    struct stat about;
    status_t status = newest_meta(fd, meta);
    if (status != STATUS_OK)
        return status;
    if (fstat(fd, &about) != 0)
        return STATUS_IO;
    *walk = (walk_t){ .fd = fd,
                      .page_bytes = system_page_bytes(),
                      .last_page = meta->last_page,
                      .budget = meta->last_page,
                      .to = NO_PAGE,
                      .sound_before = NO_PAGE,
                      .pages = pages };
    walk->file_pages = (uint64_t)about.st_size / walk->page_bytes;
    return STATUS_OK;
}

uint8_t *journal_pages_buffer(void)
{
    return malloc(DEPTH_MAX * system_page_bytes());
}

static status_t check_whole(int fd, bool writing, uint8_t *pages)
{
    walk_t walk;
    meta_t meta;
    status_t status = start_walk(fd, pages, &walk, &meta);
    if (status != STATUS_OK)
        return status;
    walk.leaves = walk.file_pages <= meta.last_page;
    status = check_tree(&walk, &meta.main_tree, true);
    walk.leaves = true;
    return status == STATUS_OK && writing ? check_tree(&walk, &meta.free_tree, false)
                                          : status;
}

status_t journal_pages_check(int fd, bool writing)
{
    CHECK(fd >= 0);
    uint8_t *pages = journal_pages_buffer();
    if (pages == NULL)
        return STATUS_NO_MEMORY;
    status_t status = STATUS_DAMAGED;
    for (unsigned i = 0; i < READ_TRIES && status == STATUS_DAMAGED; i++)
        status = check_whole(fd, writing, pages);
    free(pages);
    return status;
}

status_t journal_pages_check_range(int fd, uint8_t *pages, uint64_t from, uint64_t to,
                                   uint64_t *sound_before)
{
    CHECK(fd >= 0);
    CHECK(pages != NULL && sound_before != NULL);
    CHECK(from <= to);
    *sound_before = 0;
    status_t status = STATUS_DAMAGED;
    for (unsigned i = 0; i < READ_TRIES && status == STATUS_DAMAGED; i++) {
        walk_t walk;
        meta_t meta;
        status = start_walk(fd, pages, &walk, &meta);
        if (status != STATUS_OK)
            continue;
        walk.leaves = true;
        walk.from = from;
        walk.to = to;
        status = check_tree(&walk, &meta.main_tree, true);
        *sound_before = walk.sound_before;
    }
    return status;
}

bool journal_value_sound(const MDB_val *value)
{
    CHECK(value != NULL);
    size_t page_bytes = system_page_bytes();
    size_t offset = (size_t)((uintptr_t)value->mv_data & (page_bytes - 1));
    if (value->mv_size == 0 || value->mv_size > RECORD_BYTES_MAX)
        return false;
    if (offset + value->mv_size <= page_bytes)
        return true;
    if (offset != PAGE_HEAD_BYTES)
        return false;
    page_head_t head;
    memcpy(&head, (const uint8_t *)value->mv_data - PAGE_HEAD_BYTES, sizeof head);
    return (head.flags & PAGE_OVERFLOW) != 0 &&
           PAGE_HEAD_BYTES + value->mv_size <= (uint64_t)head.space.run * page_bytes;
}
