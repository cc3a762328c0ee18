/* plan_queue.c - see plan_queue.h. */
#include "broker/runtime/plan_queue.h"

#include "broker/core/epoch_state.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/board_scope.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a part: codes and names of full length fit (board_rows.h). */
#define ROW_FIXED_BYTES 160u
#define ROW_TEXT_BYTES  (3u * CODE_BYTES_MAX + 2u * 4u * NAME_CHARS_MAX)
#define PART_ROWS       20u
_Static_assert(PART_ROWS *(ROW_FIXED_BYTES + ROW_TEXT_BYTES) <= ANSWER_PART_BYTES_MAX,
               "a part of a plan fits");
_Static_assert((PLAN_VISITS_MAX + PART_ROWS - 1) / PART_ROWS <= MAILER_ANSWER_PARTS_MAX,
               "a plan fits into an answer");

static status_t refuse(fault_t *fault, status_t status, const char *place,
                       text_t detail)
{
    fault_set(fault, place, detail.data, detail.size);
    return status;
}

/* A plan names everybody of a group: it is for those who may see all of them. */
static status_t may_ask(const core_t *core, const caller_t *caller)
{
    const target_t whole = { 0, 0, 0 };
    const key_row_t *key = TABLE_ROW(key_row_t, &core->state->keys, caller->key);
    if (!key_is_enrolled(key))
        return STATUS_KEY_REVOKED;
    return authorise(core->state, key->principal, OPERATION_QUERY(QUERY_PLAN), &whole);
}

static status_t read_wish(const core_t *core, const plan_query_t *query,
                          plan_wish_t *wish, fault_t *fault)
{
    const state_t *state = core->state;
    status_t status = board_scope_account(state, query->account, "query.plan.account",
                                          &wish->account, fault);
    if (status != STATUS_OK)
        return status;
    uint32_t group = scheme_group_named(state, wish->account, query->group);
    if (group == 0)
        return refuse(fault, STATUS_UNKNOWN_GROUP, "query.plan.group", query->group);
    wish->scheme_group = group - 1;
    wish->team = 0;
    if (query->team.size > 0) {
        wish->team = state_find(&state->teams, query->team);
        if (wish->team == 0)
            return refuse(fault, STATUS_UNKNOWN_TEAM, "query.plan.team", query->team);
    }
    wish->count = query->count;
    if (query->count == 0 || query->count > PLAN_VISITS_MAX) {
        char number[16];
        int size = snprintf(number, sizeof number, "%" PRIu32, query->count);
        return refuse(fault, STATUS_WINDOW_TOO_LARGE, "query.plan.count",
                      (text_t){ number, (uint32_t)size });
    }
    return STATUS_OK;
}

status_t plan_queue_take(core_t *core, plan_queue_t *queue, const caller_t *caller,
                         const plan_query_t *query, fault_t *fault)
{
    CHECK(core != NULL && queue != NULL);
    plan_waiter_t waiter = { .caller = *caller };
    status_t status = may_ask(core, caller);
    if (status == STATUS_OK)
        status = read_wish(core, query, &waiter.wish, fault);
    if (status != STATUS_OK)
        return status;
    if (queue->count == PLAN_QUEUE_MAX)
        return STATUS_BUSY;
    queue->waiters[queue->count++] = waiter;
    return STATUS_OK;
}

static plan_waiter_t leave(plan_queue_t *queue)
{
    const plan_waiter_t first = queue->waiters[0];
    CHECK(queue->count >= 1);
    queue->count--;
    memmove(queue->waiters, queue->waiters + 1,
            queue->count * sizeof queue->waiters[0]);
    queue->running = false;
    return first;
}

job_t *plan_queue_begin(core_t *core, plan_queue_t *queue)
{
    CHECK(!queue->running);
    plan_job_t *job = NULL;
    if (queue->count == 0)
        return NULL;
    status_t status = plan_job_create(core->state, &queue->waiters[0].wish, &job);
    if (status != STATUS_OK) {
        const plan_waiter_t waiter = leave(queue);
        core_fail(core, &waiter.caller, 0, status, NULL);
        return NULL;
    }
    queue->running = true;
    return plan_job_base(job);
}

/* ---- the answer ---- */

/* Names are the directory's as it is now. */
static void name_row(const core_t *core, uint32_t subject, plan_visit_t *row)
{
    const state_t *state = core->state;
    const subject_row_t *known = TABLE_ROW(subject_row_t, &state->subjects, subject);
    row->subject = text_of_code(&known->code);
    row->name = directory_subject_name(core->directory, state, subject);
    if (known->unit == 0)
        return;
    row->unit = text_of_code(&TABLE_ROW(unit_row_t, &state->units, known->unit)->code);
    row->unit_name = directory_name(core->directory, DIRECTORY_UNIT, known->unit);
}

static void post_rows(core_t *core, const caller_t *caller, const plan_visit_t *rows,
                      plan_answer_t *plan)
{
    uint32_t count = plan->row_count;
    answer_t answer = { .kind = QUERY_PLAN, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_ROWS - 1) / PART_ROWS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t first = answer.part * PART_ROWS, left = count - first;
        plan->rows = rows + first;
        plan->row_count = left < PART_ROWS ? left : PART_ROWS;
        answer.body.plan = *plan;
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

/* A plan is large and seldom asked for. */
typedef struct {
    plan_visit_t rows[PLAN_VISITS_MAX];
    uint32_t subjects[PLAN_VISITS_MAX];
} plan_room_t;

static status_t answer_plan(core_t *core, const plan_waiter_t *waiter, plan_job_t *job)
{
    plan_answer_t plan;
    const state_t *state = core->state;
    plan_room_t *room = calloc(1, sizeof *room);
    if (room == NULL)
        return STATUS_NO_MEMORY;
    plan_job_tell(state, job, &plan, room->rows, room->subjects);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, waiter->wish.account);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    plan.account = text_of_code(&account->code);
    plan.group = board_rows_word(state, scheme->groups[waiter->wish.scheme_group].word);
    for (uint32_t i = 0; i < plan.row_count; i++)
        name_row(core, room->subjects[i], &room->rows[i]);
    post_rows(core, &waiter->caller, room->rows, &plan);
    free(room);
    return STATUS_OK;
}

void plan_queue_answer(core_t *core, plan_queue_t *queue, job_t *job)
{
    CHECK(queue->running);
    const plan_waiter_t waiter = leave(queue);
    status_t status = job->status;
    if (status == STATUS_OK)
        status = may_ask(core, &waiter.caller);
    if (status == STATUS_OK)
        status = answer_plan(core, &waiter, (plan_job_t *)job);
    if (status != STATUS_OK)
        core_fail(core, &waiter.caller, 0, status, NULL);
    job->destroy(job);
}
