/* watch.c - see watch.h: what a watch sends, takes and tells. */
#include "clients/lib/watch.h"

#include "clients/lib/client_parts.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define VIEW_TEXTS 6u

typedef enum {
    STEP_ASKING,  /* until the first update or a failure */
    STEP_RUNNING, /* updates come, credit goes */
    STEP_OVER,    /* refused or taken away */
    STEP_LEAVING  /* closed; the broker is still to be told */
} step_t;

struct watch {
    client_t *client;
    mirror_t *mirror;
    watch_fn *heard;
    void *context;
    board_query_t view;
    char texts[VIEW_TEXTS * LABEL_BYTES_MAX];
    uint64_t correlation;
    uint64_t number;    /* of the last update that came whole */
    uint64_t gathering; /* of the one whose parts are coming */
    uint32_t credit;
    uint32_t wait_ms; /* before asking again without an answer, doubled */
    uint32_t busy_ms; /* before asking a busy broker again, doubled */
    step_t step;
    bool live, credit_due;
    int64_t asked_ms; /* on this connection, 0 = not yet */
    int64_t due_ms;   /* ask again, repeat the credit */
};

/* ---- life ---- */

static void drop(client_t *client, uint32_t index)
{
    watch_t *watch = client->watches[index];
    client->watches[index] = client->watches[--client->watch_count];
    mirror_destroy(&watch->mirror);
    free(watch);
}

static bool copy_view(watch_t *watch, const board_query_t *view)
{
    watch->view = *view;
    text_t *const texts[VIEW_TEXTS] = { &watch->view.account,  &watch->view.group,
                                        &watch->view.unit,     &watch->view.front,
                                        &watch->view.category, &watch->view.around };
    char *at = watch->texts;
    for (uint32_t i = 0; i < VIEW_TEXTS; i++) {
        if (texts[i]->size > LABEL_BYTES_MAX)
            return false;
        if (texts[i]->size > 0)
            memcpy(at, texts[i]->data, texts[i]->size);
        texts[i]->data = at;
        at += texts[i]->size;
    }
    return true;
}

status_t watch_open(client_t *client, const board_query_t *view, uint32_t credit,
                    watch_fn *heard, void *context, watch_t **out)
{
    CHECK(client != NULL && view != NULL);
    CHECK(heard != NULL && out != NULL);
    CHECK(credit >= 1 && credit <= WATCH_CREDIT_MAX);
    *out = NULL;
    if (client->watch_count == WATCHES_PER_PEER_MAX)
        return STATUS_QUEUE_FULL;
    watch_t *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return STATUS_NO_MEMORY;
    watch->mirror = mirror_create();
    bool fits = watch->mirror != NULL && copy_view(watch, view);
    if (!fits) {
        status_t status = watch->mirror != NULL ? STATUS_TOO_LARGE : STATUS_NO_MEMORY;
        mirror_destroy(&watch->mirror);
        free(watch);
        return status;
    }
    watch->client = client;
    watch->heard = heard;
    watch->context = context;
    watch->credit = credit;
    watch->wait_ms = client->options.resend_ms;
    watch->busy_ms = CLIENT_BUSY_MS;
    watch->correlation = client_next_correlation(client);
    client->watches[client->watch_count++] = watch;
    *out = watch;
    return STATUS_OK;
}

void watch_close(watch_t **out)
{
    CHECK(out != NULL);
    watch_t *watch = *out;
    if (watch == NULL)
        return;
    *out = NULL;
    client_t *client = watch->client;
    if (watch->step != STEP_OVER && watch->asked_ms != 0) {
        watch->step = STEP_LEAVING; /* the next turn tells the broker */
        return;
    }
    for (uint32_t i = 0; i < client->watch_count; i++) {
        if (client->watches[i] == watch) {
            drop(client, i);
            return;
        }
    }
}

const mirror_t *watch_mirror(const watch_t *watch)
{
    CHECK(watch != NULL);
    return watch->mirror;
}

bool watch_is_live(const watch_t *watch)
{
    CHECK(watch != NULL);
    return watch->live;
}

void watches_fini(client_t *client)
{
    while (client->watch_count > 0) {
        CHECK(client->watches[0]->step == STEP_LEAVING); /* others are not closed yet */
        drop(client, 0);
    }
}

/* ---- telling ---- */

static uint32_t tell(watch_t *watch, const watch_event_t *event)
{
    watch_event_t told = *event;
    told.mirror = watch->mirror;
    told.version = mirror_version(watch->mirror);
    watch->heard(watch->context, &told);
    return 1;
}

