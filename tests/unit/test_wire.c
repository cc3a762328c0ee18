/* Goal: a command comes out of its bytes as it went in, and each that may not pass is
 * refused with its status, at its place.
 * Method: a full command of every kind (wire_samples.h) is written, looked at through
 * protobuf-c, read and written again; then cut short at every byte, starved of memory,
 * and spoiled in one thing each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "tests/support/wire_samples.h"
#include <command.pb-c.h>
#include <string.h>

#define ARENA_BYTES (256u * 1024u)
#define TEXT(text)  ((text_t){ text, sizeof(text) - 1 })

typedef struct {
    arena_t *arena;
    buffer_t public_part, private_part;
    command_t command;
    private_t part;
    fault_t fault;
} bench_t;

static void setup(bench_t *bench)
{
    *bench = (bench_t){ .arena = arena_create(ARENA_BYTES) };
    assert_non_null(bench->arena);
    buffer_init(&bench->public_part, FRAME_BYTES_MAX);
    buffer_init(&bench->private_part, FRAME_BYTES_MAX);
}

static void teardown(bench_t *bench)
{
    arena_destroy(&bench->arena);
    buffer_fini(&bench->public_part);
    buffer_fini(&bench->private_part);
}

static void write_sample(bench_t *bench, const sample_t *sample)
{
    buffer_clear(&bench->public_part);
    buffer_clear(&bench->private_part);
    assert_int_equal(wire_write_command(&bench->public_part, &sample->command,
                                        sample->tags, sample->evidence),
                     STATUS_OK);
    assert_int_equal(
        wire_write_private(&bench->private_part, &sample->part, sample->evidence_names),
        STATUS_OK);
}

static status_t read_back(bench_t *bench)
{
    item_t item = { 1, bench->public_part.data, bench->private_part.data,
                    (uint32_t)bench->public_part.size,
                    (uint32_t)bench->private_part.size };
    arena_reset(bench->arena);
    return wire_read_command(bench->arena, &item, &bench->command, &bench->part,
                             &bench->fault);
}

static void is_refused(bench_t *bench, const sample_t *sample, status_t status,
                       const char *place)
{
    write_sample(bench, sample);
    assert_int_equal(read_back(bench), status);
    assert_string_equal(bench->fault.place, place);
}

static void passes(bench_t *bench, const sample_t *sample)
{
    write_sample(bench, sample);
    status_t status = read_back(bench);
    if (status != STATUS_OK)
        print_message("%s: %s\n", bench->fault.place, bench->fault.detail);
    assert_int_equal(status, STATUS_OK);
}

/* ---- what is written ---- */

static void look_at(const ProtobufCMessage *message);

static void look_at_value(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        assert_non_null(*(char *const *)at);
        if (strcmp(field->name, "observation") != 0)
            assert_string_equal(*(char *const *)at, field->name);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        assert_non_null(*(ProtobufCMessage *const *)at);
        look_at(*(ProtobufCMessage *const *)at);
        break;
    case PROTOBUF_C_TYPE_UINT32:
        assert_int_equal(*(const uint32_t *)at, SAMPLE_NUMBER(field->id));
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
        assert_int_equal(*(const int64_t *)at, SAMPLE_NUMBER(field->id));
        break;
    case PROTOBUF_C_TYPE_BYTES:
        assert_true(((const ProtobufCBinaryData *)at)->len >= JOURNAL_ID_BYTES);
        break;
    default:
        assert_true(*(const int *)at > 0); /* enums and flags */
        break;
    }
}

/* Each field is there, and holds what wire_samples.h gives a field of that name. */
static void look_at(const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *at = base + field->offset;
        const char *quantifier = base + field->quantifier_offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            assert_true(*(const size_t *)(const void *)quantifier > 0);
            look_at_value(field, *(void *const *)(const void *)at);
            continue;
        }
        bool has_quantifier = field->label == PROTOBUF_C_LABEL_OPTIONAL &&
                              field->type != PROTOBUF_C_TYPE_STRING &&
                              field->type != PROTOBUF_C_TYPE_MESSAGE;
        if (has_quantifier)
            assert_true(*(const int *)(const void *)quantifier);
        look_at_value(field, at);
    }
}

static void command__every_field__is_written_where_it_belongs(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < SAMPLE_KINDS; i++) {
        sample_t sample = sample_command(sample_kinds[i]);
        write_sample(&bench, &sample);
        Yx__Command *message =
            yx__command__unpack(NULL, bench.public_part.size, bench.public_part.data);
        assert_non_null(message);
        assert_int_equal(message->body_case, sample_kinds[i]);
        look_at(&message->unit->base);
        yx__command__free_unpacked(message, NULL);
    }
    teardown(&bench);
}

