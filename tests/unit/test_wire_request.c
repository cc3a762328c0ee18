/* Goal: requests come to the broker as clients wrote them; the correlation is known
 * even of a request that is refused.
 * Method: round trips, then requests spoiled in one thing each, cut at every byte and
 * starved of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_encode.h"
#include <string.h>

#define CORRELATION UINT64_C(0x8877665544332211)
#define INSTANCE    UINT64_C(0xfedcba9876543210)
#define TEXT(text)                                                                     \
    {                                                                                  \
        text, sizeof(text) - 1                                                         \
    }

typedef struct {
    arena_t *arena;
    buffer_t out;
    request_t request;
    fault_t fault;
} bench_t;

static void setup(bench_t *bench)
{
    *bench = (bench_t){ .arena = arena_create(1u << 20) };
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
    return wire_read_request(bench->arena, bench->out.data, bench->out.size,
                             &bench->request, &bench->fault);
}

static void is_refused(bench_t *bench, status_t status, const char *place)
{
    assert_int_equal(read_back(bench), status);
    assert_string_equal(bench->fault.place, place);
    assert_true(bench->request.correlation == CORRELATION);
}

static void submit__items__come_as_they_were_sent(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = { 1, 0, 255, 9 };
    item_t items[SUBMIT_ITEMS_MAX];
    for (uint32_t i = 0; i < SUBMIT_ITEMS_MAX; i++)
        items[i] = (item_t){ i + 1, bytes, i % 2 != 0 ? bytes : NULL, i % 5, i % 3 };
    bench_t bench;
    setup(&bench);
    assert_int_equal(
        wire_write_submit(&bench.out, CORRELATION, INSTANCE, items, SUBMIT_ITEMS_MAX),
        STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    const request_t *request = &bench.request;
    assert_int_equal(request->kind, REQUEST_SUBMIT);
    assert_true(request->correlation == CORRELATION);
    assert_true(request->instance == INSTANCE);
    assert_int_equal(request->item_count, SUBMIT_ITEMS_MAX);
    for (uint32_t i = 0; i < SUBMIT_ITEMS_MAX; i++) {
        const item_t *item = &request->items[i];
        assert_int_equal(item->number, i + 1);
        assert_int_equal(item->public_size, i % 5);
        assert_int_equal(item->private_size, i % 2 != 0 ? i % 3 : 0);
        if (item->public_size > 0)
            assert_memory_equal(item->public_part, bytes, item->public_size);
    }
    teardown(&bench);
}

static void submit__too_many_items__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    writer_t writer = encode_begin(&bench.out);
    encode_number(&writer, 1, 1);
    encode_fixed64(&writer, 2, CORRELATION);
    size_t submit = encode_open(&writer, 10);
    encode_fixed64(&writer, 1, INSTANCE);
    for (uint32_t i = 0; i < SUBMIT_ITEMS_MAX + 1; i++) {
        size_t item = encode_open(&writer, 2);
        encode_number(&writer, 1, i + 1);
        encode_bytes(&writer, 2, "x", 1);
        encode_close(&writer, item);
    }
    encode_close(&writer, submit);
    is_refused(&bench, STATUS_TOO_MANY_ITEMS, "submit.items");
    assert_string_equal(bench.fault.detail, "257");
    teardown(&bench);
}

static void check__items__come_as_a_submit_would(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = { 7, 8 };
    item_t items[] = { { 1, bytes, NULL, 2, 0 }, { 9, bytes, bytes, 1, 2 } };
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_check(&bench.out, CORRELATION, items, 2), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    const request_t *request = &bench.request;
    assert_int_equal(request->kind, REQUEST_CHECK);
    assert_true(request->instance == 0);
    assert_int_equal(request->item_count, 2);
    assert_int_equal(request->items[1].number, 9);
    assert_int_equal(request->items[1].public_size, 1);
    assert_memory_equal(request->items[1].private_part, bytes, 2);
    buffer_clear(&bench.out);
    items[1].number = 0;
    assert_int_equal(wire_write_check(&bench.out, CORRELATION, items, 2), STATUS_OK);
    is_refused(&bench, STATUS_UNKNOWN_VALUE, "check.items[1].number");
    teardown(&bench);
}

static void submit__number_zero__is_refused(void **unused)
{
    (void)unused;
    item_t items[] = { { 1, NULL, NULL, 0, 0 }, { 0, NULL, NULL, 0, 0 } };
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_submit(&bench.out, CORRELATION, INSTANCE, items, 2),
                     STATUS_OK);
    is_refused(&bench, STATUS_UNKNOWN_VALUE, "submit.items[1].number");
    teardown(&bench);
}

static void submit__larger_than_a_frame__is_not_written(void **unused)
{
    (void)unused;
    static const uint8_t part[PUBLIC_BYTES_MAX];
    item_t items[4];
    for (uint32_t i = 0; i < 4; i++)
        items[i] = (item_t){ i + 1, part, NULL, PUBLIC_BYTES_MAX, 0 };
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_ping(&bench.out, 1), STATUS_OK);
    size_t before = bench.out.size;
    assert_int_equal(wire_write_submit(&bench.out, CORRELATION, INSTANCE, items, 4),
                     STATUS_TOO_LARGE);
    assert_int_equal(bench.out.size, before);
    assert_int_equal(wire_write_submit(&bench.out, CORRELATION, INSTANCE, items, 3),
                     STATUS_OK);
    teardown(&bench);
}

static void ping__comes_as_ping(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_write_ping(&bench.out, CORRELATION), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.kind, REQUEST_PING);
    assert_true(bench.request.correlation == CORRELATION);
    teardown(&bench);
}

static void query__every_kind__comes_back(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    static const uint8_t keys[2 * KEY_BYTES] = { 1, [2 * KEY_BYTES - 1] = 2 };
    for (query_kind_t kind = QUERY_BOARD; kind < QUERY_COUNT; kind++) {
        query_t query = { .kind = kind, .instance = INSTANCE };
        query.board.group = (text_t)TEXT("group");
        query.explain.subject = (text_t)TEXT("subject");
        query.chain.code = (text_t)TEXT("code");
        query.chain.count = 9;
        query.feed.from = INSTANCE;
        query.subscribers.keys = keys;
        query.subscribers.key_count = 2;
        query.plan.group = (text_t)TEXT("group");
        query.frozen.code = (text_t)TEXT("code");
        query.sign_in.key = keys;
        query.visits.round = (text_t)TEXT("round");
        query.change_password.password = (text_t)TEXT("password");
        buffer_clear(&bench.out);
        assert_int_equal(wire_write_query(&bench.out, CORRELATION, &query), STATUS_OK);
        assert_int_equal(read_back(&bench), STATUS_OK);
        assert_int_equal(bench.request.kind, REQUEST_QUERY);
        assert_int_equal(bench.request.query.kind, kind);
        const query_t *back = &bench.request.query;
        assert_true(back->instance == (kind == QUERY_INSTANCE ? INSTANCE : 0));
        assert_true(back->feed.from == (kind == QUERY_FEED ? INSTANCE : 0));
        bool is_chain =
            (kind >= QUERY_HISTORY_SUBJECT && kind <= QUERY_HISTORY_VISIT) ||
            kind == QUERY_HISTORY_EPOCH || kind == QUERY_HISTORY_ATTENTION;
        assert_int_equal(back->plan.group.size, kind == QUERY_PLAN ? 5 : 0);
        assert_int_equal(back->frozen.code.size, kind == QUERY_FROZEN ? 4 : 0);
        assert_int_equal(back->chain.count, is_chain ? 9 : 0);
        assert_int_equal(back->explain.subject.size, kind == QUERY_EXPLAIN ? 7 : 0);
        assert_int_equal(back->subscribers.key_count,
                         kind == QUERY_SUBSCRIBERS ? 2 : 0);
        if (kind == QUERY_SUBSCRIBERS)
            assert_memory_equal(back->subscribers.keys, keys, sizeof keys);
    }
    teardown(&bench);
}

static void is_text(text_t text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    if (text.size > 0)
        assert_memory_equal(text.data, expected, text.size);
}

static void board_query__every_field__comes_back(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    query_t query = { .kind = QUERY_BOARD,
                      .board = { .account = TEXT("account"),
                                 .group = TEXT("group"),
                                 .unit = TEXT("unit"),
                                 .front = TEXT("front"),
                                 .category = TEXT("category"),
                                 .around = TEXT("around"),
                                 .offset = 3,
                                 .count = 1000,
                                 .unranked = true } };
    assert_int_equal(wire_write_query(&bench.out, CORRELATION, &query), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    const board_query_t *board = &bench.request.query.board;
    is_text(board->account, "account");
    is_text(board->group, "group");
    is_text(board->unit, "unit");
    is_text(board->front, "front");
    is_text(board->category, "category");
    is_text(board->around, "around");
    assert_int_equal(board->offset, 3);
    assert_int_equal(board->count, 1000);
    assert_true(board->unranked);
    teardown(&bench);
}

static void watch__view_and_credit__come_back(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    const board_query_t view = { .group = TEXT("group"),
                                 .unit = TEXT("unit"),
                                 .count = 7 };
    assert_int_equal(wire_write_watch(&bench.out, CORRELATION, &view, INSTANCE),
                     STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.kind, REQUEST_WATCH);
    is_text(bench.request.view.group, "group");
    is_text(bench.request.view.unit, "unit");
    assert_int_equal(bench.request.view.count, 7);
    assert_true(bench.request.until == INSTANCE);
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_credit(&bench.out, CORRELATION, 12), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.kind, REQUEST_CREDIT);
    assert_int_equal(bench.request.until, 12);
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_unwatch(&bench.out, CORRELATION), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.kind, REQUEST_UNWATCH);
    teardown(&bench);
}

/* A Request with a board in which `where` (1 view, 2 filter, 3 window) has field 9. */
static void write_stranger(bench_t *bench, uint32_t request, unsigned where)
{
    buffer_clear(&bench->out);
    writer_t writer = encode_begin(&bench->out);
    encode_number(&writer, 1, 1);
    encode_fixed64(&writer, 2, CORRELATION);
    size_t outer = encode_open(&writer, request);
    size_t view = encode_open(&writer, 1);
    encode_bytes(&writer, 2, "group", 5);
    if (where == 1)
        encode_number(&writer, 9, 1);
    if (where > 1) {
        size_t inner = encode_open(&writer, where + 1);
        encode_number(&writer, 9, 1);
        encode_close(&writer, inner);
    }
    encode_close(&writer, view);
    if (request == REQUEST_WATCH)
        encode_number(&writer, 2, 1);
    encode_close(&writer, outer);
    assert_int_equal(encode_end(&writer, FRAME_BYTES_MAX), STATUS_OK);
}

