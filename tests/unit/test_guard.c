/* Goal: the guard refuses each wrong form with its status, at its place, and passes
 * what is right up to the last byte of every limit.
 * Method: messages written field by field, wrong in one thing each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/guard.h"
#include "proto/guard_walk.h"
#include "proto/limits.h"
#include "proto/wire_encode.h"
#include <protobuf-c/protobuf-c.h>
#include <string.h>

#define OBSERVE     ((uint32_t)COMMAND_OBSERVE)
#define BYTES(text) (text), sizeof(text) - 1

typedef struct {
    buffer_t out;
    writer_t writer;
    fault_t fault;
} message_t;

static void begin(message_t *message)
{
    buffer_init(&message->out, 1u << 20);
    message->writer = encode_begin(&message->out);
}

static status_t check(message_t *message, guard_kind_t kind)
{
    assert_int_equal(message->writer.status, STATUS_OK);
    return guard_check(kind, message->out.data, message->out.size, &message->fault);
}

static void passes(message_t *message, guard_kind_t kind)
{
    status_t status = check(message, kind);
    if (status != STATUS_OK)
        print_message("%s %s\n", message->fault.place, message->fault.detail);
    assert_int_equal(status, STATUS_OK);
    buffer_fini(&message->out);
}

static void is_refused(message_t *message, guard_kind_t kind, status_t status,
                       const char *place, const char *detail)
{
    assert_int_equal(check(message, kind), status);
    assert_string_equal(message->fault.place, place);
    if (detail != NULL)
        assert_string_equal(message->fault.detail, detail);
    buffer_fini(&message->out);
}

/* The required fields of an Observe but the one numbered `without`. */
static void put_observe(message_t *message, uint32_t without)
{
    for (uint32_t field = 1; field <= 4; field++) {
        if (field != without)
            encode_bytes(&message->writer, field, BYTES("code"));
    }
    static const uint32_t numbers[] = { 5, 7, 8, 11 };
    for (size_t i = 0; i < 4; i++) {
        if (numbers[i] != without)
            encode_number(&message->writer, numbers[i], 1);
    }
}

static void begin_observe(message_t *message, uint32_t without, size_t *opened)
{
    begin(message);
    *opened = encode_open(&message->writer, OBSERVE);
    put_observe(message, without);
}

static void end_observe(message_t *message, size_t opened)
{
    encode_close(&message->writer, opened);
}

static void put_raw(message_t *message, const char *bytes, size_t size)
{
    assert_int_equal(buffer_append(&message->out, bytes, size), STATUS_OK);
}

/* ---- form ---- */

static void guard__least_observe__passes(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 0, &opened);
    end_observe(&message, opened);
    passes(&message, GUARD_COMMAND);
}

static void guard__no_bytes__lack_what_is_required(void **unused)
{
    (void)unused;
    fault_t fault;
    assert_int_equal(guard_check(GUARD_COMMAND, NULL, 0, &fault), STATUS_OK);
    assert_int_equal(guard_check(GUARD_PRIVATE, NULL, 0, NULL), STATUS_OK);
    assert_int_equal(guard_check(GUARD_REQUEST, NULL, 0, &fault), STATUS_FIELD_MISSING);
    assert_string_equal(fault.place, "version");
    assert_int_equal(guard_check(GUARD_REPLY, NULL, 0, &fault), STATUS_FIELD_MISSING);
    assert_string_equal(fault.place, "correlation");
}

static void guard__required_field_left_out__is_named(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t field;
        const char *place;
    } cases[] = {
        { 1, "observe.code" },         { 2, "observe.visit" },
        { 4, "observe.subject" },      { 7, "observe.polarity" },
        { 11, "observe.observed_ms" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        message_t message;
        size_t opened;
        begin_observe(&message, cases[i].field, &opened);
        end_observe(&message, opened);
        is_refused(&message, GUARD_COMMAND, STATUS_FIELD_MISSING, cases[i].place, "");
    }
}

static void guard__field_missing_in_a_list__has_the_index(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 0, &opened);
    for (uint32_t i = 0; i < 3; i++) {
        size_t rating = encode_open(&message.writer, 6);
        encode_number(&message.writer, 1, i);
        if (i != 2)
            encode_number(&message.writer, 2, 100);
        encode_close(&message.writer, rating);
    }
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_FIELD_MISSING,
               "observe.ratings[2].value", "");
}

