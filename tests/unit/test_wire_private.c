/* Goal: a private part passes only with the public part it belongs to, and only with
 * texts that may be kept.
 * Method: full samples, spoiled in one thing each; then every field with every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/wire.h"
#include "tests/support/wire_samples.h"
#include <string.h>

#define TEXT(text) ((text_t){ text, sizeof(text) - 1 })

static fault_t fault;

static status_t read_sample(const sample_t *sample)
{
    arena_t *arena = arena_create(256u * 1024u);
    buffer_t public_part, private_part;
    buffer_init(&public_part, FRAME_BYTES_MAX);
    buffer_init(&private_part, FRAME_BYTES_MAX);
    assert_int_equal(wire_write_command(&public_part, &sample->command, sample->tags,
                                        sample->evidence),
                     STATUS_OK);
    assert_int_equal(
        wire_write_private(&private_part, &sample->part, sample->evidence_names),
        STATUS_OK);
    item_t item = { 1, public_part.data, private_part.data, (uint32_t)public_part.size,
                    (uint32_t)private_part.size };
    command_t command;
    private_t part;
    status_t status = wire_read_command(arena, &item, &command, &part, &fault);
    arena_destroy(&arena);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return status;
}

static void is_refused(const sample_t *sample, status_t status, const char *place)
{
    assert_int_equal(read_sample(sample), status);
    assert_string_equal(fault.place, place);
}

static void private__lengths_other_than_told__do_not_match(void **unused)
{
    (void)unused;
    sample_t sample = sample_command(COMMAND_OBSERVE);
    sample.part.narrative.size--;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.narrative");
    assert_string_equal(fault.detail, "characters: 107");
    sample = sample_command(COMMAND_OBSERVE);
    sample.part.narrative.size = 0;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.narrative");
    sample = sample_command(COMMAND_OBSERVE);
    sample.command.body.observe.reason_chars = 0;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.text");
    sample = sample_command(COMMAND_OBSERVE);
    sample.part.evidence_name_count--;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.evidence_names");
    sample = sample_command(COMMAND_MILESTONE);
    sample.command.body.milestone.evidence_count--;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.evidence_names");
    sample = sample_command(COMMAND_ASSIGNMENT);
    sample.part.post.size = 0;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.post");
    sample.command.body.assignment.has_post = false;
    assert_int_equal(read_sample(&sample), STATUS_OK);
    sample.part.post = TEXT("post");
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.post");
}

static void private__characters__not_bytes_are_counted(void **unused)
{
    (void)unused;
    static const char line[] = "\xe5\xb7\xa1\xe5\xa0\xa4\xef\xbc\x8c"
                               "ab\n\xc3\xa9";
    sample_t sample = sample_command(COMMAND_OBSERVE);
    sample.part.narrative = TEXT(line);
    sample.command.body.observe.narrative_chars = 7;
    assert_int_equal(read_sample(&sample), STATUS_OK);
    sample.command.body.observe.narrative_chars = sizeof line - 1;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.narrative");
    assert_string_equal(fault.detail, "characters: 7");
}

/* Which of name, post, narrative, text and evidence names a kind may carry. */
static const struct {
    command_kind_t kind;
    const char *may;
} carriers[] = {
    { COMMAND_UNIT, "n" },
    { COMMAND_PERSON, "n" },
    { COMMAND_SUBJECT, "np" },
    { COMMAND_PROJECT, "nt" },
    { COMMAND_MILESTONE, "ne" },
    { COMMAND_ASSIGNMENT, "pt" },
    { COMMAND_TEAM, "n" },
    { COMMAND_INSPECTOR, "n" },
    { COMMAND_STAFF, "n" },
    { COMMAND_PROPOSE_SCHEME, "n" },
    { COMMAND_APPROVE_SCHEME, "" },
    { COMMAND_OPEN_ACCOUNT, "" },
    { COMMAND_CLOSE_ACCOUNT, "" },
    { COMMAND_ROUND, "n" },
    { COMMAND_MOVE_ROUND, "" },
    { COMMAND_VISIT, "" },
    { COMMAND_MOVE_VISIT, "" },
    { COMMAND_OBSERVE, "rte" },
    { COMMAND_REVIEW, "t" },
    { COMMAND_RETRACT, "t" },
    { COMMAND_INVITE, "n" },
    { COMMAND_ENROL, "" },
    { COMMAND_REVOKE, "t" },
    { COMMAND_SET_PRINCIPAL, "" },
    { COMMAND_PUT_USER, "" },
    { COMMAND_CLOSE_SESSION, "" },
    { COMMAND_CALIBRATE, "" },
    { COMMAND_ADOPT_EPOCH, "t" },
    { COMMAND_OVERRIDE_LINKS, "" },
    { COMMAND_DROP_EPOCH, "t" },
    { COMMAND_FREEZE_BOARD, "n" },
    { COMMAND_ASSIGN_ATTENTION, "" },
    { COMMAND_CLOSE_ATTENTION, "t" },
};

