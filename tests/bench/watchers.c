/* watchers.c - see watchers.h. */
#include "tests/bench/watchers.h"

#include "clients/lib/mirror.h"
#include "proto/wire.h"
#include "tests/bench/measure.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <zmq.h>

#define ARENA_BYTES   (4u * 1024u * 1024u)
#define EVENTS_MAX    256
#define QUERY_MARK    (1ull << 63) /* in correlations of board queries */
#define CONNECT_AHEAD 64u          /* handshakes under way */
#define NANO_PER_MS   1000000u

typedef struct {
    uint64_t version, at;
} note_t;

typedef struct {
    void *socket;
    const board_query_t *view;
    uint64_t correlation, number, version;
    mirror_t *mirror; /* NULL: only numbers are read */
    note_t *notes;
    uint32_t note_count, note_room;
    bool asked, equal; /* of the comparison at the end */
} watcher_t;

struct watchers {
    watchers_options_t options;
    void *context;
    int poll;
    watcher_t *all;
    arena_t *arena;
    buffer_t frame, held, answered;
    watchers_counts_t counts;
    uint32_t shown;
};

/* What is read of an update without unpacking its rows. */
typedef struct {
    uint64_t correlation, number, base, version, part, parts;
} glance_t;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "watchers: %s (%s)\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

/* ---- a glance at an update ---- */

typedef struct {
    const uint8_t *at, *end;
} cursor_t;

static uint64_t varint(cursor_t *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && cursor->at < cursor->end; shift += 7) {
        uint8_t byte = *cursor->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    must(false, "an update that cannot be read");
    return 0;
}

/* A varint field that has to come next. */
static uint64_t number_field(cursor_t *cursor, uint8_t number)
{
    must(cursor->at < cursor->end && *cursor->at == number << 3, "field of an update");
    cursor->at++;
    return varint(cursor);
}

static void enter_message(cursor_t *cursor, uint8_t number)
{
    must(cursor->at < cursor->end && *cursor->at == (number << 3 | 2), "update");
    cursor->at++;
    must(varint(cursor) <= (uint64_t)(cursor->end - cursor->at), "size of an update");
}

/* False when the reply is something else. Fields come in order, as the broker writes. */
static bool glance(const uint8_t *bytes, size_t size, glance_t *seen)
{
    cursor_t cursor = { bytes, bytes + size };
    if (size < 10 || bytes[0] != (1 << 3 | 1) || bytes[9] != (REPLY_UPDATE << 3 | 2))
        return false;
    memcpy(&seen->correlation, bytes + 1, sizeof seen->correlation);
    cursor.at += 9;
    enter_message(&cursor, REPLY_UPDATE);
    seen->number = number_field(&cursor, 1);
    enter_message(&cursor, 2);
    seen->base = number_field(&cursor, 1);
    seen->version = number_field(&cursor, 2);
    seen->part = number_field(&cursor, 3);
    seen->parts = number_field(&cursor, 4);
    return true;
}

/* ---- sending ---- */

static void send_frame(watchers_t *watchers, watcher_t *watcher, status_t written)
{
    must(written == STATUS_OK, "a request could not be written");
    must(zmq_send(watcher->socket, watchers->frame.data, watchers->frame.size,
                  ZMQ_DONTWAIT) >= 0,
         "send");
    buffer_clear(&watchers->frame);
}

/* Under a correlation that was never used: updates of a former watch may still come. */
static void watch_anew(watchers_t *watchers, watcher_t *watcher)
{
    watcher->correlation++;
    watcher->number = watcher->version = 0;
    if (watcher->mirror != NULL)
        mirror_clear(watcher->mirror);
    send_frame(watchers, watcher,
               wire_write_watch(&watchers->frame, watcher->correlation, watcher->view,
                                watchers->options.credit));
}

static void grant(watchers_t *watchers, watcher_t *watcher)
{
    send_frame(watchers, watcher,
               wire_write_credit(&watchers->frame, watcher->correlation,
                                 watcher->number + watchers->options.credit));
}

