/* jobs.c - see jobs.h. */
#include "broker/runtime/jobs.h"

#include "broker/core/epoch_state.h"
#include "broker/core/frozen.h"
#include "broker/runtime/job_kinds.h"
#include "broker/runtime/plan_queue.h"
#include "broker/runtime/sign_in.h"
#include "broker/runtime/submit.h"
#include "broker/runtime/worker.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANE_EPOCHS, LANE_BOARDS };

typedef enum { KIND_NONE, KIND_EPOCH, KIND_FREEZE, KIND_PLAN } kind_t;

typedef struct {
    worker_t *worker;
    kind_t kind;           /* of the job that runs or is being written */
    uint32_t thing;        /* epochs or frozen */
    script_job_t *written; /* what ended and is being written */
    uint32_t next;         /* of its commands */
} lane_t;

struct jobs {
    lane_t lanes[JOBS_LANES];
    plan_queue_t plans;
    sign_ins_t *sign_ins;
    script_t own;        /* one command */
    uint64_t looked_seq; /* closed accounts were looked for up to here */
};

status_t jobs_create(const state_t *state, jobs_t **out)
{
    CHECK(out != NULL);
    *out = NULL;
    jobs_t *jobs = calloc(1, sizeof *jobs);
    if (jobs == NULL)
        return STATUS_NO_MEMORY;
    script_init(&jobs->own);
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < JOBS_LANES && status == STATUS_OK; i++)
        status = worker_create(WORKER_PATIENT, &jobs->lanes[i].worker);
    if (status == STATUS_OK)
        status = sign_ins_create(state, &jobs->sign_ins);
    if (status != STATUS_OK)
        jobs_destroy(&jobs);
    *out = jobs;
    return status;
}

static void drop_written(lane_t *lane)
{
    if (lane->written != NULL)
        lane->written->job.destroy(&lane->written->job);
    lane->written = NULL;
    lane->kind = KIND_NONE;
}

void jobs_destroy(jobs_t **out)
{
    CHECK(out != NULL);
    jobs_t *jobs = *out;
    if (jobs == NULL)
        return;
    for (uint32_t i = 0; i < JOBS_LANES; i++) {
        worker_destroy(&jobs->lanes[i].worker);
        drop_written(&jobs->lanes[i]);
    }
    sign_ins_destroy(&jobs->sign_ins);
    script_fini(&jobs->own);
    free(jobs);
    *out = NULL;
}

/* ---- writing ---- */

static uint32_t asker_of(const core_t *core, const lane_t *lane)
{
    const state_t *state = core->state;
    if (lane->kind == KIND_EPOCH)
        return TABLE_ROW(epoch_row_t, &state->epochs, lane->thing)->asker_key;
    CHECK(lane->kind == KIND_FREEZE);
    return TABLE_ROW(frozen_row_t, &state->frozen, lane->thing)->asker_key;
}

static text_t name_of(const core_t *core, const lane_t *lane)
{
    const state_t *state = core->state;
    if (lane->kind == KIND_EPOCH)
        return text_of_code(&TABLE_ROW(epoch_row_t, &state->epochs, lane->thing)->code);
    return text_of_code(&TABLE_ROW(frozen_row_t, &state->frozen, lane->thing)->code);
}

/* Whether the thing still waits for its job: a person may have dropped it. */
static bool still_asked(const core_t *core, const lane_t *lane)
{
    const state_t *state = core->state;
    if (lane->kind == KIND_EPOCH)
        return TABLE_ROW(epoch_row_t, &state->epochs, lane->thing)->state ==
               EPOCH_ASKED;
    return TABLE_ROW(frozen_row_t, &state->frozen, lane->thing)->state == FROZEN_ASKED;
}

static bool may_write(const core_t *core)
{
    return !core->read_only && !committer_low(core->committer) &&
           batch_takes_submit(core->filling);
}

static status_t write_own(core_t *core, uint32_t key, const command_t *command)
{
    script_t *own = &core->jobs->own;
    fault_t fault;
    uint32_t size = 0;
    script_clear(own);
    status_t status = script_add(own, command);
    if (status != STATUS_OK)
        return status;
    const uint8_t *bytes = script_at(own, 0, &size);
    return submit_own(core, key, bytes, size, &fault);
}

