/* import_progress.h - how far an import is, as one line that is painted over.
 *
 * Only on a terminal, and on standard error: a pipe or a file never gets a byte of it.
 * Whoever prints anything else ends it first. Threads: one owner.
 */
#ifndef YX_IMPORT_PROGRESS_H
#define YX_IMPORT_PROGRESS_H

#include "clients/cli/cli.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const cli_t *cli;
    const char *what, *name; /* name: of a sheet, or NULL */
    uint64_t total;          /* 0 = nobody knows yet */
    int64_t shown_ms;        /* monotonic; 0 = nothing stands there */
    bool terminal;
} import_progress_t;

/* Texts stay the caller's until the end. */
void import_progress_begin(import_progress_t *progress, const cli_t *cli,
                           const char *what, const char *name, uint64_t total);
/* Painted at the first call, then five times a second at most. */
void import_progress_step(import_progress_t *progress, uint64_t done);
/* Takes the line away. */
void import_progress_end(import_progress_t *progress);

#endif
