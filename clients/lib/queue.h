/* queue.h - the numbered commands that are not answered yet, in a ring of slots.
 *
 * Says what may be sent next and what an answer means; sends nothing and reads no
 * clock. Slots keep the memory of their bytes, so nothing is allocated once the ring
 * has gone round. Threads: the client's owner.
 *
 * A slot: waiting -> sent -> done, and back to waiting when nothing was heard, when the
 * broker was busy, or when a refusal turned out not to be final (held, until every lower
 * number is answered).
 */
#ifndef YX_QUEUE_H
#define YX_QUEUE_H

#include "clients/lib/client.h"

typedef struct queue queue_t;

/* An answer that is ready to be handed on. */
typedef struct {
    client_outcome_fn *done;
    void *context;
} answered_t;

typedef enum {
    VERDICT_FINAL,      /* the number is answered */
    VERDICT_AGAIN,      /* it will be sent again */
    VERDICT_UNEXPECTED, /* no such number was sent */
    VERDICT_DUPLICATE   /* it was answered before */
} verdict_t;

/* NULL when memory is short. */
queue_t *queue_create(uint64_t first_number, uint32_t in_flight_max);
void queue_destroy(queue_t **queue);

/* Statuses as client_submit. */
status_t queue_push(queue_t *queue, const item_t *item, client_outcome_fn *done,
                    void *context);
uint64_t queue_next_number(const queue_t *queue);
/* The next push gets `number`; those left out count as answered. false: it lies below
 * the next one, or too far above what is not answered, while something is not. */
bool queue_number_from(queue_t *queue, uint64_t number);
uint32_t queue_pending(const queue_t *queue);
bool queue_has_room(const queue_t *queue);
/* Whether queue_batch would give something. */
bool queue_has_waiting(const queue_t *queue);

/* The next commands to send, at most `items_max` and what fits into one frame. They
 * stay as they were until queue_sent. The bytes are borrowed until they are answered. */
uint32_t queue_batch(queue_t *queue, item_t *items, uint32_t items_max);
/* The batch just given was sent in the message `correlation`; returns how many of it
 * had been sent before. */
uint32_t queue_sent(queue_t *queue, const item_t *items, uint32_t count,
                    uint64_t correlation, int64_t now_ms);

/* What an answer to `number` in the message `correlation` means; *answered is filled when
 * it is final. A refusal counts only for the copy sent last: a later copy may have been
 * accepted, and its answer is on the way. */
verdict_t queue_answer(queue_t *queue, uint64_t correlation, uint64_t number,
                       status_t status, answered_t *answered);
/* The numbers that message `correlation` carried and that still count as sent in it:
 * gives the first one at or above *from and moves *from behind it. */
bool queue_of_message(const queue_t *queue, uint64_t correlation, uint64_t *from,
                      uint64_t *number);

/* Marks everything sent at or before `sent_ms` to be sent again; returns how many. */
uint32_t queue_expire(queue_t *queue, int64_t sent_ms);
/* Ends the wait of those that the broker was too busy for. */
void queue_release(queue_t *queue);
bool queue_has_busy(const queue_t *queue);
/* Whether anything is sent and not answered. */
bool queue_in_flight(const queue_t *queue);

#endif
