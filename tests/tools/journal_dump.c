/* journal_dump.c - prints what a journal holds, one line a record, for tests.
 *
 * usage: journal_dump [--times] FOLDER
 * Line: seq key instance number kind code (code of an observation, "-" otherwise); with
 * --times instead: seq and the record's time in milliseconds.
 * Reads beside a running broker. Exit 5 when a record is damaged.
 */
#include "proto/wire.h"
#include "storage/journal.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARENA_BYTES (1u << 20)

static bool print_record(void *context, uint64_t seq, const record_t *record,
                         const uint8_t chain[RECORD_CHAIN_BYTES])
{
    arena_t *arena = context;
    (void)chain; /* scrub is there to check it */
    command_t command;
    arena_reset(arena);
    status_t status =
        wire_read_stored(arena, record->public_part, record->public_size, &command);
    const char *code = "-";
    int size = 1;
    if (status == STATUS_OK && command.kind == COMMAND_OBSERVE) {
        code = command.body.observe.code.data;
        size = (int)command.body.observe.code.size;
    }
    printf("%" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu64 " %d %.*s\n", seq,
           record->key, record->instance, record->number,
           status == STATUS_OK ? (int)command.kind : -1, size, code);
    return true;
}

static bool print_time(void *context, uint64_t seq, const record_t *record,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    (void)context;
    (void)chain;
    printf("%" PRIu64 " %" PRId64 "\n", seq, record->time_ms);
    return true;
}

int main(int argc, char **argv)
{
    bool times = argc == 3 && strcmp(argv[1], "--times") == 0;
    if (argc != 2 && !times) {
        (void)fprintf(stderr, "usage: journal_dump [--times] FOLDER\n");
        return 2;
    }
    const journal_options_t options = { .mode = JOURNAL_READ,
                                        .map_bytes = 64ull << 30 };
    journal_t *journal = NULL;
    journal_reader_t *reader = NULL;
    arena_t *arena = arena_create(ARENA_BYTES);
    status_t status = arena == NULL ? STATUS_NO_MEMORY
                                    : journal_open(argv[argc - 1], &options, &journal);
    if (status == STATUS_OK)
        status = journal_reader_create(journal, &reader);
    uint64_t next = 1, from = 0;
    while (status == STATUS_OK && next != from) {
        from = next;
        status = journal_read(reader, from, JOURNAL_PAGE_MAX,
                              times ? print_time : print_record, arena, &next);
    }
    if (status != STATUS_OK)
        (void)fprintf(stderr, "journal_dump: %s\n", status_text(status));
    journal_reader_destroy(&reader);
    journal_close(&journal);
    arena_destroy(&arena);
    return status == STATUS_OK ? 0 : 5;
}
