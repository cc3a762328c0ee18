/* session.h - who talks on which connection: a bounded table by routing id.
 *
 * A session begins with the first message of a connection and ends when nothing came
 * for a while. It carries no right: the key is looked up in the state for every
 * message. Threads: the core thread. Memory is taken at creation.
 */
#ifndef YX_RUNTIME_SESSION_H
#define YX_RUNTIME_SESSION_H

#include "proto/limits.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct sessions sessions_t;

typedef struct {
    uint32_t route;  /* port.h */
    bool resync;     /* a reply was lost: nothing is kept for it until it reads again */
    int64_t seen_ms; /* monotonic, of the last message */
    uint64_t messages;     /* received */
    uint64_t replies_lost; /* dropped because it did not read */
    uint32_t late_bytes;   /* replies kept for another try (mailer.h) */
    uint32_t stalled_pass; /* mailer pass in which its queue was found full */
    bool gone;             /* the connection has ended */
    uint32_t watches;      /* watch_table.h: newest of its watches, 0 = none */
    uint32_t watch_count;
    uint8_t key[KEY_BYTES];
    uint32_t older, newer, chain; /* the table's own */
} session_t;

/* NULL when memory is short. */
sessions_t *sessions_create(uint32_t limit);
void sessions_destroy(sessions_t **sessions);

/* The session of this connection, new or known, as the newest; NULL when the table is
 * full. It lives until sessions_expire. */
session_t *sessions_meet(sessions_t *sessions, uint32_t route,
                         const uint8_t key[KEY_BYTES], int64_t now_ms);
/* NULL when there is none. */
session_t *sessions_find(sessions_t *sessions, uint32_t route);
/* Forgets up to `at_most` sessions last seen before `before_ms`; returns how many. */
uint32_t sessions_expire(sessions_t *sessions, int64_t before_ms, uint32_t at_most);
/* Calls `ended` for each session that is about to be forgotten. */
void sessions_on_end(sessions_t *sessions,
                     void (*ended)(void *context, session_t *session), void *context);
uint32_t sessions_count(const sessions_t *sessions);

#endif
