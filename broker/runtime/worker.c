/* worker.c - see worker.h. A mailbox under a mutex, a bell for the way back. */
#include "broker/runtime/worker.h"

#include "broker/runtime/wake.h"
#include "proto/check.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define PERCENT 100u

struct worker {
    pthread_t thread;
    worker_pace_t pace;
    int fd;
    bool busy; /* core thread: handed and not taken */
    atomic_uint percent;
    atomic_bool cancelled;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    job_t *job, *done;
    bool stop;
};

/* ---- the thread ---- */

/* Called and left with the lock held. */
static void work_once(worker_t *worker)
{
    job_t *job = worker->job;
    CHECK(pthread_mutex_unlock(&worker->lock) == 0);
    job->status = job->run(job, worker);
    CHECK(pthread_mutex_lock(&worker->lock) == 0);
    worker->job = NULL;
    worker->done = job;
    wake_ring(worker->fd);
}

static void *run(void *context)
{
    worker_t *worker = context;
    const struct sched_param idle = { .sched_priority = 0 };
    (void)pthread_setname_np(pthread_self(), "yx-worker"); /* for people who look */
    /* where it is not allowed the worker shares the cores as everybody does */
    if (worker->pace == WORKER_PATIENT)
        (void)pthread_setschedparam(pthread_self(), SCHED_IDLE, &idle);
    CHECK(pthread_mutex_lock(&worker->lock) == 0);
    while (!worker->stop) {
        if (worker->job != NULL)
            work_once(worker);
        else
            CHECK(pthread_cond_wait(&worker->work, &worker->lock) == 0);
    }
    CHECK(pthread_mutex_unlock(&worker->lock) == 0);
    return NULL;
}

bool worker_goes_on(worker_t *worker, uint32_t percent)
{
    CHECK(worker != NULL);
    atomic_store(&worker->percent, percent < PERCENT ? percent : PERCENT);
    return !atomic_load(&worker->cancelled);
}

/* ---- the core thread ---- */

status_t worker_create(worker_pace_t pace, worker_t **out)
{
    CHECK(out != NULL);
    *out = NULL;
    worker_t *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return STATUS_NO_MEMORY;
    worker->pace = pace;
    atomic_init(&worker->percent, 0);
    atomic_init(&worker->cancelled, false);
    CHECK(pthread_mutex_init(&worker->lock, NULL) == 0);
    CHECK(pthread_cond_init(&worker->work, NULL) == 0);
    worker->fd = wake_open();
    if (worker->fd < 0 || pthread_create(&worker->thread, NULL, run, worker) != 0) {
        wake_close(&worker->fd);
        free(worker);
        return STATUS_NO_MEMORY;
    }
    *out = worker;
    return STATUS_OK;
}

static void drop(job_t *job)
{
    if (job != NULL)
        job->destroy(job);
}

void worker_destroy(worker_t **out)
{
    CHECK(out != NULL);
    worker_t *worker = *out;
    if (worker == NULL)
        return;
    atomic_store(&worker->cancelled, true);
    CHECK(pthread_mutex_lock(&worker->lock) == 0);
    worker->stop = true;
    CHECK(pthread_cond_signal(&worker->work) == 0);
    CHECK(pthread_mutex_unlock(&worker->lock) == 0);
    CHECK(pthread_join(worker->thread, NULL) == 0);
    drop(worker->job); /* handed, not begun */
    drop(worker->done);
    CHECK(pthread_cond_destroy(&worker->work) == 0);
    CHECK(pthread_mutex_destroy(&worker->lock) == 0);
    wake_close(&worker->fd);
    free(worker);
    *out = NULL;
}

bool worker_idle(const worker_t *worker)
{
    CHECK(worker != NULL);
    return !worker->busy;
}

void worker_hand(worker_t *worker, job_t *job)
{
    CHECK(worker != NULL);
    CHECK(!worker->busy);
    CHECK(job != NULL && job->run != NULL && job->destroy != NULL);
    worker->busy = true;
    atomic_store(&worker->percent, 0);
    atomic_store(&worker->cancelled, false);
    CHECK(pthread_mutex_lock(&worker->lock) == 0);
    CHECK(worker->job == NULL && worker->done == NULL);
    worker->job = job;
    CHECK(pthread_cond_signal(&worker->work) == 0);
    CHECK(pthread_mutex_unlock(&worker->lock) == 0);
}

job_t *worker_take(worker_t *worker)
{
    CHECK(worker != NULL);
    if (!worker->busy)
        return NULL;
    CHECK(pthread_mutex_lock(&worker->lock) == 0);
    job_t *job = worker->done;
    worker->done = NULL;
    if (job != NULL)
        wake_clear(worker->fd);
    CHECK(pthread_mutex_unlock(&worker->lock) == 0);
    if (job != NULL)
        worker->busy = false;
    return job;
}

void worker_cancel(worker_t *worker)
{
    CHECK(worker != NULL);
    if (worker->busy)
        atomic_store(&worker->cancelled, true);
}

int worker_fd(const worker_t *worker)
{
    CHECK(worker != NULL);
    return worker->fd;
}

uint32_t worker_percent(const worker_t *worker)
{
    CHECK(worker != NULL);
    return atomic_load(&worker->percent);
}
