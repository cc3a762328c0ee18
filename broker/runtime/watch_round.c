/* watch_round.c - the rounds of watches.h: views are computed, updates are sent. */
#include "broker/runtime/watch_parts.h"

#include "broker/runtime/board_rows.h"
#include "proto/check.h"

#define GONE_BYTES_MAX (CODE_BYTES_MAX + 2u)
#define PART_BYTES_MAX (BOARD_HEAD_FIXED_BYTES + 64u) /* beside rows and the gone */

_Static_assert(BOARD_WINDOW_MAX *(BOARD_ROW_FIXED_BYTES + BOARD_ROW_TEXT_BYTES_MAX +
                                  GONE_BYTES_MAX) +
                       MAILER_ANSWER_PARTS_MAX * PART_BYTES_MAX <=
                   MAILER_ANSWER_BYTES_MAX,
               "an update is no larger than the largest answer");

bool watches_want_round(const core_t *core)
{
    CHECK(core != NULL);
    const watches_t *watches = core->watches;
    const watch_table_t *table = watches->table;
    if (watch_table_waiting(table) == 0)
        return false;
    return watches->asked || watches->round_seq != core->state->head_seq ||
           watch_table_first(table, watch_list_stalled(table)) != 0 ||
           (watches->retry_us != INT64_MAX && watches->clock() >= watches->retry_us);
}

int64_t watches_retry_us(const core_t *core)
{
    CHECK(core != NULL);
    return watch_table_waiting(core->watches->table) > 0 ? core->watches->retry_us
                                                         : INT64_MAX;
}

bool watches_in_round(const core_t *core)
{
    CHECK(core != NULL);
    return core->watches->cursor != 0;
}

void watches_begin_round(core_t *core)
{
    CHECK(core != NULL);
    watches_t *watches = core->watches;
    watch_table_t *table = watches->table;
    CHECK(watches->cursor == 0);
    watches->cursor = 1;
    watches->round_seq = core->state->head_seq;
    watches->recheck = watches->access != core->access_version;
    watches->access = core->access_version;
    watches->asked = false;
    watches->retry_us = INT64_MAX;
    views_begin_tick(watches->views);
    watch_table_join(table, watch_list_stalled(table), watch_list_ready(table));
}

/* ---- computing ---- */

static void note_due(watches_t *watches, int64_t due_us)
{
    if (due_us == 0)
        watches->asked = true;
    else if (due_us < watches->retry_us)
        watches->retry_us = due_us;
}

/* Computes one view if it is due, and lets those go on who wait for it; returns whether
 * anybody waits. */
static bool look_at(core_t *core, uint32_t view)
{
    watches_t *watches = core->watches;
    watch_table_t *table = watches->table;
    watch_list_t current = watch_list_current(table, view);
    watch_list_t behind = watch_list_behind(table, view);
    if (watch_table_first(table, current) == 0 && watch_table_first(table, behind) == 0)
        return false;
    uint64_t before = views_changed(watches->views, view);
    if (views_due_us(watches->views, core, view) == 0)
        (void)views_compute(watches->views, core, view); /* failed: due again later */
    note_due(watches, views_due_us(watches->views, core, view));
    uint64_t after = views_changed(watches->views, view);
    if (after == 0)
        return true;
    if (after != before || watches->recheck)
        watch_table_join(table, current, watch_list_ready(table));
    watch_table_join(table, behind, watch_list_ready(table));
    return true;
}

void watches_compute(core_t *core)
{
    CHECK(core != NULL);
    watches_t *watches = core->watches;
    CHECK(watches->cursor != 0);
    int64_t end_us = watches->clock() + WATCHES_TURN_US;
    while (watches->cursor <= VIEWS_MAX) {
        if (look_at(core, watches->cursor++) && watches->clock() >= end_us)
            break;
    }
    if (watches->cursor > VIEWS_MAX)
        watches->cursor = 0;
}

/* ---- sending ---- */

/* All parts of one update, or STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
static status_t post_update(core_t *core, const watching_t *row,
                            const delta_written_t *written)
{
    size_t at = 0;
    for (uint32_t part = 0; part < written->parts; part++) {
        uint32_t size;
        const uint8_t *bytes = views_part(core->watches->views, written, &at, &size);
        buffer_clear(&core->reply);
        status_t status = wire_write_update(&core->reply, row->correlation,
                                            row->sent + 1, bytes, size);
        if (status != STATUS_OK)
            return status;
        mailer_post(core->mailer, row->session->route, written->key.version,
                    core->reply.data, core->reply.size);
        core->metrics.update_bytes += core->reply.size;
        buffer_clear(&core->reply);
    }
    return STATUS_OK;
}

static void send_update(core_t *core, uint32_t watch)
{
    watches_t *watches = core->watches;
    watching_t *row = watch_table_row(watches->table, watch);
    const delta_written_t *written;
    status_t status =
        views_write(watches->views, core, row->view, row->version, &written);
    if (status == STATUS_OK)
        status = post_update(core, row, written);
    if (status != STATUS_OK) {
        buffer_clear(&core->reply);
        watches_end(core, watch, status, NULL); /* the client watches anew */
        return;
    }
    row->version = written->key.version;
    row->sent++;
    core->metrics.updates_sent++;
    core->metrics.updates_whole += written->key.base == 0;
    core->metrics.update_rows += written->rows;
    watches_place(core, watch);
}

/* A subject in whose middle the view is wanted must be there when the watch begins, as
 * for a query; one that leaves later leaves the view without rows. */
static bool refuse_missing(core_t *core, uint32_t watch)
{
    views_t *views = core->watches->views;
    const watching_t *row = watch_table_row(core->watches->table, watch);
    if (row->sent > 0 || !views_around_is_missing(views, row->view))
        return false;
    const subject_row_t *subject = TABLE_ROW(subject_row_t, &core->state->subjects,
                                             views_view(views, row->view)->around);
    text_t code = text_of_code(&subject->code);
    fault_t fault;
    fault_set(&fault, "watch.view.window.around", code.data, code.size);
    watches_end(core, watch, STATUS_UNKNOWN_SUBJECT, &fault);
    return true;
}

/* The watch leaves the list of those that are ready. */
static void serve_one(core_t *core, uint32_t watch)
{
    watches_t *watches = core->watches;
    watch_table_t *table = watches->table;
    const watching_t *row = watch_table_row(table, watch);
    uint32_t view = row->view;
    if (watches_lost(core, row->session) || !watches_recheck(core, watch))
        return;
    if (row->session->late_bytes > 0)
        watch_table_put(table, watch, watch_list_stalled(table));
    else if (row->view != view || !watches_can_be_told(watches, row))
        watches_place(core, watch);
    else if (!refuse_missing(core, watch))
        send_update(core, watch);
}

bool watches_serving(const core_t *core)
{
    CHECK(core != NULL);
    const watch_table_t *table = core->watches->table;
    return watch_table_first(table, watch_list_ready(table)) != 0 &&
           mailer_takes_update(core->mailer);
}

void watches_serve(core_t *core)
{
    CHECK(core != NULL);
    watches_t *watches = core->watches;
    const watch_table_t *table = watches->table;
    int64_t end_us = watches->clock() + WATCHES_TURN_US;
    for (uint32_t i = 0; i < WATCHES_TURN_SENDS && watches_serving(core); i++) {
        serve_one(core, watch_table_first(table, watch_list_ready(table)));
        if (watches->clock() >= end_us)
            return;
    }
}
