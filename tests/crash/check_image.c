/* check_image.c - see check_image.h. */
#include "tests/crash/check_image.h"

#include "broker/runtime/directory.h"
#include "broker/runtime/hash.h"
#include "broker/runtime/replay.h"
#include "broker/runtime/snapshotter.h"
#include "proto/check.h"
#include "storage/backup.h"
#include "storage/snapshot.h"
#include "tests/support/folder.h"
#include "tests/support/records.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SEED_OF_MORE 77u /* of records that only the thorough check appends */

typedef struct {
    const expected_t *expected;
    char data[FOLDER_PATH_MAX], backup[FOLDER_PATH_MAX], profile[FOLDER_PATH_MAX];
    journal_t *journal;
    const boundary_t *found; /* where the journal ends; NULL = it is empty */
    char *complaint;
} looking_t;

__attribute__((format(printf, 2, 3))) static bool complain(const looking_t *looking,
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(looking->complaint, COMPLAINT_MAX, format, arguments);
    va_end(arguments);
    return false;
}

static const boundary_t *boundary_at(const looking_t *looking, uint64_t head)
{
    const expected_t *expected = looking->expected;
    for (uint32_t i = 0; i < expected->boundary_count; i++) {
        if (expected->boundaries[i].head == head)
            return &expected->boundaries[i];
    }
    return NULL;
}

/* ---- the journal ---- */

static status_t open_journal(looking_t *looking, journal_mode_t mode)
{
    const journal_options_t options = { .mode = mode, .map_bytes = WORKLOAD_MAP_BYTES };
    return journal_open(looking->data, &options, &looking->journal);
}

static bool scrub_clean(const looking_t *looking)
{
    journal_reader_t *reader = NULL;
    scrub_result_t result = { 0 };
    status_t status = journal_reader_create(looking->journal, &reader);
    if (status == STATUS_OK)
        status = journal_scrub(reader, NULL, NULL, &result);
    journal_reader_destroy(&reader);
    if (status != STATUS_OK || result.damaged_seq != 0 ||
        result.records != journal_head(looking->journal))
        return complain(looking, "journal: scrub says %s, record %" PRIu64 " %s",
                        status_name(status), result.damaged_seq,
                        result.damage != NULL ? result.damage : "");
    return true;
}

/* The chain value covers every byte of every record up to the head. */
static bool journal_is_prefix(looking_t *looking)
{
    uint8_t chain[RECORD_CHAIN_BYTES];
    uint64_t head = journal_head(looking->journal);
    if (head < looking->expected->head)
        return complain(looking, "journal: ends at %" PRIu64 ", acknowledged %" PRIu64,
                        head, looking->expected->head);
    looking->found = boundary_at(looking, head);
    if (head == 0)
        return true;
    if (looking->found == NULL)
        return complain(looking, "journal: ends within a batch, at %" PRIu64, head);
    journal_chain(looking->journal, chain);
    if (memcmp(chain, looking->found->chain, sizeof chain) != 0)
        return complain(looking, "journal: another history up to %" PRIu64, head);
    return scrub_clean(looking);
}

static bool check_journal(looking_t *looking)
{
    status_t status = open_journal(looking, JOURNAL_WRITE);
    if (status == STATUS_NOT_FOUND && !looking->expected->created)
        status = open_journal(looking, JOURNAL_CREATE);
    if (status != STATUS_OK)
        return complain(looking, "journal: does not open, %s", status_name(status));
    return journal_is_prefix(looking);
}

/* ---- the state ---- */

/* What a start does; `chain` and state are those of the snapshot, or new. */
static status_t replay(const looking_t *looking, state_t *state,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    state_limits_t limits;
    log_t log;
    replay_result_t result;
    log_init(&log, LEVEL_ERROR);
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = WORKLOAD_ROWS;
    replay_t replaying = { .journal = looking->journal, .state = state, .log = &log };
    memcpy(replaying.chain, chain, RECORD_CHAIN_BYTES);
    CHECK(directory_create(&limits, &replaying.directory) == STATUS_OK);
    status_t status = replay_run(&replaying, &result);
    directory_destroy(&replaying.directory);
    return status;
}

static bool digest_is_right(const looking_t *looking, state_t *state,
                            const uint8_t chain[RECORD_CHAIN_BYTES], const char *from)
{
    uint8_t digest[HASH_BYTES];
    status_t status = replay(looking, state, chain);
    if (status != STATUS_OK)
        return complain(looking, "%s: replay says %s", from, status_name(status));
    hash_state(state, digest);
    if (memcmp(digest, looking->found->digest, sizeof digest) != 0)
        return complain(looking, "%s: another digest at %" PRIu64, from,
                        looking->found->head);
    return true;
}

