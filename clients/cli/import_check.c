/* import_check.c - see import_check.h. */
#include "clients/cli/import_check.h"

#include "clients/cli/import_places.h"
#include "clients/cli/import_progress.h"
#include "clients/cli/import_same.h"
#include "proto/check.h"
#include "proto/json.h"
#include <string.h>

#define BATCH_ITEMS 128u
#define BATCH_BYTES (44u * 1024u) /* beside what each item costs on the wire */
#define AT_ONCE     4u

typedef struct checking checking_t;

/* One message under way. */
typedef struct {
    checking_t *checking;
    uint32_t commands[BATCH_ITEMS];
    uint32_t count;
    bool busy;
} batch_t;

struct checking {
    session_t *session;
    import_plan_t *plan;
    batch_t batches[AT_ONCE];
    status_t failure; /* of a whole message */
    import_progress_t progress;
    uint64_t judged; /* commands */
    /* the batch being filled */
    batch_t *batch;
    buffer_t bytes;
    uint32_t sizes[BATCH_ITEMS][2]; /* public, private */
};

/* ---- outcomes ---- */

/* A review shares the fate of its observation. */
static bool follows(const import_plan_t *plan, const import_command_t *command,
                    row_state_t state)
{
    return command->with != 0 && plan->commands[command->with - 1].state == state;
}

static void judge(import_plan_t *plan, uint32_t at, status_t status,
                  const fault_t *fault)
{
    import_command_t *command = &plan->commands[at];
    bool sheet = strcmp(command->verb, "observe") == 0;
    if (status == STATUS_OK)
        command->state = ROW_GOOD;
    else if (import_comes_later(plan, status, fault))
        command->state = ROW_LATER;
    else if (status == STATUS_CODE_TAKEN && sheet)
        command->state = ROW_TAKEN;
    else if (status == STATUS_ACCOUNT_FIXED && command->with == 0 &&
             strcmp(command->verb, "open_account") == 0)
        command->state = ROW_UNCHANGED; /* it is open: that was wanted */
    else if (status == STATUS_REVIEWED_ALREADY && follows(plan, command, ROW_TAKEN))
        command->state = ROW_TAKEN;
    else
        plan_refuse(plan, at, fault, status);
}

static void on_reply(void *context, const reply_t *reply, const uint8_t *bytes,
                     size_t size)
{
    batch_t *batch = context;
    checking_t *checking = batch->checking;
    (void)bytes;
    (void)size;
    batch->busy = false;
    if (reply->kind != REPLY_SUBMIT || reply->outcome_count != batch->count) {
        checking->failure =
            reply->kind == REPLY_FAILURE ? reply->failure : STATUS_MALFORMED;
        return;
    }
    for (uint32_t i = 0; i < batch->count; i++)
        judge(checking->plan, batch->commands[i], reply->outcomes[i].status,
              &reply->outcomes[i].fault);
    checking->judged += batch->count;
    import_progress_step(&checking->progress, checking->judged);
}

/* ---- batches ---- */

static batch_t *free_batch(checking_t *checking)
{
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        if (!checking->batches[i].busy)
            return &checking->batches[i];
    }
    return NULL;
}

static bool any_busy(const checking_t *checking)
{
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        if (checking->batches[i].busy)
            return true;
    }
    return false;
}

/* Waits for a place; a status when the broker is silent. */
static status_t begin_batch(checking_t *checking)
{
    status_t status = STATUS_OK;
    while (status == STATUS_OK && free_batch(checking) == NULL)
        status = session_wait(checking->session);
    if (status == STATUS_OK) {
        checking->batch = free_batch(checking);
        checking->batch->count = 0;
        buffer_clear(&checking->bytes);
    }
    return status;
}

static status_t send_batch(checking_t *checking)
{
    batch_t *batch = checking->batch;
    item_t items[BATCH_ITEMS];
    const uint8_t *at = checking->bytes.data;
    if (batch->count == 0)
        return STATUS_OK;
    for (uint32_t i = 0; i < batch->count; i++) {
        uint32_t public_size = checking->sizes[i][0],
                 private_size = checking->sizes[i][1];
        items[i] = (item_t){ .number = i + 1,
                             .public_part = at,
                             .public_size = public_size,
                             .private_part = private_size > 0 ? at + public_size : NULL,
                             .private_size = private_size };
        at += public_size + private_size;
    }
    batch->busy = true;
    batch->checking = checking;
    status_t status =
        client_check(checking->session->client, items, batch->count, on_reply, batch);
    if (status != STATUS_OK)
        batch->busy = false;
    return status == STATUS_OK ? begin_batch(checking) : status;
}

