/* core.h - what the core thread's handlers work on, built by broker.c.
 *
 * Plain pointers to objects that live as long as the broker; each is owned by the
 * core thread (the committer, reader and door behind their own mailboxes). Times: now_ms
 * is what decide gets, mono_ms is monotonic; both are read once a turn by the loop.
 */
#ifndef YX_RUNTIME_CORE_H
#define YX_RUNTIME_CORE_H

#include "broker/ranking/board.h"
#include "broker/runtime/batch.h"
#include "broker/runtime/committer.h"
#include "broker/runtime/directory.h"
#include "broker/runtime/exporter.h"
#include "broker/runtime/init.h"
#include "broker/runtime/log.h"
#include "broker/runtime/mailer.h"
#include "broker/runtime/metrics.h"
#include "broker/runtime/port.h"
#include "broker/runtime/reader.h"
#include "broker/runtime/session.h"
#include "broker/runtime/zap.h"
#include "proto/arena.h"
#include "proto/buffer.h"

/* One request, decoded: the largest frame's worth of smallest messages. */
#define CORE_REQUEST_ARENA_BYTES (8u * 1024u * 1024u)
#define CORE_ITEM_ARENA_BYTES    (4u * 1024u * 1024u) /* one command of it */

typedef struct queries queries_t;
typedef struct waiting waiting_t;
typedef struct watches watches_t;
struct saving; /* saving.h */
typedef struct names names_t;
typedef struct jobs jobs_t;

typedef struct {
    state_t *state;
    boards_t *boards;
    directory_t *directory;
    committer_t *committer;
    reader_t *reader;
    zap_t *zap;
    port_t *port;
    mailer_t *mailer;
    sessions_t *sessions;
    queries_t *queries;
    waiting_t *waiting; /* query_facts.h */
    watches_t *watches;
    struct saving *saving; /* NULL = no snapshots */
    names_t *names;        /* NULL = all are read */
    jobs_t *jobs;
    batch_t *filling; /* what decide accepts goes here */
    arena_t *request_arena, *item_arena;
    outcome_t *outcomes; /* SUBMIT_ITEMS_MAX */
    buffer_t reply;      /* one message being written */
    metrics_t metrics;
    histogram_t acknowledge; /* of commands: from the turn that took them to the disk */
    exporter_t *exporter;    /* NULL = none */
    log_t *log;

    int64_t now_ms; /* the larger of the clock and state->head_ms */
    int64_t mono_ms;
    int64_t turn_us; /* monotonic, when the turn began */
    uint64_t durable_seq;
    uint64_t names_from;     /* where `names` begins, 0 = all names are known */
    uint64_t names_learnt;   /* counts names that came without a new record */
    uint64_t access_version; /* counts what may have changed rights, from anywhere */
    uint8_t chain[RECORD_CHAIN_BYTES]; /* of durable_seq */
    signing_key_t signing;             /* of receipts, when signs */
    bool signs;
    uint32_t job_epoch, job_progress; /* the epoch being fitted (0 = none), percent */
    bool read_only;
    char read_only_reason[FAULT_DETAIL_MAX];
    int64_t session_ends_ms; /* in the state's time: the next end of a session */
    bool door_stale; /* an update of the door was lost: bring all keys to it again */
} core_t;

/* What a handler knows of the message that it answers. */
typedef struct {
    uint32_t route;
    uint32_t key; /* keys; its state is KEY_ACTIVE, _SESSION or _INVITE */
    uint64_t correlation;
} caller_t;

/* Posts core->reply (written with `status`) resting on `seq`, and empties it. A reply
 * that could not be written is replaced by a Failure, and logged. */
void core_post(core_t *core, const caller_t *caller, uint64_t seq, status_t status);
/* Posts a Failure; fault may be NULL. */
void core_fail(core_t *core, const caller_t *caller, uint64_t seq, status_t status,
               const fault_t *fault);

#endif
