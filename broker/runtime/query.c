/* query.c - see query.h. */
#include "broker/runtime/query.h"

#include "broker/core/authorise.h"
#include "broker/core/decide.h"
#include "broker/ranking/facts_digest.h"
#include "broker/runtime/hash.h"
#include "broker/runtime/jobs.h"
#include "broker/runtime/query_attention.h"
#include "broker/runtime/query_board.h"
#include "broker/runtime/query_epochs.h"
#include "broker/runtime/query_explain.h"
#include "broker/runtime/query_facts.h"
#include "broker/runtime/query_frozen.h"
#include "broker/runtime/query_overview.h"
#include "broker/runtime/query_subscribers.h"
#include "broker/runtime/query_users.h"
#include "broker/runtime/stats.h"
#include "broker/runtime/watches.h"
#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct queries {
    board_room_t board;
    caller_t digest, scrub; /* who waits */
    bool digest_waits, scrub_waits;
};

queries_t *queries_create(void)
{
    return calloc(1, sizeof(queries_t));
}

void queries_destroy(queries_t **queries)
{
    CHECK(queries != NULL);
    free(*queries);
    *queries = NULL;
}

void query_answer(core_t *core, const caller_t *caller, answer_t *answer)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(answer->kind > QUERY_NONE && answer->kind < QUERY_COUNT);
    answer->seq = core->state->head_seq;
    answer->part = 0;
    answer->parts = 1;
    status_t status = wire_write_answer(&core->reply, caller->correlation, answer);
    core_post(core, caller, answer->seq, status);
}

/* ---- whoami ---- */

static text_t text_of_word(const state_t *state, uint32_t word)
{
    const word_row_t *row = TABLE_ROW(word_row_t, &state->words, word);
    return (text_t){ row->text, (uint32_t)strnlen(row->text, sizeof row->text) };
}

static status_t on_whoami(core_t *core, const caller_t *caller, const query_t *query,
                          fault_t *fault)
{
    (void)query;
    (void)fault;
    const state_t *state = core->state;
    const key_row_t *key = TABLE_ROW(key_row_t, &state->keys, caller->key);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, key->principal);
    static const char version[] = YIXIAN_VERSION;
    text_t units[SCOPE_UNITS_MAX], groups[SCOPE_GROUPS_MAX];
    for (uint32_t i = 0; i < row->unit_count; i++)
        units[i] =
            text_of_code(&TABLE_ROW(unit_row_t, &state->units, row->units[i])->code);
    for (uint32_t i = 0; i < row->group_count; i++)
        groups[i] = text_of_word(state, row->groups[i]);
    answer_t answer = { .kind = QUERY_WHOAMI };
    answer.body.whoami = (whoami_answer_t){
        .principal = text_of_code(&row->code),
        .version = { version, sizeof version - 1 },
        .units = units,
        .groups = groups,
        .unit_count = row->unit_count,
        .group_count = row->group_count,
        .roles = row->roles,
        .everything = row->everything != 0,
        .now_ms = core->now_ms,
        .demo = state->demo,
    };
    if (row->person != 0)
        answer.body.whoami.person =
            text_of_code(&TABLE_ROW(person_row_t, &state->persons, row->person)->code);
    memcpy(answer.body.whoami.journal_id, state->journal_id, JOURNAL_ID_BYTES);
    query_answer(core, caller, &answer);
    return STATUS_OK;
}

/* ---- digest ---- */

static void absorb(void *context, const void *bytes, size_t size)
{
    if (size > 0)
        CHECK(crypto_generichash_update(context, bytes, size) == 0);
}

static status_t hash_facts(const core_t *core, uint8_t digest[HASH_BYTES])
{
    size_t bytes = facts_scratch_bytes(core->state);
    uint32_t *scratch = malloc(bytes > 0 ? bytes : 1); /* seldom asked, seconds long */
    if (scratch == NULL)
        return STATUS_NO_MEMORY;
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    status_t status =
        facts_visit(core->boards, core->state, scratch, bytes, absorb, &hash);
    CHECK(crypto_generichash_final(&hash, digest, HASH_BYTES) == 0);
    free(scratch);
    return status;
}

