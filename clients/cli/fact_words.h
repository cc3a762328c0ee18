/* fact_words.h - a record of the journal as one line for a person.
 *
 * Threads: none of its own.
 */
#ifndef YX_FACT_WORDS_H
#define YX_FACT_WORDS_H

#include "clients/cli/name_list.h"
#include "proto/buffer.h"
#include "proto/words.h"

#define FACT_TEXT_BYTES_MAX 180u /* shown of a narrative; --json tells all of it */

/* Appends time, seq, beginning of the hash, what happened, who submitted it and what is
 * withheld; `json` is what json_from_fact wrote, `dimensions` may hold empty names.
 * STATUS_BAD_INPUT: not such an object; STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t fact_words(language_t language, const name_list_t *dimensions,
                    const char *json, size_t size, buffer_t *out);

#endif