/* ---- taking ---- */

static void note(watcher_t *watcher, uint64_t version)
{
    if (watcher->note_count == watcher->note_room) {
        watcher->note_room = watcher->note_room > 0 ? 2 * watcher->note_room : 256;
        watcher->notes =
            realloc(watcher->notes, watcher->note_room * sizeof *watcher->notes);
        must(watcher->notes != NULL, "no memory");
    }
    watcher->notes[watcher->note_count++] = (note_t){ version, measure_now() };
}

static void read_reply(watchers_t *watchers, zmq_msg_t *frame, reply_t *reply)
{
    fault_t fault = { 0 };
    arena_reset(watchers->arena);
    status_t status = wire_read_reply(watchers->arena, zmq_msg_data(frame),
                                      zmq_msg_size(frame), reply, &fault);
    if (status != STATUS_OK)
        (void)fprintf(stderr, "watchers: %s %s\n", status_text(status), fault.place);
    must(status == STATUS_OK, "a reply could not be read");
}

/* True when the watcher's version is a newer one. */
static bool take_update(watchers_t *watchers, watcher_t *watcher, zmq_msg_t *frame,
                        const glance_t *seen)
{
    must(seen->part == 0 && seen->parts == 1, "a view of more than one part");
    watchers->counts.updates++;
    watchers->counts.bytes += zmq_msg_size(frame);
    watchers->counts.differences += seen->base != 0;
    bool fits = seen->number == watcher->number + 1 &&
                (seen->base == 0 || seen->base == watcher->version);
    must(seen->version > watcher->version, "a version went back");
    if (fits && watcher->mirror != NULL) {
        reply_t reply;
        read_reply(watchers, frame, &reply);
        fits = mirror_take(watcher->mirror, &reply.update.delta) == MIRROR_CHANGED;
    }
    if (!fits) {
        watchers->counts.holes++;
        watch_anew(watchers, watcher);
        return false;
    }
    watchers->shown += watcher->note_count == 0;
    watcher->number = seen->number;
    watcher->version = seen->version;
    note(watcher, seen->version);
    return true;
}

/* The rows of the copy and those of the answer, as the same bytes. */
static void compare(watchers_t *watchers, watcher_t *watcher, const answer_t *answer)
{
    answer_t pair[2] = { *answer, *answer };
    buffer_t *out[2] = { &watchers->answered, &watchers->held };
    pair[1].body.board = *mirror_board(watcher->mirror);
    for (int i = 0; i < 2; i++) {
        pair[i].seq = 0;
        pair[i].body.board.now_ms = 0;
        buffer_clear(out[i]);
        must(wire_write_answer(out[i], 0, &pair[i]) == STATUS_OK, "comparing");
    }
    watcher->asked = false;
    watcher->equal = out[0]->size == out[1]->size &&
                     memcmp(out[0]->data, out[1]->data, out[0]->size) == 0;
}

static void take_other(watchers_t *watchers, watcher_t *watcher, zmq_msg_t *frame)
{
    reply_t reply;
    read_reply(watchers, frame, &reply);
    if (reply.kind == REPLY_ANSWER && watcher->mirror != NULL) {
        compare(watchers, watcher, &reply.answer);
        return;
    }
    bool ended = reply.kind == REPLY_FAILURE && reply.failure == STATUS_UNKNOWN_WATCH;
    if (!ended && reply.kind == REPLY_FAILURE)
        (void)fprintf(stderr, "watchers: %s %s %s\n", status_text(reply.failure),
                      reply.fault.place, reply.fault.detail);
    must(ended, "an answer that nobody expects");
    if (reply.correlation != watcher->correlation)
        return; /* of a watch that was given up */
    watchers->counts.holes++;
    watch_anew(watchers, watcher);
}

