/* job_wait.c - see job_wait.h. */
#include "clients/cli/job_wait.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define PAUSE_MS 500

typedef struct {
    job_look_fn *look;
    void *context;
    job_look_t seen;
} waiting_t;

static void take_part(void *context, const answer_t *answer)
{
    waiting_t *waiting = context;
    waiting->look(waiting->context, answer, &waiting->seen);
}

exit_t job_wait(session_t *session, const query_t *query, job_look_fn *look,
                void *context)
{
    const cli_t *cli = session->cli;
    waiting_t waiting = { .look = look, .context = context };
    bool shown = isatty(STDERR_FILENO) == 1;
    exit_t result = session_ask_quietly(session, query, take_part, &waiting);
    while (result == EXIT_DONE && !waiting.seen.done) {
        if (shown)
            fprintf(stderr, "\r%s %3" PRIu32 "%%",
                    cli_pick(cli, "calculating", "正在计算"), waiting.seen.progress);
        (void)poll(NULL, 0, PAUSE_MS); /* a signal only shortens it */
        result = session_ask_quietly(session, query, take_part, &waiting);
    }
    if (shown)
        fputs("\r                        \r", stderr);
    if (result == EXIT_DONE && waiting.seen.failed != STATUS_OK)
        result = cli_refuse(cli, waiting.seen.failed, NULL, NULL);
    return result;
}
