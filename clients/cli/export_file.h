/* export_file.h - one exported table: written, read back, and told.
 *
 * Every function tells its own trouble on standard error. After a failure of any of
 * them export_file_drop leaves nothing behind. Threads: one owner.
 */
#ifndef YX_EXPORT_FILE_H
#define YX_EXPORT_FILE_H

#include "clients/cli/cli.h"
#include "clients/sheets/table_writer.h"

#define EXPORT_NOTES_MAX 16u

typedef struct {
    const cli_t *cli;
    const char *path;
    table_format_t format;
    table_writer_t *writer;
    const table_column_t *columns;
    uint32_t column_count;
    uint64_t rows;
    char *notes[EXPORT_NOTES_MAX][2];
    uint32_t note_count;
} export_file_t;

/* By the end of its name: .xlsx, .csv, .ndjson; EXIT_USAGE for any other. */
exit_t export_file_open(export_file_t *file, const cli_t *cli, const char *path);
/* The one table of the file; columns are borrowed until the finish. */
exit_t export_file_begin(export_file_t *file, const char *sheet,
                         const table_column_t *columns, uint32_t count);
exit_t export_file_row(export_file_t *file, const text_t *cells);
/* A line of the second sheet of a workbook, which tells what the first one is; other
 * formats have no room for it. Both texts are copied. */
exit_t export_file_note(export_file_t *file, const char *what, const char *value);
/* Puts the file in place, reads it back and tells the number of rows. What is read back
 * and is not what was written: STATUS_DAMAGED. */
exit_t export_file_finish(export_file_t *file);
/* After a finish nothing is left to drop; it may be called all the same. */
void export_file_drop(export_file_t *file);

#endif