/* ---- and read again ---- */

static void is_the_same(bench_t *bench, const sample_t *sample)
{
    buffer_t again;
    buffer_init(&again, FRAME_BYTES_MAX);
    assert_int_equal(
        wire_write_command(&again, &bench->command, sample->tags, sample->evidence),
        STATUS_OK);
    assert_int_equal(again.size, bench->public_part.size);
    assert_memory_equal(again.data, bench->public_part.data, again.size);
    buffer_clear(&again);
    assert_int_equal(wire_write_private(&again, &bench->part, sample->evidence_names),
                     STATUS_OK);
    assert_int_equal(again.size, bench->private_part.size);
    if (again.size > 0)
        assert_memory_equal(again.data, bench->private_part.data, again.size);
    buffer_fini(&again);
}

static void command__every_kind__comes_back_whole(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < SAMPLE_KINDS; i++) {
        sample_t sample = sample_command(sample_kinds[i]);
        if (command_is_internal(sample_kinds[i]))
            continue;
        passes(&bench, &sample);
        assert_int_equal(bench.command.kind, sample_kinds[i]);
        is_the_same(&bench, &sample);
        assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                          bench.public_part.size, &bench.command),
                         STATUS_OK);
        assert_int_equal(wire_read_stored_private(bench.arena, bench.private_part.data,
                                                  bench.private_part.size, &bench.part),
                         STATUS_OK);
        is_the_same(&bench, &sample);
    }
    teardown(&bench);
}

static void observe__every_member__is_filled(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_OBSERVE);
    passes(&bench, &sample);
    const observe_t *observe = &bench.command.body.observe;
    assert_int_equal(observe->code.size, 4);
    assert_memory_equal(observe->inspector.data, "inspector", 9);
    assert_int_equal(observe->rating_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(observe->ratings[i].dimension, SAMPLE_NUMBER(1));
        assert_int_equal(observe->ratings[i].value, SAMPLE_NUMBER(2));
    }
    assert_int_equal(observe->observed_ms, SAMPLE_NUMBER(11));
    assert_int_equal(observe->tag_count, 2);
    assert_int_equal(observe->evidence_count, SAMPLE_EVIDENCE);
    assert_int_equal(observe->source, 3);
    assert_int_equal(bench.part.narrative_chars, SAMPLE_NUMBER(8));
    assert_int_equal(bench.part.text_chars, SAMPLE_NUMBER(14));
    assert_int_equal(bench.part.evidence_name_count, SAMPLE_EVIDENCE);
    teardown(&bench);
}

static void command__absent_fields__read_as_their_defaults(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_OBSERVE);
    sample.command.body.observe = (observe_t){ .code = TEXT("o"),
                                               .visit = TEXT("v"),
                                               .inspector = TEXT("i"),
                                               .subject = TEXT("s"),
                                               .polarity = POLARITY_NEUTRAL };
    sample.part = (private_t){ 0 };
    passes(&bench, &sample);
    assert_int_equal(bench.command.body.observe.source, 0);
    assert_int_equal(bench.command.body.observe.late_approver.size, 0);
    assert_null(bench.command.body.observe.ratings);
    sample = sample_command(COMMAND_MOVE_VISIT);
    sample.command.body.move_visit.has_at = false;
    passes(&bench, &sample);
    assert_false(bench.command.body.move_visit.has_at);
    sample = sample_command(COMMAND_REVOKE);
    sample.command.body.revoke.key = NULL;
    passes(&bench, &sample);
    assert_null(bench.command.body.revoke.key);
    teardown(&bench);
}

static void scheme__without_parameters__takes_the_schemas(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = { 0xf2, 0x01, 12,   0x0a, 1,    'c', 0x10, 1,
                                     0x1a, 5,    0x08, 1,    0x12, 1,   'd' };
    bench_t bench;
    setup(&bench);
    assert_int_equal(wire_read_stored(bench.arena, bytes, sizeof bytes, &bench.command),
                     STATUS_OK);
    const propose_scheme_t *scheme = &bench.command.body.propose_scheme;
    assert_int_equal(scheme->cap_positive, 300);
    assert_int_equal(scheme->achievement_weight, 100);
    assert_int_equal(scheme->reply_window_days, 7);
    assert_int_equal(scheme->dimension_count, 1);
    assert_int_equal(scheme->dimensions[0].mu_centi, 8000);
    assert_int_equal(scheme->dimensions[0].s2, 360000);
    assert_int_equal(scheme->dimensions[0].rho, 300);
    teardown(&bench);
}

