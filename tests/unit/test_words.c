/* Goal: a refusal is one line with all its parts, in both languages.
 * Method: whole lines are compared; every field of the messages a client sends must have
 * a Chinese name; hostile places and details are cut and made harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command.pb-c.h"
#include "proto/guard.h"
#include "proto/words.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static fault_t fault_of(const char *place, const char *detail)
{
    fault_t fault;
    memset(&fault, 0, sizeof fault);
    snprintf(fault.place, sizeof fault.place, "%s", place);
    snprintf(fault.detail, sizeof fault.detail, "%s", detail);
    return fault;
}

static void assert_line(language_t language, status_t status, const fault_t *fault,
                        const char *source, const char *expected)
{
    buffer_t line;
    buffer_init(&line, WORDS_BYTES_MAX);
    assert_int_equal(words_explain(&line, language, status, fault, source), STATUS_OK);
    assert_int_equal(buffer_append(&line, "", 1), STATUS_OK);
    assert_string_equal((const char *)line.data, expected);
    buffer_fini(&line);
}

static void words__rating_out_of_range__tells_points(void **unused)
{
    (void)unused;
    fault_t fault = fault_of("observe.ratings[2].value", "10100");
    assert_line(
        LANGUAGE_CHINESE, STATUS_RATING_RANGE, &fault, "考察记录.csv 第 37 行",
        "考察记录.csv 第 37 行 考察记录·评分第 3 项·分值（observe.ratings[2].value"
        "）= 101.00：评分须在 0 到 100 之间。请改正后重新发送。 [E2104]");
    assert_line(LANGUAGE_ENGLISH, STATUS_RATING_RANGE, &fault, "sheet.csv line 37",
                "sheet.csv line 37 observe.ratings[2].value = 101.00: a rating lies "
                "outside 0 to 100. Correct the rating and send it again. [E2104]");
}

static void words__rule_broken__is_named(void **unused)
{
    (void)unused;
    fault_t fault = fault_of("observe.inspector", "I04");
    assert_line(LANGUAGE_CHINESE, STATUS_OWN_UNIT, &fault, NULL,
                "考察记录·考察员（observe.inspector）= I04：考察员属于考察对象的单位（"
                "规则 R16）。请改由其他单位的考察员考察。 [E2119]");
    assert_line(LANGUAGE_ENGLISH, STATUS_OWN_UNIT, &fault, NULL,
                "observe.inspector = I04: the inspector belongs to the subject's unit "
                "(rule R16). Let an inspector of another unit make this observation. "
                "[E2119]");
}

static void words__no_place__begins_with_what_is_wrong(void **unused)
{
    (void)unused;
    fault_t empty = fault_of("", "");
    assert_line(LANGUAGE_CHINESE, STATUS_KEY_UNKNOWN, NULL, NULL,
                "该密钥未登记。请向管理员领取一次性代码，用 yx enrol 登记。 [E4103]");
    assert_line(
        LANGUAGE_ENGLISH, STATUS_INVITE_EXPIRED, &empty, NULL,
        "the one-time code has expired. Ask the administrator for a new one; it "
        "lives for 24 hours. [E4105]");
}

static void words__character__is_counted_from_one(void **unused)
{
    (void)unused;
    fault_t fault = fault_of("private.narrative", "character 17");
    assert_line(
        LANGUAGE_CHINESE, STATUS_ID_NUMBER, &fault, NULL,
        "文字部分·考察情况（private.narrative）第 18 个字：文字中含有身份证号码（"
        "规则 R20）。请在所指位置删去号码，写明称谓或编码即可。 [E2110]");
    assert_line(
        LANGUAGE_ENGLISH, STATUS_PHONE_NUMBER, &fault, NULL,
        "private.narrative, character 18: a text holds a telephone number (rule "
        "R20). Delete the number at the place named; a name or a code is enough."
        " [E2111]");
}

static void words__line_of_text__is_told_in_chinese(void **unused)
{
    (void)unused;
    fault_t fault = fault_of("line 3, column 5", "");
    assert_line(
        LANGUAGE_CHINESE, STATUS_BAD_INPUT, &fault, NULL,
        "第 3 行第 5 列：输入的内容无法读取。请改正所指位置；yx --help 可查看各栏"
        "目。 [E6106]");
}

static void words__place_without_a_name__stays_as_it_is(void **unused)
{
    (void)unused;
    static const char *const places[] = {
        "/etc/yixian.yaml:7", "a..b", "x[", "x[1", "zzz.yyy", "x]", ".", "Unit"
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char expected[400];
        fault_t fault = fault_of(places[i], "");
        snprintf(expected, sizeof expected, "%s：%s。%s [E5201]", places[i],
                 status_text_zh(STATUS_CONFIG), status_next_zh(STATUS_CONFIG));
        assert_line(LANGUAGE_CHINESE, STATUS_CONFIG, &fault, NULL, expected);
    }
}

static void words__hostile_bytes__come_out_harmless(void **unused)
{
    (void)unused;
    fault_t fault;
    memset(&fault, '\x1b', sizeof fault); /* not even terminated */
    buffer_t line;
    buffer_init(&line, WORDS_BYTES_MAX);
    assert_int_equal(
        words_explain(&line, LANGUAGE_CHINESE, STATUS_NOT_UTF8, &fault, "a\nb\xff\xfe"),
        STATUS_OK);
    assert_null(memchr(line.data, 0x1b, line.size));
    assert_null(memchr(line.data, '\n', line.size));
    assert_true(guard_text_chars((const char *)line.data, line.size) > 0);
    buffer_fini(&line);
}