static uint32_t set_live(watch_t *watch, bool live)
{
    if (watch->live == live)
        return 0;
    watch->live = live;
    return tell(watch, &(watch_event_t){ .kind = live ? WATCH_LIVE : WATCH_STALE });
}

static bool is_open(const watch_t *watch)
{
    return watch->step == STEP_ASKING || watch->step == STEP_RUNNING;
}

uint32_t watches_look(client_t *client, int64_t now_ms)
{
    uint32_t handed = 0;
    bool live = client->state == CLIENT_CONNECTED &&
                now_ms - client->heard_ms < CLIENT_STALE_MS;
    for (uint32_t i = 0; i < client->watch_count; i++) {
        if (is_open(client->watches[i]))
            handed += set_live(client->watches[i], live);
    }
    return handed;
}

/* ---- sending ---- */

/* What could not be written for want of memory counts as sent: its timer tries again. */
static bool sent(client_t *client, status_t written, int64_t now_ms)
{
    return written != STATUS_OK || client_send(client, &client->frame, now_ms);
}

static void send_watch(watch_t *watch, int64_t now_ms)
{
    client_t *client = watch->client;
    buffer_clear(&client->frame);
    status_t written = wire_write_watch(&client->frame, watch->correlation,
                                        &watch->view, watch->credit);
    if (!sent(client, written, now_ms))
        return; /* no room: the next turn tries again */
    watch->asked_ms = now_ms;
    watch->due_ms = now_ms + client_jittered(watch->wait_ms);
    watch->wait_ms = client_doubled(watch->wait_ms, CLIENT_RESEND_MAX_MS);
}

static void send_credit(watch_t *watch, int64_t now_ms)
{
    client_t *client = watch->client;
    buffer_clear(&client->frame);
    status_t written = wire_write_credit(&client->frame, watch->correlation,
                                         watch->number + watch->credit);
    if (!sent(client, written, now_ms))
        return; /* likewise */
    watch->credit_due = false;
    watch->due_ms = now_ms + client_jittered(WATCH_ASK_MS);
}

/* Whether the broker was told. */
static bool send_unwatch(watch_t *watch, int64_t now_ms)
{
    client_t *client = watch->client;
    buffer_clear(&client->frame);
    return sent(client, wire_write_unwatch(&client->frame, watch->correlation), now_ms);
}

/* When the watch has something to send. What was asked before waits for a connection. */
static int64_t due_of(const watch_t *watch)
{
    bool connected = watch->client->state == CLIENT_CONNECTED;
    if (watch->step == STEP_LEAVING ||
        (watch->step == STEP_ASKING && watch->asked_ms == 0))
        return 0;
    if (!connected || !is_open(watch))
        return INT64_MAX;
    return watch->credit_due ? 0 : watch->due_ms;
}

void watches_send(client_t *client, int64_t now_ms)
{
    uint32_t i = 0;
    while (i < client->watch_count && !client->blocked) {
        watch_t *watch = client->watches[i];
        bool due = now_ms >= due_of(watch);
        if (due && watch->step == STEP_LEAVING && send_unwatch(watch, now_ms)) {
            drop(client, i); /* another one stands there now */
            continue;
        }
        if (due && watch->step == STEP_ASKING)
            send_watch(watch, now_ms);
        if (due && watch->step == STEP_RUNNING)
            send_credit(watch, now_ms);
        i++;
    }
}

int64_t watches_due_ms(const client_t *client)
{
    int64_t due_ms = INT64_MAX;
    for (uint32_t i = 0; i < client->watch_count; i++) {
        const watch_t *watch = client->watches[i];
        int64_t own_ms = client->blocked ? INT64_MAX : due_of(watch);
        int64_t stale_ms = watch->live && is_open(watch)
                               ? client->heard_ms + CLIENT_STALE_MS
                               : INT64_MAX;
        own_ms = own_ms < stale_ms ? own_ms : stale_ms;
        due_ms = due_ms < own_ms ? due_ms : own_ms;
    }
    return due_ms;
}

/* ---- asking anew ---- */

/* Not at once when it was asked just now: a peer that is wrong each time is not asked
 * without end. */
static void ask_anew(watch_t *watch, int64_t now_ms)
{
    int64_t soonest_ms = watch->asked_ms + watch->client->options.resend_ms;
    watch->step = STEP_ASKING;
    watch->credit_due = false;
    watch->due_ms = now_ms > soonest_ms ? now_ms : soonest_ms;
}