static status_t encode(checking_t *checking, const import_command_t *command,
                       fault_t *fault)
{
    buffer_t public_part, private_part;
    batch_t *batch = checking->batch;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status_t status =
        json_to_command(command->verb, command->json, strlen(command->json),
                        &public_part, &private_part, fault);
    if (status == STATUS_OK)
        status = buffer_append(&checking->bytes, public_part.data, public_part.size);
    if (status == STATUS_OK && private_part.size > 0)
        status = buffer_append(&checking->bytes, private_part.data, private_part.size);
    if (status == STATUS_OK) {
        checking->sizes[batch->count][0] = (uint32_t)public_part.size;
        checking->sizes[batch->count][1] = (uint32_t)private_part.size;
    }
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return status;
}

/* A command that cannot be written at all is refused here, in the same words. */
static status_t add_command(checking_t *checking, uint32_t at)
{
    fault_t fault = { .place = "" };
    import_command_t *command = &checking->plan->commands[at];
    status_t status = encode(checking, command, &fault);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK) {
        plan_refuse(checking->plan, at, &fault, status);
        return STATUS_OK;
    }
    batch_t *batch = checking->batch;
    batch->commands[batch->count++] = at;
    bool full = batch->count == BATCH_ITEMS ||
                checking->bytes.size + PUBLIC_BYTES_MAX / 2 > BATCH_BYTES;
    return full ? send_batch(checking) : STATUS_OK;
}

static bool is_wanted(const import_plan_t *plan, const import_command_t *command,
                      uint32_t stage, row_state_t state)
{
    return (stage == IMPORT_ALL_STAGES || command->stage == stage) &&
           command->state == state && !follows(plan, command, ROW_REFUSED);
}

static void begin_progress(checking_t *checking, uint32_t stage, row_state_t state)
{
    const import_plan_t *plan = checking->plan;
    const cli_t *cli = checking->session->cli;
    uint64_t total = 0;
    for (uint32_t i = 0; i < plan->command_count; i++)
        total += is_wanted(plan, &plan->commands[i], stage, state);
    import_progress_begin(&checking->progress, cli, cli_pick(cli, "judging", "核对中"),
                          NULL, total);
}

static status_t add_all(checking_t *checking, uint32_t stage, row_state_t state)
{
    import_plan_t *plan = checking->plan;
    status_t status = begin_batch(checking);
    for (uint32_t i = 0; i < plan->command_count && status == STATUS_OK; i++) {
        if (is_wanted(plan, &plan->commands[i], stage, state))
            status = add_command(checking, i);
    }
    if (status == STATUS_OK)
        status = send_batch(checking);
    while (status == STATUS_OK && any_busy(checking))
        status = session_wait(checking->session);
    return status == STATUS_OK ? checking->failure : status;
}

/* What hangs on a refused row is not sent either; it was told once. */
static void refuse_followers(import_plan_t *plan)
{
    for (uint32_t i = 0; i < plan->command_count; i++) {
        if (follows(plan, &plan->commands[i], ROW_REFUSED))
            plan->commands[i].state = ROW_REFUSED;
    }
}

exit_t import_check(session_t *session, import_plan_t *plan, uint32_t stage,
                    row_state_t state)
{
    CHECK(session != NULL && plan != NULL);
    checking_t checking = { .session = session, .plan = plan };
    buffer_init(&checking.bytes, 2 * FRAME_BYTES_MAX);
    begin_progress(&checking, stage, state);
    status_t status = add_all(&checking, stage, state);
    import_progress_end(&checking.progress);
    for (uint32_t i = 0; i < AT_ONCE; i++)
        client_forget(session->client, &checking.batches[i]);
    buffer_fini(&checking.bytes);
    if (status != STATUS_OK)
        return cli_refuse(session->cli, status, NULL, NULL);
    exit_t result = import_compare(session, plan);
    refuse_followers(plan);
    return result;
}
