/* said.c - see said.h. */
#include "clients/cli/said.h"

#include "proto/check.h"
#include "proto/text_scan.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SAID_BYTES_MAX 1024u

const char *said_pick(const said_t *said, const char *english, const char *chinese)
{
    return said->language == LANGUAGE_CHINESE ? chinese : english;
}

void said_words(said_t *said, const char *format, ...)
{
    char bytes[SAID_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    size_t shown = (size_t)size < sizeof bytes
                       ? (size_t)size
                       : text_cut(bytes, sizeof bytes - 1, sizeof bytes - 1);
    if (said->status == STATUS_OK)
        said->status = buffer_append(said->out, bytes, shown);
}

void said_text(said_t *said, text_t text, const char *otherwise)
{
    said_words(said, "%.*s", text.size > 0 ? (int)text.size : (int)strlen(otherwise),
               text.size > 0 ? text.data : otherwise);
}

void said_row(said_t *said, table_t *table, const char *const *cells)
{
    if (said->status == STATUS_OK)
        said->status = table != NULL ? cli_table_add(table, cells) : STATUS_NO_MEMORY;
}

void said_table(said_t *said, table_t **table)
{
    if (said->status == STATUS_OK)
        said->status = *table != NULL ? cli_table_write(*table, false, said->out)
                                      : STATUS_NO_MEMORY;
    cli_table_destroy(table);
}

status_t said_print(said_t *said)
{
    if (said->status == STATUS_OK)
        printf("%.*s", (int)said->out->size, (const char *)said->out->data);
    return said->status;
}

void said_copy(char *cell, size_t room, text_t text)
{
    CHECK(room > 0);
    size_t size = text_cut(text.data, text.size, room - 1);
    if (size > 0)
        memcpy(cell, text.data, size);
    cell[size] = '\0';
}
