/* Goal: PROTOCOL.md tells the truth: its tables equal the sources, its samples run, its
 * worked example is what the encoder writes.
 * Method: the page is read as text; every row that should be there is made from lists,
 * limits and descriptors and looked up; fenced blocks are taken out by their titles. A
 * row that fails is printed as it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command.pb-c.h"
#include "proto/json.h"
#include "proto/wire.h"
#include "wire.pb-c.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_PATH      YIXIAN_SOURCE "/proto/PROTOCOL.md"
#define PAGE_BYTES_MAX 200000u
#define ROW_BYTES_MAX  4096u
#define EXAMPLE_SEQ    48213u
#define EXAMPLE_OUTBOX 0x0123456789abcdefu

typedef ProtobufCFieldDescriptor field_t;
typedef ProtobufCMessageDescriptor message_t;

static int read_page(void **state)
{
    char *page = calloc(1, PAGE_BYTES_MAX);
    FILE *file = fopen(PAGE_PATH, "rb");
    if (page == NULL || file == NULL)
        return -1;
    size_t size = fread(page, 1, PAGE_BYTES_MAX - 1, file);
    (void)fclose(file); /* read only */
    *state = page;
    return size > 0 && size < PAGE_BYTES_MAX - 1 ? 0 : -1;
}

static int free_page(void **state)
{
    free(*state);
    return 0;
}

/* A row stands in the page when a line begins with it. */
static bool has_line(const char *page, const char *row)
{
    for (const char *at = strstr(page, row); at != NULL; at = strstr(at + 1, row)) {
        if (at == page || at[-1] == '\n')
            return true;
    }
    return false;
}

static void assert_line(const char *page, const char *row)
{
    if (!has_line(page, row))
        fail_msg("the page lacks this line (scripts/protocol_tables.py):\n%s", row);
}

/* ---- tables ---- */

static void protocol__statuses__equal_the_list(void **state)
{
    static const struct {
        uint32_t value;
        const char *name, *rule, *text;
    } rows[] = {
#define X(name, value, rule, text) { value, #name, rule, text },
        STATUS_LIST(X)
#undef X
    };
    size_t count = sizeof rows / sizeof rows[0], lines = 0;
    for (size_t i = 0; i < count; i++) {
        char row[ROW_BYTES_MAX];
        (void)snprintf(row, sizeof row, "| %u | %s | %s | %s |\n", rows[i].value,
                       rows[i].name + strlen("STATUS_"), rows[i].rule, rows[i].text);
        assert_line(*state, row);
    }
    const char *at = strstr(*state, "<!-- statuses: begin -->\n");
    const char *end = strstr(*state, "<!-- statuses: end -->");
    assert_non_null(at);
    assert_non_null(end);
    for (; at < end; at = strchr(at, '\n') + 1)
        lines++;
    assert_int_equal(lines, count + 3); /* the mark, two lines of head */
}

static void append(char row[ROW_BYTES_MAX], const char *text)
{
    size_t size = strlen(row);
    (void)snprintf(row + size, ROW_BYTES_MAX - size, "%s", text);
    assert_true(strlen(row) + 1 < ROW_BYTES_MAX);
}

static const char *type_name(const field_t *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return "string";
    case PROTOBUF_C_TYPE_BYTES:
        return "bytes";
    case PROTOBUF_C_TYPE_BOOL:
        return "bool";
    case PROTOBUF_C_TYPE_UINT32:
        return "uint32";
    case PROTOBUF_C_TYPE_UINT64:
        return "uint64";
    case PROTOBUF_C_TYPE_INT64:
        return "int64";
    case PROTOBUF_C_TYPE_SINT64:
        return "sint64";
    case PROTOBUF_C_TYPE_FIXED64:
        return "fixed64";
    case PROTOBUF_C_TYPE_ENUM:
        return ((const ProtobufCEnumDescriptor *)field->descriptor)->short_name;
    case PROTOBUF_C_TYPE_MESSAGE:
        return ((const message_t *)field->descriptor)->short_name;
    default:
        return "a type without a name";
    }
}

