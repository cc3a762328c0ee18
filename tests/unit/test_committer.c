/* Goal: a handed batch becomes durable and is told once; failures are reported and
 * leave the journal as it was. Method: a real journal in a folder of its own; waiting
 * is polling the committer's bell. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/committer.h"
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAP_BYTES (64u * 1024u * 1024u)

typedef struct {
    char folder[64];
    journal_t *journal;
    committer_t *committer;
    batch_t *batch;
} room_t;

static room_t *open_room(uint64_t map_bytes)
{
    room_t *room = calloc(1, sizeof *room);
    assert_non_null(room);
    (void)snprintf(room->folder, sizeof room->folder, "/tmp/yx-committer-XXXXXX");
    assert_non_null(mkdtemp(room->folder));
    const journal_options_t how = { .mode = JOURNAL_CREATE, .map_bytes = map_bytes };
    assert_int_equal(journal_open(room->folder, &how, &room->journal), STATUS_OK);
    assert_int_equal(committer_create(room->journal, NULL, 0, &room->committer),
                     STATUS_OK);
    room->batch = batch_create(1000);
    assert_non_null(room->batch);
    return room;
}

static void close_room(room_t *room)
{
    char command[128];
    committer_destroy(&room->committer);
    assert_null(room->committer);
    batch_destroy(&room->batch);
    journal_close(&room->journal);
    (void)snprintf(command, sizeof command, "rm -r %s", room->folder);
    assert_int_equal(system(command), 0);
    free(room);
}

static void fill(batch_t *batch, uint64_t expected_seq, uint32_t count, uint32_t size)
{
    static uint8_t bytes[PUBLIC_BYTES_MAX];
    batch_begin(batch, expected_seq);
    for (uint32_t i = 0; i < count; i++) {
        const record_t record = {
            .time_ms = 1, .number = i, .public_part = bytes, .public_size = size
        };
        batch_add(batch, &record);
    }
}

static commit_t await(committer_t *committer)
{
    commit_t commit;
    struct pollfd bell = { .fd = committer_fd(committer), .events = POLLIN };
    while (!committer_take(committer, &commit))
        assert_true(poll(&bell, 1, 60000) == 1);
    return commit;
}

static void committer__batch_handed__is_durable_when_told(void **unused)
{
    (void)unused;
    room_t *room = open_room(MAP_BYTES);
    uint8_t chain[RECORD_CHAIN_BYTES];
    commit_t commit;
    assert_true(committer_idle(room->committer));
    assert_false(committer_take(room->committer, &commit));
    for (uint64_t seq = 0; seq < 300; seq += 100) {
        fill(room->batch, seq, 100, 50);
        committer_hand(room->committer, room->batch);
        assert_false(committer_idle(room->committer));
        commit = await(room->committer);
        assert_int_equal(commit.status, STATUS_OK);
        assert_int_equal(commit.records, 100);
        assert_int_equal(commit.durable_seq, seq + 100);
        assert_true(committer_idle(room->committer));
    }
    journal_chain(room->journal, chain);
    assert_memory_equal(chain, commit.chain, sizeof chain);
    assert_false(committer_take(room->committer, &commit));
    close_room(room);
}

static void committer__wrong_expected_seq__reports_conflict(void **unused)
{
    (void)unused;
    room_t *room = open_room(MAP_BYTES);
    fill(room->batch, 7, 1, 10);
    committer_hand(room->committer, room->batch);
    commit_t commit = await(room->committer);
    assert_int_equal(commit.status, STATUS_CONFLICT);
    assert_int_equal(commit.records, 0);
    assert_int_equal(commit.durable_seq, 0);
    close_room(room);
}

static void committer__journal_full__reports_it_and_keeps_what_was(void **unused)
{
    (void)unused;
    room_t *room = open_room(2u * 1024u * 1024u);
    uint64_t durable = 0;
    commit_t commit = { .status = STATUS_OK };
    for (int i = 0; i < 1000 && commit.status == STATUS_OK; i++) {
        fill(room->batch, durable, 10, PUBLIC_BYTES_MAX);
        committer_hand(room->committer, room->batch);
        commit = await(room->committer);
        durable += commit.records;
    }
    assert_int_equal(commit.status, STATUS_STORAGE_FULL);
    assert_int_equal(commit.durable_seq, durable);
    assert_true(durable > 0);
    close_room(room);
}

static void committer__destroyed_while_working__ends_the_append(void **unused)
{
    (void)unused;
    room_t *room = open_room(MAP_BYTES);
    fill(room->batch, 0, 500, 200);
    committer_hand(room->committer, room->batch);
    committer_destroy(&room->committer);
    assert_int_equal(journal_head(room->journal), 500);
    close_room(room);
}

static void committer__margin_of_the_map_reached__is_low(void **unused)
{
    (void)unused;
    room_t *room = open_room(MAP_BYTES);
    assert_false(committer_low(room->committer));
    committer_destroy(&room->committer);
    assert_int_equal(committer_create(room->journal, NULL, COMMITTER_MAP_MARGIN_BYTES,
                                      &room->committer),
                     STATUS_OK);
    assert_true(committer_low(room->committer));
    close_room(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committer__batch_handed__is_durable_when_told),
        cmocka_unit_test(committer__wrong_expected_seq__reports_conflict),
        cmocka_unit_test(committer__journal_full__reports_it_and_keeps_what_was),
        cmocka_unit_test(committer__destroyed_while_working__ends_the_append),
        cmocka_unit_test(committer__margin_of_the_map_reached__is_low),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