static void guard__bytes_that_break_off__are_malformed(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t size;
        const char *place, *detail;
    } cases[] = {
        { BYTES("\x92"), "public", "byte 0" },                   /* tag */
        { BYTES("\x92\x03"), "observe", "byte 2" },              /* no length */
        { BYTES("\x92\x03\x05\x0a"), "observe", "byte 2" },      /* beyond the end */
        { BYTES("\x92\x03\x01\x0a"), "observe.code", "byte 4" }, /* no length */
        { BYTES("\x92\x03\x03\x0a\x02x"), "observe.code", "byte 4" },
        { BYTES("\x92\x03\x02\x28\x80"), "observe.channel", "byte 4" },
        { BYTES("\x92\x03\x02\x7d\x01"), "observe", "byte 3" }, /* unknown, fixed32 */
        { BYTES("\x92\x03\x02\x79\x01"), "observe", "byte 3" }, /* unknown, fixed64 */
        { BYTES("\x92\x03\x02\x78\x80"), "observe", "byte 3" }, /* unknown, varint */
        { BYTES("\x92\x03\x02\x7a\x02"), "observe", "byte 3" }, /* unknown, bytes */
        { BYTES("\x92\x03\x06\x0a\x80\x80\x80\x80\x80"), "observe.code", "byte 4" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        message_t message;
        begin(&message);
        put_raw(&message, cases[i].bytes, cases[i].size);
        is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, cases[i].place,
                   cases[i].detail);
    }
}

static void guard__tags_out_of_the_format__are_malformed(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        { BYTES("\x02\x00") },                     /* field number 0 */
        { BYTES("\x0b\x0c") },                     /* a group */
        { BYTES("\x0c") },                         /* end of a group */
        { BYTES("\x0e\x00") },                     /* wire type 6 */
        { BYTES("\x0f\x00") },                     /* wire type 7 */
        { BYTES("\xf8\xff\xff\xff\x1f\x00") },     /* number above 2^29 */
        { BYTES("\x8a\x80\x80\x80\x80\x00\x00") }, /* six bytes of tag */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        message_t message;
        begin(&message);
        put_raw(&message, cases[i].bytes, cases[i].size);
        assert_int_equal(check(&message, GUARD_COMMAND), STATUS_MALFORMED);
        buffer_fini(&message.out);
    }
}

static void guard__wrong_wire_type__is_malformed_at_the_field(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 4, &opened);
    encode_number(&message.writer, 4, 1);
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.subject", NULL);
    begin_observe(&message, 5, &opened);
    encode_bytes(&message.writer, 5, BYTES("\x01")); /* packed, but no list */
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.channel", NULL);
    begin_observe(&message, 11, &opened);
    encode_fixed64(&message.writer, 11, 1);
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.observed_ms", NULL);
}

static void guard__field_twice__is_malformed(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 0, &opened);
    encode_bytes(&message.writer, 1, BYTES("again"));
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.code", NULL);
    begin_observe(&message, 0, &opened);
    end_observe(&message, opened);
    opened = encode_open(&message.writer, OBSERVE);
    put_observe(&message, 0);
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe", NULL);
}

static void guard__two_members_of_a_oneof__are_malformed(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 0, &opened);
    end_observe(&message, opened);
    opened = encode_open(&message.writer, COMMAND_PERSON);
    encode_bytes(&message.writer, 1, BYTES("p-1"));
    encode_close(&message.writer, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "person", NULL);
}

static void guard__unknown_fields__are_passed_over(void **unused)
{
    (void)unused;
    message_t message;
    size_t opened;
    begin_observe(&message, 0, &opened);
    encode_number(&message.writer, 999, UINT64_MAX);
    encode_fixed64(&message.writer, 15, 1);
    put_raw(&message, BYTES("\x85\x01"
                            "abcd")); /* field 16, fixed32 */
    encode_bytes(&message.writer, 536870911, BYTES("\xff\x00\xfe"));
    end_observe(&message, opened);
    encode_bytes(&message.writer, 90, BYTES("a case"));
    passes(&message, GUARD_COMMAND);
}

/* ---- values ---- */

static void put_one_number(message_t *message, uint32_t field, uint64_t value)
{
    size_t opened;
    begin_observe(message, field, &opened);
    encode_number(&message->writer, field, value);
    end_observe(message, opened);
}

static void guard__unknown_enum_value__is_told(void **unused)
{
    (void)unused;
    message_t message;
    put_one_number(&message, 7, 4);
    is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "observe.polarity", "4");
    put_one_number(&message, 7, 0);
    is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "observe.polarity", "0");
    put_one_number(&message, 7, (UINT64_C(1) << 32) + 1);
    is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "observe.polarity", NULL);
    put_one_number(&message, 12, UINT64_MAX);
    is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "observe.source", NULL);
    put_one_number(&message, 7, 3);
    passes(&message, GUARD_COMMAND);
}

