/* Goal: replies come to clients as the broker wrote them, faults included.
 * Method: outcomes and a full answer of every kind there and back; the second writing
 * must give the first one's bytes, and the sample's own members are looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_encode.h"
#include "tests/support/wire_samples.h"
#include <string.h>

#define CORRELATION UINT64_C(0x8877665544332211)

typedef struct {
    arena_t *arena;
    buffer_t out;
    reply_t reply;
    fault_t fault;
} bench_t;

static void setup(bench_t *bench)
{
    *bench = (bench_t){ .arena = arena_create(4u << 20) };
    buffer_init(&bench->out, 1u << 20);
}

static void teardown(bench_t *bench)
{
    arena_destroy(&bench->arena);
    buffer_fini(&bench->out);
}

static status_t read_back(bench_t *bench)
{
    arena_reset(bench->arena);
    return wire_read_reply(bench->arena, bench->out.data, bench->out.size,
                           &bench->reply, &bench->fault);
}

static void comes_back(bench_t *bench, reply_kind_t kind)
{
    status_t status = read_back(bench);
    if (status != STATUS_OK)
        print_message("%d %s %s\n", status, bench->fault.place, bench->fault.detail);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(bench->reply.kind, kind);
    assert_true(bench->reply.correlation == CORRELATION);
}

/* ---- faults ---- */

static void fault__longer_than_its_room__is_cut_at_a_character(void **unused)
{
    (void)unused;
    char text[200];
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "\xe7\xba\xbf", 3);
    fault_t fault;
    fault_set(&fault, "observe.code", text, 198);
    assert_string_equal(fault.place, "observe.code");
    assert_int_equal(strlen(fault.detail), 93); /* 31 characters in 95 bytes */
    fault_set(&fault, NULL, NULL, 0);
    assert_string_equal(fault.place, "");
    assert_string_equal(fault.detail, "");
    fault_set(NULL, "nobody", "asks", 4);
}

static void fault__what_cannot_be_sent__is_replaced(void **unused)
{
    (void)unused;
    fault_t fault;
    fault_set(&fault, "x", "a\0b\x1b[1m\xff", 8);
    assert_string_equal(fault.detail, "a?b?[1m?");
    fault_set(&fault, "x", "\xe7\xba\xbf\n", 4);
    assert_string_equal(fault.detail, "????");
    char longer[300];
    memset(longer, 1, sizeof longer);
    fault_set(&fault, "x", longer, sizeof longer);
    assert_int_equal(strlen(fault.detail), FAULT_DETAIL_MAX - 1);
}

/* ---- outcomes ---- */

static void fill_outcomes(outcome_t *outcomes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        outcomes[i] = (outcome_t){ .number = UINT64_MAX - i };
        if (i % 2 == 0) {
            outcomes[i].seq = UINT64_MAX - 2 * i;
            continue;
        }
        outcomes[i].status = STATUS_OWN_UNIT;
        char text[FAULT_DETAIL_MAX];
        memset(text, 'a' + (int)(i % 26), sizeof text);
        fault_set(&outcomes[i].fault, "observe.subject", text, i % sizeof text);
    }
}

static void submit_reply__outcomes__come_as_they_were_sent(void **unused)
{
    (void)unused;
    static outcome_t outcomes[SUBMIT_ITEMS_MAX];
    fill_outcomes(outcomes, SUBMIT_ITEMS_MAX);
    bench_t bench;
    setup(&bench);
    assert_int_equal(
        wire_write_submit_reply(&bench.out, CORRELATION, outcomes, SUBMIT_ITEMS_MAX),
        STATUS_OK);
    comes_back(&bench, REPLY_SUBMIT);
    assert_int_equal(bench.reply.outcome_count, SUBMIT_ITEMS_MAX);
    for (uint32_t i = 0; i < SUBMIT_ITEMS_MAX; i++) {
        const outcome_t *outcome = &bench.reply.outcomes[i];
        assert_true(outcome->number == outcomes[i].number);
        assert_true(outcome->seq == outcomes[i].seq);
        assert_int_equal(outcome->status, outcomes[i].status);
        assert_string_equal(outcome->fault.place, outcomes[i].fault.place);
        assert_string_equal(outcome->fault.detail, outcomes[i].fault.detail);
    }
    teardown(&bench);
}

