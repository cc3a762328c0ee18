/* many.h - many commands through the outbox, pipelined, with a word about each refused.
 *
 * Each is on disk before it is sent. When the broker is silent for --timeout the rest is
 * only kept: many_finish tells how many (EXIT_KEPT, or EXIT_PARTLY with others).
 *
 * Threads: one. Lines that cannot be read are refused here, the others by the broker;
 * both are told in the same words with the number of the line.
 */
#ifndef YX_MANY_H
#define YX_MANY_H

#include "clients/cli/session.h"
#include <jansson.h>

typedef struct many many_t;

/* Turns the object of one line into what json_to_command takes; may change *verb.
 * `context` is the caller's. A refusal has its fault filled. */
typedef status_t many_shape_fn(void *context, json_t *object, const char **verb,
                               fault_t *fault);

typedef struct {
    const char *verb;     /* of every line, or NULL: `shape` finds it */
    const char *source;   /* file name to tell, or NULL for a command line */
    many_shape_fn *shape; /* or NULL: lines go as they are */
    void *context;
    json_t *defaults; /* fields of every line that lacks them, or NULL */
    bool draft;       /* is kept and not sent */
    bool timing;      /* lines of --json tell the ms from submitting to the answer */
} many_options_t;

/* `session` is open for submitting and outlives this. NULL: no memory. */
many_t *many_create(session_t *session, const many_options_t *options);
void many_destroy(many_t **many);

/* One command; `line` 0 = from the command line. Waits while too much is unanswered;
 * false when the outbox takes no more. */
bool many_object(many_t *many, json_t *object, uint64_t line);
/* All lines of a file. */
void many_file(many_t *many, const char *path);
/* Waits for what is unanswered, prints the summary, returns the exit code. */
exit_t many_finish(many_t *many);

#endif
