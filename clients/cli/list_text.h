/* list_text.h - units, schemes, projects, rounds and visits as tables.
 *
 * One line each, gathered from the parts of an answer and printed together.
 * Threads: one owner.
 */
#ifndef YX_LIST_TEXT_H
#define YX_LIST_TEXT_H

#include "clients/cli/cli.h"
#include "clients/cli/table.h"
#include "proto/answer.h"

typedef struct {
    const cli_t *cli;
    table_t *table;
    uint32_t shown, matching; /* matching: 0 when the answer does not tell */
    status_t status;          /* the first thing that went wrong */
} list_text_t;

/* The head of the table for answers to this kind of query. */
void list_text_init(list_text_t *list, const cli_t *cli, query_kind_t kind);
void list_text_fini(list_text_t *list);
void list_text_add(list_text_t *list, const answer_t *answer);
/* On standard output. */
status_t list_text_print(const list_text_t *list);

#endif
