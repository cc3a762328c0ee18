/* Goal: what was put is there, once, under a number that nobody else has, whatever becomes
 * of the process; states, leases, bounds and copies as outbox.h tells.
 *
 * Method: a folder of its own; a clock that stands still; children that end at every sync
 * and at every step; a folder copied byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/outbox_parts.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOKEN 77u
#define ENDED 9

typedef struct {
    char folder[FOLDER_PATH_MAX];
    outbox_t *outbox;
} site_t;

/* The clock of all tests, and the syncs of this process. */
static outbox_time_t now = { 1000000, 5000 };
static int syncs, end_at_sync;

static outbox_time_t still_clock(void)
{
    return now;
}

/* LMDB calls this one. */
int fdatasync(int fd)
{
    if (++syncs == end_at_sync)
        _exit(ENDED);
    return (int)syscall(SYS_fdatasync, fd);
}

static void reopen(site_t *site)
{
    outbox_close(&site->outbox);
    assert_int_equal(outbox_open(site->folder, still_clock, &site->outbox), STATUS_OK);
}

static int setup(void **state)
{
    site_t *site = calloc(1, sizeof *site);
    assert_non_null(site);
    folder_make(site->folder);
    now = (outbox_time_t){ 1000000, 5000 };
    syncs = end_at_sync = 0;
    reopen(site);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    site_t *site = *state;
    outbox_close(&site->outbox);
    folder_remove(site->folder);
    free(site);
    return 0;
}

/* Puts the text of a number and says where it went. */
static uint64_t add(outbox_t *outbox, unsigned what, bool draft)
{
    char text[16];
    uint64_t entry = 0;
    int size = snprintf(text, sizeof text, "%u", what);
    const outbox_entry_t command = { .public_part = (const uint8_t *)text,
                                     .public_size = (uint32_t)size,
                                     .private_part = (const uint8_t *)"p",
                                     .private_size = 1 };
    assert_int_equal(outbox_add(outbox, &command, draft, &entry), STATUS_OK);
    return entry;
}

static uint64_t put(site_t *site, unsigned what, bool draft)
{
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    uint64_t entry = add(site->outbox, what, draft);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    return entry;
}

static outbox_entry_t get(site_t *site, uint64_t entry)
{
    outbox_entry_t found;
    assert_int_equal(outbox_get(site->outbox, entry, &found), STATUS_OK);
    return found;
}

static outbox_summary_t look(site_t *site)
{
    outbox_summary_t summary;
    assert_int_equal(outbox_look(site->outbox, &summary), STATUS_OK);
    return summary;
}

/* What the broker answered to an entry; its new place when it moved. */
static uint64_t settle(site_t *site, uint64_t entry, status_t status)
{
    outbox_entry_t found = get(site, entry);
    outbox_outcome_t outcome = { .entry = entry,
                                 .instance = found.instance,
                                 .number = found.number,
                                 .seq = status == STATUS_OK ? 500 + entry : 0,
                                 .status = status,
                                 .fault = { "unit.parent", "U1" } };
    uint64_t moved;
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    assert_int_equal(outbox_settle(site->outbox, &outcome, &moved), STATUS_OK);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    return moved;
}

static status_t drop(site_t *site, uint64_t entry)
{
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    status_t status = outbox_drop(site->outbox, entry);
    if (status == STATUS_OK)
        return outbox_commit(site->outbox);
    outbox_abort(site->outbox);
    return status;
}

static status_t lease(site_t *site, uint64_t token, uint64_t through)
{
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    status_t status = outbox_lease(site->outbox, token, through);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    return status;
}

/* ---- keeping ---- */

