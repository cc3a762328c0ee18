/* import_partial.c - see import_partial.h. */
#include "clients/cli/import_partial.h"

#include "clients/sheets/head.h"
#include "clients/sheets/source.h"
#include "clients/sheets/table_writer.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define REASON_HEADER "退回原因"
#define REASONS_BYTES 1024u

typedef struct {
    const cli_t *cli;
    const import_plan_t *plan;
    source_t *source;
    table_writer_t *writer;
    table_column_t columns[SOURCE_COLUMNS_MAX + 1];
    char *headers[SOURCE_COLUMNS_MAX];
    uint32_t count;     /* of columns in the file */
    uint32_t *refusals; /* findings that refuse a row, by row */
    uint32_t refusal_count, at;
} writing_t;

/* By row, and as they were found within one. */
static int by_row(const void *a, const void *b, void *context)
{
    const finding_t *findings = context;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    uint32_t left_row = findings[left].row, right_row = findings[right].row;
    if (left_row != right_row)
        return left_row < right_row ? -1 : 1;
    return (left > right) - (left < right);
}

static status_t list_refusals(writing_t *writing)
{
    const import_plan_t *plan = writing->plan;
    writing->refusals = calloc((size_t)plan->finding_count + 1, sizeof(uint32_t));
    if (writing->refusals == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < plan->finding_count; i++) {
        if (!reason_is_normalised(plan->findings[i].reason))
            writing->refusals[writing->refusal_count++] = i;
    }
    qsort_r(writing->refusals, writing->refusal_count, sizeof(uint32_t), by_row,
            plan->findings);
    return STATUS_OK;
}

/* Joins a reason to those before it; false when it does not fit. */
static bool add_reason(char out[REASONS_BYTES], size_t *size, const char *column,
                       const char *words)
{
    int more =
        snprintf(out + *size, REASONS_BYTES - *size, "%s%s%s%s", *size > 0 ? "；" : "",
                 column != NULL ? column : "", column != NULL ? "：" : "", words);
    bool fits = more >= 0 && (size_t)more < REASONS_BYTES - *size;
    if (fits)
        *size += (size_t)more;
    out[*size] = '\0'; /* the first ones are enough */
    return fits;
}

static const char *words_of(const writing_t *writing, const finding_t *finding)
{
    bool chinese = writing->cli->language == LANGUAGE_CHINESE;
    if (finding->reason != REASON_OTHER_RULE)
        return reason_words(finding->reason, chinese);
    return chinese ? status_text_zh(finding->status) : status_text(finding->status);
}

/* All that was refused of a row, in words; false: nothing. Rows are asked about from top
 * to bottom. */
static bool reasons_of(writing_t *writing, uint32_t row, char out[REASONS_BYTES])
{
    const finding_t *findings = writing->plan->findings;
    size_t size = 0;
    for (; writing->at < writing->refusal_count; writing->at++) {
        const finding_t *finding = &findings[writing->refusals[writing->at]];
        if (finding->row > row)
            break;
        if (finding->row == row)
            (void)add_reason(out, &size, finding->column, words_of(writing, finding));
    }
    return size > 0;
}

static status_t begin(writing_t *writing, const row_t *row)
{
    writing->count = row->count;
    for (uint32_t i = 0; i < row->count; i++) {
        writing->headers[i] = strdup(row->cells[i].text);
        if (writing->headers[i] == NULL)
            return STATUS_NO_MEMORY;
        writing->columns[i] = (table_column_t){ .header = writing->headers[i],
                                                .key = writing->headers[i] };
    }
    writing->columns[row->count] =
        (table_column_t){ .header = REASON_HEADER, .key = "reason" };
    return table_writer_begin(writing->writer, writing->plan->sheets[0].kind->name,
                              writing->columns, row->count + 1);
}

/* Cells behind the last header stand with the reasons: they have no column here. */
static status_t write_row(writing_t *writing, const row_t *row,
                          char reasons[REASONS_BYTES])
{
    text_t cells[SOURCE_COLUMNS_MAX + 1] = { { NULL, 0 } };
    size_t size = strlen(reasons);
    for (uint32_t i = writing->count; i < row->count; i++)
        (void)add_reason(reasons, &size, "+", row->cells[i].text);
    for (uint32_t i = 0; i < row->count && i < writing->count; i++)
        cells[i] = (text_t){ row->cells[i].text, row->cells[i].size };
    cells[writing->count] = (text_t){ reasons, (uint32_t)strlen(reasons) };
    return table_writer_row(writing->writer, cells);
}

/* The row of headers is found as it was when the sheet was read. */
static status_t copy_rows(writing_t *writing)
{
    const import_plan_t *plan = writing->plan;
    head_t head = { .kind = plan->sheets[0].kind,
                    .dimensions = (const char *const *)plan->names.dimensions,
                    .dimension_count = plan->names.dimension_count };
    source_fault_t fault;
    row_t row;
    char reasons[REASONS_BYTES];
    bool begun = false;
    status_t status = STATUS_OK;
    while (status == STATUS_OK &&
           source_next(writing->source, &row, &fault) == SOURCE_ROW) {
        if (!begun) {
            begun = head_match(&head, &row);
            status = begun ? begin(writing, &row) : STATUS_OK;
        } else if (reasons_of(writing, row.number, reasons)) {
            status = write_row(writing, &row, reasons);
        }
    }
    return status;
}

static status_t open_both(writing_t *writing, const char *path)
{
    const import_sheet_t *sheet = &writing->plan->sheets[0];
    table_format_t format;
    source_fault_t fault;
    status_t status = STATUS_OK;
    if (!table_format_of(path, &format))
        return STATUS_BAD_INPUT;
    writing->source = source_open(sheet->path, &fault);
    if (writing->source == NULL ||
        !source_begin(writing->source, sheet->number, &fault))
        return STATUS_BAD_INPUT;
    writing->writer = table_writer_open(path, format, &status);
    return status;
}

exit_t import_write_refused(const cli_t *cli, const import_plan_t *plan,
                            const char *path, uint64_t *rows)
{
    CHECK(plan->sheet_count == 1);
    writing_t writing = { .cli = cli, .plan = plan };
    *rows = 0;
    status_t status = list_refusals(&writing);
    if (status == STATUS_OK)
        status = open_both(&writing, path);
    if (status == STATUS_OK)
        status = copy_rows(&writing);
    if (status == STATUS_OK)
        status = table_writer_finish(&writing.writer, rows);
    table_writer_abandon(&writing.writer);
    source_close(&writing.source);
    for (uint32_t i = 0; i < writing.count; i++)
        free(writing.headers[i]);
    free(writing.refusals);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse_value(cli, status, path, NULL);
}
