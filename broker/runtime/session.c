/* session.c - see session.h. Entries 1..limit in one array; heads of the hash chains
 * and the list by age hold indices. Routes are counted up by libzmq, so that nobody
 * can choose collisions. */
#include "broker/runtime/session.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

struct sessions {
    session_t *entries; /* entry 0 is none; free ones are linked through `chain` */
    uint32_t *heads;
    uint32_t limit, count, mask;
    uint32_t free, newest, oldest;
    void (*ended)(void *context, session_t *session); /* may be NULL */
    void *context;
};

sessions_t *sessions_create(uint32_t limit)
{
    CHECK(limit > 0 && limit <= 1u << 24);
    uint32_t heads = 1;
    while (heads < limit)
        heads *= 2;
    sessions_t *sessions = calloc(1, sizeof *sessions);
    if (sessions == NULL)
        return NULL;
    sessions->limit = limit;
    sessions->mask = heads - 1;
    sessions->entries = calloc((size_t)limit + 1, sizeof *sessions->entries);
    sessions->heads = calloc(heads, sizeof *sessions->heads);
    if (sessions->entries == NULL || sessions->heads == NULL) {
        sessions_destroy(&sessions);
        return NULL;
    }
    for (uint32_t i = 1; i < limit; i++)
        sessions->entries[i].chain = i + 1;
    sessions->free = 1;
    return sessions;
}

void sessions_destroy(sessions_t **sessions)
{
    CHECK(sessions != NULL);
    if (*sessions == NULL)
        return;
    free((*sessions)->entries);
    free((*sessions)->heads);
    free(*sessions);
    *sessions = NULL;
}

static uint32_t *head_of(const sessions_t *sessions, uint32_t route)
{
    return &sessions->heads[(route * 2654435769u >> 7) & sessions->mask];
}

static uint32_t index_of(const sessions_t *sessions, uint32_t route)
{
    uint32_t index = *head_of(sessions, route);
    while (index != 0 && sessions->entries[index].route != route)
        index = sessions->entries[index].chain;
    return index;
}

/* Takes an entry out of the list by age. */
static void leave_age(sessions_t *sessions, uint32_t index)
{
    session_t *entries = sessions->entries;
    const session_t *gone = &entries[index];
    if (gone->newer != 0)
        entries[gone->newer].older = gone->older;
    else
        sessions->newest = gone->older;
    if (gone->older != 0)
        entries[gone->older].newer = gone->newer;
    else
        sessions->oldest = gone->newer;
}

static void join_age(sessions_t *sessions, uint32_t index)
{
    session_t *entry = &sessions->entries[index];
    entry->newer = 0;
    entry->older = sessions->newest;
    if (sessions->newest != 0)
        sessions->entries[sessions->newest].newer = index;
    else
        sessions->oldest = index;
    sessions->newest = index;
}

static uint32_t add(sessions_t *sessions, uint32_t route)
{
    uint32_t index = sessions->free;
    if (index == 0)
        return 0;
    session_t *entry = &sessions->entries[index];
    sessions->free = entry->chain;
    uint32_t *head = head_of(sessions, route);
    *entry = (session_t){ .route = route, .chain = *head };
    *head = index;
    sessions->count++;
    join_age(sessions, index);
    return index;
}

session_t *sessions_meet(sessions_t *sessions, uint32_t route,
                         const uint8_t key[KEY_BYTES], int64_t now_ms)
{
    CHECK(sessions != NULL);
    CHECK(key != NULL);
    uint32_t index = index_of(sessions, route);
    if (index == 0)
        index = add(sessions, route);
    if (index == 0)
        return NULL;
    if (sessions->newest != index) {
        leave_age(sessions, index);
        join_age(sessions, index);
    }
    session_t *session = &sessions->entries[index];
    memcpy(session->key, key, KEY_BYTES);
    session->seen_ms = now_ms;
    session->messages++;
    return session;
}

session_t *sessions_find(sessions_t *sessions, uint32_t route)
{
    CHECK(sessions != NULL);
    uint32_t index = index_of(sessions, route);
    return index != 0 ? &sessions->entries[index] : NULL;
}

static void forget(sessions_t *sessions, uint32_t index)
{
    session_t *gone = &sessions->entries[index];
    if (sessions->ended != NULL)
        sessions->ended(sessions->context, gone);
    uint32_t *at = head_of(sessions, gone->route);
    while (*at != index) {
        CHECK(*at != 0);
        at = &sessions->entries[*at].chain;
    }
    *at = gone->chain;
    leave_age(sessions, index);
    *gone = (session_t){ .chain = sessions->free };
    sessions->free = index;
    sessions->count--;
}

uint32_t sessions_expire(sessions_t *sessions, int64_t before_ms, uint32_t at_most)
{
    CHECK(sessions != NULL);
    uint32_t gone = 0;
    while (gone < at_most && sessions->oldest != 0 &&
           sessions->entries[sessions->oldest].seen_ms < before_ms) {
        forget(sessions, sessions->oldest);
        gone++;
    }
    CHECK(sessions->count <= sessions->limit);
    return gone;
}

void sessions_on_end(sessions_t *sessions,
                     void (*ended)(void *context, session_t *session), void *context)
{
    CHECK(sessions != NULL);
    sessions->ended = ended;
    sessions->context = context;
}

uint32_t sessions_count(const sessions_t *sessions)
{
    CHECK(sessions != NULL);
    return sessions->count;
}
