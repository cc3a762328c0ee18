/* watch_table.c - see watch_table.h. Links 1..limit belong to the watches, those behind
 * them to the lists. */
#include "broker/runtime/watch_table.h"

#include "proto/check.h"
#include <stdlib.h>

enum { OF_READY, OF_STALLED, OF_GLOBAL };

typedef struct {
    uint32_t before, behind; /* itself = alone */
} link_t;

struct watch_table {
    watching_t *rows; /* row 0 is none; free ones are linked through of_session */
    link_t *links;
    uint32_t limit, views, count, waiting;
    uint32_t free, used; /* rows behind `used` were never touched */
};

static uint32_t count_links(const watch_table_t *table)
{
    return table->limit + 1 + OF_GLOBAL + 2 * (table->views + 1);
}

watch_table_t *watch_table_create(uint32_t watches, uint32_t views)
{
    CHECK(watches > 0 && watches <= 1u << 24);
    CHECK(views > 0 && views <= 1u << 24);
    watch_table_t *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    table->limit = watches;
    table->views = views;
    table->rows = calloc((size_t)watches + 1, sizeof *table->rows);
    table->links = calloc(count_links(table), sizeof *table->links);
    if (table->rows == NULL || table->links == NULL) {
        watch_table_destroy(&table);
        return NULL;
    }
    for (uint32_t i = 0; i < count_links(table); i++)
        table->links[i] = (link_t){ i, i };
    return table;
}

void watch_table_destroy(watch_table_t **table)
{
    CHECK(table != NULL);
    if (*table == NULL)
        return;
    free((*table)->rows);
    free((*table)->links);
    free(*table);
    *table = NULL;
}

/* ---- rows ---- */

static uint32_t take_row(watch_table_t *table)
{
    uint32_t watch = table->free;
    if (watch != 0)
        table->free = table->rows[watch].of_session;
    else if (table->used < table->limit)
        watch = ++table->used;
    return watch;
}

uint32_t watch_table_add(watch_table_t *table, session_t *session, uint64_t correlation)
{
    CHECK(table != NULL);
    CHECK(session != NULL);
    uint32_t watch = take_row(table);
    if (watch == 0)
        return 0;
    watching_t *row = &table->rows[watch];
    *row = (watching_t){ .session = session,
                         .correlation = correlation,
                         .of_session = session->watches };
    session->watches = watch;
    session->watch_count++;
    table->count++;
    return watch;
}

uint32_t watch_table_find(const watch_table_t *table, const session_t *session,
                          uint64_t correlation)
{
    CHECK(table != NULL && session != NULL);
    uint32_t watch = session->watches;
    while (watch != 0 && table->rows[watch].correlation != correlation)
        watch = table->rows[watch].of_session;
    return watch;
}

watching_t *watch_table_row(const watch_table_t *table, uint32_t watch)
{
    CHECK(watch >= 1 && watch <= table->limit);
    CHECK(table->rows[watch].session != NULL);
    return &table->rows[watch];
}

void watch_table_remove(watch_table_t *table, uint32_t watch)
{
    watching_t *row = watch_table_row(table, watch);
    uint32_t *at = &row->session->watches;
    while (*at != watch) {
        CHECK(*at != 0);
        at = &table->rows[*at].of_session;
    }
    watch_table_rest(table, watch);
    *at = row->of_session;
    row->session->watch_count--;
    *row = (watching_t){ .of_session = table->free };
    table->free = watch;
    table->count--;
}

/* ---- lists ---- */

watch_list_t watch_list_ready(const watch_table_t *table)
{
    return table->limit + 1 + OF_READY;
}

watch_list_t watch_list_stalled(const watch_table_t *table)
{
    return table->limit + 1 + OF_STALLED;
}

watch_list_t watch_list_current(const watch_table_t *table, uint32_t view)
{
    CHECK(view >= 1 && view <= table->views);
    return table->limit + 1 + OF_GLOBAL + 2 * view;
}

watch_list_t watch_list_behind(const watch_table_t *table, uint32_t view)
{
    return watch_list_current(table, view) + 1;
}

/* Closes the gap that it leaves. */
static void unlink_one(link_t *links, uint32_t one)
{
    links[links[one].before].behind = links[one].behind;
    links[links[one].behind].before = links[one].before;
    links[one] = (link_t){ one, one };
}

void watch_table_rest(watch_table_t *table, uint32_t watch)
{
    CHECK(watch >= 1 && watch <= table->limit);
    if (table->links[watch].behind == watch)
        return;
    unlink_one(table->links, watch);
    CHECK(table->waiting > 0);
    table->waiting--;
}

void watch_table_put(watch_table_t *table, uint32_t watch, watch_list_t list)
{
    CHECK(list > table->limit && list < count_links(table));
    watch_table_rest(table, watch);
    link_t *links = table->links;
    uint32_t last = links[list].before;
    links[watch] = (link_t){ .before = last, .behind = list };
    links[last].behind = watch;
    links[list].before = watch;
    table->waiting++;
}

void watch_table_join(watch_table_t *table, watch_list_t from, watch_list_t to)
{
    CHECK(from > table->limit && from < count_links(table));
    CHECK(to > table->limit && to < count_links(table) && to != from);
    link_t *links = table->links;
    uint32_t first = links[from].behind, last = links[from].before;
    if (first == from)
        return;
    uint32_t end = links[to].before;
    links[end].behind = first;
    links[first].before = end;
    links[last].behind = to;
    links[to].before = last;
    links[from] = (link_t){ from, from };
}

uint32_t watch_table_first(const watch_table_t *table, watch_list_t list)
{
    CHECK(list > table->limit && list < count_links(table));
    uint32_t first = table->links[list].behind;
    return first != list ? first : 0;
}

uint32_t watch_table_count(const watch_table_t *table)
{
    CHECK(table != NULL);
    return table->count;
}

uint32_t watch_table_waiting(const watch_table_t *table)
{
    CHECK(table != NULL);
    return table->waiting;
}
