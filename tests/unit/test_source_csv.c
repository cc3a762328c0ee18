/* test_source_csv.c - rows and cells of .csv files in every encoding that offices use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/sheets/source.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char folder[FOLDER_PATH_MAX], path[FOLDER_PATH_MAX];
} desk_t;

static int setup(void **context)
{
    desk_t *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    folder_make(desk->folder);
    folder_join(desk->path, desk->folder, "sheet.csv");
    *context = desk;
    return 0;
}

static int teardown(void **context)
{
    desk_t *desk = *context;
    folder_remove(desk->folder);
    free(desk);
    return 0;
}

static void write_bytes(const desk_t *desk, const void *bytes, size_t size)
{
    FILE *file = fopen(desk->path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static source_t *opened(const desk_t *desk, const char *text)
{
    source_fault_t fault;
    write_bytes(desk, text, strlen(text));
    source_t *source = source_open(desk->path, &fault);
    assert_non_null(source);
    assert_int_equal(source_sheet_count(source), 1);
    assert_string_equal(source_sheet_name(source, 0), "sheet");
    assert_true(source_begin(source, 0, &fault));
    return source;
}

/* The next row is these cells; "" = empty. */
static void expect_row(source_t *source, uint32_t number, uint32_t count,
                       const char *const *texts)
{
    row_t row;
    source_fault_t fault;
    assert_int_equal(source_next(source, &row, &fault), SOURCE_ROW);
    assert_int_equal(row.number, number);
    assert_int_equal(row.count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_string_equal(row.cells[i].text, texts[i]);
        assert_int_equal(row.cells[i].size, strlen(texts[i]));
        assert_int_equal(row.cells[i].kind,
                         texts[i][0] != '\0' ? CELL_TEXT : CELL_EMPTY);
    }
}

static void expect_end(source_t *source)
{
    row_t row;
    source_fault_t fault;
    assert_int_equal(source_next(source, &row, &fault), SOURCE_END);
    source_close(&source);
}

#define ROW(source, number, ...)                                                       \
    expect_row(source, number,                                                         \
               sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *),          \
               (const char *const[]){ __VA_ARGS__ })

static void rows__quotes_blanks_and_line_ends__as_written(void **context)
{
    source_t *source = opened(*context, "编码,名称\r\n"
                                        " U1 ,\"两\r\n行，\"\"引号\"\"\"\n"
                                        "\n"
                                        ",,\n"
                                        "U2,最后");
    ROW(source, 1, "编码", "名称");
    ROW(source, 2, " U1 ", "两\r\n行，\"引号\"");
    expect_row(source, 3, 0, NULL);
    ROW(source, 4, "", "", "");
    ROW(source, 5, "U2", "最后");
    expect_end(source);
}

static void rows__begun_again__from_the_top(void **context)
{
    source_fault_t fault;
    source_t *source = opened(*context, "a,b\nc,d\n");
    ROW(source, 1, "a", "b");
    assert_true(source_begin(source, 0, &fault));
    ROW(source, 1, "a", "b");
    ROW(source, 2, "c", "d");
    expect_end(source);
}

static void encodings__bom_and_gb18030__the_same_text(void **context)
{
    static const char gb[] = "\xd0\xd5\xc3\xfb,\x82\x30\xb8\x35\n"; /* 姓名, U+3485 */
    source_t *source = opened(*context, "\xef\xbb\xbf姓名,b\n");
    ROW(source, 1, "姓名", "b");
    expect_end(source);
    source = opened(*context, gb);
    row_t row;
    source_fault_t fault;
    assert_int_equal(source_next(source, &row, &fault), SOURCE_ROW);
    assert_string_equal(row.cells[0].text, "姓名");
    assert_int_equal(row.cells[1].size, 3); /* one character of four bytes, in UTF-8 */
    source_close(&source);
}

static void encodings__neither__first_bad_row(void **context)
{
    const desk_t *desk = *context;
    source_fault_t fault;
    static const char bytes[] = "编码\n\"两\n行\"\n\xff\xff\xff\n";
    write_bytes(desk, bytes, sizeof bytes - 1);
    assert_null(source_open(desk->path, &fault));
    assert_int_equal(fault.reason, REASON_BAD_ENCODING);
    assert_int_equal(fault.row, 3);
}

/* Characters that lie across the blocks in which a file is read. */
static void encodings__long_gb18030__whole_across_blocks(void **context)
{
    const desk_t *desk = *context;
    enum { ROWS = 30000 };
    static const char row_bytes[] = "x\xd0\xd5\xc3\xfb,\x82\x30\xb8\x35\n";
    size_t each = sizeof row_bytes - 1;
    char *bytes = malloc(ROWS * each);
    assert_non_null(bytes);
    for (size_t i = 0; i < ROWS; i++)
        memcpy(bytes + i * each, row_bytes, each);
    write_bytes(desk, bytes, ROWS * each);
    free(bytes);
    source_fault_t fault;
    source_t *source = source_open(desk->path, &fault);
    assert_non_null(source);
    assert_true(source_begin(source, 0, &fault));
    for (uint32_t i = 1; i <= ROWS; i++) {
        row_t row;
        assert_int_equal(source_next(source, &row, &fault), SOURCE_ROW);
        assert_int_equal(row.number, i);
        assert_string_equal(row.cells[0].text, "x姓名");
    }
    expect_end(source);
}

