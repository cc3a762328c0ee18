/* xlsx_sheet.c - see xlsx_sheet.h. */
#include "clients/sheets/xlsx_sheet.h"

#include "clients/sheets/xlsx_numbers.h"
#include "clients/sheets/xlsx_part.h"
#include "proto/buffer.h"
#include "proto/check.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A row of the longest cells, and a NUL behind each. */
#define ROW_TEXT_MAX ((size_t)SOURCE_COLUMNS_MAX * (SOURCE_CELL_MAX + 1u))

typedef enum {
    STORED_NUMBER,
    STORED_SHARED,
    STORED_INLINE,
    STORED_RESULT, /* the text that a formula gave */
    STORED_BOOLEAN,
    STORED_ERROR,
    STORED_DATE,
    STORED_COUNT
} stored_t;

/* The cell that is being read. */
typedef struct {
    uint32_t column, style; /* column from 0 */
    stored_t stored;
    bool formula, value; /* whether it has the element, empty or not */
    size_t start;        /* of its text in `text` */
} open_cell_t;

/* Texts may move until the row is whole: kept by where they begin. */
typedef struct {
    const char *shared; /* or NULL: at `start` */
    size_t start;
} place_t;

struct xlsx_sheet {
    xlsx_shared_t shared;
    xlsx_part_t *part;
    cell_t cells[SOURCE_COLUMNS_MAX];
    place_t places[SOURCE_COLUMNS_MAX];
    buffer_t text;
    open_cell_t cell;
    uint32_t number, next_column; /* of the row, from 1; of a cell that tells none */
    uint32_t count, width;        /* cells of the row; the widest row so far */
    bool any;                     /* the row has cells, be they empty */
    source_fault_t fault;         /* of a cell; reason REASON_NONE until there is one */
};

/* ---- faults ---- */

static void refuse_cell(xlsx_sheet_t *sheet, sheet_reason_t reason)
{
    sheet->fault = (source_fault_t){ .reason = reason,
                                     .row = sheet->number,
                                     .column = sheet->cell.column + 1 };
    xlsx_part_refuse(sheet->part, reason);
}

static void refuse_row(xlsx_sheet_t *sheet, sheet_reason_t reason)
{
    sheet->fault = (source_fault_t){ .reason = reason, .row = sheet->number };
    xlsx_part_refuse(sheet->part, reason);
}

static bool append(xlsx_sheet_t *sheet, const char *text, size_t size)
{
    status_t status = buffer_append(&sheet->text, text, size);
    if (status == STATUS_OK)
        return true;
    refuse_cell(sheet,
                status == STATUS_NO_MEMORY ? REASON_NO_MEMORY : REASON_TEXT_TOO_LONG);
    return false;
}

/* ---- places ---- */

