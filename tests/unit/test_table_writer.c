/* Goal: a table is written with typed cells, whole under its name or not at all.
 * Method: one table with every type, written in each format; the workbook is read back
 * with the reader of our own, the others byte by byte; then failures, each of which must
 * leave what was there and nothing else. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "clients/sheets/table_parts.h"
#include "tests/support/folder.h"
#include "tests/support/sheet_text.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#define COLUMNS 6u

typedef struct {
    char folder[FOLDER_PATH_MAX], path[FOLDER_PATH_MAX];
} desk_t;

static const char *const kinds[] = { "干部", "领导班子" };
static const table_column_t columns[COLUMNS] = {
    { .header = "对象编码", .key = "code", .note = "如 C0001" },
    { .header = "次数", .key = "count", .type = COLUMN_INTEGER },
    { .header = "得分", .key = "total", .type = COLUMN_DECIMAL },
    { .header = "日期", .key = "day", .type = COLUMN_DATE },
    { .header = "时间", .key = "at", .type = COLUMN_MOMENT },
    { .header = "标签", .key = "tags", .type = COLUMN_LIST },
};

static int set_up(void **state)
{
    desk_t *desk = malloc(sizeof *desk);
    assert_non_null(desk);
    folder_make(desk->folder);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    desk_t *desk = *state;
    folder_remove(desk->folder);
    free(desk);
    return 0;
}

static text_t text_of(const char *text)
{
    return (text_t){ .data = text, .size = (uint32_t)strlen(text) };
}

static status_t put(table_writer_t *writer, const char *const cells[COLUMNS])
{
    text_t texts[COLUMNS];
    for (unsigned i = 0; i < COLUMNS; i++)
        texts[i] = text_of(cells[i]);
    return table_writer_row(writer, texts);
}

static table_writer_t *begin(desk_t *desk, const char *name)
{
    table_format_t format;
    status_t status;
    folder_join(desk->path, desk->folder, name);
    assert_true(table_format_of(desk->path, &format));
    table_writer_t *writer = table_writer_open(desk->path, format, &status);
    assert_non_null(writer);
    assert_int_equal(table_writer_begin(writer, "表", columns, COLUMNS), STATUS_OK);
    return writer;
}

static void write_all(desk_t *desk, const char *name)
{
    static const char *const rows[][COLUMNS] = {
        { "C0001", "31", "85.5", "2024-03-05", "2024-03-05T14:30:00+08:00",
          "靠前指挥、群众认可" },
        { "007", "-3", "-0.25", "", "", "" },
        { "=1+1", "many", "1e3", "2024-3-5", "soon", "说\"好\",\n另起" },
    };
    table_writer_t *writer = begin(desk, name);
    uint64_t count;
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(put(writer, rows[i]), STATUS_OK);
    assert_int_equal(table_writer_finish(&writer, &count), STATUS_OK);
    assert_null(writer);
    assert_int_equal(count, 3);
}

static void assert_bytes(const char *path, const char *expected)
{
    size_t size;
    uint8_t *bytes = folder_read_file(path, &size);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

/* How many files the folder holds, hidden ones too. */
static unsigned files_in(const char *path)
{
    DIR *folder = opendir(path);
    unsigned count = 0;
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    assert_int_equal(closedir(folder), 0);
    return count - 2;
}

/* ---- formats ---- */

static void workbook__read_back__has_typed_cells(void **state)
{
    desk_t *desk = *state;
    source_fault_t fault;
    write_all(desk, "a.xlsx");
    char *text = sheet_text(desk->path, &fault);
    assert_string_equal(text, "1: 对象编码|次数|得分|日期|时间|标签\n"
                              "2: C0001|n31|n85.5|d2024-03-05|d2024-03-05T14:30:00|"
                              "靠前指挥、群众认可\n"
                              "3: 007|n-3|n-0.25|||\n"
                              "4: =1+1|many|1e3|2024-3-5|soon|说\"好\",\n另起\n");
    free(text);
}

