/* sender.c - see sender.h. */
#include "clients/lib/sender.h"

#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RENEW_MS     (OUTBOX_LEASE_MS / 4)
#define STAND_BY_MS  50 /* between two looks at what another process sends */
#define RECORD_MS    50 /* an answer waits for company this long */
#define PAUSE_MS     500u
#define PAUSE_MAX_MS 30000u

typedef struct {
    uint64_t entry, tag;
    int64_t put_us;
    bool settled;
} followed_t;

struct sender {
    outbox_t *outbox;
    client_t *client;
    sender_outcome_fn *done;
    void *context;
    uint64_t token;
    uint64_t cursor, newest, committed; /* entries: handed to the client, put by us */
    bool changing, leased, rewind;
    uint32_t group, moved; /* puts since the last commit; entries with new numbers */
    int64_t lease_ms, pause_until_ms, looked_ms;
    uint32_t pause_ms, handed;
    status_t trouble;
    followed_t *followed; /* in order of entry */
    uint32_t first, count, room, pending;
    outbox_outcome_t outcomes[SENDER_GROUP];
    uint32_t outcome_count;
    int64_t outcome_ms;                 /* of the first of them */
    uint64_t entries[CLIENT_QUEUE_MAX]; /* under way, by number */
    uint64_t instance;                  /* theirs */
};

static int64_t clock_us(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

/* ---- followed entries ---- */

static bool follow(sender_t *sender, followed_t followed)
{
    if (sender->count == sender->room && sender->first > sender->room / 2) {
        sender->count -= sender->first;
        memmove(sender->followed, sender->followed + sender->first,
                sender->count * sizeof *sender->followed);
        sender->first = 0;
    }
    if (sender->count == sender->room) {
        uint32_t room = sender->room * 2 + 64;
        followed_t *grown = realloc(sender->followed, room * sizeof *grown);
        if (grown == NULL)
            return false;
        sender->followed = grown;
        sender->room = room;
    }
    sender->followed[sender->count++] = followed;
    sender->pending++;
    return true;
}

/* NULL when it is not followed. */
static followed_t *find_followed(sender_t *sender, uint64_t entry)
{
    uint32_t low = sender->first, high = sender->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sender->followed[middle].entry < entry)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sender->count && sender->followed[low].entry == entry &&
                 !sender->followed[low].settled;
    return found ? &sender->followed[low] : NULL;
}

static void end_following(sender_t *sender, followed_t *followed)
{
    followed->settled = true;
    sender->pending--;
    while (sender->first < sender->count && sender->followed[sender->first].settled)
        sender->first++;
    if (sender->first == sender->count)
        sender->first = sender->count = 0;
}

static void tell(sender_t *sender, uint64_t entry, uint64_t number, status_t status,
                 uint64_t seq, const fault_t *fault)
{
    followed_t *followed = find_followed(sender, entry);
    sender->handed++;
    if (followed == NULL)
        return;
    sender_outcome_t outcome = { .entry = entry,
                                 .number = number,
                                 .seq = seq,
                                 .tag = followed->tag,
                                 .waited_us = clock_us() - followed->put_us,
                                 .status = status };
    if (fault != NULL)
        outcome.fault = *fault;
    end_following(sender, followed);
    sender->done(sender->context, &outcome);
}

static void follow_moved(sender_t *sender, uint64_t from, uint64_t to)
{
    followed_t *followed = find_followed(sender, from);
    if (followed == NULL)
        return;
    followed_t anew = *followed;
    anew.entry = to;
    end_following(sender, followed);
    /* without memory it is sent all the same, only not told */
    (void)follow(sender, anew);
}

void sender_unfollow(sender_t *sender)
{
    CHECK(sender != NULL);
    sender->first = sender->count = sender->pending = 0;
}

void sender_visit(const sender_t *sender, sender_outcome_fn *visit, void *context)
{
    CHECK(sender != NULL && visit != NULL);
    for (uint32_t i = sender->first; i < sender->count; i++) {
        const followed_t *followed = &sender->followed[i];
        const sender_outcome_t outcome = { .entry = followed->entry,
                                           .tag = followed->tag };
        if (!followed->settled)
            visit(context, &outcome);
    }
}

/* ---- one change of the outbox: puts, answers, lease ---- */

static status_t begin(sender_t *sender)
{
    if (sender->changing)
        return STATUS_OK;
    status_t status = outbox_begin(sender->outbox);
    sender->changing = status == STATUS_OK;
    return status;
}

