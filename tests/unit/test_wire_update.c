/* Goal: what changed in a view is written once and read by every watcher as it was; a
 * command loses its rater and nothing else; facts become JSON with their command.
 * Method: samples there and back, compared byte by byte with a second writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/json.h"
#include "proto/wire.h"
#include "tests/support/wire_samples.h"
#include <string.h>

typedef struct {
    arena_t *arena;
    buffer_t delta, reply, again;
    fault_t fault;
} bench_t;

static int setup(void **state)
{
    static bench_t bench;
    bench = (bench_t){ .arena = arena_create(4u << 20) };
    buffer_init(&bench.delta, FRAME_BYTES_MAX);
    buffer_init(&bench.reply, FRAME_BYTES_MAX);
    buffer_init(&bench.again, FRAME_BYTES_MAX);
    *state = &bench;
    return bench.arena != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    bench_t *bench = *state;
    arena_destroy(&bench->arena);
    buffer_fini(&bench->delta);
    buffer_fini(&bench->reply);
    buffer_fini(&bench->again);
    return 0;
}

static void same(const buffer_t *a, const void *data, size_t size)
{
    assert_int_equal(a->size, size);
    assert_memory_equal(a->data, data, size);
}

static void update__around_a_delta__comes_back_with_its_bytes(void **state)
{
    bench_t *bench = *state;
    delta_t delta = sample_delta();
    reply_t reply;
    assert_int_equal(wire_write_delta(&bench->delta, &delta), STATUS_OK);
    assert_int_equal(wire_write_update(&bench->reply, 77, UINT64_MAX, bench->delta.data,
                                       bench->delta.size),
                     STATUS_OK);
    assert_int_equal(wire_read_reply(bench->arena, bench->reply.data, bench->reply.size,
                                     &reply, &bench->fault),
                     STATUS_OK);
    assert_int_equal(reply.kind, REPLY_UPDATE);
    assert_int_equal(reply.correlation, 77);
    assert_true(reply.update.number == UINT64_MAX);
    same(&bench->delta, reply.update.bytes, reply.update.size);
    assert_int_equal(wire_write_delta(&bench->again, &reply.update.delta), STATUS_OK);
    same(&bench->delta, bench->again.data, bench->again.size);
    assert_int_equal(reply.update.delta.base, SAMPLE_NUMBER(1));
    assert_int_equal(reply.update.delta.version, SAMPLE_NUMBER(2));
    assert_int_equal(reply.update.delta.gone_count, 2);
    assert_int_equal(reply.update.delta.board.demo.rate, SAMPLE_NUMBER(2));
}

static void delta__by_itself__is_read_and_bounded(void **state)
{
    bench_t *bench = *state;
    delta_t delta = sample_delta(), back;
    assert_int_equal(wire_write_delta(&bench->delta, &delta), STATUS_OK);
    assert_int_equal(wire_read_delta(bench->arena, bench->delta.data, bench->delta.size,
                                     &back, &bench->fault),
                     STATUS_OK);
    assert_int_equal(back.board.row_count, 2);
    for (size_t size = 0; size < bench->delta.size; size++) {
        arena_reset(bench->arena);
        status_t status = wire_read_delta(bench->arena, bench->delta.data, size, &back,
                                          &bench->fault);
        assert_true(status != STATUS_OK || back.gone_count < delta.gone_count);
    }
}

static void write_sample(buffer_t *out, command_kind_t kind, const char *inspector)
{
    sample_t sample = sample_command(kind);
    if (inspector != NULL)
        sample.command.body.observe.inspector =
            (text_t){ inspector, (uint32_t)strlen(inspector) };
    assert_int_equal(
        wire_write_command(out, &sample.command, sample.tags, sample.evidence),
        STATUS_OK);
}

static void observation__without_its_rater__keeps_the_rest(void **state)
{
    bench_t *bench = *state;
    write_sample(&bench->delta, COMMAND_OBSERVE, NULL);
    write_sample(&bench->again, COMMAND_OBSERVE, "");
    assert_int_equal(
        wire_write_without_rater(&bench->reply, bench->delta.data, bench->delta.size),
        STATUS_OK);
    same(&bench->reply, bench->again.data, bench->again.size);
    assert_null(memmem(bench->reply.data, bench->reply.size, "inspector", 9));
}

static void other_commands__without_a_rater__stay_as_they_are(void **state)
{
    bench_t *bench = *state;
    write_sample(&bench->delta, COMMAND_SUBJECT, NULL);
    assert_int_equal(
        wire_write_without_rater(&bench->reply, bench->delta.data, bench->delta.size),
        STATUS_OK);
    same(&bench->reply, bench->delta.data, bench->delta.size);
    assert_int_equal(
        wire_write_without_rater(&bench->again, (const uint8_t *)"\xff", 1),
        STATUS_DAMAGED);
}

static fact_t fact_of(bench_t *bench)
{
    sample_t sample = sample_command(COMMAND_OBSERVE);
    write_sample(&bench->delta, COMMAND_OBSERVE, NULL);
    assert_int_equal(
        wire_write_private(&bench->again, &sample.part, sample.evidence_names),
        STATUS_OK);
    static const text_t withheld[] = { { "principal", 9 } };
    return (fact_t){ .public_part = bench->delta.data,
                     .public_size = (uint32_t)bench->delta.size,
                     .private_part = bench->again.data,
                     .private_size = (uint32_t)bench->again.size,
                     .seq = 5,
                     .time_ms = 6,
                     .kind = COMMAND_OBSERVE,
                     .late = true,
                     .withheld = withheld,
                     .withheld_count = 1,
                     .hash = { 0xab } };
}

static void fact__as_json__tells_both_parts(void **state)
{
    bench_t *bench = *state;
    fact_t fact = fact_of(bench);
    assert_int_equal(json_from_fact(&fact, &bench->reply, &bench->fault), STATUS_OK);
    assert_int_equal(buffer_append(&bench->reply, "", 1), STATUS_OK);
    const char *json = (const char *)bench->reply.data;
    assert_non_null(strstr(json, "{\"seq\":5,\"time_ms\":6,\"hash\":\"ab00"));
    assert_non_null(strstr(json, "\"kind\":\"observe\",\"late\":true,"
                                 "\"withheld\":[\"principal\"],\"command\":{"));
    assert_non_null(strstr(json, "\"polarity\":\"NEGATIVE\""));
    assert_non_null(strstr(json, "\"narrative\":"));
    assert_null(strstr(json, "under_review"));
}

static void fact__withheld__has_no_command(void **state)
{
    bench_t *bench = *state;
    fact_t fact = fact_of(bench);
    fact.public_part = NULL;
    fact.private_part = NULL;
    assert_int_equal(json_from_fact(&fact, &bench->reply, &bench->fault), STATUS_OK);
    assert_null(memmem(bench->reply.data, bench->reply.size, "command", 7));
    fact.public_part = (const uint8_t *)"\xff";
    fact.public_size = 1;
    assert_int_equal(json_from_fact(&fact, &bench->reply, &bench->fault),
                     STATUS_MALFORMED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(update__around_a_delta__comes_back_with_its_bytes),
        TEST(delta__by_itself__is_read_and_bounded),
        TEST(observation__without_its_rater__keeps_the_rest),
        TEST(other_commands__without_a_rater__stay_as_they_are),
        TEST(fact__as_json__tells_both_parts),
        TEST(fact__withheld__has_no_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