static void scheme__negative_offset__keeps_its_sign(void **unused)
{
    (void)unused;
    static const int64_t values[] = { -1, 0, 1, -1500000, INT64_MIN, INT64_MAX };
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        scheme_offset_t offset = { 1, values[i] };
        scheme_channel_t channel = { TEXT("c"), &offset, 1, 1000, 1 };
        sample_t sample = sample_command(COMMAND_PROPOSE_SCHEME);
        sample.command.body.propose_scheme.channels = &channel;
        passes(&bench, &sample);
        const propose_scheme_t *scheme = &bench.command.body.propose_scheme;
        assert_true(scheme->channels[0].offsets[0].offset == values[i]);
        assert_int_equal(scheme->channels[0].weight, 1000);
    }
    teardown(&bench);
}

/* ---- refused: form ---- */

static void command__cut_at_every_byte__is_refused(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < SAMPLE_KINDS; i++) {
        sample_t sample = sample_command(sample_kinds[i]);
        write_sample(&bench, &sample);
        for (size_t size = 0; size < bench.public_part.size; size++) {
            /* A block of its own, so that the sanitizer sees a read behind it. */
            uint8_t *cut = test_malloc(size + 1);
            memcpy(cut, bench.public_part.data, size);
            item_t item = { 1, cut, NULL, (uint32_t)size, 0 };
            arena_reset(bench.arena);
            status_t status = wire_read_command(bench.arena, &item, &bench.command,
                                                &bench.part, &bench.fault);
            assert_int_not_equal(status, STATUS_OK);
            assert_int_not_equal(status, STATUS_NO_MEMORY);
            test_free(cut);
        }
    }
    teardown(&bench);
}

static void command__arena_used_up_anywhere__is_no_memory(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < SAMPLE_KINDS; i++) {
        if (command_is_internal(sample_kinds[i]))
            continue;
        sample_t sample = sample_command(sample_kinds[i]);
        passes(&bench, &sample);
        size_t needed = arena_used(bench.arena);
        for (size_t quota = 16; quota <= needed; quota += 16) {
            arena_destroy(&bench.arena);
            bench.arena = arena_create(quota);
            assert_int_equal(read_back(&bench),
                             quota < needed ? STATUS_NO_MEMORY : STATUS_OK);
        }
        arena_destroy(&bench.arena);
        bench.arena = arena_create(ARENA_BYTES);
    }
    teardown(&bench);
}

static void command__that_asks_for_nothing_known__is_refused(void **unused)
{
    (void)unused;
    static const uint8_t later[] = { 0xd2, 0x05, 1, 'x' }; /* field 90, a case */
    bench_t bench;
    setup(&bench);
    assert_int_equal(read_back(&bench), STATUS_UNKNOWN_OPERATION);
    assert_string_equal(bench.fault.place, "public");
    buffer_append(&bench.public_part, later, sizeof later);
    assert_int_equal(read_back(&bench), STATUS_UNKNOWN_OPERATION);
    assert_int_equal(bench.command.kind, COMMAND_NONE);
    sample_t sample = sample_command(COMMAND_GENESIS);
    is_refused(&bench, &sample, STATUS_UNKNOWN_OPERATION, "genesis");
    assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                      bench.public_part.size, &bench.command),
                     STATUS_OK);
    assert_int_equal(bench.command.body.genesis.hash_seed[0], 0);
    teardown(&bench);
}

static void command__that_only_the_broker_writes__is_refused(void **unused)
{
    (void)unused;
    static const struct {
        command_kind_t kind;
        const char *place;
    } own[] = {
        { COMMAND_EPOCH_PART, "epoch_part" },
        { COMMAND_PROPOSE_EPOCH, "propose_epoch" },
        { COMMAND_FAIL_EPOCH, "fail_epoch" },
        { COMMAND_FROZEN_PART, "frozen_part" },
        { COMMAND_FINISH_FROZEN, "finish_frozen" },
        { COMMAND_OPEN_ATTENTION, "open_attention" },
        { COMMAND_SET_PASSWORD, "set_password" },
        { COMMAND_OPEN_SESSION, "open_session" },
        { COMMAND_GENESIS, "genesis" },
    };
    bench_t bench;
    setup(&bench);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        sample_t sample = sample_command(own[i].kind);
        is_refused(&bench, &sample, STATUS_UNKNOWN_OPERATION, own[i].place);
        assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                          bench.public_part.size, &bench.command),
                         STATUS_OK);
        is_the_same(&bench, &sample);
    }
    teardown(&bench);
}

