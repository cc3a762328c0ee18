/* Goal: a workbook is read as rows and cells, whatever program wrote it.
 * Method: the workbooks of the sample data first, then small ones made for one thing
 * each, told as one line of text a row. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/sheet_text.h"
#include "tests/support/workbook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define MESSY    YIXIAN_SOURCE "/tests/scenarios/messy/"
#define TEXT_MAX 4096u
#define BOOK_HEAD                                                                      \
    "<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"        \
    "relationships'>"
#define BOOK_TYPES                                                                     \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

typedef struct {
    char folder[FOLDER_PATH_MAX], path[FOLDER_PATH_MAX];
} desk_t;

static int set_up(void **state)
{
    desk_t *desk = malloc(sizeof *desk);
    assert_non_null(desk);
    folder_make(desk->folder);
    folder_join(desk->path, desk->folder, "a.xlsx");
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

static void assert_text(const char *path, const char *expected)
{
    source_fault_t fault;
    char *text = sheet_text(path, &fault);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_rows(void **state, const workbook_t *workbook, const char *rows,
                        const char *expected)
{
    const desk_t *desk = *state;
    workbook_t own = workbook != NULL ? *workbook : (workbook_t){ .book = NULL };
    char *sheet = workbook_sheet(rows);
    own.sheet = sheet;
    workbook_write(desk->path, &own);
    free(sheet);
    assert_text(desk->path, expected);
}

static void assert_fault(const char *path, sheet_reason_t reason)
{
    source_fault_t fault;
    (void)sheet_rows(path, &fault);
    assert_int_equal(fault.reason, reason);
}

/* ---- the sample data ---- */

static void messy__title_above_the_headers__is_a_row_of_one_cell(void **state)
{
    (void)state;
    source_fault_t fault;
    char *text = sheet_text(MESSY "m02_merged_title.xlsx", &fault);
    static const char head[] = "1: 澜川区一线专项考察记录表\n2: 记录编码|走访编码|";
    assert_memory_equal(text, head, sizeof head - 1);
    assert_non_null(strstr(text, "\n8: O90205|V0018|I19|C0206|一线倾听|n91|n74|n85|"));
    assert_null(strstr(text, "\n9:"));
    free(text);
}

static void messy__dates_and_a_text__are_told_apart(void **state)
{
    (void)state;
    assert_text(MESSY "m08_date_mixed_cells.xlsx",
                "1: 节点编码|项目编码|节点名称|计划日期|完成日期|证据\n"
                "2: M9600|P041|手续办结|d2024-11-02|d2024-10-29|E18.png\n"
                "3: M9601|P043|方案公示|d2024-12-19||\n"
                "4: M9602|P045|主线贯通|d2025-08-01||\n"
                "5: M9603|P047|销号验收|d2025-07-31||\n"
                "6: M9604|P050|手续办结|2024.12.19|d2024-12-23|\n");
}

static void messy__formulas__tell_whether_they_were_computed(void **state)
{
    (void)state;
    source_fault_t fault;
    char *with = sheet_text(MESSY "m18_formula_with_value.xlsx", &fault);
    assert_non_null(strstr(with, "\n2: O91300|V0043|I27|C0080|一线了解||||||fn85|"));
    char *without = sheet_text(MESSY "m19_formula_without_value.xlsx", &fault);
    assert_non_null(strstr(without, "\n5: O91403|V0052|I10|C0058|一线观察||||||f?|"));
    free(with);
    free(without);
}

static void messy__what_cannot_be_read__says_why(void **state)
{
    (void)state;
    assert_fault(MESSY "m26_swollen_sheet.xlsx", REASON_UNPACKED_TOO_LARGE);
    assert_fault(MESSY "m27_outside_entity.xlsx", REASON_DTD_FORBIDDEN);
    assert_fault(MESSY "m28_cut_short.xlsx", REASON_DAMAGED_FILE);
    assert_fault(MESSY "m00_missing.xlsx", REASON_NOT_FOUND);
    /* Told from its first bytes, before anybody takes it for an archive. */
    source_fault_t fault;
    assert_null(source_open(MESSY "m29_old_format_renamed.xlsx", &fault));
    assert_int_equal(fault.reason, REASON_NOT_A_WORKBOOK);
}

/* ---- cells ---- */

