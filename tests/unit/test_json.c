/* Goal: commands written as JSON become the bytes that the broker reads, every misfit is
 * refused with its place, and replies come out as the messages say.
 * Method: round trips through wire.h, one bad value per kind of field, every verb with
 * every field of the private part held against the broker's own check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command.pb-c.h"
#include "proto/json.h"
#include "proto/wire.h"
#include "proto/wire_private.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    buffer_t open, hidden;
    arena_t *arena;
    fault_t fault;
    command_t command;
    private_t part;
} fixture_t;

static int setup(void **state)
{
    static fixture_t fixture;
    memset(&fixture, 0, sizeof fixture);
    buffer_init(&fixture.open, PUBLIC_BYTES_MAX);
    buffer_init(&fixture.hidden, PRIVATE_BYTES_MAX);
    fixture.arena = arena_create(1 << 20);
    *state = &fixture;
    return fixture.arena == NULL;
}

static int teardown(void **state)
{
    fixture_t *fixture = *state;
    buffer_fini(&fixture->open);
    buffer_fini(&fixture->hidden);
    arena_destroy(&fixture->arena);
    return 0;
}

static status_t encode(fixture_t *f, const char *verb, const char *json)
{
    buffer_clear(&f->open);
    buffer_clear(&f->hidden);
    memset(&f->fault, 0, sizeof f->fault);
    return json_to_command(verb, json, strlen(json), &f->open, &f->hidden, &f->fault);
}

static status_t read_back(fixture_t *f)
{
    arena_reset(f->arena);
    item_t item = { .number = 1,
                    .public_part = f->open.data,
                    .public_size = (uint32_t)f->open.size,
                    .private_part = f->hidden.data,
                    .private_size = (uint32_t)f->hidden.size };
    return wire_read_command(f->arena, &item, &f->command, &f->part, &f->fault);
}

static void assert_taken(fixture_t *f, const char *verb, const char *json)
{
    status_t status = encode(f, verb, json);
    if (status == STATUS_OK)
        status = read_back(f);
    if (status != STATUS_OK)
        fail_msg("%s %s: %s at %s = %s", verb, json, status_name(status),
                 f->fault.place, f->fault.detail);
}

static void assert_refused(fixture_t *f, const char *verb, const char *json,
                           status_t expected, const char *place)
{
    status_t status = encode(f, verb, json);
    if (status != expected || strcmp(f->fault.place, place) != 0)
        fail_msg("%s: %s at \"%s\", expected %s at \"%s\"", json, status_name(status),
                 f->fault.place, status_name(expected), place);
    assert_int_equal(f->open.size, 0);
    assert_int_equal(f->hidden.size, 0);
}

static void assert_text(text_t text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
}

#define SUBJECT                                                                               \
    "{\"code\":\"C0001\",\"kind\":\"CADRE\",\"unit\":\"U006\",\"person\":\"H0001\","          \
    "\"group\":\"党政正职\",\"tags\":[\"实绩突出\"],\"name\":\"马明薇\",\"post\":" \
    "\"党委书记\"}"

static void json__subject__becomes_both_parts(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "subject", SUBJECT);
    assert_int_equal(f->command.kind, COMMAND_SUBJECT);
    assert_int_equal(f->command.body.subject.kind, SUBJECT_CADRE);
    assert_text(f->command.body.subject.group, "党政正职");
    assert_int_equal(f->command.body.subject.tag_count, 1);
    assert_text(f->part.name, "马明薇");
    assert_text(f->part.post, "党委书记");
    assert_int_equal(f->part.narrative.size, 0);
}

#define HASH "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define OBSERVE_WITH(more)                                                             \
    "{\"code\":\"O1\",\"visit\":\"V1\",\"inspector\":\"I1\",\"subject\":\"C1\","       \
    "\"channel\":2,\"polarity\":\"NEGATIVE\",\"ratings\":[{\"dimension\":1,"           \
    "\"value\":8550},{\"dimension\":2,\"value\":0}]" more "}"
#define WHEN ",\"observed_ms\":1721807280000"

static void json__observation__computes_lengths(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "observe",
                 OBSERVE_WITH(",\"observed_ms\":\"2024-07-24T15:48:00+08:00\","
                              "\"narrative\":\"看到的情况\",\"evidence\":[\"" HASH
                              "\"],\"evidence_names\":[\"E01.png\"],\"text\":\"补录\","
                              "\"late_approver\":\"S01\",\"source\":\"PEER\""));
    const observe_t *observe = &f->command.body.observe;
    assert_int_equal(observe->observed_ms, 1721807280000);
    assert_int_equal(observe->narrative_chars, 5);
    assert_int_equal(observe->reason_chars, 2);
    assert_int_equal(observe->rating_count, 2);
    assert_int_equal(observe->ratings[0].value, 8550);
    assert_int_equal(observe->ratings[1].value, 0);
    assert_int_equal(observe->evidence_count, 1);
    assert_int_equal(observe->polarity, POLARITY_NEGATIVE);
    assert_int_equal(f->part.evidence_name_count, 1);
}

static void json__observation_without_text__has_an_empty_private_part(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "observe", OBSERVE_WITH(WHEN ",\"source\":null"));
    assert_int_equal(f->hidden.size, 0);
    assert_int_equal(f->command.body.observe.narrative_chars, 0);
}

static void json__given_length__is_kept_for_the_broker_to_judge(void **state)
{
    fixture_t *f = *state;
    assert_int_equal(encode(f, "observe",
                            OBSERVE_WITH(WHEN ",\"narrative\":\"甲乙\","
                                              "\"narrative_chars\":7")),
                     STATUS_OK);
    assert_int_equal(read_back(f), STATUS_PRIVATE_MISMATCH);
}

static void json__same_fields__give_the_bytes_of_the_encoder(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "observe",
                 OBSERVE_WITH(WHEN ",\"narrative\":\"甲乙\",\"evidence\":[\"" HASH
                                   "\"],\"evidence_names\":[\"a.png\"]"));
    uint8_t hash[HASH_BYTES];
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = (uint8_t)(0x11 * (i % 16));
    buffer_t out;
    buffer_init(&out, PUBLIC_BYTES_MAX);
    assert_int_equal(wire_write_command(&out, &f->command, NULL, hash), STATUS_OK);
    assert_int_equal(out.size, f->open.size);
    assert_memory_equal(out.data, f->open.data, out.size);
    buffer_fini(&out);
}

static void json__dates_and_money__are_read(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "project",
                 "{\"code\":\"P001\",\"unit\":\"U1\",\"state\":\"PROJECT_STARTED\","
                 "\"planned_investment\":1234500,\"planned_start\":\"2024-02-29\","
                 "\"started_on\":20240301,\"major\":true,\"name\":\"园区道路\","
                 "\"text\":\"征地\"}");
    assert_int_equal(f->command.body.project.planned_start, 20240229);
    assert_int_equal(f->command.body.project.started_on, 20240301);
    assert_int_equal(f->command.body.project.planned_investment, 1234500);
    assert_true(f->command.body.project.major);
}

static void json__post__tells_that_there_is_one(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "assignment",
                 "{\"code\":\"A1\",\"subject\":\"C1\",\"role\":\"POSTED\",\"mode\":"
                 "\"CLAIMED\",\"state\":\"WAITING\",\"post\":\"挂职副镇长\"}");
    assert_true(f->command.body.assignment.has_post);
}

static void json__scheme__nests_and_keeps_signs(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "propose_scheme",
                 "{\"code\":\"s-1\",\"scoring_revision\":1,\"name\":\"方案\","
                 "\"dimensions\":[{\"number\":1,\"name\":\"甲\"}],\"channels\":"
                 "[{\"number\":1,\"name\":\"乙\",\"offsets\":[{\"dimension\":1,"
                 "\"offset\":-2500000}]}],\"groups\":[{\"name\":\"组\","
                 "\"dimensions\":[{\"dimension\":1}]}]}");
    const propose_scheme_t *scheme = &f->command.body.propose_scheme;
    assert_int_equal(scheme->channels[0].offsets[0].offset, -2500000);
    assert_int_equal(scheme->dimensions[0].mu_centi, 8000);
    assert_false(scheme->groups[0].dimensions[0].has_weight);
}

static void json__invite__takes_roles_and_scope(void **state)
{
    fixture_t *f = *state;
    assert_taken(f, "invite",
                 "{\"principal\":\"p1\",\"key\":\"" HASH "\",\"roles\":"
                 "[\"ROLE_INSPECTOR\",\"ROLE_OFFICE\"],\"person\":\"H1\","
                 "\"scope\":{\"units\":[\"U1\"],\"everything\":false}}");
    assert_int_equal(f->command.body.invite.roles,
                     1u << ROLE_INSPECTOR | 1u << ROLE_OFFICE);
    assert_int_equal(f->command.body.invite.scope.unit_count, 1);
}

static void json__misfit__is_refused_with_its_place(void **state)
{
    static const struct {
        const char *verb, *json;
        status_t status;
        const char *place;
    } rows[] = {
        { "unit", "{\"code\":\"U1\",\"nmae\":\"x\"}", STATUS_BAD_INPUT, "unit.nmae" },
        { "unit", "{\"code\":\"U1\",\"narrative\":\"x\"}", STATUS_BAD_INPUT,
          "unit.narrative" },
        { "unit", "{}", STATUS_FIELD_MISSING, "unit.code" },
        { "unit", "{\"code\":null}", STATUS_FIELD_MISSING, "unit.code" },
        { "unit", "{\"code\":7}", STATUS_BAD_INPUT, "unit.code" },
        { "unit", "[]", STATUS_BAD_INPUT, "" },
        { "unit", "7", STATUS_BAD_INPUT, "line 1, column 1" },
        { "unit", "", STATUS_BAD_INPUT, "line 1, column 0" },
        { "unit", "{\"code\":\"U1\",\n\"code\":\"U2\"}", STATUS_BAD_INPUT,
          "line 2, column 6" },
        { "unit", "{\"code\":\"a\\u0000b\"}", STATUS_BAD_INPUT, "line 1, column 18" },
        { "team", "{\"code\":\"T1\",\"units\":\"U1\"}", STATUS_BAD_INPUT,
          "team.units" },
        { "team", "{\"code\":\"T1\",\"units\":[\"U1\",3]}", STATUS_BAD_INPUT,
          "team.units[1]" },
        { "visit",
          "{\"code\":\"V1\",\"round\":\"R1\",\"team\":\"T1\",\"place_kind\":\"ROOF\"}",
          STATUS_UNKNOWN_VALUE, "visit.place_kind" },
        { "visit",
          "{\"code\":\"V1\",\"round\":\"R1\",\"team\":\"T1\",\"place_kind\":1}",
          STATUS_BAD_INPUT, "visit.place_kind" },
        { "open_account",
          "{\"code\":\"a\",\"scheme\":\"s\",\"from\":\"2024-02-30\",\"to\":1}",
          STATUS_BAD_DATE, "open_account.from" },
        { "open_account",
          "{\"code\":\"a\",\"scheme\":\"s\",\"from\":\"2024/02/03\",\"to\":1}",
          STATUS_BAD_INPUT, "open_account.from" },
        { "open_account", "{\"code\":\"a\",\"scheme\":\"s\",\"from\":-1,\"to\":1}",
          STATUS_BAD_INPUT, "open_account.from" },
        { "open_account",
          "{\"code\":\"a\",\"scheme\":\"s\",\"from\":4294967296,\"to\":1}",
          STATUS_BAD_INPUT, "open_account.from" },
        { "enrol", "{\"key\":\"xyz\"}", STATUS_BAD_INPUT, "enrol.key" },
        { "enrol", "{\"key\":\"0g\"}", STATUS_BAD_INPUT, "enrol.key" },
        { "set_principal", "{\"principal\":\"p\",\"scope\":{\"unit\":[]}}",
          STATUS_BAD_INPUT, "set_principal.scope.unit" },
        { "set_principal", "{\"principal\":\"p\",\"scope\":{\"everything\":1}}",
          STATUS_BAD_INPUT, "set_principal.scope.everything" },
        { "observe", OBSERVE_WITH(""), STATUS_FIELD_MISSING, "observe.observed_ms" },
        { "observe", OBSERVE_WITH(",\"observed_ms\":\"2024-07-24T15:48:00\""),
          STATUS_BAD_INPUT, "observe.observed_ms" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(*state, rows[i].verb, rows[i].json, rows[i].status,
                       rows[i].place);
}

static void json__nested_misfit__tells_index_and_value(void **state)
{
    fixture_t *f = *state;
    assert_refused(f, "observe",
                   "{\"code\":\"O1\",\"visit\":\"V1\",\"inspector\":\"I1\",\"subject\":"
                   "\"C1\",\"channel\":2,\"ratings\":[{\"dimension\":1,\"value\":1},"
                   "{\"dimension\":1,\"value\":85.5}]}",
                   STATUS_BAD_INPUT, "observe.ratings[1].value");
    assert_string_equal(f->fault.detail, "85.5");
    assert_refused(f, "observe",
                   "{\"code\":\"O1\",\"visit\":\"V1\",\"inspector\":\"I1\",\"subject\":"
                   "\"C1\",\"channel\":2,\"ratings\":[{\"dimension\":1}]}",
                   STATUS_FIELD_MISSING, "observe.ratings[0].value");
}

static void json__verb__unknown_or_reserved_is_refused(void **state)
{
    assert_refused(*state, "nothing", "{}", STATUS_USAGE, "");
    assert_refused(*state, "genesis", "{}", STATUS_USAGE, "");
}

static void json__too_large__is_refused(void **state)
{
    fixture_t *f = *state;
    static char json[JSON_BYTES_MAX + 2];
    memset(json, ' ', sizeof json);
    assert_int_equal(
        json_to_command("unit", json, sizeof json, &f->open, &f->hidden, &f->fault),
        STATUS_TOO_LARGE);
    (void)snprintf(json, sizeof json, "{\"code\":\"U1\",\"kind\":\"%*s\"}",
                   (int)PUBLIC_BYTES_MAX, "x");
    assert_int_equal(encode(f, "unit", json), STATUS_TOO_LARGE);
    assert_int_equal(f->open.size, 0);
}

/* Whether the broker calls a private part with this one field a mismatch. */
static bool broker_refuses(fixture_t *f, uint32_t kind, uint32_t field)
{
    text_t there = { "x", 1 };
    private_t part = { .evidence_name_count = field == 5 };
    if (field <= 4)
        *(text_t *[]){ NULL, &part.name, &part.post, &part.narrative,
                       &part.text }[field] = there;
    command_t command = { .kind = (command_kind_t)kind };
    command.body.assignment.has_post = kind == COMMAND_ASSIGNMENT && field == 2;
    reader_t reader = { f->arena, &f->fault, true };
    memset(&f->fault, 0, sizeof f->fault);
    /* Lengths and counts that do not fit are told in the detail. */
    return private_match(&reader, &command, &part) == STATUS_PRIVATE_MISMATCH &&
           f->fault.detail[0] == '\0' && strstr(f->fault.place, "private.") != NULL;
}

