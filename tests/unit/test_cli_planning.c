/* Goal: plans, attention items and frozen boards read as sentences that are true: what was
 * noticed with its figure and bound, what a plan gives, what an interval is, what an epoch
 * says and how two of them differ.
 * Method: exact text in both languages for small answers; columns under Chinese names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/attention_text.h"
#include "clients/cli/board_copy.h"
#include "clients/cli/board_words.h"
#include "clients/cli/csv_line.h"
#include "clients/cli/epoch_csv.h"
#include "clients/cli/epoch_text.h"
#include "clients/cli/frozen_list.h"
#include "clients/cli/plan_text.h"
#include "clients/cli/subwords.h"
#include "tests/support/sample_board.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 65536u

static void assert_text(buffer_t *text, const char *expected)
{
    assert_int_equal(buffer_append(text, "", 1), STATUS_OK);
    assert_string_equal((const char *)text->data, expected);
    buffer_fini(text);
}

/* ---- plans ---- */

static void add_plan(plan_text_t *text, const plan_visit_t *rows, uint32_t count,
                     uint32_t part)
{
    answer_t answer = { .kind = QUERY_PLAN, .part = part, .parts = 2 };
    answer.body.plan = (plan_answer_t){ .account = sample_text("A2025"),
                                        .group = sample_text("领办专员"),
                                        .rows = rows,
                                        .row_count = count,
                                        .subjects = 8,
                                        .ranked_before = 3,
                                        .ranked_after = 8,
                                        .components_before = 2,
                                        .components_after = 1,
                                        .thin_before = 1,
                                        .links_before = 45,
                                        .links_after = 152 };
    plan_text_add(text, &answer);
}

static const plan_visit_t first = { .subject = { "C01", 3 },
                                    .name = { "张澜清", 9 },
                                    .unit = { "U010", 4 },
                                    .unit_name = { "青岚镇", 9 },
                                    .team = { "T2", 2 },
                                    .error_before = 42 * SAMPLE_POINT / 10,
                                    .error_after = 31 * SAMPLE_POINT / 10,
                                    .reason = PLAN_JOINS_COMPONENTS,
                                    .ratings = 3,
                                    .inspectors = 2,
                                    .ratings_after = 5,
                                    .link = true };
static const plan_visit_t second = { .subject = { "C02", 3 },
                                     .unit = { "U011", 4 },
                                     .team = { "T1", 2 },
                                     .error_before = 12 * SAMPLE_POINT,
                                     .error_after = 7 * SAMPLE_POINT,
                                     .reason = PLAN_NEVER_SEEN,
                                     .ratings_after = 2 };

static void plan__two_parts__one_table_that_aligns(void **unused)
{
    (void)unused;
    plan_text_t text;
    buffer_t out;
    buffer_init(&out, TEXT_MAX);
    assert_int_equal(plan_text_init(&text, LANGUAGE_CHINESE, NULL), STATUS_OK);
    add_plan(&text, &second, 1, 0); /* comes again */
    add_plan(&text, &first, 1, 0);
    add_plan(&text, &second, 1, 1);
    assert_int_equal(plan_text_write(&text, &out), STATUS_OK);
    plan_text_fini(&text);
    assert_text(
        &out,
        "领办专员  考核期 A2025：走访安排\n"
        "对象编码  姓名    单位    考察组  交叉  理由                评分数  考察员数  "
        "    误差半宽\n"
        "C01       张澜清  青岚镇  T2      交叉  连通互不可比的部分   3 → 5         2  "
        " 4.20 → 3.10\n"
        "C02               U011    T1            尚未考察             0 → 2         0  "
        "12.00 → 7.00\n"
        "全部完成后：有名次 3 → 8 人（共 8 人），互不连通的部分 2 → "
        "1，薄弱考察组 1 → 0，交叉考察占比 4.5% → 15.2%\n");
}

