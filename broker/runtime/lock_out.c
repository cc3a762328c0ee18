/* lock_out.c - see lock_out.h. */
#include "broker/runtime/lock_out.h"

#include "proto/check.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t until_ms;
    uint32_t wrong; /* in a row */
} tries_t;

typedef struct {
    tries_t tries;
    uint64_t used; /* the larger the newer */
    char name[CODE_BYTES_MAX + 1];
} stranger_t;

struct lock_out {
    stranger_t strangers[LOCK_OUT_STRANGERS];
    uint64_t uses;
    uint32_t users;
    tries_t known[]; /* by row, from 0 */
};

lock_out_t *lock_out_create(uint32_t users)
{
    lock_out_t *locks =
        calloc(1, sizeof *locks + ((size_t)users + 1) * sizeof locks->known[0]);
    if (locks != NULL)
        locks->users = users;
    return locks;
}

void lock_out_destroy(lock_out_t **locks)
{
    CHECK(locks != NULL);
    free(*locks);
    *locks = NULL;
}

static bool is_named(const stranger_t *stranger, text_t name)
{
    return name.size <= CODE_BYTES_MAX && stranger->name[name.size] == '\0' &&
           memcmp(stranger->name, name.data, name.size) == 0;
}

static const stranger_t *find_stranger(const lock_out_t *locks, text_t name)
{
    for (uint32_t i = 0; name.size > 0 && i < LOCK_OUT_STRANGERS; i++) {
        if (is_named(&locks->strangers[i], name))
            return &locks->strangers[i];
    }
    return NULL;
}

/* The place of this name, or the one that was not used for the longest time. */
static stranger_t *place_of(lock_out_t *locks, text_t name)
{
    stranger_t *oldest = &locks->strangers[0];
    for (uint32_t i = 0; i < LOCK_OUT_STRANGERS; i++) {
        stranger_t *one = &locks->strangers[i];
        if (is_named(one, name))
            return one;
        if (one->used < oldest->used)
            oldest = one;
    }
    *oldest = (stranger_t){ 0 };
    memcpy(oldest->name, name.data, name.size);
    return oldest;
}

int64_t lock_out_left(const lock_out_t *locks, uint32_t user, text_t name,
                      int64_t now_ms)
{
    CHECK(locks != NULL && user <= locks->users);
    const tries_t *tries = &locks->known[user];
    if (user == 0) {
        const stranger_t *stranger = find_stranger(locks, name);
        if (stranger == NULL)
            return 0;
        tries = &stranger->tries;
    }
    return tries->until_ms > now_ms ? tries->until_ms - now_ms : 0;
}

void lock_out_wrong(lock_out_t *locks, uint32_t user, text_t name, int64_t now_ms)
{
    CHECK(locks != NULL && user <= locks->users);
    CHECK(name.size <= CODE_BYTES_MAX);
    tries_t *tries = &locks->known[user];
    if (user == 0) {
        stranger_t *stranger = place_of(locks, name);
        stranger->used = ++locks->uses;
        tries = &stranger->tries;
    }
    if (++tries->wrong < PASSWORD_TRIES_MAX)
        return;
    tries->wrong = 0;
    tries->until_ms = now_ms + LOCK_OUT_MS;
}

void lock_out_right(lock_out_t *locks, uint32_t user)
{
    CHECK(locks != NULL && user >= 1 && user <= locks->users);
    locks->known[user] = (tries_t){ 0 };
}
