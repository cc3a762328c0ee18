/* epoch_read.c - see epoch_read.h. */
#include "clients/cli/epoch_read.h"

#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES   (512u * 1024u * 1024u) /* address space: what is read takes room */
#define RECORDS_FIRST 64u

/* Public bytes of one part, newest first as they come. */
typedef struct {
    uint8_t *bytes;
    uint32_t size;
} kept_t;

typedef struct {
    epoch_read_t *epoch;
    kept_t *kept;
    uint32_t count, room;
    uint64_t before;
    bool whole; /* part 0 of the last run was met */
    status_t status;
} reading_t;

static status_t keep(reading_t *reading, const fact_t *fact)
{
    if (reading->count == EPOCH_PARTS_MAX)
        return STATUS_TOO_LARGE;
    if (reading->count == reading->room) {
        uint32_t room = reading->room == 0 ? RECORDS_FIRST : 2 * reading->room;
        kept_t *kept = realloc(reading->kept, room * sizeof *kept);
        if (kept == NULL)
            return STATUS_NO_MEMORY;
        reading->kept = kept;
        reading->room = room;
    }
    uint8_t *bytes = malloc(fact->public_size + 1);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    memcpy(bytes, fact->public_part, fact->public_size);
    reading->kept[reading->count++] = (kept_t){ bytes, fact->public_size };
    return STATUS_OK;
}

/* Decodes in room of its own, which is forgotten again. */
static status_t look(const fact_t *fact, arena_t *arena, command_t *command)
{
    arena_reset(arena);
    return wire_read_stored(arena, fact->public_part, fact->public_size, command);
}

static void take_fact(reading_t *reading, const fact_t *fact)
{
    command_t command;
    if (reading->whole || fact->public_part == NULL)
        return;
    reading->status = look(fact, reading->epoch->arena, &command);
    if (reading->status != STATUS_OK)
        return;
    if (command.kind == COMMAND_PROPOSE_EPOCH) {
        memcpy(reading->epoch->proposed, command.body.propose_epoch.hash, HASH_BYTES);
        reading->epoch->is_proposed = true;
    }
    if (command.kind != COMMAND_EPOCH_PART)
        return;
    reading->whole = command.body.epoch_part.part == 0;
    reading->status = keep(reading, fact);
}

static void take_page(void *context, const answer_t *answer)
{
    reading_t *reading = context;
    const history_answer_t *history = &answer->body.history;
    reading->before = history->before;
    for (uint32_t i = 0; i < history->fact_count && reading->status == STATUS_OK; i++)
        take_fact(reading, &history->facts[i]);
}

/* The parts came newest first. */
static status_t decode(reading_t *reading)
{
    epoch_read_t *epoch = reading->epoch;
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    arena_reset(epoch->arena);
    epoch->parts = calloc((size_t)reading->count + 1, sizeof(const epoch_part_t *));
    status_t status = epoch->parts != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    for (uint32_t i = reading->count; i > 0 && status == STATUS_OK; i--) {
        const kept_t *kept = &reading->kept[i - 1];
        command_t command, *own = arena_take(epoch->arena, sizeof *own);
        uint8_t *bytes = arena_take(epoch->arena, kept->size + 1);
        if (own == NULL || bytes == NULL)
            return STATUS_NO_MEMORY;
        memcpy(bytes, kept->bytes, kept->size);
        status = wire_read_stored(epoch->arena, bytes, kept->size, &command);
        *own = command;
        epoch->parts[epoch->part_count++] = &own->body.epoch_part;
        CHECK(crypto_generichash_update(&hash, bytes, kept->size) == 0);
    }
    CHECK(crypto_generichash_final(&hash, epoch->hash, HASH_BYTES) == 0);
    epoch->hash_fits =
        epoch->is_proposed && memcmp(epoch->hash, epoch->proposed, HASH_BYTES) == 0;
    return status;
}

exit_t epoch_read(session_t *session, text_t code, epoch_read_t *epoch)
{
    CHECK(session != NULL && epoch != NULL);
    *epoch = (epoch_read_t){ .arena = arena_create(ARENA_BYTES) };
    reading_t reading = { .epoch = epoch };
    query_t query = { .kind = QUERY_HISTORY_EPOCH };
    query.chain = (chain_query_t){ .code = code, .count = HISTORY_FACTS_MAX };
    if (epoch->arena == NULL)
        return cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    exit_t result;
    do {
        result = session_ask_quietly(session, &query, take_page, &reading);
        query.chain.before = reading.before;
    } while (result == EXIT_DONE && reading.status == STATUS_OK && !reading.whole &&
             reading.before != 0);
    if (result == EXIT_DONE && reading.status == STATUS_OK)
        reading.status = decode(&reading);
    for (uint32_t i = 0; i < reading.count; i++)
        free(reading.kept[i].bytes);
    free(reading.kept);
    if (result == EXIT_DONE && reading.status != STATUS_OK)
        result = cli_refuse(session->cli, reading.status, NULL, NULL);
    if (result != EXIT_DONE)
        epoch_read_fini(epoch);
    return result;
}

void epoch_read_fini(epoch_read_t *epoch)
{
    CHECK(epoch != NULL);
    free(epoch->parts);
    arena_destroy(&epoch->arena);
    *epoch = (epoch_read_t){ .arena = NULL };
}

static bool same_text(text_t a, text_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

const epoch_fit_t *epoch_read_fit(const epoch_read_t *epoch, text_t group,
                                  uint32_t dimension)
{
    for (uint32_t i = 0; i < epoch->part_count; i++)
        for (uint32_t f = 0; f < epoch->parts[i]->fit_count; f++) {
            const epoch_fit_t *fit = &epoch->parts[i]->fits[f];
            if (fit->dimension == dimension && same_text(fit->group, group))
                return fit;
        }
    return NULL;
}