static void put__committed__there_after_reopening(void **state)
{
    site_t *site = *state;
    char path[FOLDER_PATH_MAX];
    struct stat about;
    assert_int_equal(put(site, 41, false), 1);
    assert_int_equal(put(site, 42, false), 2);
    reopen(site);
    outbox_entry_t found = get(site, 2);
    assert_int_equal(found.state, OUTBOX_WAITING);
    assert_int_equal(found.number, 2);
    assert_int_equal(found.public_size, 2);
    assert_memory_equal(found.public_part, "42", 2);
    assert_memory_equal(found.private_part, "p", 1);
    assert_int_equal(look(site).waiting, 2);
    assert_int_equal(look(site).oldest_ms, now.wall_ms);
    folder_join(path, site->folder, "outbox/data.mdb");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void put__not_committed__gone(void **state)
{
    site_t *site = *state;
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    (void)add(site->outbox, 1, false);
    outbox_abort(site->outbox);
    assert_int_equal(look(site).waiting, 0);
}

/* Power that fails is beyond a test of one process: but the sync must have been asked. */
static void commit__returned__synced_before(void **state)
{
    site_t *site = *state;
    int before = syncs;
    (void)put(site, 1, false);
    assert_true(syncs > before);
}

static void states__each_change__as_the_header_tells(void **state)
{
    site_t *site = *state;
    uint64_t as, draft = put(site, 1, true), other = put(site, 2, false);
    assert_int_equal(get(site, draft).number, 0);
    assert_int_equal(drop(site, other), STATUS_CONFLICT);
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    assert_int_equal(outbox_release(site->outbox, other, &as), STATUS_NOT_FOUND);
    assert_int_equal(outbox_release(site->outbox, draft, &as), STATUS_OK);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    assert_int_equal(get(site, as).number, 2);
    assert_int_equal(settle(site, other, STATUS_UNKNOWN_UNIT), 0);
    outbox_entry_t refused = get(site, other);
    assert_int_equal(refused.state, OUTBOX_REFUSED);
    assert_string_equal(refused.fault.place, "unit.parent");
    assert_int_equal(refused.status, STATUS_UNKNOWN_UNIT);
    assert_int_equal(settle(site, as, STATUS_OK), 0);
    assert_int_equal(get(site, as).state, OUTBOX_ACKNOWLEDGED);
    assert_int_equal(get(site, as).seq, 500 + as);
    assert_int_equal(drop(site, other), STATUS_OK);
    assert_int_equal(drop(site, other), STATUS_NOT_FOUND);
    outbox_summary_t summary = look(site);
    assert_int_equal(summary.draft + summary.waiting + summary.refused, 0);
    assert_int_equal(summary.bytes, 0);
    assert_int_equal(summary.acknowledged, 1);
}

static void settle__already_settled__stays(void **state)
{
    site_t *site = *state;
    uint64_t entry = put(site, 1, false);
    (void)settle(site, entry, STATUS_OK);
    (void)settle(site, entry, STATUS_UNKNOWN_UNIT);
    assert_int_equal(get(site, entry).state, OUTBOX_ACKNOWLEDGED);
    assert_int_equal(look(site).acknowledged, 1);
}

static void settle__number_reused__moves_to_an_instance_of_its_own(void **state)
{
    site_t *site = *state;
    uint64_t first = put(site, 1, false), second = put(site, 2, false);
    uint64_t instance = look(site).instance;
    uint64_t moved = settle(site, first, STATUS_NUMBER_REUSED);
    assert_int_equal(moved, 3);
    outbox_entry_t found = get(site, moved);
    assert_true(found.instance != instance && found.instance == look(site).instance);
    assert_int_equal(found.number, 1);
    assert_int_equal(found.instead_of, first);
    assert_memory_equal(found.public_part, "1", 1);
    /* it may have been accepted: what another copy does must not double it */
    outbox_entry_t kept = get(site, second);
    assert_true(kept.instance == instance && kept.number == 2);
    uint64_t again = settle(site, second, STATUS_NUMBER_REUSED);
    assert_true(get(site, again).instance == found.instance);
    assert_int_equal(get(site, again).number, 2);
}

static void settle__settled__refused_and_others_get_a_new_instance(void **state)
{
    site_t *site = *state;
    uint64_t entry = put(site, 1, false), instance = look(site).instance;
    (void)settle(site, entry, STATUS_SETTLED);
    assert_int_equal(get(site, entry).state, OUTBOX_REFUSED);
    assert_true(look(site).instance != instance);
}

static void clean__old_ones__forgotten(void **state)
{
    site_t *site = *state;
    uint64_t count, old = put(site, 1, false);
    (void)settle(site, old, STATUS_OK);
    now.wall_ms += 1000;
    uint64_t young = put(site, 2, false);
    (void)settle(site, young, STATUS_OK);
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    assert_int_equal(outbox_clean(site->outbox, now.wall_ms, &count), STATUS_OK);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(get(site, young).state, OUTBOX_ACKNOWLEDGED);
    assert_int_equal(look(site).acknowledged, 1);
}

static void put__too_many__refused_and_acknowledged_ones_make_room(void **state)
{
    site_t *site = *state;
    uint64_t entry, moved;
    const outbox_entry_t command = { .public_part = (const uint8_t *)"x",
                                     .public_size = 1 };
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    for (uint32_t i = 0; i < OUTBOX_COUNT_MAX; i++)
        assert_int_equal(outbox_add(site->outbox, &command, false, &entry), STATUS_OK);
    assert_int_equal(outbox_add(site->outbox, &command, false, &entry),
                     STATUS_QUEUE_FULL);
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    uint64_t instance = look(site).instance;
    assert_int_equal(outbox_begin(site->outbox), STATUS_OK);
    for (uint64_t i = 1; i <= OUTBOX_COUNT_MAX; i++) {
        const outbox_outcome_t outcome = { i, instance, i, i, STATUS_OK, { "", "" } };
        assert_int_equal(outbox_settle(site->outbox, &outcome, &moved), STATUS_OK);
    }
    assert_int_equal(outbox_commit(site->outbox), STATUS_OK);
    entry = put(site, 1, false);
    (void)settle(site, entry, STATUS_OK);
    assert_int_equal(look(site).acknowledged, OUTBOX_KEPT_MAX);
    outbox_entry_t found;
    assert_int_equal(outbox_get(site->outbox, 1, &found), STATUS_NOT_FOUND);
    assert_int_equal(outbox_get(site->outbox, 2, &found), STATUS_OK);
}

/* ---- leases ---- */

static void lease__held__others_stand_by_until_it_ends(void **state)
{
    site_t *site = *state;
    uint64_t entry = put(site, 1, false);
    assert_int_equal(lease(site, TOKEN, entry), STATUS_OK);
    assert_int_equal(get(site, entry).state, OUTBOX_SENDING);
    assert_int_equal(look(site).sending, 1);
    assert_int_equal(look(site).sender, (uint64_t)getpid());
    assert_int_equal(lease(site, TOKEN + 1, entry), STATUS_LOCKED);
    now.boot_ms += OUTBOX_LEASE_MS - 1;
    assert_int_equal(lease(site, TOKEN, entry), STATUS_OK);
    now.boot_ms += OUTBOX_LEASE_MS;
    assert_int_equal(get(site, entry).state, OUTBOX_WAITING);
    assert_int_equal(lease(site, TOKEN + 1, 0), STATUS_OK);
    assert_int_equal(get(site, entry).state, OUTBOX_WAITING); /* not under way */
}

static void lease__machine_restarted__over(void **state)
{
    site_t *site = *state;
    now.boot_ms = 90000000;
    assert_int_equal(lease(site, TOKEN, 1), STATUS_OK);
    now.boot_ms = 10;
    assert_int_equal(lease(site, TOKEN + 1, 1), STATUS_OK);
}

static int take_lease(void *context)
{
    site_t *site = context;
    outbox_t *outbox = NULL;
    if (outbox_open(site->folder, still_clock, &outbox) != STATUS_OK ||
        outbox_begin(outbox) != STATUS_OK ||
        outbox_lease(outbox, TOKEN, 1) != STATUS_OK ||
        outbox_commit(outbox) != STATUS_OK)
        return 1;
    _exit(ENDED); /* as if it were killed */
}

static void lease__sender_killed__another_takes_over_at_once(void **state)
{
    site_t *site = *state;
    uint64_t entry = put(site, 1, false);
    outbox_close(&site->outbox);
    assert_int_equal(folder_in_child(take_lease, site), ENDED);
    reopen(site);
    assert_int_equal(get(site, entry).state, OUTBOX_WAITING);
    assert_int_equal(lease(site, TOKEN + 1, entry), STATUS_OK);
}

/* ---- ends and processes ---- */

#define STEP_PUTS 3u

/* Makes the outbox and puts, each committed; tells what it was told on a pipe. */
static int put_until_the_end(const char *folder, int end, int pipe)
{
    outbox_t *outbox = NULL;
    syncs = 0;
    end_at_sync = end;
    if (outbox_open(folder, still_clock, &outbox) != STATUS_OK)
        return 1;
    for (unsigned i = 0; i < STEP_PUTS; i++) {
        if (outbox_begin(outbox) != STATUS_OK)
            return 2;
        uint8_t entry = (uint8_t)add(outbox, i, false);
        if (outbox_commit(outbox) != STATUS_OK || write(pipe, &entry, 1) != 1)
            return 3;
    }
    outbox_close(&outbox);
    return 0;
}

static int end_one_child(const char *folder, int end, uint8_t *told, ssize_t *count)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(put_until_the_end(folder, end, ends[1]));
    (void)close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    *count = read(ends[0], told, STEP_PUTS);
    (void)close(ends[0]);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void process__ends_at_any_sync__what_was_told_is_there(void **state)
{
    site_t *site = *state;
    outbox_close(&site->outbox);
    int code = ENDED;
    for (int end = 1; code == ENDED; end++) {
        uint8_t told[STEP_PUTS];
        ssize_t count;
        assert_true(end < 100);
        folder_remove(site->folder);
        folder_make(site->folder);
        code = end_one_child(site->folder, end, told, &count);
        reopen(site);
        for (ssize_t i = 0; i < count; i++)
            assert_int_equal(get(site, told[i]).state, OUTBOX_WAITING);
        uint64_t waiting = look(site).waiting;
        assert_true(waiting >= (uint64_t)(count > 0 ? count : 0) &&
                    waiting <= STEP_PUTS);
        uint64_t next = put(site, 9, false);
        assert_int_equal(get(site, next).number, waiting + 1);
        outbox_close(&site->outbox);
    }
    assert_int_equal(code, 0);
    reopen(site);
}

#define BOTH 150u

static int put_both(void *context)
{
    site_t *site = context;
    outbox_t *outbox = NULL;
    if (outbox_open(site->folder, still_clock, &outbox) != STATUS_OK)
        return 1;
    for (unsigned i = 0; i < BOTH; i++) {
        if (outbox_begin(outbox) != STATUS_OK)
            return 2;
        (void)add(outbox, i, false);
        if (outbox_commit(outbox) != STATUS_OK)
            return 3;
    }
    outbox_close(&outbox);
    return 0;
}

static void two_processes__putting_at_once__each_has_its_number(void **state)
{
    site_t *site = *state;
    outbox_close(&site->outbox); /* an environment does not go through fork */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(put_both(site));
    assert_int_equal(put_both(site), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    reopen(site);
    outbox_entry_t found = { .entry = 0 };
    for (uint64_t i = 1; i <= 2 * BOTH; i++) {
        assert_int_equal(outbox_next(site->outbox, false, found.entry, &found),
                         STATUS_OK);
        assert_int_equal(found.entry, i);
        assert_int_equal(found.number, i);
    }
}

/* ---- copies and damage ---- */

static void copy_file(const char *from, const char *to)
{
    size_t size;
    uint8_t *bytes = folder_read_file(from, &size);
    FILE *file = fopen(to, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(bytes);
}

static void open__copied_folder__new_instance_and_old_numbers(void **state)
{
    site_t *site = *state;
    char from[FOLDER_PATH_MAX], to[FOLDER_PATH_MAX];
    site_t twin = { .outbox = NULL };
    uint64_t entry = put(site, 1, false), instance = look(site).instance;
    assert_int_equal(lease(site, TOKEN, entry), STATUS_OK);
    folder_make(twin.folder);
    folder_join(to, twin.folder, "outbox");
    assert_int_equal(mkdir(to, 0700), 0);
    folder_join(from, site->folder, "outbox/data.mdb");
    folder_join(to, twin.folder, "outbox/data.mdb");
    copy_file(from, to);
    reopen(&twin);
    assert_true(outbox_was_copied(twin.outbox));
    assert_true(look(&twin).instance != instance);
    assert_true(get(&twin, entry).instance == instance);
    assert_int_equal(get(&twin, entry).state, OUTBOX_WAITING); /* the lease stayed */
    reopen(&twin);
    assert_false(outbox_was_copied(twin.outbox));
    reopen(site);
    assert_false(outbox_was_copied(site->outbox));
    assert_true(look(site).instance == instance);
    outbox_close(&twin.outbox);
    folder_remove(twin.folder);
}

/* Changes one byte of a record, past the sum. */
static void damage(site_t *site, MDB_dbi table, uint64_t entry)
{
    uint8_t key_bytes[OUTBOX_KEY_BYTES], bytes[512];
    outbox_key(entry, key_bytes);
    MDB_val key = { sizeof key_bytes, key_bytes }, value;
    MDB_txn *txn = NULL;
    assert_int_equal(mdb_txn_begin(site->outbox->env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_get(txn, table, &key, &value), 0);
    assert_true(value.mv_size <= sizeof bytes);
    memcpy(bytes, value.mv_data, value.mv_size);
    bytes[20] ^= 1;
    value.mv_data = bytes;
    assert_int_equal(mdb_put(txn, table, &key, &value, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
}

static void entry__damaged__named_and_passed_over(void **state)
{
    site_t *site = *state;
    uint64_t bad = put(site, 1, false), good = put(site, 2, false);
    outbox_entry_t found;
    damage(site, site->outbox->open, bad);
    assert_int_equal(outbox_next(site->outbox, false, 0, &found), STATUS_DAMAGED);
    assert_int_equal(found.entry, bad);
    assert_int_equal(outbox_next(site->outbox, false, bad, &found), STATUS_OK);
    assert_int_equal(found.entry, good);
    assert_int_equal(drop(site, bad), STATUS_OK);
    assert_int_equal(look(site).waiting, 1);
}

static void record_about_it__damaged__counted_anew_under_a_new_instance(void **state)
{
    site_t *site = *state;
    (void)put(site, 1, false);
    uint64_t entry = put(site, 2, false), instance = look(site).instance;
    damage(site, site->outbox->about, 0);
    reopen(site);
    uint64_t next = put(site, 3, false);
    assert_int_equal(next, entry + 1);
    assert_true(get(site, next).instance != instance);
    assert_true(get(site, entry).instance == instance);
    assert_int_equal(look(site).waiting, 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(put__committed__there_after_reopening),
        CASE(put__not_committed__gone),
        CASE(commit__returned__synced_before),
        CASE(states__each_change__as_the_header_tells),
        CASE(settle__already_settled__stays),
        CASE(settle__number_reused__moves_to_an_instance_of_its_own),
        CASE(settle__settled__refused_and_others_get_a_new_instance),
        CASE(clean__old_ones__forgotten),
        CASE(put__too_many__refused_and_acknowledged_ones_make_room),
        CASE(lease__held__others_stand_by_until_it_ends),
        CASE(lease__machine_restarted__over),
        CASE(lease__sender_killed__another_takes_over_at_once),
        CASE(process__ends_at_any_sync__what_was_told_is_there),
        CASE(two_processes__putting_at_once__each_has_its_number),
        CASE(open__copied_folder__new_instance_and_old_numbers),
        CASE(entry__damaged__named_and_passed_over),
        CASE(record_about_it__damaged__counted_anew_under_a_new_instance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