/* Whether JSON calls it an unknown field. */
static bool json_refuses(fixture_t *f, const char *verb, const char *name)
{
    char json[200], place[200];
    (void)snprintf(json, sizeof json, "{\"%s\":[]}", name);
    (void)snprintf(place, sizeof place, "%s.%s", verb, name);
    /* A known name is not reached before the required fields that are missing. */
    return encode(f, verb, json) == STATUS_BAD_INPUT &&
           strcmp(f->fault.place, place) == 0;
}

/* The tables of json_fields.c and wire_private.c must say the same. */
static void json__private_fields__are_those_the_broker_takes(void **state)
{
    const ProtobufCMessageDescriptor *verbs = &yx__command__descriptor;
    const ProtobufCMessageDescriptor *hidden = &yx__private__descriptor;
    for (unsigned i = 0; i < verbs->n_fields; i++) {
        if (command_is_internal((command_kind_t)verbs->fields[i].id))
            continue;
        for (unsigned j = 0; j < hidden->n_fields; j++) {
            bool json =
                json_refuses(*state, verbs->fields[i].name, hidden->fields[j].name);
            bool broker =
                broker_refuses(*state, verbs->fields[i].id, hidden->fields[j].id);
            if (json != broker)
                fail_msg("%s.%s: JSON %d, broker %d", verbs->fields[i].name,
                         hidden->fields[j].name, json, broker);
        }
    }
}

