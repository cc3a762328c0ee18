/* source_csv.c - see source_csv.h. libcsv splits; a piece up to a line end is given to it
 * at a time, so that one piece ends at most one row. */
#include "clients/sheets/source_csv.h"

#include "clients/sheets/csv_encoding.h"
#include "proto/buffer.h"
#include "proto/check.h"
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 256u
#define ROW_BYTES_MAX  (4u * 1024u * 1024u) /* of all cells of a row */
#define PARSER_OPTIONS (CSV_REPALL_NL | CSV_EMPTY_IS_NULL)

struct source_csv {
    FILE *file;
    encoding_t encoding;
    bool returns_only; /* CR alone ends its lines */
    csv_decoder_t *decoder;
    struct csv_parser parser;
    bool parsing; /* the parser is to be freed */
    char name[NAME_BYTES_MAX];
    /* the block being split */
    const char *at;
    size_t left;
    bool flushed; /* the end was told to the parser */
    /* the row being filled */
    buffer_t text;
    uint32_t ends[SOURCE_COLUMNS_MAX]; /* of each cell in `text` */
    uint32_t count, number;
    bool whole;
    sheet_reason_t trouble;
    cell_t cells[SOURCE_COLUMNS_MAX];
};

/* "folder/observations.csv" -> "observations" */
static void take_name(source_csv_t *source, const char *path)
{
    const char *stroke = strrchr(path, '/');
    const char *name = stroke != NULL ? stroke + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t size = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    size = size < NAME_BYTES_MAX ? size : NAME_BYTES_MAX - 1;
    memcpy(source->name, name, size);
    source->name[size] = '\0';
}

/* Whether a CR without LF stands behind the first line, quoted cells left out. In GB18030 no
 * second byte of a character is one of the three looked for. */
static bool ends_with_returns(FILE *file)
{
    bool quoted = false, found = false;
    int byte, before = 0;
    rewind(file);
    while (!found && (byte = getc(file)) != EOF && (byte != '\n' || quoted)) {
        found = before == '\r' && !quoted;
        quoted = quoted != (byte == '"');
        before = byte;
    }
    if (!found && byte == EOF)
        found = before == '\r' && !quoted;
    rewind(file);
    return found;
}

source_csv_t *source_csv_open(const char *path, source_fault_t *fault)
{
    CHECK(path != NULL && fault != NULL);
    *fault = (source_fault_t){ .reason = REASON_NO_MEMORY };
    source_csv_t *source = calloc(1, sizeof *source);
    if (source == NULL)
        return NULL;
    buffer_init(&source->text, ROW_BYTES_MAX);
    take_name(source, path);
    source->file = fopen(path, "re");
    if (source->file == NULL) {
        fault->reason = REASON_NOT_FOUND;
        source_csv_close(&source);
        return NULL;
    }
    source->encoding = csv_encoding_find(source->file, &fault->row);
    if (source->encoding == ENCODING_BAD || ferror(source->file)) {
        fault->reason = ferror(source->file) ? REASON_NOT_FOUND : REASON_BAD_ENCODING;
        source_csv_close(&source);
        return NULL;
    }
    source->returns_only = ends_with_returns(source->file);
    return source;
}

static void end_parsing(source_csv_t *source)
{
    if (source->parsing)
        csv_free(&source->parser);
    source->parsing = false;
    csv_decoder_destroy(&source->decoder);
}

void source_csv_close(source_csv_t **source)
{
    CHECK(source != NULL);
    if (*source == NULL)
        return;
    end_parsing(*source);
    if ((*source)->file != NULL)
        (void)fclose((*source)->file); /* opened for reading: nothing can be lost */
    buffer_fini(&(*source)->text);
    free(*source);
    *source = NULL;
}

const char *source_csv_sheet_name(const source_csv_t *source)
{
    return source->name;
}

static int is_return(unsigned char byte)
{
    return byte == '\r';
}

static int is_line_end(unsigned char byte)
{
    return byte == '\n';
}