static status_t renew_lease(sender_t *sender, int64_t now_ms)
{
    uint64_t through =
        sender->newest > sender->cursor ? sender->newest : sender->cursor;
    status_t status = outbox_lease(sender->outbox, sender->token, through);
    if (status != STATUS_OK && sender->leased)
        sender->rewind = true; /* others may settle what we hold */
    sender->leased = status == STATUS_OK;
    sender->lease_ms = now_ms;
    return status == STATUS_LOCKED ? STATUS_OK : status;
}

/* Refusals of a sender that lost its lease do not count: they may rest on what another
 * one is just sending. */
static status_t record(sender_t *sender)
{
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < sender->outcome_count && status == STATUS_OK; i++) {
        const outbox_outcome_t *outcome = &sender->outcomes[i];
        uint64_t moved = 0;
        if (outcome->status != STATUS_OK && !sender->leased)
            continue;
        status = outbox_settle(sender->outbox, outcome, &moved);
        if (moved == 0)
            continue;
        sender->moved++;
        follow_moved(sender, outcome->entry, moved);
    }
    return status;
}

/* Those put since the last commit are not stored. */
static void undo(sender_t *sender, status_t status)
{
    uint64_t committed = sender->committed;
    sender->changing = false;
    sender->group = 0;
    sender->newest = committed;
    for (uint32_t i = sender->count; i > sender->first; i--) {
        uint64_t entry = sender->followed[i - 1].entry;
        if (entry <= committed)
            break;
        tell(sender, entry, 0, status, 0, NULL);
    }
}

static bool is_busy(const sender_t *sender)
{
    return sender->pending > 0 || client_pending(sender->client) > 0;
}

/* Who has nothing under way does not keep others waiting for the lease's end. */
static status_t give_lease_back(sender_t *sender, int64_t now_ms)
{
    if (!sender->leased || is_busy(sender))
        return STATUS_OK;
    sender->leased = false;
    sender->lease_ms = now_ms - OUTBOX_LEASE_MS; /* to be asked for at once */
    return outbox_unlease(sender->outbox, sender->token);
}

/* When the disk takes nothing, what is known of answers is let go: it comes again. */
static status_t change(sender_t *sender)
{
    int64_t now_ms = clock_ms();
    bool held = sender->leased; /* one just taken is not given back at once */
    status_t status = begin(sender);
    if (status == STATUS_OK)
        status = renew_lease(sender, now_ms);
    bool nothing = !sender->leased && sender->group + sender->outcome_count == 0;
    if (status == STATUS_OK)
        status = record(sender);
    if (status == STATUS_OK && held)
        status = give_lease_back(sender, now_ms);
    if (sender->changing && status == STATUS_OK && !nothing)
        status = outbox_commit(sender->outbox);
    else if (sender->changing)
        outbox_abort(sender->outbox);
    sender->changing = false;
    sender->group = 0;
    sender->outcome_count = 0;
    sender->committed = status == STATUS_OK ? sender->newest : sender->committed;
    if (status != STATUS_OK) {
        sender->trouble = status;
        sender->leased = false;
        sender->rewind = true;
        undo(sender, status);
    }
    return status;
}

status_t sender_put(sender_t *sender, const sender_command_t *command, uint64_t *entry)
{
    CHECK(sender != NULL);
    const outbox_entry_t made = { .instead_of = command->instead_of,
                                  .public_part = command->public_part,
                                  .public_size = command->public_size,
                                  .private_part = command->private_part,
                                  .private_size = command->private_size };
    status_t status = begin(sender);
    if (status != STATUS_OK)
        return status;
    status = outbox_add(sender->outbox, &made, command->draft, entry);
    if (status == STATUS_OK && !command->draft &&
        !follow(sender, (followed_t){ *entry, command->tag, clock_us(), false }))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        sender->newest = *entry;
        if (++sender->group == SENDER_GROUP)
            (void)change(sender); /* its failure is told as outcomes */
        return STATUS_OK;
    }
    if (status != STATUS_QUEUE_FULL && status != STATUS_TOO_LARGE) {
        outbox_abort(sender->outbox);
        undo(sender, status);
    }
    return status;
}

status_t sender_commit(sender_t *sender)
{
    CHECK(sender != NULL);
    return sender->changing ? change(sender) : STATUS_OK;
}

/* ---- answers ---- */

/* Says something about the broker or the key, not about the command. */
static bool comes_later(status_t status)
{
    switch (status) {
    case STATUS_STOPPING:
    case STATUS_STORAGE_FULL:
    case STATUS_READ_ONLY:
    case STATUS_IO:
    case STATUS_NO_MEMORY:
    case STATUS_KEY_REVOKED:
        return true;
    default:
        return false;
    }
}