typedef struct {
    char text[4000];
    size_t size;
} listing_t;

static void list_field(void *context, const char *path, const char *type, int required)
{
    listing_t *listing = context;
    listing->size += (size_t)snprintf(listing->text + listing->size,
                                      sizeof listing->text - listing->size,
                                      "%s%s: %s\n", path, required ? "*" : "", type);
}

static void json__describe__lists_fields_with_their_kinds(void **state)
{
    (void)state;
    listing_t listing = { .size = 0 };
    assert_int_equal(json_describe("observe", list_field, &listing), STATUS_OK);
    assert_string_equal(listing.text, "code*: code\n"
                                      "visit*: code\n"
                                      "inspector*: code\n"
                                      "subject*: code\n"
                                      "channel*: number\n"
                                      "ratings: list of object\n"
                                      "ratings[].dimension*: number\n"
                                      "ratings[].value*: number\n"
                                      "polarity*: POSITIVE | NEUTRAL | NEGATIVE\n"
                                      "tags: list of text\n"
                                      "evidence: list of hexadecimal\n"
                                      "observed_ms*: time\n"
                                      "source: SUPERIOR | PEER | SUBORDINATE | SERVED\n"
                                      "late_approver: code\n"
                                      "narrative: text\n"
                                      "text: text\n"
                                      "evidence_names: list of text\n");
}

