/* Goal: what is told of single facts is what was recorded: explanations add up as shown,
 * records read as sentences without what is withheld, boards as JSON are those of the
 * broker.
 * Method: exact text for small answers; seeded random lines for the sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/board_json.h"
#include "clients/cli/explain_text.h"
#include "clients/cli/fact_words.h"
#include "clients/cli/moment.h"
#include "clients/cli/points.h"
#include "clients/cli/view_options.h"
#include "proto/json.h"
#include "proto/wire.h"
#include "tests/support/sample_board.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(buffer_t *text)
{
    assert_int_equal(buffer_append(text, "", 1), STATUS_OK);
    return (const char *)text->data;
}

/* ---- figures ---- */

static void points__shared__sum_to_what_is_shown(void **unused)
{
    (void)unused;
    uint32_t seed = 20261122;
    for (unsigned turn = 0; turn < 2000; turn++) {
        int64_t parts[40], rests[40], shares[40], exact = 0, shown = 0;
        size_t count = 1 + turn % 40;
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            parts[i] = (int64_t)(seed >> 4) % 8000000 - 4000000;
            exact += parts[i];
        }
        seed = seed * 1664525 + 1013904223;
        int64_t mean = 70000000 + (int64_t)(seed >> 8) % 20000000;
        int64_t sum = points_round(mean + exact, POINTS_MICRO_CENTI) -
                      points_round(mean, POINTS_MICRO_CENTI);
        points_share(parts, count, POINTS_MICRO_CENTI, sum, rests, shares);
        for (size_t i = 0; i < count; i++) {
            int64_t away = shares[i] * POINTS_MICRO_CENTI - parts[i];
            assert_in_range(away + POINTS_MICRO_CENTI, 1, 2 * POINTS_MICRO_CENTI);
            shown += shares[i];
        }
        if (shown != sum)
            fail_msg("turn %u: %lld shown, %lld expected", turn, (long long)shown,
                     (long long)sum);
    }
}

static void points__halves__go_up_also_below_zero(void **unused)
{
    (void)unused;
    char text[POINTS_CHARS_MAX];
    assert_int_equal(points_round(5000, POINTS_MICRO_CENTI), 1);
    assert_int_equal(points_round(4999, POINTS_MICRO_CENTI), 0);
    assert_int_equal(points_round(-5000, POINTS_MICRO_CENTI), 0);
    assert_int_equal(points_round(-5001, POINTS_MICRO_CENTI), -1);
    points_write(-7, true, text);
    assert_string_equal(text, "-0.07");
    points_write(107, true, text);
    assert_string_equal(text, "+1.07");
}

static void moment__times__in_the_zone_of_the_system(void **unused)
{
    (void)unused;
    char text[MOMENT_CHARS_MAX];
    moment_write(1736121600000, MOMENT_SECOND, text);
    assert_string_equal(text, "2025-01-06 08:00:00");
    moment_write(0, MOMENT_DAY, text);
    assert_string_equal(text, "1970-01-01");
    moment_write(-1, MOMENT_DAY, text);
    assert_string_equal(text, "?");
    moment_write(INT64_MAX, MOMENT_MINUTE, text);
    assert_string_equal(text, "?");
}

/* ---- filters ---- */

static void filter__pairs__read_and_written_back(void **unused)
{
    (void)unused;
    view_filter_t filter;
    fault_t fault;
    char line[128];
    assert_int_equal(
        view_filter_read("  category=重点推进 单位=U010 ", &filter, &fault), STATUS_OK);
    view_filter_write(&filter, line, sizeof line);
    assert_string_equal(line, "unit=U010 category=重点推进");
    assert_int_equal(view_filter_read("", &filter, &fault), STATUS_OK);
    view_filter_write(&filter, line, sizeof line);
    assert_string_equal(line, "");
}

static void filter__wrong__refused_and_nothing_set(void **unused)
{
    (void)unused;
    char label[200];
    view_filter_t filter = { .unit = sample_text("U010") };
    fault_t fault;
    assert_int_equal(view_filter_read("front=a colour=red", &filter, &fault),
                     STATUS_UNKNOWN_FILTER);
    assert_string_equal(fault.detail, "colour");
    assert_int_equal(view_filter_read("U010", &filter, &fault), STATUS_BAD_INPUT);
    memset(label, 'a', sizeof label);
    memcpy(label, "front=", 6);
    label[sizeof label - 1] = '\0';
    assert_int_equal(view_filter_read(label, &filter, &fault), STATUS_TEXT_TOO_LONG);
    assert_int_equal(filter.unit.size, 4);
    assert_int_equal(filter.front.size, 0);
}

