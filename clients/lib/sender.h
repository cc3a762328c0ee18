/* sender.h - puts commands into an outbox and sends what waits there, while it is run.
 *
 * What is put is on disk after sender_commit (sender_run commits too); many puts share
 * one commit. Sending follows the order of the outbox, whoever put the entries; of
 * several processes one sends (outbox.h, lease), the others see the states change. When
 * the broker cannot take commands now, they wait and are sent again after a pause that
 * grows, with jitter. Answers are written back in groups: one that is lost with the
 * process is asked for again, and is the same.
 * A sender with nothing under way gives the lease back.
 * Threads: the client's owner. Borrows outbox and client; nobody else submits to either.
 */
#ifndef YX_SENDER_H
#define YX_SENDER_H

#include "clients/lib/client.h"
#include "clients/lib/outbox.h"

#define SENDER_GROUP 1024u /* puts or answers in one commit */

typedef struct sender sender_t;

/* What became of an entry that this process put. */
typedef struct {
    uint64_t entry, number, seq;
    uint64_t tag;      /* as given to sender_put */
    int64_t waited_us; /* since then */
    status_t status;
    fault_t fault;
} sender_outcome_t;
/* Runs within sender_run; may put and commit, but not run or destroy. */
typedef void sender_outcome_fn(void *context, const sender_outcome_t *outcome);

/* STATUS_NO_MEMORY. */
status_t sender_create(outbox_t *outbox, client_t *client, sender_outcome_fn *done,
                       void *context, sender_t **sender);
/* Writes what is known of answers and gives the lease back. Puts that are not committed
 * are lost. */
void sender_destroy(sender_t **sender);

/* Puts a command, whose outcome will be told unless it is a draft. Statuses of outbox_begin and outbox_add.
 * When the disk takes no more, all puts since the last commit are undone, and each of
 * them is told with that status as its outcome. */
typedef struct {
    const void *public_part, *private_part;
    uint32_t public_size, private_size;
    uint64_t instead_of, tag;
    bool draft; /* is not sent */
} sender_command_t;
status_t sender_put(sender_t *sender, const sender_command_t *command, uint64_t *entry);
/* What was put is on disk. Statuses of outbox_commit: as above. */
status_t sender_commit(sender_t *sender);

/* Commits, sends, receives, tells outcomes; waits up to timeout_ms for something to
 * happen, or shorter. Returns how many answers came, of queries too. */
uint32_t sender_run(sender_t *sender, int timeout_ms);

/* Entries put here without an outcome. */
uint32_t sender_pending(const sender_t *sender);
/* Names them; the outcome holds entry and tag. `visit` may not put. */
void sender_visit(const sender_t *sender, sender_outcome_fn *visit, void *context);
/* Their outcomes are not told any more; they stay and are sent. */
void sender_unfollow(sender_t *sender);
/* Why the broker takes nothing now (STATUS_STORAGE_FULL, STATUS_STOPPING ...) or the disk
 * of the outbox does not; STATUS_OK when nothing is known. */
status_t sender_trouble(const sender_t *sender);
/* Entries that got new numbers, because theirs were used by a copy of this outbox. */
uint32_t sender_moved(const sender_t *sender);
/* Another process sends. */
bool sender_stands_by(const sender_t *sender);

#endif
