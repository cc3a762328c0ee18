/* reader_page.c - see reader_page.h. */
#include "broker/runtime/reader_page.h"

#include "proto/check.h"
#include <string.h>

static const uint8_t *keep(arena_t *arena, const uint8_t *part, uint32_t size)
{
    uint8_t *kept = arena_take(arena, size > 0 ? size : 1);
    if (kept != NULL && size > 0)
        memcpy(kept, part, size);
    return kept;
}

/* False when the page is full; the record is then not in it. */
static bool take(void *context, uint64_t seq, const record_t *record,
                 const uint8_t chain[RECORD_CHAIN_BYTES])
{
    reader_page_t *page = context;
    if (page->count == page->job.count)
        return false;
    reader_record_t *out = &page->records[page->count];
    out->seq = seq;
    out->record = *record;
    memcpy(out->chain, chain, RECORD_CHAIN_BYTES);
    out->record.public_part =
        keep(page->arena, record->public_part, record->public_size);
    out->record.private_part =
        keep(page->arena, record->private_part, record->private_size);
    if (out->record.public_part == NULL || out->record.private_part == NULL)
        return false;
    page->count++;
    return true;
}

static void fill_range(journal_reader_t *reader, reader_page_t *page)
{
    uint64_t next;
    page->status =
        journal_read(reader, page->job.first, page->job.count, take, page, &next);
    page->next = page->job.first + page->count; /* one that found no room comes again */
}

/* The link of a record in the job's chain, or NULL. */
static const record_link_t *link_of(const reader_job_t *job, const record_t *record)
{
    for (uint32_t i = 0; i < record->link_count; i++) {
        const record_link_t *link = &record->links[i];
        if (link->kind == job->link_kind && link->key == job->link_key)
            return link;
    }
    return NULL;
}

typedef struct {
    const reader_job_t *job;
    bool found;
    uint64_t previous;
} looked_t;

static bool look(void *context, uint64_t seq, const record_t *record,
                 const uint8_t chain[RECORD_CHAIN_BYTES])
{
    looked_t *looked = context;
    const record_link_t *link = link_of(looked->job, record);
    (void)seq;
    (void)chain;
    looked->found = link != NULL;
    looked->previous = link != NULL ? link->previous : 0;
    return false;
}

/* Whether record `seq` is of the chain, and the one before it there. */
static status_t look_at(journal_reader_t *reader, const reader_job_t *job, uint64_t seq,
                        looked_t *looked)
{
    uint64_t next;
    *looked = (looked_t){ .job = job };
    return journal_read(reader, seq, 1, look, looked, &next);
}

/* Down from the newest to the first record below `below`. */
static status_t walk_below(journal_reader_t *reader, reader_page_t *page)
{
    looked_t looked;
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < READER_SKIP_MAX && status == STATUS_OK; i++) {
        if (page->next < page->job.below)
            return STATUS_OK;
        status = look_at(reader, &page->job, page->next, &looked);
        if (status == STATUS_OK && (!looked.found || looked.previous >= page->next))
            status = STATUS_DAMAGED;
        page->next = looked.previous;
    }
    return status == STATUS_OK ? STATUS_UNKNOWN_VALUE : status;
}

/* Where the chain goes on below `below`: at once when that is a record of it. */
static status_t find_start(journal_reader_t *reader, reader_page_t *page)
{
    const reader_job_t *job = &page->job;
    looked_t looked;
    page->next = job->first;
    if (job->below == 0 || job->first < job->below)
        return STATUS_OK;
    status_t status = look_at(reader, job, job->below, &looked);
    if (status != STATUS_OK)
        return status;
    if (!looked.found)
        return walk_below(reader, page);
    page->next = looked.previous;
    return STATUS_OK;
}

/* A link points backwards, so that the walk ends whatever the bytes say. */
static status_t step(const reader_page_t *page, uint64_t *next)
{
    const reader_record_t *last = &page->records[page->count - 1];
    const record_link_t *link = link_of(&page->job, &last->record);
    *next = link != NULL ? link->previous : 0;
    return link != NULL && *next < last->seq ? STATUS_OK : STATUS_DAMAGED;
}

static void fill_chain(journal_reader_t *reader, reader_page_t *page)
{
    uint64_t unused;
    page->status = find_start(reader, page);
    while (page->status == STATUS_OK && page->next != 0 &&
           page->count < page->job.count) {
        uint32_t before = page->count;
        page->status = journal_read(reader, page->next, 1, take, page, &unused);
        if (page->status != STATUS_OK || page->count == before)
            return; /* damaged, or no room: the next page begins there */
        page->status = step(page, &page->next);
    }
}

void reader_page_fill(journal_reader_t *reader, reader_page_t *page)
{
    CHECK(page->job.count <= READER_PAGE_RECORDS_MAX);
    arena_reset(page->arena);
    page->count = 0;
    if (page->job.link_kind != 0)
        fill_chain(reader, page);
    else
        fill_range(reader, page);
}