static void plan__nothing_to_do__said_so(void **unused)
{
    (void)unused;
    plan_text_t text;
    buffer_t out;
    buffer_init(&out, TEXT_MAX);
    assert_int_equal(plan_text_init(&text, LANGUAGE_ENGLISH, NULL), STATUS_OK);
    add_plan(&text, NULL, 0, 0);
    assert_int_equal(plan_text_write(&text, &out), STATUS_OK);
    plan_text_fini(&text);
    assert_text(
        &out, "领办专员  account A2025: visits to make\n"
              "no visit is needed now\n"
              "when all of it is done: ranked 3 → 8 of 8, separate parts 2 → 1, teams "
              "on thin links 1 → 0, sheets outside home units 4.5% → 15.2%\n");
}

static void plan__as_csv__a_row_each(void **unused)
{
    (void)unused;
    plan_text_t text;
    char *bytes = NULL;
    size_t size = 0;
    FILE *csv = open_memstream(&bytes, &size);
    assert_non_null(csv);
    assert_int_equal(plan_text_init(&text, LANGUAGE_ENGLISH, csv), STATUS_OK);
    add_plan(&text, &first, 1, 0);
    plan_text_fini(&text);
    fclose(csv);
    assert_string_equal(
        bytes, "subject,name,unit,unit_name,team,link,reason,ratings,inspectors,"
               "ratings_after,error_before,error_after\r\n"
               "C01,张澜清,U010,青岚镇,T2,yes,joins parts that cannot be compared,3,2,"
               "5,4.20,3.10\r\n");
    free(bytes);
}

static void csv__special_cells__quoted_and_no_formula(void **unused)
{
    (void)unused;
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    assert_non_null(out);
    csv_line(out, (const char *const[]){ "a,b", "=1", "-1.20", "-x", "\"", NULL }, 6);
    fclose(out);
    assert_string_equal(bytes, "\"a,b\",'=1,-1.20,'-x,\"\"\"\",\r\n");
    free(bytes);
}

/* ---- attention ---- */

static void tell(language_t language, const attention_info_t *item,
                 const char *expected)
{
    static name_list_t dimensions;
    buffer_t out;
    said_t said = { .language = language, .out = &out };
    memcpy(dimensions.names[1], "担当精神", sizeof "担当精神");
    buffer_init(&out, TEXT_MAX);
    attention_text_item(&said, item, &dimensions);
    assert_int_equal(said.status, STATUS_OK);
    assert_text(&out, expected);
}

static attention_info_t item_of(uint32_t rule)
{
    return (attention_info_t){ .code = sample_text("Z1"),
                               .epoch = sample_text("E1"),
                               .group = sample_text("领办专员"),
                               .inspector = sample_text("I03"),
                               .inspector_name = sample_text("王五"),
                               .other = sample_text("I04"),
                               .unit = sample_text("U010"),
                               .unit_name = sample_text("青岚镇"),
                               .subject = sample_text("C01"),
                               .figure = -3210,
                               .bound = 2500,
                               .opened = 77,
                               .rule = rule,
                               .state = ATTENTION_OPEN,
                               .dimension = 2,
                               .count = 24 };
}

