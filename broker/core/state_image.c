/* state_image.c - see state_image.h. */
#include "broker/core/state_image.h"

#include "broker/core/demo_clock.h"

#include "proto/check.h"
#include <string.h>

static table_image_t image_of_table(const table_t *table)
{
    return (table_image_t){ .count = table->count,
                            .free_head = table->free_head,
                            .free_count = table->free_count,
                            .seed = table->seed };
}

void state_image_of(const state_t *state, state_image_t *image)
{
    CHECK(state != NULL);
    CHECK(image != NULL);
    memset(image, 0, sizeof *image);
#define X(name, row, key_bytes, limit)                                                 \
    image->tables[TABLE_##name] = image_of_table(&state->name);
    TABLE_LIST(X)
#undef X
    image->head_seq = state->head_seq;
    image->head_ms = state->head_ms;
    image->newest_directory = state->newest_directory;
    memcpy(image->journal_id, state->journal_id, sizeof image->journal_id);
    memcpy(image->hash_seed, state->hash_seed, sizeof image->hash_seed);
    image->demo_from_ms = state->demo.from_ms;
    image->demo_started_ms = state->demo.started_ms;
    image->demo_rate = state->demo.rate;
    image->open_account = state->open_account;
    image->administrators = state->administrators;
}

/* Row 0 is always zero; bucket i is used by the first count rows (table.h). */
static uint32_t pieces_of_table(const table_t *table, state_piece_t *pieces)
{
    uint64_t count = table->count;
    pieces[0] =
        (state_piece_t){ table->rows + table->row_bytes, count * table->row_bytes };
    if (table->heads == NULL)
        return 1;
    pieces[1] = (state_piece_t){ table->links + 1, count * sizeof *table->links };
    pieces[2] = (state_piece_t){ table->heads, count * sizeof *table->heads };
    return 3;
}

uint32_t state_image_pieces(const state_t *state,
                            state_piece_t pieces[STATE_IMAGE_PIECES_MAX])
{
    CHECK(state != NULL);
    CHECK(pieces != NULL);
    uint32_t count = 0;
#define X(name, row, key_bytes, limit)                                                 \
    count += pieces_of_table(&state->name, pieces + count);
    TABLE_LIST(X)
#undef X
    CHECK(count <= STATE_IMAGE_PIECES_MAX);
    return count;
}

/* ---- adopting ---- */

static status_t check_table(const table_t *table, const table_image_t *image)
{
    CHECK(table->count == 0);
    if (image->count > table->limit)
        return STATUS_TABLE_FULL;
    bool sane = image->free_head <= image->count && image->free_count <= image->count &&
                (image->free_head == 0) == (image->free_count == 0) &&
                (table->key_bytes == 0 || image->free_head == 0);
    return sane ? STATUS_OK : STATUS_DAMAGED;
}

static void adopt_table(table_t *table, const table_image_t *image)
{
    table->count = image->count;
    table->free_head = image->free_head;
    table->free_count = image->free_count;
    table->seed = image->seed;
}

static status_t check(const state_t *state, const state_image_t *image)
{
    status_t status = STATUS_OK;
#define X(name, row, key_bytes, limit)                                                 \
    if (status == STATUS_OK)                                                           \
        status = check_table(&state->name, &image->tables[TABLE_##name]);
    TABLE_LIST(X)
#undef X
    if (status != STATUS_OK)
        return status;
    const demo_clock_t demo = { .from_ms = image->demo_from_ms,
                                .started_ms = image->demo_started_ms,
                                .rate = image->demo_rate };
    bool sane = image->head_seq > 0 && image->head_ms >= 0 &&
                image->newest_directory <= image->head_seq &&
                image->open_account <= image->tables[TABLE_accounts].count &&
                demo_clock_sane(&demo);
    return sane ? STATUS_OK : STATUS_DAMAGED;
}

status_t state_image_adopt(state_t *state, const state_image_t *image)
{
    CHECK(state != NULL);
    CHECK(image != NULL);
    CHECK(state->head_seq == 0);
    status_t status = check(state, image);
    if (status != STATUS_OK)
        return status;
#define X(name, row, key_bytes, limit)                                                 \
    adopt_table(&state->name, &image->tables[TABLE_##name]);
    TABLE_LIST(X)
#undef X
    state->head_seq = image->head_seq;
    state->head_ms = image->head_ms;
    state->newest_directory = image->newest_directory;
    memcpy(state->journal_id, image->journal_id, sizeof state->journal_id);
    memcpy(state->hash_seed, image->hash_seed, sizeof state->hash_seed);
    state->demo = (demo_clock_t){ .from_ms = image->demo_from_ms,
                                  .started_ms = image->demo_started_ms,
                                  .rate = image->demo_rate };
    state->open_account = image->open_account;
    state->administrators = image->administrators;
    return STATUS_OK;
}

/* ---- layout ---- */

void state_image_visit_layout(state_bytes_visitor *visit, void *context)
{
    CHECK(visit != NULL);
    const uint32_t numbers[] = { STATE_IMAGE_LAYOUT, TABLE_COUNT, sizeof(state_image_t),
                                 sizeof(table_link_t), SCORING_REVISION };
    visit(context, numbers, sizeof numbers);
#define X(name, row, key_bytes, limit)                                                 \
    {                                                                                  \
        const uint32_t sizes[] = { sizeof(row), key_bytes };                           \
        visit(context, #name, sizeof #name);                                           \
        visit(context, sizes, sizeof sizes);                                           \
    }
    TABLE_LIST(X)
#undef X
}
