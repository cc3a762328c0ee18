/* outbox.c - see outbox.h: changes and reading. */
#include "clients/lib/outbox_parts.h"

#include "proto/check.h"
#include <string.h>
#include <unistd.h>

#define KEY(name, entry)                                                               \
    uint8_t name##_bytes[OUTBOX_KEY_BYTES];                                            \
    outbox_key(entry, name##_bytes);                                                   \
    MDB_val name = { sizeof name##_bytes, name##_bytes }

/* ---- a change ---- */

status_t outbox_begin(outbox_t *outbox)
{
    CHECK(outbox != NULL && outbox->txn == NULL);
    int rc = mdb_txn_begin(outbox->env, NULL, 0, &outbox->txn);
    if (rc != 0) {
        outbox->txn = NULL;
        return outbox_status(rc);
    }
    status_t status = outbox_read_meta(outbox, outbox->txn, &outbox->meta);
    if (status != STATUS_OK)
        outbox_abort(outbox);
    return status;
}

void outbox_abort(outbox_t *outbox)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    mdb_txn_abort(outbox->txn);
    outbox->txn = NULL;
}

status_t outbox_commit(outbox_t *outbox)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    uint8_t meta[OUTBOX_META_BYTES];
    outbox_meta_encode(&outbox->meta, meta);
    KEY(key, 0);
    MDB_val value = { sizeof meta, meta };
    int rc = mdb_put(outbox->txn, outbox->about, &key, &value, 0);
    if (rc != 0) {
        outbox_abort(outbox);
        return outbox_status(rc);
    }
    rc = mdb_txn_commit(outbox->txn); /* syncs */
    outbox->txn = NULL;
    return outbox_status(rc);
}

/* ---- entries of a change ---- */

static uint64_t *counter_of(outbox_meta_t *meta, outbox_state_t state)
{
    switch (state) {
    case OUTBOX_DRAFT:
        return &meta->draft;
    case OUTBOX_REFUSED:
        return &meta->refused;
    case OUTBOX_ACKNOWLEDGED:
        return &meta->kept;
    default:
        return &meta->waiting;
    }
}

static uint64_t *bytes_of(outbox_meta_t *meta, outbox_state_t state)
{
    return state == OUTBOX_ACKNOWLEDGED ? &meta->kept_bytes : &meta->open_bytes;
}

static status_t store(outbox_t *outbox, const outbox_entry_t *entry)
{
    status_t status = outbox_entry_encode(entry, &outbox->write);
    if (status != STATUS_OK)
        return status;
    bool done = entry->state == OUTBOX_ACKNOWLEDGED;
    KEY(key, entry->entry);
    MDB_val value = { outbox->write.size, outbox->write.data };
    int rc = mdb_put(outbox->txn, done ? outbox->done : outbox->open, &key, &value, 0);
    if (rc != 0)
        return outbox_status(rc);
    (*counter_of(&outbox->meta, entry->state))++;
    *bytes_of(&outbox->meta, entry->state) += outbox->write.size;
    return STATUS_OK;
}

/* Copies the bytes of an entry into outbox->read, for LMDB's own move when something is
 * written. */
static status_t fetch(outbox_t *outbox, MDB_txn *txn, MDB_dbi table, uint64_t entry,
                      outbox_entry_t *found)
{
    KEY(key, entry);
    MDB_val value;
    int rc = mdb_get(txn, table, &key, &value);
    if (rc != 0)
        return outbox_status(rc);
    buffer_clear(&outbox->read);
    status_t status = buffer_append(&outbox->read, value.mv_data, value.mv_size);
    return status == STATUS_OK
               ? outbox_entry_decode(entry, outbox->read.data, outbox->read.size, found)
               : status;
}

static status_t erase(outbox_t *outbox, MDB_dbi table, uint64_t entry,
                      outbox_state_t state, size_t size)
{
    KEY(key, entry);
    int rc = mdb_del(outbox->txn, table, &key, NULL);
    if (rc != 0)
        return outbox_status(rc);
    uint64_t *count = counter_of(&outbox->meta, state);
    uint64_t *bytes = bytes_of(&outbox->meta, state);
    CHECK(*count > 0 && *bytes >= size);
    (*count)--;
    *bytes -= size;
    return STATUS_OK;
}