static void json__describe__knows_every_verb(void **state)
{
    (void)state;
    for (unsigned i = 0; i < yx__command__descriptor.n_fields; i++) {
        listing_t listing = { .size = 0 };
        const char *verb = yx__command__descriptor.fields[i].name;
        assert_int_equal(json_describe(verb, list_field, &listing),
                         command_is_internal(yx__command__descriptor.fields[i].id)
                             ? STATUS_USAGE
                             : STATUS_OK);
    }
}

static void assert_reply(const buffer_t *reply, const char *expected)
{
    buffer_t json;
    fault_t fault = { 0 };
    buffer_init(&json, 1 << 20);
    assert_int_equal(json_from_reply(reply->data, reply->size, &json, &fault),
                     STATUS_OK);
    assert_int_equal(buffer_append(&json, "", 1), STATUS_OK);
    assert_string_equal((const char *)json.data, expected);
    buffer_fini(&json);
}

static void json__reply__says_what_is_there(void **state)
{
    fixture_t *f = *state;
    outcome_t outcomes[2] = { { .number = 1, .seq = 48213, .status = STATUS_OK },
                              { .number = 2, .status = STATUS_RATING_RANGE } };
    fault_set(&outcomes[1].fault, "observe.ratings[0].value", "10100", 5);
    assert_int_equal(wire_write_submit_reply(&f->open, 7, outcomes, 2), STATUS_OK);
    assert_reply(&f->open,
                 "{\"correlation\":7,\"submit\":{\"outcomes\":[{\"number\":1,\"status\""
                 ":0,\"seq\":48213},{\"number\":2,\"status\":2104,\"place\":"
                 "\"observe.ratings[0].value\",\"detail\":\"10100\"}]}}");
    buffer_clear(&f->open);
    assert_int_equal(wire_write_pong(&f->open, UINT64_MAX), STATUS_OK);
    assert_reply(&f->open, "{\"correlation\":\"18446744073709551615\",\"pong\":{}}");
}