static void cells__of_every_kind__keep_their_kind(void **state)
{
    assert_rows(state, NULL,
                "<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1'><v>85.5</v></c>"
                "<c r='C1' t='n'><v>84.299999999999997</v></c>"
                "<c r='D1' t='b'><v>1</v></c><c r='E1' t='b'><v>0</v></c>"
                "<c r='F1' t='e'><v>#N/A</v></c><c r='G1' t='str'><v>x</v></c>"
                "<c r='H1' t='d'><v>2024-03-05T14:30:00</v></c>"
                "<c r='I1' t='inlineStr'><is><t> 丙 </t></is></c></row>",
                "1: 乙|n85.5|n84.3|bTRUE|bFALSE|e#N/A|x|d2024-03-05T14:30:00| 丙 \n");
}

static void cells__under_a_date_format__are_dates(void **state)
{
    assert_rows(state, NULL,
                "<row r='1'><c s='0'><v>45356</v></c><c s='1'><v>45356</v></c>"
                "<c s='2'><v>45356.604166666664</v></c><c s='3'><v>45356</v></c>"
                "<c s='4'><v>45356</v></c><c s='9'><v>45356</v></c>"
                "<c s='1'><v>-5</v></c><c s='1' t='s'><v>0</v></c></row>",
                "1: n45356|d2024-03-05|d2024-03-05T14:30:00|d2024-03-05|n45356|n45356|"
                "n-5|甲\n");
}

static void cells__of_a_book_from_1904__are_four_years_later(void **state)
{
    const workbook_t workbook = {
        .book =
            BOOK_HEAD "<workbookPr date1904='1'/><sheets>"
                      "<sheet name='x' sheetId='1' r:id='rId1'/></sheets></workbook>"
    };
    assert_rows(state, &workbook, "<row><c s='1'><v>43894</v></c></row>",
                "1: d2024-03-05\n");
}

static void formulas__with_and_without_a_value__are_told_apart(void **state)
{
    assert_rows(state, NULL,
                "<row><c><f>A1+1</f><v>3</v></c><c><f>A1+2</f></c><c><f/><v/></c>"
                "<c t='str'><f>\"\"</f><v></v></c><c t='str'><f>T(1)</f><v>丁</v></c>"
                "<c s='1'><f>TODAY()</f><v>45356</v></c>"
                "<c><f t='shared' si='0'/><v>7</v></c></row>",
                "1: fn3|f?|f?||f丁|fd2024-03-05|fn7\n");
}

static void texts__in_runs__are_joined_without_how_they_sound(void **state)
{
    const workbook_t workbook = {
        .strings =
            "<sst><si><r><rPr><b/></rPr><t>张</t></r><r><t xml:space='preserve'> 三"
            "</t></r><rPh sb='0' eb='1'><t>zhang</t></rPh><phoneticPr/></si>"
            "<si><t>一_x000D__x000A_二</t></si><si/></sst>"
    };
    assert_rows(state, &workbook,
                "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>2</v></c>"
                "<c t='inlineStr'><is><r><t>李</t></r><r><t>四</t></r>"
                "<rPh sb='0' eb='1'><t>li</t></rPh></is></c></row>",
                "1: 张 三|一\r\n二||李四\n");
}

static void texts__with_entities_and_cdata__are_what_they_stand_for(void **state)
{
    assert_rows(state, NULL,
                "<row><c t='inlineStr'><is><t>a&lt;b&amp;&#x4E2D;<![CDATA[<c>]]></t>"
                "</is></c></row>",
                "1: a<b&中<c>\n");
}

/* ---- places ---- */

static void cells__without_a_place__follow_one_another(void **state)
{
    assert_rows(state, NULL,
                "<row><c><v>1</v></c><c><v>2</v></c></row>"
                "<row><c r='C2'><v>3</v></c><c><v>4</v></c></row>"
                "<row r='7'><c r='B7'><v>5</v></c></row><row><c><v>6</v></c></row>",
                "1: n1|n2\n2: ||n3|n4\n7: |n5||\n8: n6|||\n");
}

static void cells__that_are_only_coloured__count_for_nothing(void **state)
{
    assert_rows(state, NULL,
                "<row r='1'><c r='A1'><v>1</v></c><c r='B1' s='1'/><c r='XFD1' s='1'/>"
                "</row><row r='2' ht='30'/><row r='3'><c r='A3' s='1'/></row>",
                "1: n1\n3: \n");
}

static void cells__out_of_order__find_their_place(void **state)
{
    assert_rows(state, NULL, "<row><c r='C1'><v>3</v></c><c r='A1'><v>1</v></c></row>",
                "1: n1||n3\n");
}

static void elements__that_mean_nothing_here__are_passed_over(void **state)
{
    assert_rows(state, NULL,
                "<x:row xmlns:x='y'><x:c><x:v>1</x:v></x:c><v>9</v>"
                "<ext><c><v>8</v></c></ext></x:row><!-- c --><?p i?>",
                "1: n1\n");
}