static void options__numbers__only_whole_ones(void **unused)
{
    (void)unused;
    static const char *const wrong[] = {
        "", "-1", "+1", " 1", "1x", "4294967296", "x"
    };
    board_query_t view = { .count = 50 };
    uint32_t number;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(view_number(wrong[i], &number));
    assert_int_equal(view_option(&view, VIEW_KEY_COUNT, "4294967295"), 0);
    assert_int_equal(view.count, UINT32_MAX);
    assert_int_equal(view_option(&view, VIEW_KEY_UNIT, "U010"), 0);
    assert_int_equal(view.unit.size, 4);
    assert_int_equal(view_option(&view, 'z', "x"), ARGP_ERR_UNKNOWN);
}

/* ---- explanations ---- */

/* SCORING.md: raw 85, inspector offset +3.20, weight 0.54, contribution +1.07, seq 48213:
 * one line of weight 0.54 and one that takes the rest. */
static explain_answer_t sample_explanation(explanation_line_t lines[2],
                                           explanation_dimension_t dimensions[2])
{
    lines[0] = (explanation_line_t){ .observation = sample_text("B0001"),
                                     .inspector = sample_text("I01"),
                                     .seq = 48213,
                                     .m = 1000,
                                     .g = 1000,
                                     .observed_ms = 1736121660000,
                                     .offset = 3200000,
                                     .adjusted = 1980000,
                                     .contribution = 1069200,
                                     .channel = 1,
                                     .value = 8500,
                                     .weight = 1000 };
    lines[1] = (explanation_line_t){ .observation = sample_text("B0002"),
                                     .seq = 48300,
                                     .m = 1000,
                                     .g = 92,
                                     .observed_ms = 1736121720000,
                                     .adjusted = -9876543,
                                     .contribution = -490654,
                                     .channel = 2,
                                     .value = 7013,
                                     .weight = 1000 };
    dimensions[0] = (explanation_dimension_t){ .name = sample_text("工作态度"),
                                               .lines = lines,
                                               .line_count = 2,
                                               .dimension = 1,
                                               .weight = 5000,
                                               .kappa = 1000,
                                               .ratings = 2,
                                               .inspectors = 2,
                                               .w = 852,
                                               .mu = 80000000,
                                               .score = 80000000 + 1069200 - 490654 };
    dimensions[1] = (explanation_dimension_t){ .name = sample_text("担当精神"),
                                               .dimension = 2,
                                               .weight = 5000,
                                               .kappa = 1000,
                                               .mu = 80000000,
                                               .score = 80000000 };
    explain_answer_t answer = { .account = sample_text("A2025"),
                                .group = sample_text("领办专员"),
                                .scheme = sample_text("town-1"),
                                .dimensions = dimensions,
                                .dimension_count = 2,
                                .provisional = true };
    answer.row = (board_row_t){ .subject = sample_text("C01"),
                                .name = sample_text("张澜清"),
                                .unit_name = sample_text("青岚镇"),
                                .total = 5000 * (dimensions[0].score + 80000000),
                                .error = 4 * SAMPLE_POINT,
                                .standing = STANDING_PROVISIONAL,
                                .rank = 3,
                                .low = 2,
                                .high = 9,
                                .observations = 2,
                                .inspectors = 2 };
    return answer;
}

static void add_part(explain_text_t *text, const explain_answer_t *body, uint32_t part,
                     uint32_t parts)
{
    answer_t answer = {
        .kind = QUERY_EXPLAIN, .seq = 500, .part = part, .parts = parts
    };
    answer.body.explain = *body;
    explain_text_add(text, &answer);
}

