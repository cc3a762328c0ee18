/* submit_object.h - one command, given as a JSON object, submitted and told.
 *
 * Threads: one.
 */
#ifndef YX_SUBMIT_OBJECT_H
#define YX_SUBMIT_OBJECT_H

#include "clients/cli/session.h"
#include <jansson.h>

/* Frees the object (NULL: a text that is not UTF-8, which is refused) and tells what
 * became of the command. */
exit_t submit_object(session_t *session, const char *verb, json_t *object);
/* Likewise with a session of its own. */
exit_t submit_alone(const cli_t *cli, const char *verb, json_t *object);
/* The account that was named, or (NULL) the newest one, which the broker tells. */
exit_t submit_account(session_t *session, const char *named,
                      char account[CODE_BYTES_MAX + 1]);

#endif
