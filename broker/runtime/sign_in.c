/* sign_in.c - see sign_in.h. */
#include "broker/runtime/sign_in.h"

#include "broker/core/authorise.h"
#include "broker/core/demo_clock.h"
#include "broker/core/users.h"
#include "broker/runtime/lock_out.h"
#include "broker/runtime/password.h"
#include "broker/runtime/script.h"
#include "broker/runtime/submit.h"
#include "broker/runtime/worker.h"
#include "proto/check.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS 60000

/* One question, and what the worker finds about it. */
typedef struct {
    job_t job;
    caller_t caller;
    query_kind_t kind;
    uint32_t user; /* users, 0 = nobody bears the name */
    bool by_link, right;
    code_t name;
    password_t given, wanted; /* wanted: from now on; size 0 = none */
    uint8_t key[KEY_BYTES];   /* of the session */
    uint8_t link[HASH_BYTES];
    uint8_t salt[SALT_BYTES], verifier[HASH_BYTES];         /* as kept */
    uint8_t new_salt[SALT_BYTES], new_verifier[HASH_BYTES]; /* of `wanted` */
} asked_t;

struct sign_ins {
    worker_t *worker;
    lock_out_t *locks;
    script_t script;
    asked_t *waiting[SIGN_IN_QUEUE_MAX];
    uint32_t count;
};

/* ---- on the worker's thread ---- */

static status_t run(job_t *base, worker_t *worker)
{
    asked_t *asked = (asked_t *)base; /* its first member */
    status_t status = STATUS_OK;
    if (!worker_goes_on(worker, 0))
        return STATUS_STOPPING;
    if (!asked->by_link)
        status =
            password_check(&asked->given, asked->salt, asked->verifier, &asked->right);
    if (status == STATUS_OK && asked->right && asked->wanted.size > 0)
        status = password_hash(&asked->wanted, asked->new_salt, asked->new_verifier);
    return status;
}

static void destroy(job_t *base)
{
    sodium_memzero(base, sizeof(asked_t));
    free(base);
}

/* ---- life ---- */

status_t sign_ins_create(const state_t *state, sign_ins_t **out)
{
    CHECK(state != NULL && out != NULL);
    *out = NULL;
    sign_ins_t *sign_ins = calloc(1, sizeof *sign_ins);
    if (sign_ins == NULL)
        return STATUS_NO_MEMORY;
    script_init(&sign_ins->script);
    sign_ins->locks = lock_out_create(state->users.limit);
    status_t status = sign_ins->locks != NULL
                          ? worker_create(WORKER_ORDINARY, &sign_ins->worker)
                          : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        sign_ins_destroy(&sign_ins);
    *out = sign_ins;
    return status;
}

void sign_ins_destroy(sign_ins_t **out)
{
    CHECK(out != NULL);
    sign_ins_t *sign_ins = *out;
    if (sign_ins == NULL)
        return;
    worker_destroy(&sign_ins->worker);
    for (uint32_t i = 0; i < sign_ins->count; i++)
        destroy(&sign_ins->waiting[i]->job);
    lock_out_destroy(&sign_ins->locks);
    script_fini(&sign_ins->script);
    free(sign_ins);
    *out = NULL;
}

int sign_ins_fd(const sign_ins_t *sign_ins)
{
    CHECK(sign_ins != NULL);
    return worker_fd(sign_ins->worker);
}

int64_t sign_ins_locked_ms(const sign_ins_t *sign_ins, uint32_t user, int64_t mono_ms)
{
    CHECK(sign_ins != NULL && user != 0);
    return lock_out_left(sign_ins->locks, user, (text_t){ NULL, 0 }, mono_ms);
}

/* ---- asking ---- */

static text_t name_of(const asked_t *asked)
{
    return text_of_code(&asked->name);
}

static status_t missing(fault_t *fault, const char *place)
{
    fault_set(fault, place, NULL, 0);
    return STATUS_FIELD_MISSING;
}

static status_t check_lock(const core_t *core, const sign_ins_t *sign_ins,
                           uint32_t user, text_t name, const char *place,
                           fault_t *fault)
{
    char minutes[16];
    int64_t left = lock_out_left(sign_ins->locks, user, name, core->mono_ms);
    if (left == 0)
        return STATUS_OK;
    int size = snprintf(minutes, sizeof minutes, "%" PRId64 " min",
                        (left + MINUTE_MS - 1) / MINUTE_MS);
    fault_set(fault, place, minutes, (size_t)size);
    return STATUS_LOCKED_OUT;
}

static const user_row_t *user_row(const core_t *core, uint32_t user)
{
    return TABLE_ROW(user_row_t, &core->state->users, user);
}

/* Salt and verifier of the user; of nobody, or without a password, random ones. */
static void take_verifier(const core_t *core, asked_t *asked)
{
    randombytes_buf(asked->salt, sizeof asked->salt);
    randombytes_buf(asked->verifier, sizeof asked->verifier);
    randombytes_buf(asked->new_salt, sizeof asked->new_salt);
    if (asked->user == 0 || user_row(core, asked->user)->has_password == 0)
        return;
    memcpy(asked->salt, user_row(core, asked->user)->salt, sizeof asked->salt);
    memcpy(asked->verifier, user_row(core, asked->user)->verifier,
           sizeof asked->verifier);
}