static void bounds__too_many_columns_and_too_long__refused(void **context)
{
    const desk_t *desk = *context;
    source_fault_t fault;
    row_t row;
    char *text = malloc(SOURCE_CELL_MAX + 8);
    assert_non_null(text);
    memset(text, ',', SOURCE_COLUMNS_MAX);
    text[SOURCE_COLUMNS_MAX] = '\0';
    source_t *source = opened(desk, text);
    assert_int_equal(source_next(source, &row, &fault), SOURCE_FAULT);
    assert_int_equal(fault.reason, REASON_TOO_MANY_COLUMNS);
    source_close(&source);
    memset(text, 'x', SOURCE_CELL_MAX + 1);
    text[SOURCE_CELL_MAX + 1] = '\0';
    source = opened(desk, text);
    assert_int_equal(source_next(source, &row, &fault), SOURCE_FAULT);
    assert_int_equal(fault.reason, REASON_TEXT_TOO_LONG);
    source_close(&source);
    free(text);
}

static void expect_fault(source_t *source, sheet_reason_t reason, uint32_t number)
{
    row_t row;
    source_fault_t fault;
    assert_int_equal(source_next(source, &row, &fault), SOURCE_FAULT);
    assert_int_equal(fault.reason, reason);
    assert_int_equal(fault.row, number);
    source_close(&source);
}

static void rows__what_would_be_swallowed__refused(void **context)
{
    const desk_t *desk = *context;
    source_t *source = opened(desk, "编码,名称\nU1,\"甲\nU2,乙\nU3,丙\n");
    ROW(source, 1, "编码", "名称");
    expect_fault(source, REASON_QUOTE_OPEN, 2);
    source = opened(desk, "编码,名称\nU1,甲\nU2,\"乙\"");
    ROW(source, 1, "编码", "名称");
    ROW(source, 2, "U1", "甲");
    ROW(source, 3, "U2", "乙"); /* closed, though no line end follows */
    expect_end(source);
    static const char nul[] = "编码,名称\nU1,甲\0乙\n";
    source_fault_t fault;
    write_bytes(desk, nul, sizeof nul - 1);
    source = source_open(desk->path, &fault);
    assert_non_null(source);
    assert_true(source_is_text(source));
    assert_true(source_begin(source, 0, &fault));
    ROW(source, 1, "编码", "名称");
    expect_fault(source, REASON_DAMAGED_FILE, 2);
}

static void lines__ended_by_returns_alone__told(void **context)
{
    static const struct {
        const char *text;
        bool refused;
    } cases[] = {
        { "编码,名称\rU1,甲\r", true },
        { "编码,名称\r", true },
        { "编码,名称\rU1,甲\nU2,乙\n", true },
        { "编码,\"名\r称\"\nU1,甲\n", false },
        { "编码,名称\r\nU1,甲\r\n", false },
        { "\"编\n码\",名称\r\n", false },
        { "编码,名称", false },
        { "", false },
    };
    const desk_t *desk = *context;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        source_fault_t fault;
        write_bytes(desk, cases[i].text, strlen(cases[i].text));
        source_t *source = source_open(desk->path, &fault);
        assert_non_null(source);
        assert_int_equal(source_begin(source, 0, &fault), !cases[i].refused);
        if (cases[i].refused) {
            assert_int_equal(fault.reason, REASON_LINE_ENDS);
            assert_int_equal(fault.row, 1);
        }
        source_close(&source);
    }
}

static void files__of_no_kind__told(void **context)
{
    const desk_t *desk = *context;
    source_fault_t fault;
    assert_null(source_open("/no/such/file.csv", &fault));
    assert_int_equal(fault.reason, REASON_NOT_FOUND);
    static const char ole[] = "\xd0\xcf\x11\xe0 and so on";
    write_bytes(desk, ole, sizeof ole);
    assert_null(source_open(desk->path, &fault));
    assert_int_equal(fault.reason, REASON_NOT_A_WORKBOOK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows__quotes_blanks_and_line_ends__as_written),
        TEST(rows__begun_again__from_the_top),
        TEST(encodings__bom_and_gb18030__the_same_text),
        TEST(encodings__neither__first_bad_row),
        TEST(encodings__long_gb18030__whole_across_blocks),
        TEST(bounds__too_many_columns_and_too_long__refused),
        TEST(rows__what_would_be_swallowed__refused),
        TEST(lines__ended_by_returns_alone__told),
        TEST(files__of_no_kind__told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