void watches_renew(client_t *client)
{
    uint32_t i = 0;
    while (i < client->watch_count) {
        watch_t *watch = client->watches[i];
        if (watch->step == STEP_LEAVING) { /* ended with the connection */
            drop(client, i);
            continue;
        }
        if (is_open(watch)) {
            watch->step = STEP_ASKING;
            watch->credit_due = false;
            watch->asked_ms = 0;
            watch->wait_ms = client->options.resend_ms;
        }
        i++;
    }
}

/* ---- taking ---- */

static bool is_temporary(status_t status)
{
    static const status_t temporary[] = { STATUS_BUSY, STATUS_STOPPING,
                                          STATUS_NO_MEMORY };
    for (size_t i = 0; i < sizeof temporary / sizeof temporary[0]; i++) {
        if (temporary[i] == status)
            return true;
    }
    return false;
}

static uint32_t on_failure(watch_t *watch, const reply_t *reply, int64_t now_ms)
{
    if (!is_open(watch))
        return 0;
    if (is_temporary(reply->failure)) {
        watch->client->counts.busy++;
        if (watch->step == STEP_ASKING)
            watch->due_ms = now_ms + client_jittered(watch->busy_ms);
        watch->busy_ms = client_doubled(watch->busy_ms, CLIENT_BUSY_MAX_MS);
        return 0;
    }
    if (reply->failure == STATUS_UNKNOWN_WATCH) {
        if (watch->step == STEP_RUNNING) /* else it was asked for anew meanwhile */
            ask_anew(watch, now_ms);
        return 0;
    }
    watch->step = STEP_OVER;
    watch->live = false;
    return tell(watch, &(watch_event_t){ .kind = WATCH_ENDED,
                                         .status = reply->failure,
                                         .fault = &reply->fault });
}

static bool starts_anew(const update_t *update)
{
    return update->number == 1 && update->delta.part == 0 && update->delta.base == 0;
}

/* Whether this part is the one that comes next; the first one of a watch that was asked
 * for again may come at any time. */
static bool is_next(watch_t *watch, const update_t *update)
{
    if (starts_anew(update))
        watch->number = 0;
    uint64_t next = update->delta.part == 0 ? watch->number + 1 : watch->gathering;
    watch->gathering = next;
    return update->number == next;
}

static uint32_t on_taken(watch_t *watch, const update_t *update, bool whole)
{
    uint32_t handed = set_live(watch, true);
    handed += tell(watch, &(watch_event_t){ .kind = WATCH_PART, .update = update });
    if (!whole)
        return handed;
    watch->number = update->number;
    watch->credit_due = true;
    return handed +
           tell(watch, &(watch_event_t){ .kind = WATCH_VIEW,
                                         .board = mirror_board(watch->mirror) });
}

static uint32_t on_update(watch_t *watch, const update_t *update, int64_t now_ms)
{
    bool first = starts_anew(update);
    if (!is_open(watch) || (watch->step == STEP_ASKING && !first))
        return 0; /* of the time before it was closed or asked for anew */
    mirror_taken_t taken = is_next(watch, update)
                               ? mirror_take(watch->mirror, &update->delta)
                               : MIRROR_HOLE;
    if (taken == MIRROR_HOLE || taken == MIRROR_NO_MEMORY) {
        ask_anew(watch, now_ms);
        return 0;
    }
    if (watch->step == STEP_ASKING) {
        watch->step = STEP_RUNNING;
        watch->wait_ms = watch->client->options.resend_ms;
        watch->busy_ms = CLIENT_BUSY_MS;
        watch->due_ms = now_ms + client_jittered(WATCH_ASK_MS);
    }
    return on_taken(watch, update, taken == MIRROR_CHANGED);
}

bool watches_take(client_t *client, const reply_t *reply, int64_t now_ms,
                  uint32_t *handed)
{
    if (reply->kind != REPLY_UPDATE && reply->kind != REPLY_FAILURE)
        return false;
    for (uint32_t i = 0; i < client->watch_count; i++) {
        watch_t *watch = client->watches[i];
        if (watch->correlation != reply->correlation)
            continue;
        *handed += reply->kind == REPLY_UPDATE
                       ? on_update(watch, &reply->update, now_ms)
                       : on_failure(watch, reply, now_ms);
        return true;
    }
    return false;
}
