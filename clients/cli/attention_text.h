/* attention_text.h - attention items in plain sentences.
 *
 * A sentence says what was noticed, the figure and its bound; it never says that anybody
 * did wrong, and that nothing was discounted is told with it. Threads: none of its own.
 */
#ifndef YX_ATTENTION_TEXT_H
#define YX_ATTENTION_TEXT_H

#include "clients/cli/name_list.h"
#include "clients/cli/said.h"

/* One line: code, state, who has it, when it was opened; then the sentence. */
void attention_text_item(said_t *said, const attention_info_t *item,
                         const name_list_t *dimensions);
/* That no rating was changed. */
void attention_text_promise(said_t *said);

#endif
