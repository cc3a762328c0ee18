/* job_wait.h - waits until the broker's worker is done with something that was asked for.
 *
 * On a terminal the progress is shown on standard error. Threads: one.
 */
#ifndef YX_JOB_WAIT_H
#define YX_JOB_WAIT_H

#include "clients/cli/session.h"

typedef struct {
    bool done;
    uint32_t progress; /* percent */
    status_t failed;   /* why nothing came of it */
} job_look_t;

/* Looks for the thing in one part of an answer. */
typedef void job_look_fn(void *context, const answer_t *answer, job_look_t *look);

/* Asks every half second until it is done; tells a failure. */
exit_t job_wait(session_t *session, const query_t *query, job_look_fn *look,
                void *context);

#endif