static void view__narrowed_by_what_is_not_known__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    write_stranger(&bench, REQUEST_WATCH, 0);
    assert_int_equal(read_back(&bench), STATUS_OK);
    for (unsigned where = 1; where <= 3; where++) {
        write_stranger(&bench, REQUEST_WATCH, where);
        is_refused(&bench, STATUS_UNKNOWN_FILTER, "watch.view");
        write_stranger(&bench, REQUEST_QUERY, where);
        is_refused(&bench, STATUS_UNKNOWN_FILTER, "query.board");
    }
    teardown(&bench);
}

static void board_query__without_a_window__asks_for_fifty(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    writer_t writer = encode_begin(&bench.out);
    encode_number(&writer, 1, 1);
    encode_fixed64(&writer, 2, CORRELATION);
    size_t query = encode_open(&writer, 11);
    size_t board = encode_open(&writer, 1);
    encode_bytes(&writer, 2, "g", 1);
    encode_close(&writer, board);
    encode_close(&writer, query);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.query.board.count, 50);
    assert_int_equal(bench.request.query.board.offset, 0);
    is_text(bench.request.query.board.around, "");
    /* A count of none is told, for the default is another. */
    query_t none = { .kind = QUERY_BOARD, .board = { .group = TEXT("g"), .count = 0 } };
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_query(&bench.out, CORRELATION, &none), STATUS_OK);
    assert_int_equal(read_back(&bench), STATUS_OK);
    assert_int_equal(bench.request.query.board.count, 0);
    teardown(&bench);
}

