/* test_sheet_cells.c - what people write into cells and headers, and its one meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/sheets/cells.h"
#include "clients/sheets/head.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static cell_t text_cell(const char *text)
{
    return (cell_t){ .kind = CELL_TEXT, .size = (uint32_t)strlen(text), .text = text };
}

static void take(const char *given, bool fold, const char *expected, cell_notes_t notes)
{
    cell_t cell = text_cell(given);
    cell_text_t out;
    cell_notes_t found = 0;
    assert_int_equal(cell_take(&cell, fold, &out, &found), REASON_NONE);
    assert_string_equal(out.text, expected);
    assert_int_equal(out.size, strlen(expected));
    assert_true(found == notes);
    free(out.text);
}

static void text__blanks_and_full_width__plain(void **unused)
{
    (void)unused;
    const cell_notes_t spaces = CELL_NOTE(REASON_SPACES),
                       full = CELL_NOTE(REASON_FULL_WIDTH);
    take("C0001", true, "C0001", 0);
    take(" C0001\t", true, "C0001", spaces);
    take("\xe3\x80\x80张 三\xc2\xa0", false, "张 三", spaces);
    take("Ｃ０００１", true, "C0001", full);
    take("８５．５", true, "85.5", full);
    take("ｚ～", true, "z~", full);
    take("《规定》，第１条", false, "《规定》，第１条", 0);
    take("\xe3\x80\x80", true, "", 0); /* nothing but a blank says nothing */
    take("", true, "", 0);
}

static void text__blanks_only_and_names__compared(void **unused)
{
    (void)unused;
    cell_t cell = text_cell(" \xe3\x80\x80\xc2\xa0\t");
    assert_true(cell_is_blank(&cell));
    cell = text_cell("\xe3\x80\x80 x");
    assert_false(cell_is_blank(&cell));
    assert_true(cell_same_name("改革（创新）", "改革(创新)"));
    assert_true(cell_same_name("A组", "Ａ组"));
    assert_true(cell_same_name("", ""));
    assert_false(cell_same_name("改革", "改革(创新)"));
    assert_false(cell_same_name("改革（创新）", "改革"));
    assert_false(cell_same_name("Ａ", "a"));
}

static void text__formulas_and_errors__told(void **unused)
{
    (void)unused;
    cell_t cell = text_cell("85");
    cell_text_t out;
    cell_notes_t notes = 0;
    cell.formula = true;
    assert_int_equal(cell_take(&cell, true, &out, &notes), REASON_NONE);
    assert_true(notes == CELL_NOTE(REASON_FORMULA_VALUE));
    free(out.text);
    cell.kind = CELL_NOT_COMPUTED;
    assert_int_equal(cell_take(&cell, true, &out, &notes),
                     REASON_FORMULA_WITHOUT_VALUE);
    free(out.text);
    cell.kind = CELL_ERROR;
    assert_int_equal(cell_take(&cell, true, &out, &notes), REASON_NOT_ALLOWED_VALUE);
    free(out.text);
}

static void number__of_every_form__hundredths_or_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        sheet_reason_t reason;
        int64_t centi;
    } cases[] = {
        { "85", REASON_NONE, 8500 },
        { "85.5", REASON_NONE, 8550 },
        { "85.05", REASON_NONE, 8505 },
        { "85.500", REASON_NONE, 8550 }, /* zeros say nothing */
        { "-3.25", REASON_NONE, -325 },
        { "0", REASON_NONE, 0 },
        { "85分", REASON_NONE, 8500 },
        { "85 分", REASON_NONE, 8500 },
        { "85.125", REASON_TOO_MANY_DECIMALS, 0 },
        { "85.", REASON_NOT_A_NUMBER, 0 },
        { ".5", REASON_NOT_A_NUMBER, 0 },
        { "85点", REASON_NOT_A_NUMBER, 0 },
        { "8 5", REASON_NOT_A_NUMBER, 0 },
        { "优秀", REASON_NOT_A_NUMBER, 0 },
        { "1e2", REASON_NOT_A_NUMBER, 0 },
        { "99999999999999", REASON_NOT_A_NUMBER, 0 },
        { "NaN", REASON_NOT_A_NUMBER, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t centi = 0;
        cell_notes_t notes = 0;
        assert_int_equal(cell_read_centi(cases[i].text, "分", &centi, &notes),
                         cases[i].reason);
        if (cases[i].reason == REASON_NONE)
            assert_int_equal(centi, cases[i].centi);
        assert_true((notes != 0) == (strstr(cases[i].text, "分") != NULL));
    }
}