static uint64_t open_count(const outbox_meta_t *meta)
{
    return meta->draft + meta->waiting + meta->refused;
}

/* Gives a number when it is to wait, and the place in any case. */
static void number_entry(outbox_meta_t *meta, outbox_entry_t *entry)
{
    entry->entry = meta->next_entry++;
    entry->instance = entry->state == OUTBOX_WAITING ? meta->instance : 0;
    entry->number = entry->state == OUTBOX_WAITING ? meta->next_number++ : 0;
}

status_t outbox_add(outbox_t *outbox, const outbox_entry_t *command, bool draft,
                    uint64_t *entry)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    if (command->public_size > PUBLIC_BYTES_MAX ||
        command->private_size > PRIVATE_BYTES_MAX)
        return STATUS_TOO_LARGE;
    if (open_count(&outbox->meta) >= OUTBOX_COUNT_MAX ||
        outbox->meta.open_bytes + command->public_size + command->private_size >
            OUTBOX_BYTES_MAX)
        return STATUS_QUEUE_FULL;
    outbox_entry_t made = { .state = draft ? OUTBOX_DRAFT : OUTBOX_WAITING,
                            .instead_of = command->instead_of,
                            .put_ms = outbox->clock().wall_ms,
                            .public_part = command->public_part,
                            .public_size = command->public_size,
                            .private_part = command->private_part,
                            .private_size = command->private_size };
    number_entry(&outbox->meta, &made);
    *entry = made.entry;
    return store(outbox, &made);
}

/* ---- what became of them ---- */

/* The oldest acknowledged ones make room for newer ones. */
static status_t trim(outbox_t *outbox)
{
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    outbox_meta_t *meta = &outbox->meta;
    if (meta->kept <= OUTBOX_KEPT_MAX && meta->kept_bytes <= OUTBOX_KEPT_BYTES)
        return STATUS_OK;
    int rc = mdb_cursor_open(outbox->txn, outbox->done, &cursor);
    while (rc == 0 &&
           (meta->kept > OUTBOX_KEPT_MAX || meta->kept_bytes > OUTBOX_KEPT_BYTES)) {
        rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
        if (rc == 0) {
            meta->kept--;
            meta->kept_bytes -= value.mv_size;
            rc = mdb_cursor_del(cursor, 0);
        }
    }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return outbox_status(rc);
}

/* It was certainly not accepted under its number: other bytes were. It goes to the end
 * under an instance that nobody else has. */
static status_t move_on(outbox_t *outbox, outbox_entry_t *entry, uint64_t *moved)
{
    if (entry->instance == outbox->meta.instance)
        outbox_take_instance(&outbox->meta);
    entry->instead_of = entry->entry;
    number_entry(&outbox->meta, entry);
    *moved = entry->entry;
    return store(outbox, entry);
}

static status_t settle_as(outbox_t *outbox, const outbox_outcome_t *outcome,
                          outbox_entry_t *entry, uint64_t *moved)
{
    if (outcome->status == STATUS_NUMBER_REUSED)
        return move_on(outbox, entry, moved);
    bool accepted = outcome->status == STATUS_OK;
    entry->state = accepted ? OUTBOX_ACKNOWLEDGED : OUTBOX_REFUSED;
    entry->settled_ms = outbox->clock().wall_ms;
    entry->seq = outcome->seq;
    entry->status = outcome->status;
    if (!accepted)
        entry->fault = outcome->fault;
    if (outcome->status == STATUS_SETTLED && entry->instance == outbox->meta.instance)
        outbox_take_instance(&outbox->meta);
    status_t status = store(outbox, entry);
    return status == STATUS_OK && accepted ? trim(outbox) : status;
}

