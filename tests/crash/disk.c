/* disk.c - see disk.h. */
#include "tests/crash/disk.h"

#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 256u
#define LINKS_MAX 256u
#define NAME_MAX_ 64u
#define NO_NODE   UINT32_MAX

typedef struct {
    uint8_t *bytes;
    size_t size, room;
} body_t;

typedef struct {
    uint64_t number; /* the recorded one; a later file may bear it again */
    bool folder;
    bool changed; /* the scratch body is the image's, not the sure one */
    body_t sure, scratch;
} node_t;

typedef struct {
    uint32_t parent, child;
    char name[NAME_MAX_];
} link_t;

typedef struct {
    link_t links[LINKS_MAX];
    uint32_t count;
} names_t;

typedef struct {
    const record_entry_t *entry;
    uint32_t node;   /* of the file, or of a name's folder */
    uint32_t target; /* what RECORD_LINK names */
    bool sure;       /* written through */
} pending_t;

struct disk {
    bool write_through;
    node_t nodes[NODES_MAX];
    uint32_t node_count;
    names_t names, scratch_names;
    pending_t pending[DISK_PENDING_MAX];
    uint32_t pending_count;
    const record_entry_t *under_way;
};

uint64_t disk_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

disk_t *disk_create(bool write_through)
{
    disk_t *disk = calloc(1, sizeof *disk);
    CHECK(disk != NULL);
    disk->write_through = write_through;
    return disk;
}

void disk_destroy(disk_t **disk)
{
    if (*disk == NULL)
        return;
    for (uint32_t i = 0; i < (*disk)->node_count; i++) {
        free((*disk)->nodes[i].sure.bytes);
        free((*disk)->nodes[i].scratch.bytes);
    }
    free(*disk);
    *disk = NULL;
}

/* ---- bodies ---- */

static void body_resize(body_t *body, size_t size)
{
    if (size > body->room) {
        body->room = size + 65536;
        body->bytes = realloc(body->bytes, body->room);
        CHECK(body->bytes != NULL);
    }
    if (size > body->size)
        memset(body->bytes + body->size, 0, size - body->size);
    body->size = size;
}

static void body_put(body_t *body, uint64_t at, const uint8_t *bytes, size_t size)
{
    if (at + size > body->size)
        body_resize(body, at + size);
    memcpy(body->bytes + at, bytes, size);
}

/* A prefix, a suffix or any of the sectors. */
static void body_put_torn(body_t *body, const record_entry_t *entry, uint64_t seed)
{
    uint64_t end = entry->offset + entry->size;
    uint64_t how = disk_random(&seed) % 3;
    uint64_t cut = entry->offset + disk_random(&seed) % entry->size;
    cut -= cut % DISK_SECTOR_BYTES;
    for (uint64_t at = entry->offset, next; at < end; at = next) {
        next = at - at % DISK_SECTOR_BYTES + DISK_SECTOR_BYTES;
        next = next < end ? next : end;
        bool kept = how == 0   ? next <= cut
                    : how == 1 ? at >= cut
                               : disk_random(&seed) % 2 == 0;
        if (kept)
            body_put(body, at, entry->bytes + (at - entry->offset),
                     (size_t)(next - at));
    }
}

static void body_apply(body_t *body, const record_entry_t *entry, uint8_t fate,
                       uint64_t seed)
{
    if (entry->kind == RECORD_RESIZE) {
        if (fate == FATE_KEPT && (entry->value == 0 || entry->offset > body->size))
            body_resize(body, (size_t)entry->offset);
    } else if (fate == FATE_KEPT) {
        body_put(body, entry->offset, entry->bytes, entry->size);
    } else if (fate == FATE_TORN) {
        body_put_torn(body, entry, seed);
    } else if (fate == FATE_GROWN && entry->offset + entry->size > body->size) {
        body_resize(body, (size_t)(entry->offset + entry->size));
    }
}

/* ---- nodes and names ---- */

static uint32_t find_node(const disk_t *disk, uint64_t number)
{
    for (uint32_t i = disk->node_count; i-- > 0;) {
        if (disk->nodes[i].number == number)
            return i;
    }
    CHECK(false); /* the log begins with an empty folder */
    return NO_NODE;
}

static uint32_t add_node(disk_t *disk, uint64_t number, bool folder)
{
    CHECK(disk->node_count < NODES_MAX);
    disk->nodes[disk->node_count] = (node_t){ .number = number, .folder = folder };
    return disk->node_count++;
}

static void name_remove(names_t *names, uint32_t parent, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->links[i].parent == parent && strcmp(names->links[i].name, name) == 0)
            names->links[i--] = names->links[--names->count];
    }
}

static void name_put(names_t *names, uint32_t parent, const char *name, uint32_t child)
{
    name_remove(names, parent, name);
    CHECK(names->count < LINKS_MAX);
    CHECK(strlen(name) < NAME_MAX_);
    link_t *link = &names->links[names->count++];
    *link = (link_t){ .parent = parent, .child = child };
    strcpy(link->name, name);
}

static void name_move(names_t *names, uint32_t parent, const char *from, const char *to)
{
    for (uint32_t i = 0; i < names->count; i++) {
        const link_t *link = &names->links[i];
        if (link->parent != parent || strcmp(link->name, from) != 0)
            continue;
        uint32_t child = link->child;
        name_remove(names, parent, from);
        name_put(names, parent, to, child);
        return;
    }
}

