/* outbox_store.c - see outbox_store.h. */
#include "tests/crash/outbox_store.h"

#include "proto/check.h"
#include "tests/crash/disk.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ENTRY_BYTES_MAX 6000u

typedef struct {
    uint8_t bytes[ENTRY_BYTES_MAX];
    uint32_t size;
} content_t;

/* Of 20 to 300 bytes, now and then of several pages. */
static void content_of(uint64_t entry, content_t *content)
{
    uint64_t chance = entry * 7919;
    content->size = 20 + (uint32_t)(disk_random(&chance) % 280);
    if (entry % 11 == 0)
        content->size = ENTRY_BYTES_MAX;
    for (uint32_t i = 0; i < content->size; i++)
        content->bytes[i] = (uint8_t)disk_random(&chance);
}

static status_t add(outbox_t *outbox, uint64_t expected)
{
    content_t content;
    uint64_t entry = 0;
    content_of(expected, &content);
    const outbox_entry_t command = { .public_part = content.bytes,
                                     .public_size = content.size };
    status_t status = outbox_add(outbox, &command, false, &entry);
    return status == STATUS_OK && entry != expected ? STATUS_CONFLICT : status;
}

static status_t add_two(outbox_t *outbox, uint64_t after)
{
    status_t status = outbox_begin(outbox);
    if (status != STATUS_OK)
        return status;
    status = add(outbox, after + 1);
    if (status == STATUS_OK)
        status = add(outbox, after + 2);
    if (status == STATUS_OK)
        return outbox_commit(outbox);
    outbox_abort(outbox);
    return status;
}

void outbox_store_add(outbox_t *outbox, outbox_counts_t *counts)
{
    CHECK(add_two(outbox, counts->added) == STATUS_OK);
    counts->added += 2;
}

void outbox_store_settle(outbox_t *outbox, outbox_counts_t *counts)
{
    uint64_t moved;
    outbox_entry_t oldest;
    CHECK(outbox_get(outbox, counts->settled + 1, &oldest) == STATUS_OK);
    const outbox_outcome_t outcome = { .entry = oldest.entry,
                                       .instance = oldest.instance,
                                       .number = oldest.number,
                                       .seq = 1000 + oldest.entry };
    CHECK(outcome.status == STATUS_OK);
    CHECK(outbox_begin(outbox) == STATUS_OK);
    CHECK(outbox_settle(outbox, &outcome, &moved) == STATUS_OK);
    CHECK(outbox_commit(outbox) == STATUS_OK);
    counts->settled++;
}

static bool is_right(const outbox_entry_t *found, uint64_t entry, outbox_state_t state)
{
    content_t content;
    content_of(entry, &content);
    return found->entry == entry && found->number == entry && found->state == state &&
           found->public_size == content.size &&
           memcmp(found->public_part, content.bytes, content.size) == 0;
}

/* The entries behind `after` in one of the two tables must follow without a gap; *last
 * is the newest. */
static status_t walk(outbox_t *outbox, bool acknowledged, uint64_t after,
                     uint64_t *last)
{
    outbox_state_t state = acknowledged ? OUTBOX_ACKNOWLEDGED : OUTBOX_WAITING;
    outbox_entry_t found;
    status_t status;
    *last = after;
    while ((status = outbox_next(outbox, acknowledged, *last, &found)) == STATUS_OK) {
        if (!is_right(&found, *last + 1, state))
            return STATUS_DAMAGED;
        ++*last;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static status_t check(outbox_t *outbox, const outbox_counts_t *acknowledged,
                      outbox_counts_t *found)
{
    outbox_entry_t first;
    status_t status = walk(outbox, true, 0, &found->settled);
    found->added = found->settled;
    if (status == STATUS_OK)
        status = walk(outbox, false, found->settled, &found->added);
    /* nothing may wait that is settled too: the first one behind nothing tells */
    if (status == STATUS_OK && outbox_next(outbox, false, 0, &first) == STATUS_OK &&
        first.entry <= found->settled)
        status = STATUS_DAMAGED;
    if (status == STATUS_OK &&
        (found->added < acknowledged->added || found->settled < acknowledged->settled ||
         found->added % 2 != 0))
        status = STATUS_NOT_FOUND;
    return status == STATUS_OK ? add_two(outbox, found->added) : status;
}

bool outbox_store_check(const char *folder, const outbox_counts_t *acknowledged,
                        char *complaint, size_t room)
{
    outbox_t *outbox = NULL;
    outbox_counts_t found = { 0 };
    status_t status = outbox_open(folder, NULL, &outbox);
    if (status == STATUS_OK)
        status = check(outbox, acknowledged, &found);
    outbox_close(&outbox);
    if (status == STATUS_OK)
        return true;
    (void)snprintf(complaint, room,
                   "outbox: %s, %" PRIu64 " entries and %" PRIu64
                   " settled, acknowledged %" PRIu64 " and %" PRIu64,
                   status_name(status), found.added, found.settled, acknowledged->added,
                   acknowledged->settled); /* cut at the end, if at all */
    return false;
}
