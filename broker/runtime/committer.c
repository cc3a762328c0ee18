/* committer.c - see committer.h. */
#include "broker/runtime/committer.h"

#include "proto/check.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct committer {
    journal_t *journal;
    space_t *space;
    pthread_t thread;
    pthread_mutex_t lock; /* guards batch, result, done, ending */
    pthread_cond_t work;
    batch_t *batch; /* in the thread's hands, NULL = none */
    commit_result_t result;
    int descriptor; /* eventfd: a result waits */
    bool done, ending;
    bool handed; /* the core's own note; no lock */
};

/* One retry after the ballast was given up: what is in flight was promised room. */
static commit_result_t commit(committer_t *committer, const batch_t *batch)
{
    commit_result_t result = { .records = batch_count(batch) };
    result.status = journal_append(committer->journal, batch_after(batch),
                                   batch_records(batch), batch_count(batch));
    if (result.status == STATUS_STORAGE_FULL && space_release(committer->space)) {
        result.ballast_released = true;
        result.status = journal_append(committer->journal, batch_after(batch),
                                       batch_records(batch), batch_count(batch));
    }
    result.durable_seq = journal_head(committer->journal);
    journal_chain(committer->journal, result.chain);
    return result;
}

static void tell(const committer_t *committer)
{
    uint64_t one = 1;
    ssize_t written = write(committer->descriptor, &one, sizeof one);
    CHECK(written == (ssize_t)sizeof one);
}

static void *run(void *argument)
{
    committer_t *committer = argument;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    for (;;) {
        while (committer->batch == NULL && !committer->ending)
            CHECK(pthread_cond_wait(&committer->work, &committer->lock) == 0);
        if (committer->batch == NULL)
            break;
        batch_t *batch = committer->batch;
        CHECK(pthread_mutex_unlock(&committer->lock) == 0);
        commit_result_t result = commit(committer, batch);
        CHECK(pthread_mutex_lock(&committer->lock) == 0);
        committer->result = result;
        committer->batch = NULL;
        committer->done = true;
        tell(committer);
    }
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    return NULL;
}

status_t committer_create(journal_t *journal, space_t *space, committer_t **out)
{
    CHECK(journal != NULL);
    CHECK(space != NULL);
    *out = NULL;
    committer_t *committer = calloc(1, sizeof *committer);
    if (committer == NULL)
        return STATUS_NO_MEMORY;
    committer->journal = journal;
    committer->space = space;
    committer->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (committer->descriptor < 0) {
        free(committer);
        return STATUS_NO_MEMORY;
    }
    CHECK(pthread_mutex_init(&committer->lock, NULL) == 0);
    CHECK(pthread_cond_init(&committer->work, NULL) == 0);
    if (pthread_create(&committer->thread, NULL, run, committer) != 0) {
        (void)close(committer->descriptor); /* an eventfd holds nothing to lose */
        free(committer);
        return STATUS_NO_MEMORY;
    }
    *out = committer;
    return STATUS_OK;
}

void committer_destroy(committer_t **pointer)
{
    CHECK(pointer != NULL);
    committer_t *committer = *pointer;
    if (committer == NULL)
        return;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    committer->ending = true;
    CHECK(pthread_cond_signal(&committer->work) == 0);
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    CHECK(pthread_join(committer->thread, NULL) == 0);
    CHECK(pthread_mutex_destroy(&committer->lock) == 0);
    CHECK(pthread_cond_destroy(&committer->work) == 0);
    (void)close(committer->descriptor); /* an eventfd holds nothing to lose */
    free(committer);
    *pointer = NULL;
}

bool committer_idle(const committer_t *committer)
{
    CHECK(committer != NULL);
    return !committer->handed;
}

void committer_hand(committer_t *committer, batch_t *batch)
{
    CHECK(committer_idle(committer));
    CHECK(batch_count(batch) > 0);
    committer->handed = true;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    committer->batch = batch;
    CHECK(pthread_cond_signal(&committer->work) == 0);
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
}

bool committer_take(committer_t *committer, commit_result_t *result)
{
    CHECK(committer != NULL);
    CHECK(result != NULL);
    if (!committer->handed)
        return false;
    CHECK(pthread_mutex_lock(&committer->lock) == 0);
    bool done = committer->done;
    if (done) {
        uint64_t count;
        ssize_t got = read(committer->descriptor, &count, sizeof count);
        CHECK(got == (ssize_t)sizeof count);
        *result = committer->result;
        committer->done = false;
        committer->handed = false;
    }
    CHECK(pthread_mutex_unlock(&committer->lock) == 0);
    return done;
}

int committer_descriptor(const committer_t *committer)
{
    CHECK(committer != NULL);
    return committer->descriptor;
}
