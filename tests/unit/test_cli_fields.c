/* Goal: what people write on a command line becomes the JSON that the wire needs, and
 * what cannot be read is refused with its place.
 * Method: words in, JSON text out; sheets with names from a scheme of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/evidence.h"
#include "clients/cli/fields.h"
#include "clients/cli/points.h"
#include "clients/cli/sheet.h"
#include "proto/json.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS(...)                                                                     \
    (const char *const[])                                                              \
    {                                                                                  \
        __VA_ARGS__                                                                    \
    }
#define COUNT(...) (sizeof(WORDS(__VA_ARGS__)) / sizeof(const char *))

static void assert_json(json_t *object, const char *expected)
{
    char *text = json_dumps(object, JSON_COMPACT);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static status_t add(const char *verb, const char *const *words, size_t count, bool keep,
                    json_t **object, fault_t *fault)
{
    *object = json_object();
    fault_set(fault, NULL, NULL, 0);
    return fields_add(verb, words, (unsigned)count, keep, *object, fault);
}

#define ASSERT_FIELDS(verb, expected, ...)                                             \
    do {                                                                               \
        json_t *object;                                                                \
        fault_t fault;                                                                 \
        assert_int_equal(                                                              \
            add(verb, WORDS(__VA_ARGS__), COUNT(__VA_ARGS__), false, &object, &fault), \
            STATUS_OK);                                                                \
        assert_json(object, expected);                                                 \
        json_decref(object);                                                           \
    } while (0)

#define ASSERT_REFUSED(verb, status, where, what, ...)                                 \
    do {                                                                               \
        json_t *object;                                                                \
        fault_t fault;                                                                 \
        assert_int_equal(                                                              \
            add(verb, WORDS(__VA_ARGS__), COUNT(__VA_ARGS__), false, &object, &fault), \
            status);                                                                   \
        assert_string_equal(fault.place, where);                                       \
        assert_string_equal(fault.detail, what);                                       \
        json_decref(object);                                                           \
    } while (0)

static void fields__texts_choices_lists__typed(void **unused)
{
    (void)unused;
    ASSERT_FIELDS("subject",
                  "{\"code\":\"C1\",\"kind\":\"CADRE\",\"tags\":[\"水利\",\"农业\"],"
                  "\"name\":\"马=明\"}",
                  "code=C1", "kind=cadre", "tags=水利,农业", "name=马=明");
    ASSERT_FIELDS("project", "{\"state\":\"PROJECT_STARTED\"}",
                  "state=project-started");
    ASSERT_FIELDS("team", "{\"units\":[]}", "units=");
}

static void fields__numbers_flags_dates__typed(void **unused)
{
    (void)unused;
    ASSERT_FIELDS("round", "{\"from\":20250101,\"to\":\"2025-12-31\"}", "from=20250101",
                  "to=2025-12-31");
    ASSERT_FIELDS("visit",
                  "{\"announced\":true,\"opened_ms\":1736121600000,"
                  "\"closed_ms\":\"2025-01-06T16:00:00+08:00\"}",
                  "announced=yes", "opened_ms=1736121600000",
                  "closed_ms=2025-01-06T16:00:00+08:00");
    ASSERT_FIELDS("round", "{\"coverage_target\":\"many\"}", "coverage_target=many");
}

static void fields__amounts__in_hundredths(void **unused)
{
    (void)unused;
    ASSERT_FIELDS("project",
                  "{\"percent_centi\":4550,\"planned_investment\":120050,\"invested\":"
                  "\"1.234\"}",
                  "percent_centi=45.5", "planned_investment=1200.5", "invested=1.234");
}

static void fields__message_within__by_its_path(void **unused)
{
    (void)unused;
    ASSERT_FIELDS("set_principal",
                  "{\"scope\":{\"units\":[\"U1\",\"U2\"],\"everything\":false}}",
                  "scope.units=U1,U2", "scope.everything=no");
}

static void fields__unknown_or_no_field__refused(void **unused)
{
    (void)unused;
    ASSERT_REFUSED("unit", STATUS_BAD_INPUT, "colour", "", "code=U1", "colour=red");
    ASSERT_REFUSED("unit", STATUS_USAGE, "", "code", "code");
    ASSERT_REFUSED("unit", STATUS_USAGE, "", "=x", "=x");
    ASSERT_REFUSED("nonsense", STATUS_USAGE, "", "nonsense", "a=b");
}

static void fields__what_was_made__goes_through_json_to_command(void **unused)
{
    (void)unused;
    json_t *object;
    fault_t fault;
    buffer_t public_part, private_part;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    const char *const words[] = { "code=P1",
                                  "unit=U1",
                                  "state=project-done",
                                  "percent_centi=99.99",
                                  "major=yes",
                                  "planned_start=2025-03-01",
                                  "name=引水工程" };
    assert_int_equal(add("project", words, 7, false, &object, &fault), STATUS_OK);
    char *text = json_dumps(object, JSON_COMPACT);
    assert_int_equal(json_to_command("project", text, strlen(text), &public_part,
                                     &private_part, &fault),
                     STATUS_OK);
    assert_true(public_part.size > 0);
    assert_true(private_part.size > 0);
    free(text);
    json_decref(object);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
}

/* ---- points ---- */

