/* table_xlsx.c - the .xlsx of table_writer.h, by libxlsxwriter.
 *
 * Rows go to a temporary file of the library's as they come and into the archive at the
 * end. Texts stand in their cells, not in a shared list: that is the price of it.
 */
#include "clients/sheets/table_parts.h"

#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xlsxwriter.h>

#define WIDTH_MIN         6u
#define WIDTH_MAX         60u
#define LIST_CHARS_MAX    255u /* of all choices with their commas */
#define LIST_VALUES_MAX   63u
#define MESSAGE_CHARS_MAX 255u
/* Known wherever Chinese is written; it serves Latin letters as well. */
#define FONT              "宋体"
#define LAST_ROW          1048575u

typedef struct {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *header, *formats[COLUMN_LIST + 1];
    const table_column_t *columns;
    uint32_t count, row;
    uint32_t widths[TABLE_WRITER_COLUMNS_MAX];
    char *cell; /* TABLE_CELL_CHARS_MAX characters of four bytes and a NUL */
} xlsx_t;

#define CELL_BYTES (TABLE_CELL_CHARS_MAX * 4u + 1u)

static status_t status_of(lxw_error error)
{
    switch (error) {
    case LXW_NO_ERROR:
        return STATUS_OK;
    case LXW_ERROR_MEMORY_MALLOC_FAILED:
        return STATUS_NO_MEMORY;
    case LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED:
        return STATUS_TEXT_TOO_LONG;
    default:
        return errno == ENOSPC || errno == EDQUOT ? STATUS_STORAGE_FULL : STATUS_IO;
    }
}

/* ---- texts ---- */

/* Characters as a workbook counts them (UTF-16), and columns on paper. */
static void measure(text_t cell, uint32_t *characters, uint32_t *width)
{
    utf8proc_int32_t code;
    *characters = *width = 0;
    for (uint32_t at = 0; at < cell.size;) {
        utf8proc_ssize_t read =
            utf8proc_iterate((const utf8proc_uint8_t *)cell.data + at,
                             (utf8proc_ssize_t)(cell.size - at), &code);
        int columns = read > 0 ? utf8proc_charwidth(code) : 1;
        *characters += read > 0 && code > 0xFFFF ? 2 : 1;
        *width += columns > 0 ? (uint32_t)columns : 0;
        at += read > 0 ? (uint32_t)read : 1;
    }
}

static text_t text_of(const char *text)
{
    return (text_t){ .data = text, .size = (uint32_t)strlen(text) };
}

static status_t write_text(xlsx_t *xlsx, uint32_t column, text_t cell,
                           lxw_format *format)
{
    uint32_t characters, width;
    measure(cell, &characters, &width);
    if (characters > TABLE_CELL_CHARS_MAX || cell.size >= CELL_BYTES)
        return STATUS_TEXT_TOO_LONG;
    if (width > xlsx->widths[column])
        xlsx->widths[column] = width;
    memcpy(xlsx->cell, cell.data, cell.size);
    xlsx->cell[cell.size] = '\0';
    return status_of(worksheet_write_string(xlsx->sheet, xlsx->row, (lxw_col_t)column,
                                            xlsx->cell, format));
}

static void note_width(xlsx_t *xlsx, uint32_t column, uint32_t width)
{
    if (width > xlsx->widths[column])
        xlsx->widths[column] = width;
}

/* ---- typed cells ---- */

static status_t write_number(xlsx_t *xlsx, uint32_t column, text_t cell)
{
    char number[32];
    CHECK(cell.size < sizeof number); /* as table_is_number allows */
    memcpy(number, cell.data, cell.size);
    number[cell.size] = '\0';
    note_width(xlsx, column, cell.size + 1);
    return status_of(worksheet_write_number(xlsx->sheet, xlsx->row, (lxw_col_t)column,
                                            strtod(number, NULL),
                                            xlsx->formats[xlsx->columns[column].type]));
}

static status_t write_moment(xlsx_t *xlsx, uint32_t column,
                             const table_moment_t *moment)
{
    column_type_t type = xlsx->columns[column].type;
    lxw_datetime when = { .year = moment->year,
                          .month = moment->month,
                          .day = moment->day,
                          .hour = moment->hour,
                          .min = moment->minute,
                          .sec = moment->second };
    note_width(xlsx, column, type == COLUMN_DATE ? 11 : 20);
    return status_of(worksheet_write_datetime(xlsx->sheet, xlsx->row, (lxw_col_t)column,
                                              &when, xlsx->formats[type]));
}

static status_t write_cell(xlsx_t *xlsx, uint32_t column, text_t cell)
{
    table_moment_t moment;
    column_type_t type = xlsx->columns[column].type;
    bool decimal = type == COLUMN_DECIMAL;
    if (cell.size == 0)
        return STATUS_OK;
    if ((decimal || type == COLUMN_INTEGER) && table_is_number(cell, decimal))
        return write_number(xlsx, column, cell);
    if ((type == COLUMN_DATE && table_read_date(cell, &moment)) ||
        (type == COLUMN_MOMENT && table_read_moment(cell, &moment)))
        return write_moment(xlsx, column, &moment);
    return write_text(xlsx, column, cell, xlsx->formats[COLUMN_TEXT]);
}

/* ---- a sheet ---- */

