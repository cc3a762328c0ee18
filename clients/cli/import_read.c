/* import_read.c - see import_read.h. */
#include "clients/cli/import_read.h"

#include "clients/cli/import_progress.h"
#include "clients/cli/import_row.h"
#include "clients/sheets/cells.h"
#include "clients/sheets/source.h"
#include "proto/check.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define NAME_BYTES_MAX 512u

typedef struct {
    const cli_t *cli;
    import_plan_t *plan;
    const import_choice_t *choice;
    uint32_t taken; /* sheets */
} reading_t;

/* ---- rows ---- */

static bool row_is_blank(const row_t *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (!cell_is_blank(&row->cells[i]))
            return false;
    }
    return true;
}

/* What stands in a header cell, for people. */
static void tell_extra_columns(import_plan_t *plan, uint32_t sheet, const head_t *head,
                               const row_t *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (head->column_of[i] != HEAD_NOTHING || row->cells[i].kind == CELL_EMPTY)
            continue;
        plan_find(plan, sheet, row->number, REASON_EXTRA_COLUMN, row->cells[i].text,
                  NULL);
    }
}

static bool take_head(import_plan_t *plan, uint32_t sheet, const head_t *head,
                      const row_t *row, bool titled)
{
    const char *name;
    sheet_reason_t reason = head_fault(head, &name);
    if (titled)
        plan_find(plan, sheet, 1, REASON_TITLE_ROW, NULL, NULL);
    if (reason != REASON_NONE) {
        plan_find(plan, sheet, row->number, reason, name, NULL);
        plan->sheets[sheet].fault = true;
        return false;
    }
    tell_extra_columns(plan, sheet, head, row);
    return true;
}

/* Finds the header, perhaps below a title; false: the sheet is refused. */
static bool find_head(import_plan_t *plan, uint32_t sheet, source_t *source,
                      head_t *head, source_fault_t *fault)
{
    row_t row;
    source_step_t step = SOURCE_END;
    bool parted = false, blank = true;
    *fault = (source_fault_t){ .reason = REASON_COLUMN_MISSING, .row = 1 };
    for (uint32_t i = 0; i <= HEAD_TITLES_MAX && !parted; i++) {
        step = source_next(source, &row, fault);
        if (step != SOURCE_ROW)
            break;
        if (head_match(head, &row))
            return take_head(plan, sheet, head, &row, i > 0);
        blank = blank && row_is_blank(&row);
        parted = source_is_text(source) && head_match_parted(head, &row);
    }
    if (parted)
        *fault = (source_fault_t){ .reason = REASON_SEPARATOR, .row = row.number };
    else if (step == SOURCE_END && blank)
        *fault = (source_fault_t){ .reason = REASON_EMPTY_FILE, .row = 1 };
    plan->sheets[sheet].fault = true;
    plan_find(plan, sheet, fault->row, fault->reason,
              fault->reason == REASON_COLUMN_MISSING
                  ? plan->sheets[sheet].kind->columns[0].header
                  : NULL,
              NULL);
    return false;
}

/* A separator too few or too many leaves it open which cell is which. */
static sheet_reason_t length_fault(const head_t *head, const row_t *row)
{
    if (row->count < head->cells)
        return REASON_ROW_TOO_SHORT;
    for (uint32_t i = head->cells; i < row->count; i++) {
        if (!cell_is_blank(&row->cells[i]))
            return REASON_ROW_TOO_LONG;
    }
    return REASON_NONE;
}

static void take_row(import_plan_t *plan, uint32_t sheet, const head_t *head,
                     const row_t *row, bool separated, bool *blank_told)
{
    sheet_reason_t reason = separated ? length_fault(head, row) : REASON_NONE;
    if (row_is_blank(row)) {
        if (!*blank_told)
            plan_find(plan, sheet, row->number, REASON_EMPTY_ROWS, NULL, NULL);
        *blank_told = true;
    } else if (reason != REASON_NONE) {
        plan->sheets[sheet].rows++;
        plan_find(plan, sheet, row->number, reason, NULL, NULL);
    } else {
        import_row(plan, sheet, head, row);
    }
}

static void refuse_sheet(import_plan_t *plan, uint32_t sheet,
                         const source_fault_t *fault)
{
    plan->sheets[sheet].fault = true;
    plan_find(plan, sheet, fault->row, fault->reason, NULL, NULL);
}

static void read_rows(const reading_t *reading, uint32_t sheet, source_t *source)
{
    import_plan_t *plan = reading->plan;
    import_progress_t progress;
    head_t head = { .kind = plan->sheets[sheet].kind,
                    .dimensions = (const char *const *)plan->names.dimensions,
                    .dimension_count = plan->names.dimension_count };
    source_fault_t fault;
    row_t row;
    bool blank_told = false;
    if (!find_head(plan, sheet, source, &head, &fault))
        return;
    import_progress_begin(&progress, reading->cli,
                          cli_pick(reading->cli, "reading", "读取中"),
                          plan->sheets[sheet].name, 0);
    source_step_t step;
    while ((step = source_next(source, &row, &fault)) == SOURCE_ROW &&
           !plan->no_memory) {
        take_row(plan, sheet, &head, &row, source_is_text(source), &blank_told);
        import_progress_step(&progress, row.number);
    }
    import_progress_end(&progress);
    if (step == SOURCE_FAULT)
        refuse_sheet(plan, sheet, &fault);
    else if (plan->sheets[sheet].rows == 0) {
        plan->sheets[sheet].fault = true;
        plan_find(plan, sheet, head.row, REASON_NO_ROWS, NULL, NULL);
    }
}