static bool take_frame(watchers_t *watchers, watcher_t *watcher, zmq_msg_t *frame)
{
    glance_t seen;
    if (!glance(zmq_msg_data(frame), zmq_msg_size(frame), &seen)) {
        take_other(watchers, watcher, frame);
        return false;
    }
    return seen.correlation == watcher->correlation &&
           take_update(watchers, watcher, frame, &seen);
}

/* Until nothing is there. Also to be called behind everything that was sent: sending may
 * swallow the socket's signal that something came. */
static void serve(watchers_t *watchers, watcher_t *watcher)
{
    bool any, newer;
    do {
        any = newer = false;
        zmq_msg_t frame;
        must(zmq_msg_init(&frame) == 0, "message");
        while (zmq_msg_recv(&frame, watcher->socket, ZMQ_DONTWAIT) >= 0) {
            any = true;
            newer = take_frame(watchers, watcher, &frame) || newer;
        }
        must(errno == EAGAIN, "receive");
        must(zmq_msg_close(&frame) == 0, "message");
        if (newer)
            grant(watchers, watcher);
    } while (any);
}

/* ---- life ---- */

static void connect_one(watchers_t *watchers, uint32_t index)
{
    const watchers_options_t *options = &watchers->options;
    const profile_t *profile = &options->profiles[index % options->profile_count];
    watcher_t *watcher = &watchers->all[index];
    int zero = 0, descriptor;
    size_t size = sizeof descriptor;
    void *socket = zmq_socket(watchers->context, ZMQ_DEALER);
    must(socket != NULL, "socket");
    must(zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero) == 0, "linger");
    must(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, profile->server_key, KEY_BYTES) ==
                 0 &&
             zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, profile->public_key,
                            KEY_BYTES) == 0 &&
             zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, profile->secret_key,
                            KEY_BYTES) == 0,
         "keys");
    must(zmq_connect(socket, profile->endpoint) == 0, "connect");
    must(zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size) == 0, "descriptor");
    uint32_t common = options->count - options->spread;
    uint32_t view =
        index < common ? 0 : 1 + (index - common) % (options->view_count - 1);
    *watcher = (watcher_t){ .socket = socket, .view = &options->views[view] };
    if (index % WATCHERS_SAMPLE == 0)
        watcher->mirror = mirror_create();
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = index };
    must(epoll_ctl(watchers->poll, EPOLL_CTL_ADD, descriptor, &event) == 0, "poll");
    watch_anew(watchers, watcher);
    serve(watchers, watcher); /* what came before the descriptor was polled */
}

watchers_t *watchers_open(const watchers_options_t *options)
{
    watchers_t *watchers = calloc(1, sizeof *watchers);
    must(watchers != NULL && options->view_count > 0, "no memory");
    must(options->spread == 0 || options->view_count > 1, "no views to spread");
    watchers->options = *options;
    watchers->all = calloc(options->count, sizeof *watchers->all);
    watchers->arena = arena_create(ARENA_BYTES);
    watchers->context = zmq_ctx_new();
    watchers->poll = epoll_create1(EPOLL_CLOEXEC);
    must(watchers->all != NULL && watchers->arena != NULL && watchers->poll >= 0 &&
             watchers->context != NULL,
         "no memory");
    must(zmq_ctx_set(watchers->context, ZMQ_MAX_SOCKETS, (int)options->count + 16) == 0,
         "sockets");
    buffer_init(&watchers->frame, FRAME_BYTES_MAX);
    buffer_init(&watchers->held, FRAME_BYTES_MAX);
    buffer_init(&watchers->answered, FRAME_BYTES_MAX);
    for (uint32_t i = 0; i < options->count; i++) {
        connect_one(watchers, i);
        while (i + 1 > watchers->shown + CONNECT_AHEAD)
            (void)watchers_run(watchers, measure_now() + NANO_PER_MS, -1);
    }
    return watchers;
}