/* ---- the book ---- */

static void book__of_several_sheets__keeps_their_order(void **state)
{
    const desk_t *desk = *state;
    lxw_workbook *book = workbook_new(desk->path);
    static const char *const names[] = { "说明", "units", "第三 & 页" };
    for (unsigned i = 0; i < 3; i++) {
        lxw_worksheet *sheet = workbook_add_worksheet(book, names[i]);
        assert_int_equal(worksheet_write_number(sheet, i, 0, i, NULL), LXW_NO_ERROR);
    }
    assert_non_null(workbook_add_chartsheet(book, NULL));
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    source_fault_t fault;
    source_xlsx_t *source = source_xlsx_open(desk->path, &fault);
    assert_non_null(source);
    assert_int_equal(source_xlsx_sheet_count(source), 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_string_equal(source_xlsx_sheet_name(source, i), names[i]);
    row_t row;
    for (uint32_t again = 0; again < 2; again++) {
        assert_true(source_xlsx_begin(source, 2, &fault));
        assert_int_equal(source_xlsx_next(source, &row, &fault), SOURCE_ROW);
        assert_int_equal(row.number, 3);
        assert_string_equal(row.cells[0].text, "2");
    }
    assert_true(source_xlsx_begin(source, 0, &fault));
    assert_int_equal(source_xlsx_next(source, &row, &fault), SOURCE_ROW);
    assert_int_equal(source_xlsx_next(source, &row, &fault), SOURCE_END);
    assert_int_equal(source_xlsx_next(source, &row, &fault), SOURCE_END);
    source_xlsx_close(&source);
}

static void book__with_its_parts_elsewhere__is_found_by_its_relations(void **state)
{
    const workbook_t workbook = {
        .relations =
            "<Relationships><Relationship Id='a' Type='" BOOK_TYPES
            "officeDocument' Target='/xl/../XL/./Workbook.xml'/></Relationships>",
        .book_relations =
            "<Relationships><Relationship Id='rId1' Type='" BOOK_TYPES
            "worksheet' Target='../xl/worksheets/sheet1.xml'/></Relationships>"
    };
    assert_rows(state, &workbook, "<row><c s='1'><v>7</v></c></row>", "1: n7\n");
}

static void archive__of_something_else__is_no_workbook(void **state)
{
    const desk_t *desk = *state;
    workbook_write(desk->path, &(workbook_t){ .relations = "" });
    assert_fault(desk->path, REASON_NOT_A_WORKBOOK);
    workbook_write(desk->path, &(workbook_t){ .book = "" });
    assert_fault(desk->path, REASON_NOT_A_WORKBOOK);
    workbook_write(desk->path, &(workbook_t){ .book = "<document/>" });
    assert_fault(desk->path, REASON_NOT_A_WORKBOOK);
    workbook_write(desk->path, &(workbook_t){ .book_relations = "" });
    assert_fault(desk->path, REASON_NOT_A_WORKBOOK);
    workbook_write(desk->path, &(workbook_t){ .sheet = "" });
    assert_fault(desk->path, REASON_DAMAGED_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messy__title_above_the_headers__is_a_row_of_one_cell),
        cmocka_unit_test(messy__dates_and_a_text__are_told_apart),
        cmocka_unit_test(messy__formulas__tell_whether_they_were_computed),
        cmocka_unit_test(messy__what_cannot_be_read__says_why),
        cmocka_unit_test(cells__of_every_kind__keep_their_kind),
        cmocka_unit_test(cells__under_a_date_format__are_dates),
        cmocka_unit_test(cells__of_a_book_from_1904__are_four_years_later),
        cmocka_unit_test(formulas__with_and_without_a_value__are_told_apart),
        cmocka_unit_test(texts__in_runs__are_joined_without_how_they_sound),
        cmocka_unit_test(texts__with_entities_and_cdata__are_what_they_stand_for),
        cmocka_unit_test(cells__without_a_place__follow_one_another),
        cmocka_unit_test(cells__that_are_only_coloured__count_for_nothing),
        cmocka_unit_test(cells__out_of_order__find_their_place),
        cmocka_unit_test(elements__that_mean_nothing_here__are_passed_over),
        cmocka_unit_test(book__of_several_sheets__keeps_their_order),
        cmocka_unit_test(book__with_its_parts_elsewhere__is_found_by_its_relations),
        cmocka_unit_test(archive__of_something_else__is_no_workbook),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
