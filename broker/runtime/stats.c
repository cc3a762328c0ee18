/* stats.c - see stats.h. */
#include "broker/runtime/stats.h"

#include "broker/runtime/watches.h"
#include "proto/check.h"
#include <string.h>

static uint32_t list_gauges(const core_t *core, counter_t *out)
{
    const counter_t gauges[] = {
        { "handshakes_allowed", zap_allowed_count(core->zap) }, /* these two grow */
        { "handshakes_denied", zap_denied_count(core->zap) },
        { "head_seq", core->state->head_seq },
        { "durable_seq", core->durable_seq },
        { "read_only", core->read_only },
        { "storage_low", committer_low(core->committer) },
        { "storage_free_bytes", committer_free_bytes(core->committer) },
        { "journal_used_bytes", committer_used_bytes(core->committer) },
        { "sessions", sessions_count(core->sessions) },
        { "watches", watches_count(core->watches) },
        { "views", watches_views(core->watches) },
        { "replies_in_gate", mailer_waiting(core->mailer) },
        { "replies_being_retried", mailer_late(core->mailer) },
#define X(name, row, key_bytes, limit) { "rows_" #name, core->state->name.count },
        TABLE_LIST(X)
#undef X
    };
    _Static_assert(METRICS_COUNT + sizeof gauges / sizeof gauges[0] <= STATS_MAX,
                   "all gauges have room");
    memcpy(out, gauges, sizeof gauges);
    return sizeof gauges / sizeof gauges[0];
}

uint32_t stats_list(const core_t *core, counter_t *out)
{
    CHECK(core != NULL && out != NULL);
    metrics_list(&core->metrics, out);
    return METRICS_COUNT + list_gauges(core, out + METRICS_COUNT);
}