static status_t make_formats(xlsx_t *xlsx)
{
    static const char *const forms[] = {
        [COLUMN_TEXT] = "@",       [COLUMN_INTEGER] = "0",
        [COLUMN_DECIMAL] = "0.00", [COLUMN_DATE] = "yyyy-mm-dd",
        [COLUMN_LIST] = "@",       [COLUMN_MOMENT] = "yyyy-mm-dd hh:mm:ss",
    };
    xlsx->header = workbook_add_format(xlsx->book);
    for (unsigned i = 0; i <= COLUMN_LIST; i++) {
        xlsx->formats[i] = workbook_add_format(xlsx->book);
        if (xlsx->formats[i] == NULL)
            return STATUS_NO_MEMORY;
        format_set_num_format(xlsx->formats[i], forms[i]);
        format_set_font_name(xlsx->formats[i], FONT);
    }
    if (xlsx->header == NULL)
        return STATUS_NO_MEMORY;
    format_set_bold(xlsx->header);
    format_set_font_name(xlsx->header, FONT);
    format_set_bg_color(xlsx->header, 0xE7ECF2);
    format_set_num_format(xlsx->header, forms[COLUMN_TEXT]);
    return STATUS_OK;
}

/* Characters of all choices with their commas. */
static uint32_t list_characters(const table_column_t *column)
{
    uint32_t size = 0, characters, width;
    for (uint32_t i = 0; i < column->allowed_count; i++) {
        measure(text_of(column->allowed[i]), &characters, &width);
        size += characters + 1;
    }
    return size;
}

/* A list to choose from, and what a cell is for. Longer lists than a workbook takes are
 * left to the note. */
static status_t offer(xlsx_t *xlsx, uint32_t column)
{
    const table_column_t *own = &xlsx->columns[column];
    char *values[LIST_VALUES_MAX + 1] = { NULL };
    uint32_t characters = 0, width;
    bool list = own->allowed_count > 0 && own->allowed_count <= LIST_VALUES_MAX &&
                list_characters(own) <= LIST_CHARS_MAX && own->type != COLUMN_LIST;
    for (uint32_t i = 0; list && i < own->allowed_count; i++)
        values[i] = (char *)(uintptr_t)own->allowed[i]; /* it is only read */
    if (own->note != NULL)
        measure(text_of(own->note), &characters, &width);
    bool note = characters > 0 && characters <= MESSAGE_CHARS_MAX;
    lxw_data_validation rule = {
        .validate = list ? LXW_VALIDATION_TYPE_LIST : LXW_VALIDATION_TYPE_ANY,
        .value_list = list ? values : NULL,
        .input_message = note ? (char *)(uintptr_t)own->note : NULL /* likewise */
    };
    if (!list && !note)
        return STATUS_OK;
    return status_of(worksheet_data_validation_range(
        xlsx->sheet, 1, (lxw_col_t)column, LAST_ROW, (lxw_col_t)column, &rule));
}

static void set_widths(xlsx_t *xlsx)
{
    for (uint32_t i = 0; xlsx->sheet != NULL && i < xlsx->count; i++) {
        uint32_t width = xlsx->widths[i] + 2;
        width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
        /* a column that exists: it cannot fail */
        CHECK(worksheet_set_column(xlsx->sheet, (lxw_col_t)i, (lxw_col_t)i, width,
                                   xlsx->formats[xlsx->columns[i].type]) ==
              LXW_NO_ERROR);
    }
}

static status_t xlsx_begin(void *self, const char *sheet, const table_column_t *columns,
                           uint32_t count)
{
    xlsx_t *xlsx = self;
    set_widths(xlsx); /* of the sheet before */
    xlsx->sheet = workbook_add_worksheet(xlsx->book, sheet);
    if (xlsx->sheet == NULL)
        return STATUS_NO_MEMORY;
    xlsx->columns = columns;
    xlsx->count = count;
    xlsx->row = 0;
    memset(xlsx->widths, 0, sizeof xlsx->widths);
    worksheet_freeze_panes(xlsx->sheet, 1, 0);
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++)
        status = write_text(xlsx, i, text_of(columns[i].header), xlsx->header);
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++)
        status = offer(xlsx, i);
    return status;
}

static status_t xlsx_row(void *self, const text_t *cells)
{
    xlsx_t *xlsx = self;
    status_t status = STATUS_OK;
    if (xlsx->row == LAST_ROW)
        return STATUS_TABLE_FULL;
    xlsx->row++;
    for (uint32_t i = 0; i < xlsx->count && status == STATUS_OK; i++)
        status = write_cell(xlsx, i, cells[i]);
    return status;
}

/* ---- the file ---- */

static void *xlsx_open(const char *path, status_t *status)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    *status = STATUS_NO_MEMORY;
    xlsx_t *xlsx = calloc(1, sizeof *xlsx);
    char *cell = malloc(CELL_BYTES);
    if (xlsx == NULL || cell == NULL) {
        free(xlsx);
        free(cell);
        return NULL;
    }
    xlsx->cell = cell;
    xlsx->book = workbook_new_opt(path, &options);
    if (xlsx->book != NULL)
        *status = make_formats(xlsx);
    if (*status == STATUS_OK)
        return xlsx;
    lxw_workbook_free(xlsx->book);
    free(xlsx->cell);
    free(xlsx);
    return NULL;
}

static status_t xlsx_close(void *self)
{
    xlsx_t *xlsx = self;
    set_widths(xlsx);
    errno = 0;
    status_t status = status_of(workbook_close(xlsx->book));
    free(xlsx->cell);
    free(xlsx);
    return status;
}

const table_kind_t table_kind_xlsx = { xlsx_open, xlsx_begin, xlsx_row, xlsx_close };
