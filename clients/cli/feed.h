/* feed.h - many commands, pipelined, with a word about each that is refused.
 *
 * Threads: one. Lines that cannot be read are refused here, the others by the broker;
 * both are told in the same words with the number of the line.
 */
#ifndef YX_FEED_H
#define YX_FEED_H

#include "clients/cli/session.h"
#include <jansson.h>

typedef struct feed feed_t;

/* Turns the object of one line into what json_to_command takes; may change *verb.
 * `context` is the caller's. A refusal has its fault filled. */
typedef status_t feed_shape_fn(void *context, json_t *object, const char **verb,
                               fault_t *fault);

typedef struct {
    const char *verb;     /* of every line, or NULL: `shape` finds it */
    const char *source;   /* file name to tell, or NULL for a command line */
    feed_shape_fn *shape; /* or NULL: lines go as they are */
    void *context;
    json_t *defaults; /* fields of every line that lacks them, or NULL */
    bool timing;      /* lines of --json tell the ms from submitting to the answer */
} feed_options_t;

/* `session` is open for submitting and outlives the feed. NULL: no memory. */
feed_t *feed_create(session_t *session, const feed_options_t *options);
void feed_destroy(feed_t **feed);

/* One command; `line` 0 = from the command line. Waits while too much is unanswered;
 * false when the broker has been silent for --timeout. */
bool feed_object(feed_t *feed, json_t *object, uint64_t line);
/* All lines of a file. */
void feed_file(feed_t *feed, const char *path);
/* Waits for what is unanswered, prints the summary, returns the exit code. */
exit_t feed_finish(feed_t *feed);

#endif