/* Tells in the journal why nothing came of it, so that it is not begun again. */
static void write_failure(core_t *core, const lane_t *lane, status_t why)
{
    static const uint8_t no_hash[HASH_BYTES];
    text_t name = name_of(core, lane);
    command_t command = { .kind = COMMAND_FAIL_EPOCH };
    command.body.fail_epoch = (fail_epoch_t){ name, (uint32_t)why };
    if (lane->kind == KIND_FREEZE) {
        command = (command_t){ .kind = COMMAND_FINISH_FROZEN };
        command.body.finish_frozen = (finish_frozen_t){ .board = name,
                                                        .hash = no_hash,
                                                        .interval = INTERVAL_WIDE,
                                                        .status = (uint32_t)why };
    }
    log_line(core->log, LEVEL_WARNING, "%s %.*s could not be made [E%d]: %s",
             lane->kind == KIND_EPOCH ? "epoch" : "frozen board", (int)name.size,
             name.data, (int)why, status_text(why));
    status_t status = write_own(core, asker_of(core, lane), &command);
    if (status != STATUS_OK)
        log_line(core->log, LEVEL_ERROR, "that could not be journaled [E%d]: %s",
                 (int)status, status_text(status));
}

/* One command of the script; false = nothing more of it is written. */
static bool write_next(core_t *core, lane_t *lane)
{
    uint32_t size = 0;
    fault_t fault = { { 0 }, { 0 } };
    const uint8_t *bytes = script_at(&lane->written->script, lane->next, &size);
    status_t status = submit_own(core, asker_of(core, lane), bytes, size, &fault);
    if (status == STATUS_OK || status == STATUS_CODE_TAKEN) /* noticed before */
        return ++lane->next < lane->written->script.count;
    if (still_asked(core, lane)) {
        log_line(core->log, LEVEL_ERROR, "%s %s", fault.place, fault.detail);
        write_failure(core, lane, status);
    }
    return false;
}

static void write_some(core_t *core, lane_t *lane)
{
    for (uint32_t i = 0; i < JOBS_COMMANDS_MAX; i++) {
        if (!may_write(core))
            return;
        if (!write_next(core, lane)) {
            drop_written(lane);
            return;
        }
    }
}

/* ---- what ended ---- */

static void take_script(core_t *core, lane_t *lane, job_t *job)
{
    lane->written = (script_job_t *)job; /* its first member */
    lane->next = 0;
    status_t status =
        job->status == STATUS_OK ? lane->written->script.status : job->status;
    if (status == STATUS_OK && lane->written->script.count > 0)
        return;
    if (still_asked(core, lane) && status != STATUS_STOPPING) {
        lane->written->job.status = status == STATUS_OK ? STATUS_NO_MEMORY : status;
        return;
    }
    drop_written(lane);
}

static void take_ended(core_t *core, lane_t *lane)
{
    job_t *job = worker_take(lane->worker);
    if (job == NULL)
        return;
    if (lane->kind == KIND_PLAN) {
        plan_queue_answer(core, &core->jobs->plans, job);
        lane->kind = KIND_NONE;
        return;
    }
    take_script(core, lane, job);
}

static void write_lane(core_t *core, lane_t *lane)
{
    if (lane->written == NULL || !may_write(core))
        return;
    if (lane->written->job.status == STATUS_OK) {
        write_some(core, lane);
        return;
    }
    write_failure(core, lane, lane->written->job.status);
    drop_written(lane);
}

/* ---- what begins ---- */

static void begin(core_t *core, lane_t *lane, kind_t kind, uint32_t thing,
                  status_t status, job_t *job)
{
    lane->kind = kind;
    lane->thing = thing;
    if (status == STATUS_OK) {
        worker_hand(lane->worker, job);
        return;
    }
    write_failure(core, lane, status);
    lane->kind = KIND_NONE;
}

static void begin_epoch(core_t *core, lane_t *lane)
{
    uint32_t epoch;
    script_job_t *job = NULL;
    if (epochs_asked(core->state, &epoch, 1) == 0)
        return;
    status_t status = epoch_job_create(core->state, epoch, &job);
    begin(core, lane, KIND_EPOCH, epoch, status, job != NULL ? &job->job : NULL);
}

static void begin_freeze(core_t *core, lane_t *lane)
{
    uint32_t frozen = frozen_asked(core->state);
    script_job_t *job = NULL;
    if (frozen == 0)
        return;
    status_t status = freeze_job_create(core->state, frozen, &job);
    begin(core, lane, KIND_FREEZE, frozen, status, job != NULL ? &job->job : NULL);
}

static void begin_plan(core_t *core, lane_t *lane)
{
    job_t *job = plan_queue_begin(core, &core->jobs->plans);
    if (job == NULL)
        return;
    lane->kind = KIND_PLAN;
    worker_hand(lane->worker, job);
}

static bool is_free(const lane_t *lane)
{
    return lane->kind == KIND_NONE && worker_idle(lane->worker);
}

