/* explain_text.h - why a subject has its score, as text: dimensions, lines, the sum.
 *
 * Parts of the answer are added in their order; part 0 begins anew. What is rounded to
 * two decimals still adds up: rests are handed out as SCORING.md section 3 says.
 * Threads: one owner.
 */
#ifndef YX_EXPLAIN_TEXT_H
#define YX_EXPLAIN_TEXT_H

#include "clients/cli/name_list.h"
#include "proto/answer.h"
#include "proto/buffer.h"
#include "proto/words.h"

typedef struct explain_text explain_text_t;

/* `channels` is borrowed. NULL: no memory. */
explain_text_t *explain_text_create(language_t language, const name_list_t *channels);
void explain_text_destroy(explain_text_t **text);
void explain_text_add(explain_text_t *text, const answer_t *answer);
/* Appends everything. STATUS_NO_MEMORY, STATUS_TOO_LARGE, or what an add met. */
status_t explain_text_write(const explain_text_t *text, buffer_t *out);

#endif
