/* plan_job.c - see job_kinds.h: whom to visit next. */
#include "broker/runtime/job_kinds.h"

#include "broker/calibration/plan.h"
#include "proto/check.h"
#include <stdlib.h>

struct plan_job {
    job_t job;
    plan_wish_t wish;
    intake_t *intake;
    plan_teams_t *teams;
    plan_t *plan;
};

static status_t run(job_t *base, worker_t *worker)
{
    plan_job_t *job = (plan_job_t *)base; /* its first member */
    if (!worker_goes_on(worker, 0))
        return STATUS_STOPPING;
    return plan_make(job->intake, job->teams, job->wish.team, job->wish.count,
                     &job->plan);
}

static void destroy(job_t *base)
{
    plan_job_t *job = (plan_job_t *)base;
    intake_destroy(&job->intake);
    plan_teams_destroy(&job->teams);
    plan_destroy(&job->plan);
    free(job);
}

status_t plan_job_create(const state_t *state, const plan_wish_t *wish,
                         plan_job_t **out)
{
    CHECK(state != NULL && wish != NULL && out != NULL);
    *out = NULL;
    plan_job_t *job = calloc(1, sizeof *job);
    if (job == NULL)
        return STATUS_NO_MEMORY;
    job->job = (job_t){ .run = run, .destroy = destroy };
    job->wish = *wish;
    status_t status = intake_gather(state, wish->account, 1u << wish->scheme_group,
                                    INTAKE_ALL, true, &job->intake);
    if (status == STATUS_OK)
        status = plan_gather(state, job->intake, &job->teams);
    if (status == STATUS_OK)
        *out = job;
    else
        destroy(&job->job);
    return status;
}

job_t *plan_job_base(plan_job_t *job)
{
    CHECK(job != NULL);
    return &job->job;
}

void plan_job_tell(const state_t *state, const plan_job_t *job, plan_answer_t *answer,
                   plan_visit_t *rows, uint32_t *subjects)
{
    const plan_t *plan = job->plan;
    const intake_group_t *group = &job->intake->groups[0];
    CHECK(plan != NULL);
    *answer = (plan_answer_t){
        .subjects = plan->subjects,
        .ranked_before = plan->ranked_before,
        .ranked_after = plan->ranked_after,
        .components_before = plan->components_before,
        .components_after = plan->components_after,
        .thin_before = plan->thin_before,
        .thin_after = plan->thin_after,
        .links_before = plan->links_before,
        .links_after = plan->links_after,
    };
    for (uint32_t i = 0; i < plan->count; i++) {
        const planned_t *visit = &plan->visits[i];
        uint32_t subject = group->subjects[visit->subject].subject;
        if (!plan_may_go(state, job->wish.account, visit->team, subject))
            continue;
        subjects[answer->row_count] = subject;
        rows[answer->row_count++] = (plan_visit_t){
            .team =
                text_of_code(&TABLE_ROW(team_row_t, &state->teams, visit->team)->code),
            .error_before = visit->error_before,
            .error_after = visit->error_after,
            .reason = visit->reason,
            .ratings = visit->ratings,
            .inspectors = visit->inspectors,
            .ratings_after = visit->ratings_after,
            .link = visit->link,
        };
    }
}