static void guard__number_that_does_not_fit__is_malformed(void **unused)
{
    (void)unused;
    message_t message;
    put_one_number(&message, 5, UINT32_MAX);
    passes(&message, GUARD_COMMAND);
    put_one_number(&message, 5, UINT64_C(1) << 32);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.channel", NULL);
    put_one_number(&message, 11, UINT64_MAX); /* -1, ten bytes */
    passes(&message, GUARD_COMMAND);
    size_t opened;
    begin_observe(&message, 11, &opened);
    put_raw(&message, BYTES("\x58\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.observed_ms", NULL);
    begin_observe(&message, 11, &opened);
    put_raw(&message, BYTES("\x58\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"));
    end_observe(&message, opened);
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "observe.observed_ms", NULL);
}

static void guard__flag_of_two__is_an_unknown_value(void **unused)
{
    (void)unused;
    for (uint64_t flag = 0; flag < 3; flag++) {
        message_t message;
        begin(&message);
        size_t opened = encode_open(&message.writer, COMMAND_PROJECT);
        encode_bytes(&message.writer, 1, BYTES("p"));
        encode_bytes(&message.writer, 5, BYTES("u"));
        encode_number(&message.writer, 12, 1);
        encode_number(&message.writer, 13, flag);
        encode_close(&message.writer, opened);
        if (flag < 2)
            passes(&message, GUARD_COMMAND);
        else
            is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "project.major",
                       "2");
    }
}

/* A SetPrincipal whose roles are the given packed bytes. */
static void put_roles(message_t *message, const char *bytes, size_t size)
{
    begin(message);
    size_t opened = encode_open(&message->writer, COMMAND_SET_PRINCIPAL);
    encode_bytes(&message->writer, 1, BYTES("p"));
    encode_number(&message->writer, 2, 1);
    encode_bytes(&message->writer, 2, bytes, size);
    encode_bytes(&message->writer, 4, NULL, 0);
    encode_close(&message->writer, opened);
}

static void guard__packed_numbers__are_read_one_by_one(void **unused)
{
    (void)unused;
    message_t message;
    put_roles(&message, BYTES("\x01\x09\x83\x00"));
    passes(&message, GUARD_COMMAND);
    put_roles(&message, NULL, 0);
    passes(&message, GUARD_COMMAND);
    put_roles(&message, BYTES("\x01\x0b"));
    is_refused(&message, GUARD_COMMAND, STATUS_UNKNOWN_VALUE, "set_principal.roles[1]",
               "11");
    put_roles(&message, BYTES("\x01\x81"));
    is_refused(&message, GUARD_COMMAND, STATUS_MALFORMED, "set_principal.roles[1]",
               NULL);
}

/* ---- texts ---- */

static void put_subject_code(message_t *message, const char *text, size_t size)
{
    size_t opened;
    begin_observe(message, 4, &opened);
    encode_bytes(&message->writer, 4, text, size);
    end_observe(message, opened);
}

static void guard__what_is_not_utf8__is_refused_at_its_character(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        { BYTES("\xe4\xb8\xad"
                "a\xff") }, /* no lead byte */
        { BYTES("\xe4\xb8\xad"
                "a\x80") }, /* a lone continuation */
        { BYTES("\xe4\xb8\xad"
                "a\xe4\xb8") }, /* broken off */
        { BYTES("\xe4\xb8\xad"
                "a\xc0\x80") }, /* overlong NUL */
        { BYTES("\xe4\xb8\xad"
                "a\xe0\x81\x81") }, /* overlong A */
        { BYTES("\xe4\xb8\xad"
                "a\xf0\x82\x82\xac") },
        { BYTES("\xe4\xb8\xad"
                "a\xed\xa0\x80") }, /* a surrogate */
        { BYTES("\xe4\xb8\xad"
                "a\xed\xbf\xbf") },
        { BYTES("\xe4\xb8\xad"
                "a\xf4\x90\x80\x80") }, /* above U+10FFFF */
        { BYTES("\xe4\xb8\xad"
                "a\xe4\xb8"
                "b12345678") },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        message_t message;
        put_subject_code(&message, cases[i].bytes, cases[i].size);
        is_refused(&message, GUARD_COMMAND, STATUS_NOT_UTF8, "observe.subject",
                   "character 2");
        assert_int_equal(guard_text_chars(cases[i].bytes, cases[i].size), -1);
    }
}

