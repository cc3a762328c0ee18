/* replay.c - see replay.h. Records come decoded from read_ahead.c. */
#include "broker/runtime/replay.h"

#include "broker/core/access.h"
#include "broker/core/decide.h"
#include "broker/runtime/read_ahead.h"
#include "proto/check.h"
#include "proto/wire.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define PRIVATE_ARENA_BYTES (1024u * 1024u) /* one private part, decoded */
#define PROGRESS_MS         1000
#define GENESIS_SEQ         1u

typedef struct {
    const replay_t *replay;
    replay_result_t *result;
    arena_t *arena; /* for private parts */
    int64_t next_progress_ms;
} walk_t;

static int64_t mono_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static status_t resolve(const state_t *state, uint64_t seq, const decoded_t *record,
                        event_t *event)
{
    if (seq == GENESIS_SEQ) {
        if (record->command.kind != COMMAND_GENESIS || !genesis_sane(&record->command))
            return STATUS_DAMAGED;
        event_genesis(event, &record->command, record->time_ms);
        return STATUS_OK;
    }
    if (record->command.kind == COMMAND_GENESIS || record->time_ms < state->head_ms)
        return STATUS_DAMAGED;
    const origin_t origin = {
        .key = record->key,
        .instance = record->instance,
        .number = record->number,
        .hash = record->hash,
        .now_ms = record->time_ms,
        .named = (record->verdict & VERDICT_NAMED) != 0,
    };
    return event_resolve(state, &origin, &record->command, record->verdict, event);
}

/* A name that cannot be read is no reason to refuse the fact: it is left out. */
static void learn(walk_t *walk, const decoded_t *record)
{
    if (record->private_part == NULL)
        return;
    private_t part;
    arena_reset(walk->arena);
    status_t status = wire_read_stored_private(walk->arena, record->private_part,
                                               record->private_size, &part);
    if (status == STATUS_OK)
        status = directory_learn(walk->replay->directory, walk->replay->state,
                                 &record->command, &part);
    if (status != STATUS_OK)
        walk->result->names_lost++;
}

static status_t apply_page(walk_t *walk, const decoded_page_t *page)
{
    state_t *state = walk->replay->state;
    for (uint32_t i = 0; i < page->count; i++) {
        event_t event;
        uint64_t seq = page->first_seq + i;
        CHECK(seq == state->head_seq + 1);
        status_t status = resolve(state, seq, &page->records[i], &event);
        if (status != STATUS_OK)
            return STATUS_DAMAGED;
        CHECK(event.seq == seq);
        apply(state, &event);
        learn(walk, &page->records[i]);
        walk->result->records++;
    }
    if (page->count > 0)
        memcpy(walk->result->chain, page->chain, RECORD_CHAIN_BYTES);
    return STATUS_OK;
}

static void tell_progress(walk_t *walk)
{
    int64_t now_ms = mono_ms();
    if (now_ms < walk->next_progress_ms)
        return;
    walk->next_progress_ms = now_ms + PROGRESS_MS;
    log_line(walk->replay->log, LEVEL_INFO, "replay: %" PRIu64 " of %" PRIu64,
             walk->result->records, journal_head(walk->replay->journal));
}

/* From the record behind the state's to the head, page by page. */
static status_t walk_pages(walk_t *walk, read_ahead_t *ahead)
{
    status_t status = STATUS_OK;
    while (status == STATUS_OK) {
        const decoded_page_t *page = read_ahead_next(ahead);
        status = apply_page(walk, page);
        if (status == STATUS_OK)
            status = page->status;
        tell_progress(walk);
    }
    if (status == STATUS_DAMAGED)
        walk->result->damaged_seq = walk->replay->state->head_seq + 1;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* The chain value of the newest applied record, when the page that held it went on. */
static bool note_chain(void *context, uint64_t seq, const record_t *record,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    (void)seq;
    (void)record;
    memcpy(context, chain, RECORD_CHAIN_BYTES);
    return false;
}

static status_t find_chain(const replay_t *replay, replay_result_t *result)
{
    journal_reader_t *reader = NULL;
    uint64_t next;
    status_t status = journal_reader_create(replay->journal, &reader);
    if (status == STATUS_OK)
        status = journal_read(reader, replay->state->head_seq, 1, note_chain,
                              result->chain, &next);
    journal_reader_destroy(&reader);
    return status;
}

status_t replay_run(const replay_t *replay, replay_result_t *result)
{
    CHECK(replay != NULL && result != NULL);
    uint64_t before = replay->state->head_seq;
    CHECK(before <= journal_head(replay->journal));
    *result = (replay_result_t){ 0 };
    memcpy(result->chain, replay->chain, sizeof result->chain);
    if (journal_head(replay->journal) == 0)
        return STATUS_NOT_FOUND;
    walk_t walk = { .replay = replay,
                    .result = result,
                    .next_progress_ms = mono_ms() + PROGRESS_MS };
    read_ahead_t *ahead = NULL;
    status_t status = STATUS_NO_MEMORY;
    walk.arena = arena_create(PRIVATE_ARENA_BYTES);
    if (walk.arena == NULL)
        goto done;
    status = read_ahead_create(replay->journal, before + 1, &ahead);
    if (status != STATUS_OK)
        goto done;
    status = walk_pages(&walk, ahead);
    CHECK(replay->state->head_seq == before + result->records);
    if (status == STATUS_DAMAGED && replay->state->head_seq > 0 &&
        find_chain(replay, result) != STATUS_OK)
        status = STATUS_IO;

done:
    read_ahead_destroy(&ahead);
    arena_destroy(&walk.arena);
    return status;
}
