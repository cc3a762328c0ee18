/* read_ahead.c - see read_ahead.h. A ring of pages between two threads. */
#include "broker/runtime/read_ahead.h"

#include "broker/core/event.h"
#include "broker/runtime/hash.h"
#include "proto/check.h"
#include "proto/wire.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct read_ahead {
    journal_reader_t *reader;
    uint64_t next_seq, head_seq; /* the thread's */
    decoded_page_t pages[READ_AHEAD_PAGES];
    bool borrowed; /* the core thread looks at the page `taken` - 1 */
    bool running;
    pthread_t thread;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    uint64_t filled, taken, given_back; /* pages, counted from the start */
    bool stop;
};

/* ---- the thread ---- */

typedef struct {
    decoded_page_t *page;
    bool full; /* the arena takes no more: the next page begins with this record */
    status_t status;
} filling_t;

static const uint8_t *keep(arena_t *arena, const uint8_t *part, uint32_t size)
{
    uint8_t *kept = arena_take(arena, size);
    if (kept != NULL)
        memcpy(kept, part, size);
    return kept;
}

/* STATUS_NO_MEMORY: the arena is used up. */
static status_t decode(arena_t *arena, const record_t *record, decoded_t *out)
{
    *out = (decoded_t){
        .time_ms = record->time_ms,
        .instance = record->instance,
        .number = record->number,
        .hash = hash_command(record->public_part, record->public_size,
                             record->private_part, record->private_size),
        .key = record->key,
        .verdict = record->verdict,
    };
    const uint8_t *bytes = keep(arena, record->public_part, record->public_size);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    if ((record->verdict & VERDICT_NAMED) != 0 && record->private_size > 0) {
        out->private_part = keep(arena, record->private_part, record->private_size);
        out->private_size = record->private_size;
        if (out->private_part == NULL)
            return STATUS_NO_MEMORY;
    }
    return wire_read_stored(arena, bytes, record->public_size, &out->command);
}

static bool take_record(void *context, uint64_t seq, const record_t *record,
                        const uint8_t chain[RECORD_CHAIN_BYTES])
{
    filling_t *filling = context;
    decoded_page_t *page = filling->page;
    CHECK(seq == page->first_seq + page->count);
    CHECK(page->count < JOURNAL_PAGE_MAX);
    status_t status = decode(page->arena, record, &page->records[page->count]);
    if (status == STATUS_NO_MEMORY && page->count > 0) {
        filling->full = true;
        return false;
    }
    if (status != STATUS_OK) {
        filling->status = STATUS_DAMAGED;
        return false;
    }
    page->count++;
    memcpy(page->chain, chain, RECORD_CHAIN_BYTES);
    return true;
}

static void fill(read_ahead_t *ahead, decoded_page_t *page)
{
    filling_t filling = { .page = page, .status = STATUS_OK };
    uint64_t next;
    arena_reset(page->arena);
    page->first_seq = ahead->next_seq;
    page->count = 0;
    status_t status = journal_read(ahead->reader, ahead->next_seq, JOURNAL_PAGE_MAX,
                                   take_record, &filling, &next);
    ahead->next_seq += page->count;
    if (filling.status != STATUS_OK)
        status = filling.status;
    else if (status == STATUS_OK && ahead->next_seq > ahead->head_seq)
        status = STATUS_NOT_FOUND;
    else if (status == STATUS_OK && page->count == 0)
        status = STATUS_DAMAGED; /* the head is further on, but nothing is here */
    page->status = status;
}

/* Waits for a page that may be filled; NULL = stop. */
static decoded_page_t *await_room(read_ahead_t *ahead)
{
    CHECK(pthread_mutex_lock(&ahead->lock) == 0);
    while (!ahead->stop && ahead->filled - ahead->given_back == READ_AHEAD_PAGES)
        CHECK(pthread_cond_wait(&ahead->changed, &ahead->lock) == 0);
    decoded_page_t *page =
        ahead->stop ? NULL : &ahead->pages[ahead->filled % READ_AHEAD_PAGES];
    CHECK(pthread_mutex_unlock(&ahead->lock) == 0);
    return page;
}