static bool check_snapshot_in(const looking_t *looking, state_t *state)
{
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    status_t status = snapshot_restore(looking->data, looking->journal, state, chain);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return complain(looking, "snapshot: %s", status_name(status));
    if (state->head_seq < looking->expected->snapshot)
        return complain(looking, "snapshot: of %" PRIu64 ", acknowledged %" PRIu64,
                        state->head_seq, looking->expected->snapshot);
    return status == STATUS_NOT_FOUND ||
           digest_is_right(looking, state, chain, "snapshot and tail");
}

static bool check_snapshot(looking_t *looking)
{
    state_t state;
    memory_t memory;
    workload_state(&state, &memory);
    bool good = check_snapshot_in(looking, &state);
    memory_fini(&memory);
    return good;
}

static bool check_replay(looking_t *looking)
{
    static const uint8_t none[RECORD_CHAIN_BYTES];
    state_t state;
    memory_t memory;
    if (looking->found == NULL || !looking->expected->thorough)
        return true;
    workload_state(&state, &memory);
    bool good = digest_is_right(looking, &state, none, "replay");
    memory_fini(&memory);
    return good;
}

/* ---- the rest ---- */

static bool check_ballast(looking_t *looking)
{
    const space_options_t options = workload_space();
    space_t *space = NULL;
    status_t status = space_open(looking->data, &options, &space);
    bool low = status == STATUS_OK && space_low(space);
    space_close(&space);
    if (status != STATUS_OK || low)
        return complain(looking, "ballast: %s", status_name(status));
    return true;
}

static bool check_backup(looking_t *looking)
{
    backup_result_t result;
    status_t status = backup_verify(looking->backup, &result);
    if (status != STATUS_OK)
        return complain(looking, "backup: %s, %s", status_name(status), result.message);
    if (result.records < looking->expected->backup)
        return complain(looking, "backup: %" PRIu64 " records, acknowledged %" PRIu64,
                        result.records, looking->expected->backup);
    const boundary_t *end = boundary_at(looking, result.records);
    if (result.records > 0 &&
        (end == NULL || memcmp(end->chain, result.chain, sizeof end->chain) != 0))
        return complain(looking, "backup: not the journal's records");
    return true;
}

static bool check_outbox(looking_t *looking)
{
    return outbox_store_check(looking->profile, &looking->expected->outbox,
                              looking->complaint, COMPLAINT_MAX);
}

/* Work goes on after the crash: a batch, a backup of it, and opening once more. */
static bool check_goes_on(looking_t *looking)
{
    backup_result_t result;
    if (!looking->expected->thorough)
        return true;
    uint64_t head = journal_head(looking->journal) + 3;
    status_t status = records_append(looking->journal, SEED_OF_MORE, 3);
    if (status == STATUS_OK)
        status = backup_add(looking->backup, looking->journal, &result);
    if (status == STATUS_OK)
        status = backup_verify(looking->backup, &result);
    if (status != STATUS_OK || result.records != head)
        return complain(looking, "going on: %s", status_name(status));
    journal_close(&looking->journal);
    status = open_journal(looking, JOURNAL_WRITE);
    if (status != STATUS_OK || journal_head(looking->journal) != head)
        return complain(looking, "opening once more: %s", status_name(status));
    return scrub_clean(looking);
}

typedef bool store_check(looking_t *looking);

/* In this order; the journal first, the others look at it. */
static store_check *const stores[] = { check_journal, check_snapshot, check_replay,
                                       check_ballast, check_backup,   check_outbox,
                                       check_goes_on };

bool check_image(const char *root, const expected_t *expected,
                 char complaint[COMPLAINT_MAX])
{
    looking_t looking = { .expected = expected, .complaint = complaint };
    bool good = true;
    complaint[0] = '\0';
    folder_join(looking.data, root, WORKLOAD_DATA);
    folder_join(looking.backup, root, WORKLOAD_BACKUP);
    folder_join(looking.profile, root, WORKLOAD_PROFILE);
    for (size_t i = 0; i < sizeof stores / sizeof stores[0] && good; i++)
        good = stores[i](&looking);
    journal_close(&looking.journal);
    return good;
}
