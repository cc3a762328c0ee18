/* operations.c - see operations.h. */
#include "tests/crash/operations.h"

#include "proto/check.h"
#include "storage/backup.h"
#include "storage/snapshot.h"
#include "storage/space.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEED       5u
#define MAP_BYTES  (16u << 20)
#define FIRST      40u /* records in snapshot and backup */
#define HEAD       80u /* records in the journal */
#define PIECES     3u
#define BALLAST    65536u
#define ROOM_BYTES 70000u

static uint8_t first[300], second[ROOM_BYTES];
static const snapshot_piece_t pieces[PIECES] = { { first, sizeof first },
                                                 { second, sizeof second },
                                                 { NULL, 0 } };

static status_t open_at(const char *path, journal_mode_t mode, journal_t **journal)
{
    const journal_options_t options = { .mode = mode, .map_bytes = MAP_BYTES };
    return journal_open(path, &options, journal);
}

/* ---- the operations ---- */

static status_t append(place_t *place)
{
    return journal_append(place->journal, journal_head(place->journal), place->batch,
                          OPERATION_BATCH);
}

static status_t open_and_close(place_t *place)
{
    journal_t *journal = NULL;
    status_t status = open_at(place->data, JOURNAL_WRITE, &journal);
    journal_close(&journal);
    return status;
}

static status_t open_for_reading(place_t *place)
{
    journal_t *journal = NULL;
    status_t status = open_at(place->data, JOURNAL_READ, &journal);
    journal_close(&journal);
    return status;
}

static status_t create(place_t *place)
{
    journal_t *journal = NULL;
    status_t status = open_at(place->fresh, JOURNAL_CREATE, &journal);
    journal_close(&journal);
    return status;
}

static status_t scrub(place_t *place)
{
    journal_reader_t *reader = NULL;
    scrub_result_t result;
    status_t status = journal_reader_create(place->journal, &reader);
    if (status == STATUS_OK)
        status = journal_scrub(reader, NULL, NULL, &result);
    journal_reader_destroy(&reader);
    CHECK(status != STATUS_OK || result.records == journal_head(place->journal));
    return status;
}

static bool go_on(void *context, snapshot_head_t *head)
{
    (void)context;
    memset(head->chain, 0xcc, sizeof head->chain);
    return true;
}