static void answer_digest(core_t *core, const caller_t *caller)
{
    CHECK(core->durable_seq == core->state->head_seq);
    answer_t answer = { .kind = QUERY_DIGEST };
    boards_refresh(core->boards, core->state);
    status_t status = hash_facts(core, answer.body.digest.facts);
    if (status != STATUS_OK) {
        core_fail(core, caller, 0, status, NULL);
        return;
    }
    hash_state(core->state, answer.body.digest.state);
    memcpy(answer.body.digest.chain, core->chain, HASH_BYTES);
    query_answer(core, caller, &answer);
}

/* The chain value of a record is known when it is on disk; so the digest waits for the
 * journal, and the three hashes tell of the same seq. */
static status_t on_digest(core_t *core, const caller_t *caller, const query_t *query,
                          fault_t *fault)
{
    (void)query;
    (void)fault;
    queries_t *queries = core->queries;
    if (queries->digest_waits)
        return STATUS_BUSY;
    if (core->durable_seq == core->state->head_seq) {
        answer_digest(core, caller);
        return STATUS_OK;
    }
    queries->digest = *caller;
    queries->digest_waits = true;
    return STATUS_OK;
}

bool query_holds(const core_t *core)
{
    CHECK(core != NULL);
    return core->queries->digest_waits;
}

void query_resume(core_t *core)
{
    CHECK(core != NULL);
    queries_t *queries = core->queries;
    if (!queries->digest_waits || core->durable_seq != core->state->head_seq)
        return;
    queries->digest_waits = false;
    answer_digest(core, &queries->digest);
}

/* ---- stats ---- */

static status_t on_stats(core_t *core, const caller_t *caller, const query_t *query,
                         fault_t *fault)
{
    (void)query;
    (void)fault;
    counter_t counters[STATS_MAX];
    uint32_t count = stats_list(core, counters);
    answer_t answer = { .kind = QUERY_STATS };
    answer.body.stats = (stats_answer_t){ .counters = counters, .count = count };
    query_answer(core, caller, &answer);
    return STATUS_OK;
}

/* ---- scrub ---- */

static status_t on_scrub(core_t *core, const caller_t *caller, const query_t *query,
                         fault_t *fault)
{
    (void)query;
    (void)fault;
    queries_t *queries = core->queries;
    if (queries->scrub_waits || reader_scrub(core->reader) != STATUS_OK)
        return STATUS_BUSY;
    queries->scrub = *caller;
    queries->scrub_waits = true;
    core->metrics.scrubs++;
    return STATUS_OK;
}

void query_finish_scrub(core_t *core)
{
    CHECK(core != NULL);
    reader_result_t result;
    if (!reader_take(core->reader, &result))
        return;
    CHECK(core->queries->scrub_waits);
    core->queries->scrub_waits = false;
    const caller_t *caller = &core->queries->scrub;
    if (result.status != STATUS_OK) {
        core_fail(core, caller, 0, result.status, NULL);
        return;
    }
    const scrub_result_t *scrub = &result.scrub;
    if (scrub->damaged_seq != 0)
        log_line(core->log, LEVEL_ERROR, "scrub: record %llu is damaged: %s",
                 (unsigned long long)scrub->damaged_seq, scrub->damage);
    answer_t answer = { .kind = QUERY_SCRUB };
    answer.body.scrub = (scrub_answer_t){ .records = scrub->records,
                                          .damaged_seq = scrub->damaged_seq };
    if (scrub->damage != NULL)
        answer.body.scrub.damage =
            (text_t){ scrub->damage, (uint32_t)strlen(scrub->damage) };
    query_answer(core, caller, &answer);
}

/* ---- the rest and the table ---- */

static status_t on_instance(core_t *core, const caller_t *caller, const query_t *query,
                            fault_t *fault)
{
    (void)fault;
    answer_t answer = { .kind = QUERY_INSTANCE };
    answer.body.instance_highest =
        window_highest(core->state, caller->key, query->instance);
    query_answer(core, caller, &answer);
    return STATUS_OK;
}

