/* session.h - one connection of one profile for the time of a verb.
 *
 * Every function tells its own trouble on standard error and returns the exit code.
 * Nothing waits longer than --timeout without an answer. Threads: one.
 */
#ifndef YX_SESSION_H
#define YX_SESSION_H

#include "clients/cli/cli.h"
#include "clients/lib/client.h"
#include "clients/lib/numbers.h"
#include "clients/lib/profile.h"
#include "clients/lib/sender.h"

typedef struct {
    const cli_t *cli;
    profile_t profile;
    numbers_t *numbers; /* for what does not go through the outbox, or NULL */
    client_t *client;
    outbox_t *outbox; /* these two, or NULL when nothing is to be submitted */
    sender_t *sender;
    sender_outcome_fn *told; /* of who submits now */
    void *told_context;
} session_t;

typedef enum {
    SESSION_ASKS,
    SESSION_SUBMITS,     /* through the outbox: what cannot be sent now is kept */
    SESSION_ADMINISTERS, /* now or not at all */
    SESSION_FOLLOWS      /* asks for what may be answered SESSION_WAIT_MS later */
} session_use_t;
#define SESSION_WAIT_MS 5000u

exit_t session_open(session_t *session, const cli_t *cli, session_use_t use);
/* With a profile that is not stored, for queries and for commands of `instance` that the
 * caller numbers from 1. */
exit_t session_connect(session_t *session, const cli_t *cli, const profile_t *profile,
                       uint64_t instance);
void session_close(session_t *session);

/* Sends a query and waits for all parts; `part` gets each answer, part 0 begins anew.
 * With --json each reply is printed too. Refusals are told. */
typedef void session_part_fn(void *context, const answer_t *answer);
exit_t session_ask(session_t *session, const query_t *query, session_part_fn *part,
                   void *context);
/* Likewise, never printing anything but refusals. */
exit_t session_ask_quietly(session_t *session, const query_t *query,
                           session_part_fn *part, void *context);
/* Likewise, telling nothing at all; false when there was no answer. */
bool session_try(session_t *session, const query_t *query, session_part_fn *part,
                 void *context);
/* A PING; *milliseconds is the time to its PONG. */
exit_t session_ping(session_t *session, double *milliseconds);
/* Runs the client and the sender until something is answered; STATUS_OK, or what
 * silence, a refused key or a broker that takes nothing means, after --timeout at most. */
status_t session_wait(session_t *session);
/* Who hears the outcomes of what is put into session->sender. */
void session_listen(session_t *session, sender_outcome_fn *told, void *context);
/* Tells that `count` commands wait in the outbox, why, and how they will go out. */
void session_tell_kept(const session_t *session, status_t why, uint64_t count);

/* Tells that this profile was copied or restored, and what that means. */
void session_tell_copied(const session_t *session);

/* What became of one command. */
typedef struct {
    bool answered;
    status_t status;
    uint64_t seq, number;
    fault_t fault;
    uint64_t entry; /* its place in the outbox, or 0 */
} settled_t;

/* Submits one command given as JSON and waits for its outcome. Only trouble before an
 * outcome is told: the caller tells the outcome. EXIT_KEPT: none came, it is in the
 * outbox. */
exit_t session_submit(session_t *session, const char *verb, const char *json,
                      settled_t *settled);
/* Prints "accepted" or the refusal; the exit code of the outcome. */
exit_t session_tell(const session_t *session, const settled_t *settled);
/* Both, for verbs that submit one command. */
exit_t session_submit_and_tell(const cli_t *cli, const char *verb, const char *json);
/* Likewise, past the outbox. */
exit_t session_administer_and_tell(const cli_t *cli, const char *verb,
                                   const char *json);

#endif
