/* shelf.c - see shelf.h. */
#include "clients/relay/shelf.h"

#include "clients/relay/report.h"
#include "proto/check.h"
#include <stdio.h>
#include <string.h>

#define HEAD_SIZE (sizeof SHELF_TOPIC_HEAD - 1)

void shelf_init(shelf_t *shelf, text_t group, outlet_t **outlet)
{
    CHECK(shelf != NULL);
    CHECK(group.size > 0 && group.size <= LABEL_BYTES_MAX);
    *shelf = (shelf_t){ .outlet = outlet, .status = STATUS_UNREACHABLE };
    memcpy(shelf->topic, SHELF_TOPIC_HEAD, HEAD_SIZE);
    memcpy(shelf->topic + HEAD_SIZE, group.data, group.size);
    shelf->topic_size = (uint32_t)HEAD_SIZE + group.size;
    whole_init(&shelf->whole);
}

void shelf_fini(shelf_t *shelf)
{
    CHECK(shelf != NULL);
    watch_close(&shelf->watch);
    whole_fini(&shelf->whole);
}

text_t shelf_group(const shelf_t *shelf)
{
    CHECK(shelf != NULL);
    return (text_t){ shelf->topic + HEAD_SIZE,
                     shelf->topic_size - (uint32_t)HEAD_SIZE };
}

/* ---- what the watch tells ---- */

static void pass_on(shelf_t *shelf, const update_t *update)
{
    const outlet_frame_t frames[] = { { shelf->topic, shelf->topic_size },
                                      { update->bytes, update->size } };
    if (*shelf->outlet != NULL)
        outlet_publish(*shelf->outlet, frames, 2);
}

static void note_end(shelf_t *shelf, const watch_event_t *event)
{
    shelf->status = event->status;
    if (shelf->told != event->status) /* once, not every time it is tried again */
        report_status(REPORT_WARNING, shelf->topic, event->status, event->fault);
    shelf->told = event->status;
}

static void note_view(shelf_t *shelf)
{
    if (shelf->told != STATUS_OK)
        report_line(REPORT_INFO, "%s: is there again", shelf->topic);
    shelf->status = shelf->told = STATUS_OK;
}

static void on_event(void *context, const watch_event_t *event)
{
    shelf_t *shelf = context;
    switch (event->kind) {
    case WATCH_PART:
        pass_on(shelf, event->update);
        return;
    case WATCH_VIEW:
        note_view(shelf);
        return;
    case WATCH_ENDED:
        note_end(shelf, event);
        return;
    case WATCH_STALE:
    case WATCH_LIVE:
        return; /* the heartbeat asks */
    }
}

/* ---- life of the watch ---- */

/* The watch is over while the status says why and it still stands. */
static bool has_ended(const shelf_t *shelf)
{
    return shelf->watch != NULL && shelf->status != STATUS_OK &&
           shelf->status != STATUS_UNREACHABLE;
}

static void shut(shelf_t *shelf)
{
    watch_close(&shelf->watch);
    whole_fini(&shelf->whole);
    whole_init(&shelf->whole);
}

static void open_watch(shelf_t *shelf, client_t *client, uint32_t window,
                       int64_t now_ms)
{
    board_query_t view = { .group = shelf_group(shelf), .count = window };
    status_t status =
        watch_open(client, &view, SHELF_CREDIT, on_event, shelf, &shelf->watch);
    if (status == STATUS_OK) {
        shelf->status = STATUS_UNREACHABLE; /* until a view comes */
        return;
    }
    shelf->again_ms = now_ms + SHELF_AGAIN_MS;
    report_status(REPORT_WARNING, shelf->topic, status, NULL);
}

void shelf_tend(shelf_t *shelf, client_t *client, uint32_t window, int64_t now_ms)
{
    CHECK(shelf != NULL);
    if (has_ended(shelf)) {
        shut(shelf);
        shelf->again_ms = now_ms + SHELF_AGAIN_MS;
    }
    if (shelf->moved) {
        shut(shelf);
        shelf->status = STATUS_UNREACHABLE;
        shelf->moved = false;
    }
    if (shelf->watch == NULL && now_ms >= shelf->again_ms)
        open_watch(shelf, client, window, now_ms);
}

void shelf_follow(shelf_t *shelf, text_t account)
{
    CHECK(shelf != NULL);
    if (shelf_version(shelf) == 0)
        return;
    text_t shown = mirror_board(watch_mirror(shelf->watch))->account;
    shelf->moved =
        shown.size != account.size || memcmp(shown.data, account.data, shown.size) != 0;
}

bool shelf_is_shut(const shelf_t *shelf)
{
    CHECK(shelf != NULL);
    return shelf->watch == NULL;
}

bool shelf_is_live(const shelf_t *shelf)
{
    CHECK(shelf != NULL);
    return shelf->watch != NULL && watch_is_live(shelf->watch);
}

uint64_t shelf_version(const shelf_t *shelf)
{
    CHECK(shelf != NULL);
    return shelf->watch != NULL && shelf->status == STATUS_OK
               ? mirror_version(watch_mirror(shelf->watch))
               : 0;
}

/* ---- last values ---- */

void shelf_refuse(outlet_t *outlet, const outlet_request_t *request, status_t status)
{
    char text[256];
    int size =
        snprintf(text, sizeof text, "E%u %s", (unsigned)status, status_text(status));
    CHECK(size > 0 && (size_t)size < sizeof text);
    const outlet_frame_t frame = { text, (size_t)size };
    outlet_answer(outlet, request, &frame, 1);
}

void shelf_answer(shelf_t *shelf, outlet_t *outlet, const outlet_request_t *request)
{
    CHECK(shelf != NULL);
    status_t status = shelf->status;
    if (shelf_version(shelf) != 0)
        status = whole_build(&shelf->whole, watch_mirror(shelf->watch));
    if (status != STATUS_OK) {
        shelf_refuse(outlet, request, status);
        return;
    }
    outlet_frame_t frames[1 + WHOLE_PARTS_MAX] = { { shelf->topic,
                                                     shelf->topic_size } };
    for (uint32_t part = 0; part < shelf->whole.parts; part++)
        frames[1 + part].data = whole_part(&shelf->whole, part, &frames[1 + part].size);
    outlet_answer(outlet, request, frames, 1 + shelf->whole.parts);
}
