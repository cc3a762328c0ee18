/* replay.c - see replay.h. */
#include "broker/runtime/replay.h"

#include "broker/core/decide.h"
#include "broker/runtime/hash.h"
#include "proto/arena.h"
#include "proto/check.h"
#include "proto/wire.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define ARENA_BYTES (8u * 1024u * 1024u) /* the largest command, decoded */
#define PROGRESS_MS 1000
#define GENESIS_SEQ 1u

typedef struct {
    const replay_t *replay;
    replay_result_t *result;
    arena_t *arena;
    status_t status; /* why the walk was ended */
} walk_t;

static int64_t mono_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static status_t resolve(const walk_t *walk, uint64_t seq, const record_t *record,
                        const command_t *command, event_t *event)
{
    const state_t *state = walk->replay->state;
    if (seq == GENESIS_SEQ) {
        if (command->kind != COMMAND_GENESIS)
            return STATUS_DAMAGED;
        event_genesis(event, command, record->time_ms);
        return STATUS_OK;
    }
    if (command->kind == COMMAND_GENESIS || record->time_ms < state->head_ms)
        return STATUS_DAMAGED;
    const origin_t origin = {
        .key = record->key,
        .instance = record->instance,
        .number = record->number,
        .hash = hash_command(record->public_part, record->public_size,
                             record->private_part, record->private_size),
        .now_ms = record->time_ms,
        .named = (record->verdict & VERDICT_NAMED) != 0,
    };
    return event_resolve(state, &origin, command, record->verdict, event);
}

/* A name that cannot be read is no reason to refuse the fact: it is left out. */
static void learn(walk_t *walk, const record_t *record, const command_t *command)
{
    if ((record->verdict & VERDICT_NAMED) == 0 || record->private_size == 0)
        return;
    private_t part;
    status_t status = wire_read_stored_private(walk->arena, record->private_part,
                                               record->private_size, &part);
    if (status == STATUS_OK)
        status = directory_learn(walk->replay->directory, walk->replay->state, command,
                                 &part);
    if (status != STATUS_OK)
        walk->result->names_lost++;
}

static bool take_record(void *context, uint64_t seq, const record_t *record,
                        const uint8_t chain[RECORD_CHAIN_BYTES])
{
    walk_t *walk = context;
    state_t *state = walk->replay->state;
    command_t command;
    event_t event;
    arena_reset(walk->arena);
    status_t status = wire_read_stored(walk->arena, record->public_part,
                                       record->public_size, &command);
    if (status == STATUS_OK)
        status = resolve(walk, seq, record, &command, &event);
    if (status != STATUS_OK) {
        walk->status = STATUS_DAMAGED;
        return false;
    }
    CHECK(event.seq == seq);
    apply(state, &event);
    learn(walk, record, &command);
    memcpy(walk->result->chain, chain, RECORD_CHAIN_BYTES);
    walk->result->records++;
    return true;
}

static void tell_progress(const walk_t *walk, int64_t *next_ms)
{
    int64_t now_ms = mono_ms();
    if (now_ms < *next_ms)
        return;
    *next_ms = now_ms + PROGRESS_MS;
    log_line(walk->replay->log, LEVEL_INFO, "replay: %" PRIu64 " of %" PRIu64,
             walk->result->records, journal_head(walk->replay->journal));
}

/* From the first record to the head, page by page. */
static status_t walk_pages(walk_t *walk, journal_reader_t *pages)
{
    uint64_t head = journal_head(walk->replay->journal), next = 1;
    int64_t tell_ms = mono_ms() + PROGRESS_MS;
    while (next <= head) {
        uint64_t from = next;
        status_t status =
            journal_read(pages, from, JOURNAL_PAGE_MAX, take_record, walk, &next);
        if (walk->status == STATUS_OK && status == STATUS_OK && next > from) {
            tell_progress(walk, &tell_ms);
            continue;
        }
        if (status != STATUS_OK && status != STATUS_DAMAGED)
            return status;
        walk->result->damaged_seq = walk->result->records + 1;
        return STATUS_DAMAGED;
    }
    return STATUS_OK;
}

status_t replay_run(const replay_t *replay, replay_result_t *result)
{
    CHECK(replay != NULL && result != NULL);
    CHECK(replay->state->head_seq == 0);
    *result = (replay_result_t){ 0 };
    if (journal_head(replay->journal) == 0)
        return STATUS_NOT_FOUND;
    walk_t walk = { .replay = replay, .result = result, .status = STATUS_OK };
    journal_reader_t *pages = NULL;
    status_t status = STATUS_NO_MEMORY;
    walk.arena = arena_create(ARENA_BYTES);
    if (walk.arena == NULL)
        goto done;
    status = journal_reader_create(replay->journal, &pages);
    if (status != STATUS_OK)
        goto done;
    status = walk_pages(&walk, pages);
    CHECK(replay->state->head_seq == result->records);

done:
    journal_reader_destroy(&pages);
    arena_destroy(&walk.arena);
    return status;
}