void watchers_close(watchers_t **watchers)
{
    for (uint32_t i = 0; i < (*watchers)->options.count; i++) {
        watcher_t *watcher = &(*watchers)->all[i];
        must(zmq_close(watcher->socket) == 0, "close");
        mirror_destroy(&watcher->mirror);
        free(watcher->notes);
    }
    must(zmq_ctx_term((*watchers)->context) == 0, "end");
    must(close((*watchers)->poll) == 0, "end");
    buffer_fini(&(*watchers)->frame);
    buffer_fini(&(*watchers)->held);
    buffer_fini(&(*watchers)->answered);
    arena_destroy(&(*watchers)->arena);
    free((*watchers)->all);
    free(*watchers);
    *watchers = NULL;
}

/* ---- running ---- */

bool watchers_run(watchers_t *watchers, uint64_t until, int descriptor)
{
    struct epoll_event events[EVENTS_MAX];
    struct epoll_event told = { .events = EPOLLIN, .data.u32 = UINT32_MAX };
    bool called = false;
    if (descriptor >= 0)
        must(epoll_ctl(watchers->poll, EPOLL_CTL_ADD, descriptor, &told) == 0, "poll");
    for (uint64_t now = measure_now(); now < until && !called; now = measure_now()) {
        uint64_t left_ms = (until - now) / NANO_PER_MS + 1;
        int count = epoll_wait(watchers->poll, events, EVENTS_MAX,
                               left_ms < 1000 ? (int)left_ms : 1000);
        must(count >= 0 || errno == EINTR, "poll");
        for (int i = 0; i < count; i++) {
            if (events[i].data.u32 == UINT32_MAX)
                called = true;
            else
                serve(watchers, &watchers->all[events[i].data.u32]);
        }
    }
    if (descriptor >= 0)
        must(epoll_ctl(watchers->poll, EPOLL_CTL_DEL, descriptor, NULL) == 0, "poll");
    return called;
}

bool watchers_all_shown(const watchers_t *watchers)
{
    return watchers->shown == watchers->options.count;
}

watchers_counts_t watchers_counts(const watchers_t *watchers)
{
    return watchers->counts;
}

/* ---- results ---- */

size_t watchers_delays(const watchers_t *watchers, const watchers_probe_t *probes,
                       size_t probe_count, uint64_t *samples, size_t *missing)
{
    size_t count = 0;
    *missing = 0;
    for (uint32_t i = 0; i < watchers->options.count; i++) {
        const watcher_t *watcher = &watchers->all[i];
        uint32_t at = 0;
        for (size_t p = 0; p < probe_count; p++) {
            while (at < watcher->note_count &&
                   watcher->notes[at].version < probes[p].seq)
                at++;
            if (at == watcher->note_count) {
                ++*missing;
                continue;
            }
            uint64_t shown_at = watcher->notes[at].at, heard_at = probes[p].heard_at;
            samples[count++] = shown_at > heard_at ? shown_at - heard_at : 0;
        }
    }
    return count;
}

static void ask(watchers_t *watchers, watcher_t *watcher)
{
    query_t query = { .kind = QUERY_BOARD, .board = *watcher->view };
    send_frame(
        watchers, watcher,
        wire_write_query(&watchers->frame, QUERY_MARK | watcher->correlation, &query));
    watcher->asked = true;
    serve(watchers, watcher);
}

bool watchers_verify(watchers_t *watchers, uint64_t until, uint32_t *compared)
{
    for (;;) {
        uint32_t equal = 0;
        *compared = 0;
        for (uint32_t i = 0; i < watchers->options.count; i++) {
            watcher_t *watcher = &watchers->all[i];
            if (watcher->mirror == NULL)
                continue;
            ++*compared;
            equal += watcher->equal;
            if (!watcher->equal && !watcher->asked)
                ask(watchers, watcher);
        }
        if (equal == *compared)
            return true;
        if (measure_now() >= until)
            return false;
        (void)watchers_run(watchers, measure_now() + 20 * NANO_PER_MS, -1);
    }
}