static void append_field(char row[ROW_BYTES_MAX], const field_t *field)
{
    char words[200], value[40] = "";
    if (field->default_value != NULL)
        (void)snprintf(value, sizeof value, " = %u",
                       *(const uint32_t *)field->default_value);
    (void)snprintf(words, sizeof words, "%u `%s`%s %s%s%s", field->id, field->name,
                   field->label == PROTOBUF_C_LABEL_REQUIRED ? "*" : "",
                   field->label == PROTOBUF_C_LABEL_REPEATED ? "list of " : "",
                   type_name(field), value);
    append(row, words);
}

static void assert_enum(const char *page, const ProtobufCEnumDescriptor *kinds)
{
    char row[ROW_BYTES_MAX] = "";
    (void)snprintf(row, sizeof row, "| `%s` | ", kinds->short_name);
    for (unsigned i = 0; i < kinds->n_values; i++) {
        char words[200];
        (void)snprintf(words, sizeof words, "%s%d %s", i > 0 ? ", " : "",
                       kinds->values[i].value, kinds->values[i].name);
        append(row, words);
    }
    append(row, " |\n");
    assert_line(page, row);
}

static void assert_message(const char *page, const message_t *message)
{
    char row[ROW_BYTES_MAX] = "";
    (void)snprintf(row, sizeof row, "| `%s` | %s", message->short_name,
                   message->n_fields == 0 ? "none" : "");
    for (unsigned i = 0; i < message->n_fields; i++) {
        const field_t *field = &message->fields[i];
        append(row, i > 0 ? ", " : "");
        append_field(row, field);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            assert_message(page, field->descriptor);
        if (field->type == PROTOBUF_C_TYPE_ENUM)
            assert_enum(page, field->descriptor);
    }
    append(row, " |\n");
    assert_line(page, row);
}

static void protocol__messages__equal_the_descriptors(void **state)
{
    assert_message(*state, &yx__request__descriptor);
    assert_message(*state, &yx__reply__descriptor);
    assert_message(*state, &yx__command__descriptor);
    assert_message(*state, &yx__private__descriptor);
}

static void add_private(void *context, const char *path, const char *type, int required)
{
    (void)type;
    (void)required;
    char *row = context;
    if (protobuf_c_message_descriptor_get_field_by_name(&yx__private__descriptor,
                                                        path) == NULL)
        return;
    append(row, row[strlen(row) - 1] == '`' ? ", `" : "`");
    append(row, path);
    append(row, "`");
}

static void protocol__commands__name_their_private_fields(void **state)
{
    for (unsigned i = 0; i < yx__command__descriptor.n_fields; i++) {
        const field_t *verb = &yx__command__descriptor.fields[i];
        char row[ROW_BYTES_MAX], fields[ROW_BYTES_MAX] = " ";
        if (command_is_internal(verb->id))
            continue;
        assert_int_equal(json_describe(verb->name, add_private, fields), STATUS_OK);
        (void)snprintf(row, sizeof row, "| `%s` | %u | `%s` |%.900s |", verb->name,
                       verb->id, type_name(verb),
                       strlen(fields) > 1 ? fields : " none");
        assert_line(*state, row);
    }
}

