/* view_copy.c - see view_copy.h. */
#include "broker/runtime/view_copy.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define SLOTS 2048u /* of the hash by subject, which lives for one call */

_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a mask finds the slot");
_Static_assert(SLOTS >= 2 * BOARD_WINDOW_MAX, "half of the slots stay free");

typedef struct {
    uint64_t version; /* that it is not part of any more */
    uint32_t subject;
    text_t code;
} departure_t;

struct view_copy {
    uint32_t rows_max;
    uint64_t version;
    uint64_t horizon; /* departures after it are all known */
    view_head_t head;
    board_row_t *rows; /* head.count */
    uint64_t *changed; /* version at which each row became what it is */
    uint32_t *subjects;
    departure_t
        *departures; /* by version, no subject twice, none that is in the view */
    uint32_t departure_count;
    char *texts; /* names and posts of the rows */
    size_t texts_bytes;
};

/* The rows shown, by subject: 1 + index, 0 = free. */
typedef struct {
    uint32_t slots[SLOTS];
    const uint32_t *subjects;
} lookup_t;

view_copy_t *view_copy_create(uint32_t rows_max)
{
    CHECK(rows_max <= BOARD_WINDOW_MAX);
    view_copy_t *copy = calloc(1, sizeof *copy);
    if (copy == NULL)
        return NULL;
    size_t room = rows_max > 0 ? rows_max : 1;
    copy->rows_max = rows_max;
    copy->rows = calloc(room, sizeof *copy->rows);
    copy->changed = calloc(room, sizeof *copy->changed);
    copy->subjects = calloc(room, sizeof *copy->subjects);
    copy->departures = calloc(room, sizeof *copy->departures);
    if (copy->rows == NULL || copy->changed == NULL || copy->subjects == NULL ||
        copy->departures == NULL)
        view_copy_destroy(&copy);
    return copy;
}

void view_copy_destroy(view_copy_t **copy)
{
    CHECK(copy != NULL);
    if (*copy == NULL)
        return;
    free((*copy)->rows);
    free((*copy)->changed);
    free((*copy)->subjects);
    free((*copy)->departures);
    free((*copy)->texts);
    free(*copy);
    *copy = NULL;
}

/* ---- who is who ---- */

static uint32_t *slot_of(lookup_t *lookup, uint32_t subject)
{
    uint32_t at = (subject * 2654435769u) >> 21;
    while (lookup->slots[at] != 0 && lookup->subjects[lookup->slots[at] - 1] != subject)
        at = (at + 1) & (SLOTS - 1);
    return &lookup->slots[at];
}

static void build_lookup(lookup_t *lookup, const view_shown_t *shown)
{
    memset(lookup->slots, 0, sizeof lookup->slots);
    lookup->subjects = shown->subjects;
    for (uint32_t i = 0; i < shown->head.count; i++) {
        uint32_t *slot = slot_of(lookup, shown->subjects[i]);
        CHECK(*slot == 0);
        *slot = i + 1;
    }
}

/* ---- what differs ---- */

static bool same_text(text_t a, text_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool same_numbers(const board_row_t *a, const board_row_t *b)
{
    return a->total == b->total && a->error == b->error && a->standing == b->standing &&
           a->rank == b->rank && a->low == b->low && a->high == b->high &&
           a->band == b->band && a->observations == b->observations &&
           a->inspectors == b->inspectors && a->ratings == b->ratings &&
           a->missing_ratings == b->missing_ratings &&
           a->missing_inspectors == b->missing_inspectors &&
           a->missing_observations == b->missing_observations && a->enough == b->enough;
}

static bool same_row(const board_row_t *a, const board_row_t *b)
{
    return same_numbers(a, b) && same_text(a->subject, b->subject) &&
           same_text(a->name, b->name) && same_text(a->unit, b->unit) &&
           same_text(a->unit_name, b->unit_name) && same_text(a->post, b->post);
}

static bool same_head(const view_head_t *a, const view_head_t *b)
{
    return a->ranked == b->ranked && a->not_ranked == b->not_ranked &&
           a->offset == b->offset && a->matching == b->matching &&
           a->count == b->count && a->epoch == b->epoch &&
           a->components == b->components && a->thin == b->thin &&
           a->reason == b->reason;
}

/* Since when each row shown is what it is; tells whether any is new at `seq`. */
static bool date_rows(const view_copy_t *copy, const view_shown_t *shown,
                      lookup_t *lookup, uint64_t seq, uint64_t *changed)
{
    uint32_t same = 0;
    for (uint32_t i = 0; i < shown->head.count; i++)
        changed[i] = seq;
    for (uint32_t i = 0; i < copy->head.count; i++) {
        uint32_t place = *slot_of(lookup, copy->subjects[i]);
        if (place == 0 || !same_row(&copy->rows[i], &shown->rows[place - 1]))
            continue;
        changed[place - 1] = copy->changed[i];
        same++;
    }
    return same < shown->head.count;
}

/* ---- departures ---- */

/* Those who came back have not left. */
static void drop_returned(view_copy_t *copy, lookup_t *lookup)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < copy->departure_count; i++) {
        if (*slot_of(lookup, copy->departures[i].subject) == 0)
            copy->departures[kept++] = copy->departures[i];
    }
    copy->departure_count = kept;
}

