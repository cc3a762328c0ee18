/* Goal: tables align in a terminal whatever script the cells are in, boards say what a
 * reader must know, and files are read line by line as they come.
 * Method: exact text for small tables and boards; lines through a pipe in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/board_table.h"
#include "clients/cli/lines.h"
#include "proto/json.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void assert_text(const buffer_t *text, const char *expected)
{
    assert_int_equal(text->size, strlen(expected));
    assert_memory_equal(text->data, expected, text->size);
}

static void width__scripts__as_terminals_have_them(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        { "", 0 },          { "abc", 3 },  { "张澜清", 6 }, { "a张b", 4 },
        { "e\xcc\x81", 1 }, { "\xff", 1 }, { "2–9", 3 },    { "（）", 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(cli_table_width(cases[i].text, strlen(cases[i].text)),
                         cases[i].width);
}

static void table__mixed_scripts__columns_align(void **unused)
{
    (void)unused;
    buffer_t text;
    buffer_init(&text, 4096);
    table_t *table = cli_table_create(3, 1u << 1);
    assert_int_equal(cli_table_add(table, (const char *const[]){ "姓名", "得分", "x" }),
                     STATUS_OK);
    assert_int_equal(cli_table_add(table, (const char *const[]){ "Li", "9.50", NULL }),
                     STATUS_OK);
    assert_int_equal(
        cli_table_add(table, (const char *const[]){ "张澜清", "86.41", "y\n" }),
        STATUS_OK);
    assert_int_equal(cli_table_rows(table), 3);
    assert_int_equal(cli_table_write(table, false, &text), STATUS_OK);
    assert_text(&text, "姓名     得分  x\n"
                       "Li       9.50  \n"
                       "张澜清  86.41  y \n");
    buffer_clear(&text);
    cli_table_clear(table);
    assert_int_equal(cli_table_add(table, (const char *const[]){ "a", "b", "c" }),
                     STATUS_OK);
    assert_int_equal(cli_table_write(table, true, &text), STATUS_OK);
    assert_text(&text, "\033[1ma  b  c\033[0m\n");
    cli_table_destroy(&table);
    buffer_fini(&text);
}

static void table__cell_too_long__refused_whole(void **unused)
{
    (void)unused;
    char longer[TABLE_CELL_BYTES_MAX + 2];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    table_t *table = cli_table_create(2, 0);
    assert_int_equal(cli_table_add(table, (const char *const[]){ "a", longer }),
                     STATUS_TOO_LARGE);
    assert_int_equal(cli_table_rows(table), 0);
    cli_table_destroy(&table);
}

/* ---- boards ---- */

static text_t text_of(const char *text)
{
    return (text_t){ text, (uint32_t)strlen(text) };
}

static answer_t board_of(const board_row_t *rows, uint32_t count)
{
    return (answer_t){ .kind = QUERY_BOARD,
                       .seq = 77,
                       .parts = 2,
                       .body.board = { .account = text_of("A2025"),
                                       .group = text_of("领办专员"),
                                       .scheme = text_of("town-1"),
                                       .rows = rows,
                                       .row_count = count,
                                       .ranked = 1,
                                       .not_ranked = 1,
                                       .matching = 2,
                                       .provisional = true } };
}

static void board__two_parts__one_table(void **unused)
{
    (void)unused;
    const board_row_t first = { .subject = text_of("C01"),
                                .name = text_of("张澜清"),
                                .unit = text_of("U010"),
                                .unit_name = text_of("青岚镇"),
                                .post = text_of("党委副书记"),
                                .standing = STANDING_PROVISIONAL,
                                .rank = 3,
                                .low = 2,
                                .high = 9,
                                .band = 1,
                                .total = 864100000000,
                                .observations = 31,
                                .inspectors = 6 };
    const board_row_t second = { .subject = text_of("C02"),
                                 .unit = text_of("U011"),
                                 .standing = STANDING_NOT_RANKED,
                                 .total = 800000000000,
                                 .missing_ratings = 2,
                                 .missing_inspectors = 1 };
    board_table_t board;
    buffer_t text;
    buffer_init(&text, 1u << 16);
    assert_int_equal(board_table_init(&board, LANGUAGE_CHINESE, false), STATUS_OK);
    answer_t part = board_of(&second, 1);
    board_table_add(&board, &part); /* begun and broken off */
    part = board_of(&first, 1);
    board_table_add(&board, &part);
    part = board_of(&second, 1);
    part.part = 1;
    board_table_add(&board, &part);
    assert_int_equal(board_table_write(&board, false, &text), STATUS_OK);
    assert_text(
        &text,
        "领办专员  考核期 A2025，方案 town-1，序号 77\n"
        "有名次 1 人，缺 1 人；本页范围 2 人\n"
        "暂：尚未采用校准，数值依据方案的先验参数\n"
        "名次区间：实时宽区间\n"
        "名次  名次区间  档  姓名    单位    职务         得分      考察  状态\n"
        "   3       2–9   1  张澜清  青岚镇  党委副书记  86.41  31次·6人  暂\n"
        "                    C02     U011                80.00   0次·0人  缺：差 "
        "2 次、1 名考察员\n");
    board_table_fini(&board);
    buffer_fini(&text);
}

