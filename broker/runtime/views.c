/* views.c - see views.h. Entries 1..VIEWS_MAX in one array, free ones in a list; a hash
 * over the key finds one. The whole key is numbers without gaps: compared as bytes. */
#include "broker/runtime/views.h"

#include "broker/runtime/board_rows.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t account, group, unit, front, category, around, offset, count, unranked;
    board_scope_t scope;
} view_key_t;

_Static_assert(sizeof(view_key_t) ==
                   (9 + 4 + SCOPE_UNITS_MAX + SCOPE_GROUPS_MAX) * sizeof(uint32_t),
               "no padding: keys are compared and hashed as bytes");

typedef struct {
    view_key_t key;
    view_t view; /* its context points at key.scope */
    view_copy_t *copy;
    uint64_t serial;       /* of this view, never used again */
    uint64_t computed_seq; /* of the state when it was last computed */
    int64_t rests_until_us;
    bool missing;     /* the subject in the middle was not in it */
    uint32_t holders; /* 0 = free */
    uint32_t chain;   /* next of the same hash, or next free one */
} entry_t;

struct views {
    views_clock_us *clock;
    entry_t *entries;
    uint32_t heads[VIEWS_MAX];
    uint32_t free, used, count, rows; /* entries behind `used` were never touched */
    uint64_t serial;
    delta_cache_t *cache;
    /* Room for one view at a time. */
    view_row_t found[BOARD_WINDOW_MAX];
    board_row_t told[BOARD_WINDOW_MAX];
    uint32_t subjects[BOARD_WINDOW_MAX];
    text_t gone[BOARD_WINDOW_MAX];
};

views_t *views_create(views_clock_us *clock)
{
    CHECK(clock != NULL);
    views_t *views = calloc(1, sizeof *views);
    if (views == NULL)
        return NULL;
    views->clock = clock;
    views->entries = calloc(VIEWS_MAX + 1, sizeof *views->entries);
    views->cache = delta_cache_create();
    if (views->entries == NULL || views->cache == NULL) {
        views_destroy(&views);
        return NULL;
    }
    return views;
}

void views_destroy(views_t **views)
{
    CHECK(views != NULL);
    if (*views == NULL)
        return;
    for (uint32_t i = 1; i <= (*views)->used; i++)
        view_copy_destroy(&(*views)->entries[i].copy);
    free((*views)->entries);
    delta_cache_destroy(&(*views)->cache);
    free(*views);
    *views = NULL;
}

static entry_t *entry_of(const views_t *views, uint32_t number)
{
    CHECK(views != NULL);
    CHECK(number >= 1 && number <= VIEWS_MAX);
    CHECK(views->entries[number].holders > 0);
    return &views->entries[number];
}

/* ---- holding ---- */

static view_key_t key_of(const view_t *view, const board_scope_t *scope)
{
    return (view_key_t){ .account = view->account,
                         .group = view->group,
                         .unit = view->unit,
                         .front = view->front,
                         .category = view->category,
                         .around = view->around,
                         .offset = view->around != 0 ? 0 : view->offset,
                         .count = view->count,
                         .unranked = view->unranked,
                         .scope = *scope };
}

/* FNV-1a: who could choose collisions is enrolled, and finds at most VIEWS_MAX. */
static uint32_t *head_of(views_t *views, const view_key_t *key)
{
    const uint8_t *bytes = (const uint8_t *)key;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof *key; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return &views->heads[(hash >> 32) % VIEWS_MAX];
}

static uint32_t find(views_t *views, const view_key_t *key)
{
    uint32_t number = *head_of(views, key);
    while (number != 0 && memcmp(&views->entries[number].key, key, sizeof *key) != 0)
        number = views->entries[number].chain;
    return number;
}

static void fill_entry(entry_t *entry, const view_key_t *key)
{
    entry->key = *key;
    entry->view = (view_t){ .account = key->account,
                            .group = key->group,
                            .unit = key->unit,
                            .front = key->front,
                            .category = key->category,
                            .around = key->around,
                            .offset = key->offset,
                            .count = key->count,
                            .unranked = key->unranked != 0 };
    if (key->scope.reach != REACH_ALL) {
        entry->view.visible = board_scope_sees;
        entry->view.context = &entry->key.scope;
    }
}

static uint32_t take_entry(views_t *views)
{
    uint32_t number = views->free;
    if (number != 0)
        views->free = views->entries[number].chain;
    else
        number = ++views->used;
    CHECK(number <= VIEWS_MAX);
    return number;
}

static status_t add(views_t *views, const view_key_t *key, uint32_t *number)
{
    if (views->count == VIEWS_MAX || views->rows + key->count > VIEWS_ROWS_MAX)
        return STATUS_BUSY;
    view_copy_t *copy = view_copy_create(key->count);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    *number = take_entry(views);
    entry_t *entry = &views->entries[*number];
    uint32_t *head = head_of(views, key);
    *entry = (entry_t){ .copy = copy, .serial = ++views->serial, .chain = *head };
    fill_entry(entry, key);
    *head = *number;
    views->count++;
    views->rows += key->count;
    return STATUS_OK;
}

