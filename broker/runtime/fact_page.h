/* fact_page.h - a page of journal records as facts for one reader, in parts.
 *
 * What a principal may see of each record is told by core/masks.h; here it is cut down
 * and written. Threads: the core thread.
 */
#ifndef YX_RUNTIME_FACT_PAGE_H
#define YX_RUNTIME_FACT_PAGE_H

#include "broker/core/masks.h"
#include "broker/runtime/core.h"

/* Everything a record can hold beside its two parts. */
#define FACT_FIXED_BYTES  512u
#define FACT_WITHHELD_MAX 4u

_Static_assert(FACT_FIXED_BYTES + PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX <=
                   ANSWER_PART_BYTES_MAX,
               "every record fits a part");

/* Room for one page's facts; large, made once. */
typedef struct fact_page fact_page_t;
fact_page_t *fact_page_create(void); /* NULL when memory is short */
void fact_page_destroy(fact_page_t **facts);

/* Cuts the page's records down for the principal, in the page's order. */
void fact_page_cut(fact_page_t *facts, const core_t *core, uint32_t principal,
                   mask_purpose_t purpose, const reader_page_t *page);

/* Posts what fact_page_cut left: the answer's head is filled but for facts and parts. */
void fact_page_post(fact_page_t *facts, core_t *core, const caller_t *caller,
                    answer_t *answer);

#endif