static void guard__every_control_character__is_refused(void **unused)
{
    (void)unused;
    message_t message;
    for (unsigned value = 0; value < 0x20; value++) {
        char text[] = { 'a', (char)value };
        put_subject_code(&message, text, sizeof text);
        is_refused(&message, GUARD_COMMAND, STATUS_HAS_NUL, "observe.subject",
                   "character 1");
        char longer[] = "abcdefgh?jklmnop";
        longer[8] = (char)value;
        put_subject_code(&message, longer, sizeof longer - 1);
        is_refused(&message, GUARD_COMMAND, STATUS_HAS_NUL, "observe.subject",
                   "character 8");
    }
    put_subject_code(&message, BYTES("ab\x7f"));
    is_refused(&message, GUARD_COMMAND, STATUS_HAS_NUL, "observe.subject", NULL);
    put_subject_code(&message, BYTES("ab\xc2\x80"));
    is_refused(&message, GUARD_COMMAND, STATUS_HAS_NUL, "observe.subject", NULL);
    put_subject_code(&message, BYTES("ab\xc2\x9f"));
    is_refused(&message, GUARD_COMMAND, STATUS_HAS_NUL, "observe.subject", NULL);
    put_subject_code(&message, BYTES("ab\xc2\xa0~ \xf0\x9f\x8c\xbe"));
    passes(&message, GUARD_COMMAND);
}

static void put_private(message_t *message, uint32_t field, const char *text)
{
    begin(message);
    if (field == 5)
        encode_bytes(&message->writer, 5, BYTES("first"));
    encode_bytes(&message->writer, field, text, strlen(text));
}

static void guard__line_breaks__stand_in_free_text_only(void **unused)
{
    (void)unused;
    message_t message;
    for (uint32_t field = 3; field <= 4; field++) {
        put_private(&message, field, "one\ttwo\r\nthree");
        passes(&message, GUARD_PRIVATE);
        put_private(&message, field, "one\x1b[31mtwo");
        is_refused(&message, GUARD_PRIVATE, STATUS_HAS_NUL,
                   field == 3 ? "private.narrative" : "private.text", "character 3");
    }
    put_private(&message, 1, "one\ntwo");
    is_refused(&message, GUARD_PRIVATE, STATUS_HAS_NUL, "private.name", "character 3");
    put_private(&message, 2, "one\ttwo");
    is_refused(&message, GUARD_PRIVATE, STATUS_HAS_NUL, "private.post", "character 3");
    put_private(&message, 5, "one\r");
    is_refused(&message, GUARD_PRIVATE, STATUS_HAS_NUL, "private.evidence_names[1]",
               "character 3");
}

static void guard__text_chars__counts_scalar_values(void **unused)
{
    (void)unused;
    assert_int_equal(guard_text_chars(NULL, 0), 0);
    assert_int_equal(guard_text_chars(BYTES("abc")), 3);
    assert_int_equal(guard_text_chars(BYTES("abcdefgh12345678x")), 17);
    assert_int_equal(guard_text_chars(BYTES("\xe4\xb8\x80\xe7\xba\xbf")), 2);
    assert_int_equal(guard_text_chars(BYTES("\xc3\xa9\xf0\x9f\x8c\xbe"
                                            "1\n")),
                     4);
    assert_int_equal(guard_text_chars(BYTES("\xed\x9f\xbf\xee\x80\x80")), 2);
    assert_int_equal(guard_text_chars(BYTES("\xe0\xa0\x80\xef\xbf\xbf")), 2);
}

/* ---- bounds ---- */

static void put_many(message_t *message, uint32_t count)
{
    begin(message);
    for (uint32_t i = 0; i < count; i++)
        encode_number(&message->writer, 90, i % 100);
}

static void guard__fields__are_counted_to_the_limit(void **unused)
{
    (void)unused;
    message_t message;
    put_many(&message, MESSAGE_FIELDS_MAX);
    passes(&message, GUARD_COMMAND);
    put_many(&message, MESSAGE_FIELDS_MAX + 1);
    is_refused(&message, GUARD_COMMAND, STATUS_TOO_MANY_FIELDS, "public",
               "more than 4096");
    char roles[MESSAGE_FIELDS_MAX];
    memset(roles, 1, sizeof roles);
    put_roles(&message, roles, MESSAGE_FIELDS_MAX - 5);
    passes(&message, GUARD_COMMAND);
    put_roles(&message, roles, MESSAGE_FIELDS_MAX);
    is_refused(&message, GUARD_COMMAND, STATUS_TOO_MANY_FIELDS,
               "set_principal.roles[1]", NULL);
}

/* Exactly `size` bytes, all but a few of them in one unknown field. */
static void put_sized(message_t *message, size_t size)
{
    static const char filling[FRAME_BYTES_MAX + 64];
    begin(message);
    encode_fixed64(&message->writer, 1, 7); /* correlation of a Reply */
    size_t head = message->out.size + 5;    /* two bytes of tag, three of length */
    encode_bytes(&message->writer, 90, filling, size - head);
    assert_int_equal(message->out.size, size);
}