static void points__texts__read_to_the_hundredth(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool good;
        uint32_t centi;
    } cases[] = {
        { "0", true, 0 },
        { "85", true, 8500 },
        { "85.5", true, 8550 },
        { "85.05", true, 8505 },
        { "100", true, 10000 },
        { "0.01", true, 1 },
        { "42949672.95", true, UINT32_MAX },
        { "007", true, 700 },
        { "", false, 0 },
        { "85.", false, 0 },
        { ".5", false, 0 },
        { "85.555", false, 0 },
        { "-5", false, 0 },
        { "8 5", false, 0 },
        { "42949672.96", false, 0 },
        { "99999999999", false, 0 },
        { "1e2", false, 0 },
        { "８５", false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t centi = 1;
        bool good = points_read(cases[i].text, strlen(cases[i].text), &centi);
        assert_int_equal(good, cases[i].good);
        if (good)
            assert_int_equal(centi, cases[i].centi);
    }
}

static void points__reals__only_whole_hundredths(void **unused)
{
    (void)unused;
    for (uint32_t i = 0; i <= RATING_MAX; i++) {
        uint32_t centi = 0;
        assert_true(points_of_real(i / 100.0, &centi));
        assert_int_equal(centi, i);
    }
    uint32_t centi;
    assert_false(points_of_real(85.555, &centi));
    assert_false(points_of_real(-1, &centi));
    assert_false(points_of_real(1e300, &centi));
    assert_true(points_of_real(101, &centi));
}

