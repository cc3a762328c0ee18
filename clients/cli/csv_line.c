/* csv_line.c - see csv_line.h. */
#include "clients/cli/csv_line.h"

#include <string.h>

static int is_formula(const char *cell)
{
    if (cell[0] == '+' || cell[0] == '-')
        return cell[1] < '0' || cell[1] > '9';
    return cell[0] != '\0' && strchr("=@\t\r", cell[0]) != NULL;
}

static void put_cell(FILE *out, const char *cell)
{
    int quoted = strpbrk(cell, ",\"\r\n") != NULL;
    if (quoted)
        fputc('"', out);
    if (is_formula(cell))
        fputc('\'', out);
    for (; *cell != '\0'; cell++) {
        if (*cell == '"')
            fputc('"', out);
        fputc(*cell, out);
    }
    if (quoted)
        fputc('"', out);
}

void csv_line(FILE *out, const char *const *cells, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            fputc(',', out);
        put_cell(out, cells[i] != NULL ? cells[i] : "");
    }
    fputs("\r\n", out);
}