static void date__of_every_form__one_day_or_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *expected; /* NULL: refused */
        cell_kind_t kind;
        sheet_reason_t note;
    } cases[] = {
        { "2024-03-05", "2024-03-05", CELL_TEXT, REASON_NONE },
        { "2024-3-5", "2024-03-05", CELL_TEXT, REASON_DATE_FORM },
        { "2024.3.5", "2024-03-05", CELL_TEXT, REASON_DATE_FORM },
        { "2024/03/05", "2024-03-05", CELL_TEXT, REASON_DATE_FORM },
        { "2024年3月5日", "2024-03-05", CELL_TEXT, REASON_DATE_FORM },
        { "20240305", "2024-03-05", CELL_TEXT, REASON_DATE_FORM },
        { "45356", "2024-03-05", CELL_NUMBER, REASON_DATE_SERIAL },
        { "45356", "2024-03-05", CELL_TEXT, REASON_DATE_SERIAL },
        { "2024-03-05", "2024-03-05", CELL_DATE, REASON_NONE },
        { "2024-03-05T00:00:00", "2024-03-05", CELL_DATE, REASON_NONE },
        { "2024-02-29", "2024-02-29", CELL_TEXT, REASON_NONE },
        { "2023-02-29", NULL, CELL_TEXT, REASON_NONE },
        { "2024-13-01", NULL, CELL_TEXT, REASON_NONE },
        { "2024-04-31", NULL, CELL_TEXT, REASON_NONE },
        { "5.3.2024", NULL, CELL_TEXT, REASON_NONE },
        { "2024123", NULL, CELL_TEXT, REASON_NONE }, /* January or December */
        { "2024 123", NULL, CELL_TEXT, REASON_NONE },
        { "2024-03-05T14:30:00", NULL, CELL_DATE, REASON_NONE },
        { "45356.5", NULL, CELL_NUMBER, REASON_NONE },
        { "2024-03", NULL, CELL_TEXT, REASON_NONE },
        { "85", NULL, CELL_NUMBER, REASON_NONE },
        { "昨天", NULL, CELL_TEXT, REASON_NONE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char date[CELLS_DATE_BYTES];
        cell_notes_t notes = 0;
        sheet_reason_t reason =
            cell_read_date(cases[i].text, cases[i].kind, date, &notes);
        assert_int_equal(reason,
                         cases[i].expected != NULL ? REASON_NONE : REASON_BAD_DATE);
        if (cases[i].expected == NULL)
            continue;
        assert_string_equal(date, cases[i].expected);
        assert_true(notes ==
                    (cases[i].note != REASON_NONE ? CELL_NOTE(cases[i].note) : 0));
    }
}

