/* mailer.c - see mailer.h. The late replies lie in a second gate, whose seq is the time
 * at which they are given up. */
#include "broker/runtime/mailer.h"

#include "broker/runtime/gate.h"
#include "proto/check.h"
#include <stdlib.h>

_Static_assert(MAILER_GATE_BYTES >= 2 * MAILER_ANSWER_BYTES_MAX,
               "the gate holds more than one answer");
_Static_assert(MAILER_GATE_BYTES / 2 >= 2 * MAILER_ANSWER_BYTES_MAX &&
                   MAILER_GATE_MESSAGES / 2 >= 2 * MAILER_ANSWER_PARTS_MAX,
               "an update and an answer fit into the half that updates may fill");

struct mailer {
    port_t *port;
    sessions_t *sessions;
    metrics_t *metrics;
    gate_t *gate, *late;
    uint64_t durable_seq;
    int64_t mono_ms;
    uint32_t pass;   /* numbers the retries */
    uint32_t resync; /* sessions that were marked since the last that was cleared */
};

mailer_t *mailer_create(port_t *port, sessions_t *sessions, metrics_t *metrics)
{
    CHECK(port != NULL);
    CHECK(sessions != NULL && metrics != NULL);
    mailer_t *mailer = calloc(1, sizeof *mailer);
    if (mailer == NULL)
        return NULL;
    mailer->port = port;
    mailer->sessions = sessions;
    mailer->metrics = metrics;
    mailer->gate =
        gate_create(MAILER_GATE_BYTES, MAILER_GATE_MESSAGES, FRAME_BYTES_MAX);
    mailer->late =
        gate_create(MAILER_LATE_BYTES, MAILER_LATE_MESSAGES, FRAME_BYTES_MAX);
    if (mailer->gate == NULL || mailer->late == NULL)
        mailer_destroy(&mailer);
    return mailer;
}

void mailer_destroy(mailer_t **mailer)
{
    CHECK(mailer != NULL);
    if (*mailer == NULL)
        return;
    gate_destroy(&(*mailer)->gate);
    gate_destroy(&(*mailer)->late);
    free(*mailer);
    *mailer = NULL;
}

bool mailer_takes_answer(const mailer_t *mailer)
{
    CHECK(mailer != NULL);
    return gate_fits(mailer->gate, MAILER_ANSWER_BYTES_MAX, MAILER_ANSWER_PARTS_MAX);
}

bool mailer_takes_update(const mailer_t *mailer)
{
    CHECK(mailer != NULL);
    return gate_fits(mailer->gate, MAILER_GATE_BYTES / 2, MAILER_GATE_MESSAGES / 2);
}

static void drop(mailer_t *mailer, session_t *session)
{
    mailer->metrics->replies_dropped++;
    if (session == NULL)
        return;
    session->replies_lost++;
    if (!session->resync)
        mailer->resync++;
    session->resync = true;
}

/* The peer's queue is full: keeps the reply for another try, within limits. */
static void keep_late(mailer_t *mailer, const parcel_t *parcel)
{
    session_t *session = sessions_find(mailer->sessions, parcel->route);
    if (session == NULL || session->resync ||
        session->late_bytes + parcel->size > MAILER_LATE_SESSION_BYTES ||
        !gate_fits(mailer->late, parcel->size, 1)) {
        drop(mailer, session);
        return;
    }
    parcel_t late = *parcel;
    late.seq = (uint64_t)(mailer->mono_ms + MAILER_LATE_MS);
    gate_push(mailer->late, &late);
    session->late_bytes += parcel->size;
    mailer->metrics->replies_late++;
}

/* A peer that reads again is served in full again. */
static void note_sent(mailer_t *mailer, uint32_t route)
{
    mailer->metrics->replies_sent++;
    if (mailer->resync == 0)
        return;
    session_t *session = sessions_find(mailer->sessions, route);
    if (session != NULL && session->resync) {
        session->resync = false;
        mailer->resync--;
    }
}