static void command__too_large__is_refused(void **unused)
{
    (void)unused;
    static const uint8_t filling[PUBLIC_BYTES_MAX];
    bench_t bench;
    setup(&bench);
    item_t item = { 1, filling, NULL, PUBLIC_BYTES_MAX + 1, 0 };
    assert_int_equal(wire_read_command(bench.arena, &item, &bench.command, &bench.part,
                                       &bench.fault),
                     STATUS_TOO_LARGE);
    assert_string_equal(bench.fault.place, "public");
    assert_int_equal(
        wire_read_command(bench.arena, &item, &bench.command, &bench.part, NULL),
        STATUS_TOO_LARGE);
    sample_t sample = sample_command(COMMAND_UNIT);
    text_t long_text = { (const char *)filling, PUBLIC_BYTES_MAX };
    sample.command.body.unit.kind = long_text;
    size_t before = bench.public_part.size;
    assert_int_equal(
        wire_write_command(&bench.public_part, &sample.command, NULL, NULL),
        STATUS_TOO_LARGE);
    assert_int_equal(bench.public_part.size, before);
    teardown(&bench);
}

/* ---- refused: content ---- */

static void command__bad_codes__are_named(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_OBSERVE);
    sample.command.body.observe.subject = TEXT("two words");
    is_refused(&bench, &sample, STATUS_BAD_CODE, "observe.subject");
    assert_string_equal(bench.fault.detail, "two words");
    sample.command.body.observe.subject = TEXT("");
    is_refused(&bench, &sample, STATUS_BAD_CODE, "observe.subject");
    sample.command.body.observe.subject = TEXT("123456789012345678901234");
    is_refused(&bench, &sample, STATUS_BAD_CODE, "observe.subject");
    sample.command.body.observe.subject = TEXT("12345678901234567890123");
    passes(&bench, &sample);
    sample = sample_command(COMMAND_TEAM);
    text_t units[] = { TEXT("u-1"), TEXT("u/2") };
    sample.command.body.team.units = units;
    sample.command.body.team.unit_count = 2;
    is_refused(&bench, &sample, STATUS_BAD_CODE, "team.units[1]");
    sample = sample_command(COMMAND_INVITE);
    sample.command.body.invite.scope.units = units;
    sample.command.body.invite.scope.unit_count = 2;
    is_refused(&bench, &sample, STATUS_BAD_CODE, "invite.scope.units[1]");
    assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                      bench.public_part.size, &bench.command),
                     STATUS_OK);
    teardown(&bench);
}

static void command__labels__are_neither_empty_nor_too_long(void **unused)
{
    (void)unused;
    static const char sixty_four[] =
        "1234567890123456789012345678901234567890123456789012345678901234";
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_SUBJECT);
    sample.command.body.subject.group = (text_t){ sixty_four, LABEL_BYTES_MAX };
    passes(&bench, &sample);
    sample.command.body.subject.group.size = LABEL_BYTES_MAX + 1;
    is_refused(&bench, &sample, STATUS_TEXT_TOO_LONG, "subject.group");
    sample.command.body.subject.group.size = 0;
    is_refused(&bench, &sample, STATUS_FIELD_MISSING, "subject.group");
    sample = sample_command(COMMAND_OBSERVE);
    text_t tags[] = { TEXT("one"), TEXT("") };
    sample.tags = tags;
    is_refused(&bench, &sample, STATUS_FIELD_MISSING, "observe.tags[1]");
    sample = sample_command(COMMAND_PROPOSE_SCHEME);
    scheme_dimension_t nameless[2] = { sample.command.body.propose_scheme.dimensions[0],
                                       { .number = 2 } };
    sample.command.body.propose_scheme.dimensions = nameless;
    is_refused(&bench, &sample, STATUS_FIELD_MISSING,
               "propose_scheme.dimensions[1].name");
    teardown(&bench);
}

