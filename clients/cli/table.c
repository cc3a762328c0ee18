/* table.c - see table.h. Cells lie one after another in one buffer, each ended by NUL. */
#include "clients/cli/table.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define TABLE_BYTES_MAX (16u * 1024u * 1024u)
#define GAP             "  "

struct table {
    unsigned columns, right, rows;
    size_t widths[TABLE_COLUMNS_MAX];
    buffer_t cells;
};

size_t cli_table_character(const char *text, size_t size, size_t *width)
{
    CHECK(size > 0);
    utf8proc_int32_t code = 0;
    utf8proc_ssize_t read =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &code);
    if (read <= 0) {
        *width = 1;
        return 1;
    }
    int columns = utf8proc_charwidth(code);
    *width = columns > 0 ? (size_t)columns : 0;
    return (size_t)read;
}

size_t cli_table_width(const char *text, size_t size)
{
    CHECK(text != NULL || size == 0);
    size_t total = 0;
    for (size_t at = 0; at < size;) {
        size_t width;
        at += cli_table_character(text + at, size - at, &width);
        total += width;
    }
    return total;
}

size_t cli_table_fit(const char *text, size_t size, size_t room)
{
    CHECK(text != NULL || size == 0);
    size_t at = 0, taken = 0;
    while (at < size) {
        size_t width;
        size_t bytes = cli_table_character(text + at, size - at, &width);
        if (taken + width > room)
            break;
        taken += width;
        at += bytes;
    }
    return at;
}

table_t *cli_table_create(unsigned columns, unsigned right)
{
    CHECK(columns > 0 && columns <= TABLE_COLUMNS_MAX);
    table_t *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    table->columns = columns;
    table->right = right;
    buffer_init(&table->cells, TABLE_BYTES_MAX);
    return table;
}

void cli_table_destroy(table_t **table)
{
    CHECK(table != NULL);
    if (*table == NULL)
        return;
    buffer_fini(&(*table)->cells);
    free(*table);
    *table = NULL;
}

void cli_table_clear(table_t *table)
{
    buffer_clear(&table->cells);
    table->rows = 0;
    memset(table->widths, 0, sizeof table->widths);
}

unsigned cli_table_rows(const table_t *table)
{
    return table->rows;
}

static status_t add_cell(table_t *table, unsigned column, const char *cell)
{
    size_t size = strlen(cell);
    if (size > TABLE_CELL_BYTES_MAX)
        return STATUS_TOO_LARGE;
    size_t width = cli_table_width(cell, size);
    status_t status = buffer_append(&table->cells, cell, size + 1);
    if (status != STATUS_OK)
        return status;
    char *stored = (char *)table->cells.data + table->cells.size - size - 1;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)stored[i] < ' ' || stored[i] == 0x7f)
            stored[i] = ' ';
    }
    if (width > table->widths[column])
        table->widths[column] = width;
    return STATUS_OK;
}

status_t cli_table_add(table_t *table, const char *const *cells)
{
    CHECK(table != NULL);
    size_t before = table->cells.size;
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < table->columns && status == STATUS_OK; i++)
        status = add_cell(table, i, cells[i] != NULL ? cells[i] : "");
    if (status != STATUS_OK)
        table->cells.size = before;
    else
        table->rows++;
    return status;
}

static status_t append_text(buffer_t *out, const char *text)
{
    return buffer_append(out, text, strlen(text));
}

static status_t append_blanks(buffer_t *out, size_t count)
{
    status_t status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = buffer_append(out, " ", 1);
    return status;
}

/* The last column has no blanks behind it. */
static status_t write_cell(const table_t *table, unsigned column, const char *cell,
                           buffer_t *out)
{
    size_t blanks = table->widths[column] - cli_table_width(cell, strlen(cell));
    bool right = (table->right >> column & 1) != 0;
    bool last = column + 1 == table->columns;
    status_t status = right ? append_blanks(out, blanks) : STATUS_OK;
    if (status == STATUS_OK)
        status = append_text(out, cell);
    if (status == STATUS_OK && !right && !last)
        status = append_blanks(out, blanks);
    return status == STATUS_OK && !last ? append_text(out, GAP) : status;
}

static status_t write_row(const table_t *table, const char **cell, buffer_t *out)
{
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < table->columns && status == STATUS_OK; i++) {
        status = write_cell(table, i, *cell, out);
        *cell += strlen(*cell) + 1;
    }
    return status;
}

status_t cli_table_write(const table_t *table, bool colour, buffer_t *out)
{
    CHECK(table != NULL);
    const char *cell = (const char *)table->cells.data;
    status_t status = STATUS_OK;
    for (unsigned row = 0; row < table->rows && status == STATUS_OK; row++) {
        bool bold = colour && row == 0;
        status = append_text(out, bold ? "\033[1m" : "");
        if (status == STATUS_OK)
            status = write_row(table, &cell, out);
        if (status == STATUS_OK)
            status = append_text(out, bold ? "\033[0m\n" : "\n");
    }
    return status;
}