static void board_query__bad_texts__are_refused_at_their_place(void **unused)
{
    (void)unused;
    static const char longest[] =
        "1234567890123456789012345678901234567890123456789012345678901234";
    bench_t bench;
    setup(&bench);
    query_t query = { .kind = QUERY_BOARD,
                      .board = { .group = TEXT("g"), .around = TEXT("a b") } };
    assert_int_equal(wire_write_query(&bench.out, CORRELATION, &query), STATUS_OK);
    is_refused(&bench, STATUS_BAD_CODE, "query.board.window.around");
    query.board = (board_query_t){ .group = TEXT("g"), .front = TEXT(longest) };
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_query(&bench.out, CORRELATION, &query), STATUS_OK);
    is_refused(&bench, STATUS_TEXT_TOO_LONG, "query.board.filter.front");
    query.board = (board_query_t){ .unranked = true };
    buffer_clear(&bench.out);
    assert_int_equal(wire_write_query(&bench.out, CORRELATION, &query), STATUS_OK);
    is_refused(&bench, STATUS_FIELD_MISSING, "query.board.group");
    teardown(&bench);
}

static void begin_of(bench_t *bench, uint64_t version)
{
    buffer_clear(&bench->out);
    writer_t writer = encode_begin(&bench->out);
    encode_fixed64(&writer, 2, CORRELATION); /* fields may come in any order */
    encode_number(&writer, 1, version);
}

