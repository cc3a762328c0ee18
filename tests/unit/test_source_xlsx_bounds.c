/* Goal: whatever a workbook pretends to be, reading it ends, within bounds and with words.
 * Method: one workbook beyond each bound; memory as the kernel counts it in a child that
 * reads the largest of them; then a workbook cut at every 97th byte, and parts with
 * random bytes changed (the seed is printed): a fault or rows, never a crash. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/sheet_text.h"
#include "tests/support/workbook.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define MESSY        YIXIAN_SOURCE "/tests/scenarios/messy/"
#define BIG_ROWS     100000u
#define BIG_COLUMNS  22u
#define FLIPS        1500u
#define MEBIBYTE     (1024u * 1024u)
#define BASE_KIB     (16 * 1024) /* of a process that has read nothing yet */
#define READ_KIB_MAX ((long)(SOURCE_MEMORY_MAX / 1024u) + BASE_KIB)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_COUNTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY_COUNTS 0
#endif
#endif
#ifndef MEMORY_COUNTS
#define MEMORY_COUNTS 1 /* sanitizers take memory of their own */
#endif

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

static void assert_fault(const desk_t *desk, const workbook_t *workbook,
                         sheet_reason_t reason, uint32_t row, uint32_t column)
{
    source_fault_t fault;
    workbook_write(desk->path, workbook);
    (void)sheet_rows(desk->path, &fault);
    assert_int_equal(fault.reason, reason);
    assert_int_equal(fault.row, row);
    assert_int_equal(fault.column, column);
}

static void assert_rows_fault(void **state, const char *rows, sheet_reason_t reason,
                              uint32_t row, uint32_t column)
{
    char *sheet = workbook_sheet(rows);
    assert_fault(*state, &(workbook_t){ .sheet = sheet }, reason, row, column);
    free(sheet);
}

/* `piece` so often, between a head and a tail. */
static char *repeated(const char *head, const char *piece, size_t times,
                      const char *tail)
{
    size_t size = strlen(piece), at = strlen(head);
    char *text = malloc(at + size * times + strlen(tail) + 1);
    assert_non_null(text);
    memcpy(text, head, at);
    for (size_t i = 0; i < times; i++, at += size)
        memcpy(text + at, piece, size);
    memcpy(text + at, tail, strlen(tail) + 1);
    return text;
}

/* ---- cells and rows beyond the bounds ---- */

static void places__beyond_the_sheet__are_refused(void **state)
{
    assert_rows_fault(state, "<row><c r='IV1'><v>1</v></c></row>", REASON_NONE, 0, 0);
    assert_rows_fault(state, "<row><c r='IW1'><v>1</v></c></row>",
                      REASON_TOO_MANY_COLUMNS, 1, 0);
    assert_rows_fault(state, "<row><c r='IV1'/><c><v>1</v></c></row>",
                      REASON_TOO_MANY_COLUMNS, 1, 0);
    assert_rows_fault(state, "<row r='1048576'><c><v>1</v></c></row>", REASON_NONE, 0,
                      0);
    assert_rows_fault(state, "<row r='1048577'/>", REASON_TOO_MANY_ROWS, 1048577, 0);
}

static void places__that_make_no_sense__are_damage(void **state)
{
    static const char *const rows[] = {
        "<row r='2'/><row r='2'/>",
        "<row r='3'/><row r='2'/>",
        "<row r='0'/>",
        "<row r='-1'/>",
        "<row r='99999999999999999999'/>",
        "<row r='x'/>",
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        source_fault_t fault;
        const desk_t *desk = *state;
        char *sheet = workbook_sheet(rows[i]);
        workbook_write(desk->path, &(workbook_t){ .sheet = sheet });
        (void)sheet_rows(desk->path, &fault);
        assert_int_equal(fault.reason, REASON_DAMAGED_FILE);
        free(sheet);
    }
    assert_rows_fault(state, "<row><c r='1'><v>1</v></c></row>", REASON_DAMAGED_FILE, 1,
                      1);
    assert_rows_fault(state, "<row><c r='B1'><v>1</v></c><c r='B1'><v>1</v></c></row>",
                      REASON_DAMAGED_FILE, 1, 2);
}

static void values__that_make_no_sense__are_damage(void **state)
{
    assert_rows_fault(state, "<row><c t='s'><v>2</v></c></row>", REASON_DAMAGED_FILE, 1,
                      1);
    assert_rows_fault(state, "<row><c/><c t='s'><v>-1</v></c></row>",
                      REASON_DAMAGED_FILE, 1, 2);
    assert_rows_fault(state, "<row/><row><c><v>eight</v></c></row>",
                      REASON_DAMAGED_FILE, 2, 1);
    assert_rows_fault(state, "<row><c t='d'><v>soon</v></c></row>", REASON_DAMAGED_FILE,
                      1, 1);
    assert_rows_fault(state, "<row><c s='x'><v>1</v></c></row>", REASON_DAMAGED_FILE, 1,
                      1);
}