static void name_user(const core_t *core, asked_t *asked)
{
    asked->name = TABLE_ROW(principal_row_t, &core->state->principals,
                            user_row(core, asked->user)->principal)
                      ->code;
}

static status_t take_link(const core_t *core, asked_t *asked,
                          const sign_in_query_t *given, fault_t *fault)
{
    crypto_generichash(asked->link, sizeof asked->link, given->link, TOKEN_BYTES, NULL,
                       0);
    asked->user = users_with_link(core->state, asked->link);
    asked->by_link = asked->right = true;
    fault_set(fault, "query.sign_in.link", NULL, 0);
    if (asked->user == 0)
        return STATUS_LINK_USED;
    if (user_row(core, asked->user)->link_expires_ms <= core->now_ms)
        return STATUS_LINK_EXPIRED;
    name_user(core, asked);
    if (given->new_password.size == 0)
        return STATUS_OK;
    fault_set(fault, "query.sign_in.new_password", NULL, 0);
    return password_take(&asked->wanted, given->new_password) ? STATUS_OK
                                                              : STATUS_PASSWORD_WEAK;
}

static status_t take_name(const core_t *core, const sign_ins_t *sign_ins,
                          asked_t *asked, const sign_in_query_t *given, fault_t *fault)
{
    if (given->principal.size == 0)
        return missing(fault, "query.sign_in.principal");
    asked->user = users_find(core->state, given->principal);
    code_of_text(&asked->name, given->principal);
    /* what cannot be anybody's password is looked at and counted like any: as none */
    (void)password_take(&asked->given, given->password);
    return check_lock(core, sign_ins, asked->user, given->principal,
                      "query.sign_in.password", fault);
}

static asked_t *asked_create(const caller_t *caller, query_kind_t kind)
{
    asked_t *asked = calloc(1, sizeof *asked);
    if (asked == NULL)
        return NULL;
    asked->job = (job_t){ .run = run, .destroy = destroy };
    asked->caller = *caller;
    asked->kind = kind;
    return asked;
}

static status_t may_take(const core_t *core, const sign_ins_t *sign_ins)
{
    if (core->read_only)
        return STATUS_READ_ONLY;
    return sign_ins->count < SIGN_IN_QUEUE_MAX ? STATUS_OK : STATUS_BUSY;
}

/* Queues it, or lets it go. */
static status_t settle(const core_t *core, sign_ins_t *sign_ins, asked_t *asked,
                       status_t status)
{
    if (status != STATUS_OK) {
        destroy(&asked->job);
        return status;
    }
    take_verifier(core, asked);
    sign_ins->waiting[sign_ins->count++] = asked;
    return STATUS_OK;
}

status_t sign_in_ask(core_t *core, sign_ins_t *sign_ins, const caller_t *caller,
                     const query_t *query, fault_t *fault)
{
    CHECK(core != NULL && sign_ins != NULL && caller != NULL);
    const sign_in_query_t *given = &query->sign_in;
    status_t status = may_take(core, sign_ins);
    if (status != STATUS_OK)
        return status;
    asked_t *asked = asked_create(caller, QUERY_SIGN_IN);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    memcpy(asked->key, given->key, KEY_BYTES);
    status = given->link != NULL ? take_link(core, asked, given, fault)
                                 : take_name(core, sign_ins, asked, given, fault);
    return settle(core, sign_ins, asked, status);
}

status_t sign_in_change(core_t *core, sign_ins_t *sign_ins, const caller_t *caller,
                        const query_t *query, fault_t *fault)
{
    CHECK(core != NULL && sign_ins != NULL && caller != NULL);
    const change_password_query_t *given = &query->change_password;
    const key_row_t *key = TABLE_ROW(key_row_t, &core->state->keys, caller->key);
    const principal_row_t *principal =
        TABLE_ROW(principal_row_t, &core->state->principals, key->principal);
    status_t status = may_take(core, sign_ins);
    if (status != STATUS_OK)
        return status;
    if (principal->user == 0 || key->state != KEY_SESSION)
        return STATUS_NOT_A_USER;
    asked_t *asked = asked_create(caller, QUERY_CHANGE_PASSWORD);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->user = principal->user;
    name_user(core, asked);
    memcpy(asked->key, key->key, KEY_BYTES);
    (void)password_take(&asked->given, given->old); /* or none, which is wrong */
    status = check_lock(core, sign_ins, asked->user, name_of(asked),
                        "query.change_password.old", fault);
    if (status == STATUS_OK && !password_take(&asked->wanted, given->password)) {
        fault_set(fault, "query.change_password.password", NULL, 0);
        status = STATUS_PASSWORD_WEAK;
    }
    return settle(core, sign_ins, asked, status);
}

