/* workbook.h - small workbooks for tests, part by part as XML text.
 *
 * Threads: none of its own.
 */
#ifndef YX_TESTS_WORKBOOK_H
#define YX_TESTS_WORKBOOK_H

#include <stdbool.h>
#include <stddef.h>

/* NULL is a part as it usually is; "" leaves it out. */
typedef struct {
    const char *relations; /* of the archive */
    const char *book, *book_relations;
    const char *strings, *styles;
    const char *sheet; /* the whole part */
    size_t sheet_size; /* 0 = ends with NUL */
    bool deflated;     /* the sheet; otherwise as it is */
} workbook_t;

/* Writes it to `path`; fails the test when that cannot be. */
void workbook_write(const char *path, const workbook_t *workbook);
/* The rows within a sheet: "<row>...</row>". The text is malloc'ed. */
char *workbook_sheet(const char *rows);

#endif