static char *explained(language_t language, bool in_parts)
{
    explanation_line_t lines[2];
    explanation_dimension_t dimensions[2], half;
    explain_answer_t answer = sample_explanation(lines, dimensions), piece = answer;
    static name_list_t channels;
    memcpy(channels.names[0], "一线观察", sizeof "一线观察");
    explain_text_t *text = explain_text_create(language, &channels);
    if (in_parts) { /* the first dimension is torn */
        half = dimensions[0];
        half.line_count = 1;
        piece.dimensions = &half;
        piece.dimension_count = 1;
        add_part(text, &piece, 0, 2);
        dimensions[0].lines = &lines[1];
        dimensions[0].line_count = 1;
        add_part(text, &answer, 1, 2);
    } else {
        add_part(text, &answer, 0, 1);
    }
    buffer_t out;
    buffer_init(&out, 65536);
    assert_int_equal(explain_text_write(text, &out), STATUS_OK);
    explain_text_destroy(&text);
    char *copy = strdup(text_of(&out));
    buffer_fini(&out);
    return copy;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void explanation__in_words__a_line_reads_as_promised(void **unused)
{
    (void)unused;
    char *text = explained(LANGUAGE_CHINESE, false);
    assert_holds(text, "张澜清  C01  青岚镇");
    assert_holds(text, "名次 3（可能在 2–9）");
    assert_holds(text,
                 "B0001     48213  2025-01-06 08:01  I01     一线观察  85.00       "
                 "+3.20     +0.00     +1.98  0.54  +1.07");
    assert_holds(text, "不公开");
    assert_holds(text, "-0.49");
    assert_holds(text, "组均值 80.00，各条合计 +0.58，维度得分 80.58");
    assert_holds(text, "没有评分，按组均值计： 80.00");
    assert_holds(text, "台账为空");
    assert_holds(text, "总分                        80.29");
    free(text);
}

static void explanation__torn_dimension__same_text(void **unused)
{
    (void)unused;
    char *whole = explained(LANGUAGE_ENGLISH, false);
    char *torn = explained(LANGUAGE_ENGLISH, true);
    assert_string_equal(whole, torn);
    assert_holds(whole, "withheld");
    assert_holds(whole, "The ledger is empty");
    free(whole);
    free(torn);
}

static void explanation__shown_lines__add_up_as_shown(void **unused)
{
    (void)unused;
    char *text = explained(LANGUAGE_CHINESE, false);
    double first, second, sum;
    const char *line = strstr(text, "B0001");
    assert_int_equal(sscanf(strstr(line, "0.54") + 4, "%lf", &first), 1);
    line = strstr(text, "B0002");
    assert_int_equal(sscanf(strstr(line, "0.05") + 4, "%lf", &second), 1);
    assert_int_equal(sscanf(strstr(text, "各条合计") + strlen("各条合计"), "%lf", &sum),
                     1);
    double away = first + second - sum;
    assert_true(away < 0.001 && away > -0.001);
    free(text);
}

/* ---- records ---- */

static char *told(const char *json, language_t language)
{
    static name_list_t dimensions;
    buffer_t out;
    memcpy(dimensions.names[1], "担当精神", sizeof "担当精神");
    buffer_init(&out, 65536);
    assert_int_equal(fact_words(language, &dimensions, json, strlen(json), &out),
                     STATUS_OK);
    char *copy = strdup(text_of(&out));
    buffer_fini(&out);
    return copy;
}

#define HEAD                                                                           \
    "{\"seq\":48213,\"time_ms\":1736121660000,"                                        \
    "\"hash\":\"9f3a1c2e00000000000000000000000000000000000000000000000000000000\","

static void record__observation__one_sentence(void **unused)
{
    (void)unused;
    char *text = told(
        HEAD
        "\"kind\":\"observe\",\"principal\":\"dev-1\",\"late\":true,\"command\":{"
        "\"code\":\"B1\",\"visit\":\"V01\",\"inspector\":\"I01\",\"subject\":\"C01\","
        "\"channel\":1,\"ratings\":[{\"dimension\":1,\"value\":8550},"
        "{\"dimension\":2,\"value\":9000}],\"polarity\":\"NEGATIVE\","
        "\"narrative\":\"拖延\\n三次。\"}}",
        LANGUAGE_CHINESE);
    assert_string_equal(
        text, "2025-01-06 08:01:00     48213  9f3a1c2e  考察记录 B1：评 C01，考察员 "
              "I01，走访 V01，负面：维度1 85.50、担当精神 90.00；拖延 三次。（迟报）  "
              "提交人 dev-1");
    free(text);
}

static void record__rater_withheld__neither_named_nor_guessed(void **unused)
{
    (void)unused;
    char *text = told(
        HEAD "\"kind\":\"observe\",\"withheld\":[\"principal\",\"observe.inspector\","
             "\"private\"],\"command\":{\"code\":\"B1\",\"visit\":\"V01\","
             "\"inspector\":\"\",\"subject\":\"C01\",\"ratings\":[],"
             "\"polarity\":\"NEUTRAL\"}}",
        LANGUAGE_ENGLISH);
    assert_string_equal(
        text, "2025-01-06 08:01:00     48213  9f3a1c2e  observation B1 of C01, "
              "visit V01, neutral  [withheld: who submitted, inspector, words]");
    free(text);
}

static void record__wholly_withheld__only_its_kind(void **unused)
{
    (void)unused;
    char *text = told(HEAD "\"kind\":\"observe\",\"under_review\":true,"
                           "\"withheld\":[\"public\",\"private\"]}",
                      LANGUAGE_CHINESE);
    assert_string_equal(text, "2025-01-06 08:01:00     48213  9f3a1c2e  "
                              "考察记录（须复核后计入）  [不公开：内容、文字]");
    free(text);
}

static void record__long_narrative__cut_at_a_character(void **unused)
{
    (void)unused;
    char json[4096], narrative[2000];
    for (unsigned i = 0; i < 600; i++)
        memcpy(narrative + i * 3, "长", 4);
    (void)snprintf(json, sizeof json,
                   HEAD "\"kind\":\"retract\",\"command\":{\"observation\":\"B1\","
                        "\"text\":\"%s\"}}",
                   narrative);
    char *text = told(json, LANGUAGE_CHINESE);
    assert_true(strlen(text) < 300);
    assert_holds(text, "长…");
    free(text);
}

/* Every kind that a journal may hold has a sentence in both languages. */
static void record__every_kind__has_a_sentence(void **unused)
{
    (void)unused;
    static const uint32_t kinds[] = { 1,  2,  3,  4,  5,  6,  7,  8,  9,
                                      30, 31, 32, 33, 34, 35, 36, 37, 50,
                                      51, 52, 60, 61, 62, 63, 200 };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        buffer_t json;
        fact_t fact = { .seq = 7, .kind = kinds[i] };
        buffer_init(&json, 65536);
        assert_int_equal(json_from_fact(&fact, &json, NULL), STATUS_OK);
        char *text = told(text_of(&json), LANGUAGE_CHINESE);
        if (strstr(text, "  ") == NULL || (unsigned char)text[strlen(text) - 1] < 0x80)
            fail_msg("kind %u has no Chinese word: %s", (unsigned)kinds[i], text);
        free(text);
        buffer_fini(&json);
    }
}

