/* Goal: a scheme file becomes the proposal it says, and a mistake in it is named with
 * file, line and reason. Method: whole small files; one mistake at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/scheme_yaml.h"
#include "clients/cli/verb.h"
#include "proto/json.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                           \
    "code: town-1\n"                                                                   \
    "dimensions:\n"                                                                    \
    "  - { number: 1, name: 工作态度 }\n"                                          \
    "  - { number: 2, name: 担当精神, mu_centi: 7500, kappa: 500 }\n"              \
    "channels:\n"                                                                      \
    "  - { number: 1, name: 一线观察 }\n"                                          \
    "  - number: 2\n"                                                                  \
    "    name: 述职\n"                                                               \
    "    weight: 0\n"                                                                  \
    "    offsets: [ { dimension: 担当精神, offset: -1500000 } ]\n"
#define GROUPS                                                                         \
    "groups:\n"                                                                        \
    "  - name: 领办专员\n"                                                         \
    "    dimensions: [ { dimension: 工作态度, weight: 4000 },\n"                   \
    "                  { dimension: 2, weight: 6000 } ]\n"                             \
    "    min_ratings: 4\n"

static status_t parse(const char *text, json_t **object, char *reason)
{
    return scheme_yaml_parse("x.yaml", text, strlen(text), object, reason);
}

static void scheme__whole__as_propose_scheme_takes_it(void **unused)
{
    (void)unused;
    char reason[SCHEME_REASON_MAX];
    json_t *object = NULL;
    assert_int_equal(parse(HEAD GROUPS "review_below: 6000\n", &object, reason),
                     STATUS_OK);
    char *text = json_dumps(object, JSON_COMPACT);
    assert_string_equal(
        text, "{\"code\":\"town-1\",\"scoring_revision\":1,\"review_below\":6000,"
              "\"dimensions\":[{\"number\":1,\"name\":\"工作态度\"},{\"number\":2,"
              "\"name\":\"担当精神\",\"mu_centi\":7500,\"kappa\":500}],\"channels\":[{"
              "\"number\":1,\"name\":\"一线观察\",\"offsets\":[]},{\"number\":2,"
              "\"name\":\"述职\",\"weight\":0,\"offsets\":[{\"dimension\":2,\"offset\":"
              "-1500000}]}],\"groups\":[{\"name\":\"领办专员\",\"dimensions\":[{"
              "\"dimension\":1,\"weight\":4000},{\"dimension\":2,\"weight\":6000}],"
              "\"min_ratings\":4}]}");
    buffer_t public_part, private_part;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    fault_t fault;
    assert_int_equal(json_to_command("propose_scheme", text, strlen(text), &public_part,
                                     &private_part, &fault),
                     STATUS_OK);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    free(text);
    json_decref(object);
}

static void scheme__mistakes__file_line_and_reason(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        status_t status;
        const char *begins, *holds;
    } cases[] = {
        { HEAD GROUPS "    colour: red\n", STATUS_BAD_INPUT, "x.yaml:16: ", "colour" },
        { HEAD GROUPS "colour: red\n", STATUS_BAD_INPUT, "x.yaml:16: ", "colour" },
        { HEAD "groups:\n  - { name: g, dimensions: [ { dimension: 无 } ] }\n",
          STATUS_UNKNOWN_DIMENSION, "x.yaml:12: ", "无" },
        { HEAD "groups:\n  - { name: g, dimensions: [ { dimension: 3 } ] }\n",
          STATUS_UNKNOWN_DIMENSION, "x.yaml:12: ", "3" },
        { HEAD GROUPS "review_below: many\n", STATUS_BAD_INPUT, "x.yaml:16: ", "many" },
        { HEAD, STATUS_BAD_INPUT, "x.yaml", "groups" },
        { "code: [\n", STATUS_BAD_INPUT, "x.yaml", "" },
        { "", STATUS_BAD_INPUT, "x.yaml", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char reason[SCHEME_REASON_MAX];
        json_t *object = NULL;
        assert_int_equal(parse(cases[i].text, &object, reason), cases[i].status);
        assert_null(object);
        if (strncmp(reason, cases[i].begins, strlen(cases[i].begins)) != 0 ||
            strstr(reason, cases[i].holds) == NULL)
            fail_msg("case %zu: %s", i, reason);
    }
}

static void scheme__no_file__named(void **unused)
{
    (void)unused;
    char reason[SCHEME_REASON_MAX];
    json_t *object = NULL;
    assert_int_equal(scheme_yaml_load("/nonexistent/s.yaml", &object, reason),
                     STATUS_BAD_INPUT);
    assert_null(object);
    assert_non_null(strstr(reason, "/nonexistent/s.yaml: No such file"));
}

/* ---- verbs and exit codes ---- */

static void verbs__table__every_verb_is_told_and_found(void **unused)
{
    (void)unused;
    for (unsigned i = 0; verb_at(i) != NULL; i++) {
        const verb_t *verb = verb_at(i);
        assert_ptr_equal(verb_find(verb->name), verb);
        assert_true(verb->user < USER_COUNT);
        assert_true(strlen(verb->help) > 10);
        assert_true(strlen(verb->help_zh) > 10);
        assert_non_null(strstr(verb->example, "yx "));
        assert_non_null(verb->run);
    }
    assert_null(verb_find("obsrve"));
}

static void exit_codes__statuses__as_documented(void **unused)
{
    (void)unused;
    static const struct {
        status_t status;
        exit_t code;
    } cases[] = {
        { STATUS_OK, 0 },          { STATUS_RATING_RANGE, 1 },
        { STATUS_USAGE, 2 },       { STATUS_UNREACHABLE, 3 },
        { STATUS_TIMEOUT, 3 },     { STATUS_NOT_ALLOWED, 4 },
        { STATUS_KEY_REVOKED, 4 }, { STATUS_DAMAGED, 5 },
        { STATUS_READ_ONLY, 1 },   { STATUS_UNKNOWN_UNIT, 1 },
        { STATUS_PROFILE, 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(cli_exit_of(cases[i].status), cases[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheme__whole__as_propose_scheme_takes_it),
        cmocka_unit_test(scheme__mistakes__file_line_and_reason),
        cmocka_unit_test(scheme__no_file__named),
        cmocka_unit_test(verbs__table__every_verb_is_told_and_found),
        cmocka_unit_test(exit_codes__statuses__as_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
