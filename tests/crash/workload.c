/* workload.c - see workload.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/crash/workload.h"

#include "broker/core/decide.h"
#include "broker/runtime/hash.h"
#include "broker/runtime/snapshotter.h"
#include "proto/check.h"
#include "proto/wire.h"
#include "storage/backup.h"
#include "tests/crash/disk.h"
#include "tests/crash/outbox_store.h"
#include "tests/support/faults/record.h"
#include "tests/support/folder.h"
#include "tests/support/world.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH_MAX      24u
#define PRIVATE_OFTEN  200u
#define PRIVATE_SELDOM 9000u /* several pages */
#define BALLAST_BYTES  16384u

typedef struct {
    state_t state;
    memory_t memory;
    journal_t *journal;
    snapshotter_t *snapshotter;
    space_t *space;
    outbox_t *outbox;
    outbox_counts_t entries; /* in it */
    char data[FOLDER_PATH_MAX], backup[FOLDER_PATH_MAX], profile[FOLDER_PATH_MAX];
    uint64_t chance, number;
    int64_t now_ms;
    uint32_t admin, organiser, persons;
    uint32_t count; /* of the batch */
    record_t records[BATCH_MAX];
    buffer_t parts[BATCH_MAX];
    uint8_t private_part[PRIVATE_SELDOM];
} run_t;

void workload_state(state_t *state, memory_t *memory)
{
    state_limits_t limits;
    memory_init(memory);
    state_memory_t source = memory_source(memory);
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = WORKLOAD_ROWS;
    limits.rows[TABLE_windows] = 8;
    limits.rows[TABLE_schemes] = 8;
    CHECK(state_init(state, &limits, &source) == STATUS_OK);
}

space_options_t workload_space(void)
{
    return (space_options_t){ .low_water_bytes = 0, .ballast_bytes = BALLAST_BYTES };
}

/* ---- records ---- */

static record_t *new_record(run_t *run, const command_t *command)
{
    CHECK(run->count < BATCH_MAX);
    buffer_t *part = &run->parts[run->count];
    record_t *record = &run->records[run->count++];
    buffer_clear(part);
    CHECK(wire_write_command(part, command, NULL, NULL) == STATUS_OK);
    *record = (record_t){ .time_ms = run->now_ms,
                          .public_part = part->data,
                          .public_size = (uint32_t)part->size };
    return record;
}

static void submit(run_t *run, uint32_t key, const command_t *command)
{
    static event_t event; /* large */
    fault_t fault;
    run->now_ms += 7;
    record_t *record = new_record(run, command);
    record->private_part = run->private_part;
    record->private_size =
        (uint32_t)(disk_random(&run->chance) % (disk_random(&run->chance) % 20 == 0
                                                    ? PRIVATE_SELDOM
                                                    : PRIVATE_OFTEN));
    origin_t origin = {
        .key = key, .instance = 1, .number = ++run->number, .now_ms = run->now_ms
    };
    origin.hash = hash_command(record->public_part, record->public_size,
                               record->private_part, record->private_size);
    CHECK(decide(&run->state, &origin, command, &event, &fault) == STATUS_OK);
    apply(&run->state, &event);
    record->key = key;
    record->instance = origin.instance;
    record->number = origin.number;
    record->verdict = event.verdict;
}

static void put_person(run_t *run)
{
    char code[16];
    (void)snprintf(code, sizeof code, "P%u", ++run->persons); /* fits */
    const command_t command = world_person(code);
    submit(run, run->organiser, &command);
}

/* Genesis, the administrator's key, the organiser's. */
static void found(run_t *run)
{
    static const uint8_t id[JOURNAL_ID_BYTES] = "journal of tests",
                         seed[JOURNAL_ID_BYTES] = "seed of the test";
    static event_t event;
    const world_key_t temporary = world_key(1001), own = world_key(1),
                      invited = world_key(1002), organiser = world_key(2);
    command_t command = { .kind = COMMAND_GENESIS };
    command.body.genesis = (genesis_t){ .journal_id = id,
                                        .hash_seed = seed,
                                        .administrator = world_text("admin"),
                                        .key = temporary.bytes };
    event_genesis(&event, &command, run->now_ms);
    apply(&run->state, &event);
    (void)new_record(run, &command);
    command = world_enrolment(&own);
    submit(run, 1, &command);
    run->admin = table_find(&run->state.keys, own.bytes);
    command = world_invite("organiser", ROLE_ORGANISER, &invited);
    submit(run, run->admin, &command);
    command = world_enrolment(&organiser);
    submit(run, table_find(&run->state.keys, invited.bytes), &command);
    run->organiser = table_find(&run->state.keys, organiser.bytes);
}