static void text__longer_than_a_cell__is_refused_where_it_stands(void **state)
{
    const desk_t *desk = *state;
    char *fits = repeated("<row><c/><c t='inlineStr'><is><t>", "x", SOURCE_CELL_MAX,
                          "</t></is></c></row>");
    assert_rows_fault(state, fits, REASON_NONE, 0, 0);
    free(fits);
    char *text = repeated("<row/><row><c/><c t='inlineStr'><is><t>", "x",
                          SOURCE_CELL_MAX + 1, "</t></is></c></row>");
    assert_rows_fault(state, text, REASON_TEXT_TOO_LONG, 2, 2);
    free(text);
    char *strings =
        repeated("<sst><si><t>", "x", SOURCE_CELL_MAX + 1, "</t></si></sst>");
    char *sheet = workbook_sheet("<row><c t='s'><v>0</v></c></row>");
    assert_fault(desk, &(workbook_t){ .strings = strings, .sheet = sheet },
                 REASON_TEXT_TOO_LONG, 1, 1);
    free(strings);
    free(sheet);
}

static void sheets__more_than_allowed__are_refused(void **state)
{
    static const char head[] = "<workbook xmlns:r='r'><sheets>";
    static const char tail[] = "</sheets></workbook>";
    char *fits =
        repeated(head, "<sheet name='a' r:id='rId1'/>", SOURCE_SHEETS_MAX, tail);
    char *more =
        repeated(head, "<sheet name='a' r:id='rId1'/>", SOURCE_SHEETS_MAX + 1, tail);
    char *sheet = workbook_sheet("");
    assert_fault(*state, &(workbook_t){ .book = fits, .sheet = sheet }, REASON_NONE, 0,
                 0);
    assert_fault(*state, &(workbook_t){ .book = more, .sheet = sheet },
                 REASON_TOO_MANY_SHEETS, 0, 0);
    free(fits);
    free(more);
    free(sheet);
}

/* ---- the parser's own bounds ---- */

static void doctype__in_any_part__is_forbidden(void **state)
{
    static const char bomb[] =
        "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;'>]><sst><si><t>&c;</t></si></sst>";
    static const char plain[] =
        "<!DOCTYPE worksheet><worksheet><sheetData/></worksheet>";
    const desk_t *desk = *state;
    char *sheet = workbook_sheet("");
    const workbook_t books[] = {
        { .sheet = sheet, .strings = bomb },
        { .sheet = sheet, .styles = bomb },
        { .sheet = sheet, .book = bomb },
        { .sheet = sheet, .relations = bomb },
        { .sheet = sheet, .book_relations = bomb },
        { .sheet = plain },
        { .sheet = bomb },
    };
    for (unsigned i = 0; i < sizeof books / sizeof books[0]; i++)
        assert_fault(desk, &books[i], REASON_DTD_FORBIDDEN, 0, 0);
    free(sheet);
    assert_rows_fault(state, "<row><c><v>&undefined;</v></c></row>",
                      REASON_DAMAGED_FILE, 0, 0);
}

static void parser__fed_depth_names_or_length__stops(void **state)
{
    char *deep = repeated("<row>", "<a>", 100000, "");
    assert_rows_fault(state, deep, REASON_DAMAGED_FILE, 0, 0);
    free(deep);
    char *names = malloc(4 * MEBIBYTE);
    assert_non_null(names);
    size_t size = 0;
    for (unsigned i = 0; i < 200000; i++)
        size += (size_t)snprintf(names + size, 20, "<n%u/>", i);
    assert_rows_fault(state, names, REASON_DAMAGED_FILE, 0, 0);
    free(names);
    char *token = repeated("<row a='", "xxxxxxxx", 4 * MEBIBYTE / 8, "'/>");
    assert_rows_fault(state, token, REASON_DAMAGED_FILE, 0, 0);
    free(token);
}

static void sheet__that_swells_a_hundredfold__is_refused_before_a_row(void **state)
{
    const desk_t *desk = *state;
    char *rows =
        repeated("", "<row><c><v>85</v></c><c><v>85</v></c></row>", 900000, "");
    char *sheet = workbook_sheet(rows);
    assert_fault(desk, &(workbook_t){ .sheet = sheet, .deflated = true },
                 REASON_UNPACKED_TOO_LARGE, 0, 0);
    /* The same size in the archive and out of it: only time is at stake. */
    workbook_write(desk->path, &(workbook_t){ .sheet = sheet });
    source_fault_t fault;
    assert_int_equal(sheet_rows(desk->path, &fault), 900000);
    free(rows);
    free(sheet);
}

