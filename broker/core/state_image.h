/* state_image.h - the state as pieces of memory that can be written out and read back.
 *
 * For snapshots: the tables hold no pointers, so their bytes are the state. What is
 * derived from them (the changed list, the boards) is not in the image. Pure; what a
 * reader brings is checked for lengths here and trusted beyond, because the caller's
 * checksum and layout digest vouch for it. Threads: the owner of the state.
 */
#ifndef YX_CORE_STATE_IMAGE_H
#define YX_CORE_STATE_IMAGE_H

#include "broker/core/state.h"

/* Raise it whenever a row's meaning changes while its size stays. */
#define STATE_IMAGE_LAYOUT     1u
#define STATE_IMAGE_PIECES_MAX (3u * TABLE_COUNT)

typedef struct {
    uint32_t count, free_head, free_count, unused;
    uint64_t seed;
} table_image_t;

/* Everything of state_t that is no table's rows. */
typedef struct {
    table_image_t tables[TABLE_COUNT];
    uint64_t head_seq;
    int64_t head_ms;
    uint64_t newest_directory;
    uint8_t journal_id[JOURNAL_ID_BYTES];
    uint8_t hash_seed[JOURNAL_ID_BYTES];
    int64_t demo_from_ms, demo_started_ms;
    uint32_t demo_rate, open_account, administrators, unused;
} state_image_t;

typedef struct {
    void *data;
    uint64_t bytes;
} state_piece_t;

void state_image_of(const state_t *state, state_image_t *image);
/* Where the rows and their hashes lie, as long as nothing is applied; returns how many. */
uint32_t state_image_pieces(const state_t *state,
                            state_piece_t pieces[STATE_IMAGE_PIECES_MAX]);
/* Makes a new state (state_init) one with these counts; its rows are then to be filled
 * through state_image_pieces. STATUS_TABLE_FULL: more rows than a table of this state
 * may have; STATUS_DAMAGED: counts that cannot be. The state is then as it was. */
status_t state_image_adopt(state_t *state, const state_image_t *image);
/* Calls `visit` with what tells one layout from another: names, sizes, the number. */
void state_image_visit_layout(state_bytes_visitor *visit, void *context);

#endif
