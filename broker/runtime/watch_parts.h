/* watch_parts.h - what watches.c and watch_round.c share; nobody else includes it. */
#ifndef YX_RUNTIME_WATCH_PARTS_H
#define YX_RUNTIME_WATCH_PARTS_H

#include "broker/runtime/watch_table.h"
#include "broker/runtime/watches.h"

struct watches {
    watch_table_t *table;
    views_t *views;
    views_clock_us *clock;
    bool asked;         /* a watch waits for a view that may be computed now */
    uint32_t cursor;    /* next view of the round; 0 = no round */
    bool recheck;       /* in this round everybody's rights are looked at */
    uint64_t round_seq; /* the state's seq when the last round began */
    uint64_t access;    /* core->access_version at the last round */
    int64_t retry_us;   /* when the first view has rested; INT64_MAX = none rests */
};

/* Puts a watch into the list where it belongs; it may then be asked for a round. */
void watches_place(core_t *core, uint32_t watch);
/* Whether its view has something that it was not sent yet. */
bool watches_can_be_told(const watches_t *watches, const watching_t *row);
/* Whether the watch may go on, by the rights of today; if not it has been ended with a
 * Failure. It may watch another view afterwards. */
bool watches_recheck(core_t *core, uint32_t watch);
/* Forgets one watch, or all of a connection, without a word. */
void watches_forget(watches_t *watches, uint32_t watch);
void watches_forget_all(watches_t *watches, session_t *session);
/* Ends one with a Failure; fault may be NULL. */
void watches_end(core_t *core, uint32_t watch, status_t status, const fault_t *fault);
/* Whether the connection is gone or lost a message; if so its watches are forgotten. */
bool watches_lost(core_t *core, session_t *session);

#endif
