/* export_check.h - an exported table read back as import would read it.
 *
 * Threads: none of its own.
 */
#ifndef YX_EXPORT_CHECK_H
#define YX_EXPORT_CHECK_H

#include "clients/sheets/table_writer.h"

/* Counts the rows below the headers of the first sheet. STATUS_DAMAGED: it cannot be
 * read, or its headers are others; STATUS_IO. */
status_t export_check(const char *path, table_format_t format,
                      const table_column_t *columns, uint32_t count, uint64_t *rows);

#endif