/* The archive says 1 KiB of every part; what comes out is counted. */
static void sheet__that_lies_about_its_size__is_no_way_round(void **state)
{
    const desk_t *desk = *state;
    char *rows =
        repeated("", "<row><c><v>85</v></c><c><v>85</v></c></row>", 900000, "");
    char *sheet = workbook_sheet(rows);
    uint32_t real = (uint32_t)strlen(sheet), said = 1024;
    workbook_write(desk->path, &(workbook_t){ .sheet = sheet, .deflated = true });
    size_t size;
    uint8_t *bytes = folder_read_file(desk->path, &size);
    unsigned found = 0;
    for (size_t at = 0; at + 4 <= size; at++) {
        if (memcmp(bytes + at, &real, 4) == 0) {
            folder_patch_file(desk->path, at, &said, sizeof said);
            found++;
        }
    }
    assert_true(found >= 1);
    source_fault_t fault;
    (void)sheet_rows(desk->path, &fault);
    assert_true(fault.reason == REASON_UNPACKED_TOO_LARGE ||
                fault.reason == REASON_DAMAGED_FILE);
    free(bytes);
    free(rows);
    free(sheet);
}

/* ---- memory ---- */

static void write_big(const char *path)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    lxw_workbook *book = workbook_new_opt(path, &options);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "observations");
    char text[160];
    for (uint32_t row = 0; row < BIG_ROWS; row++) {
        for (lxw_col_t column = 0; column < BIG_COLUMNS; column++) {
            if (column % 3 == 0) {
                (void)snprintf(text, sizeof text, "第%u行%u列，现场处置及时。", row,
                               (unsigned)column);
                assert_int_equal(worksheet_write_string(sheet, row, column, text, NULL),
                                 LXW_NO_ERROR);
            } else {
                assert_int_equal(
                    worksheet_write_number(sheet, row, column, row % 100 + 0.5, NULL),
                    LXW_NO_ERROR);
            }
        }
    }
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

typedef struct {
    const char *path;
    uint64_t rows;
    sheet_reason_t reason;
    unsigned kind;
} task_t;

static int write_big_in_child(void *context)
{
    const task_t *task = context;
    write_big(task->path);
    return 0;
}

static int read_in_child(void *context)
{
    const task_t *task = context;
    source_fault_t fault;
    struct rusage usage;
    uint64_t rows = sheet_rows(task->path, &fault);
    if (rows != task->rows || fault.reason != task->reason)
        return 1;
    (void)getrusage(RUSAGE_SELF, &usage);
    return MEMORY_COUNTS && usage.ru_maxrss > READ_KIB_MAX ? 2 : 0;
}

static void memory__of_a_hundred_thousand_rows__stays_within_bounds(void **state)
{
    const desk_t *desk = *state;
    task_t task = { .path = desk->path, .rows = BIG_ROWS };
    assert_int_equal(folder_in_child(write_big_in_child, &task), 0);
    assert_int_equal(folder_in_child(read_in_child, &task), 0);
}

static void memory__of_a_swollen_workbook__stays_within_bounds(void **state)
{
    (void)state;
    task_t task = { .path = MESSY "m26_swollen_sheet.xlsx",
                    .reason = REASON_UNPACKED_TOO_LARGE };
    assert_int_equal(folder_in_child(read_in_child, &task), 0);
}

/* Texts without anything in them, then such as LibreOffice cuts into runs. */
static int write_strings_in_child(void *context)
{
    static const char *const pieces[] = {
        "<si/>", "<si><r><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></r></si>"
    };
    const task_t *task = context;
    char *strings = repeated("<sst>", pieces[task->kind], task->rows, "</sst>");
    char *sheet =
        workbook_sheet("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>");
    workbook_write(task->path, &(workbook_t){ .strings = strings, .sheet = sheet });
    free(strings);
    free(sheet);
    return 0;
}

/* Five bytes for an empty text, four of them for where it begins. */
static void memory__of_as_many_texts_as_fit__stays_within_bounds(void **state)
{
    const desk_t *desk = *state;
    static const struct {
        unsigned kind;
        uint64_t texts;
        bool fits;
    } cases[] = {
        { 0, SOURCE_UNPACKED_MAX / 5 - 1, true },
        { 0, SOURCE_UNPACKED_MAX / 5 + 1, false },
        { 1, SOURCE_UNPACKED_MAX / 37 - 1, true },
        { 1, SOURCE_UNPACKED_MAX / 37 + 1, false },
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        task_t task = { .path = desk->path,
                        .rows = cases[i].texts,
                        .kind = cases[i].kind };
        assert_int_equal(folder_in_child(write_strings_in_child, &task), 0);
        task.rows = cases[i].fits ? 2 : 0;
        task.reason = cases[i].fits ? REASON_NONE : REASON_UNPACKED_TOO_LARGE;
        assert_int_equal(folder_in_child(read_in_child, &task), 0);
    }
}

