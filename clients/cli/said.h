/* said.h - a text that is put together piece by piece, in one of the two languages.
 *
 * The first failure is kept and everything after it is passed over, so that callers look
 * once, at the end. Threads: one owner.
 */
#ifndef YX_SAID_H
#define YX_SAID_H

#include "clients/cli/table.h"
#include "proto/text.h"
#include "proto/words.h"

typedef struct {
    language_t language;
    buffer_t *out;
    status_t status; /* the first thing that went wrong */
} said_t;

const char *said_pick(const said_t *said, const char *english, const char *chinese);
/* A piece of at most 1,023 bytes; a longer one is cut. */
__attribute__((format(printf, 2, 3))) void said_words(said_t *said, const char *format,
                                                      ...);
/* A code or label of the wire; an empty one becomes `otherwise`. */
void said_text(said_t *said, text_t text, const char *otherwise);
/* One row of a table; the first one opens it. NULL table: STATUS_NO_MEMORY. */
void said_row(said_t *said, table_t *table, const char *const *cells);
/* The whole table, which is then freed. */
void said_table(said_t *said, table_t **table);
/* Prints all of it on standard output; what went wrong, if anything did. */
status_t said_print(said_t *said);

/* A text of the wire as NUL-terminated bytes, cut at a character when it is longer. */
void said_copy(char *cell, size_t room, text_t text);

#endif