static void words__longest_place__keeps_the_code(void **unused)
{
    (void)unused;
    char place[FAULT_PLACE_MAX], source[2000];
    memset(place, 'u', sizeof place - 1);
    for (size_t i = 1; i < sizeof place - 1; i += 2)
        place[i] = '.';
    place[sizeof place - 1] = '\0';
    memset(source, 's', sizeof source - 1);
    source[sizeof source - 1] = '\0';
    fault_t fault = fault_of(place, place);
    buffer_t line;
    buffer_init(&line, WORDS_BYTES_MAX);
    for (int language = 0; language < 2; language++) {
        buffer_clear(&line);
        assert_int_equal(words_explain(&line, (language_t)language, STATUS_MALFORMED,
                                       &fault, source),
                         STATUS_OK);
        assert_memory_equal(line.data + line.size - 7, "[E1001]", 7);
    }
    buffer_fini(&line);
}

static void words__no_room__leaves_the_buffer(void **unused)
{
    (void)unused;
    buffer_t line;
    buffer_init(&line, 16);
    assert_int_equal(words_explain(&line, LANGUAGE_ENGLISH, STATUS_IO, NULL, NULL),
                     STATUS_TOO_LARGE);
    assert_int_equal(line.size, 0);
    buffer_fini(&line);
}

static void words__locale__chooses_the_language(void **unused)
{
    (void)unused;
    assert_int_equal(words_language("zh_CN.UTF-8"), LANGUAGE_CHINESE);
    assert_int_equal(words_language("en_GB.UTF-8"), LANGUAGE_ENGLISH);
    assert_int_equal(words_language(""), LANGUAGE_ENGLISH);
    assert_int_equal(words_language(NULL), LANGUAGE_ENGLISH);
}

static void assert_named(const ProtobufCMessageDescriptor *message)
{
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (words_field_zh(field->name) == NULL)
            fail_msg("%s.%s has no Chinese name", message->name, field->name);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            assert_named(field->descriptor);
    }
}

static void words__every_field_of_a_command__has_a_chinese_name(void **unused)
{
    (void)unused;
    assert_named(&yx__command__descriptor);
    assert_named(&yx__private__descriptor);
    assert_null(words_field_zh("no_such_field"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words__rating_out_of_range__tells_points),
        cmocka_unit_test(words__rule_broken__is_named),
        cmocka_unit_test(words__no_place__begins_with_what_is_wrong),
        cmocka_unit_test(words__character__is_counted_from_one),
        cmocka_unit_test(words__line_of_text__is_told_in_chinese),
        cmocka_unit_test(words__place_without_a_name__stays_as_it_is),
        cmocka_unit_test(words__hostile_bytes__come_out_harmless),
        cmocka_unit_test(words__longest_place__keeps_the_code),
        cmocka_unit_test(words__no_room__leaves_the_buffer),
        cmocka_unit_test(words__locale__chooses_the_language),
        cmocka_unit_test(words__every_field_of_a_command__has_a_chinese_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
