/* worker.h - the thread for what takes long: calibration, sets of ranks, plans.
 *
 * One job at a time. A job is handed with everything it looks at, runs on the worker's
 * thread, and comes back with what it found; a bell (worker_fd) tells that it is done.
 * A job asks from time to
 * time whether it may go on, and tells how far it is.
 *
 * Threads: all calls from the core thread, but worker_goes_on, which the job calls.
 */
#ifndef YX_RUNTIME_WORKER_H
#define YX_RUNTIME_WORKER_H

#include "proto/status.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct worker worker_t;
typedef struct job job_t;

/* The head of every kind of job; the rest of its struct follows. */
struct job {
    status_t (*run)(job_t *job, worker_t *worker); /* on the worker's thread */
    void (*destroy)(job_t *job);
    status_t status; /* what run returned */
};

typedef enum {
    WORKER_PATIENT, /* runs when nothing else wants a core (SCHED_IDLE) */
    WORKER_ORDINARY /* as everybody: for short work that a person waits for */
} worker_pace_t;

/* STATUS_NO_MEMORY. */
status_t worker_create(worker_pace_t pace, worker_t **worker);
/* Tells a running job to stop, waits for it, and destroys what was not taken. */
void worker_destroy(worker_t **worker);

/* Whether a job may be handed: none runs, none waits to be taken. */
bool worker_idle(const worker_t *worker);
/* The job is the worker's until it is taken. */
void worker_hand(worker_t *worker, job_t *job);
/* The job that ended, which is the caller's again; NULL = none. Never waits. */
job_t *worker_take(worker_t *worker);
/* The job under way shall end early: its run returns STATUS_STOPPING. */
void worker_cancel(worker_t *worker);
/* Readable when a job waits to be taken; cleared by worker_take. */
int worker_fd(const worker_t *worker);
uint32_t worker_percent(const worker_t *worker);

/* From a job: it is so far now; false = end with STATUS_STOPPING. */
bool worker_goes_on(worker_t *worker, uint32_t percent);

#endif