/* ---- damage ---- */

static void file__cut_at_any_length__is_damaged(void **state)
{
    const desk_t *desk = *state;
    size_t size;
    uint8_t *bytes = folder_read_file(MESSY "m02_merged_title.xlsx", &size);
    for (size_t cut = 4; cut < size; cut += 97) {
        FILE *file = fopen(desk->path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, cut, file), cut);
        assert_int_equal(fclose(file), 0);
        source_fault_t fault;
        (void)sheet_rows(desk->path, &fault);
        assert_int_equal(fault.reason, REASON_DAMAGED_FILE);
    }
    free(bytes);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint64_t first_seed(void)
{
    const char *given = getenv("YIXIAN_SEED");
    uint64_t seed = given != NULL ? strtoul(given, NULL, 10) : (uint64_t)getpid();
    print_message("YIXIAN_SEED=%" PRIu64 "\n", seed);
    return seed | 1;
}

static void file__with_bytes_changed__is_read_or_refused(void **state)
{
    const desk_t *desk = *state;
    uint64_t seed = first_seed();
    size_t size;
    uint8_t *bytes = folder_read_file(MESSY "m08_date_mixed_cells.xlsx", &size);
    for (unsigned i = 0; i < FLIPS; i++) {
        FILE *file = fopen(desk->path, "wb");
        assert_non_null(file);
        size_t at = next_random(&seed) % size;
        uint8_t was = bytes[at];
        bytes[at] = (uint8_t)next_random(&seed);
        assert_int_equal(fwrite(bytes, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        bytes[at] = was;
        source_fault_t fault;
        (void)sheet_rows(desk->path, &fault); /* sheet_text.c checks what it gets */
    }
    free(bytes);
}

/* The archive's checksums hide the parser from the case above: here they are right. */
static void parts__with_bytes_changed__are_read_or_refused(void **state)
{
    static const char rows[] =
        "<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1' s='1'><v>45356.5</v></c>"
        "<c r='C1'><f>A1</f><v>84.299999999999997</v></c></row><row r='12'>"
        "<c t='inlineStr'><is><r><t>_x000A_&amp;</t></r></is></c><c t='b'><v>1</v></c>"
        "<c t='d'><v>2024-03-05T14:30:00</v></c><c t='e'><v>#N/A</v></c></row>";
    const desk_t *desk = *state;
    uint64_t seed = first_seed();
    char strings[] = "<sst><si><t>a_x000D_</t></si><si><r><t>b</t></r></si></sst>";
    char *sheet = workbook_sheet(rows);
    size_t size = strlen(sheet), strings_size = sizeof strings - 1;
    for (unsigned i = 0; i < FLIPS; i++) {
        size_t at = next_random(&seed) % size;
        size_t also = next_random(&seed) % strings_size;
        char was = sheet[at], then = strings[also];
        sheet[at] = (char)(next_random(&seed) % 255 + 1);
        strings[also] = i % 8 == 0 ? (char)(next_random(&seed) % 255 + 1) : then;
        workbook_write(desk->path, &(workbook_t){ .sheet = sheet, .strings = strings });
        sheet[at] = was;
        strings[also] = then;
        source_fault_t fault;
        (void)sheet_rows(desk->path, &fault);
    }
    free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places__beyond_the_sheet__are_refused),
        cmocka_unit_test(places__that_make_no_sense__are_damage),
        cmocka_unit_test(values__that_make_no_sense__are_damage),
        cmocka_unit_test(text__longer_than_a_cell__is_refused_where_it_stands),
        cmocka_unit_test(sheets__more_than_allowed__are_refused),
        cmocka_unit_test(doctype__in_any_part__is_forbidden),
        cmocka_unit_test(parser__fed_depth_names_or_length__stops),
        cmocka_unit_test(memory__of_a_hundred_thousand_rows__stays_within_bounds),
        cmocka_unit_test(memory__of_a_swollen_workbook__stays_within_bounds),
        cmocka_unit_test(memory__of_as_many_texts_as_fit__stays_within_bounds),
        cmocka_unit_test(sheet__that_swells_a_hundredfold__is_refused_before_a_row),
        cmocka_unit_test(sheet__that_lies_about_its_size__is_no_way_round),
        cmocka_unit_test(file__cut_at_any_length__is_damaged),
        cmocka_unit_test(file__with_bytes_changed__is_read_or_refused),
        cmocka_unit_test(parts__with_bytes_changed__are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