static void note_gone(mailer_t *mailer, uint32_t route)
{
    session_t *session = sessions_find(mailer->sessions, route);
    mailer->metrics->replies_unroutable++;
    if (session != NULL)
        session->gone = true;
}

/* Whether earlier messages to this peer are kept for another try. */
static bool has_late(const mailer_t *mailer, uint32_t route)
{
    if (gate_count(mailer->late) == 0)
        return false;
    const session_t *session = sessions_find(mailer->sessions, route);
    return session != NULL && session->late_bytes > 0;
}

static void deliver(mailer_t *mailer, const parcel_t *parcel)
{
    if (has_late(mailer, parcel->route)) {
        keep_late(mailer, parcel);
        return;
    }
    switch (port_send(mailer->port, parcel->route, parcel->bytes, parcel->size)) {
    case PORT_SENT:
        note_sent(mailer, parcel->route);
        break;
    case PORT_FULL:
        keep_late(mailer, parcel);
        break;
    case PORT_GONE:
        note_gone(mailer, parcel->route);
        break;
    }
}

void mailer_post(mailer_t *mailer, uint32_t route, uint64_t seq, const uint8_t *bytes,
                 size_t size)
{
    CHECK(mailer != NULL);
    CHECK(size > 0 && size <= FRAME_BYTES_MAX);
    const parcel_t parcel = {
        .seq = seq, .route = route, .size = (uint32_t)size, .bytes = bytes
    };
    if (seq <= mailer->durable_seq) {
        deliver(mailer, &parcel);
        return;
    }
    gate_push(mailer->gate, &parcel);
    mailer->metrics->replies_held++;
}

/* One late reply, already taken from the front: sent, given up, or put behind. */
static void retry(mailer_t *mailer, const parcel_t *parcel)
{
    session_t *session = sessions_find(mailer->sessions, parcel->route);
    port_sent_t sent = PORT_FULL;
    if (session == NULL || session->stalled_pass != mailer->pass)
        sent = port_send(mailer->port, parcel->route, parcel->bytes, parcel->size);
    if (sent == PORT_FULL && session != NULL &&
        (int64_t)parcel->seq > mailer->mono_ms) {
        session->stalled_pass = mailer->pass;
        gate_push(mailer->late, parcel);
        return;
    }
    if (session != NULL) /* one that expired and came back counts from 0 again */
        session->late_bytes -=
            parcel->size < session->late_bytes ? parcel->size : session->late_bytes;
    if (sent == PORT_SENT)
        note_sent(mailer, parcel->route);
    else if (sent == PORT_GONE)
        note_gone(mailer, parcel->route);
    else
        drop(mailer, session);
}

static void retry_late(mailer_t *mailer)
{
    uint32_t count = gate_count(mailer->late);
    parcel_t parcel;
    mailer->pass++;
    if (mailer->pass == 0) /* 0 is what new sessions have */
        mailer->pass = 1;
    for (uint32_t i = 0; i < count && i < MAILER_RETRY_MAX; i++) {
        CHECK(gate_peek(mailer->late, UINT64_MAX, &parcel));
        gate_pop(mailer->late);
        retry(mailer, &parcel);
    }
}

void mailer_open(mailer_t *mailer, uint64_t durable_seq, int64_t mono_ms)
{
    CHECK(mailer != NULL);
    CHECK(durable_seq >= mailer->durable_seq);
    mailer->durable_seq = durable_seq;
    mailer->mono_ms = mono_ms;
    retry_late(mailer);
    parcel_t parcel;
    while (gate_peek(mailer->gate, durable_seq, &parcel)) {
        deliver(mailer, &parcel);
        gate_pop(mailer->gate);
    }
}

uint32_t mailer_waiting(const mailer_t *mailer)
{
    CHECK(mailer != NULL);
    return gate_count(mailer->gate);
}

uint32_t mailer_late(const mailer_t *mailer)
{
    CHECK(mailer != NULL);
    return gate_count(mailer->late);
}