static void pause_sending(sender_t *sender, status_t status)
{
    if (!sender->rewind || sender->trouble == STATUS_OK) {
        uint32_t wait_ms = sender->pause_ms;
        sender->pause_until_ms =
            clock_ms() + wait_ms - wait_ms / 4 + randombytes_uniform(wait_ms / 2 + 1);
        sender->pause_ms = wait_ms < PAUSE_MAX_MS / 2 ? wait_ms * 2 : PAUSE_MAX_MS;
    }
    sender->trouble = status;
    sender->rewind = true;
}

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    sender_t *sender = context;
    uint64_t entry = sender->entries[number % CLIENT_QUEUE_MAX];
    if (comes_later(status)) {
        pause_sending(sender, status);
        return;
    }
    if (sender->outcome_count == SENDER_GROUP)
        (void)change(sender); /* its failure is kept in sender->trouble */
    if (sender->outcome_count == 0)
        sender->outcome_ms = clock_ms();
    sender->outcomes[sender->outcome_count++] =
        (outbox_outcome_t){ .entry = entry,
                            .instance = sender->instance,
                            .number = number,
                            .seq = seq,
                            .status = status,
                            .fault = *fault };
    if (status == STATUS_OK) {
        sender->trouble = STATUS_OK;
        sender->pause_ms = PAUSE_MS;
    }
    if (status == STATUS_OK || (status != STATUS_NUMBER_REUSED && sender->leased))
        tell(sender, entry, number, status, seq, fault);
}

/* ---- sending ---- */

/* Hands one waiting entry to the client; false when it cannot take it now. */
static bool hand_over(sender_t *sender, const outbox_entry_t *entry)
{
    if (!client_number_from(sender->client, entry->instance, entry->number))
        return false;
    sender->instance = entry->instance;
    status_t status = client_submit(sender->client, entry->public_part,
                                    entry->public_size, entry->private_part,
                                    entry->private_size, on_outcome, sender, NULL);
    if (status == STATUS_OK)
        sender->entries[entry->number % CLIENT_QUEUE_MAX] = entry->entry;
    return status == STATUS_OK;
}

static void pull(sender_t *sender, int64_t now_ms)
{
    outbox_entry_t entry;
    if (sender->rewind && client_pending(sender->client) == 0 &&
        now_ms >= sender->pause_until_ms && sender->outcome_count == 0) {
        sender->cursor = 0;
        sender->rewind = false;
    }
    while (!sender->rewind && client_has_room(sender->client)) {
        status_t status = outbox_next(sender->outbox, false, sender->cursor, &entry);
        bool waits = status == STATUS_OK &&
                     (entry.state == OUTBOX_WAITING || entry.state == OUTBOX_SENDING);
        if ((status != STATUS_OK && status != STATUS_DAMAGED) ||
            (waits && !hand_over(sender, &entry)))
            return;
        sender->cursor = entry.entry; /* drafts, refused and damaged ones are passed */
    }
}

/* ---- standing by ---- */

/* The entry that took the place of one which is gone, 0 = none. */
static uint64_t find_moved(sender_t *sender, uint64_t from)
{
    outbox_entry_t entry = { .entry = from };
    status_t status;
    do {
        status = outbox_next(sender->outbox, false, entry.entry, &entry);
        if (status == STATUS_OK && entry.instead_of == from)
            return entry.entry;
    } while (status == STATUS_OK || status == STATUS_DAMAGED);
    return 0;
}

static void look_at(sender_t *sender, uint64_t place)
{
    outbox_entry_t entry;
    status_t status = outbox_get(sender->outbox, place, &entry);
    if (status == STATUS_NOT_FOUND) {
        uint64_t moved = find_moved(sender, place);
        if (moved != 0)
            follow_moved(sender, place, moved);
        else
            tell(sender, place, 0, STATUS_NOT_FOUND, 0, NULL);
    } else if (status == STATUS_OK && entry.state == OUTBOX_ACKNOWLEDGED) {
        tell(sender, place, entry.number, STATUS_OK, entry.seq, NULL);
    } else if (status == STATUS_OK && entry.state == OUTBOX_REFUSED) {
        fault_t fault = entry.fault;
        tell(sender, place, entry.number, entry.status, 0, &fault);
    }
}

