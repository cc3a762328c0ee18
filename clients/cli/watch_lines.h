/* watch_lines.h - a watched board as lines, for pipes and scripts.
 *
 * In words: one line for each row that is new or changed or has left. As JSON: one object
 * for each view. Threads: one owner; writes to standard output.
 */
#ifndef YX_WATCH_LINES_H
#define YX_WATCH_LINES_H

#include "clients/cli/board_copy.h"
#include "clients/cli/cli.h"

typedef struct {
    const cli_t *cli;
    board_copy_t before;
    uint64_t version; /* of the last view */
    bool lost;        /* the broker is not heard, and that was told */
} watch_lines_t;

void watch_lines_init(watch_lines_t *lines, const cli_t *cli);
void watch_lines_fini(watch_lines_t *lines);
/* false: no memory. A failed write is left for the caller to find by ferror. */
bool watch_lines_view(watch_lines_t *lines, const board_answer_t *board,
                      uint64_t version);
/* Told when it changes after the first view. */
void watch_lines_live(watch_lines_t *lines, bool live);

#endif
