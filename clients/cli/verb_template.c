/* verb_template.c - yx template KIND: an empty workbook to be filled in.
 *
 * Typed columns and lists to choose from; a second sheet tells what belongs where.
 */
#include "clients/cli/export_check.h"
#include "clients/cli/record_table.h"
#include "clients/cli/verb.h"

#include "proto/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_OUT       'o'
#define PATH_CHARS    64u
#define CHOICES_BYTES 4096u

enum { GUIDE_HEADER, GUIDE_KEY, GUIDE_TYPE, GUIDE_REQUIRED, GUIDE_CHOICES, GUIDE_TEXT };
static const table_column_t guide_columns[] = {
    [GUIDE_HEADER] = { .header = "栏目", .key = "header" },
    [GUIDE_KEY] = { .header = "英文名", .key = "key" },
    [GUIDE_TYPE] = { .header = "类型", .key = "type" },
    [GUIDE_REQUIRED] = { .header = "必填", .key = "required" },
    [GUIDE_CHOICES] = { .header = "可选值", .key = "choices" },
    [GUIDE_TEXT] = { .header = "填写说明", .key = "guide" },
};
#define GUIDE_COLUMNS (sizeof guide_columns / sizeof guide_columns[0])

static text_t text_of(const char *text)
{
    return (text_t){ .data = text, .size = (uint32_t)strlen(text) };
}

static const char *type_word(column_type_t type)
{
    static const char *const words[] = {
        [COLUMN_TEXT] = "文本",       [COLUMN_INTEGER] = "整数",
        [COLUMN_DECIMAL] = "小数",    [COLUMN_DATE] = "日期",
        [COLUMN_MOMENT] = "日期时间", [COLUMN_LIST] = "多项文本",
    };
    return words[type];
}

/* All choices in one cell; false when they do not fit. */
static bool join_choices(const table_column_t *column, char out[CHOICES_BYTES])
{
    size_t at = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < column->allowed_count; i++) {
        int size = snprintf(out + at, CHOICES_BYTES - at, "%s%s",
                            i > 0 ? TABLE_LIST_JOINT : "", column->allowed[i]);
        at += (size_t)size;
        if (at >= CHOICES_BYTES)
            return false;
    }
    return true;
}

static status_t write_guide(table_writer_t *writer, const record_table_t *table)
{
    char choices[CHOICES_BYTES];
    status_t status = table_writer_begin(writer, "说明", guide_columns, GUIDE_COLUMNS);
    for (uint32_t i = 0; i < table->count && status == STATUS_OK; i++) {
        const table_column_t *column = &table->columns[i];
        text_t cells[GUIDE_COLUMNS];
        CHECK(join_choices(column, choices)); /* at most CHANNELS_MAX labels */
        cells[GUIDE_HEADER] = text_of(column->header);
        cells[GUIDE_KEY] = text_of(column->key);
        cells[GUIDE_TYPE] = text_of(type_word(column->type));
        cells[GUIDE_REQUIRED] = text_of(table->of[i]->required ? "是" : "");
        cells[GUIDE_CHOICES] = text_of(choices);
        cells[GUIDE_TEXT] = text_of(column->note);
        status = table_writer_row(writer, cells);
    }
    return status;
}

/* Written, and read back: exactly these headers and no row. */
static status_t write_file(const record_table_t *table, const char *path)
{
    uint64_t rows;
    status_t status;
    table_writer_t *writer = table_writer_open(path, TABLE_XLSX, &status);
    if (writer == NULL)
        return status;
    status =
        table_writer_begin(writer, table->kind->name, table->columns, table->count);
    if (status == STATUS_OK)
        status = write_guide(writer, table);
    if (status == STATUS_OK)
        status = table_writer_finish(&writer, &rows);
    table_writer_abandon(&writer);
    if (status == STATUS_OK)
        status = export_check(path, TABLE_XLSX, table->columns, table->count, &rows);
    return status == STATUS_OK && rows != 0 ? STATUS_DAMAGED : status;
}

/* Dimensions and channels are the scheme's: without a broker nobody knows them. */
static exit_t ask_names(const cli_t *cli, const record_kind_t *kind, names_t *names)
{
    session_t session;
    *names = (names_t){ .dimensions = { { "" } } };
    if (strcmp(kind->verb, "observe") != 0)
        return EXIT_DONE;
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    names_ask(&session, names);
    session_close(&session);
    return EXIT_DONE;
}

static exit_t make(const cli_t *cli, const record_kind_t *kind, const names_t *names,
                   const char *path)
{
    const char *dimensions[DIMENSIONS_MAX];
    uint32_t count = 0;
    record_table_t *table = calloc(1, sizeof *table);
    if (table == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++) {
        if (names->dimensions.names[i][0] != '\0')
            dimensions[count++] = names->dimensions.names[i];
    }
    record_table_init(table, kind, dimensions, count, &names->channels);
    status_t status = write_file(table, path);
    free(table);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, path);
    if (cli->json)
        puts("{\"written\":true}");
    else
        printf("%s %s\n", cli_pick(cli, "template written:", "模板已生成："), path);
    return EXIT_DONE;
}

/* ---- the verb ---- */

static error_t on_option(int key, const char *value, void *input)
{
    const char **path = input;
    if (key != KEY_OUT)
        return ARGP_ERR_UNKNOWN;
    *path = value;
    return 0;
}

static exit_t refuse_path(const cli_t *cli, const char *path, const char *reason)
{
    char source[512];
    (void)snprintf(source, sizeof source, "%s%s", path,
                   reason); /* a cut one tells too */
    return cli_refuse(cli, STATUS_USAGE, NULL, source);
}

/* A workbook that somebody has filled in must not be lost to an empty one. */
static exit_t look_at_path(const cli_t *cli, const char *path)
{
    table_format_t format;
    if (!table_format_of(path, &format) || format != TABLE_XLSX)
        return refuse_path(
            cli, path, cli_pick(cli, " does not end with .xlsx", " 未以 .xlsx 结尾"));
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return EXIT_DONE;
    return refuse_path(cli, path,
                       cli_pick(cli, " exists; choose another name with -o",
                                " 已存在，请用 -o 另取名"));
}

exit_t verb_template(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "out", KEY_OUT, "FILE.xlsx", 0, "Another name than KIND.xlsx", 0 }, { 0 }
    };
    char usual[PATH_CHARS];
    const char *path = NULL;
    names_t names;
    words_t words;
    usage_t usage = verb_usage(cli, verb, "KIND");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &path;
    cli_parse(cli, &usage, argc, argv, &words);
    const record_kind_t *kind = record_kind_find(words.words[0]);
    if (kind == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, "template", words.words[0]);
    (void)snprintf(usual, sizeof usual, "%s.xlsx", kind->name); /* fits */
    path = path != NULL ? path : usual;
    exit_t result = look_at_path(cli, path);
    if (result == EXIT_DONE)
        result = ask_names(cli, kind, &names);
    return result == EXIT_DONE ? make(cli, kind, &names, path) : result;
}