static void moment__of_every_form__one_instant_or_refused(void **unused)
{
    (void)unused;
    const int64_t at = INT64_C(1709620200000); /* 2024-03-05 14:30 in UTC+8 */
    static const struct {
        const char *text;
        cell_kind_t kind;
        sheet_reason_t expected;
    } cases[] = {
        { "2024-03-05T14:30:00+08:00", CELL_TEXT, REASON_NONE },
        { "2024-03-05T06:30:00Z", CELL_TEXT, REASON_NONE },
        { "2024-03-05 14:30", CELL_TEXT, REASON_NONE },
        { "2024-03-05 14:30:00", CELL_TEXT, REASON_NONE },
        { "2024/3/5 14:30", CELL_TEXT, REASON_NONE },
        { "2024年3月5日 14:30", CELL_TEXT, REASON_NONE },
        { "2024-03-05T14:30:00", CELL_DATE, REASON_NONE },
        { "45356.604166666667", CELL_NUMBER, REASON_NONE },
        { "2024-03-05", CELL_TEXT, REASON_TIME_MISSING },
        { "45809", CELL_TEXT, REASON_TIME_MISSING },
        { "45809", CELL_NUMBER, REASON_TIME_MISSING },
        { "45809.0", CELL_NUMBER, REASON_TIME_MISSING },
        { "99999999", CELL_NUMBER, REASON_BAD_DATE },
        { "2024-03-05 25:00", CELL_TEXT, REASON_BAD_DATE },
        { "2024-03-05 14:30:00+99:00", CELL_TEXT, REASON_BAD_DATE },
        { "14:30", CELL_TEXT, REASON_BAD_DATE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 0;
        cell_notes_t notes = 0;
        sheet_reason_t reason =
            cell_read_moment(cases[i].text, cases[i].kind, &ms, &notes);
        assert_int_equal(reason, cases[i].expected);
        if (reason == REASON_NONE)
            assert_int_equal(ms, at);
        else
            assert_int_equal(notes, 0);
    }
}

/* ---- headers ---- */

static const char *const dimensions[] = { "担当精神", "", "实际（成效）" };

static head_t match(const char *const *texts, uint32_t count, bool *matches)
{
    static cell_t cells[SOURCE_COLUMNS_MAX];
    for (uint32_t i = 0; i < count; i++)
        cells[i] = texts[i][0] != '\0' ? text_cell(texts[i]) : (cell_t){ .text = "" };
    const row_t row = { 1, count, cells };
    head_t head = { .kind = record_kind_find("observations"),
                    .dimensions = dimensions,
                    .dimension_count = 3 };
    *matches = head_match(&head, &row);
    return head;
}

static void head__both_languages_any_order__found(void **unused)
{
    (void)unused;
    static const char *const texts[] = { "dim:实际（成效）", "visit", "记录编码",
                                         "备注", "担当精神" };
    bool matches;
    head_t head = match(texts, 5, &matches);
    assert_true(matches);
    assert_int_equal(head_dimension(&head, 0), 3);
    assert_int_equal(head_dimension(&head, 4), 1);
    assert_string_equal(head_column(&head, 1)->field, "visit");
    assert_string_equal(head_column(&head, 2)->field, "code");
    assert_null(head_column(&head, 3));
    assert_int_equal(head_dimension(&head, 3), 0);
}

static void head__of_something_else__no_match(void **unused)
{
    (void)unused;
    static const char *const title[] = { "2024年一季度考察记录", "", "" };
    static const char *const data[] = { "O00001", "V0001", "I01", "C0001" };
    bool matches;
    (void)match(title, 3, &matches);
    assert_false(matches);
    (void)match(data, 4, &matches);
    assert_false(matches);
}

static void head__missing_and_repeated_columns__named(void **unused)
{
    (void)unused;
    static const char *const repeated[] = { "记录编码", "走访编码", "visit" };
    static const char *const rated[] = { "记录编码", "走访编码", "担当精神",
                                         "dim:担当精神" };
    static const char *const missing[] = { "记录编码", "走访编码", "对象编码" };
    const char *name;
    bool matches;
    head_t head = match(repeated, 3, &matches);
    assert_int_equal(head_fault(&head, &name), REASON_COLUMN_REPEATED);
    assert_string_equal(name, "走访编码");
    head = match(rated, 4, &matches);
    assert_int_equal(head_fault(&head, &name), REASON_COLUMN_REPEATED);
    assert_string_equal(name, "担当精神");
    head = match(missing, 3, &matches);
    assert_int_equal(head_fault(&head, &name), REASON_COLUMN_MISSING);
    assert_string_equal(name, "考察员编码");
}

static void head__parted_by_tabs_or_semicolons__recognised(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool expected;
    } cases[] = {
        { "记录编码\t走访编码\t对象编码", true },
        { "记录编码;走访编码;担当精神", true },
        { "\"code\";\"visit\"", true },
        { "2024年；一季度;考察记录", false },
        { "记录编码", false },
        { "O1;V1;I1", false },
    };
    const head_t head = { .kind = record_kind_find("observations"),
                          .dimensions = dimensions,
                          .dimension_count = 3 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const cell_t cell = text_cell(cases[i].text);
        const row_t row = { 1, 1, &cell };
        assert_int_equal(head_match_parted(&head, &row), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__blanks_and_full_width__plain),
        cmocka_unit_test(text__blanks_only_and_names__compared),
        cmocka_unit_test(text__formulas_and_errors__told),
        cmocka_unit_test(number__of_every_form__hundredths_or_refused),
        cmocka_unit_test(date__of_every_form__one_day_or_refused),
        cmocka_unit_test(moment__of_every_form__one_instant_or_refused),
        cmocka_unit_test(head__both_languages_any_order__found),
        cmocka_unit_test(head__of_something_else__no_match),
        cmocka_unit_test(head__parted_by_tabs_or_semicolons__recognised),
        cmocka_unit_test(head__missing_and_repeated_columns__named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
