/* watches.c - see watches.h: requests, rights, beginnings and ends. Rounds and sending
 * are in watch_round.c. */
#include "broker/runtime/watches.h"

#include "broker/core/authorise.h"
#include "broker/runtime/watch_parts.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

static void forget_session(void *context, session_t *session)
{
    watches_forget_all(context, session);
}

watches_t *watches_create(sessions_t *sessions, views_clock_us *clock)
{
    CHECK(sessions != NULL);
    CHECK(clock != NULL);
    watches_t *watches = calloc(1, sizeof *watches);
    if (watches == NULL)
        return NULL;
    watches->clock = clock;
    watches->retry_us = INT64_MAX;
    watches->table = watch_table_create(WATCHES_MAX, VIEWS_MAX);
    watches->views = views_create(clock);
    if (watches->table == NULL || watches->views == NULL)
        watches_destroy(&watches);
    else
        sessions_on_end(sessions, forget_session, watches);
    return watches;
}

void watches_destroy(watches_t **watches)
{
    CHECK(watches != NULL);
    if (*watches == NULL)
        return;
    watch_table_destroy(&(*watches)->table);
    views_destroy(&(*watches)->views);
    free(*watches);
    *watches = NULL;
}

uint32_t watches_count(const watches_t *watches)
{
    CHECK(watches != NULL);
    return watch_table_count(watches->table);
}

uint32_t watches_views(const watches_t *watches)
{
    CHECK(watches != NULL);
    return views_count(watches->views);
}

int64_t watches_clock_us(const watches_t *watches)
{
    CHECK(watches != NULL);
    return watches->clock();
}

/* ---- ends ---- */

void watches_forget(watches_t *watches, uint32_t watch)
{
    uint32_t view = watch_table_row(watches->table, watch)->view;
    watch_table_remove(watches->table, watch);
    views_release(watches->views, view);
}

void watches_forget_all(watches_t *watches, session_t *session)
{
    while (session->watches != 0)
        watches_forget(watches, session->watches);
    CHECK(session->watch_count == 0);
}

void watches_end(core_t *core, uint32_t watch, status_t status, const fault_t *fault)
{
    const watching_t *row = watch_table_row(core->watches->table, watch);
    const caller_t caller = { .route = row->session->route,
                              .correlation = row->correlation };
    watches_forget(core->watches, watch);
    core->metrics.watches_ended++;
    core_fail(core, &caller, core->state->head_seq, status, fault);
}

bool watches_lost(core_t *core, session_t *session)
{
    if (session->watches == 0)
        return false;
    const watching_t *row = watch_table_row(core->watches->table, session->watches);
    if (!session->gone && row->lost == session->replies_lost)
        return false;
    core->metrics.watches_ended += session->watch_count;
    watches_forget_all(core->watches, session);
    return true;
}

/* ---- rights ---- */

/* What the key's principal may see of boards now. */
static status_t look_up(const core_t *core, const uint8_t key[KEY_BYTES],
                        board_scope_t *scope)
{
    const state_t *state = core->state;
    uint32_t number;
    status_t status = key_check(state, key, core->now_ms, &number);
    if (status != STATUS_OK)
        return status;
    const key_row_t *row = TABLE_ROW(key_row_t, &state->keys, number);
    if (!key_is_enrolled(row))
        return STATUS_NOT_ALLOWED;
    board_scope_of(state, row->principal, OPERATION_QUERY(QUERY_BOARD), scope);
    return scope->reach != REACH_NONE ? STATUS_OK : STATUS_NOT_ALLOWED;
}

/* Lets the watch go on with what its scope is now: the whole view, when that differs. */
static status_t rescope(core_t *core, watching_t *row, const board_scope_t *scope,
                        fault_t *fault)
{
    watches_t *watches = core->watches;
    view_t view = *views_view(watches->views, row->view);
    uint32_t number;
    if (!board_scope_holds(core->state, scope, &view))
        return STATUS_OUT_OF_SCOPE;
    char detail[FAULT_DETAIL_MAX];
    status_t status = board_scope_shown(core->state, view.account, view.group, detail);
    if (status != STATUS_OK) {
        fault_set(fault, "watch.view.group", detail, strlen(detail));
        return status;
    }
    status = views_hold(watches->views, &view, scope, &number);
    if (status != STATUS_OK)
        return status;
    if (number != row->view) {
        row->floor = row->version > row->floor ? row->version : row->floor;
        row->version = 0;
    }
    views_release(watches->views, row->view);
    row->view = number;
    return STATUS_OK;
}

bool watches_recheck(core_t *core, uint32_t watch)
{
    watching_t *row = watch_table_row(core->watches->table, watch);
    board_scope_t scope;
    fault_t fault = { { 0 }, { 0 } };
    if (row->access == core->access_version)
        return true;
    status_t status = look_up(core, row->session->key, &scope);
    if (status == STATUS_OK)
        status = rescope(core, row, &scope, &fault);
    if (status != STATUS_OK) {
        watches_end(core, watch, status, &fault);
        return false;
    }
    row->access = core->access_version;
    return true;
}