static void guard__bytes__are_counted_to_the_limit(void **unused)
{
    (void)unused;
    message_t message;
    put_sized(&message, FRAME_BYTES_MAX);
    passes(&message, GUARD_REPLY);
    put_sized(&message, FRAME_BYTES_MAX + 1);
    is_refused(&message, GUARD_REPLY, STATUS_TOO_LARGE, "reply", "more than 65536");
    put_sized(&message, FRAME_BYTES_MAX + 1);
    is_refused(&message, GUARD_REQUEST, STATUS_TOO_LARGE, "request", NULL);
    put_sized(&message, PUBLIC_BYTES_MAX + 1);
    is_refused(&message, GUARD_COMMAND, STATUS_TOO_LARGE, "public", NULL);
    put_sized(&message, PRIVATE_BYTES_MAX + 1);
    is_refused(&message, GUARD_PRIVATE, STATUS_TOO_LARGE, "private", NULL);
}

/* A message that holds itself as field 1; our schema has none, protobuf-c could. */
extern const ProtobufCMessageDescriptor nested_descriptor;
static const ProtobufCFieldDescriptor nested_fields[] = {
    { .name = "inner",
      .id = 1,
      .label = PROTOBUF_C_LABEL_OPTIONAL,
      .type = PROTOBUF_C_TYPE_MESSAGE,
      .descriptor = &nested_descriptor },
};
static const ProtobufCIntRange nested_ranges[] = { { 1, 0 }, { 0, 1 } };
const ProtobufCMessageDescriptor nested_descriptor = { .n_fields = 1,
                                                       .fields = nested_fields,
                                                       .n_field_ranges = 1,
                                                       .field_ranges = nested_ranges };

static status_t walk_nested(uint32_t depth, fault_t *fault)
{
    static const guard_root_t root = {
        &nested_descriptor, NULL, "nested", false, 100, 100
    };
    uint8_t bytes[64];
    assert_true(2 * (depth - 1) <= sizeof bytes);
    for (uint32_t i = 0; i + 1 < depth; i++) {
        bytes[2 * i] = 0x0a;
        bytes[2 * i + 1] = (uint8_t)(2 * (depth - 2 - i));
    }
    return guard_walk(&root, bytes, 2 * (size_t)(depth - 1), fault);
}

static void guard__nesting__is_bounded(void **unused)
{
    (void)unused;
    fault_t fault;
    for (uint32_t depth = 1; depth <= MESSAGE_DEPTH_MAX; depth++)
        assert_int_equal(walk_nested(depth, &fault), STATUS_OK);
    assert_int_equal(walk_nested(MESSAGE_DEPTH_MAX + 1, &fault), STATUS_TOO_DEEP);
    assert_string_equal(fault.place, "inner.inner.inner.inner.inner.inner");
    assert_int_equal(walk_nested(30, &fault), STATUS_TOO_DEEP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard__least_observe__passes),
        cmocka_unit_test(guard__no_bytes__lack_what_is_required),
        cmocka_unit_test(guard__required_field_left_out__is_named),
        cmocka_unit_test(guard__field_missing_in_a_list__has_the_index),
        cmocka_unit_test(guard__bytes_that_break_off__are_malformed),
        cmocka_unit_test(guard__tags_out_of_the_format__are_malformed),
        cmocka_unit_test(guard__wrong_wire_type__is_malformed_at_the_field),
        cmocka_unit_test(guard__field_twice__is_malformed),
        cmocka_unit_test(guard__two_members_of_a_oneof__are_malformed),
        cmocka_unit_test(guard__unknown_fields__are_passed_over),
        cmocka_unit_test(guard__unknown_enum_value__is_told),
        cmocka_unit_test(guard__number_that_does_not_fit__is_malformed),
        cmocka_unit_test(guard__flag_of_two__is_an_unknown_value),
        cmocka_unit_test(guard__packed_numbers__are_read_one_by_one),
        cmocka_unit_test(guard__what_is_not_utf8__is_refused_at_its_character),
        cmocka_unit_test(guard__every_control_character__is_refused),
        cmocka_unit_test(guard__line_breaks__stand_in_free_text_only),
        cmocka_unit_test(guard__text_chars__counts_scalar_values),
        cmocka_unit_test(guard__fields__are_counted_to_the_limit),
        cmocka_unit_test(guard__bytes__are_counted_to_the_limit),
        cmocka_unit_test(guard__nesting__is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