static void protocol__limits__equal_the_constants(void **state)
{
#define LIMIT(name)                                                                    \
    {                                                                                  \
#name, (long long)(name)                                                       \
    }
    static const struct {
        const char *name;
        long long value;
    } limits[] = {
        LIMIT(FRAME_BYTES_MAX),      LIMIT(ANSWER_PART_BYTES_MAX),
        LIMIT(SUBMIT_ITEMS_MAX),     LIMIT(PUBLIC_BYTES_MAX),
        LIMIT(PRIVATE_BYTES_MAX),    LIMIT(MESSAGE_DEPTH_MAX),
        LIMIT(MESSAGE_FIELDS_MAX),   LIMIT(REPLY_FIELDS_MAX),
        LIMIT(CODE_BYTES_MAX),       LIMIT(LABEL_BYTES_MAX),
        LIMIT(NAME_CHARS_MAX),       LIMIT(NARRATIVE_CHARS_MAX),
        LIMIT(TEXT_CHARS_MAX),       LIMIT(DIMENSIONS_MAX),
        LIMIT(CHANNELS_MAX),         LIMIT(GROUPS_MAX),
        LIMIT(GROUP_DIMENSIONS_MAX), LIMIT(TAGS_MAX),
        LIMIT(EVIDENCE_MAX),         LIMIT(VISIT_INSPECTORS_MIN),
        LIMIT(VISIT_INSPECTORS_MAX), LIMIT(TEAM_UNITS_MAX),
        LIMIT(CONFLICTS_MAX),        LIMIT(SCOPE_UNITS_MAX),
        LIMIT(SCOPE_GROUPS_MAX),     LIMIT(KEYS_PER_PRINCIPAL_MAX),
        LIMIT(UNIT_DEPTH_MAX),       LIMIT(RATING_MAX),
        LIMIT(WEIGHT_SUM),           LIMIT(WINDOW_NUMBERS),
        LIMIT(BOARD_WINDOW_MAX),     LIMIT(INVITE_LIFE_MS),
        LIMIT(CLOCK_SKEW_MS),
    };
#undef LIMIT
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        char row[ROW_BYTES_MAX];
        (void)snprintf(row, sizeof row, "| `%s` | %lld |", limits[i].name,
                       limits[i].value);
        assert_line(*state, row);
    }
}

static void protocol__sections__stand_where_others_point(void **state)
{
    static const char *const titles[] = { "## 2. Messages\n", "## 4. Commands\n",
                                          "## 6. Enrolment\n", "## 7. Statuses\n",
                                          "## 8. Limits\n" };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        assert_line(*state, titles[i]);
}

/* ---- samples ---- */

/* The inside of the fenced block with this title, which the caller frees. */
static char *block_of(const char *page, const char *kind, const char *title)
{
    char fence[100];
    (void)snprintf(fence, sizeof fence, "```%s %s\n", kind, title);
    const char *from = strstr(page, fence);
    assert_non_null(from);
    from += strlen(fence);
    const char *to = strstr(from, "```");
    assert_non_null(to);
    return strndup(from, (size_t)(to - from));
}

static void encode(const char *verb, const char *json, buffer_t *open, buffer_t *hidden)
{
    fault_t fault = { 0 };
    status_t status = json_to_command(verb, json, strlen(json), open, hidden, &fault);
    if (status != STATUS_OK)
        fail_msg("%s: %s at %s = %s", verb, status_name(status), fault.place,
                 fault.detail);
}

static void assert_broker_reads(const char *verb, const buffer_t *open,
                                const buffer_t *hidden)
{
    arena_t *arena = arena_create(1 << 20);
    command_t command;
    private_t part;
    fault_t fault = { 0 };
    item_t item = { 1, open->data, hidden->data, (uint32_t)open->size,
                    (uint32_t)hidden->size };
    status_t status = wire_read_command(arena, &item, &command, &part, &fault);
    if (status != STATUS_OK)
        fail_msg("%s: %s at %s = %s", verb, status_name(status), fault.place,
                 fault.detail);
    arena_destroy(&arena);
}

static void protocol__json_samples__are_commands(void **state)
{
    static const char mark[] = "\n```json ";
    size_t count = 0;
    for (const char *at = strstr(*state, mark); at != NULL; at = strstr(at + 1, mark)) {
        char verb[40];
        assert_int_equal(sscanf(at + strlen(mark), "%39[a-z_]", verb), 1);
        if (strcmp(verb, "reply") == 0)
            continue;
        char *json = block_of(at, "json", verb);
        buffer_t open, hidden;
        buffer_init(&open, PUBLIC_BYTES_MAX);
        buffer_init(&hidden, PRIVATE_BYTES_MAX);
        encode(verb, json, &open, &hidden);
        assert_broker_reads(verb, &open, &hidden);
        buffer_fini(&open);
        buffer_fini(&hidden);
        free(json);
        count++;
    }
    assert_true(count >= 10);
}