static void submit_reply__longest_of_all__fits_a_frame(void **unused)
{
    (void)unused;
    static outcome_t outcomes[SUBMIT_ITEMS_MAX];
    for (uint32_t i = 0; i < SUBMIT_ITEMS_MAX; i++) {
        outcomes[i] = (outcome_t){ .number = UINT64_MAX,
                                   .seq = UINT64_MAX,
                                   .status = STATUS_PROFILE };
        memset(outcomes[i].fault.place, 'p', FAULT_PLACE_MAX - 1);
        memset(outcomes[i].fault.detail, 'd', FAULT_DETAIL_MAX - 1);
    }
    bench_t bench;
    setup(&bench);
    assert_int_equal(
        wire_write_submit_reply(&bench.out, CORRELATION, outcomes, SUBMIT_ITEMS_MAX),
        STATUS_OK);
    comes_back(&bench, REPLY_SUBMIT);
    teardown(&bench);
}

static void submit_reply__status_of_a_later_release__is_malformed(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    outcome_t outcome = { .number = 1, .status = (status_t)9999 };
    assert_int_equal(wire_write_submit_reply(&bench.out, CORRELATION, &outcome, 1),
                     STATUS_OK);
    comes_back(&bench, REPLY_SUBMIT);
    assert_int_equal(bench.reply.outcomes[0].status, STATUS_MALFORMED);
    teardown(&bench);
}

static void failure__every_status__comes_back(void **unused)
{
    (void)unused;
    static const status_t statuses[] = {
#define X(name, value, rule, text) name,
        STATUS_LIST(X)
#undef X
    };
    bench_t bench;
    setup(&bench);
    fault_t fault;
    fault_set(&fault, "version", "2", 1);
    for (size_t i = 1; i < sizeof statuses / sizeof statuses[0]; i++) {
        buffer_clear(&bench.out);
        assert_int_equal(
            wire_write_failure(&bench.out, CORRELATION, statuses[i], &fault),
            STATUS_OK);
        comes_back(&bench, REPLY_FAILURE);
        assert_int_equal(bench.reply.failure, statuses[i]);
        assert_string_equal(bench.reply.fault.place, "version");
        assert_string_equal(bench.reply.fault.detail, "2");
    }
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_failure(&bench.out, CORRELATION, (status_t)8888, NULL),
                     STATUS_OK);
    comes_back(&bench, REPLY_FAILURE);
    assert_int_equal(bench.reply.failure, STATUS_MALFORMED);
    assert_string_equal(bench.reply.fault.place, "");
    teardown(&bench);
}

static void pong__comes_as_pong(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_pong(&bench.out, CORRELATION), STATUS_OK);
    comes_back(&bench, REPLY_PONG);
    teardown(&bench);
}

/* ---- answers ---- */

static void write_answer(bench_t *bench, query_kind_t kind)
{
    answer_t answer = sample_answer(kind);
    buffer_clear(&bench->out);
    assert_int_equal(wire_write_answer(&bench->out, CORRELATION, &answer), STATUS_OK);
}

static void answer__every_kind__comes_back_whole(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    buffer_t again;
    buffer_init(&again, FRAME_BYTES_MAX);
    for (query_kind_t kind = QUERY_BOARD; kind < QUERY_COUNT; kind++) {
        write_answer(&bench, kind);
        comes_back(&bench, REPLY_ANSWER);
        assert_int_equal(bench.reply.answer.kind, kind);
        assert_int_equal(bench.reply.answer.seq, SAMPLE_NUMBER(1));
        assert_int_equal(bench.reply.answer.part, SAMPLE_NUMBER(2));
        assert_int_equal(bench.reply.answer.parts, SAMPLE_NUMBER(3));
        buffer_clear(&again);
        assert_int_equal(wire_write_answer(&again, CORRELATION, &bench.reply.answer),
                         STATUS_OK);
        assert_int_equal(again.size, bench.out.size);
        assert_memory_equal(again.data, bench.out.data, again.size);
    }
    buffer_fini(&again);
    teardown(&bench);
}

static void is_text(text_t text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
}

