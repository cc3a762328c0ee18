/* mailer.h - the only way out: replies pass the gate, then the port, never waiting.
 *
 * What rests on a seq that is durable leaves at once, the rest waits in the gate. A
 * peer whose queue is full gets some time (its bursts may be larger than the queue);
 * then its reply is dropped and its session marked resync: it asks again. While it is
 * resync nothing is kept for it. What comes for a peer while earlier messages to it are
 * kept waits behind them. Other peers never wait for it. Threads: the core.
 */
#ifndef YX_RUNTIME_MAILER_H
#define YX_RUNTIME_MAILER_H

#include "broker/runtime/metrics.h"
#include "broker/runtime/port.h"
#include "broker/runtime/session.h"
#include <stdbool.h>

#define MAILER_GATE_BYTES         (32u * 1024u * 1024u)
#define MAILER_GATE_MESSAGES      65536u
#define MAILER_LATE_BYTES         (16u * 1024u * 1024u)
#define MAILER_LATE_MESSAGES      65536u
#define MAILER_LATE_SESSION_BYTES (1024u * 1024u) /* of them for one peer */
#define MAILER_LATE_MS            2000
#define MAILER_RETRY_MAX          4096u /* late replies tried in one turn */
/* The largest answer: a view of BOARD_WINDOW_MAX rows with names of full length. */
#define MAILER_ANSWER_BYTES_MAX   (4u * 1024u * 1024u)
#define MAILER_ANSWER_PARTS_MAX   256u

typedef struct mailer mailer_t;

/* Borrows all three. NULL when memory is short. */
mailer_t *mailer_create(port_t *port, sessions_t *sessions, metrics_t *metrics);
void mailer_destroy(mailer_t **mailer);

/* Whether one more request may be taken in, whatever its answer. */
bool mailer_takes_answer(const mailer_t *mailer);
/* Whether one more update of a watch may be posted: updates leave half of the gate to
 * replies, so that no submitter waits for room behind them. */
bool mailer_takes_update(const mailer_t *mailer);
/* Sends or keeps one reply that rests on `seq` (0 = on nothing); copies the bytes. */
void mailer_post(mailer_t *mailer, uint32_t route, uint64_t seq, const uint8_t *bytes,
                 size_t size);
/* Opens the gate up to durable_seq and tries the late ones; mono_ms is monotonic. */
void mailer_open(mailer_t *mailer, uint64_t durable_seq, int64_t mono_ms);

uint32_t mailer_waiting(const mailer_t *mailer); /* in the gate */
uint32_t mailer_late(const mailer_t *mailer);    /* for a peer to read */

#endif