static void request__other_version__is_told_before_all_else(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    begin_of(&bench, 2);
    buffer_append(&bench.out, "\x52\x01\xff", 3); /* a Submit of that version */
    is_refused(&bench, STATUS_UNSUPPORTED_VERSION, "version");
    assert_string_equal(bench.fault.detail, "2");
    begin_of(&bench, UINT64_C(1) << 32 | 1);
    is_refused(&bench, STATUS_UNSUPPORTED_VERSION, "version");
    teardown(&bench);
}

static void request__for_nothing_known__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    begin_of(&bench, 1);
    is_refused(&bench, STATUS_UNKNOWN_OPERATION, "request");
    buffer_append(&bench.out, "\x8a\x01\x00", 3); /* field 17, of a later release */
    is_refused(&bench, STATUS_UNKNOWN_OPERATION, "request");
    begin_of(&bench, 1);
    buffer_append(&bench.out, "\x5a\x00", 2); /* a Query without a body */
    is_refused(&bench, STATUS_UNKNOWN_OPERATION, "query");
    begin_of(&bench, 1);
    buffer_append(&bench.out, "\x52\x00", 2); /* a Submit without an instance */
    is_refused(&bench, STATUS_FIELD_MISSING, "submit.instance");
    teardown(&bench);
}

static void request__malformed__still_has_its_correlation(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    begin_of(&bench, 1);
    buffer_append(&bench.out, "\x62\x7f", 2);
    is_refused(&bench, STATUS_MALFORMED, "ping");
    begin_of(&bench, 1);
    buffer_append(&bench.out, "\x08\x01", 2); /* the version twice */
    is_refused(&bench, STATUS_MALFORMED, "version");
    buffer_clear(&bench.out);
    buffer_append(&bench.out, "\x0b", 1);
    assert_int_equal(read_back(&bench), STATUS_MALFORMED);
    assert_true(bench.request.correlation == 0);
    assert_int_equal(wire_read_request(bench.arena, bench.out.data, bench.out.size,
                                       &bench.request, NULL),
                     STATUS_MALFORMED);
    teardown(&bench);
}

static void write_small_submit(bench_t *bench)
{
    static const uint8_t bytes[40] = { 1 };
    item_t items[] = { { 1, bytes, bytes, 40, 20 }, { 2, bytes, NULL, 3, 0 } };
    buffer_clear(&bench->out);
    assert_int_equal(wire_write_submit(&bench->out, CORRELATION, INSTANCE, items, 2),
                     STATUS_OK);
}

static void request__cut_at_every_byte__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    write_small_submit(&bench);
    for (size_t size = 0; size < bench.out.size; size++) {
        uint8_t *cut = test_malloc(size + 1);
        memcpy(cut, bench.out.data, size);
        assert_int_not_equal(
            wire_read_request(bench.arena, cut, size, &bench.request, &bench.fault),
            STATUS_OK);
        assert_true(bench.request.correlation == (size >= 11 ? CORRELATION : 0));
        test_free(cut);
    }
    teardown(&bench);
}

static void request__arena_used_up_anywhere__is_no_memory(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    write_small_submit(&bench);
    assert_int_equal(read_back(&bench), STATUS_OK);
    size_t needed = arena_used(bench.arena);
    for (size_t quota = 16; quota <= needed; quota += 16) {
        arena_destroy(&bench.arena);
        bench.arena = arena_create(quota);
        assert_int_equal(read_back(&bench),
                         quota < needed ? STATUS_NO_MEMORY : STATUS_OK);
    }
    teardown(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submit__items__come_as_they_were_sent),
        cmocka_unit_test(submit__too_many_items__is_refused),
        cmocka_unit_test(check__items__come_as_a_submit_would),
        cmocka_unit_test(submit__number_zero__is_refused),
        cmocka_unit_test(submit__larger_than_a_frame__is_not_written),
        cmocka_unit_test(ping__comes_as_ping),
        cmocka_unit_test(query__every_kind__comes_back),
        cmocka_unit_test(board_query__every_field__comes_back),
        cmocka_unit_test(board_query__without_a_window__asks_for_fifty),
        cmocka_unit_test(board_query__bad_texts__are_refused_at_their_place),
        cmocka_unit_test(request__other_version__is_told_before_all_else),
        cmocka_unit_test(watch__view_and_credit__come_back),
        cmocka_unit_test(view__narrowed_by_what_is_not_known__is_refused),
        cmocka_unit_test(request__for_nothing_known__is_refused),
        cmocka_unit_test(request__malformed__still_has_its_correlation),
        cmocka_unit_test(request__cut_at_every_byte__is_refused),
        cmocka_unit_test(request__arena_used_up_anywhere__is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