status_t outbox_settle(outbox_t *outbox, const outbox_outcome_t *outcome,
                       uint64_t *moved)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    outbox_entry_t entry;
    *moved = 0;
    status_t status = fetch(outbox, outbox->txn, outbox->open, outcome->entry, &entry);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* settled, by another sender */
    if (status != STATUS_OK)
        return status;
    if (entry.state != OUTBOX_WAITING || entry.instance != outcome->instance ||
        entry.number != outcome->number)
        return STATUS_OK;
    status = erase(outbox, outbox->open, entry.entry, entry.state, outbox->read.size);
    return status == STATUS_OK ? settle_as(outbox, outcome, &entry, moved) : status;
}

status_t outbox_release(outbox_t *outbox, uint64_t place, uint64_t *as)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    outbox_entry_t entry;
    status_t status = fetch(outbox, outbox->txn, outbox->open, place, &entry);
    if (status == STATUS_OK && entry.state != OUTBOX_DRAFT)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = erase(outbox, outbox->open, place, entry.state, outbox->read.size);
    if (status != STATUS_OK)
        return status;
    entry.state = OUTBOX_WAITING;
    entry.instead_of = place;
    number_entry(&outbox->meta, &entry);
    *as = entry.entry;
    return store(outbox, &entry);
}

static status_t forget_damaged(outbox_t *outbox, uint64_t place)
{
    KEY(key, place);
    int rc = mdb_del(outbox->txn, outbox->open, &key, NULL);
    return rc == 0 ? outbox_recount(outbox, outbox->txn, &outbox->meta)
                   : outbox_status(rc);
}

status_t outbox_drop(outbox_t *outbox, uint64_t place)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    outbox_entry_t entry;
    status_t status = fetch(outbox, outbox->txn, outbox->open, place, &entry);
    if (status == STATUS_DAMAGED)
        return forget_damaged(outbox, place);
    if (status != STATUS_OK)
        return status;
    return entry.state == OUTBOX_WAITING
               ? STATUS_CONFLICT
               : erase(outbox, outbox->open, place, entry.state, outbox->read.size);
}

status_t outbox_clean(outbox_t *outbox, int64_t before_ms, uint64_t *count)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    outbox_entry_t entry;
    *count = 0;
    int rc = mdb_cursor_open(outbox->txn, outbox->done, &cursor);
    while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        uint64_t place = outbox_key_read(key.mv_data);
        if (outbox_entry_decode(place, value.mv_data, value.mv_size, &entry) !=
                STATUS_OK ||
            entry.settled_ms >= before_ms)
            continue;
        outbox->meta.kept--;
        outbox->meta.kept_bytes -= value.mv_size;
        rc = mdb_cursor_del(cursor, 0);
        (*count)++;
    }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? STATUS_OK : outbox_status(rc);
}

/* ---- the lease ---- */

status_t outbox_lease(outbox_t *outbox, uint64_t token, uint64_t through)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    CHECK(token != 0);
    outbox_meta_t *meta = &outbox->meta;
    outbox_time_t now = outbox->clock();
    if (meta->lease_token != token && outbox_lease_lives(outbox, meta, &now))
        return STATUS_LOCKED;
    meta->lease_token = token;
    meta->lease_process = (uint64_t)getpid();
    meta->lease_boot = outbox->boot;
    meta->lease_until_ms = now.boot_ms + OUTBOX_LEASE_MS;
    meta->lease_through = through;
    return STATUS_OK;
}

status_t outbox_unlease(outbox_t *outbox, uint64_t token)
{
    CHECK(outbox != NULL && outbox->txn != NULL);
    if (outbox->meta.lease_token == token)
        outbox->meta.lease_token = 0;
    return STATUS_OK;
}

/* ---- reading ---- */

typedef struct {
    MDB_txn *txn;
    outbox_meta_t meta;
    outbox_time_t now;
} reading_t;

static status_t begin_reading(outbox_t *outbox, reading_t *reading)
{
    CHECK(outbox != NULL && outbox->txn == NULL);
    int rc = mdb_txn_begin(outbox->env, NULL, MDB_RDONLY, &reading->txn);
    if (rc != 0)
        return outbox_status(rc);
    reading->now = outbox->clock();
    status_t status = outbox_read_meta(outbox, reading->txn, &reading->meta);
    if (status != STATUS_OK)
        mdb_txn_abort(reading->txn);
    return status;
}