static void csv__for_spreadsheets__has_mark_quotes_and_guard(void **state)
{
    desk_t *desk = *state;
    write_all(desk, "a.CSV");
    assert_bytes(desk->path,
                 "\xEF\xBB\xBF对象编码,次数,得分,日期,时间,标签\r\n"
                 "C0001,31,85.5,2024-03-05,2024-03-05T14:30:00+08:00,"
                 "靠前指挥、群众认可\r\n"
                 "007,-3,-0.25,,,\r\n"
                 "'=1+1,many,1e3,2024-3-5,soon,\"说\"\"好\"\",\n另起\"\r\n");
}

static void ndjson__for_programs__has_numbers_and_lists(void **state)
{
    desk_t *desk = *state;
    write_all(desk, "a.ndjson");
    assert_bytes(desk->path,
                 "{\"code\":\"C0001\",\"count\":31,\"total\":85.5,"
                 "\"day\":\"2024-03-05\",\"at\":\"2024-03-05T14:30:00+08:00\","
                 "\"tags\":[\"靠前指挥\",\"群众认可\"]}\n"
                 "{\"code\":\"007\",\"count\":-3,\"total\":-0.25}\n"
                 "{\"code\":\"=1+1\",\"count\":\"many\",\"total\":\"1e3\","
                 "\"day\":\"2024-3-5\",\"at\":\"soon\","
                 "\"tags\":[\"说\\\"好\\\",\\u000a另起\"]}\n");
}

static void workbook__of_two_sheets__counts_all_rows(void **state)
{
    static const table_column_t guide[] = {
        { .header = "类型", .key = "kind", .allowed = kinds, .allowed_count = 2 }
    };
    desk_t *desk = *state;
    source_fault_t fault;
    uint64_t count;
    table_writer_t *writer = begin(desk, "a.xlsx");
    assert_int_equal(table_writer_begin(writer, "说明", guide, 1), STATUS_OK);
    text_t cell = text_of("干部");
    assert_int_equal(table_writer_row(writer, &cell), STATUS_OK);
    assert_int_equal(table_writer_finish(&writer, &count), STATUS_OK);
    assert_int_equal(count, 1);
    char *text = sheet_text(desk->path, &fault);
    assert_string_equal(text,
                        "1: 对象编码|次数|得分|日期|时间|标签\n1: 类型\n2: 干部\n");
    free(text);
}

/* What a person sees of it: lists to choose from, a header that stays. */
static void workbook__with_choices__offers_them(void **state)
{
    static const table_column_t choices[] = { { .header = "类型",
                                                .key = "kind",
                                                .allowed = kinds,
                                                .allowed_count = 2,
                                                .note = "二选一" } };
    desk_t *desk = *state;
    status_t status;
    uint64_t count;
    int error;
    char part[8192] = { 0 };
    folder_join(desk->path, desk->folder, "a.xlsx");
    table_writer_t *writer = table_writer_open(desk->path, TABLE_XLSX, &status);
    assert_int_equal(table_writer_begin(writer, "表", choices, 1), STATUS_OK);
    assert_int_equal(table_writer_finish(&writer, &count), STATUS_OK);
    zip_t *zip = zip_open(desk->path, ZIP_RDONLY, &error);
    assert_non_null(zip);
    zip_file_t *file = zip_fopen(zip, "xl/worksheets/sheet1.xml", 0);
    assert_non_null(file);
    assert_true(zip_fread(file, part, sizeof part - 1) > 0);
    assert_int_equal(zip_fclose(file), 0);
    zip_discard(zip);
    assert_non_null(strstr(part, "<formula1>\"干部,领导班子\"</formula1>"));
    assert_non_null(strstr(part, "prompt=\"二选一\""));
    assert_non_null(strstr(part, "state=\"frozen\""));
    assert_non_null(strstr(part, "sqref=\"A2:A1048576\""));
}

/* ---- whole or not at all ---- */

