/* query_facts.c - see query_facts.h. */
#include "broker/runtime/query_facts.h"

#include "broker/core/authorise.h"
#include "broker/runtime/fact_page.h"
#include "broker/runtime/query_receipts.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    bool used, asked; /* asked: the reader has it */
    caller_t caller;
    query_kind_t kind;
    reader_job_t job;
    uint64_t needs; /* on disk before it can be read */
    int64_t until_ms;
    code_t code; /* of a history */
} question_t;

struct waiting {
    fact_page_t *facts;
    uint32_t count, high; /* used; one behind the last used */
    question_t questions[FACTS_WAITING_MAX];
};

waiting_t *waiting_create(void)
{
    waiting_t *waiting = calloc(1, sizeof *waiting);
    if (waiting == NULL)
        return NULL;
    waiting->facts = fact_page_create();
    if (waiting->facts == NULL)
        waiting_destroy(&waiting);
    return waiting;
}

void waiting_destroy(waiting_t **waiting)
{
    CHECK(waiting != NULL);
    if (*waiting != NULL)
        fact_page_destroy(&(*waiting)->facts);
    free(*waiting);
    *waiting = NULL;
}

static void drop(waiting_t *waiting, question_t *question)
{
    CHECK(question->used);
    *question = (question_t){ 0 };
    waiting->count--;
    while (waiting->high > 0 && !waiting->questions[waiting->high - 1].used)
        waiting->high--;
}

static status_t keep(waiting_t *waiting, const question_t *question)
{
    for (uint32_t i = 0; i < FACTS_WAITING_MAX; i++) {
        if (waiting->questions[i].used)
            continue;
        waiting->questions[i] = *question;
        waiting->questions[i].used = true;
        waiting->questions[i].job.ticket = i;
        waiting->count++;
        waiting->high = i + 1 > waiting->high ? i + 1 : waiting->high;
        return STATUS_OK;
    }
    return STATUS_BUSY;
}

static uint32_t principal_of(const core_t *core, const caller_t *caller)
{
    return TABLE_ROW(key_row_t, &core->state->keys, caller->key)->principal;
}

static status_t refuse(fault_t *fault, status_t status, const char *place, text_t what)
{
    fault_set(fault, place, what.data, what.size);
    return status;
}

static status_t check_count(uint32_t count, const char *place, fault_t *fault)
{
    if (count == 0)
        return refuse(fault, STATUS_UNKNOWN_VALUE, place, (text_t){ "0", 1 });
    return count <= HISTORY_FACTS_MAX
               ? STATUS_OK
               : refuse(fault, STATUS_WINDOW_TOO_LARGE, place, (text_t){ 0 });
}

/* ---- histories ---- */

/* Which thing a history is of: its table, its links, its place in messages. */
typedef struct {
    size_t table_at;
    uint32_t link_kind;
    status_t unknown;
    const char *code, *count; /* places */
} chain_t;

#define CHAIN(table, link, status, name)                                               \
    {                                                                                  \
        offsetof(state_t, table), link, status, "query." name ".code",                 \
            "query." name ".count"                                                     \
    }

/* In order of chain_number(). */
static const chain_t chains[] = {
    CHAIN(subjects, LINK_SUBJECT, STATUS_UNKNOWN_SUBJECT, "history_subject"),
    CHAIN(projects, LINK_PROJECT, STATUS_UNKNOWN_PROJECT, "history_project"),
    CHAIN(inspectors, LINK_INSPECTOR, STATUS_UNKNOWN_INSPECTOR, "history_inspector"),
    CHAIN(visits, LINK_VISIT, STATUS_UNKNOWN_VISIT, "history_visit"),
    CHAIN(epochs, LINK_EPOCH, STATUS_UNKNOWN_EPOCH, "history_epoch"),
    CHAIN(attention, LINK_ATTENTION, STATUS_UNKNOWN_ATTENTION, "history_attention"),
};

static uint32_t chain_number(query_kind_t kind)
{
    if (kind == QUERY_HISTORY_EPOCH)
        return 4;
    if (kind == QUERY_HISTORY_ATTENTION)
        return 5;
    CHECK(kind >= QUERY_HISTORY_SUBJECT && kind <= QUERY_HISTORY_VISIT);
    return (uint32_t)(kind - QUERY_HISTORY_SUBJECT);
}