/* ---- what is stored ---- */

static void append(run_t *run)
{
    boundary_t now = { .head = 0 };
    uint64_t before = journal_head(run->journal);
    CHECK(journal_append(run->journal, before, run->records, run->count) == STATUS_OK);
    now.head = before + run->count;
    CHECK(now.head == run->state.head_seq);
    journal_chain(run->journal, now.chain);
    hash_state(&run->state, now.digest);
    record_mark(MARK_APPENDED, &now, sizeof now);
    run->count = 0;
}

/* As in the broker: the state is ahead, the child waits until the journal has it. */
static void append_with_snapshot(run_t *run)
{
    uint8_t chain[RECORD_CHAIN_BYTES];
    snapshot_result_t result;
    CHECK(snapshotter_begin(run->snapshotter, &run->state) == STATUS_OK);
    append(run);
    journal_chain(run->journal, chain);
    snapshotter_tell(run->snapshotter, chain);
    snapshotter_wait(run->snapshotter, &result);
    CHECK(result.status == STATUS_OK);
    record_mark(MARK_SNAPSHOT, &result.seq, sizeof result.seq);
}

static void add_backup(run_t *run)
{
    backup_result_t result;
    CHECK(backup_add(run->backup, run->journal, &result) == STATUS_OK);
    record_mark(MARK_BACKUP, &result.records, sizeof result.records);
}

static void use_outbox(run_t *run)
{
    outbox_store_add(run->outbox, &run->entries);
    record_mark(MARK_OUTBOX, &run->entries, sizeof run->entries);
    outbox_store_settle(run->outbox, &run->entries);
    record_mark(MARK_OUTBOX, &run->entries, sizeof run->entries);
}

static void sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK(fsync(fd) == 0);
    CHECK(close(fd) == 0);
}

static void prepare(run_t *run, const char *root)
{
    const journal_options_t options = { .mode = JOURNAL_CREATE,
                                        .map_bytes = WORKLOAD_MAP_BYTES };
    const space_options_t space = workload_space();
    folder_join(run->data, root, WORKLOAD_DATA);
    folder_join(run->backup, root, WORKLOAD_BACKUP);
    CHECK(mkdir(run->data, 0700) == 0);
    CHECK(mkdir(run->backup, 0700) == 0);
    folder_join(run->profile, root, WORKLOAD_PROFILE);
    CHECK(mkdir(run->profile, 0700) == 0);
    sync_folder(root);
    record_mark(MARK_READY, NULL, 0);
    CHECK(journal_open(run->data, &options, &run->journal) == STATUS_OK);
    record_mark(MARK_CREATED, NULL, 0);
    CHECK(space_open(run->data, &space, &run->space) == STATUS_OK);
    CHECK(snapshotter_create(run->data, &run->snapshotter) == STATUS_OK);
    CHECK(outbox_open(run->profile, NULL, &run->outbox) == STATUS_OK);
}

static void end(run_t *run)
{
    snapshotter_destroy(&run->snapshotter);
    space_close(&run->space);
    outbox_close(&run->outbox);
    journal_close(&run->journal);
    memory_fini(&run->memory);
    for (uint32_t i = 0; i < BATCH_MAX; i++)
        buffer_fini(&run->parts[i]);
}

void workload_run(const char *root, uint64_t seed, uint32_t batches)
{
    static run_t run; /* large */
    run = (run_t){ .chance = seed, .now_ms = WORLD_START_MS };
    for (uint32_t i = 0; i < BATCH_MAX; i++)
        buffer_init(&run.parts[i], PUBLIC_BYTES_MAX);
    for (uint32_t i = 0; i < PRIVATE_SELDOM; i++)
        run.private_part[i] = (uint8_t)(i * 31 + 7);
    workload_state(&run.state, &run.memory);
    prepare(&run, root);
    found(&run);
    append(&run);
    for (uint32_t i = 0; i < batches; i++) {
        for (uint64_t n = disk_random(&run.chance) % 12 + 1; n > 0; n--)
            put_person(&run);
        if (i % 16 == 5)
            append_with_snapshot(&run);
        else
            append(&run);
        if (i % 16 == 10)
            add_backup(&run);
        if (i % 3 == 1)
            use_outbox(&run);
        if (i == batches / 2)
            CHECK(space_release(run.space));
        if (i == batches / 2 + 2)
            CHECK(space_refresh(run.space) == STATUS_OK);
    }
    end(&run);
}
