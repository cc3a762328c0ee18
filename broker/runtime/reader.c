/* reader.c - see reader.h. */
#include "broker/runtime/reader.h"

#include "broker/runtime/reader_page.h"
#include "broker/runtime/wake.h"
#include "proto/check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PAGE_FREE, PAGE_ASKED, PAGE_READ, PAGE_TAKEN };

struct reader {
    journal_reader_t *scrubs, *pages; /* the thread's, one for each kind of work */
    pthread_t thread;
    int fd;
    bool running;
    bool busy; /* core thread: a scrub was asked for and not taken */
    atomic_bool stop;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    bool asked, ready; /* scrub */
    reader_result_t result;
    reader_page_t page[READER_PAGES]; /* a ring in order of asking */
    uint64_t asked_pages, read_pages, taken_pages;
};

/* ---- the thread ---- */

/* With the lock held: the oldest job that waits, or NULL. */
static reader_page_t *next_job(reader_t *reader)
{
    if (reader->read_pages == reader->asked_pages)
        return NULL;
    reader_page_t *page = &reader->page[reader->read_pages % READER_PAGES];
    CHECK(page->stage == PAGE_ASKED);
    return page;
}

/* With the lock held, given up while reading. */
static void read_jobs(reader_t *reader)
{
    reader_page_t *page;
    while (!atomic_load(&reader->stop) && (page = next_job(reader)) != NULL) {
        CHECK(pthread_mutex_unlock(&reader->lock) == 0);
        reader_page_fill(reader->pages, page);
        CHECK(pthread_mutex_lock(&reader->lock) == 0);
        page->stage = PAGE_READ;
        reader->read_pages++;
        wake_ring(reader->fd);
    }
}

/* Between two pages of a scrub: the others first. */
static bool pause_scrub(void *context)
{
    reader_t *reader = context;
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    read_jobs(reader);
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return atomic_load(&reader->stop);
}

static void walk(reader_t *reader)
{
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    reader_result_t result = { .status = STATUS_IO };
    result.status = journal_scrub(reader->scrubs, pause_scrub, reader, &result.scrub);
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
        read_jobs(reader);
        if (reader->asked)
            walk(reader);
        else if (next_job(reader) == NULL && !atomic_load(&reader->stop))
            CHECK(pthread_cond_wait(&reader->work, &reader->lock) == 0);
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return NULL;
}

/* ---- creation ---- */

static status_t take_pages(reader_t *reader)
{
    for (uint32_t i = 0; i < READER_PAGES; i++) {
        reader_page_t *page = &reader->page[i];
        page->arena = arena_create(READER_PAGE_BYTES);
        page->records = calloc(READER_PAGE_RECORDS_MAX, sizeof *page->records);
        if (page->arena == NULL || page->records == NULL)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static status_t build(reader_t *reader, journal_t *journal)
{
    reader->fd = wake_open();
    status_t status = reader->fd >= 0 ? take_pages(reader) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = journal_reader_create(journal, &reader->scrubs);
    if (status == STATUS_OK)
        status = journal_reader_create(journal, &reader->pages);
    if (status != STATUS_OK)
        return status;
    reader->running = pthread_create(&reader->thread, NULL, run, reader) == 0;
    return reader->running ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t reader_create(journal_t *journal, reader_t **out)
{
    CHECK(journal != NULL);
    CHECK(out != NULL);
    *out = NULL;
    reader_t *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    reader->fd = -1;
    atomic_init(&reader->stop, false);
    CHECK(pthread_mutex_init(&reader->lock, NULL) == 0);
    CHECK(pthread_cond_init(&reader->work, NULL) == 0);
    status_t status = build(reader, journal);
    if (status != STATUS_OK)
        reader_destroy(&reader);
    *out = reader;
    return status;
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
    if (reader->running)
        CHECK(pthread_join(reader->thread, NULL) == 0);
    CHECK(pthread_cond_destroy(&reader->work) == 0);
    CHECK(pthread_mutex_destroy(&reader->lock) == 0);
    journal_reader_destroy(&reader->scrubs);
    journal_reader_destroy(&reader->pages);
    for (uint32_t i = 0; i < READER_PAGES; i++) {
        arena_destroy(&reader->page[i].arena);
        free(reader->page[i].records);
    }
    wake_close(&reader->fd);
    free(reader);
    *out = NULL;
}

/* ---- the core thread ---- */

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
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    wake_clear(reader->fd);
    bool ready = reader->ready;
    if (ready)
        *result = reader->result;
    reader->ready = false;
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    if (ready)
        reader->busy = false;
    return ready;
}

status_t reader_ask(reader_t *reader, const reader_job_t *job)
{
    CHECK(reader != NULL);
    CHECK(job != NULL && job->count <= READER_PAGE_RECORDS_MAX);
    status_t status = STATUS_BUSY;
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    reader_page_t *page = &reader->page[reader->asked_pages % READER_PAGES];
    if (page->stage == PAGE_FREE) {
        page->job = *job;
        page->stage = PAGE_ASKED;
        reader->asked_pages++;
        CHECK(pthread_cond_signal(&reader->work) == 0);
        status = STATUS_OK;
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return status;
}

const reader_page_t *reader_take_page(reader_t *reader)
{
    CHECK(reader != NULL);
    reader_page_t *page = NULL;
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    if (reader->taken_pages < reader->read_pages) {
        page = &reader->page[reader->taken_pages++ % READER_PAGES];
        CHECK(page->stage == PAGE_READ);
        page->stage = PAGE_TAKEN;
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
    return page;
}

void reader_give_back(reader_t *reader, const reader_page_t *page)
{
    CHECK(reader != NULL);
    CHECK(pthread_mutex_lock(&reader->lock) == 0);
    for (uint32_t i = 0; i < READER_PAGES; i++) {
        if (&reader->page[i] != page)
            continue;
        CHECK(reader->page[i].stage == PAGE_TAKEN);
        reader->page[i].stage = PAGE_FREE;
    }
    CHECK(pthread_mutex_unlock(&reader->lock) == 0);
}

int reader_fd(const reader_t *reader)
{
    CHECK(reader != NULL);
    return reader->fd;
}