static const char *set_field(private_t *part, char field)
{
    switch (field) {
    case 'n':
        part->name = TEXT("name");
        return "private.name";
    case 'p':
        part->post = TEXT("post");
        return "private.post";
    case 'r':
        part->narrative = TEXT("narrative");
        return "private.narrative";
    case 't':
        part->text = TEXT("text");
        return "private.text";
    default:
        part->evidence_name_count = 1;
        return "private.evidence_names";
    }
}

/* The sample with an empty private part that fits it. */
static sample_t bare_sample(command_kind_t kind)
{
    sample_t sample = sample_command(kind);
    sample.part = (private_t){ 0 };
    if (kind == COMMAND_OBSERVE) {
        sample.command.body.observe.narrative_chars = 0;
        sample.command.body.observe.reason_chars = 0;
        sample.command.body.observe.evidence_count = 0;
    } else if (kind == COMMAND_MILESTONE) {
        sample.command.body.milestone.evidence_count = 0;
    } else if (kind == COMMAND_ASSIGNMENT) {
        sample.command.body.assignment.has_post = false;
    } else if (kind == COMMAND_CLOSE_ATTENTION) {
        sample.command.body.close_attention.reason_chars = 0;
    }
    return sample;
}

static void private__every_field__only_with_its_kinds(void **unused)
{
    (void)unused;
    uint32_t written_by_the_broker = 0;
    for (size_t i = 0; i < SAMPLE_KINDS; i++)
        written_by_the_broker += command_is_internal(sample_kinds[i]);
    assert_int_equal(sizeof carriers / sizeof carriers[0],
                     SAMPLE_KINDS - written_by_the_broker);
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        sample_t bare = bare_sample(carriers[i].kind);
        assert_int_equal(read_sample(&bare), STATUS_OK);
        sample_t full = sample_command(carriers[i].kind);
        assert_int_equal(read_sample(&full), STATUS_OK);
        for (const char *field = "nprte"; *field != '\0'; field++) {
            sample_t sample = bare;
            const char *place = set_field(&sample.part, *field);
            if (strchr(carriers[i].may, *field) == NULL)
                is_refused(&sample, STATUS_PRIVATE_MISMATCH, place);
        }
    }
}

static void private__texts__have_a_longest_length(void **unused)
{
    (void)unused;
    static char letters[TEXT_CHARS_MAX + 1];
    memset(letters, 'x', sizeof letters);
    sample_t sample = sample_command(COMMAND_UNIT);
    sample.part.name = (text_t){ letters, NAME_CHARS_MAX };
    assert_int_equal(read_sample(&sample), STATUS_OK);
    sample.part.name.size++;
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "private.name");
    assert_string_equal(fault.detail, "characters: 201");
    sample = sample_command(COMMAND_SUBJECT);
    sample.part.post = (text_t){ letters, NAME_CHARS_MAX + 1 };
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "private.post");
    sample = sample_command(COMMAND_OBSERVE);
    sample.part.narrative = (text_t){ letters, NARRATIVE_CHARS_MAX };
    sample.command.body.observe.narrative_chars = NARRATIVE_CHARS_MAX;
    assert_int_equal(read_sample(&sample), STATUS_OK);
    sample.part.narrative.size++;
    sample.command.body.observe.narrative_chars++;
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "private.narrative");
    sample = sample_command(COMMAND_REVIEW);
    sample.part.text = (text_t){ letters, TEXT_CHARS_MAX + 1 };
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "private.text");
    sample = sample_command(COMMAND_MILESTONE);
    text_t names[] = { TEXT("one.jpg"), { letters, NAME_CHARS_MAX + 1 } };
    sample.evidence_names = names;
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "private.evidence_names[1]");
}

static void override__reason__is_looked_through_like_all_free_text(void **unused)
{
    (void)unused;
    static char letters[REASON_CHARS_MAX + 1];
    memset(letters, 'x', sizeof letters);
    sample_t sample = sample_command(COMMAND_OVERRIDE_LINKS);
    text_t *reason = &sample.command.body.override_links.reason;
    *reason = (text_t){ letters, REASON_CHARS_MAX };
    assert_int_equal(read_sample(&sample), STATUS_OK);
    reason->size++;
    is_refused(&sample, STATUS_TEXT_TOO_LONG, "override_links.reason");
    *reason = TEXT("ask 13812345678 why");
    is_refused(&sample, STATUS_PHONE_NUMBER, "override_links.reason");
    *reason = TEXT("");
    assert_int_equal(read_sample(&sample), STATUS_OK);
}

