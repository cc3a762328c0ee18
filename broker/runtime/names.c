/* names.c - see names.h. One page goes to and fro between the two threads. */
#include "broker/runtime/names.h"

#include "broker/core/event.h"
#include "broker/runtime/wake.h"
#include "proto/check.h"
#include "proto/wire.h"
#include <pthread.h>
#include <stdlib.h>

typedef struct {
    command_t command;
    private_t part;
} named_record_t;

struct names {
    journal_reader_t *reader;
    arena_t *arena;
    named_record_t *records; /* of the page */
    uint32_t count;
    uint64_t next_seq; /* the thread's */
    int fd;
    bool running;
    pthread_t thread;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool ready; /* the page is the core thread's */
    bool ended, stop;
};

/* ---- the thread ---- */

static uint64_t previous_of(const record_t *record)
{
    for (uint32_t i = 0; i < record->link_count; i++) {
        if (record->links[i].kind == LINK_DIRECTORY)
            return record->links[i].previous;
    }
    return 0; /* the chain is broken: what lies before stays without names */
}

static const uint8_t *keep(arena_t *arena, const uint8_t *part, uint32_t size)
{
    uint8_t *kept = arena_take(arena, size > 0 ? size : 1);
    for (uint32_t i = 0; kept != NULL && i < size; i++)
        kept[i] = part[i];
    return kept;
}

static bool take_record(void *context, uint64_t seq, const record_t *record,
                        const uint8_t chain[RECORD_CHAIN_BYTES])
{
    names_t *names = context;
    named_record_t *out = &names->records[names->count];
    const uint8_t *public_part =
        keep(names->arena, record->public_part, record->public_size);
    const uint8_t *private_part =
        keep(names->arena, record->private_part, record->private_size);
    (void)seq;
    (void)chain;
    if (public_part == NULL || private_part == NULL)
        return false; /* the next page begins with it */
    status_t status =
        wire_read_stored(names->arena, public_part, record->public_size, &out->command);
    if (status == STATUS_OK)
        status = wire_read_stored_private(names->arena, private_part,
                                          record->private_size, &out->part);
    if (status == STATUS_NO_MEMORY)
        return false;
    names->count += status == STATUS_OK; /* one that cannot be read is left out */
    names->next_seq = previous_of(record);
    return false;
}

static void fill(names_t *names)
{
    arena_reset(names->arena);
    names->count = 0;
    bool moved = true;
    while (moved && names->next_seq != 0 && names->count < NAMES_PAGE_RECORDS) {
        uint64_t seq = names->next_seq, next;
        status_t status =
            journal_read(names->reader, seq, 1, take_record, names, &next);
        moved = names->next_seq != seq;
        if (status != STATUS_OK)
            names->next_seq = 0; /* damage ends the walk, not the service */
    }
    if (!moved && names->count == 0)
        names->next_seq = 0;
}

static void *run(void *context)
{
    names_t *names = context;
    (void)pthread_setname_np(pthread_self(), "yx-names"); /* for people who look */
    CHECK(pthread_mutex_lock(&names->lock) == 0);
    while (!names->stop && !names->ended) {
        if (names->ready) {
            CHECK(pthread_cond_wait(&names->changed, &names->lock) == 0);
            continue;
        }
        CHECK(pthread_mutex_unlock(&names->lock) == 0);
        fill(names);
        CHECK(pthread_mutex_lock(&names->lock) == 0);
        names->ready = true;
        names->ended = names->next_seq == 0;
        wake_ring(names->fd);
    }
    CHECK(pthread_mutex_unlock(&names->lock) == 0);
    return NULL;
}

/* ---- the core thread ---- */

static status_t build(names_t *names, journal_t *journal)
{
    names->arena = arena_create(NAMES_PAGE_ARENA_BYTES);
    names->records = calloc(NAMES_PAGE_RECORDS, sizeof *names->records);
    names->fd = wake_open();
    if (names->arena == NULL || names->records == NULL || names->fd < 0)
        return STATUS_NO_MEMORY;
    status_t status = journal_reader_create(journal, &names->reader);
    if (status != STATUS_OK)
        return status;
    names->running = pthread_create(&names->thread, NULL, run, names) == 0;
    return names->running ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t names_create(journal_t *journal, uint64_t newest, names_t **out)
{
    CHECK(journal != NULL);
    CHECK(out != NULL);
    *out = NULL;
    names_t *names = calloc(1, sizeof *names);
    if (names == NULL)
        return STATUS_NO_MEMORY;
    names->fd = -1;
    names->next_seq = newest;
    CHECK(pthread_mutex_init(&names->lock, NULL) == 0);
    CHECK(pthread_cond_init(&names->changed, NULL) == 0);
    status_t status = build(names, journal);
    if (status != STATUS_OK)
        names_destroy(&names);
    *out = names;
    return status;
}

void names_destroy(names_t **out)
{
    CHECK(out != NULL);
    names_t *names = *out;
    if (names == NULL)
        return;
    CHECK(pthread_mutex_lock(&names->lock) == 0);
    names->stop = true;
    CHECK(pthread_cond_broadcast(&names->changed) == 0);
    CHECK(pthread_mutex_unlock(&names->lock) == 0);
    if (names->running)
        CHECK(pthread_join(names->thread, NULL) == 0);
    CHECK(pthread_cond_destroy(&names->changed) == 0);
    CHECK(pthread_mutex_destroy(&names->lock) == 0);
    journal_reader_destroy(&names->reader);
    arena_destroy(&names->arena);
    wake_close(&names->fd);
    free(names->records);
    free(names);
    *out = NULL;
}

bool names_turn(names_t *names, directory_t *directory, const state_t *state,
                uint32_t *learnt, uint32_t *lost)
{
    CHECK(names != NULL);
    CHECK(learnt != NULL && lost != NULL);
    *learnt = *lost = 0;
    CHECK(pthread_mutex_lock(&names->lock) == 0);
    bool ready = names->ready;
    CHECK(pthread_mutex_unlock(&names->lock) == 0);
    if (!ready)
        return true;
    wake_clear(names->fd);
    for (uint32_t i = 0; i < names->count; i++) {
        const named_record_t *record = &names->records[i];
        status_t status =
            directory_learn_older(directory, state, &record->command, &record->part);
        *lost += status != STATUS_OK;
    }
    *learnt = names->count;
    CHECK(pthread_mutex_lock(&names->lock) == 0);
    bool more = !names->ended;
    names->ready = false;
    CHECK(pthread_cond_broadcast(&names->changed) == 0);
    CHECK(pthread_mutex_unlock(&names->lock) == 0);
    return more;
}

int names_fd(const names_t *names)
{
    CHECK(names != NULL);
    return names->fd;
}