static void *run(void *context)
{
    read_ahead_t *ahead = context;
    (void)pthread_setname_np(pthread_self(), "yx-read-ahead"); /* for people who look */
    decoded_page_t *page;
    bool more = true;
    while (more && (page = await_room(ahead)) != NULL) {
        fill(ahead, page);
        more = page->status == STATUS_OK;
        CHECK(pthread_mutex_lock(&ahead->lock) == 0);
        ahead->filled++;
        CHECK(pthread_cond_broadcast(&ahead->changed) == 0);
        CHECK(pthread_mutex_unlock(&ahead->lock) == 0);
    }
    return NULL;
}

/* ---- the core thread ---- */

static status_t build(read_ahead_t *ahead, journal_t *journal)
{
    for (size_t i = 0; i < READ_AHEAD_PAGES; i++) {
        ahead->pages[i].arena = arena_create(READ_AHEAD_ARENA_BYTES);
        ahead->pages[i].records = calloc(JOURNAL_PAGE_MAX, sizeof(decoded_t));
        if (ahead->pages[i].arena == NULL || ahead->pages[i].records == NULL)
            return STATUS_NO_MEMORY;
    }
    status_t status = journal_reader_create(journal, &ahead->reader);
    if (status != STATUS_OK)
        return status;
    ahead->running = pthread_create(&ahead->thread, NULL, run, ahead) == 0;
    return ahead->running ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t read_ahead_create(journal_t *journal, uint64_t from_seq, read_ahead_t **out)
{
    CHECK(journal != NULL);
    CHECK(from_seq >= 1);
    CHECK(out != NULL);
    *out = NULL;
    read_ahead_t *ahead = calloc(1, sizeof *ahead);
    if (ahead == NULL)
        return STATUS_NO_MEMORY;
    ahead->next_seq = from_seq;
    ahead->head_seq = journal_head(journal);
    CHECK(pthread_mutex_init(&ahead->lock, NULL) == 0);
    CHECK(pthread_cond_init(&ahead->changed, NULL) == 0);
    status_t status = build(ahead, journal);
    if (status != STATUS_OK)
        read_ahead_destroy(&ahead);
    *out = ahead;
    return status;
}

void read_ahead_destroy(read_ahead_t **out)
{
    CHECK(out != NULL);
    read_ahead_t *ahead = *out;
    if (ahead == NULL)
        return;
    CHECK(pthread_mutex_lock(&ahead->lock) == 0);
    ahead->stop = true;
    CHECK(pthread_cond_broadcast(&ahead->changed) == 0);
    CHECK(pthread_mutex_unlock(&ahead->lock) == 0);
    if (ahead->running)
        CHECK(pthread_join(ahead->thread, NULL) == 0);
    CHECK(pthread_cond_destroy(&ahead->changed) == 0);
    CHECK(pthread_mutex_destroy(&ahead->lock) == 0);
    journal_reader_destroy(&ahead->reader);
    for (size_t i = 0; i < READ_AHEAD_PAGES; i++) {
        arena_destroy(&ahead->pages[i].arena);
        free(ahead->pages[i].records);
    }
    free(ahead);
    *out = NULL;
}

const decoded_page_t *read_ahead_next(read_ahead_t *ahead)
{
    CHECK(ahead != NULL);
    CHECK(pthread_mutex_lock(&ahead->lock) == 0);
    if (ahead->borrowed) {
        ahead->given_back++;
        CHECK(pthread_cond_broadcast(&ahead->changed) == 0);
    }
    while (ahead->filled == ahead->taken)
        CHECK(pthread_cond_wait(&ahead->changed, &ahead->lock) == 0);
    const decoded_page_t *page = &ahead->pages[ahead->taken % READ_AHEAD_PAGES];
    ahead->taken++;
    ahead->borrowed = true;
    CHECK(pthread_mutex_unlock(&ahead->lock) == 0);
    return page;
}