/* The newest record of the thing, and what its scope is. */
static uint64_t describe(const state_t *state, query_kind_t kind, uint32_t row,
                         target_t *target)
{
    if (kind == QUERY_HISTORY_SUBJECT) {
        const subject_row_t *subject = TABLE_ROW(subject_row_t, &state->subjects, row);
        *target = (target_t){ subject->unit, subject->group, subject->person };
        return subject->newest;
    }
    if (kind == QUERY_HISTORY_PROJECT) {
        const project_row_t *project = TABLE_ROW(project_row_t, &state->projects, row);
        *target = (target_t){ .unit = project->unit };
        return project->newest;
    }
    if (kind == QUERY_HISTORY_INSPECTOR) {
        const inspector_row_t *inspector =
            TABLE_ROW(inspector_row_t, &state->inspectors, row);
        *target =
            (target_t){ .unit = inspector->own_unit, .person = inspector->person };
        return inspector->newest;
    }
    *target = (target_t){ 0 };
    if (kind == QUERY_HISTORY_EPOCH)
        return TABLE_ROW(epoch_row_t, &state->epochs, row)->newest;
    if (kind == QUERY_HISTORY_ATTENTION)
        return TABLE_ROW(attention_row_t, &state->attention, row)->newest;
    CHECK(kind == QUERY_HISTORY_VISIT);
    const visit_row_t *visit = TABLE_ROW(visit_row_t, &state->visits, row);
    *target = (target_t){ .unit = visit->unit };
    return visit->newest;
}

status_t query_history(core_t *core, const caller_t *caller, const query_t *query,
                       fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    const state_t *state = core->state;
    const chain_t *chain = &chains[chain_number(query->kind)];
    const table_t *table =
        (const table_t *)(const void *)((const char *)state + chain->table_at);
    text_t code = query->chain.code;
    uint32_t row = state_find(table, code);
    if (row == 0)
        return refuse(fault, chain->unknown, chain->code, code);
    status_t status = check_count(query->chain.count, chain->count, fault);
    if (status != STATUS_OK)
        return status;
    target_t target;
    uint64_t newest = describe(state, query->kind, row, &target);
    status = authorise(state, principal_of(core, caller), OPERATION_QUERY(query->kind),
                       &target);
    if (status != STATUS_OK)
        return refuse(fault, status, chain->code, code);
    question_t question = {
        .caller = *caller,
        .kind = query->kind,
        .job = { .first = newest,
                 .below = query->chain.before,
                 .count = query->chain.count,
                 .link_kind = chain->link_kind,
                 .link_key = row },
        .needs = newest,
        .until_ms = INT64_MAX,
    };
    code_of_text(&question.code, code);
    return keep(core->waiting, &question);
}

/* ---- the feed ---- */

static status_t check_feed(const core_t *core, const feed_query_t *feed, fault_t *fault)
{
    text_t nothing = { 0 };
    if (feed->from == 0)
        return refuse(fault, STATUS_UNKNOWN_VALUE, "query.feed.from",
                      (text_t){ "0", 1 });
    if (feed->wait_ms > FEED_WAIT_MS_MAX)
        return refuse(fault, STATUS_WINDOW_TOO_LARGE, "query.feed.wait_ms", nothing);
    if (feed->from > core->durable_seq + 1)
        return refuse(fault, STATUS_BEYOND_HEAD, "query.feed.from", nothing);
    return check_count(feed->count, "query.feed.count", fault);
}

/* One a connection. What the reader has already is answered all the same. */
static void replace_waiting_feed(waiting_t *waiting, uint32_t route)
{
    for (uint32_t i = 0; i < waiting->high; i++) {
        question_t *question = &waiting->questions[i];
        if (question->used && !question->asked && question->kind == QUERY_FEED &&
            question->caller.route == route) {
            drop(waiting, question);
            return;
        }
    }
}

status_t query_feed(core_t *core, const caller_t *caller, const query_t *query,
                    fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    const feed_query_t *feed = &query->feed;
    status_t status = check_feed(core, feed, fault);
    if (status != STATUS_OK)
        return status;
    question_t question = {
        .caller = *caller,
        .kind = QUERY_FEED,
        .job = { .first = feed->from, .count = feed->count },
        .needs = feed->from,
        .until_ms = core->mono_ms + feed->wait_ms,
    };
    replace_waiting_feed(core->waiting, caller->route);
    return keep(core->waiting, &question);
}

/* ---- receipts ---- */

