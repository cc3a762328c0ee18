/* client.h - an asynchronous client of the broker: submit, query, hear the outcome.
 *
 * Threads    one owner; callbacks run inside client_run and client_drain and may
 *            submit and query, but neither run, drain nor destroy.
 * Exactly    commands are numbered upwards by one within `instance` and sent again,
 * once       byte for byte, until answered (ARCHITECTURE.md law 4). No number is sent
 *            while one WINDOW_NUMBERS below it is unanswered.
 * Final      each callback of a command runs once, with an answer that no resend can
 *            change: STATUS_BUSY is tried again by the library, and so is a refusal that
 *            came while a lower number was unanswered, for it may rest on a lost message.
 * Bounds     CLIENT_QUEUE_MAX commands, CLIENT_QUERIES_MAX queries, named water marks.
 * Workload   300,000 commands/s of 300 bytes: bytes are copied into a ring of slots that
 *            keep their memory, once more into a frame, and one send carries a batch.
 */
#ifndef YX_CLIENT_H
#define YX_CLIENT_H

#include "proto/wire.h"

#define CLIENT_QUEUE_MAX       2048u                 /* commands not answered yet */
#define CLIENT_IN_FLIGHT_MAX   (WINDOW_NUMBERS - 1u) /* of these, sent */
#define CLIENT_BATCH_ITEMS     128u                  /* commands in one message */
#define CLIENT_QUERIES_MAX     16u
#define CLIENT_WAITING_OUT_MAX 64  /* messages that ZeroMQ keeps for the broker */
#define CLIENT_WAITING_IN_MAX  256 /* messages that ZeroMQ keeps for us */
#define CLIENT_RESEND_MS       1000u
#define CLIENT_RESEND_MAX_MS   30000u
#define CLIENT_PING_MS         5000u  /* of silence, then we ask */
#define CLIENT_SILENCE_MS      20000u /* of unanswered asking, then we connect anew */

typedef struct client client_t;

typedef struct {
    const char *endpoint; /* tcp://HOST:PORT */
    uint8_t server_key[KEY_BYTES], public_key[KEY_BYTES], secret_key[KEY_BYTES];
    uint64_t instance;      /* of the outbox: random, made once (numbers.h) */
    uint64_t first_number;  /* of the first command, 1 or more */
    uint32_t in_flight_max; /* 0 = CLIENT_IN_FLIGHT_MAX, which is also the most */
    uint32_t batch_items;   /* 0 = CLIENT_BATCH_ITEMS; at most SUBMIT_ITEMS_MAX */
    uint32_t resend_ms;     /* 0 = CLIENT_RESEND_MS; doubles while nothing is heard */
} client_options_t;

/* What the connection's own machinery tells. */
typedef enum {
    CLIENT_CONNECTING,
    CLIENT_CONNECTED,
    CLIENT_REFUSED /* the broker does not know our key; tried again every few seconds */
} client_state_t;

typedef struct {
    uint64_t frames_sent, frames_received;
    uint64_t resent;     /* commands sent more than once */
    uint64_t busy;       /* answers of STATUS_BUSY */
    uint64_t duplicates; /* answers to what was answered before */
    uint64_t unexpected; /* replies that answer nothing of ours */
    uint64_t malformed;  /* replies that cannot be read */
    uint64_t reconnects;
} client_counts_t;

/* seq is 0 and *fault tells the place when refused; fault is borrowed for the call. */
typedef void client_outcome_fn(void *context, uint64_t number, status_t status,
                               uint64_t seq, const fault_t *fault);

/* Once per part of an answer, in order, or once with a REPLY_FAILURE. Part 0 may come
 * again when a part was lost: what was collected is then void. `bytes` is the Reply
 * message as received; both are borrowed for the call. */
typedef void client_reply_fn(void *context, const reply_t *reply, const uint8_t *bytes,
                             size_t size);

/* Connects in the background. STATUS_BAD_INPUT: the endpoint or a key cannot be used;
 * STATUS_NO_MEMORY. *client is NULL unless STATUS_OK. */
status_t client_create(const client_options_t *options, client_t **client);
/* Drops what is unanswered; no callback runs any more. */
void client_destroy(client_t **client);

/* Copies both parts (private_size 0 = none) and queues them under the next number.
 * STATUS_QUEUE_FULL: run the client first; STATUS_TOO_LARGE; STATUS_NO_MEMORY; the
 * number is then not used. `number` may be NULL. */
status_t client_submit(client_t *client, const void *public_part, uint32_t public_size,
                       const void *private_part, uint32_t private_size,
                       client_outcome_fn *done, void *context, uint64_t *number);
/* The next client_submit gets this number of this instance (numbers left out are never
 * used). false, and nothing changes, while commands are not answered that stand in the
 * way: of another instance, with higher numbers, or too far below. */
bool client_number_from(client_t *client, uint64_t instance, uint64_t number);
/* The number that the next client_submit will give. */
uint64_t client_next_number(const client_t *client);

/* Queues a query, sent again until answered. STATUS_QUEUE_FULL, STATUS_NO_MEMORY,
 * STATUS_TOO_LARGE. */
status_t client_query(client_t *client, const query_t *query, client_reply_fn *done,
                      void *context);
/* What would become of these commands if each were submitted now, on its own; nothing is
 * kept of them. At most SUBMIT_ITEMS_MAX; numbers are the caller's, 1 or more, and come
 * back in the outcomes of the one REPLY_SUBMIT (or a REPLY_FAILURE). The parts are
 * copied. Statuses as client_query. */
status_t client_check(client_t *client, const item_t *items, uint32_t count,
                      client_reply_fn *done, void *context);
/* An application PING; `done` gets the REPLY_PONG. Statuses as client_query. */
status_t client_ping(client_t *client, client_reply_fn *done, void *context);
/* Forgets queries with this context; their callbacks do not run any more. */
void client_forget(client_t *client, const void *context);

/* Sends what waits, receives, runs callbacks; waits up to timeout_ms (0 = not at all,
 * -1 = without end) for something to happen. Returns how many answers were handed on. */
uint32_t client_run(client_t *client, int timeout_ms);
/* Runs until nothing is unanswered. STATUS_UNREACHABLE, STATUS_TIMEOUT or
 * STATUS_KEY_UNKNOWN: no answer came for timeout_ms; what is unanswered stays queued. */
status_t client_drain(client_t *client, int timeout_ms);

/* Commands not answered yet, and those and queries. */
uint32_t client_pending(const client_t *client);
bool client_idle(const client_t *client);
/* Whether client_submit would take one more. */
bool client_has_room(const client_t *client);
client_state_t client_state(const client_t *client);
/* What silence means now: STATUS_UNREACHABLE, STATUS_TIMEOUT or STATUS_KEY_UNKNOWN. */
status_t client_silence(const client_t *client);
const client_counts_t *client_counts(const client_t *client);

/* For an outer poll loop: readable (POLLIN) when client_run(client, 0) should be called;
 * call it also after submitting and at least every client_wait_ms(). */
int client_descriptor(const client_t *client);
int client_wait_ms(const client_t *client);

#endif
