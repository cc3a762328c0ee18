/* plan_queue.h - people who wait for a plan, in order. Threads: the core thread. */
#ifndef YX_RUNTIME_PLAN_QUEUE_H
#define YX_RUNTIME_PLAN_QUEUE_H

#include "broker/runtime/core.h"
#include "broker/runtime/job_kinds.h"
#include "proto/wire.h"

#define PLAN_QUEUE_MAX 8u

typedef struct {
    caller_t caller;
    plan_wish_t wish;
} plan_waiter_t;

/* The first waiter's job runs when `running`. Zeroed = empty. */
typedef struct {
    plan_waiter_t waiters[PLAN_QUEUE_MAX];
    uint32_t count;
    bool running;
} plan_queue_t;

/* STATUS_OK: an answer comes. STATUS_UNKNOWN_ACCOUNT, STATUS_UNKNOWN_GROUP,
 * STATUS_UNKNOWN_TEAM, STATUS_WINDOW_TOO_LARGE, STATUS_BUSY. */
status_t plan_queue_take(core_t *core, plan_queue_t *queue, const caller_t *caller,
                         const plan_query_t *query, fault_t *fault);
/* The job of the next waiter; NULL: nobody waits, or it could not be made (and they were
 * told). */
job_t *plan_queue_begin(core_t *core, plan_queue_t *queue);
/* Answers who waits for this job, which ended, and destroys it. */
void plan_queue_answer(core_t *core, plan_queue_t *queue, job_t *job);

#endif