/* ---- answering ---- */

/* Rights as they stand now: gateway or session may have ended meanwhile. */
static status_t may_hear(const core_t *core, const asked_t *asked)
{
    const state_t *state = core->state;
    const key_row_t *key = TABLE_ROW(key_row_t, &state->keys, asked->caller.key);
    uint32_t row;
    status_t status = key_check(state, key->key, core->now_ms, &row);
    if (status != STATUS_OK)
        return status;
    if (!asked->by_link)
        return STATUS_OK;
    return users_with_link(state, asked->link) == asked->user ? STATUS_OK
                                                              : STATUS_LINK_USED;
}

static status_t judge(core_t *core, sign_ins_t *sign_ins, const asked_t *asked)
{
    if (asked->job.status != STATUS_OK)
        return asked->job.status;
    if (asked->by_link)
        return may_hear(core, asked);
    /* another password may have been set while this one was looked at */
    bool stands = asked->user != 0 && user_row(core, asked->user)->has_password != 0 &&
                  sodium_memcmp(user_row(core, asked->user)->verifier, asked->verifier,
                                HASH_BYTES) == 0;
    if (!asked->right || !stands) {
        lock_out_wrong(sign_ins->locks, asked->user, name_of(asked), core->mono_ms);
        core->metrics.sign_ins_wrong++;
        return STATUS_WRONG_PASSWORD;
    }
    lock_out_right(sign_ins->locks, asked->user);
    return may_hear(core, asked);
}

static status_t write_command(core_t *core, sign_ins_t *sign_ins, uint32_t key,
                              const command_t *command, fault_t *fault)
{
    uint32_t size = 0;
    if (core->read_only)
        return STATUS_READ_ONLY;
    if (committer_low(core->committer))
        return STATUS_STORAGE_FULL;
    script_clear(&sign_ins->script);
    status_t status = script_add(&sign_ins->script, command);
    if (status != STATUS_OK)
        return status;
    const uint8_t *bytes = script_at(&sign_ins->script, 0, &size);
    return submit_own(core, key, bytes, size, fault);
}

/* The password first: it ends all sessions. */
static status_t write_found(core_t *core, sign_ins_t *sign_ins, const asked_t *asked,
                            int64_t expires_ms, fault_t *fault)
{
    status_t status = STATUS_OK;
    command_t command = { .kind = COMMAND_SET_PASSWORD };
    if (asked->wanted.size > 0) {
        command.body.set_password =
            (set_password_t){ name_of(asked), asked->new_salt, asked->new_verifier };
        status = write_command(core, sign_ins, asked->caller.key, &command, fault);
    }
    if (status != STATUS_OK)
        return status;
    command = (command_t){ .kind = COMMAND_OPEN_SESSION };
    command.body.open_session =
        (open_session_t){ name_of(asked), asked->key, expires_ms, asked->by_link };
    return write_command(core, sign_ins, asked->caller.key, &command, fault);
}

static void answer(core_t *core, sign_ins_t *sign_ins, const asked_t *asked)
{
    fault_t fault = { { 0 }, { 0 } };
    int64_t expires_ms =
        core->now_ms + demo_clock_span_ms(&core->state->demo, SESSION_LIFE_MS);
    status_t status = judge(core, sign_ins, asked);
    if (status == STATUS_OK)
        status = write_found(core, sign_ins, asked, expires_ms, &fault);
    if (status != STATUS_OK) {
        core->metrics.queries_refused++;
        core_fail(core, &asked->caller, core->state->head_seq, status, &fault);
        return;
    }
    core->metrics.sign_ins++;
    answer_t told = { .kind = asked->kind, .seq = core->state->head_seq, .parts = 1 };
    if (asked->kind == QUERY_SIGN_IN)
        told.body.sign_in =
            (sign_in_answer_t){ name_of(asked), expires_ms,
                                user_row(core, asked->user)->has_password != 0 };
    status = wire_write_answer(&core->reply, asked->caller.correlation, &told);
    core_post(core, &asked->caller, told.seq, status);
}

static void begin_next(sign_ins_t *sign_ins)
{
    if (sign_ins->count == 0 || !worker_idle(sign_ins->worker))
        return;
    asked_t *first = sign_ins->waiting[0];
    sign_ins->count--;
    memmove(sign_ins->waiting, sign_ins->waiting + 1,
            sign_ins->count * sizeof sign_ins->waiting[0]);
    worker_hand(sign_ins->worker, &first->job);
}

void sign_ins_turn(core_t *core, sign_ins_t *sign_ins, bool stopping)
{
    CHECK(core != NULL && sign_ins != NULL);
    /* what was found must be written: not while the batch is full */
    bool may_take_one =
        stopping || core->read_only || batch_takes_submit(core->filling);
    job_t *job = may_take_one ? worker_take(sign_ins->worker) : NULL;
    if (job != NULL) {
        if (!stopping)
            answer(core, sign_ins, (asked_t *)job);
        job->destroy(job);
    }
    if (!stopping)
        begin_next(sign_ins);
}