static void attention__every_rule__a_sentence_of_its_own(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t rule;
        const char *english, *chinese;
    } cases[] = {
        { RULE_SPREAD, "ratings by 王五 (I03) hardly differ from one another",
          "王五（I03） 的评分彼此相差很小" },
        { RULE_HALO, "the dimensions of one sheet by 王五 (I03) hardly differ",
          "王五（I03） 的同一份评分表中各维度相差很小" },
        { RULE_FIT, "ratings by 王五 (I03) lie far from what others saw",
          "王五（I03） 的评分与其他考察员所见相差较大" },
        { RULE_SAME_SHEETS, "王五 (I03) and I04 filled in identical sheets",
          "王五（I03） 与 I04 的评分表相同" },
        { RULE_UNIT,
          "王五 (I03) rates the people of 青岚镇 (U010) differently from others",
          "王五（I03） 对 青岚镇（U010） 人员的评分与其他考察员有系统差异" },
        { RULE_SUBJECT, "王五 (I03) rates C01 differently from others",
          "王五（I03） 对 C01 的评分与其他考察员有系统差异" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attention_info_t item = item_of(cases[i].rule);
        char expected[1024];
        (void)snprintf(expected, sizeof expected,
                       "Z1  open  opened at seq 77  epoch E1\n    领办专员 · 担当精神: "
                       "%s (figure -3.210, bound 2.500, over 24)\n",
                       cases[i].english);
        tell(LANGUAGE_ENGLISH, &item, expected);
        (void)snprintf(expected, sizeof expected,
                       "Z1  待交办  提出于序号 77  校准 E1\n    领办专员 · 担当精神："
                       "%s（数值 -3.210，界限 2.500，依据 24 条）\n",
                       cases[i].chinese);
        tell(LANGUAGE_CHINESE, &item, expected);
    }
}

static void attention__closed__tells_who(void **unused)
{
    (void)unused;
    attention_info_t item = item_of(RULE_SPREAD);
    item.state = ATTENTION_CLOSED;
    item.assigned = sample_text("L1");
    item.closed_by = sample_text("O1");
    item.dimension = 0;
    tell(LANGUAGE_CHINESE, &item,
         "Z1  已办结  提出于序号 77  校准 E1  交办 L1  办结人 O1\n    领办专员："
         "王五（I03） 的评分彼此相差很小（数值 -3.210，界限 2.500，依据 24 条）\n");
}

static void attention__promise__nothing_was_discounted(void **unused)
{
    (void)unused;
    buffer_t out;
    said_t said = { .language = LANGUAGE_CHINESE, .out = &out };
    buffer_init(&out, TEXT_MAX);
    attention_text_promise(&said);
    said.language = LANGUAGE_ENGLISH;
    attention_text_promise(&said);
    assert_text(&out, "供人工核实：未折减任何评分，所有评分照常计入。\n"
                      "For a person to look into: nothing was discounted, every rating "
                      "counts as it was given.\n");
}

/* ---- frozen boards ---- */

static void frozen__list__states_and_intervals(void **unused)
{
    (void)unused;
    static const frozen_info_t boards[] = {
        { .code = { "F2", 2 },
          .group = { "领办专员", 12 },
          .asked_by = { "O1", 2 },
          .state = FROZEN_ASKED,
          .cutoff = 900 },
        { .code = { "F1", 2 },
          .group = { "领办专员", 12 },
          .asked_by = { "O1", 2 },
          .epoch = { "E1", 2 },
          .state = FROZEN_DONE,
          .interval = INTERVAL_SETS,
          .rows = 8,
          .cutoff = 812 },
    };
    frozen_list_answer_t list = { .boards = boards, .board_count = 2 };
    buffer_t out;
    said_t said = { .language = LANGUAGE_CHINESE, .out = &out };
    buffer_init(&out, TEXT_MAX);
    frozen_list_write(&said, &list);
    assert_int_equal(said.status, STATUS_OK);
    assert_text(&out, "编码  比选组    状态    截至  行数  名次区间    校准  提出人\n"
                      "F2    领办专员  计算中   900     0                    O1\n"
                      "F1    领办专员  已定榜   812     8  95% 名次集  E1    O1\n");
}

static void board__frozen_with_override__every_line_of_it(void **unused)
{
    (void)unused;
    char head[2048] = "";
    board_answer_t board = { .epoch = sample_text("E1"),
                             .frozen = sample_text("F1"),
                             .override = sample_text("已安排补充走访"),
                             .interval = INTERVAL_SETS,
                             .components = 2,
                             .thin = 1,
                             .frozen_seq = 812 };
    board_words_sureness(LANGUAGE_CHINESE, &board, head, sizeof head);
    assert_string_equal(head, "定榜 F1，截至序号 812\n"
                              "校准 E1\n"
                              "名次区间：95% 名次集（后验抽样）\n"
                              "评分互不连通：2 块，弱连接考察组 1 个\n"
                              "例外显示，理由：已安排补充走访\n");
}

