/* reader.c - see reader.h. */
#include "broker/runtime/reader.h"

#include "broker/runtime/wake.h"
#include "proto/check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct reader {
    journal_reader_t *pages;
    pthread_t thread;
    int fd;
    bool busy; /* core thread: asked and not taken */
    atomic_bool stop;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    bool asked, ready;
    reader_result_t result;
};

static bool stopping(void *context)
{
    reader_t *reader = context;
    return atomic_load(&reader->stop);
}

static void walk(reader_t *reader)
{
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    reader_result_t result = { .status = STATUS_IO };
    result.status = journal_scrub(reader->pages, stopping, reader, &result.scrub);
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    reader->result = result;
    reader->asked = false;
    reader->ready = true;
    wake_ring(reader->fd);
}

static void *run(void *context)
{
    reader_t *reader = context;
    (void)pthread_setname_np(pthread_self(), "yx-reader"); /* for people who look */
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    while (!atomic_load(&reader->stop)) {
        if (reader->asked)
            walk(reader);
        else
            CHECK(pthread_cond_wait(&reader->work, &reader->lock) == 0);
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return NULL;
}

status_t reader_create(journal_t *journal, reader_t **out)
{
    CHECK(journal != NULL);
    CHECK(out != NULL);
    *out = NULL;
    reader_t *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    atomic_init(&reader->stop, false);
    CHECK(pthread_mutex_init(&reader->lock, NULL) == 0);
    CHECK(pthread_cond_init(&reader->work, NULL) == 0);
    reader->fd = wake_open();
    status_t status = reader->fd >= 0 ? journal_reader_create(journal, &reader->pages)
                                      : STATUS_NO_MEMORY;
    if (status == STATUS_OK && pthread_create(&reader->thread, NULL, run, reader) != 0)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        journal_reader_destroy(&reader->pages);
        wake_close(&reader->fd);
        free(reader);
        return status;
    }
    *out = reader;
    return STATUS_OK;
}

void reader_destroy(reader_t **out)
{
    CHECK(out != NULL);
    reader_t *reader = *out;
    if (reader == NULL)
        return;
    atomic_store(&reader->stop, true);
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    CHECK(pthread_cond_signal(&reader->work) == 0);
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    CHECK(pthread_join(reader->thread, NULL) == 0);
    CHECK(pthread_cond_destroy(&reader->work) == 0);
    CHECK(pthread_mutex_destroy(&reader->lock) == 0);
    journal_reader_destroy(&reader->pages);
    wake_close(&reader->fd);
    free(reader);
    *out = NULL;
}

status_t reader_scrub(reader_t *reader)
{
    CHECK(reader != NULL);
    if (reader->busy)
        return STATUS_BUSY;
    reader->busy = true;
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    reader->asked = true;
    CHECK(pthread_cond_signal(&reader->work) == 0);
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return STATUS_OK;
}

bool reader_take(reader_t *reader, reader_result_t *result)
{
    CHECK(reader != NULL);
    CHECK(result != NULL);
    if (!reader->busy)
        return false;
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    bool ready = reader->ready;
    if (ready) {
        *result = reader->result;
        reader->ready = false;
        wake_clear(reader->fd);
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    if (ready)
        reader->busy = false;
    return ready;
}

int reader_fd(const reader_t *reader)
{
    CHECK(reader != NULL);
    return reader->fd;
}
