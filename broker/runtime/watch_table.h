/* watch_table.h - who watches what: one row a watch, and the lists that watches wait in.
 *
 * A watch that may be sent something stands in exactly one list: at its view, knowing
 * the newest version (current) or not (behind); among those that can be served now
 * (ready); or among those whose connection is not read from (stalled). One without
 * credit stands in none. Lists are rings through one array with a fixed element each,
 * so that a watch leaves its list, and a whole list joins another, at once.
 * Inner part of watches.h. Threads: the core thread. Memory is taken at creation.
 */
#ifndef YX_RUNTIME_WATCH_TABLE_H
#define YX_RUNTIME_WATCH_TABLE_H

#include "broker/runtime/session.h"

typedef struct watch_table watch_table_t;

typedef struct {
    session_t *session;   /* NULL = a free row */
    uint64_t correlation; /* names the watch on its connection */
    uint64_t version;     /* what the watcher was sent; 0 = nothing of this view */
    uint64_t floor;       /* of another view before: no older version follows */
    uint64_t until, sent; /* credit and updates, counted from the beginning */
    uint64_t access;      /* core->access_version when its rights were looked up */
    uint64_t lost;        /* session->replies_lost when it began */
    uint32_t view;        /* views.h */
    uint32_t of_session;  /* next watch of the same connection */
} watching_t;

typedef uint32_t watch_list_t;

/* NULL when memory is short. */
watch_table_t *watch_table_create(uint32_t watches, uint32_t views);
void watch_table_destroy(watch_table_t **table);

/* A new watch of the connection, in no list; 0 = the table is full. */
uint32_t watch_table_add(watch_table_t *table, session_t *session,
                         uint64_t correlation);
/* 0 = there is none. O(WATCHES_PER_PEER_MAX). */
uint32_t watch_table_find(const watch_table_t *table, const session_t *session,
                          uint64_t correlation);
void watch_table_remove(watch_table_t *table, uint32_t watch);
watching_t *watch_table_row(const watch_table_t *table, uint32_t watch);

watch_list_t watch_list_ready(const watch_table_t *table);
watch_list_t watch_list_stalled(const watch_table_t *table);
watch_list_t watch_list_current(const watch_table_t *table, uint32_t view);
watch_list_t watch_list_behind(const watch_table_t *table, uint32_t view);

/* To the end of the list, out of the one that it stands in. */
void watch_table_put(watch_table_t *table, uint32_t watch, watch_list_t list);
/* Out of its list, into none. */
void watch_table_rest(watch_table_t *table, uint32_t watch);
/* All of `from` to the end of `to`. */
void watch_table_join(watch_table_t *table, watch_list_t from, watch_list_t to);
/* 0 = the list is empty. */
uint32_t watch_table_first(const watch_table_t *table, watch_list_t list);

uint32_t watch_table_count(const watch_table_t *table);
/* Those that stand in a list. */
uint32_t watch_table_waiting(const watch_table_t *table);

#endif
