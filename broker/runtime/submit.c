/* submit.c - see submit.h. */
#include "broker/runtime/submit.h"

#include "broker/core/decide.h"
#include "broker/runtime/door.h"
#include "broker/runtime/hash.h"
#include "proto/check.h"
#include <string.h>

/* One item on its way. */
typedef struct {
    const item_t *item;
    command_t command;
    private_t part;
    origin_t origin;
    event_t event;
} work_t;

static void set_record(record_t *record, const work_t *work)
{
    const event_t *event = &work->event;
    *record = (record_t){
        .time_ms = event->now_ms,
        .instance = event->instance,
        .number = event->number,
        .key = event->key,
        .verdict = event->verdict,
        .link_count = event->link_count,
        .public_part = work->item->public_part,
        .public_size = work->item->public_size,
        .private_part = work->item->private_part,
        .private_size = work->item->private_size,
    };
    CHECK(event->link_count <= RECORD_LINKS_MAX);
    for (uint32_t i = 0; i < event->link_count; i++)
        record->links[i] = (record_link_t){ .previous = event->links[i].previous,
                                            .key = event->links[i].key,
                                            .kind = event->links[i].kind };
}

/* Who may see what may have changed, or whether a board may be shown at all: watches are
 * looked at again. */
static void note_access(core_t *core, command_kind_t kind)
{
    if (kind == COMMAND_INVITE || kind == COMMAND_ENROL || kind == COMMAND_REVOKE ||
        kind == COMMAND_SET_PRINCIPAL || kind == COMMAND_PUT_USER ||
        kind == COMMAND_SET_PASSWORD || kind == COMMAND_OPEN_SESSION ||
        kind == COMMAND_CLOSE_SESSION || kind == COMMAND_PROPOSE_EPOCH ||
        kind == COMMAND_OVERRIDE_LINKS)
        core->access_version++;
}

static void accept(core_t *core, const work_t *work)
{
    record_t record;
    CHECK(work->event.seq == core->state->head_seq + 1);
    set_record(&record, work);
    batch_add(core->filling, &record);
    apply(core->state, &work->event);
    CHECK(core->state->head_seq == work->event.seq);
    if (work->origin.named && directory_learn(core->directory, core->state,
                                              &work->command, &work->part) != STATUS_OK)
        core->metrics.names_lost++;
    door_follow(core, &work->command);
    note_access(core, work->command.kind);
    core->metrics.commands_accepted++;
}

static status_t refuse_read_only(core_t *core, fault_t *fault)
{
    core->metrics.commands_read_only++;
    fault_set(fault, "journal", core->read_only_reason, strlen(core->read_only_reason));
    return STATUS_READ_ONLY;
}

static status_t refuse_storage_full(core_t *core, fault_t *fault)
{
    core->metrics.commands_storage_full++;
    fault_set(fault, NULL, NULL, 0);
    return STATUS_STORAGE_FULL;
}

/* A command that is well formed. Returns what the outcome rests on. */
static uint64_t decide_item(core_t *core, work_t *work, outcome_t *outcome)
{
    outcome->status = decide(core->state, &work->origin, &work->command, &work->event,
                             &outcome->fault);
    if (outcome->status != STATUS_OK) {
        core->metrics.commands_refused++;
        return core->state->head_seq;
    }
    if (work->event.duplicate) { /* answered even where nothing new is taken */
        core->metrics.commands_duplicate++;
        outcome->seq = work->event.seq;
        return outcome->seq;
    }
    if (core->read_only) {
        outcome->status = refuse_read_only(core, &outcome->fault);
        return 0;
    }
    if (committer_low(core->committer)) {
        outcome->status = refuse_storage_full(core, &outcome->fault);
        return 0;
    }
    accept(core, work);
    outcome->seq = work->event.seq;
    return outcome->seq;
}

/* From bytes to a command and where it comes from; its hash is not known yet. */
static status_t read_item(core_t *core, const caller_t *caller, uint64_t instance,
                          work_t *work, outcome_t *outcome)
{
    const item_t *item = work->item;
    outcome->number = item->number;
    outcome->seq = 0;
    outcome->fault.place[0] = '\0';
    outcome->fault.detail[0] = '\0';
    arena_reset(core->item_arena);
    outcome->status = wire_read_command(core->item_arena, item, &work->command,
                                        &work->part, &outcome->fault);
    if (outcome->status != STATUS_OK)
        return outcome->status;
    work->origin = (origin_t){
        .key = caller->key,
        .instance = instance,
        .number = item->number,
        .now_ms = core->now_ms,
        .named = work->part.name.size > 0 || work->part.post.size > 0,
    };
    return STATUS_OK;
}

static uint64_t take_item(core_t *core, const caller_t *caller, uint64_t instance,
                          const item_t *item, outcome_t *outcome)
{
    work_t work;
    work.item = item;
    if (read_item(core, caller, instance, &work, outcome) != STATUS_OK) {
        core->metrics.commands_refused++;
        return 0;
    }
    work.origin.hash = hash_command(item->public_part, item->public_size,
                                    item->private_part, item->private_size);
    return decide_item(core, &work, outcome);
}

void submit_handle(core_t *core, const caller_t *caller, const request_t *request)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(request->item_count <= SUBMIT_ITEMS_MAX);
    CHECK(batch_takes_submit(core->filling));
    uint64_t rests_on = 0;
    core->metrics.submits++;
    core->metrics.commands_received += request->item_count;
    for (uint32_t i = 0; i < request->item_count; i++) {
        uint64_t seq = take_item(core, caller, request->instance, &request->items[i],
                                 &core->outcomes[i]);
        if (seq > rests_on)
            rests_on = seq;
    }
    status_t status = wire_write_submit_reply(&core->reply, caller->correlation,
                                              core->outcomes, request->item_count);
    core_post(core, caller, rests_on, status);
}

static void check_item(core_t *core, const caller_t *caller, const item_t *item,
                       outcome_t *outcome)
{
    work_t work;
    work.item = item;
    if (read_item(core, caller, 0, &work, outcome) == STATUS_OK)
        outcome->status = decide_check(core->state, &work.origin, &work.command,
                                       &work.event, &outcome->fault);
}

void submit_check(core_t *core, const caller_t *caller, const request_t *request)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(request->item_count <= SUBMIT_ITEMS_MAX);
    core->metrics.checks += request->item_count;
    for (uint32_t i = 0; i < request->item_count; i++)
        check_item(core, caller, &request->items[i], &core->outcomes[i]);
    status_t status = wire_write_submit_reply(&core->reply, caller->correlation,
                                              core->outcomes, request->item_count);
    core_post(core, caller, core->state->head_seq, status);
}

status_t submit_own(core_t *core, uint32_t key, const uint8_t *public_part,
                    uint32_t size, fault_t *fault)
{
    CHECK(core != NULL && public_part != NULL);
    CHECK(!core->read_only);
    CHECK(batch_takes_submit(core->filling));
    const item_t item = { .public_part = public_part, .public_size = size };
    work_t work = { .item = &item };
    work.origin = (origin_t){ .key = key, .now_ms = core->now_ms, .internal = true };
    arena_reset(core->item_arena);
    status_t status =
        wire_read_stored(core->item_arena, public_part, size, &work.command);
    if (status == STATUS_OK)
        status = decide(core->state, &work.origin, &work.command, &work.event, fault);
    if (status == STATUS_OK)
        accept(core, &work);
    return status;
}
