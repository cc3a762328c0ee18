/* words.h - a refusal as one line for a person, in English or Chinese.
 *
 * Always in this order: where, the value found there, what is wrong, which rule, what
 * to do next, the code. Field paths are also told in words where a field has a Chinese
 * name (the names are those of the sheets and of DOMAIN.md):
 *
 *   考察记录·评分第 3 项·分值（observe.ratings[2].value）= 10100：评分须在 0 到 100
 *   之间。请改正后重新发送。 [E2104]
 *
 * Threads: none of its own. Used by yx and yxd, so that both say the same.
 */
#ifndef YX_PROTO_WORDS_H
#define YX_PROTO_WORDS_H

#include "proto/answer.h"
#include "proto/buffer.h"
#include "proto/status.h"

typedef enum { LANGUAGE_ENGLISH = 0, LANGUAGE_CHINESE = 1 } language_t;

/* Longest line that words_explain writes, in bytes. */
#define WORDS_BYTES_MAX  2048u
/* Longest `source` that is shown; the rest is cut at a character. */
#define WORDS_SOURCE_MAX 512u

/* The language of a locale name such as "zh_CN.UTF-8"; English when NULL or another. */
language_t words_language(const char *locale);

/* Chinese name of a field of the .proto files ("ratings" -> "评分"), or NULL. */
const char *words_field_zh(const char *name);

/* Appends the line, without a newline. `fault` may be NULL or empty; `source` is where
 * the input came from ("考察记录.xlsx 第 37 行", "line 37"), or NULL. Control characters
 * and bytes that are not UTF-8 come out as '?'. STATUS_TOO_LARGE, STATUS_NO_MEMORY: the
 * buffer is as it was. */
status_t words_explain(buffer_t *line, language_t language, status_t status,
                       const fault_t *fault, const char *source);

#endif
