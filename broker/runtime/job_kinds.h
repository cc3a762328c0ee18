/* job_kinds.h - the kinds of jobs: made on the core thread, run by a worker.
 *
 * Making one copies what it looks at out of the state (intake.h), in one pass; running
 * it touches nothing else. Threads: *_job_create and the reading of results the core
 * thread, run the worker's.
 */
#ifndef YX_RUNTIME_JOB_KINDS_H
#define YX_RUNTIME_JOB_KINDS_H

#include "broker/core/state.h"
#include "broker/runtime/script.h"
#include "broker/runtime/worker.h"
#include "proto/answer.h"

/* A job that ends in commands to be written. */
typedef struct {
    job_t job;
    script_t script;
} script_job_t;

/* Parts, the proposal by their hash, then what was noticed of the inspectors.
 * STATUS_NO_MEMORY, STATUS_GROUP_TOO_LARGE (more inspectors than can be solved for). */
status_t epoch_job_create(const state_t *state, uint32_t epoch, script_job_t **job);
/* Parts, then the end by their hash. Likewise. */
status_t freeze_job_create(const state_t *state, uint32_t frozen, script_job_t **job);

typedef struct {
    uint32_t account, scheme_group;
    uint32_t team; /* teams, 0 = any */
    uint32_t count;
} plan_wish_t;

typedef struct plan_job plan_job_t;
/* STATUS_NO_MEMORY, STATUS_GROUP_TOO_LARGE (more inspectors and units than can be
 * planned for). */
status_t plan_job_create(const state_t *state, const plan_wish_t *wish,
                         plan_job_t **job);
job_t *plan_job_base(plan_job_t *job);
/* What an ended plan says; rows without names, `rows` has room for the wish's count.
 * Visits that R16 forbids by now are left out. *subjects: their rows of the table. */
void plan_job_tell(const state_t *state, const plan_job_t *job, plan_answer_t *plan,
                   plan_visit_t *rows, uint32_t *subjects);

#endif
