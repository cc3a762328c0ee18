/* import_progress.c - see import_progress.h. */
#include "clients/cli/import_progress.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PAINT_MS 200

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void import_progress_begin(import_progress_t *progress, const cli_t *cli,
                           const char *what, const char *name, uint64_t total)
{
    CHECK(progress != NULL && cli != NULL && what != NULL);
    *progress = (import_progress_t){ .cli = cli,
                                     .what = what,
                                     .name = name,
                                     .total = total,
                                     .terminal = isatty(STDERR_FILENO) == 1 };
}

void import_progress_step(import_progress_t *progress, uint64_t done)
{
    CHECK(progress != NULL);
    if (!progress->terminal)
        return;
    int64_t now_ms = clock_ms();
    if (progress->shown_ms != 0 && now_ms - progress->shown_ms < PAINT_MS)
        return;
    fprintf(stderr, "\r\033[K%s%s%s: %" PRIu64, progress->what,
            progress->name != NULL ? " " : "",
            progress->name != NULL ? progress->name : "", done);
    if (progress->total > 0)
        fprintf(stderr, " / %" PRIu64, progress->total);
    fputc(' ', stderr);
    progress->shown_ms = now_ms;
}

void import_progress_end(import_progress_t *progress)
{
    CHECK(progress != NULL);
    if (progress->shown_ms != 0)
        fputs("\r\033[K", stderr);
    progress->shown_ms = 0;
}