static void board__copied__keeps_epoch_and_reason(void **unused)
{
    (void)unused;
    char epoch[] = "E1", reason[] = "reason";
    board_answer_t board = { .epoch = { epoch, 2 }, .override = { reason, 6 } };
    board_copy_t copy = { .version = 0 };
    assert_true(board_copy_take(&copy, &board, 1));
    epoch[0] = reason[0] = 'x';
    assert_memory_equal(copy.board.epoch.data, "E1", 2);
    assert_memory_equal(copy.board.override.data, "reason", 6);
    board_copy_fini(&copy);
}

/* ---- epochs ---- */

typedef struct {
    epoch_fit_t fit;
    epoch_offset_t offsets[2];
    epoch_offsets_t list;
    shift_row_t row;
    epoch_shift_t shift;
    epoch_part_t part;
    const epoch_part_t *parts[1];
    epoch_read_t epoch;
} made_t;

static void make_epoch(made_t *made, int64_t mu, int64_t first_offset,
                       const char *other)
{
    const text_t group = sample_text("领办专员");
    made->fit = (epoch_fit_t){ .group = group,
                               .dimension = 2,
                               .mu = mu,
                               .kappa = 1200,
                               .rho = 300,
                               .s2 = 250000,
                               .var_subject = 360000,
                               .var_inspector = 90000,
                               .ratings = 144,
                               .subjects = 8,
                               .inspectors = 2,
                               .components = 1 };
    made->offsets[0] = (epoch_offset_t){ sample_text("I01"), first_offset, 700000 };
    made->offsets[1] = (epoch_offset_t){ sample_text(other), -1500000, 650000 };
    made->list = (epoch_offsets_t){ group, made->offsets, 2, 2 };
    made->row = (shift_row_t){ .subject = sample_text("C01"),
                               .inspector = sample_text("I01"),
                               .total_before = 80 * SAMPLE_POINT,
                               .total_after = 78 * SAMPLE_POINT,
                               .change = -2000000,
                               .before = 3,
                               .after = 5,
                               .dimension = 2 };
    made->shift = (epoch_shift_t){ group, &made->row, 1, 8, 1, 2, 929 };
    made->part = (epoch_part_t){ .epoch = sample_text("E1"),
                                 .fits = &made->fit,
                                 .offsets = &made->list,
                                 .shifts = &made->shift,
                                 .fit_count = 1,
                                 .offsets_count = 1,
                                 .shift_count = 1 };
    made->parts[0] = &made->part;
    made->epoch = (epoch_read_t){ .parts = made->parts, .part_count = 1 };
}

static void epochs__compared_as_csv__largest_difference_first(void **unused)
{
    (void)unused;
    made_t a, b;
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    make_epoch(&a, 80000000, 3200000, "I02");
    make_epoch(&b, 80500000, 2700000, "I03");
    assert_non_null(out);
    assert_int_equal(epoch_csv_compare(&a.epoch, &b.epoch, out), STATUS_OK);
    fclose(out);
    assert_string_equal(bytes, "group,dimension,what,a,b,difference\r\n"
                               "领办专员,2,mu,80.00,80.50,+0.50\r\n"
                               "领办专员,2,kappa,1200,1200,+0\r\n"
                               "领办专员,2,rho,300,300,+0\r\n"
                               "领办专员,2,I01,+3.20,+2.70,-0.50\r\n"
                               "领办专员,2,I02,-1.50,,\r\n"
                               "领办专员,2,I03,,-1.50,\r\n");
    free(bytes);
}

