/* plan_text.h - whom to visit next, as a table or as CSV.
 *
 * Parts of the answer are added in their order; part 0 begins anew. Threads: one owner.
 */
#ifndef YX_PLAN_TEXT_H
#define YX_PLAN_TEXT_H

#include "clients/cli/said.h"
#include "proto/answer.h"
#include <stdio.h>

#define PLAN_COLUMNS 9u

typedef struct {
    language_t language;
    FILE *csv; /* rows go there as they come; NULL: they are gathered for a table */
    table_t *table;
    plan_answer_t plan; /* numbers only */
    char account[CODE_BYTES_MAX + 1], group[LABEL_BYTES_MAX + 1];
    uint32_t rows;
    status_t status; /* the first thing that went wrong */
} plan_text_t;

/* STATUS_NO_MEMORY. */
status_t plan_text_init(plan_text_t *text, language_t language, FILE *csv);
void plan_text_fini(plan_text_t *text);
void plan_text_add(plan_text_t *text, const answer_t *answer);
/* Head, table and what the plan would do. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t plan_text_write(plan_text_t *text, buffer_t *out);

#endif