status_t views_hold(views_t *views, const view_t *view, const board_scope_t *scope,
                    uint32_t *number)
{
    CHECK(views != NULL && view != NULL);
    CHECK(scope != NULL && scope->reach != REACH_NONE);
    CHECK(view->count <= BOARD_WINDOW_MAX);
    view_key_t key = key_of(view, scope);
    *number = find(views, &key);
    status_t status = *number != 0 ? STATUS_OK : add(views, &key, number);
    if (status == STATUS_OK)
        views->entries[*number].holders++;
    return status;
}

void views_release(views_t *views, uint32_t number)
{
    entry_t *entry = entry_of(views, number);
    if (--entry->holders > 0)
        return;
    uint32_t *at = head_of(views, &entry->key);
    while (*at != number) {
        CHECK(*at != 0);
        at = &views->entries[*at].chain;
    }
    *at = entry->chain;
    views->count--;
    views->rows -= entry->key.count;
    view_copy_destroy(&entry->copy);
    *entry = (entry_t){ .chain = views->free };
    views->free = number;
}

/* ---- computing ---- */

const view_t *views_view(const views_t *views, uint32_t number)
{
    return &entry_of(views, number)->view;
}

uint64_t views_version(const views_t *views, uint32_t number)
{
    return entry_of(views, number)->computed_seq;
}

uint64_t views_changed(const views_t *views, uint32_t number)
{
    return view_copy_version(entry_of(views, number)->copy);
}

int64_t views_due_us(const views_t *views, const core_t *core, uint32_t number)
{
    CHECK(core != NULL);
    const entry_t *entry = entry_of(views, number);
    if (entry->computed_seq == core->state->head_seq)
        return INT64_MAX;
    return views->clock() >= entry->rests_until_us ? 0 : entry->rests_until_us;
}

bool views_around_is_missing(const views_t *views, uint32_t number)
{
    return entry_of(views, number)->missing;
}

static status_t look(views_t *views, const core_t *core, entry_t *entry)
{
    view_shown_t shown = { .rows = views->told, .subjects = views->subjects };
    status_t status =
        boards_view(core->boards, core->state, &entry->view, views->found, &shown.head);
    /* the rest was looked at when the view was opened, and accounts never go */
    CHECK(status == STATUS_OK || status == STATUS_UNKNOWN_SUBJECT);
    entry->missing = status != STATUS_OK;
    for (uint32_t i = 0; i < shown.head.count; i++) {
        board_rows_tell(core, &views->found[i], &views->told[i]);
        views->subjects[i] = views->found[i].subject;
    }
    return view_copy_take(entry->copy, &shown, core->state->head_seq);
}

status_t views_compute(views_t *views, core_t *core, uint32_t number)
{
    CHECK(core != NULL);
    CHECK(boards_pending(core->boards) == 0 && core->state->changed.count == 0);
    entry_t *entry = entry_of(views, number);
    uint64_t before = view_copy_version(entry->copy);
    int64_t began_us = views->clock();
    status_t status = look(views, core, entry);
    int64_t ended_us = views->clock();
    entry->rests_until_us = ended_us + (ended_us - began_us) * VIEWS_REST;
    core->metrics.views_computed++;
    if (status != STATUS_OK) {
        core->metrics.views_failed++;
        return status;
    }
    entry->computed_seq = core->state->head_seq;
    if (view_copy_version(entry->copy) == before)
        core->metrics.views_unchanged++;
    return STATUS_OK;
}

/* ---- telling ---- */

status_t views_write(views_t *views, core_t *core, uint32_t number, uint64_t from,
                     const delta_written_t **written)
{
    CHECK(core != NULL && written != NULL);
    const entry_t *entry = entry_of(views, number);
    view_news_t news = view_copy_news(entry->copy, from, views->told, views->gone);
    const delta_key_t key = { .view = entry->serial,
                              .base = news.base,
                              .version = entry->computed_seq };
    *written = delta_cache_find(views->cache, &key);
    if (*written != NULL)
        return STATUS_OK;
    board_answer_t head;
    board_rows_head(core, entry->key.account, entry->key.group,
                    view_copy_head(entry->copy), &head);
    core->metrics.deltas_written++;
    return delta_cache_write(views->cache, &key, &head, &news, views->told, views->gone,
                             written);
}

const uint8_t *views_part(const views_t *views, const delta_written_t *written,
                          size_t *at, uint32_t *size)
{
    CHECK(views != NULL);
    return delta_cache_part(views->cache, written, at, size);
}

void views_begin_tick(views_t *views)
{
    CHECK(views != NULL);
    delta_cache_clear(views->cache);
}

uint32_t views_count(const views_t *views)
{
    CHECK(views != NULL);
    return views->count;
}