static void json__answer__has_lists_hex_and_names(void **state)
{
    fixture_t *f = *state;
    answer_t answer = { .kind = QUERY_DIGEST, .seq = 9, .part = 0, .parts = 1 };
    memset(answer.body.digest.state, 0xab, HASH_BYTES);
    assert_int_equal(wire_write_answer(&f->open, 1, &answer), STATUS_OK);
    buffer_t json;
    buffer_init(&json, 1 << 20);
    assert_int_equal(json_from_reply(f->open.data, f->open.size, &json, &f->fault),
                     STATUS_OK);
    assert_non_null(memmem(json.data, json.size, "\"state\":\"abababab", 17));

    board_row_t row = { .subject = { "C1", 2 },
                        .standing = STANDING_RANKED,
                        .rank = 1 };
    answer = (answer_t){ .kind = QUERY_BOARD, .seq = 9, .parts = 1 };
    answer.body.board = (board_answer_t){ .account = { "a", 1 },
                                          .group = { "g", 1 },
                                          .scheme = { "s", 1 },
                                          .rows = &row,
                                          .row_count = 1 };
    buffer_clear(&f->open);
    buffer_clear(&json);
    assert_int_equal(wire_write_answer(&f->open, 1, &answer), STATUS_OK);
    assert_int_equal(json_from_reply(f->open.data, f->open.size, &json, &f->fault),
                     STATUS_OK);
    assert_non_null(memmem(json.data, json.size, "\"standing\":\"RANKED\"", 19));

    answer.body.board.row_count = 0;
    buffer_clear(&f->open);
    buffer_clear(&json);
    assert_int_equal(wire_write_answer(&f->open, 1, &answer), STATUS_OK);
    assert_int_equal(json_from_reply(f->open.data, f->open.size, &json, &f->fault),
                     STATUS_OK);
    assert_non_null(memmem(json.data, json.size, "\"rows\":[]", 9));
    buffer_fini(&json);
}