static void file__until_finished__is_what_was_there(void **state)
{
    desk_t *desk = *state;
    static const char *const names[] = { "a.xlsx", "a.csv", "a.ndjson" };
    for (unsigned i = 0; i < 3; i++) {
        folder_join(desk->path, desk->folder, names[i]);
        FILE *file = fopen(desk->path, "w");
        assert_non_null(file);
        assert_true(fputs("old", file) >= 0);
        assert_int_equal(fclose(file), 0);
        table_writer_t *writer = begin(desk, names[i]);
        assert_bytes(desk->path, "old");
        table_writer_abandon(&writer);
        assert_null(writer);
        assert_bytes(desk->path, "old");
        assert_int_equal(files_in(desk->folder), i + 1);
    }
    write_all(desk, "a.csv");
    assert_int_equal(files_in(desk->folder), 3);
}

static void file__once_there__is_its_owners_alone(void **state)
{
    desk_t *desk = *state;
    struct stat info;
    write_all(desk, "a.xlsx");
    assert_int_equal(stat(desk->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void file__in_no_folder__is_told(void **state)
{
    desk_t *desk = *state;
    status_t status;
    folder_join(desk->path, desk->folder, "none/a.csv");
    assert_null(table_writer_open(desk->path, TABLE_CSV, &status));
    assert_int_equal(status, STATUS_NOT_FOUND);
    assert_int_equal(files_in(desk->folder), 0);
}

static void cell__longer_than_a_workbook_has__is_refused(void **state)
{
    desk_t *desk = *state;
    uint64_t count;
    char *text = malloc(TABLE_CELL_CHARS_MAX + 2);
    assert_non_null(text);
    memset(text, 'x', TABLE_CELL_CHARS_MAX + 1);
    text[TABLE_CELL_CHARS_MAX + 1] = '\0';
    const char *const row[COLUMNS] = { text, "", "", "", "", "" };
    const char *const fits[COLUMNS] = { text + 1, "", "", "", "", "" };
    table_writer_t *writer = begin(desk, "a.xlsx");
    assert_int_equal(put(writer, fits), STATUS_OK);
    assert_int_equal(put(writer, row), STATUS_TEXT_TOO_LONG);
    assert_int_equal(put(writer, fits), STATUS_TEXT_TOO_LONG);
    assert_int_equal(table_writer_finish(&writer, &count), STATUS_TEXT_TOO_LONG);
    assert_int_equal(files_in(desk->folder), 0);
    free(text);
}

/* ---- cells ---- */

static void number__as_programs_read_it__is_told_from_text(void **state)
{
    (void)state;
    static const char *const numbers[] = { "0", "-1", "85.5", "0.25",
                                           "123456789012345" };
    static const char *const others[] = { "",
                                          "-",
                                          "007",
                                          "1.",
                                          ".5",
                                          "1e3",
                                          "1 ",
                                          "+1",
                                          "--1",
                                          "1.2.3",
                                          "十",
                                          "-0123",
                                          "1234567890123456" };
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_true(table_is_number(text_of(numbers[i]), true));
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(table_is_number(text_of(others[i]), true));
    assert_false(table_is_number(text_of("85.5"), false));
}

static void name__of_a_file__tells_its_format(void **state)
{
    (void)state;
    table_format_t format;
    assert_true(table_format_of("a/b.xlsx", &format));
    assert_int_equal(format, TABLE_XLSX);
    assert_true(table_format_of("b.JSONL", &format));
    assert_int_equal(format, TABLE_NDJSON);
    assert_false(table_format_of("b.xls", &format));
    assert_false(table_format_of(".csv", &format));
    assert_false(table_format_of("xlsx", &format));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(workbook__read_back__has_typed_cells, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            csv__for_spreadsheets__has_mark_quotes_and_guard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ndjson__for_programs__has_numbers_and_lists,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(workbook__of_two_sheets__counts_all_rows,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(workbook__with_choices__offers_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(file__until_finished__is_what_was_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(file__once_there__is_its_owners_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(file__in_no_folder__is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cell__longer_than_a_workbook_has__is_refused,
                                        set_up, tear_down),
        cmocka_unit_test(number__as_programs_read_it__is_told_from_text),
        cmocka_unit_test(name__of_a_file__tells_its_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
