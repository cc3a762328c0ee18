/* committer.c - see committer.h. A mailbox under a mutex, a bell for the way back. */
#include "broker/runtime/committer.h"

#include "broker/runtime/wake.h"
#include "proto/check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct committer {
    journal_t *journal;
    space_t *space;
    uint64_t map_bytes;
    pthread_t thread;
    int fd;
    bool busy; /* core thread: handed and not taken */
    atomic_bool low;
    atomic_uint_fast64_t free_bytes, used_bytes;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    const batch_t *batch;
    uint64_t low_water_bytes; /* 0 = none was set */
    bool measure, stop, ready;
    commit_t result;
};

/* ---- the thread ---- */

static commit_t append(committer_t *committer, const batch_t *batch)
{
    commit_t result = { .status = STATUS_IO };
    result.status = journal_append(committer->journal, batch_expected_seq(batch),
                                   batch_records(batch), batch_count(batch));
    if (result.status == STATUS_STORAGE_FULL && committer->space != NULL &&
        space_release(committer->space)) {
        result.ballast_released = true;
        atomic_store(&committer->low, true);
        result.status = journal_append(committer->journal, batch_expected_seq(batch),
                                       batch_records(batch), batch_count(batch));
    }
    if (result.status == STATUS_OK)
        result.records = batch_count(batch);
    result.durable_seq = journal_head(committer->journal);
    journal_chain(committer->journal, result.chain);
    return result;
}

static void measure(committer_t *committer, uint64_t low_water_bytes)
{
    uint64_t used = journal_used_bytes(committer->journal);
    bool low = committer->map_bytes > 0 &&
               used + COMMITTER_MAP_MARGIN_BYTES > committer->map_bytes;
    if (committer->space != NULL) {
        if (low_water_bytes > 0)
            space_set_low_water(committer->space, low_water_bytes);
        /* what could not be measured counts as no room */
        if (space_refresh(committer->space) != STATUS_OK)
            low = true;
        low = low || space_low(committer->space);
        atomic_store(&committer->free_bytes, space_free_bytes(committer->space));
    }
    atomic_store(&committer->used_bytes, used);
    atomic_store(&committer->low, low);
}

/* Does what is asked for, the batch first; called and left with the lock held. */
static void work_once(committer_t *committer)
{
    const batch_t *batch = committer->batch;
    if (batch != NULL) {
        CHECK(pthread_mutex_unlock(&committer->lock) == 0);
        commit_t result = append(committer, batch);
        CHECK(pthread_mutex_lock(&committer->lock) == 0);
        committer->result = result;
        committer->batch = NULL;
        committer->ready = true;
        wake_ring(committer->fd);
        return;
    }
    uint64_t low_water_bytes = committer->low_water_bytes;
    committer->measure = false;
    committer->low_water_bytes = 0;
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    measure(committer, low_water_bytes);
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
}

static void *run(void *context)
{
    committer_t *committer = context;
    (void)pthread_setname_np(pthread_self(), "yx-committer"); /* for people who look */
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    for (;;) {
        if (committer->batch != NULL || (committer->measure && !committer->stop))
            work_once(committer);
        else if (committer->stop)
            break;
        else
            CHECK(pthread_cond_wait(&committer->work, &committer->lock) == 0);
    }
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    return NULL;
}

/* ---- the core thread ---- */

status_t committer_create(journal_t *journal, space_t *space, uint64_t map_bytes,
                          committer_t **out)
{
    CHECK(journal != NULL);
    CHECK(out != NULL);
    *out = NULL;
    committer_t *committer = calloc(1, sizeof *committer);
    if (committer == NULL)
        return STATUS_NO_MEMORY;
    committer->journal = journal;
    committer->space = space;
    committer->map_bytes = map_bytes;
    atomic_init(&committer->low, false);
    atomic_init(&committer->free_bytes, 0);
    atomic_init(&committer->used_bytes, 0);
    CHECK(pthread_mutex_init(&committer->lock, NULL) == 0);
    CHECK(pthread_cond_init(&committer->work, NULL) == 0);
    measure(committer, 0); /* before the thread is there, so that it is true at once */
    committer->fd = wake_open();
    if (committer->fd < 0 ||
        pthread_create(&committer->thread, NULL, run, committer) != 0) {
        wake_close(&committer->fd);
        free(committer);
        return STATUS_NO_MEMORY;
    }
    *out = committer;
    return STATUS_OK;
}

void committer_destroy(committer_t **out)
{
    CHECK(out != NULL);
    committer_t *committer = *out;
    if (committer == NULL)
        return;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    committer->stop = true;
    CHECK(pthread_cond_signal(&committer->work) == 0);
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    CHECK(pthread_join(committer->thread, NULL) == 0);
    CHECK(pthread_cond_destroy(&committer->work) == 0);
    CHECK(pthread_mutex_destroy(&committer->lock) == 0);
    wake_close(&committer->fd);
    free(committer);
    *out = NULL;
}

bool committer_idle(const committer_t *committer)
{
    CHECK(committer != NULL);
    return !committer->busy;
}

void committer_hand(committer_t *committer, const batch_t *batch)
{
    CHECK(committer != NULL);
    CHECK(!committer->busy);
    CHECK(batch_count(batch) > 0);
    committer->busy = true;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    CHECK(committer->batch == NULL && !committer->ready);
    committer->batch = batch;
    CHECK(pthread_cond_signal(&committer->work) == 0);
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
}

bool committer_take(committer_t *committer, commit_t *result)
{
    CHECK(committer != NULL);
    CHECK(result != NULL);
    if (!committer->busy)
        return false;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    bool ready = committer->ready;
    if (ready) {
        *result = committer->result;
        committer->ready = false;
        wake_clear(committer->fd);
    }
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    if (ready)
        committer->busy = false;
    return ready;
}

int committer_fd(const committer_t *committer)
{
    CHECK(committer != NULL);
    return committer->fd;
}

void committer_measure(committer_t *committer, uint64_t low_water_bytes)
{
    CHECK(committer != NULL);
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    committer->measure = true;
    if (low_water_bytes > 0)
        committer->low_water_bytes = low_water_bytes;
    CHECK(pthread_cond_signal(&committer->work) == 0);
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
}

bool committer_low(const committer_t *committer)
{
    CHECK(committer != NULL);
    return atomic_load(&committer->low);
}

uint64_t committer_free_bytes(const committer_t *committer)
{
    CHECK(committer != NULL);
    return atomic_load(&committer->free_bytes);
}

uint64_t committer_used_bytes(const committer_t *committer)
{
    CHECK(committer != NULL);
    return atomic_load(&committer->used_bytes);
}
