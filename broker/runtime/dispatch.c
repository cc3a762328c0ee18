/* dispatch.c - see dispatch.h. */
#include "broker/runtime/dispatch.h"

#include "broker/core/authorise.h"
#include "broker/runtime/query.h"
#include "broker/runtime/submit.h"
#include "broker/runtime/watches.h"
#include "proto/check.h"

typedef void handler(core_t *core, const caller_t *caller, const request_t *request);

static void on_query(core_t *core, const caller_t *caller, const request_t *request)
{
    query_handle(core, caller, &request->query);
}

static void on_ping(core_t *core, const caller_t *caller, const request_t *request)
{
    (void)request;
    core->metrics.pings++;
    core_post(core, caller, 0, wire_write_pong(&core->reply, caller->correlation));
}

typedef struct {
    handler *handle;
    size_t bytes_max; /* of the whole frame */
} route_t;

#define ROUTE_OF(kind) ((size_t)(kind)-REQUEST_SUBMIT)

static const route_t routes[] = {
    [ROUTE_OF(REQUEST_SUBMIT)] = { submit_handle, FRAME_BYTES_MAX },
    [ROUTE_OF(REQUEST_QUERY)] = { on_query, DISPATCH_QUERY_BYTES_MAX },
    [ROUTE_OF(REQUEST_PING)] = { on_ping, DISPATCH_PING_BYTES_MAX },
    [ROUTE_OF(REQUEST_WATCH)] = { watches_begin, DISPATCH_QUERY_BYTES_MAX },
    [ROUTE_OF(REQUEST_CREDIT)] = { watches_credit, DISPATCH_PING_BYTES_MAX },
    [ROUTE_OF(REQUEST_UNWATCH)] = { watches_unwatch, DISPATCH_PING_BYTES_MAX },
    [ROUTE_OF(REQUEST_CHECK)] = { submit_check, FRAME_BYTES_MAX },
};

/* Form first (it tells the correlation), then the key, then the size. */
static status_t admit(core_t *core, const frame_t *frame, caller_t *caller,
                      request_t *request, fault_t *fault, uint64_t *rests_on)
{
    *rests_on = 0;
    status_t status = wire_read_request(core->request_arena, frame->bytes, frame->size,
                                        request, fault);
    caller->correlation = request->correlation;
    status_t standing = key_check(core->state, frame->key, core->now_ms, &caller->key);
    if (standing != STATUS_OK) {
        core->metrics.keys_refused++;
        fault_set(fault, NULL, NULL, 0);
        *rests_on = core->state->head_seq;
        return standing;
    }
    if (status != STATUS_OK) {
        core->metrics.messages_malformed++;
        return status;
    }
    if (ROUTE_OF(request->kind) >= sizeof routes / sizeof routes[0])
        return STATUS_UNKNOWN_OPERATION;
    if (frame->size > routes[ROUTE_OF(request->kind)].bytes_max)
        return STATUS_TOO_LARGE;
    return STATUS_OK;
}

void dispatch_frame(core_t *core, const frame_t *frame)
{
    CHECK(core != NULL);
    CHECK(frame != NULL);
    caller_t caller = { .route = frame->route };
    core->metrics.messages_received++;
    if (sessions_meet(core->sessions, frame->route, frame->key, core->mono_ms) ==
        NULL) {
        core->metrics.sessions_refused++;
        core_fail(core, &caller, 0, STATUS_BUSY, NULL);
        return;
    }
    if (frame->status != STATUS_OK) {
        core->metrics.messages_malformed++;
        core_fail(core, &caller, 0, frame->status, NULL);
        return;
    }
    request_t request;
    fault_t fault = { { 0 }, { 0 } };
    uint64_t rests_on;
    arena_reset(core->request_arena);
    status_t status = admit(core, frame, &caller, &request, &fault, &rests_on);
    if (status != STATUS_OK)
        core_fail(core, &caller, rests_on, status, &fault);
    else
        routes[ROUTE_OF(request.kind)].handle(core, &caller, &request);
}
