/* outbox.h - where commands are kept until the broker has answered them.
 *
 * An LMDB environment in the profile's folder (FORMAT.md here, 0600). An entry
 * is on disk when the outbox_commit that holds its outbox_add returns STATUS_OK. It has a
 * place (`entry`, from 1, never given twice) and, once it is no draft, an instance and a
 * number that stay with its bytes for ever, so that sending it again is never wrong
 * (ARCHITECTURE.md law 4).
 *
 * States     draft -> waiting -> acknowledged or refused. `sending` is a waiting entry
 *            that the holder of a living lease has under way: a killed sender leaves
 *            nothing behind that would have to be put right.
 * Lease      one sender at a time, by a token, until it expires, gives up or its process
 *            is gone. Two senders at once would do no harm: what is settled stays so.
 * Copies     a folder that was copied to another place, or back, takes a new instance
 *            for what is added from then on; entries keep the numbers they have. Number
 *            answered NUMBER_REUSED: the entry was certainly never accepted under it,
 *            and moves to a new place and instance. SETTLED: refused, a person looks.
 * Bounds     OUTBOX_COUNT_MAX and OUTBOX_BYTES_MAX for what is not acknowledged; of the
 *            acknowledged the newest are kept.
 * Threads    one owner; processes share the folder. Never open it twice in one process.
 */
#ifndef YX_OUTBOX_H
#define YX_OUTBOX_H

#include "proto/answer.h"
#include "proto/limits.h"
#include "proto/status.h"

#define OUTBOX_FOLDER     "outbox"
#define OUTBOX_COUNT_MAX  100000u
#define OUTBOX_BYTES_MAX  (256u * 1024u * 1024u)
#define OUTBOX_KEPT_MAX   100000u /* acknowledged ones */
#define OUTBOX_KEPT_BYTES (128u * 1024u * 1024u)
#define OUTBOX_LEASE_MS   15000

typedef enum {
    OUTBOX_DRAFT = 1,
    OUTBOX_WAITING = 2,
    OUTBOX_SENDING = 3,
    OUTBOX_ACKNOWLEDGED = 4,
    OUTBOX_REFUSED = 5
} outbox_state_t;

typedef struct outbox outbox_t;

/* Time of day, and time since the machine started. */
typedef struct {
    int64_t wall_ms, boot_ms;
} outbox_time_t;
typedef outbox_time_t outbox_clock_t(void);

typedef struct {
    uint64_t entry;
    outbox_state_t state;
    uint64_t instance, number; /* 0 while it is a draft */
    uint64_t instead_of;       /* the entry that it mends or replaces, or 0 */
    int64_t put_ms, settled_ms;
    uint64_t seq;    /* acknowledged */
    status_t status; /* refused: why, and where */
    fault_t fault;
    const uint8_t *public_part, *private_part;
    uint32_t public_size, private_size;
} outbox_entry_t;

typedef struct {
    uint64_t draft, waiting, sending, acknowledged, refused;
    uint64_t bytes;     /* of all but the acknowledged */
    int64_t oldest_ms;  /* put_ms of the oldest waiting or sending one, 0 = none */
    uint64_t instance;  /* of what is added next */
    uint64_t sender;    /* process that holds the lease, 0 = nobody */
    uint64_t instances; /* taken so far: more than 1 tells of copies */
} outbox_summary_t;

/* Opens or makes the outbox in the profile's `folder`; clock NULL = the machine's.
 * STATUS_PROFILE: the folder cannot be used; STATUS_DAMAGED, STATUS_FORMAT,
 * STATUS_STORAGE_FULL, STATUS_IO, STATUS_NO_MEMORY. *outbox is NULL unless STATUS_OK. */
status_t outbox_open(const char *folder, outbox_clock_t *clock, outbox_t **outbox);
void outbox_close(outbox_t **outbox);
/* The folder was found to be a copy when it was opened. */
bool outbox_was_copied(const outbox_t *outbox);
outbox_time_t outbox_clock(void);

/* ---- changes: between begin and commit or abort, others wait ---- */

/* STATUS_IO, STATUS_STORAGE_FULL, STATUS_NO_MEMORY, STATUS_DAMAGED. */
status_t outbox_begin(outbox_t *outbox);
/* Synced when it returns STATUS_OK; otherwise nothing of it happened, except that a
 * STATUS_IO may have stored it. */
status_t outbox_commit(outbox_t *outbox);
void outbox_abort(outbox_t *outbox);

/* Adds a command, as a draft or with its number. STATUS_QUEUE_FULL: a bound is reached;
 * STATUS_TOO_LARGE; after any other failure the change has to be aborted. */
status_t outbox_add(outbox_t *outbox, const outbox_entry_t *command, bool draft,
                    uint64_t *entry);
/* What the broker answered to `number` of `instance`. Does nothing when the entry is
 * settled already. *moved is the new place after NUMBER_REUSED, else 0. */
typedef struct {
    uint64_t entry, instance, number, seq;
    status_t status;
    fault_t fault;
} outbox_outcome_t;
status_t outbox_settle(outbox_t *outbox, const outbox_outcome_t *outcome,
                       uint64_t *moved);
/* A draft goes to the end and waits. STATUS_NOT_FOUND: there is no such draft. */
status_t outbox_release(outbox_t *outbox, uint64_t entry, uint64_t *as);
/* A draft, refused or damaged one is forgotten. STATUS_NOT_FOUND; STATUS_CONFLICT: it
 * waits. */
status_t outbox_drop(outbox_t *outbox, uint64_t entry);
/* Forgets acknowledged ones that were settled before `before_ms`. */
status_t outbox_clean(outbox_t *outbox, int64_t before_ms, uint64_t *count);
/* Takes or renews the lease; what waits up to `through` is then `sending`.
 * STATUS_LOCKED: another sender lives. */
status_t outbox_lease(outbox_t *outbox, uint64_t token, uint64_t through);
/* Gives it back if it is ours. */
status_t outbox_unlease(outbox_t *outbox, uint64_t token);

/* ---- reading: not between begin and commit ---- */

/* The bytes of an entry are borrowed until the next call. */
status_t outbox_get(outbox_t *outbox, uint64_t entry, outbox_entry_t *found);
/* The first entry behind `after`: of those not acknowledged, or of the acknowledged.
 * STATUS_NOT_FOUND: none; STATUS_DAMAGED: found->entry tells which one. */
status_t outbox_next(outbox_t *outbox, bool acknowledged, uint64_t after,
                     outbox_entry_t *found);
/* Reads all that is not acknowledged. */
status_t outbox_look(outbox_t *outbox, outbox_summary_t *summary);
/* How many wait or are under way. */
status_t outbox_waiting(outbox_t *outbox, uint64_t *count);

#endif
