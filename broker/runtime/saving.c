/* saving.c - see saving.h. */
#include "broker/runtime/saving.h"

#include "proto/check.h"
#include <inttypes.h>

static void tell(core_t *core, const snapshot_result_t *result)
{
    struct saving *saving = core->saving;
    if (result->status == STATUS_OK) {
        saving->saved_seq = result->seq;
        core->metrics.snapshots++;
        log_line(core->log, LEVEL_INFO, "snapshot of record %" PRIu64 " written",
                 result->seq);
        return;
    }
    core->metrics.snapshots_failed++;
    log_line(core->log, LEVEL_WARNING,
             "the snapshot of record %" PRIu64 " was not written [E%d]: %s",
             result->seq, (int)result->status, status_text(result->status));
}

static bool has_room(const core_t *core)
{
    uint64_t wanted = snapshotter_bytes(core->state) + core->saving->low_water_bytes;
    return committer_free_bytes(core->committer) > wanted;
}

/* Its chain value is known when nothing is being filled: what was handed to the
 * committer ends exactly with the state. */
static bool may_begin(const core_t *core, uint64_t records)
{
    const struct saving *saving = core->saving;
    uint64_t since =
        saving->saved_seq > saving->tried_seq ? saving->saved_seq : saving->tried_seq;
    return !snapshotter_busy(saving->snapshotter) && batch_count(core->filling) == 0 &&
           core->state->head_seq - since >= records;
}

static void begin(core_t *core)
{
    struct saving *saving = core->saving;
    saving->tried_seq = core->state->head_seq;
    snapshot_result_t result = { .status = STATUS_STORAGE_FULL,
                                 .seq = core->state->head_seq };
    if (has_room(core))
        result.status = snapshotter_begin(saving->snapshotter, core->state);
    if (result.status != STATUS_OK)
        tell(core, &result);
}

static void tell_child(core_t *core)
{
    snapshotter_t *snapshotter = core->saving->snapshotter;
    uint64_t wanted = snapshotter_wants(snapshotter);
    if (wanted == 0 || core->durable_seq < wanted)
        return;
    CHECK(core->durable_seq == wanted);
    snapshotter_tell(snapshotter, core->chain);
}

void saving_turn(core_t *core)
{
    CHECK(core != NULL);
    struct saving *saving = core->saving;
    if (saving == NULL || saving->every_records == 0 || core->read_only)
        return;
    snapshot_result_t result;
    if (snapshotter_take(saving->snapshotter, &result))
        tell(core, &result);
    if (may_begin(core, saving->every_records))
        begin(core);
    tell_child(core);
}

void saving_last(core_t *core)
{
    CHECK(core != NULL);
    struct saving *saving = core->saving;
    if (saving == NULL || saving->every_records == 0 || core->read_only)
        return;
    CHECK(core->durable_seq == core->state->head_seq);
    snapshot_result_t result;
    if (snapshotter_busy(saving->snapshotter)) {
        tell_child(core);
        snapshotter_wait(saving->snapshotter, &result);
        tell(core, &result);
    }
    if (!may_begin(core, SAVING_STOP_RECORDS))
        return;
    begin(core);
    tell_child(core);
    if (!snapshotter_busy(saving->snapshotter))
        return;
    snapshotter_wait(saving->snapshotter, &result);
    tell(core, &result);
}
