/* canvas.c - see canvas.h. */
#include "clients/cli/canvas.h"

#include "clients/cli/table.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define CELL_BYTES_MAX 12u /* a character and its marks */

typedef struct {
    char bytes[CELL_BYTES_MAX];
    uint8_t size;  /* 0 = the right half of the character before */
    uint8_t style; /* style_t */
} cell_t;

struct canvas {
    unsigned columns, lines;
    cell_t *cells;
};

_Static_assert(STYLE_WARNING <= UINT8_MAX, "styles fit into a cell");

/* ---- life ---- */

canvas_t *canvas_create(unsigned columns, unsigned lines)
{
    canvas_t *canvas = calloc(1, sizeof *canvas);
    if (canvas == NULL)
        return NULL;
    canvas->columns = columns < CANVAS_COLUMNS_MAX ? columns : CANVAS_COLUMNS_MAX;
    canvas->lines = lines < CANVAS_LINES_MAX ? lines : CANVAS_LINES_MAX;
    canvas->cells = calloc((size_t)canvas->columns * canvas->lines + 1, sizeof(cell_t));
    if (canvas->cells == NULL) {
        free(canvas);
        return NULL;
    }
    for (size_t i = 0; i < (size_t)canvas->columns * canvas->lines; i++)
        canvas->cells[i] = (cell_t){ .bytes = " ", .size = 1 };
    return canvas;
}

void canvas_destroy(canvas_t **canvas)
{
    CHECK(canvas != NULL);
    if (*canvas == NULL)
        return;
    free((*canvas)->cells);
    free(*canvas);
    *canvas = NULL;
}

unsigned canvas_columns(const canvas_t *canvas)
{
    CHECK(canvas != NULL);
    return canvas->columns;
}

unsigned canvas_lines(const canvas_t *canvas)
{
    CHECK(canvas != NULL);
    return canvas->lines;
}

/* ---- one character ---- */

static cell_t *cell_at(const canvas_t *canvas, unsigned line, unsigned column)
{
    CHECK(line < canvas->lines && column < canvas->columns);
    return &canvas->cells[(size_t)line * canvas->columns + column];
}

/* Nobody keeps half a character. */
static void clear_cell(canvas_t *canvas, unsigned line, unsigned column)
{
    cell_t *cell = cell_at(canvas, line, column);
    uint8_t style = cell->style;
    if (cell->size == 0 && column > 0)
        *cell_at(canvas, line, column - 1) =
            (cell_t){ .bytes = " ", .size = 1, .style = style };
    if (column + 1 < canvas->columns && cell_at(canvas, line, column + 1)->size == 0)
        *cell_at(canvas, line, column + 1) =
            (cell_t){ .bytes = " ", .size = 1, .style = style };
    *cell = (cell_t){ .bytes = " ", .size = 1, .style = style };
}

static void set_character(canvas_t *canvas, unsigned line, unsigned column,
                          const char *bytes, size_t size, size_t width, unsigned style)
{
    for (unsigned i = 0; i < width; i++)
        clear_cell(canvas, line, column + i);
    cell_t *cell = cell_at(canvas, line, column);
    memcpy(cell->bytes, bytes, size);
    cell->size = (uint8_t)size;
    cell->style = (uint8_t)style;
    if (width == 2) {
        cell[1].size = 0;
        cell[1].style = (uint8_t)style;
    }
}

static void add_mark(canvas_t *canvas, unsigned line, unsigned column,
                     const char *bytes, size_t size)
{
    cell_t *cell = cell_at(canvas, line, column);
    if (cell->size == 0 && column > 0)
        cell--;
    if (cell->size + size > CELL_BYTES_MAX)
        return;
    memcpy(cell->bytes + cell->size, bytes, size);
    cell->size = (uint8_t)(cell->size + size);
}

/* Only what shows: no controls, nothing that changes how the rest is shown. */
static bool is_shown(const char *bytes, size_t size)
{
    utf8proc_int32_t code = 0;
    if (utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)size,
                         &code) <= 0)
        return false;
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

/* ---- texts ---- */

static void write_text(canvas_t *canvas, unsigned line, unsigned column,
                       const char *text, size_t size, unsigned style)
{
    unsigned begin = column;
    for (size_t at = 0; at < size;) {
        size_t width;
        size_t bytes = cli_table_character(text + at, size - at, &width);
        bool room = column + width <= canvas->columns && bytes <= CELL_BYTES_MAX;
        if (room && is_shown(text + at, bytes)) {
            if (width > 0)
                set_character(canvas, line, column, text + at, bytes, width, style);
            else if (column > begin)
                add_mark(canvas, line, column - 1, text + at, bytes);
        } else if (room) {
            for (unsigned i = 0; i < width; i++)
                set_character(canvas, line, column + i, " ", 1, 1, style);
        }
        column += (unsigned)width;
        at += bytes;
    }
}

void canvas_put(canvas_t *canvas, unsigned line, unsigned column, unsigned width,
                bool right, const char *text, size_t size, unsigned style)
{
    CHECK(canvas != NULL);
    CHECK(text != NULL || size == 0);
    static const char ellipsis[] = "…";
    if (line >= canvas->lines || column >= canvas->columns || width == 0)
        return;
    unsigned room = canvas->columns - column < width ? canvas->columns - column : width;
    size_t shown = cli_table_fit(text, size, room);
    bool cut = shown < size;
    if (cut)
        shown = cli_table_fit(text, size, room - 1);
    size_t shown_width = cli_table_width(text, shown);
    for (unsigned i = 0; i < room; i++)
        set_character(canvas, line, column + i, " ", 1, 1, style);
    unsigned before = right && !cut ? room - (unsigned)shown_width : 0;
    write_text(canvas, line, column + before, text, shown, style);
    if (cut)
        write_text(canvas, line, column + (unsigned)shown_width, ellipsis,
                   sizeof ellipsis - 1, style);
}

unsigned canvas_add(canvas_t *canvas, unsigned line, unsigned column, const char *text,
                    unsigned style)
{
    CHECK(text != NULL);
    size_t size = strlen(text);
    unsigned width = (unsigned)cli_table_width(text, size);
    canvas_put(canvas, line, column, width, false, text, size, style);
    return column + width;
}

void canvas_ground(canvas_t *canvas, unsigned line, unsigned style)
{
    CHECK(canvas != NULL);
    for (unsigned i = 0; line < canvas->lines && i < canvas->columns; i++) {
        cell_t *cell = cell_at(canvas, line, i);
        cell->style = (uint8_t)(cell->style | style);
    }
}

/* ---- reading ---- */

status_t canvas_text(const canvas_t *canvas, unsigned line, buffer_t *out)
{
    CHECK(canvas != NULL && out != NULL);
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < canvas->columns && status == STATUS_OK; i++) {
        const cell_t *cell = cell_at(canvas, line, i);
        status = buffer_append(out, cell->bytes, cell->size);
    }
    return status;
}

bool canvas_run(const canvas_t *canvas, unsigned line, unsigned *column,
                unsigned *style, buffer_t *out)
{
    CHECK(canvas != NULL && out != NULL);
    unsigned begin = *column;
    if (line >= canvas->lines || begin >= canvas->columns)
        return false;
    *style = cell_at(canvas, line, begin)->style;
    for (; *column < canvas->columns; (*column)++) {
        const cell_t *cell = cell_at(canvas, line, *column);
        if (cell->style != *style ||
            buffer_append(out, cell->bytes, cell->size) != STATUS_OK)
            break;
    }
    return *column > begin;
}