/* ---- places ---- */

bool watches_can_be_told(const watches_t *watches, const watching_t *row)
{
    uint64_t changed = views_changed(watches->views, row->view);
    return row->version < changed &&
           views_version(watches->views, row->view) >= row->floor;
}

void watches_place(core_t *core, uint32_t watch)
{
    watches_t *watches = core->watches;
    watch_table_t *table = watches->table;
    const watching_t *row = watch_table_row(table, watch);
    if (row->sent >= row->until) {
        watch_table_rest(table, watch);
        return;
    }
    int64_t due_us = views_due_us(watches->views, core, row->view);
    if (due_us == 0)
        watches->asked = true;
    else if (due_us < watches->retry_us)
        watches->retry_us = due_us;
    bool newer = watches_can_be_told(watches, row);
    if (row->access != core->access_version || (newer && due_us != 0))
        watch_table_put(table, watch, watch_list_ready(table));
    else if (row->version != 0 && !newer)
        watch_table_put(table, watch, watch_list_current(table, row->view));
    else /* a newer version will be there in a moment */
        watch_table_put(table, watch, watch_list_behind(table, row->view));
}

/* ---- requests ---- */

static session_t *session_of(const core_t *core, const caller_t *caller)
{
    session_t *session = sessions_find(core->sessions, caller->route);
    CHECK(session != NULL); /* dispatch met it */
    return session;
}

static status_t open_view(core_t *core, const session_t *session,
                          const board_query_t *query, uint32_t *number, fault_t *fault)
{
    board_scope_t scope;
    view_t view;
    status_t status = look_up(core, session->key, &scope);
    if (status == STATUS_OK)
        status =
            board_scope_view(core->state, query, &scope, "watch.view", &view, fault);
    if (status == STATUS_OK && session->watch_count >= WATCHES_PER_PEER_MAX)
        status = STATUS_TOO_MANY_WATCHES;
    if (status == STATUS_OK)
        status = views_hold(core->watches->views, &view, &scope, number);
    return status;
}

static status_t open_watch(core_t *core, const caller_t *caller,
                           const request_t *request, fault_t *fault)
{
    watches_t *watches = core->watches;
    session_t *session = session_of(core, caller);
    (void)watches_lost(core, session); /* what it lost, it lost: this one is new */
    uint32_t watch = watch_table_find(watches->table, session, caller->correlation);
    if (watch != 0)
        watches_forget(watches, watch);
    uint32_t view;
    status_t status = open_view(core, session, &request->view, &view, fault);
    if (status != STATUS_OK)
        return status;
    watch = watch_table_add(watches->table, session, caller->correlation);
    if (watch == 0) {
        views_release(watches->views, view);
        return STATUS_BUSY;
    }
    watching_t *row = watch_table_row(watches->table, watch);
    row->view = view;
    row->until = request->until;
    row->access = core->access_version;
    row->lost = session->replies_lost;
    watches_place(core, watch);
    return STATUS_OK;
}

void watches_begin(core_t *core, const caller_t *caller, const request_t *request)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(request != NULL);
    fault_t fault = { { 0 }, { 0 } };
    status_t status = open_watch(core, caller, request, &fault);
    if (status == STATUS_OK) {
        core->metrics.watches_begun++;
        return;
    }
    bool of_state = status != STATUS_BUSY && status != STATUS_TOO_MANY_WATCHES;
    core->metrics.watches_refused++;
    core_fail(core, caller, of_state ? core->state->head_seq : 0, status, &fault);
}

void watches_credit(core_t *core, const caller_t *caller, const request_t *request)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(request != NULL);
    watches_t *watches = core->watches;
    session_t *session = session_of(core, caller);
    uint32_t watch = 0;
    if (!watches_lost(core, session))
        watch = watch_table_find(watches->table, session, caller->correlation);
    if (watch == 0) {
        core->metrics.credits_unknown++;
        core_fail(core, caller, 0, STATUS_UNKNOWN_WATCH, NULL);
        return;
    }
    watching_t *row = watch_table_row(watches->table, watch);
    if (request->until <= row->until)
        return; /* repeated: it stands where it belongs */
    bool waits = row->sent < row->until;
    row->until = request->until;
    if (!waits)
        watches_place(core, watch);
}

void watches_unwatch(core_t *core, const caller_t *caller, const request_t *request)
{
    CHECK(core != NULL && caller != NULL);
    (void)request; /* the correlation says it all */
    watches_t *watches = core->watches;
    uint32_t watch =
        watch_table_find(watches->table, session_of(core, caller), caller->correlation);
    if (watch != 0)
        watches_forget(watches, watch);
}