static void look_on(sender_t *sender, int64_t now_ms)
{
    if (now_ms - sender->looked_ms < STAND_BY_MS)
        return;
    sender->looked_ms = now_ms;
    for (uint32_t i = sender->first; i < sender->count; i++) {
        uint64_t place = sender->followed[i].entry;
        if (sender->followed[i].settled)
            continue;
        look_at(sender, place);
        if (i < sender->first)
            i = sender->first; /* those in front went away; one is looked at later */
    }
}

/* ---- the turn ---- */

static bool change_is_due(const sender_t *sender, int64_t now_ms)
{
    if (sender->changing || sender->outcome_count == SENDER_GROUP)
        return true;
    if (sender->outcome_count > 0 && (client_pending(sender->client) == 0 ||
                                      now_ms - sender->outcome_ms >= RECORD_MS))
        return true;
    return is_busy(sender) && now_ms - sender->lease_ms >= RENEW_MS;
}

/* Whether to ask for the lease, or to give it back. */
static bool lease_is_due(sender_t *sender, int64_t now_ms)
{
    uint64_t waiting = 0;
    if (sender->leased ? is_busy(sender) : now_ms - sender->lease_ms < STAND_BY_MS * 4)
        return false;
    if (!sender->leased)
        sender->lease_ms = now_ms;
    /* what cannot be read is not sent; whoever puts is told */
    return outbox_waiting(sender->outbox, &waiting) == STATUS_OK &&
           (waiting > 0) != sender->leased;
}

static int shorter(const sender_t *sender, int timeout_ms)
{
    int most_ms = RENEW_MS;
    if (!sender->leased || sender->rewind || sender->outcome_count > 0)
        most_ms = STAND_BY_MS;
    return timeout_ms < 0 || timeout_ms > most_ms ? most_ms : timeout_ms;
}

uint32_t sender_run(sender_t *sender, int timeout_ms)
{
    CHECK(sender != NULL);
    int64_t now_ms = clock_ms();
    sender->handed = 0;
    if (change_is_due(sender, now_ms) || lease_is_due(sender, now_ms))
        (void)change(sender); /* its failure is kept in sender->trouble */
    if (sender->leased)
        pull(sender, now_ms);
    else
        look_on(sender, now_ms);
    if (sender->handed > 0)
        timeout_ms = 0;
    uint32_t answers = client_run(sender->client, shorter(sender, timeout_ms));
    now_ms = clock_ms();
    if (sender->outcome_count > 0 && change_is_due(sender, now_ms))
        (void)change(sender); /* likewise */
    return sender->handed > answers ? sender->handed : answers;
}

/* ---- life ---- */

status_t sender_create(outbox_t *outbox, client_t *client, sender_outcome_fn *done,
                       void *context, sender_t **out)
{
    CHECK(outbox != NULL && client != NULL && done != NULL && out != NULL);
    sender_t *sender = calloc(1, sizeof *sender);
    *out = sender;
    if (sender == NULL)
        return STATUS_NO_MEMORY;
    sender->outbox = outbox;
    sender->client = client;
    sender->done = done;
    sender->context = context;
    sender->pause_ms = PAUSE_MS;
    sender->lease_ms = sender->looked_ms = clock_ms() - OUTBOX_LEASE_MS;
    do {
        randombytes_buf(&sender->token, sizeof sender->token);
    } while (sender->token == 0);
    return STATUS_OK;
}

void sender_destroy(sender_t **out)
{
    CHECK(out != NULL);
    sender_t *sender = *out;
    if (sender == NULL)
        return;
    if (sender->changing)
        outbox_abort(sender->outbox);
    sender->changing = false;
    /* Without these the answers are asked for again and the lease expires. */
    if (sender->leased && outbox_begin(sender->outbox) == STATUS_OK) {
        if (record(sender) == STATUS_OK &&
            outbox_unlease(sender->outbox, sender->token) == STATUS_OK)
            (void)outbox_commit(sender->outbox);
        else
            outbox_abort(sender->outbox);
    }
    free(sender->followed);
    free(sender);
    *out = NULL;
}

uint32_t sender_pending(const sender_t *sender)
{
    CHECK(sender != NULL);
    return sender->pending;
}

status_t sender_trouble(const sender_t *sender)
{
    CHECK(sender != NULL);
    return sender->trouble;
}

uint32_t sender_moved(const sender_t *sender)
{
    CHECK(sender != NULL);
    return sender->moved;
}

bool sender_stands_by(const sender_t *sender)
{
    CHECK(sender != NULL);
    return !sender->leased;
}
