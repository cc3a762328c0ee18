/* board_json.h - a board as a JSON object with the names of message BoardAnswer.
 *
 * What a reply of the broker would show under "board": absent fields are absent.
 * Threads: none of its own.
 */
#ifndef YX_BOARD_JSON_H
#define YX_BOARD_JSON_H

#include "proto/answer.h"
#include <jansson.h>

/* NULL: no memory. The caller's to release. */
json_t *board_json(const board_answer_t *board);

#endif
