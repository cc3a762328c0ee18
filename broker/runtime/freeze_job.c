/* freeze_job.c - see job_kinds.h: a frozen board, and its words for the journal. */
#include "broker/runtime/job_kinds.h"

#include "broker/calibration/freeze_run.h"
#include "broker/runtime/parts_hash.h"
#include "proto/check.h"
#include <stdlib.h>

typedef struct {
    script_job_t base;
    code_t code; /* of the frozen board */
    uint64_t seed;
    intake_t *intake;
    code_t *units; /* by subject of the intake */
} freeze_job_t;

static uint32_t missing(uint32_t wanted, uint32_t have)
{
    return have < wanted ? wanted - have : 0;
}

static frozen_row_spec_t row_of(const freeze_job_t *job, const found_place_t *place)
{
    const intake_group_t *group = &job->intake->groups[0];
    const intake_subject_t *subject = &group->subjects[place->subject];
    return (frozen_row_spec_t){
        .subject = text_of_code(&subject->code),
        .unit = text_of_code(&job->units[place->subject]),
        .total = place->total,
        .error = place->error,
        .standing = place->standing,
        .rank = place->rank,
        .low = place->low,
        .high = place->high,
        .band = place->band,
        .observations = subject->observations,
        .inspectors = subject->inspectors,
        .ratings = subject->ratings,
        .missing_ratings = missing(group->rule.min_ratings, subject->ratings),
        .missing_inspectors = missing(group->rule.min_inspectors, subject->inspectors),
        .missing_observations =
            missing(group->rule.min_observations, subject->observations),
        .enough = subject->ratings >= group->rule.enough_ratings,
    };
}

static uint32_t tell_rows(freeze_job_t *job, const found_board_t *board)
{
    frozen_row_spec_t rows[EPOCH_ROWS_MAX];
    uint32_t parts = 0, at = 0;
    do {
        uint32_t count = 0;
        for (; at < board->count && count < EPOCH_ROWS_MAX; at++)
            rows[count++] = row_of(job, &board->places[at]);
        command_t command = { .kind = COMMAND_FROZEN_PART };
        command.body.frozen_part = (frozen_part_t){ .board = text_of_code(&job->code),
                                                    .rows = rows,
                                                    .row_count = count,
                                                    .part = parts++ };
        (void)script_add(&job->base.script, &command); /* keeps the first failure */
    } while (at < board->count);
    return parts;
}

static status_t run(job_t *base, worker_t *worker)
{
    freeze_job_t *job = (freeze_job_t *)base; /* its first member's first member */
    found_board_t *board = NULL;
    if (!worker_goes_on(worker, 0))
        return STATUS_STOPPING;
    status_t status = freeze_run(job->intake, job->seed, &board);
    if (status == STATUS_OK) {
        uint8_t hash[HASH_BYTES];
        uint32_t parts = tell_rows(job, board);
        command_t command = { .kind = COMMAND_FINISH_FROZEN };
        parts_hash(&job->base.script, hash);
        command.body.finish_frozen =
            (finish_frozen_t){ .board = text_of_code(&job->code),
                               .hash = hash,
                               .parts = parts,
                               .interval =
                                   board->sets ? INTERVAL_SETS : INTERVAL_WIDE };
        (void)script_add(&job->base.script, &command); /* keeps the first failure */
        status = job->base.script.status;
    }
    found_board_destroy(&board);
    intake_destroy(&job->intake);
    return status;
}

static void destroy(job_t *base)
{
    freeze_job_t *job = (freeze_job_t *)base;
    script_fini(&job->base.script);
    intake_destroy(&job->intake);
    free(job->units);
    free(job);
}

static status_t take_units(const state_t *state, freeze_job_t *job)
{
    const intake_group_t *group = &job->intake->groups[0];
    job->units = calloc((size_t)group->subject_count + 1, sizeof *job->units);
    if (job->units == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t s = 0; s < group->subject_count; s++)
        job->units[s] =
            TABLE_ROW(unit_row_t, &state->units, group->subjects[s].unit_row)->code;
    return STATUS_OK;
}

status_t freeze_job_create(const state_t *state, uint32_t frozen, script_job_t **out)
{
    CHECK(state != NULL && out != NULL);
    const frozen_row_t *row = TABLE_ROW(frozen_row_t, &state->frozen, frozen);
    *out = NULL;
    freeze_job_t *job = calloc(1, sizeof *job);
    if (job == NULL)
        return STATUS_NO_MEMORY;
    job->base.job = (job_t){ .run = run, .destroy = destroy };
    job->code = row->code;
    job->seed = (uint64_t)row->epoch << 40 ^ row->cutoff;
    script_init(&job->base.script);
    status_t status = intake_gather(state, row->account, 1u << row->scheme_group,
                                    INTAKE_ALL, true, &job->intake);
    if (status == STATUS_OK)
        status = take_units(state, job);
    if (status == STATUS_OK)
        *out = &job->base;
    else
        destroy(&job->base.job);
    return status;
}