bool source_csv_begin(source_csv_t *source, source_fault_t *fault)
{
    CHECK(source != NULL && fault != NULL);
    *fault = (source_fault_t){ .reason = REASON_LINE_ENDS, .row = 1 };
    if (source->returns_only)
        return false;
    end_parsing(source);
    source->number = 0;
    source->left = 0;
    source->flushed = false;
    source->decoder = csv_decoder_create(source->file, source->encoding);
    source->parsing = csv_init(&source->parser, PARSER_OPTIONS) == 0;
    /* blanks are told to whoever filled the cell in, so they are kept; CR is nothing but
     * the first half of a line end */
    csv_set_space_func(&source->parser, is_return);
    csv_set_term_func(&source->parser, is_line_end);
    if (source->decoder != NULL && source->parsing)
        return true;
    *fault = (source_fault_t){ .reason = REASON_NO_MEMORY };
    return false;
}

static void on_cell(void *bytes, size_t size, void *context)
{
    source_csv_t *source = context;
    if (source->whole) { /* a row ended within this piece: cannot be */
        source->trouble = REASON_DAMAGED_FILE;
        return;
    }
    if (bytes != NULL && memchr(bytes, '\0', size) != NULL) {
        source->trouble = REASON_DAMAGED_FILE; /* a text would end there unnoticed */
        return;
    }
    if (source->count == SOURCE_COLUMNS_MAX) {
        source->trouble = REASON_TOO_MANY_COLUMNS;
        return;
    }
    if (size > SOURCE_CELL_MAX) {
        source->trouble = REASON_TEXT_TOO_LONG;
        size = SOURCE_CELL_MAX; /* the column is told with the row */
    }
    if (buffer_append(&source->text, bytes != NULL ? bytes : "",
                      bytes != NULL ? size : 0) != STATUS_OK ||
        buffer_append(&source->text, "", 1) != STATUS_OK) {
        source->trouble = REASON_NO_MEMORY;
        return;
    }
    source->ends[source->count++] = (uint32_t)source->text.size;
}

static void on_row(int separator, void *context)
{
    (void)separator;
    source_csv_t *source = context;
    source->whole = true;
}

/* Strictness at the end only: it tells a quotation mark that is still open. */
static void finish(source_csv_t *source)
{
    csv_set_opts(&source->parser, PARSER_OPTIONS | CSV_STRICT | CSV_STRICT_FINI);
    if (csv_fini(&source->parser, on_cell, on_row, source) != 0)
        source->trouble = REASON_QUOTE_OPEN;
}

/* The next piece of the file into the parser; false at the end. */
static bool feed(source_csv_t *source)
{
    if (source->left == 0)
        source->left = csv_decoder_next(source->decoder, &source->at);
    if (source->left == 0) {
        bool was = source->flushed;
        source->flushed = true;
        if (!was)
            finish(source);
        return !was;
    }
    const char *line_end = memchr(source->at, '\n', source->left);
    size_t size = line_end != NULL ? (size_t)(line_end - source->at) + 1 : source->left;
    if (csv_parse(&source->parser, source->at, size, on_cell, on_row, source) != size)
        source->trouble = REASON_NO_MEMORY; /* not strict: nothing else fails */
    source->at += size;
    source->left -= size;
    return true;
}

static void point_cells(source_csv_t *source)
{
    uint32_t begin = 0;
    for (uint32_t i = 0; i < source->count; i++) {
        uint32_t size = source->ends[i] - begin - 1;
        source->cells[i] = (cell_t){ .kind = size > 0 ? CELL_TEXT : CELL_EMPTY,
                                     .size = size,
                                     .text = (const char *)source->text.data + begin };
        begin = source->ends[i];
    }
}

source_step_t source_csv_next(source_csv_t *source, row_t *row, source_fault_t *fault)
{
    CHECK(source != NULL && source->parsing);
    buffer_clear(&source->text);
    source->count = 0;
    source->whole = false;
    source->trouble = REASON_NONE;
    while (!source->whole && source->trouble == REASON_NONE) {
        if (!feed(source))
            return SOURCE_END;
    }
    source->number++;
    if (source->number > SOURCE_ROWS_MAX)
        source->trouble = REASON_TOO_MANY_ROWS;
    if (source->trouble != REASON_NONE) {
        *fault = (source_fault_t){ source->trouble, source->number, source->count };
        return SOURCE_FAULT;
    }
    point_cells(source);
    *row = (row_t){ source->number, source->count, source->cells };
    return SOURCE_ROW;
}