/* ---- sheets ---- */

/* By its English name or its Chinese title. */
static const record_kind_t *kind_of(const char *name)
{
    const record_kind_t *kind;
    for (uint32_t i = 0; (kind = record_kind_at(i)) != NULL; i++) {
        if (strcasecmp(kind->name, name) == 0 || strcmp(kind->title, name) == 0)
            return kind;
    }
    return NULL;
}

static bool is_wanted(const reading_t *reading, const char *kind)
{
    const char *only = reading->choice->only;
    size_t size = strlen(kind);
    while (only != NULL) {
        size_t part = strcspn(only, ",");
        if (part == size && memcmp(only, kind, size) == 0)
            return true;
        only = only[part] == ',' ? only + part + 1 : NULL;
    }
    return reading->choice->only == NULL;
}

static void tell_skipped(const reading_t *reading, const char *name)
{
    fprintf(stderr,
            cli_pick(reading->cli, "%s: this kind of sheet is not known yet: skipped\n",
                     "%s：暂不支持此类表格，已跳过\n"),
            name);
}

static const char *last_part(const char *path)
{
    const char *stroke = strrchr(path, '/');
    return stroke != NULL ? stroke + 1 : path;
}

/* "observations.csv", or "registry.xlsx/units" of a workbook with several. */
static void name_sheet(const char *path, const char *sheet, bool several,
                       char out[NAME_BYTES_MAX])
{
    (void)snprintf(out, NAME_BYTES_MAX, several ? "%.250s/%.250s" : "%.250s",
                   last_part(path), sheet); /* a cut name still tells */
}

static void read_sheet(reading_t *reading, source_t *source, const char *path,
                       uint32_t number)
{
    uint32_t count = source_sheet_count(source);
    char name[NAME_BYTES_MAX];
    source_fault_t fault;
    name_sheet(path, source_sheet_name(source, number), count > 1, name);
    const char *given = reading->choice->kind;
    const record_kind_t *kind =
        kind_of(given != NULL ? given : source_sheet_name(source, number));
    if (kind == NULL) {
        tell_skipped(reading, name);
        return;
    }
    if (!is_wanted(reading, kind->name))
        return;
    uint32_t sheet = plan_add_sheet(reading->plan, path, number, name, kind);
    if (sheet == UINT32_MAX)
        return;
    reading->taken++;
    if (source_begin(source, number, &fault))
        read_rows(reading, sheet, source);
    else
        refuse_sheet(reading->plan, sheet, &fault);
}

/* A file that cannot be opened is told as a sheet of the kind its name says. */
static void refuse_file(reading_t *reading, const char *path,
                        const source_fault_t *fault)
{
    const record_kind_t *kind = reading->choice->kind != NULL
                                    ? kind_of(reading->choice->kind)
                                    : record_kind_at(0);
    uint32_t sheet = plan_add_sheet(reading->plan, path, 0, last_part(path), kind);
    if (sheet == UINT32_MAX)
        return;
    reading->taken++;
    refuse_sheet(reading->plan, sheet, fault);
}

static void read_file(reading_t *reading, const char *path)
{
    source_fault_t fault;
    source_t *source = source_open(path, &fault);
    if (source == NULL) {
        refuse_file(reading, path, &fault);
        return;
    }
    for (uint32_t i = 0; i < source_sheet_count(source); i++)
        read_sheet(reading, source, path, i);
    source_close(&source);
}

/* ---- folders ---- */

static int is_table_file(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot != NULL &&
           (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".xlsx") == 0);
}

static exit_t read_folder(reading_t *reading, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_table_file, alphasort);
    if (count < 0)
        return cli_refuse_value(reading->cli, STATUS_BAD_INPUT, path, strerror(errno));
    for (int i = 0; i < count; i++) {
        char *file = NULL;
        if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
            reading->plan->no_memory = true;
        else
            read_file(reading, file);
        free(file);
        free(entries[i]);
    }
    free(entries);
    return EXIT_DONE;
}

exit_t import_read(const cli_t *cli, import_plan_t *plan, const char *path,
                   const import_choice_t *choice)
{
    reading_t reading = { .cli = cli, .plan = plan, .choice = choice };
    struct stat about;
    exit_t result = EXIT_DONE;
    if (choice->kind != NULL && kind_of(choice->kind) == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, "--kind", choice->kind);
    if (stat(path, &about) != 0)
        return cli_refuse_value(cli, STATUS_BAD_INPUT, path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        result = read_folder(&reading, path);
    else
        read_file(&reading, path);
    if (plan->no_memory)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    if (result == EXIT_DONE && reading.taken == 0)
        result = cli_refuse_value(
            cli, STATUS_BAD_INPUT, path,
            cli_pick(cli, "no sheet of a known kind", "没有可以导入的表格"));
    return result;
}