status_t query_receipts(core_t *core, const caller_t *caller, const query_t *query,
                        fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    question_t question = { .caller = *caller,
                            .kind = QUERY_RECEIPTS,
                            .until_ms = INT64_MAX };
    status_t status =
        receipts_job(core, caller, &query->receipts, &question.job, fault);
    question.needs = question.job.first;
    return status == STATUS_OK ? keep(core->waiting, &question) : status;
}

/* ---- answering ---- */

/* Rights as they stand now; a key revoked meanwhile gets nothing more. */
static status_t may_hear(const core_t *core, const question_t *question)
{
    const key_row_t *key =
        TABLE_ROW(key_row_t, &core->state->keys, question->caller.key);
    if (!key_is_enrolled(key))
        return STATUS_KEY_REVOKED;
    return principal_reach(core->state, key->principal,
                           OPERATION_QUERY(question->kind)) != REACH_NONE
               ? STATUS_OK
               : STATUS_NOT_ALLOWED;
}

static void fail(core_t *core, const question_t *question, status_t status)
{
    fault_t fault = { { 0 }, { 0 } };
    if (status == STATUS_UNKNOWN_VALUE)
        fault_set(&fault, "query.history.before", NULL, 0);
    core->metrics.queries_refused++;
    core_fail(core, &question->caller, core->state->head_seq, status, &fault);
}

static void answer(core_t *core, const question_t *question, const reader_page_t *page)
{
    fact_page_t *facts = core->waiting->facts;
    answer_t reply = { .kind = question->kind, .seq = core->durable_seq };
    uint32_t principal = principal_of(core, &question->caller);
    if (question->kind == QUERY_RECEIPTS) {
        receipts_post(core, &question->caller, principal, page);
        return;
    }
    if (question->kind == QUERY_FEED) {
        fact_page_cut(facts, core, principal, MASK_FEED, page);
        reply.body.feed.next = page->next;
        reply.body.feed.head = core->durable_seq;
    } else {
        fact_page_cut(facts, core, principal, MASK_HISTORY, page);
        reply.body.history.code = text_of_code(&question->code);
        if (page->next != 0 && page->count > 0)
            reply.body.history.before = page->records[page->count - 1].seq;
    }
    fact_page_post(facts, core, &question->caller, &reply);
}

/* Damage behind sound records is told by the next question, which begins with it. */
static void take_page(core_t *core, const reader_page_t *page)
{
    waiting_t *waiting = core->waiting;
    CHECK(page->job.ticket < FACTS_WAITING_MAX);
    question_t *question = &waiting->questions[page->job.ticket];
    CHECK(question->used && question->asked);
    status_t status = may_hear(core, question);
    if (status == STATUS_OK && page->count == 0)
        status = page->status;
    if (status != STATUS_OK)
        fail(core, question, status);
    else
        answer(core, question, page);
    drop(waiting, question);
}

/* Nothing came in time: an answer without facts. */
static void give_up(core_t *core, question_t *question)
{
    const reader_page_t empty = { .next = question->job.first };
    status_t status = may_hear(core, question);
    if (status == STATUS_OK)
        answer(core, question, &empty);
    else
        fail(core, question, status);
    drop(core->waiting, question);
}

void query_facts_turn(core_t *core)
{
    CHECK(core != NULL);
    waiting_t *waiting = core->waiting;
    const reader_page_t *page;
    while (mailer_takes_answer(core->mailer) &&
           (page = reader_take_page(core->reader)) != NULL) {
        take_page(core, page);
        reader_give_back(core->reader, page);
    }
    for (uint32_t i = 0; i < waiting->high; i++) {
        question_t *question = &waiting->questions[i];
        if (!question->used || question->asked)
            continue;
        if (question->needs <= core->durable_seq)
            question->asked = reader_ask(core->reader, &question->job) == STATUS_OK;
        else if (core->mono_ms >= question->until_ms &&
                 mailer_takes_answer(core->mailer))
            give_up(core, question);
    }
}

int64_t query_facts_until_ms(const core_t *core)
{
    CHECK(core != NULL);
    int64_t until_ms = INT64_MAX;
    const waiting_t *waiting = core->waiting;
    for (uint32_t i = 0; i < waiting->high; i++) {
        const question_t *question = &waiting->questions[i];
        if (question->used && !question->asked && question->until_ms < until_ms)
            until_ms = question->until_ms;
    }
    return until_ms;
}
