/* export_file.c - see export_file.h. */
#include "clients/cli/export_file.h"

#include "clients/cli/export_check.h"
#include "proto/check.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static exit_t refuse(const export_file_t *file, status_t status)
{
    char source[512];
    bool system = status == STATUS_IO || status == STATUS_NOT_FOUND ||
                  status == STATUS_STORAGE_FULL;
    (void)snprintf(source, sizeof source, "%s%s%s", file->path, system ? ": " : "",
                   system ? strerror(errno) : ""); /* a cut one still tells */
    return cli_refuse(file->cli, status, NULL, source);
}

exit_t export_file_open(export_file_t *file, const cli_t *cli, const char *path)
{
    CHECK(file != NULL && cli != NULL && path != NULL);
    status_t status = STATUS_OK;
    *file = (export_file_t){ .cli = cli, .path = path };
    if (!table_format_of(path, &file->format)) {
        char source[512];
        (void)snprintf(source, sizeof source, "%s%s", path,
                       cli_pick(cli, " does not end with .xlsx, .csv or .ndjson",
                                " 未以 .xlsx、.csv 或 .ndjson 结尾"));
        return cli_refuse(cli, STATUS_USAGE, NULL, source);
    }
    file->writer = table_writer_open(path, file->format, &status);
    return file->writer != NULL ? EXIT_DONE : refuse(file, status);
}

exit_t export_file_begin(export_file_t *file, const char *sheet,
                         const table_column_t *columns, uint32_t count)
{
    file->columns = columns;
    file->column_count = count;
    status_t status = table_writer_begin(file->writer, sheet, columns, count);
    return status == STATUS_OK ? EXIT_DONE : refuse(file, status);
}

exit_t export_file_row(export_file_t *file, const text_t *cells)
{
    status_t status = table_writer_row(file->writer, cells);
    file->rows += status == STATUS_OK ? 1 : 0;
    return status == STATUS_OK ? EXIT_DONE : refuse(file, status);
}

exit_t export_file_note(export_file_t *file, const char *what, const char *value)
{
    CHECK(file->note_count < EXPORT_NOTES_MAX);
    char **note = file->notes[file->note_count++];
    note[0] = strdup(what);
    note[1] = strdup(value);
    return note[0] != NULL && note[1] != NULL ? EXIT_DONE
                                              : refuse(file, STATUS_NO_MEMORY);
}

static status_t write_notes(export_file_t *file)
{
    static const table_column_t columns[] = {
        { .header = "项目", .key = "what", .type = COLUMN_TEXT },
        { .header = "内容", .key = "value", .type = COLUMN_TEXT }
    };
    if (file->format != TABLE_XLSX || file->note_count == 0)
        return STATUS_OK;
    status_t status = table_writer_begin(file->writer, "说明", columns, 2);
    for (uint32_t i = 0; i < file->note_count && status == STATUS_OK; i++) {
        text_t cells[2];
        for (uint32_t j = 0; j < 2; j++)
            cells[j] = (text_t){ .data = file->notes[i][j],
                                 .size = (uint32_t)strlen(file->notes[i][j]) };
        status = table_writer_row(file->writer, cells);
    }
    return status;
}

static void tell(const export_file_t *file)
{
    const cli_t *cli = file->cli;
    if (cli->json)
        printf("{\"rows\":%" PRIu64 "}\n", file->rows);
    else if (cli->language == LANGUAGE_CHINESE)
        printf("已导出 %" PRIu64 " 行：%s\n", file->rows, file->path);
    else
        printf("%" PRIu64 " rows in %s\n", file->rows, file->path);
}

exit_t export_file_finish(export_file_t *file)
{
    CHECK(file != NULL && file->writer != NULL);
    uint64_t all, found = 0;
    status_t status = write_notes(file);
    if (status == STATUS_OK)
        status = table_writer_finish(&file->writer, &all);
    if (status == STATUS_OK)
        status = export_check(file->path, file->format, file->columns,
                              file->column_count, &found);
    if (status == STATUS_OK && found != file->rows)
        status = STATUS_DAMAGED;
    if (status != STATUS_OK)
        return refuse(file, status);
    tell(file);
    return EXIT_DONE;
}

void export_file_drop(export_file_t *file)
{
    CHECK(file != NULL);
    table_writer_abandon(&file->writer);
    for (uint32_t i = 0; i < file->note_count; i++) {
        free(file->notes[i][0]);
        free(file->notes[i][1]);
    }
    file->note_count = 0;
}