static void points__totals__two_decimals_halves_up(void **unused)
{
    (void)unused;
    static const struct {
        int64_t total;
        const char *text;
    } cases[] = {
        { 0, "0.00" },
        { 864100000000, "86.41" },
        { 864149999999, "86.41" },
        { 864150000000, "86.42" },
        { 1000000000000, "100.00" },
        { -50000000, "0.00" },
        { -50000001, "-0.01" },
        { -12300000000, "-1.23" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[POINTS_CHARS_MAX];
        points_of_total(cases[i].total, text);
        assert_string_equal(text, cases[i].text);
    }
    char text[POINTS_CHARS_MAX];
    points_of_total(INT64_MIN, text);
    points_of_total(INT64_MAX, text);
}

/* ---- sheets ---- */

typedef struct {
    sheet_names_t names;
    unsigned asked;
    bool none;
} asking_t;

static const sheet_names_t *ask(void *context)
{
    asking_t *asking = context;
    asking->asked++;
    return asking->none ? NULL : &asking->names;
}

static text_t text_of(const char *text)
{
    return (text_t){ text, (uint32_t)strlen(text) };
}

static void take_names(asking_t *asking)
{
    const text_t dimensions[] = { text_of("工作态度"), text_of(""),
                                  text_of("担当精神") };
    const text_t channels[] = { text_of("一线观察"), text_of("座谈") };
    const groups_answer_t answer = { .dimensions = dimensions,
                                     .dimension_count = 3,
                                     .channels = channels,
                                     .channel_count = 2 };
    *asking = (asking_t){ .asked = 0 };
    assert_int_equal(sheet_take_names(&asking->names, &answer), STATUS_OK);
}

static status_t resolve(asking_t *asking, const char *json, json_t **object,
                        fault_t *fault)
{
    *object = json_loads(json, 0, NULL);
    assert_non_null(*object);
    fault_set(fault, NULL, NULL, 0);
    return sheet_resolve(*object, ask, asking, fault);
}

static void sheet__names_and_numbers__ratings_in_centi_points(void **unused)
{
    (void)unused;
    asking_t asking;
    json_t *object;
    fault_t fault;
    take_names(&asking);
    assert_int_equal(
        resolve(&asking,
                "{\"code\":\"B1\",\"channel\":\"座谈\",\"担当精神\":\"85.5\",\"1\":90,"
                "\"工作态度\":\"\"}",
                &object, &fault),
        STATUS_OK);
    assert_json(object, "{\"code\":\"B1\",\"channel\":2,\"ratings\":["
                        "{\"dimension\":3,\"value\":8550},"
                        "{\"dimension\":1,\"value\":9000}]}");
    json_decref(object);
    sheet_names_fini(&asking.names);
}

static void sheet__as_the_wire_has_it__nothing_asked(void **unused)
{
    (void)unused;
    asking_t asking = { .none = true };
    json_t *object;
    fault_t fault;
    static const char wire[] = "{\"code\":\"B1\",\"channel\":1,\"ratings\":["
                               "{\"dimension\":1,\"value\":8550}]}";
    assert_int_equal(resolve(&asking, wire, &object, &fault), STATUS_OK);
    assert_json(object, wire);
    assert_int_equal(asking.asked, 0);
    json_decref(object);
}

static void sheet__unknown_names_and_values__refused_with_place(void **unused)
{
    (void)unused;
    static const struct {
        const char *json, *place, *detail;
        status_t status;
    } cases[] = {
        { "{\"无\":5}", "无", "", STATUS_BAD_INPUT },
        { "{\"担当精神\":\"好\"}", "担当精神", "好", STATUS_BAD_INPUT },
        { "{\"担当精神\":[1]}", "担当精神", "", STATUS_BAD_INPUT },
        { "{\"channel\":\"问卷\"}", "observe.channel", "问卷", STATUS_UNKNOWN_CHANNEL },
    };
    asking_t asking;
    take_names(&asking);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *object;
        fault_t fault;
        assert_int_equal(resolve(&asking, cases[i].json, &object, &fault),
                         cases[i].status);
        assert_string_equal(fault.place, cases[i].place);
        assert_string_equal(fault.detail, cases[i].detail);
        json_decref(object);
    }
    sheet_names_fini(&asking.names);
}

static void evidence__file__hash_and_bare_name(void **unused)
{
    (void)unused;
    char path[] = "/tmp/yx-evidence-XXXXXX", expected[256];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "abc", 3), 3);
    close(fd);
    const char *paths[] = { path, "/nonexistent/file" };
    fault_t fault;
    json_t *object = json_object();
    assert_int_equal(evidence_add(object, paths, 1, &fault), STATUS_OK);
    snprintf(expected, sizeof expected,
             "{\"evidence\":[\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
             "f20015ad\"],\"evidence_names\":[\"%s\"]}",
             path + 5);
    assert_json(object, expected);
    assert_int_equal(evidence_add(object, paths + 1, 1, &fault), STATUS_BAD_INPUT);
    assert_string_equal(fault.detail, "/nonexistent/file");
    json_decref(object);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields__texts_choices_lists__typed),
        cmocka_unit_test(fields__numbers_flags_dates__typed),
        cmocka_unit_test(fields__amounts__in_hundredths),
        cmocka_unit_test(fields__message_within__by_its_path),
        cmocka_unit_test(fields__unknown_or_no_field__refused),
        cmocka_unit_test(fields__what_was_made__goes_through_json_to_command),
        cmocka_unit_test(points__texts__read_to_the_hundredth),
        cmocka_unit_test(points__reals__only_whole_hundredths),
        cmocka_unit_test(points__totals__two_decimals_halves_up),
        cmocka_unit_test(sheet__names_and_numbers__ratings_in_centi_points),
        cmocka_unit_test(sheet__as_the_wire_has_it__nothing_asked),
        cmocka_unit_test(sheet__unknown_names_and_values__refused_with_place),
        cmocka_unit_test(evidence__file__hash_and_bare_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