/* The later code has the larger difference: order by code would show. */
static void epochs__compared__order_is_by_difference(void **unused)
{
    (void)unused;
    made_t a, b;
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    make_epoch(&a, 80000000, 3200000, "I02");
    make_epoch(&b, 80000000, 3100000, "I02");
    b.offsets[1].offset = -3500000;
    assert_non_null(out);
    assert_int_equal(epoch_csv_compare(&a.epoch, &b.epoch, out), STATUS_OK);
    fclose(out);
    const char *large = strstr(bytes, "I02,-1.50,-3.50,-2.00");
    const char *small = strstr(bytes, "I01,+3.20,+3.10,-0.10");
    assert_non_null(large);
    assert_non_null(small);
    assert_true(large < small);
    free(bytes);
}

static void epoch__report__offsets_and_who_moves(void **unused)
{
    (void)unused;
    static name_list_t dimensions;
    static const char *const told[][6] = {
        [LANGUAGE_ENGLISH] = { "80.00", "6.00", "+3.20", "3 → 5", "80.00 → 78.00",
                               "plus = lenient" },
        [LANGUAGE_CHINESE] = { "担当精神", "5.00", "-1.50", "-2.00", "最大变动",
                               "正数为偏宽" },
    };
    memcpy(dimensions.names[1], "担当精神", sizeof "担当精神");
    for (unsigned l = 0; l < 2; l++) {
        language_t language = l == 0 ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE;
        const cli_t cli = { .language = language };
        made_t made;
        buffer_t out;
        buffer_init(&out, TEXT_MAX);
        make_epoch(&made, 80000000, 3200000, "I02");
        assert_int_equal(epoch_text_write(&cli, &made.epoch, &dimensions, &out),
                         STATUS_OK);
        assert_int_equal(buffer_append(&out, "", 1), STATUS_OK);
        for (unsigned i = 0; i < 6; i++) {
            if (strstr((const char *)out.data, told[language][i]) == NULL)
                fail_msg("%s is not in:\n%s", told[language][i],
                         (const char *)out.data);
        }
        buffer_fini(&out);
    }
}

/* ---- words behind a verb ---- */

static exit_t run_word(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    (void)cli;
    (void)verb;
    assert_int_equal(argc, 3);
    assert_string_equal(argv[0], "show");
    return EXIT_PARTLY;
}

static void subword__behind_an_option__found_and_moved(void **unused)
{
    (void)unused;
    static const subword_t words[] = { { "show", run_word } };
    char *line[] = { (char[]){ "x" }, (char[]){ "--json" }, (char[]){ "show" },
                     (char[]){ "Z1" }, NULL };
    char *group[] = { (char[]){ "x" }, (char[]){ "G" }, (char[]){ "show" }, NULL };
    exit_t result = EXIT_DONE;
    assert_true(subword_run(NULL, NULL, words, 1, true, 4, line, &result));
    assert_int_equal(result, EXIT_PARTLY);
    assert_false(subword_run(NULL, NULL, words, 1, true, 3, group, &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan__two_parts__one_table_that_aligns),
        cmocka_unit_test(plan__nothing_to_do__said_so),
        cmocka_unit_test(plan__as_csv__a_row_each),
        cmocka_unit_test(csv__special_cells__quoted_and_no_formula),
        cmocka_unit_test(attention__every_rule__a_sentence_of_its_own),
        cmocka_unit_test(attention__closed__tells_who),
        cmocka_unit_test(attention__promise__nothing_was_discounted),
        cmocka_unit_test(frozen__list__states_and_intervals),
        cmocka_unit_test(board__frozen_with_override__every_line_of_it),
        cmocka_unit_test(board__copied__keeps_epoch_and_reason),
        cmocka_unit_test(epochs__compared_as_csv__largest_difference_first),
        cmocka_unit_test(epochs__compared__order_is_by_difference),
        cmocka_unit_test(epoch__report__offsets_and_who_moves),
        cmocka_unit_test(subword__behind_an_option__found_and_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