static void show_sending(const outbox_t *outbox, const reading_t *reading,
                         outbox_entry_t *entry)
{
    if (entry->state == OUTBOX_WAITING && entry->entry <= reading->meta.lease_through &&
        outbox_lease_lives(outbox, &reading->meta, &reading->now))
        entry->state = OUTBOX_SENDING;
}

status_t outbox_get(outbox_t *outbox, uint64_t place, outbox_entry_t *found)
{
    reading_t reading;
    status_t status = begin_reading(outbox, &reading);
    if (status != STATUS_OK)
        return status;
    status = fetch(outbox, reading.txn, outbox->open, place, found);
    if (status == STATUS_NOT_FOUND)
        status = fetch(outbox, reading.txn, outbox->done, place, found);
    if (status == STATUS_OK)
        show_sending(outbox, &reading, found);
    mdb_txn_abort(reading.txn);
    return status;
}

/* Moves to the first key above `after`. */
static int seek(MDB_txn *txn, MDB_dbi table, uint64_t after, uint64_t *place)
{
    MDB_cursor *cursor = NULL;
    KEY(key, after + 1);
    MDB_val value;
    int rc = mdb_cursor_open(txn, table, &cursor);
    if (rc == 0)
        rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    if (rc == 0)
        *place = outbox_key_read(key.mv_data);
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return rc;
}

status_t outbox_next(outbox_t *outbox, bool acknowledged, uint64_t after,
                     outbox_entry_t *found)
{
    reading_t reading;
    uint64_t place = 0;
    MDB_dbi table = acknowledged ? outbox->done : outbox->open;
    status_t status = begin_reading(outbox, &reading);
    if (status != STATUS_OK)
        return status;
    status = outbox_status(seek(reading.txn, table, after, &place));
    if (status == STATUS_OK)
        status = fetch(outbox, reading.txn, table, place, found);
    if (status == STATUS_OK)
        show_sending(outbox, &reading, found);
    mdb_txn_abort(reading.txn);
    return status;
}

/* Sending ones among those that wait, and the age of the oldest. */
static int count_waiting(outbox_t *outbox, const reading_t *reading,
                         outbox_summary_t *summary)
{
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    outbox_entry_t entry;
    int rc = mdb_cursor_open(reading->txn, outbox->open, &cursor);
    while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        uint64_t place = outbox_key_read(key.mv_data);
        if (outbox_entry_decode(place, value.mv_data, value.mv_size, &entry) !=
                STATUS_OK ||
            entry.state != OUTBOX_WAITING)
            continue;
        show_sending(outbox, reading, &entry);
        summary->sending += entry.state == OUTBOX_SENDING;
        if (summary->oldest_ms == 0 || entry.put_ms < summary->oldest_ms)
            summary->oldest_ms = entry.put_ms;
    }
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? 0 : rc;
}

status_t outbox_look(outbox_t *outbox, outbox_summary_t *summary)
{
    reading_t reading;
    status_t status = begin_reading(outbox, &reading);
    if (status != STATUS_OK)
        return status;
    const outbox_meta_t *meta = &reading.meta;
    *summary = (outbox_summary_t){ .draft = meta->draft,
                                   .acknowledged = meta->kept,
                                   .refused = meta->refused,
                                   .bytes = meta->open_bytes,
                                   .instance = meta->instance,
                                   .instances = meta->instances };
    if (outbox_lease_lives(outbox, meta, &reading.now))
        summary->sender = meta->lease_process;
    status = outbox_status(count_waiting(outbox, &reading, summary));
    summary->waiting = meta->waiting - summary->sending;
    mdb_txn_abort(reading.txn);
    return status;
}

status_t outbox_waiting(outbox_t *outbox, uint64_t *count)
{
    reading_t reading;
    status_t status = begin_reading(outbox, &reading);
    if (status != STATUS_OK)
        return status;
    *count = reading.meta.waiting;
    mdb_txn_abort(reading.txn);
    return STATUS_OK;
}