static void assert_hex(const char *page, const char *title, const buffer_t *bytes)
{
    char expected[ROW_BYTES_MAX];
    size_t size = 0;
    for (size_t i = 0; i < bytes->size; i++)
        size += (size_t)snprintf(expected + size, sizeof expected - size, "%02x%s",
                                 bytes->data[i],
                                 i % 32 == 31 || i + 1 == bytes->size ? "\n" : " ");
    char *found = block_of(page, "hex", title);
    if (strcmp(found, expected) != 0)
        fail_msg("block \"hex %s\" should be:\n%s", title, expected);
    free(found);
}

static void protocol__worked_example__is_what_the_encoder_writes(void **state)
{
    char *json = block_of(*state, "json", "observe");
    buffer_t open, hidden, frame;
    buffer_init(&open, PUBLIC_BYTES_MAX);
    buffer_init(&hidden, PRIVATE_BYTES_MAX);
    buffer_init(&frame, FRAME_BYTES_MAX);
    encode("observe", json, &open, &hidden);
    item_t item = { 1, open.data, hidden.data, (uint32_t)open.size,
                    (uint32_t)hidden.size };
    assert_int_equal(wire_write_submit(&frame, 1, EXAMPLE_OUTBOX, &item, 1), STATUS_OK);
    assert_hex(*state, "public", &open);
    assert_hex(*state, "private", &hidden);
    assert_hex(*state, "request", &frame);
    buffer_fini(&open);
    buffer_fini(&hidden);
    buffer_fini(&frame);
    free(json);
}

static void protocol__worked_reply__is_what_the_broker_writes(void **state)
{
    buffer_t frame, json;
    fault_t fault = { 0 };
    buffer_init(&frame, FRAME_BYTES_MAX);
    buffer_init(&json, FRAME_BYTES_MAX);
    outcome_t outcome = { .number = 1, .seq = EXAMPLE_SEQ, .status = STATUS_OK };
    assert_int_equal(wire_write_submit_reply(&frame, 1, &outcome, 1), STATUS_OK);
    assert_hex(*state, "reply", &frame);
    assert_int_equal(json_from_reply(frame.data, frame.size, &json, &fault), STATUS_OK);
    assert_int_equal(buffer_append(&json, "\n", 2), STATUS_OK);
    char *found = block_of(*state, "json", "reply");
    assert_string_equal(found, (const char *)json.data);
    free(found);
    buffer_fini(&frame);
    buffer_fini(&json);
}

/* The harness itself must see what is missing. */
static void protocol__planted_row__is_missed(void **state)
{
    assert_false(has_line(*state, "| 9999 | PLANTED |"));
    assert_false(
        has_line(*state, " 0 | OK |")); /* there, but not where a line begins */
    assert_true(has_line(*state, "| 0 | OK |"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocol__statuses__equal_the_list),
        cmocka_unit_test(protocol__messages__equal_the_descriptors),
        cmocka_unit_test(protocol__commands__name_their_private_fields),
        cmocka_unit_test(protocol__limits__equal_the_constants),
        cmocka_unit_test(protocol__sections__stand_where_others_point),
        cmocka_unit_test(protocol__json_samples__are_commands),
        cmocka_unit_test(protocol__worked_example__is_what_the_encoder_writes),
        cmocka_unit_test(protocol__worked_reply__is_what_the_broker_writes),
        cmocka_unit_test(protocol__planted_row__is_missed),
    };
    return cmocka_run_group_tests(tests, read_page, free_page);
}