static void json__damaged_reply__is_refused(void **state)
{
    fixture_t *f = *state;
    buffer_t json;
    buffer_init(&json, 1 << 20);
    assert_int_equal(json_from_reply((const uint8_t *)"\xff\xff", 2, &json, &f->fault),
                     STATUS_MALFORMED);
    assert_int_equal(json_from_reply(NULL, 0, &json, &f->fault), STATUS_FIELD_MISSING);
    assert_int_equal(json.size, 0);
    buffer_fini(&json);
}

/* Allocations that may still succeed; jansson has no context for its functions. */
static int allocations_left;

static void *scarce_malloc(size_t size)
{
    return allocations_left-- > 0 ? malloc(size) : NULL;
}

/* Fails the nth allocation for every n until the call succeeds. jansson calls a string
 * for which it finds no memory an invalid one, so that is a possible answer too. */
static void json__memory_short__is_told_and_leaves_nothing(void **state)
{
    fixture_t *f = *state;
    const char *json = OBSERVE_WITH(WHEN ",\"narrative\":\"甲乙\"");
    status_t status = STATUS_NO_MEMORY;
    int n = 0;
    json_set_alloc_funcs(scarce_malloc, free);
    for (; status != STATUS_OK && n < 10000; n++) {
        allocations_left = n;
        status = encode(f, "observe", json);
        if (status == STATUS_OK)
            break;
        assert_true(status == STATUS_NO_MEMORY || status == STATUS_BAD_INPUT);
        assert_int_equal(f->open.size + f->hidden.size, 0);
    }
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, STATUS_OK);
    assert_true(n > 10);
}

static void json__memory_short_for_a_reply__is_told(void **state)
{
    fixture_t *f = *state;
    outcome_t outcomes[2] = { { .number = 1, .seq = 2 }, { .number = 2, .seq = 3 } };
    assert_int_equal(wire_write_submit_reply(&f->open, 7, outcomes, 2), STATUS_OK);
    status_t status = STATUS_NO_MEMORY;
    int n = 0;
    json_set_alloc_funcs(scarce_malloc, free);
    for (; status == STATUS_NO_MEMORY && n < 10000; n++) {
        allocations_left = n;
        status = json_from_reply(f->open.data, f->open.size, &f->hidden, &f->fault);
        assert_true(status == STATUS_OK || f->hidden.size == 0);
    }
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(status, STATUS_OK);
    assert_true(n > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json__subject__becomes_both_parts),
        TEST(json__observation__computes_lengths),
        TEST(json__observation_without_text__has_an_empty_private_part),
        TEST(json__given_length__is_kept_for_the_broker_to_judge),
        TEST(json__same_fields__give_the_bytes_of_the_encoder),
        TEST(json__dates_and_money__are_read),
        TEST(json__post__tells_that_there_is_one),
        TEST(json__scheme__nests_and_keeps_signs),
        TEST(json__invite__takes_roles_and_scope),
        TEST(json__misfit__is_refused_with_its_place),
        TEST(json__nested_misfit__tells_index_and_value),
        TEST(json__verb__unknown_or_reserved_is_refused),
        TEST(json__too_large__is_refused),
        TEST(json__private_fields__are_those_the_broker_takes),
        TEST(json__describe__lists_fields_with_their_kinds),
        TEST(json__describe__knows_every_verb),
        TEST(json__reply__says_what_is_there),
        TEST(json__answer__has_lists_hex_and_names),
        TEST(json__damaged_reply__is_refused),
        TEST(json__memory_short__is_told_and_leaves_nothing),
        TEST(json__memory_short_for_a_reply__is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