/* Bytes as a client writes them, back to a sentence. */
static void assert_told(uint32_t kind, const char *verb, const char *command,
                        const char *expected)
{
    buffer_t public_part, private_part, json;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    buffer_init(&json, 65536);
    assert_int_equal(json_to_command(verb, command, strlen(command), &public_part,
                                     &private_part, NULL),
                     STATUS_OK);
    fact_t fact = { .seq = 7,
                    .kind = kind,
                    .principal = sample_text("O1"),
                    .public_part = public_part.data,
                    .public_size = (uint32_t)public_part.size,
                    .private_part = private_part.size > 0 ? private_part.data : NULL,
                    .private_size = (uint32_t)private_part.size };
    assert_int_equal(json_from_fact(&fact, &json, NULL), STATUS_OK);
    char *text = told(text_of(&json), LANGUAGE_CHINESE);
    assert_string_equal(text + strlen("1970-01-01 08:00:00         7  00000000  "),
                        expected);
    free(text);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    buffer_fini(&json);
}

static void record__as_submitted__told_with_all_its_fields(void **unused)
{
    (void)unused;
    assert_told(
        63, "set_principal",
        "{\"principal\":\"office\",\"roles\":[\"ROLE_OFFICE\",\"ROLE_REVIEWER\"],"
        "\"scope\":{\"units\":[\"U006\"]}}",
        "变更 office 的权限：单位、复核人  提交人 O1");
    assert_told(
        4, "project",
        "{\"code\":\"P1\",\"unit\":\"U006\",\"state\":\"PROJECT_STALLED\","
        "\"percent_centi\":3550,\"name\":\"园区道路改造\",\"text\":\"征地未完\"}",
        "项目 P1 园区道路改造：停滞，进度 35.50%，单位 U006，问题：征地未完  提交人 "
        "O1");
    assert_told(
        36, "visit",
        "{\"code\":\"V1\",\"round\":\"R1\",\"team\":\"T1\",\"inspectors\":[\"I01\","
        "\"I02\"],\"place_kind\":\"PROJECT_SITE\",\"unit\":\"U006\","
        "\"opened_ms\":\"2024-07-24T09:00:00+08:00\"}",
        "走访 V1，单位 U006，项目现场，考察员 I01、I02，2024-07-24 09:00 开始  提交人 "
        "O1");
    assert_told(32, "open_account",
                "{\"code\":\"2024\",\"scheme\":\"s\",\"from\":\"2024-01-01\","
                "\"to\":\"2024-12-31\"}",
                "开启考核期 2024，方案 s，2024-01-01 至 2024-12-31  提交人 O1");
}