static status_t write_snapshot_of(const place_t *place, uint64_t seq)
{
    const snapshot_head_t head = { .layout = { 1 }, .seq = seq };
    int fd = open(place->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(fd >= 0);
    status_t status = snapshot_write(fd, &head, pieces, PIECES, go_on, NULL);
    CHECK(close(fd) == 0);
    return status;
}

static status_t write_snapshot(place_t *place)
{
    return write_snapshot_of(place, HEAD);
}

static status_t read_snapshot(place_t *place)
{
    static uint8_t room[ROOM_BYTES];
    snapshot_t *snapshot = NULL;
    status_t status = snapshot_open(place->data, &snapshot);
    for (uint32_t i = 0; i < PIECES && status == STATUS_OK; i++)
        status = snapshot_read(snapshot, room);
    if (status == STATUS_OK)
        status = snapshot_verify(snapshot);
    snapshot_close(&snapshot);
    return status;
}

static status_t add_backup(place_t *place)
{
    backup_result_t result;
    return backup_add(place->backup, place->journal, &result);
}

static status_t verify_backup(place_t *place)
{
    backup_result_t result;
    return backup_verify(place->backup, &result);
}

static status_t restore(place_t *place)
{
    backup_result_t result;
    return backup_restore(place->backup, place->restored, MAP_BYTES, NULL, NULL,
                          &result);
}

static status_t open_space(place_t *place)
{
    const space_options_t options = { .ballast_bytes = BALLAST };
    space_t *space = NULL;
    status_t status = space_open(place->data, &options, &space);
    space_close(&space);
    return status;
}

const operation_t *operations_all(void)
{
    static const operation_t all[] = {
        { "append", false, false, false, append },
        { "open", true, false, false, open_and_close },
        { "open for reading", true, false, true, open_for_reading },
        { "create", false, false, false, create },
        { "scrub", false, false, false, scrub },
        { "write snapshot", false, false, false, write_snapshot },
        { "read snapshot", false, false, false, read_snapshot },
        { "add to backup", false, true, false, add_backup },
        { "verify backup", false, true, false, verify_backup },
        { "restore backup", true, true, false, restore },
        { "make ballast", false, false, true, open_space },
        { NULL, false, false, false, NULL },
    };
    return all;
}

/* ---- the folder ---- */

static void make_folder(const place_t *place, const char *name, char path[])
{
    folder_join(path, place->folder, name);
    CHECK(mkdir(path, 0700) == 0);
}

void place_make(place_t *place, const operation_t *operation)
{
    *place = (place_t){ .journal = NULL };
    folder_make(place->folder);
    make_folder(place, "data", place->data);
    make_folder(place, "backup", place->backup);
    make_folder(place, "fresh", place->fresh);
    folder_join(place->restored, place->folder, "restored");
    CHECK(open_at(place->data, JOURNAL_CREATE, &place->journal) == STATUS_OK);
    CHECK(records_append(place->journal, SEED, FIRST) == STATUS_OK);
    CHECK(add_backup(place) == STATUS_OK);
    CHECK(write_snapshot_of(place, FIRST) == STATUS_OK);
    CHECK(records_append(place->journal, SEED, HEAD - FIRST) == STATUS_OK);
    for (uint32_t i = 0; i < OPERATION_BATCH; i++) {
        records_make(SEED, HEAD + 1 + i, &place->samples[i]);
        place->batch[i] = place->samples[i].record;
    }
    if (operation->opens)
        journal_close(&place->journal);
}

void place_remove(place_t *place)
{
    journal_close(&place->journal);
    folder_remove(place->folder);
}

void place_tidy(place_t *place)
{
    char path[FOLDER_PATH_MAX];
    folder_remove(place->restored); /* a restore that failed at the very last sync */
    folder_join(path, place->folder, "restored.part");
    folder_remove(path);
    folder_remove(place->fresh);
    CHECK(mkdir(place->fresh, 0700) == 0);
}

static const char *check_journal(place_t *place, bool appended)
{
    status_t status;
    journal_close(&place->journal);
    if (open_at(place->data, JOURNAL_WRITE, &place->journal) != STATUS_OK)
        return "the journal does not open";
    uint64_t head = journal_head(place->journal);
    if (head != HEAD && head != HEAD + OPERATION_BATCH)
        return "half of a batch is there";
    if (appended && head == HEAD)
        return "an acknowledged batch is lost";
    if (records_count_good(place->journal, SEED, &status) != head ||
        status != STATUS_OK || scrub(place) != STATUS_OK)
        return "records are not as they were appended";
    return NULL;
}

static const char *check_backup(const place_t *place, bool added)
{
    backup_result_t result;
    if (backup_verify(place->backup, &result) != STATUS_OK)
        return "the backup does not verify";
    if (result.records != FIRST && result.records != HEAD)
        return "the backup holds half of a range";
    return added && result.records == FIRST ? "an addition to the backup is lost"
                                            : NULL;
}

static const char *check_snapshot(place_t *place, bool written)
{
    snapshot_t *snapshot = NULL;
    if (read_snapshot(place) != STATUS_OK)
        return "the snapshot cannot be read";
    CHECK(snapshot_open(place->data, &snapshot) == STATUS_OK);
    uint64_t seq = snapshot_head(snapshot)->seq;
    snapshot_close(&snapshot);
    return written && seq != HEAD ? "the new snapshot is not there" : NULL;
}

const char *place_check(place_t *place, const operation_t *operation, bool done)
{
    const char *wrong = check_journal(place, done && operation->run == append);
    if (wrong == NULL)
        wrong = check_backup(place, done && operation->run == add_backup);
    if (wrong == NULL)
        wrong = check_snapshot(place, done && operation->run == write_snapshot);
    if (operation->opens)
        journal_close(&place->journal);
    return wrong;
}
