/* snapshot_restore.c - a state from a snapshot, held against the journal; see
 * snapshotter.h. */
#include "broker/runtime/snapshotter.h"

#include "broker/core/state_image.h"
#include "broker/runtime/snapshot_layout.h"
#include "proto/check.h"
#include "storage/snapshot.h"
#include <sodium.h>
#include <string.h>

static void absorb(void *context, const void *bytes, size_t size)
{
    CHECK(crypto_generichash_update(context, bytes, size) == 0);
}

void snapshot_layout(uint8_t layout[HASH_BYTES])
{
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    state_image_visit_layout(absorb, &hash);
    CHECK(crypto_generichash_final(&hash, layout, HASH_BYTES) == 0);
}

static bool note_chain(void *context, uint64_t seq, const record_t *record,
                       const uint8_t chain[RECORD_CHAIN_BYTES])
{
    (void)seq;
    (void)record;
    memcpy(context, chain, RECORD_CHAIN_BYTES);
    return false;
}

/* The record that the snapshot rests on must be in this journal, with this history. */
static status_t check_journal(journal_t *journal, const snapshot_head_t *head)
{
    if (head->seq == 0 || head->seq > journal_head(journal))
        return STATUS_CONFLICT;
    uint8_t chain[RECORD_CHAIN_BYTES] = { 0 };
    uint64_t next = 0;
    journal_reader_t *reader = NULL;
    status_t status = journal_reader_create(journal, &reader);
    if (status == STATUS_OK)
        status = journal_read(reader, head->seq, 1, note_chain, chain, &next);
    journal_reader_destroy(&reader);
    if (status == STATUS_OK && memcmp(chain, head->chain, sizeof chain) != 0)
        status = STATUS_CONFLICT;
    return status;
}

static status_t read_tables(snapshot_t *snapshot, const state_t *state)
{
    state_piece_t pieces[STATE_IMAGE_PIECES_MAX];
    uint32_t count = state_image_pieces(state, pieces);
    if (snapshot_piece_count(snapshot) != 1 + count)
        return STATUS_FORMAT;
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        if (snapshot_piece_bytes(snapshot, 1 + i) != pieces[i].bytes)
            return STATUS_DAMAGED;
        status = snapshot_read(snapshot, pieces[i].data);
    }
    return status == STATUS_OK ? snapshot_verify(snapshot) : status;
}

static status_t read_state(snapshot_t *snapshot, state_t *state)
{
    const snapshot_head_t *head = snapshot_head(snapshot);
    uint8_t layout[HASH_BYTES];
    state_image_t image;
    snapshot_layout(layout);
    if (memcmp(layout, head->layout, sizeof layout) != 0 ||
        snapshot_piece_count(snapshot) == 0 ||
        snapshot_piece_bytes(snapshot, 0) != sizeof image)
        return STATUS_FORMAT;
    status_t status = snapshot_read(snapshot, &image);
    if (status == STATUS_OK &&
        (image.head_seq != head->seq ||
         memcmp(image.journal_id, head->journal_id, JOURNAL_ID_BYTES) != 0))
        status = STATUS_DAMAGED;
    if (status == STATUS_OK)
        status = state_image_adopt(state, &image);
    if (status == STATUS_OK)
        status = read_tables(snapshot, state);
    return status;
}

/* Boards are no part of the image: everybody's score is to be formed anew. */
static void mark_all(state_t *state)
{
    for (uint32_t i = 1; i <= state->standings.count; i++) {
        if (TABLE_ROW(standing_row_t, &state->standings, i)->ended_seq == 0)
            state_mark_changed(state, i);
    }
}

status_t snapshot_restore(const char *folder, journal_t *journal, state_t *state,
                          uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(journal != NULL);
    CHECK(state != NULL);
    CHECK(state->head_seq == 0);
    snapshot_t *snapshot = NULL;
    status_t status = snapshot_open(folder, &snapshot);
    if (status != STATUS_OK)
        return status;
    status = check_journal(journal, snapshot_head(snapshot));
    if (status == STATUS_OK)
        status = read_state(snapshot, state);
    if (status == STATUS_OK) {
        memcpy(chain, snapshot_head(snapshot)->chain, RECORD_CHAIN_BYTES);
        mark_all(state);
    }
    snapshot_close(&snapshot);
    return status;
}