static void answer__board__is_filled_member_by_member(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    write_answer(&bench, QUERY_BOARD);
    comes_back(&bench, REPLY_ANSWER);
    const board_answer_t *board = &bench.reply.answer.body.board;
    is_text(board->account, "account");
    is_text(board->group, "group");
    is_text(board->scheme, "scheme");
    assert_int_equal(board->ranked, SAMPLE_NUMBER(4));
    assert_int_equal(board->not_ranked, SAMPLE_NUMBER(5));
    assert_true(board->provisional);
    assert_int_equal(board->offset, SAMPLE_NUMBER(7));
    assert_int_equal(board->matching, SAMPLE_NUMBER(8));
    assert_int_equal(board->row_count, 2);
    const board_row_t *row = &board->rows[1];
    is_text(row->subject, "subject");
    is_text(row->unit_name, "unit_name");
    is_text(row->post, "post");
    assert_int_equal(row->standing, STANDING_PROVISIONAL);
    assert_int_equal(row->rank, SAMPLE_NUMBER(7));
    assert_int_equal(row->low, SAMPLE_NUMBER(8));
    assert_int_equal(row->high, SAMPLE_NUMBER(9));
    assert_int_equal(row->total, SAMPLE_NUMBER(11));
    assert_int_equal(row->error, SAMPLE_NUMBER(12));
    assert_int_equal(row->missing_observations, SAMPLE_NUMBER(18));
    assert_true(row->enough);
    teardown(&bench);
}

static void answer__others__are_filled_member_by_member(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    write_answer(&bench, QUERY_WHOAMI);
    comes_back(&bench, REPLY_ANSWER);
    const whoami_answer_t *whoami = &bench.reply.answer.body.whoami;
    assert_int_equal(whoami->roles, 1u << ROLE_OFFICE | 1u << ROLE_AUDITOR);
    assert_int_equal(whoami->unit_count, 3);
    is_text(whoami->units[2], "units");
    is_text(whoami->groups[0], "groups");
    assert_int_equal(whoami->journal_id[2], 9);
    write_answer(&bench, QUERY_DIGEST);
    comes_back(&bench, REPLY_ANSWER);
    assert_int_equal(bench.reply.answer.body.digest.facts[0], 2);
    assert_int_equal(bench.reply.answer.body.digest.chain[0], 3);
    write_answer(&bench, QUERY_STATS);
    comes_back(&bench, REPLY_ANSWER);
    assert_int_equal(bench.reply.answer.body.stats.count, 2);
    assert_string_equal(bench.reply.answer.body.stats.counters[1].name, "name");
    write_answer(&bench, QUERY_SCRUB);
    comes_back(&bench, REPLY_ANSWER);
    assert_int_equal(bench.reply.answer.body.scrub.damaged_seq, SAMPLE_NUMBER(2));
    write_answer(&bench, QUERY_INSTANCE);
    comes_back(&bench, REPLY_ANSWER);
    assert_int_equal(bench.reply.answer.body.instance_highest, SAMPLE_NUMBER(1));
    write_answer(&bench, QUERY_GROUPS);
    comes_back(&bench, REPLY_ANSWER);
    const groups_answer_t *groups = &bench.reply.answer.body.groups;
    assert_int_equal(groups->groups[0].subjects, SAMPLE_NUMBER(3));
    assert_int_equal(groups->dimension_count, 2);
    is_text(groups->channels[0], "channels");
    teardown(&bench);
}

/* A part of a board holds as many rows as 48 KiB do, more fields than a request may. */
static void answer__part_full_of_short_rows__comes_back(void **unused)
{
    (void)unused;
    static board_row_t rows[BOARD_WINDOW_MAX];
    for (uint32_t i = 0; i < BOARD_WINDOW_MAX; i++) {
        rows[i] = (board_row_t){ .subject = { "s-1", 3 },
                                 .standing = STANDING_RANKED,
                                 .rank = i + 1,
                                 .low = 1,
                                 .high = 2,
                                 .band = 1,
                                 .total = -1 - (int64_t)i,
                                 .observations = 1 };
    }
    answer_t answer = { .kind = QUERY_BOARD, .seq = 1, .parts = 1 };
    answer.body.board.rows = rows;
    answer.body.board.row_count = BOARD_WINDOW_MAX;
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_answer(&bench.out, CORRELATION, &answer), STATUS_OK);
    assert_true(bench.out.size <= ANSWER_PART_BYTES_MAX);
    comes_back(&bench, REPLY_ANSWER);
    const board_row_t *last = &bench.reply.answer.body.board.rows[BOARD_WINDOW_MAX - 1];
    assert_int_equal(last->rank, BOARD_WINDOW_MAX);
    assert_true(last->total == -(int64_t)BOARD_WINDOW_MAX);
    teardown(&bench);
}

