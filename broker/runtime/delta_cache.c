/* delta_cache.c - see delta_cache.h. The parts lie one behind the other in one buffer,
 * each behind its length; entries hold offsets, because the buffer may move. */
#include "broker/runtime/delta_cache.h"

#include "broker/runtime/board_rows.h"
#include "proto/check.h"
#include "proto/wire.h"
#include <stdlib.h>
#include <string.h>

#define GONE_FIXED_BYTES 2u /* tag and length */

_Static_assert(BOARD_WINDOW_MAX *(GONE_FIXED_BYTES + CODE_BYTES_MAX) +
                       BOARD_HEAD_FIXED_BYTES <=
                   ANSWER_PART_BYTES_MAX,
               "all who may leave at once fit into the first part");
_Static_assert((DELTA_CACHE_ENTRIES_MAX & (DELTA_CACHE_ENTRIES_MAX - 1)) == 0,
               "a mask finds the entry");
_Static_assert(DELTA_CACHE_BYTES_MAX >= 2 * MAILER_ANSWER_BYTES_MAX,
               "the largest view fits");

struct delta_cache {
    buffer_t bytes;
    delta_written_t entries[DELTA_CACHE_ENTRIES_MAX]; /* parts 0 = free */
};

delta_cache_t *delta_cache_create(void)
{
    delta_cache_t *cache = calloc(1, sizeof *cache);
    if (cache != NULL)
        buffer_init(&cache->bytes, DELTA_CACHE_BYTES_MAX);
    return cache;
}

void delta_cache_destroy(delta_cache_t **cache)
{
    CHECK(cache != NULL);
    if (*cache == NULL)
        return;
    buffer_fini(&(*cache)->bytes);
    free(*cache);
    *cache = NULL;
}

void delta_cache_clear(delta_cache_t *cache)
{
    CHECK(cache != NULL);
    if (cache->bytes.size == 0)
        return;
    buffer_clear(&cache->bytes);
    memset(cache->entries, 0, sizeof cache->entries);
}

static uint32_t place_of(const delta_key_t *key)
{
    uint64_t mixed = (key->view * 0x9e3779b97f4a7c15u) ^ key->base;
    mixed *= 0xd6e8feb86659fd93u;
    return (uint32_t)(mixed >> 40) & (DELTA_CACHE_ENTRIES_MAX - 1);
}

static bool same_key(const delta_key_t *a, const delta_key_t *b)
{
    return a->view == b->view && a->base == b->base && a->version == b->version;
}

const delta_written_t *delta_cache_find(const delta_cache_t *cache,
                                        const delta_key_t *key)
{
    CHECK(cache != NULL);
    CHECK(key != NULL);
    const delta_written_t *entry = &cache->entries[place_of(key)];
    return entry->parts > 0 && same_key(&entry->key, key) ? entry : NULL;
}

static size_t gone_bytes(const text_t *gone, uint32_t count)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += GONE_FIXED_BYTES + gone[i].size;
    return bytes;
}

/* What remains to be told while parts are cut off it. */
typedef struct {
    const board_row_t *rows;
    uint32_t first, count;
    size_t gone_bytes; /* 0 once they are told */
} rest_t;

static uint32_t cut_part(rest_t *rest)
{
    uint32_t taken =
        board_rows_fit(rest->rows, rest->first, rest->count, rest->gone_bytes);
    rest->first += taken;
    rest->gone_bytes = 0;
    return taken;
}

static uint32_t count_parts(rest_t rest)
{
    uint32_t parts = 0;
    do {
        (void)cut_part(&rest); /* how many rows: asked again when written */
        parts++;
    } while (rest.first < rest.count);
    return parts;
}

static status_t write_part(buffer_t *out, const delta_t *delta)
{
    uint32_t size = 0;
    size_t before = out->size;
    status_t status = buffer_append(out, &size, sizeof size);
    if (status == STATUS_OK)
        status = wire_write_delta(out, delta);
    if (status != STATUS_OK)
        return status;
    size = (uint32_t)(out->size - before - sizeof size);
    memcpy(out->data + before, &size, sizeof size);
    return STATUS_OK;
}

static status_t write_parts(buffer_t *out, delta_t *delta, const board_row_t *rows,
                            uint32_t count)
{
    rest_t rest = { .rows = rows,
                    .count = count,
                    .gone_bytes = gone_bytes(delta->gone, delta->gone_count) };
    status_t status = STATUS_OK;
    delta->parts = count_parts(rest);
    for (delta->part = 0; delta->part < delta->parts && status == STATUS_OK;
         delta->part++) {
        delta->board.rows = rows + rest.first;
        delta->board.row_count = cut_part(&rest);
        status = write_part(out, delta);
        delta->gone_count = 0; /* all of them are in the first part */
    }
    return status;
}

status_t delta_cache_write(delta_cache_t *cache, const delta_key_t *key,
                           const board_answer_t *head, const view_news_t *news,
                           const board_row_t *rows, const text_t *gone,
                           const delta_written_t **written)
{
    CHECK(cache != NULL && key != NULL);
    CHECK(head != NULL && news != NULL);
    CHECK(key->base == news->base);
    *written = NULL;
    if (cache->bytes.size + MAILER_ANSWER_BYTES_MAX > DELTA_CACHE_BYTES_MAX)
        delta_cache_clear(cache);
    delta_t delta = { .base = key->base,
                      .version = key->version,
                      .board = *head,
                      .gone = gone,
                      .gone_count = news->gone_count };
    size_t before = cache->bytes.size;
    status_t status = write_parts(&cache->bytes, &delta, rows, news->row_count);
    if (status != STATUS_OK) {
        cache->bytes.size = before;
        return status;
    }
    delta_written_t *entry = &cache->entries[place_of(key)];
    *entry = (delta_written_t){
        .key = *key, .parts = delta.parts, .rows = news->row_count, .at = before
    };
    *written = entry;
    return STATUS_OK;
}

const uint8_t *delta_cache_part(const delta_cache_t *cache,
                                const delta_written_t *written, size_t *at,
                                uint32_t *size)
{
    CHECK(cache != NULL && written != NULL);
    CHECK(at != NULL && size != NULL);
    size_t from = *at == 0 ? written->at : *at;
    CHECK(from + sizeof *size <= cache->bytes.size);
    memcpy(size, cache->bytes.data + from, sizeof *size);
    const uint8_t *bytes = cache->bytes.data + from + sizeof *size;
    *at = from + sizeof *size + *size;
    CHECK(*at <= cache->bytes.size);
    return bytes;
}