static void names_apply(names_t *names, const pending_t *pending)
{
    const char *name = (const char *)pending->entry->bytes;
    if (pending->entry->kind == RECORD_LINK)
        name_put(names, pending->node, name, pending->target);
    else if (pending->entry->kind == RECORD_UNLINK)
        name_remove(names, pending->node, name);
    else
        name_move(names, pending->node, name, name + strlen(name) + 1);
}

/* ---- steps ---- */

static bool of_body(const pending_t *pending)
{
    return pending->entry->kind == RECORD_WRITE ||
           pending->entry->kind == RECORD_RESIZE;
}

/* Everything pending of this file, or of this folder's names, is sure from now on. */
static void fold(disk_t *disk, uint32_t node)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < disk->pending_count; i++) {
        const pending_t *pending = &disk->pending[i];
        if (pending->node != node)
            disk->pending[left++] = *pending;
        else if (of_body(pending))
            body_apply(&disk->nodes[node].sure, pending->entry, FATE_KEPT, 0);
        else
            names_apply(&disk->names, pending);
    }
    disk->pending_count = left;
}

static void settle(disk_t *disk)
{
    const record_entry_t *entry = disk->under_way;
    if (entry == NULL)
        return;
    if (entry->kind == RECORD_SYNC)
        fold(disk, find_node(disk, entry->file));
    else if (entry->kind == RECORD_WRITE && entry->value == 1 && disk->write_through)
        disk->pending[disk->pending_count - 1].sure = true;
}

static void add_pending(disk_t *disk, const record_entry_t *entry, uint32_t node,
                        uint32_t target)
{
    CHECK(disk->pending_count < DISK_PENDING_MAX);
    disk->pending[disk->pending_count++] = (pending_t){ entry, node, target, false };
}

void disk_step(disk_t *disk, const record_entry_t *entry)
{
    settle(disk);
    disk->under_way = entry;
    switch (entry->kind) {
    case RECORD_ROOT:
        (void)add_node(disk, entry->file, true); /* it is node 0 */
        break;
    case RECORD_LINK: {
        uint32_t folder = find_node(disk, entry->folder);
        add_pending(disk, entry, folder,
                    add_node(disk, entry->file, entry->value == 1));
        break;
    }
    case RECORD_RENAME:
        CHECK(entry->folder == entry->offset); /* nothing here moves between folders */
        add_pending(disk, entry, find_node(disk, entry->folder), NO_NODE);
        break;
    case RECORD_UNLINK:
        add_pending(disk, entry, find_node(disk, entry->folder), NO_NODE);
        break;
    case RECORD_WRITE:
    case RECORD_RESIZE:
        add_pending(disk, entry, find_node(disk, entry->file), NO_NODE);
        break;
    default:
        break;
    }
}

uint32_t disk_pending(const disk_t *disk)
{
    return disk->pending_count;
}

bool disk_pending_write(const disk_t *disk, uint32_t i)
{
    return disk->pending[i].entry->kind == RECORD_WRITE;
}

/* ---- images ---- */

static void apply_body(disk_t *disk, const pending_t *pending, uint8_t fate,
                       uint64_t seed)
{
    node_t *node = &disk->nodes[pending->node];
    if (pending->sure)
        fate = FATE_KEPT;
    if (fate == FATE_LOST)
        return;
    if (!node->changed) {
        body_resize(&node->scratch, node->sure.size);
        if (node->sure.size > 0)
            memcpy(node->scratch.bytes, node->sure.bytes, node->sure.size);
        node->changed = true;
    }
    body_apply(&node->scratch, pending->entry, fate, seed);
}

static void apply_choice(disk_t *disk, const choice_t *choice)
{
    bool broken[NODES_MAX] = { false }; /* this folder's names end here */
    for (uint32_t i = 0; i < disk->node_count; i++)
        disk->nodes[i].changed = false;
    disk->scratch_names = disk->names;
    for (uint32_t i = 0; i < disk->pending_count; i++) {
        const pending_t *pending = &disk->pending[i];
        uint8_t fate = choice->fates[i];
        if (of_body(pending)) {
            apply_body(disk, pending, fate, choice->seed + i);
            continue;
        }
        if (fate != FATE_KEPT)
            broken[pending->node] = true;
        if (!broken[pending->node])
            names_apply(&disk->scratch_names, pending);
    }
}

static void list_folder(const disk_t *disk, uint32_t folder, const char *prefix,
                        image_t *image)
{
    const names_t *names = &disk->scratch_names;
    for (uint32_t i = 0; i < names->count; i++) {
        const link_t *link = &names->links[i];
        if (link->parent != folder)
            continue;
        CHECK(image->count < DISK_FILES_MAX);
        const node_t *node = &disk->nodes[link->child];
        const body_t *body = node->changed ? &node->scratch : &node->sure;
        disk_file_t *file = &image->files[image->count++];
        *file = (disk_file_t){ .folder = node->folder,
                               .bytes = body->bytes,
                               .size = body->size };
        int size = snprintf(file->path, sizeof file->path, "%s/%s", prefix, link->name);
        CHECK(size > 0 && (size_t)size < sizeof file->path);
        if (node->folder)
            list_folder(disk, link->child, file->path, image);
    }
}

void disk_image(disk_t *disk, const choice_t *choice, image_t *image)
{
    image->count = 0;
    apply_choice(disk, choice);
    list_folder(disk, 0, "", image);
}