static void board__english__names_the_prior(void **unused)
{
    (void)unused;
    board_table_t board;
    buffer_t text;
    buffer_init(&text, 1u << 16);
    assert_int_equal(board_table_init(&board, LANGUAGE_ENGLISH, false), STATUS_OK);
    answer_t part = board_of(NULL, 0);
    board_table_add(&board, &part);
    assert_int_equal(board_table_write(&board, false, &text), STATUS_OK);
    assert_int_equal(buffer_append(&text, "", 1), STATUS_OK);
    const char *shown = (const char *)text.data;
    assert_non_null(strstr(shown, "account A2025, scheme town-1, seq 77\n"));
    assert_non_null(strstr(shown, "1 ranked, 1 not ranked; 2 here\n"));
    assert_non_null(strstr(shown, "prior"));
    assert_non_null(strstr(shown, "rank  set  band  name"));
    board_table_fini(&board);
    buffer_fini(&text);
}

static void board__of_a_demonstration__says_so(void **unused)
{
    (void)unused;
    static const char *const words[] = { "\ndemonstration clock x 500000\n",
                                         "\n演示时钟 x 500000\n" };
    const language_t languages[] = { LANGUAGE_ENGLISH, LANGUAGE_CHINESE };
    for (size_t i = 0; i < 2; i++) {
        board_table_t board;
        assert_int_equal(board_table_init(&board, languages[i], false), STATUS_OK);
        answer_t part = board_of(NULL, 0);
        board_table_add(&board, &part);
        assert_null(strstr(board.head, words[i]));
        part.body.board.demo.rate = 500000;
        board_table_add(&board, &part);
        assert_non_null(strstr(board.head, words[i]));
        board_table_fini(&board);
    }
}

/* ---- lines ---- */

typedef struct {
    int in;
    lines_t lines;
} pipe_t;

static pipe_t open_pipe(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pipe_t made = { .in = ends[1], .lines = { .fd = ends[0] } };
    buffer_init(&made.lines.bytes, JSON_BYTES_MAX + (1u << 17));
    return made;
}

static void put(const pipe_t *pipe, const char *text, size_t size)
{
    assert_int_equal(write(pipe->in, text, size), (ssize_t)size);
}

static void expect_line(pipe_t *pipe, const char *expected, uint64_t number)
{
    const char *line;
    size_t size;
    assert_int_equal(lines_next(&pipe->lines, &line, &size), LINES_LINE);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(line, expected, size);
    assert_int_equal(pipe->lines.number, number);
}

static void expect_state(pipe_t *pipe, lines_state_t expected)
{
    const char *line;
    size_t size;
    assert_int_equal(lines_next(&pipe->lines, &line, &size), expected);
}

static void lines__in_pieces__joined(void **unused)
{
    (void)unused;
    pipe_t pipe = open_pipe();
    expect_state(&pipe, LINES_MORE);
    put(&pipe, "one\ntw", 6);
    assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
    expect_line(&pipe, "one", 1);
    expect_state(&pipe, LINES_MORE);
    put(&pipe, "o\r\n\nlast", 8);
    assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
    expect_line(&pipe, "two", 2);
    expect_line(&pipe, "", 3);
    expect_state(&pipe, LINES_MORE);
    close(pipe.in);
    assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
    expect_line(&pipe, "last", 4);
    expect_state(&pipe, LINES_END);
    expect_state(&pipe, LINES_END);
    lines_close(&pipe.lines);
}

static void lines__one_too_long__passed_over(void **unused)
{
    (void)unused;
    static char piece[16384];
    memset(piece, 'x', sizeof piece);
    pipe_t pipe = open_pipe();
    for (unsigned i = 0; i < JSON_BYTES_MAX / sizeof piece + 2; i++) {
        put(&pipe, piece, sizeof piece);
        assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
        expect_state(&pipe, LINES_MORE);
    }
    put(&pipe, "end\nnext\n", 9);
    assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
    expect_state(&pipe, LINES_TOO_LONG);
    expect_line(&pipe, "next", 2);
    close(pipe.in);
    assert_int_equal(lines_read(&pipe.lines), STATUS_OK);
    expect_state(&pipe, LINES_END);
    lines_close(&pipe.lines);
}

static void lines__no_such_file__told(void **unused)
{
    (void)unused;
    lines_t lines;
    assert_int_equal(lines_open(&lines, "/nonexistent/file"), STATUS_NOT_FOUND);
    lines_close(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width__scripts__as_terminals_have_them),
        cmocka_unit_test(table__mixed_scripts__columns_align),
        cmocka_unit_test(table__cell_too_long__refused_whole),
        cmocka_unit_test(board__two_parts__one_table),
        cmocka_unit_test(board__english__names_the_prior),
        cmocka_unit_test(board__of_a_demonstration__says_so),
        cmocka_unit_test(lines__in_pieces__joined),
        cmocka_unit_test(lines__one_too_long__passed_over),
        cmocka_unit_test(lines__no_such_file__told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