static void record__not_an_object__refused(void **unused)
{
    (void)unused;
    static const name_list_t none;
    buffer_t out;
    buffer_init(&out, 1024);
    assert_int_equal(fact_words(LANGUAGE_ENGLISH, &none, "[1]", 3, &out),
                     STATUS_BAD_INPUT);
    buffer_fini(&out);
}

/* ---- boards as JSON ---- */

static void board__as_json__same_as_in_a_reply(void **unused)
{
    (void)unused;
    static sample_board_t sample;
    sample_board_fill(&sample, 3);
    sample.rows[1].enough = true;
    sample.rows[2] = (board_row_t){ .subject = sample_text("C03"),
                                    .standing = STANDING_NOT_RANKED,
                                    .missing_ratings = 2 };
    sample.board.demo = (demo_clock_t){ .from_ms = 5, .started_ms = 6, .rate = 7 };
    answer_t answer = { .kind = QUERY_BOARD, .seq = 9, .parts = 1 };
    answer.body.board = sample.board;
    buffer_t reply, text;
    buffer_init(&reply, FRAME_BYTES_MAX);
    buffer_init(&text, 1u << 20);
    assert_int_equal(wire_write_answer(&reply, 1, &answer), STATUS_OK);
    assert_int_equal(json_from_reply(reply.data, reply.size, &text, NULL), STATUS_OK);
    json_t *expected = json_loadb((const char *)text.data, text.size, 0, NULL);
    json_t *board = board_json(&sample.board);
    json_t *other = json_object_get(json_object_get(expected, "answer"), "board");
    if (!json_equal(board, other))
        fail_msg("%s\n%s", json_dumps(board, 0), json_dumps(other, 0));
    json_decref(board);
    json_decref(expected);
    buffer_fini(&reply);
    buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points__shared__sum_to_what_is_shown),
        cmocka_unit_test(points__halves__go_up_also_below_zero),
        cmocka_unit_test(moment__times__in_the_zone_of_the_system),
        cmocka_unit_test(filter__pairs__read_and_written_back),
        cmocka_unit_test(filter__wrong__refused_and_nothing_set),
        cmocka_unit_test(options__numbers__only_whole_ones),
        cmocka_unit_test(explanation__in_words__a_line_reads_as_promised),
        cmocka_unit_test(explanation__torn_dimension__same_text),
        cmocka_unit_test(explanation__shown_lines__add_up_as_shown),
        cmocka_unit_test(record__observation__one_sentence),
        cmocka_unit_test(record__rater_withheld__neither_named_nor_guessed),
        cmocka_unit_test(record__wholly_withheld__only_its_kind),
        cmocka_unit_test(record__long_narrative__cut_at_a_character),
        cmocka_unit_test(record__every_kind__has_a_sentence),
        cmocka_unit_test(record__as_submitted__told_with_all_its_fields),
        cmocka_unit_test(record__not_an_object__refused),
        cmocka_unit_test(board__as_json__same_as_in_a_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