static void close__words__are_as_long_as_told(void **unused)
{
    (void)unused;
    sample_t sample = sample_command(COMMAND_CLOSE_ATTENTION);
    assert_int_equal(read_sample(&sample), STATUS_OK);
    sample.command.body.close_attention.reason_chars++;
    is_refused(&sample, STATUS_PRIVATE_MISMATCH, "private.text");
}

static void private__too_many_evidence_names__are_refused(void **unused)
{
    (void)unused;
    text_t names[EVIDENCE_MAX + 1];
    for (size_t i = 0; i < EVIDENCE_MAX + 1; i++)
        names[i] = TEXT("a.jpg");
    sample_t sample = bare_sample(COMMAND_OBSERVE);
    sample.evidence_names = names;
    sample.part.evidence_name_count = EVIDENCE_MAX + 1;
    is_refused(&sample, STATUS_TOO_MANY_ITEMS, "private.evidence_names");
}

static void private__numbers_of_persons__are_refused_in_every_text(void **unused)
{
    (void)unused;
    static const text_t identity = { "id 11010519491231002X", 21 };
    static const text_t phone = { "call 13812345678", 16 };
    sample_t sample = sample_command(COMMAND_PERSON);
    sample.part.name = identity;
    is_refused(&sample, STATUS_ID_NUMBER, "private.name");
    assert_string_equal(fault.detail, "character 3");
    sample = sample_command(COMMAND_SUBJECT);
    sample.part.post = phone;
    is_refused(&sample, STATUS_PHONE_NUMBER, "private.post");
    assert_string_equal(fault.detail, "character 5");
    sample = sample_command(COMMAND_OBSERVE);
    sample.part.narrative = phone;
    sample.command.body.observe.narrative_chars = phone.size;
    is_refused(&sample, STATUS_PHONE_NUMBER, "private.narrative");
    sample = sample_command(COMMAND_RETRACT);
    sample.part.text = identity;
    is_refused(&sample, STATUS_ID_NUMBER, "private.text");
    sample = sample_command(COMMAND_MILESTONE);
    text_t names[] = { TEXT("a.jpg"), phone };
    sample.evidence_names = names;
    is_refused(&sample, STATUS_PHONE_NUMBER, "private.evidence_names[1]");
}

static void private__once_stored__is_not_judged_again(void **unused)
{
    (void)unused;
    static char letters[NAME_CHARS_MAX + 100];
    memset(letters, '1', sizeof letters);
    memcpy(letters, "call 13812345678 ", 17);
    private_t part = { .name = { letters, sizeof letters } }, read;
    arena_t *arena = arena_create(4096);
    buffer_t out;
    buffer_init(&out, 4096);
    assert_int_equal(wire_write_private(&out, &part, NULL), STATUS_OK);
    assert_int_equal(wire_read_stored_private(arena, out.data, out.size, &read),
                     STATUS_OK);
    assert_int_equal(read.name.size, sizeof letters);
    assert_int_equal(wire_read_stored_private(arena, NULL, 0, &read), STATUS_OK);
    assert_int_equal(read.name.size, 0);
    assert_int_equal(wire_read_stored_private(arena, out.data, 9, &read),
                     STATUS_MALFORMED);
    buffer_fini(&out);
    arena_destroy(&arena);
}

static void private__larger_than_its_limit__is_not_written(void **unused)
{
    (void)unused;
    static char letters[PRIVATE_BYTES_MAX];
    memset(letters, 'x', sizeof letters);
    private_t part = { .text = { letters, sizeof letters } };
    buffer_t out;
    buffer_init(&out, FRAME_BYTES_MAX);
    assert_int_equal(wire_write_private(&out, &part, NULL), STATUS_TOO_LARGE);
    assert_int_equal(out.size, 0);
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(private__lengths_other_than_told__do_not_match),
        cmocka_unit_test(private__characters__not_bytes_are_counted),
        cmocka_unit_test(private__every_field__only_with_its_kinds),
        cmocka_unit_test(private__texts__have_a_longest_length),
        cmocka_unit_test(override__reason__is_looked_through_like_all_free_text),
        cmocka_unit_test(close__words__are_as_long_as_told),
        cmocka_unit_test(private__too_many_evidence_names__are_refused),
        cmocka_unit_test(private__numbers_of_persons__are_refused_in_every_text),
        cmocka_unit_test(private__once_stored__is_not_judged_again),
        cmocka_unit_test(private__larger_than_its_limit__is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