/* Forgets the oldest, so that `room` more fit. */
static void drop_oldest(view_copy_t *copy, uint32_t room)
{
    uint32_t all = copy->departure_count + room;
    if (all <= copy->rows_max)
        return;
    uint32_t surplus = all - copy->rows_max;
    CHECK(surplus <= copy->departure_count);
    copy->horizon = copy->departures[surplus - 1].version;
    copy->departure_count -= surplus;
    memmove(copy->departures, copy->departures + surplus,
            copy->departure_count * sizeof *copy->departures);
}

static void note_departures(view_copy_t *copy, lookup_t *lookup, uint64_t seq)
{
    uint32_t leaving = 0;
    drop_returned(copy, lookup);
    for (uint32_t i = 0; i < copy->head.count; i++)
        leaving += *slot_of(lookup, copy->subjects[i]) == 0;
    drop_oldest(copy, leaving);
    for (uint32_t i = 0; i < copy->head.count; i++) {
        if (*slot_of(lookup, copy->subjects[i]) == 0)
            copy->departures[copy->departure_count++] =
                (departure_t){ .version = seq,
                               .subject = copy->subjects[i],
                               .code = copy->rows[i].subject };
    }
    CHECK(copy->departure_count <= copy->rows_max);
}

/* ---- taking ---- */

static size_t text_bytes(const view_shown_t *shown)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < shown->head.count; i++)
        bytes += (size_t)shown->rows[i].name.size + shown->rows[i].unit_name.size +
                 shown->rows[i].post.size;
    return bytes;
}

static status_t reserve_texts(view_copy_t *copy, size_t bytes)
{
    if (bytes <= copy->texts_bytes)
        return STATUS_OK;
    char *texts = malloc(bytes + bytes / 4);
    if (texts == NULL)
        return STATUS_NO_MEMORY;
    /* the rows that point into the old ones are compared no more: they are replaced */
    free(copy->texts);
    copy->texts = texts;
    copy->texts_bytes = bytes + bytes / 4;
    return STATUS_OK;
}

static void keep_text(text_t *text, char **at)
{
    if (text->size > 0)
        memcpy(*at, text->data, text->size);
    text->data = *at;
    *at += text->size;
}

static void keep_rows(view_copy_t *copy, const view_shown_t *shown,
                      const uint64_t *changed)
{
    uint32_t count = shown->head.count;
    char *at = copy->texts;
    for (uint32_t i = 0; i < count; i++) {
        board_row_t *row = &copy->rows[i];
        *row = shown->rows[i];
        keep_text(&row->name, &at);
        keep_text(&row->unit_name, &at);
        keep_text(&row->post, &at);
        copy->changed[i] = changed[i];
        copy->subjects[i] = shown->subjects[i];
    }
    copy->head = shown->head;
}

status_t view_copy_take(view_copy_t *copy, const view_shown_t *shown, uint64_t seq)
{
    CHECK(copy != NULL && shown != NULL);
    CHECK(seq > 0 && seq >= copy->version);
    CHECK(shown->head.count <= copy->rows_max);
    lookup_t lookup;
    uint64_t changed[BOARD_WINDOW_MAX];
    build_lookup(&lookup, shown);
    bool rows_differ = date_rows(copy, shown, &lookup, seq, changed);
    if (copy->version != 0 && !rows_differ && same_head(&copy->head, &shown->head))
        return STATUS_OK; /* as many rows as before, and all the same: none left */
    status_t status = reserve_texts(copy, text_bytes(shown));
    if (status != STATUS_OK)
        return status;
    if (copy->version == 0)
        copy->horizon = seq;
    note_departures(copy, &lookup, seq);
    keep_rows(copy, shown, changed);
    copy->version = seq;
    return STATUS_OK;
}

/* ---- telling ---- */

uint64_t view_copy_version(const view_copy_t *copy)
{
    CHECK(copy != NULL);
    return copy->version;
}

const view_head_t *view_copy_head(const view_copy_t *copy)
{
    CHECK(copy != NULL);
    return &copy->head;
}

/* Rows changed and subjects gone after `from`, without their contents. */
static uint32_t count_news(const view_copy_t *copy, uint64_t from)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < copy->head.count; i++)
        count += copy->changed[i] > from;
    for (uint32_t i = 0; i < copy->departure_count; i++)
        count += copy->departures[i].version > from;
    return count;
}

view_news_t view_copy_news(const view_copy_t *copy, uint64_t from, board_row_t *rows,
                           text_t *gone)
{
    CHECK(copy != NULL && copy->version != 0);
    CHECK(from <= copy->version);
    CHECK(rows != NULL && gone != NULL);
    bool whole = from < copy->horizon || count_news(copy, from) >= copy->head.count;
    view_news_t news = { .base = whole ? 0 : from };
    for (uint32_t i = 0; i < copy->head.count; i++) {
        if (whole || copy->changed[i] > from)
            rows[news.row_count++] = copy->rows[i];
    }
    for (uint32_t i = 0; !whole && i < copy->departure_count; i++) {
        if (copy->departures[i].version > from)
            gone[news.gone_count++] = copy->departures[i].code;
    }
    return news;
}