static void command__lists__are_bounded(void **unused)
{
    (void)unused;
    static rating_t ratings[GROUP_DIMENSIONS_MAX + 1];
    static text_t texts[TEAM_UNITS_MAX + 1];
    for (size_t i = 0; i < TEAM_UNITS_MAX + 1; i++)
        texts[i] = TEXT("x");
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_OBSERVE);
    sample.command.body.observe.ratings = ratings;
    sample.command.body.observe.rating_count = GROUP_DIMENSIONS_MAX;
    passes(&bench, &sample);
    sample.command.body.observe.rating_count++;
    is_refused(&bench, &sample, STATUS_TOO_MANY_ITEMS, "observe.ratings");
    assert_string_equal(bench.fault.detail, "13");
    sample = sample_command(COMMAND_OBSERVE);
    sample.tags = texts;
    sample.command.body.observe.tag_count = TAGS_MAX + 1;
    is_refused(&bench, &sample, STATUS_TOO_MANY_ITEMS, "observe.tags");
    sample = sample_command(COMMAND_TEAM);
    sample.command.body.team.units = texts;
    sample.command.body.team.unit_count = TEAM_UNITS_MAX;
    passes(&bench, &sample);
    sample.command.body.team.unit_count++;
    is_refused(&bench, &sample, STATUS_TOO_MANY_ITEMS, "team.units");
    assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                      bench.public_part.size, &bench.command),
                     STATUS_OK);
    teardown(&bench);
}

/* Changes the length byte in front of the first `size` bytes 4, 5, 6 of a key. */
static void shorten_key(bench_t *bench)
{
    uint8_t *data = bench->public_part.data;
    size_t at = 0;
    while (memcmp(data + at, "\x04\x05\x06", 3) != 0)
        at++;
    assert_int_equal(data[at - 1], KEY_BYTES);
    data[at - 1] = KEY_BYTES - 1;
    data[at + KEY_BYTES - 1] = 0x78; /* one byte over: an unknown field 15 = 1 */
    assert_int_equal(buffer_append(&bench->public_part, "\x01", 1), STATUS_OK);
    data = bench->public_part.data;
    data[2]++; /* length of the body, below 128 */
}

static void command__key_of_wrong_size__is_malformed_even_when_stored(void **unused)
{
    (void)unused;
    bench_t bench;
    setup(&bench);
    sample_t sample = sample_command(COMMAND_ENROL);
    write_sample(&bench, &sample);
    shorten_key(&bench);
    assert_int_equal(read_back(&bench), STATUS_MALFORMED);
    assert_string_equal(bench.fault.place, "enrol.key");
    assert_string_equal(bench.fault.detail, "bytes: 31");
    assert_int_equal(wire_read_stored(bench.arena, bench.public_part.data,
                                      bench.public_part.size, &bench.command),
                     STATUS_MALFORMED);
    teardown(&bench);
}

static void command__hash_of_wrong_size__is_malformed(void **unused)
{
    (void)unused;
    static const uint8_t bytes[] = { 0x2a, 14, 0x0a, 1, 'm', 0x12, 1,   'p',
                                     0x18, 1,  0x2a, 4, 'h', 'a',  's', 'h' };
    bench_t bench;
    setup(&bench);
    buffer_append(&bench.public_part, bytes, sizeof bytes);
    assert_int_equal(read_back(&bench), STATUS_MALFORMED);
    assert_string_equal(bench.fault.place, "milestone.evidence[0]");
    assert_string_equal(bench.fault.detail, "bytes: 4");
    teardown(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command__every_field__is_written_where_it_belongs),
        cmocka_unit_test(command__every_kind__comes_back_whole),
        cmocka_unit_test(observe__every_member__is_filled),
        cmocka_unit_test(command__absent_fields__read_as_their_defaults),
        cmocka_unit_test(scheme__without_parameters__takes_the_schemas),
        cmocka_unit_test(scheme__negative_offset__keeps_its_sign),
        cmocka_unit_test(command__cut_at_every_byte__is_refused),
        cmocka_unit_test(command__arena_used_up_anywhere__is_no_memory),
        cmocka_unit_test(command__that_asks_for_nothing_known__is_refused),
        cmocka_unit_test(command__that_only_the_broker_writes__is_refused),
        cmocka_unit_test(command__too_large__is_refused),
        cmocka_unit_test(command__bad_codes__are_named),
        cmocka_unit_test(command__labels__are_neither_empty_nor_too_long),
        cmocka_unit_test(command__lists__are_bounded),
        cmocka_unit_test(command__key_of_wrong_size__is_malformed_even_when_stored),
        cmocka_unit_test(command__hash_of_wrong_size__is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
