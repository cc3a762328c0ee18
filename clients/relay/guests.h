/* guests.h - subscribers' keys: who was let in, who knocks and waits for the broker.
 *
 * Every key bears the broker's `access` number under which it was allowed last; keys
 * with another number than the newest are asked for again. One question is under way at a
 * time. Pure: sends nothing and reads no clock. Threads: one.
 * Bounds: GUESTS_MAX keys, GUESTS_WAITING_MAX handshakes; who comes after is told to try
 * again later.
 */
#ifndef YX_RELAY_GUESTS_H
#define YX_RELAY_GUESTS_H

#include "clients/relay/knock.h"
#include "proto/answer.h"

#define GUESTS_MAX         4096u
#define GUESTS_WAITING_MAX 256u
#define GUESTS_WAIT_MS     3000 /* for the broker's word */

typedef struct guests guests_t;

/* NULL when memory is short. */
guests_t *guests_create(void);
void guests_destroy(guests_t **guests);

/* KNOCK_WAIT: kept until guests_next tells what became of it. */
verdict_t guests_knock(guests_t *guests, const knock_t *knock, int64_t now_ms);
/* The next handshake that is decided, by an answer or by time; false = none. */
bool guests_next(guests_t *guests, int64_t now_ms, knock_t *knock, verdict_t *verdict);
/* When the next one waited long enough; INT64_MAX = nobody waits. */
int64_t guests_due_ms(const guests_t *guests);
/* The sockets were closed: nobody waits any more. Keys stay allowed. */
void guests_forget_waiting(guests_t *guests);

/* Another broker process may count otherwise: every key is to be asked for again. */
void guests_doubt(guests_t *guests);
/* Whether there is a key to ask for. */
bool guests_have_questions(const guests_t *guests);
/* Fills the next question, at most SUBSCRIBERS_MAX keys and maybe none, which asks for
 * `access` alone. Its keys stay valid until the answer was taken. */
void guests_ask(guests_t *guests, subscribers_query_t *question);
/* The answer to the last question; true when somebody who was let in no longer is. */
bool guests_answer(guests_t *guests, const subscribers_answer_t *answer);
/* The last question was refused: who waited for it is told to try again later. */
void guests_unanswered(guests_t *guests);

uint32_t guests_count(const guests_t *guests);

#endif