static void begin_some(core_t *core)
{
    lane_t *lanes = core->jobs->lanes;
    if (is_free(&lanes[LANE_BOARDS]))
        begin_plan(core, &lanes[LANE_BOARDS]);
    if (!may_write(core))
        return;
    if (is_free(&lanes[LANE_BOARDS]))
        begin_freeze(core, &lanes[LANE_BOARDS]);
    if (is_free(&lanes[LANE_EPOCHS]))
        begin_epoch(core, &lanes[LANE_EPOCHS]);
}

/* ---- accounts that were closed ---- */

/* The epoch of an account's close is named after the account's number: close-7. */
static bool lacks_close(const state_t *state, uint32_t account,
                        char code[CODE_BYTES_MAX])
{
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    if (row->state != ACCOUNT_CLOSED || row->closer_key == 0)
        return false;
    int size = snprintf(code, CODE_BYTES_MAX, "close-%" PRIu32, account);
    CHECK(size > 0 && (size_t)size < CODE_BYTES_MAX);
    return state_find(&state->epochs, (text_t){ code, (uint32_t)size }) == 0;
}

static void calibrate_closed(core_t *core)
{
    const state_t *state = core->state;
    char code[CODE_BYTES_MAX];
    if (core->jobs->looked_seq == state->head_seq || !may_write(core))
        return;
    core->jobs->looked_seq = state->head_seq;
    for (uint32_t i = 1; i <= state->accounts.count && may_write(core); i++) {
        if (!lacks_close(state, i, code))
            continue;
        const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, i);
        command_t command = { .kind = COMMAND_CALIBRATE };
        command.body.calibrate =
            (calibrate_t){ .code = { code, (uint32_t)strlen(code) },
                           .account = text_of_code(&row->code) };
        /* JOBS_FULL: it is tried again with the next record */
        (void)write_own(core, row->closer_key, &command);
    }
}

/* ---- the turn ---- */

static void cancel_dropped(core_t *core, lane_t *lane)
{
    if ((lane->kind == KIND_EPOCH || lane->kind == KIND_FREEZE) &&
        lane->written == NULL && !still_asked(core, lane))
        worker_cancel(lane->worker);
}

static void tell_progress(core_t *core)
{
    const lane_t *lane = &core->jobs->lanes[LANE_EPOCHS];
    core->job_epoch = lane->kind == KIND_EPOCH ? lane->thing : 0;
    core->job_progress = core->job_epoch != 0 ? worker_percent(lane->worker) : 0;
}

void jobs_turn(core_t *core, bool stopping)
{
    CHECK(core != NULL);
    jobs_t *jobs = core->jobs;
    for (uint32_t i = 0; i < JOBS_LANES; i++) {
        cancel_dropped(core, &jobs->lanes[i]);
        take_ended(core, &jobs->lanes[i]);
        if (!stopping)
            write_lane(core, &jobs->lanes[i]);
    }
    tell_progress(core);
    sign_ins_turn(core, jobs->sign_ins, stopping);
    if (stopping)
        return;
    begin_some(core);
    calibrate_closed(core);
}

bool jobs_wait(const core_t *core)
{
    CHECK(core != NULL);
    for (uint32_t i = 0; i < JOBS_LANES; i++)
        if (core->jobs->lanes[i].written != NULL)
            return may_write(core);
    return false;
}

int jobs_fd(const core_t *core, uint32_t lane)
{
    CHECK(core != NULL);
    CHECK(lane <= JOBS_LANES);
    if (lane == JOBS_LANES)
        return sign_ins_fd(core->jobs->sign_ins);
    return worker_fd(core->jobs->lanes[lane].worker);
}

status_t jobs_plan(core_t *core, const caller_t *caller, const query_t *query,
                   fault_t *fault)
{
    CHECK(core != NULL);
    return plan_queue_take(core, &core->jobs->plans, caller, &query->plan, fault);
}

status_t jobs_sign_in(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault)
{
    CHECK(core != NULL);
    return sign_in_ask(core, core->jobs->sign_ins, caller, query, fault);
}

status_t jobs_change_password(core_t *core, const caller_t *caller,
                              const query_t *query, fault_t *fault)
{
    CHECK(core != NULL);
    return sign_in_change(core, core->jobs->sign_ins, caller, query, fault);
}

uint32_t jobs_locked_seconds(const core_t *core, uint32_t user)
{
    CHECK(core != NULL);
    int64_t left = sign_ins_locked_ms(core->jobs->sign_ins, user, core->mono_ms);
    return (uint32_t)((left + 999) / 1000);
}