/* Digits only; false: something else or over `most`. */
static bool read_number(const char *text, uint32_t most, uint32_t *out)
{
    uint64_t number = 0;
    const char *at = text;
    for (; isdigit((unsigned char)*at) && number <= most; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *out = (uint32_t)number;
    return at > text && *at == '\0' && number <= most;
}

/* "AB12" to 27; behind the last column is SOURCE_COLUMNS_MAX. false: no such name. */
static bool read_column(const char *reference, uint32_t *column)
{
    uint32_t number = 0;
    const char *at = reference;
    for (; *at >= 'A' && *at <= 'Z' && number <= SOURCE_COLUMNS_MAX; at++)
        number = number * 26 + (uint32_t)(*at - 'A') + 1;
    if (number == 0)
        return false;
    *column = number > SOURCE_COLUMNS_MAX ? SOURCE_COLUMNS_MAX : number - 1;
    return true;
}

static stored_t stored_of(const char *type)
{
    static const char *const names[STORED_COUNT] = {
        [STORED_NUMBER] = "n",   [STORED_SHARED] = "s",  [STORED_INLINE] = "inlineStr",
        [STORED_RESULT] = "str", [STORED_BOOLEAN] = "b", [STORED_ERROR] = "e",
        [STORED_DATE] = "d"
    };
    for (unsigned i = 0; type != NULL && i < STORED_COUNT; i++) {
        if (strcmp(names[i], type) == 0)
            return (stored_t)i;
    }
    return STORED_NUMBER;
}

/* ---- beginning rows and cells ---- */

static void begin_row(xlsx_sheet_t *sheet, const char *const *attributes)
{
    const char *told = xlsx_attribute(attributes, "r", 0);
    uint32_t last = sheet->number;
    sheet->number++;
    if (told != NULL && !read_number(told, UINT32_MAX - 1, &sheet->number))
        sheet->number = 0;
    buffer_clear(&sheet->text);
    memset(sheet->cells, 0, sizeof sheet->cells);
    sheet->next_column = sheet->count = 0;
    sheet->any = false;
    if (sheet->number <= last) { /* not a number, or not below the row before */
        sheet->number = last;
        refuse_row(sheet, REASON_DAMAGED_FILE);
    } else if (sheet->number > SOURCE_ROWS_MAX) {
        refuse_row(sheet, REASON_TOO_MANY_ROWS);
    }
}

static void begin_cell(xlsx_sheet_t *sheet, const char *const *attributes)
{
    const char *reference = xlsx_attribute(attributes, "r", 0);
    const char *style = xlsx_attribute(attributes, "s", 0);
    open_cell_t *cell = &sheet->cell;
    *cell = (open_cell_t){ .column = sheet->next_column,
                           .stored = stored_of(xlsx_attribute(attributes, "t", 0)),
                           .start = sheet->text.size };
    sheet->any = true;
    bool good = reference == NULL || read_column(reference, &cell->column);
    if (style != NULL)
        good = read_number(style, UINT16_MAX, &cell->style) && good;
    if (cell->column < SOURCE_COLUMNS_MAX)
        good = good && sheet->cells[cell->column].kind == CELL_EMPTY;
    sheet->next_column = cell->column + (cell->column < SOURCE_COLUMNS_MAX);
    if (!good)
        refuse_cell(sheet, REASON_DAMAGED_FILE);
}

/* ---- what a cell holds ---- */

static void put(xlsx_sheet_t *sheet, cell_kind_t kind, const char *text, size_t size)
{
    const open_cell_t *cell = &sheet->cell;
    sheet->text.size = cell->start;
    if (!append(sheet, text, size) || !append(sheet, "", 1))
        return;
    sheet->cells[cell->column] =
        (cell_t){ .kind = kind, .formula = cell->formula, .size = (uint32_t)size };
    sheet->places[cell->column] = (place_t){ .start = cell->start };
}

static void put_number(xlsx_sheet_t *sheet, const char *stored)
{
    char date[XLSX_DATE_CHARS_MAX], number[XLSX_NUMBER_CHARS_MAX];
    const open_cell_t *cell = &sheet->cell;
    size_t size = 0;
    if (xlsx_styles_is_date(sheet->shared.styles, cell->style))
        size = xlsx_date_text(stored, sheet->shared.from_1904, date);
    if (size > 0) {
        put(sheet, CELL_DATE, date, size);
        return;
    }
    size = xlsx_number_text(stored, number);
    if (size > 0)
        put(sheet, CELL_NUMBER, number, size);
    else
        refuse_cell(sheet, REASON_DAMAGED_FILE);
}

static void put_date(xlsx_sheet_t *sheet, const char *stored)
{
    char date[XLSX_DATE_CHARS_MAX];
    size_t size = xlsx_iso_text(stored, date);
    if (size > 0)
        put(sheet, CELL_DATE, date, size);
    else
        refuse_cell(sheet, REASON_DAMAGED_FILE);
}

static void put_shared(xlsx_sheet_t *sheet, const char *stored)
{
    uint32_t index, size;
    const open_cell_t *cell = &sheet->cell;
    const char *text = NULL;
    if (read_number(stored, UINT32_MAX - 1, &index))
        text = xlsx_strings_at(sheet->shared.strings, index, &size);
    if (text == NULL) {
        refuse_cell(sheet, REASON_DAMAGED_FILE);
    } else if (size > SOURCE_CELL_MAX) {
        refuse_cell(sheet, REASON_TEXT_TOO_LONG);
    } else if (size > 0) {
        sheet->text.size = cell->start;
        sheet->cells[cell->column] =
            (cell_t){ .kind = CELL_TEXT, .formula = cell->formula, .size = size };
        sheet->places[cell->column] = (place_t){ .shared = text };
    }
}

/* `stored` lies in the row's text and ends with a NUL, as put() may write over it. */
static void put_text(xlsx_sheet_t *sheet, char *stored, size_t size)
{
    size_t plain = xlsx_unescape(stored, size);
    const open_cell_t *cell = &sheet->cell;
    stored[plain] = '\0';
    sheet->text.size = cell->start + plain + 1;
    if (plain == 0)
        return;
    sheet->cells[cell->column] = (cell_t){ .kind = CELL_TEXT,
                                           .formula = cell->formula,
                                           .size = (uint32_t)plain };
    sheet->places[cell->column] = (place_t){ .start = cell->start };
}

static void put_boolean(xlsx_sheet_t *sheet, const char *stored)
{
    bool yes = strcmp(stored, "1") == 0 || strcmp(stored, "true") == 0;
    put(sheet, CELL_BOOLEAN, yes ? "TRUE" : "FALSE", yes ? 4 : 5);
}

static void put_stored(xlsx_sheet_t *sheet, char *stored, size_t size)
{
    char error[32] = { 0 };
    switch (sheet->cell.stored) {
    case STORED_SHARED:
        put_shared(sheet, stored);
        break;
    case STORED_INLINE:
    case STORED_RESULT:
        put_text(sheet, stored, size);
        break;
    case STORED_BOOLEAN:
        put_boolean(sheet, stored);
        break;
    case STORED_ERROR:
        memcpy(error, stored, size < sizeof error ? size : sizeof error - 1);
        put(sheet, CELL_ERROR, error, strlen(error));
        break;
    case STORED_DATE:
        put_date(sheet, stored);
        break;
    default:
        put_number(sheet, stored);
        break;
    }
}

static void end_cell(xlsx_sheet_t *sheet)
{
    open_cell_t *cell = &sheet->cell;
    size_t size = sheet->text.size - cell->start;
    /* A formula may have given an empty text; any other value is never empty. */
    bool given = cell->value && cell->stored == STORED_RESULT;
    if (size == 0 && (!cell->formula || given))
        return;
    if (cell->column >= SOURCE_COLUMNS_MAX) {
        refuse_row(sheet, REASON_TOO_MANY_COLUMNS);
        return;
    }
    if (size == 0) {
        put(sheet, CELL_NOT_COMPUTED, "", 0);
    } else if (append(sheet, "", 1)) {
        char *stored = (char *)sheet->text.data + cell->start;
        put_stored(sheet, stored, size);
    }
    bool filled = sheet->cells[cell->column].kind != CELL_EMPTY;
    if (filled && cell->column >= sheet->count)
        sheet->count = cell->column + 1;
}

/* ---- what the part tells ---- */

static void on_open(void *context, xlsx_tag_t tag, const char *const *attributes)
{
    xlsx_sheet_t *sheet = context;
    if (tag == TAG_ROW)
        begin_row(sheet, attributes);
    else if (tag == TAG_CELL)
        begin_cell(sheet, attributes);
    else if (tag == TAG_FORMULA)
        sheet->cell.formula = true;
    else if (tag == TAG_VALUE)
        sheet->cell.value = true;
}

static void on_text(void *context, const char *text, size_t size)
{
    xlsx_sheet_t *sheet = context;
    if (sheet->text.size - sheet->cell.start + size > SOURCE_CELL_MAX)
        refuse_cell(sheet, REASON_TEXT_TOO_LONG);
    else
        (void)append(sheet, text, size); /* a failure is told */
}

static void on_close(void *context, xlsx_tag_t tag)
{
    xlsx_sheet_t *sheet = context;
    if (tag == TAG_CELL)
        end_cell(sheet);
    else if (tag == TAG_ROW && sheet->any)
        xlsx_part_pause(sheet->part);
}

/* ---- the sheet ---- */

xlsx_sheet_t *xlsx_sheet_open(const xlsx_shared_t *shared, const char *part,
                              source_fault_t *fault)
{
    static const xlsx_handlers_t handlers = { .open = on_open,
                                              .text = on_text,
                                              .close = on_close };
    CHECK(shared != NULL && part != NULL && fault != NULL);
    *fault = (source_fault_t){ .reason = REASON_NO_MEMORY };
    xlsx_sheet_t *sheet = calloc(1, sizeof *sheet);
    if (sheet == NULL)
        return NULL;
    sheet->shared = *shared;
    buffer_init(&sheet->text, ROW_TEXT_MAX);
    sheet->part =
        xlsx_part_open(shared->zip, part, TAG_SHEET, &handlers, sheet, &fault->reason);
    if (sheet->part == NULL)
        xlsx_sheet_close(&sheet);
    return sheet;
}

void xlsx_sheet_close(xlsx_sheet_t **sheet)
{
    CHECK(sheet != NULL);
    if (*sheet != NULL) {
        xlsx_part_close(&(*sheet)->part);
        buffer_fini(&(*sheet)->text);
    }
    free(*sheet);
    *sheet = NULL;
}

static void hand_out(xlsx_sheet_t *sheet, row_t *row)
{
    if (sheet->count > sheet->width)
        sheet->width = sheet->count;
    for (uint32_t i = 0; i < sheet->width; i++) {
        const place_t *place = &sheet->places[i];
        cell_t *cell = &sheet->cells[i];
        if (cell->kind == CELL_EMPTY)
            cell->text = "";
        else
            cell->text = place->shared != NULL
                             ? place->shared
                             : (const char *)sheet->text.data + place->start;
    }
    *row = (row_t){ .number = sheet->number,
                    .count = sheet->width,
                    .cells = sheet->cells };
}

source_step_t xlsx_sheet_next(xlsx_sheet_t *sheet, row_t *row, source_fault_t *fault)
{
    CHECK(sheet != NULL && row != NULL && fault != NULL);
    sheet_reason_t reason;
    *fault = (source_fault_t){ .reason = REASON_NONE };
    switch (xlsx_part_run(sheet->part, &reason)) {
    case PART_PAUSED:
        hand_out(sheet, row);
        return SOURCE_ROW;
    case PART_END:
        return SOURCE_END;
    default:
        *fault = sheet->fault.reason != REASON_NONE
                     ? sheet->fault
                     : (source_fault_t){ .reason = reason };
        return SOURCE_FAULT;
    }
}