static status_t on_board(core_t *core, const caller_t *caller, const query_t *query,
                         fault_t *fault)
{
    return query_board(core, caller, &query->board, &core->queries->board, fault);
}

static status_t on_groups(core_t *core, const caller_t *caller, const query_t *query,
                          fault_t *fault)
{
    (void)query;
    return query_groups(core, caller, fault);
}

static status_t on_explain(core_t *core, const caller_t *caller, const query_t *query,
                           fault_t *fault)
{
    return query_explain(core, caller, &query->explain, fault);
}

static status_t on_subscribers(core_t *core, const caller_t *caller,
                               const query_t *query, fault_t *fault)
{
    (void)fault;
    query_subscribers(core, caller, &query->subscribers);
    return STATUS_OK;
}

/* STATUS_OK: answered, or will be. */
typedef status_t query_handler(core_t *core, const caller_t *caller,
                               const query_t *query, fault_t *fault);

static query_handler *const handlers[QUERY_COUNT] = {
    [QUERY_BOARD] = on_board,
    [QUERY_WHOAMI] = on_whoami,
    [QUERY_DIGEST] = on_digest,
    [QUERY_STATS] = on_stats,
    [QUERY_SCRUB] = on_scrub,
    [QUERY_INSTANCE] = on_instance,
    [QUERY_GROUPS] = on_groups,
    [QUERY_EXPLAIN] = on_explain,
    [QUERY_HISTORY_SUBJECT] = query_history,
    [QUERY_HISTORY_PROJECT] = query_history,
    [QUERY_HISTORY_INSPECTOR] = query_history,
    [QUERY_HISTORY_VISIT] = query_history,
    [QUERY_FEED] = query_feed,
    [QUERY_SUBSCRIBERS] = on_subscribers,
    [QUERY_RECEIPTS] = query_receipts,
    [QUERY_EPOCHS] = query_epochs,
    [QUERY_FROZEN] = query_frozen,
    [QUERY_ATTENTION] = query_attention,
    [QUERY_PLAN] = jobs_plan,
    [QUERY_SIGN_IN] = jobs_sign_in,
    [QUERY_CHANGE_PASSWORD] = jobs_change_password,
    [QUERY_USERS] = query_users,
    [QUERY_UNITS] = query_units,
    [QUERY_SCHEMES] = query_schemes,
    [QUERY_PROJECTS] = query_projects,
    [QUERY_ROUNDS] = query_rounds,
    [QUERY_VISITS] = query_visits,
    [QUERY_FROZEN_LIST] = query_frozen_list,
    [QUERY_HISTORY_EPOCH] = query_history,
    [QUERY_HISTORY_ATTENTION] = query_history,
};

/* Rows outside a scope are left out by the query itself; who has no reach at all gets
 * nothing. A key that may only enrol may ask nothing. */
static status_t may_ask(const core_t *core, const caller_t *caller, query_kind_t kind)
{
    const key_row_t *key = TABLE_ROW(key_row_t, &core->state->keys, caller->key);
    if (!key_is_enrolled(key))
        return STATUS_NOT_ALLOWED;
    reach_t reach = principal_reach(core->state, key->principal, OPERATION_QUERY(kind));
    return reach != REACH_NONE ? STATUS_OK : STATUS_NOT_ALLOWED;
}

void query_handle(core_t *core, const caller_t *caller, const query_t *query)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(query->kind > QUERY_NONE && query->kind < QUERY_COUNT);
    fault_t fault = { { 0 }, { 0 } };
    core->metrics.queries++;
    status_t status = may_ask(core, caller, query->kind);
    if (status == STATUS_OK && handlers[query->kind] == NULL)
        status = STATUS_UNKNOWN_OPERATION;
    if (status == STATUS_OK)
        status = handlers[query->kind](core, caller, query, &fault);
    if (status == STATUS_OK)
        return;
    core->metrics.queries_refused++;
    core_fail(core, caller, status == STATUS_BUSY ? 0 : core->state->head_seq, status,
              &fault);
}