static void answer__larger_than_a_frame__is_not_written(void **unused)
{
    (void)unused;
    static char name[FRAME_BYTES_MAX];
    memset(name, 'x', sizeof name);
    board_row_t row = { .subject = { name, sizeof name }, .standing = STANDING_RANKED };
    answer_t answer = { .kind = QUERY_BOARD, .parts = 1 };
    answer.body.board.rows = &row;
    answer.body.board.row_count = 1;
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_answer(&bench.out, CORRELATION, &answer),
                     STATUS_TOO_LARGE);
    assert_int_equal(bench.out.size, 0);
    teardown(&bench);
}

/* ---- refused ---- */

static void reply__cut_at_every_byte__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (query_kind_t kind = QUERY_BOARD; kind < QUERY_COUNT; kind++) {
        write_answer(&bench, kind);
        for (size_t size = 0; size < bench.out.size; size++) {
            uint8_t *cut = test_malloc(size + 1);
            memcpy(cut, bench.out.data, size);
            arena_reset(bench.arena);
            assert_int_not_equal(
                wire_read_reply(bench.arena, cut, size, &bench.reply, &bench.fault),
                STATUS_OK);
            test_free(cut);
        }
    }
    teardown(&bench);
}

static void reply__arena_used_up_anywhere__is_no_memory(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (query_kind_t kind = QUERY_BOARD; kind < QUERY_COUNT; kind++) {
        write_answer(&bench, kind);
        assert_int_equal(read_back(&bench), STATUS_OK);
        size_t needed = arena_used(bench.arena);
        for (size_t quota = 16; quota <= needed; quota += 16) {
            arena_destroy(&bench.arena);
            bench.arena = arena_create(quota);
            assert_int_equal(read_back(&bench),
                             quota < needed ? STATUS_NO_MEMORY : STATUS_OK);
        }
        arena_destroy(&bench.arena);
        bench.arena = arena_create(4u << 20);
    }
    teardown(&bench);
}

static void put_answer_head(writer_t *writer, uint32_t part, uint32_t parts)
{
    encode_fixed64(writer, 1, CORRELATION);
    size_t opened = encode_open(writer, REPLY_ANSWER);
    encode_number(writer, 1, 1);
    encode_number(writer, 2, part);
    encode_number(writer, 3, parts);
    if (parts != 1) {
        size_t digest = encode_open(writer, 12);
        for (uint32_t field = 1; field <= 3; field++)
            encode_bytes(writer, field, "short", 5);
        encode_close(writer, digest);
    }
    encode_close(writer, opened);
}

static void reply__without_sense__is_refused_at_its_place(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    writer_t writer = encode_begin(&bench.out);
    encode_fixed64(&writer, 1, CORRELATION);
    assert_int_equal(read_back(&bench), STATUS_UNKNOWN_OPERATION);
    assert_string_equal(bench.fault.place, "reply");
    buffer_clear(&bench.out);
    put_answer_head(&writer, 0, 1);
    assert_int_equal(read_back(&bench), STATUS_UNKNOWN_OPERATION);
    assert_string_equal(bench.fault.place, "answer");
    buffer_clear(&bench.out);
    put_answer_head(&writer, 2, 2);
    assert_int_equal(read_back(&bench), STATUS_MALFORMED);
    assert_string_equal(bench.fault.place, "answer.part");
    buffer_clear(&bench.out);
    put_answer_head(&writer, 0, 2);
    assert_int_equal(read_back(&bench), STATUS_MALFORMED);
    assert_string_equal(bench.fault.place, "answer.digest.state");
    assert_string_equal(bench.fault.detail, "bytes: 5");
    teardown(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fault__longer_than_its_room__is_cut_at_a_character),
        cmocka_unit_test(fault__what_cannot_be_sent__is_replaced),
        cmocka_unit_test(submit_reply__outcomes__come_as_they_were_sent),
        cmocka_unit_test(submit_reply__longest_of_all__fits_a_frame),
        cmocka_unit_test(submit_reply__status_of_a_later_release__is_malformed),
        cmocka_unit_test(failure__every_status__comes_back),
        cmocka_unit_test(pong__comes_as_pong),
        cmocka_unit_test(answer__every_kind__comes_back_whole),
        cmocka_unit_test(answer__board__is_filled_member_by_member),
        cmocka_unit_test(answer__others__are_filled_member_by_member),
        cmocka_unit_test(answer__part_full_of_short_rows__comes_back),
        cmocka_unit_test(answer__larger_than_a_frame__is_not_written),
        cmocka_unit_test(reply__cut_at_every_byte__is_refused),
        cmocka_unit_test(reply__arena_used_up_anywhere__is_no_memory),
        cmocka_unit_test(reply__without_sense__is_refused_at_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
