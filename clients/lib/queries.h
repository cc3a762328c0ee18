/* queries.h - the queries and pings that are not answered yet.
 *
 * Keeps each as the bytes of its message and joins the parts of an answer by their
 * order; sends nothing and reads no clock. Threads: the client's owner.
 */
#ifndef YX_QUERIES_H
#define YX_QUERIES_H

#include "clients/lib/client.h"

typedef struct {
    buffer_t message; /* the Request, as sent each time */
    client_reply_fn *done;
    void *context;
    uint64_t correlation; /* 0 = the place is free */
    uint64_t seq;         /* of the parts heard so far */
    uint32_t next_part;
    bool waiting; /* to be sent */
    int64_t sent_ms;
} query_slot_t;

typedef struct {
    query_slot_t slots[CLIENT_QUERIES_MAX];
    uint32_t count;
} queries_t;

void queries_init(queries_t *queries);
void queries_fini(queries_t *queries);

/* A free place, taken and waiting to be sent; its message is empty. NULL: none. */
query_slot_t *queries_take(queries_t *queries, uint64_t correlation);
void queries_drop(queries_t *queries, query_slot_t *slot);
query_slot_t *queries_find(queries_t *queries, uint64_t correlation);
/* The next one to be sent, or NULL. */
query_slot_t *queries_waiting(queries_t *queries);

typedef enum { PART_WANTED, PART_LAST, PART_UNEXPECTED } part_t;
/* Whether this part of an answer is the one that comes next. */
part_t queries_part(query_slot_t *slot, const answer_t *answer);

/* Everything sent at or before `sent_ms` waits again; returns how many. */
uint32_t queries_expire(queries_t *queries, int64_t sent_ms);
void queries_forget(queries_t *queries, const void *context);

#endif
