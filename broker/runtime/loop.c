/* loop.c - see loop.h. */
#include "broker/runtime/loop.h"

#include "broker/core/demo_clock.h"
#include "broker/runtime/dispatch.h"
#include "broker/runtime/door.h"
#include "broker/runtime/jobs.h"
#include "broker/runtime/names.h"
#include "broker/runtime/publish.h"
#include "broker/runtime/query.h"
#include "broker/runtime/query_facts.h"
#include "broker/runtime/saving.h"
#include "broker/runtime/stats.h"
#include "broker/runtime/wake.h"
#include "proto/check.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

typedef struct {
    const loop_options_t *options;
    core_t *core;
    uint32_t filling; /* index of core->filling */
    bool more;        /* the turn's bound ended the receiving: do not sleep */
    bool draining, ended, was_low;
    status_t status;
    uint32_t taken;      /* records that the turn took in */
    int64_t since_us[2]; /* when the first record of each batch was taken in */
    publish_t publish;
    int64_t next_second_ms, next_refill_ms, drain_until_ms;
} loop_t;

/* ---- clock ---- */

static int64_t monotonic_us(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void read_clock(loop_t *loop)
{
    core_t *core = loop->core;
    int64_t real_ms = loop->options->clock_ms(loop->options->context);
    int64_t clock_ms = demo_clock_ms(&core->state->demo, real_ms);
    core->now_ms = clock_ms > core->state->head_ms ? clock_ms : core->state->head_ms;
    core->turn_us = monotonic_us();
    core->mono_ms = core->turn_us / 1000;
    core->metrics.turns++;
}

/* ---- receive, decide and apply ---- */

/* Back-pressure: whatever comes next must find room. */
static bool may_receive(const loop_t *loop)
{
    const core_t *core = loop->core;
    return !loop->draining && !query_holds(core) && mailer_takes_answer(core->mailer) &&
           batch_takes_submit(core->filling);
}

static void count_pause(loop_t *loop)
{
    core_t *core = loop->core;
    if (!mailer_takes_answer(core->mailer))
        core->metrics.receive_paused_gate++;
    else if (!batch_takes_submit(core->filling))
        core->metrics.receive_paused_batch++;
}

static void receive_some(loop_t *loop, uint32_t before)
{
    core_t *core = loop->core;
    for (uint32_t i = 0; i < LOOP_MESSAGES_MAX; i++) {
        frame_t frame;
        if (!may_receive(loop)) {
            count_pause(loop);
            return;
        }
        port_got_t got = port_receive(core->port, &frame);
        if (got == PORT_NOTHING)
            return;
        if (got == PORT_FOREIGN)
            core->metrics.messages_foreign++;
        else
            dispatch_frame(core, &frame);
        /* a new batch begins only behind the turn, so the count only grows */
        if (batch_count(core->filling) - before >= LOOP_RECORDS_MAX)
            break;
    }
    loop->more = true;
}

static void receive(loop_t *loop)
{
    uint32_t before = batch_count(loop->core->filling);
    loop->more = false;
    receive_some(loop, before);
    loop->taken = batch_count(loop->core->filling) - before;
    if (before == 0)
        loop->since_us[loop->filling] = loop->core->turn_us;
}

/* ---- what the broker writes itself ---- */

static void run_jobs(loop_t *loop)
{
    jobs_turn(loop->core, loop->draining);
}

/* ---- hand over ---- */

static void hand_over(loop_t *loop)
{
    core_t *core = loop->core;
    if (!committer_idle(core->committer) || batch_count(core->filling) == 0)
        return;
    committer_hand(core->committer, core->filling);
    loop->filling = 1 - loop->filling;
    core->filling = loop->options->batches[loop->filling];
    batch_begin(core->filling, core->state->head_seq);
}

/* ---- take what became durable, open the gate ---- */

static void fail_stop(loop_t *loop, const commit_t *commit)
{
    log_line(loop->core->log, LEVEL_ERROR,
             "the journal could not be written after record %" PRIu64
             " [E%d]: %s; ending, nothing acknowledged is lost",
             commit->durable_seq, (int)commit->status, status_text(commit->status));
    loop->status = commit->status;
    loop->ended = true;
}

static void take_durable(loop_t *loop)
{
    core_t *core = loop->core;
    commit_t commit;
    if (committer_take(core->committer, &commit)) {
        if (commit.ballast_released) {
            core->metrics.ballast_released++;
            log_line(core->log, LEVEL_WARNING,
                     "the disk is full: the ballast was given up");
        }
        if (commit.status != STATUS_OK) {
            fail_stop(loop, &commit);
            return;
        }
        CHECK(commit.durable_seq >= core->durable_seq + commit.records);
        core->durable_seq = commit.durable_seq;
        memcpy(core->chain, commit.chain, sizeof core->chain);
        core->metrics.commits++;
        core->metrics.commit_records += commit.records;
        histogram_add(&core->acknowledge,
                      (uint64_t)(monotonic_us() - loop->since_us[1 - loop->filling]),
                      commit.records);
        hand_over(loop); /* so that the disk does not wait for the next turn */
    }
    mailer_open(core->mailer, core->durable_seq, core->mono_ms);
    query_resume(core);
    query_finish_scrub(core);
    query_facts_turn(core);
}

/* ---- publish ---- */

static void publish(loop_t *loop)
{
    publish_turn(loop->core, &loop->publish, loop->taken);
}

/* ---- timers ---- */

static void tell_space(loop_t *loop)
{
    core_t *core = loop->core;
    bool low = committer_low(core->committer);
    if (low == loop->was_low)
        return;
    loop->was_low = low;
    log_line(core->log, low ? LEVEL_WARNING : LEVEL_INFO,
             low ? "free room is low: new commands are refused [E%d]"
                 : "there is room again: commands are taken (E%d is over)",
             (int)STATUS_STORAGE_FULL);
}

static void export_figures(const core_t *core)
{
    counter_t counters[STATS_MAX];
    if (core->exporter == NULL)
        return;
    uint32_t count = stats_list(core, counters);
    exporter_take(core->exporter, counters, count, STATS_GROWING, &core->acknowledge);
}

static void run_timers(loop_t *loop)
{
    core_t *core = loop->core;
    if (core->mono_ms < loop->next_second_ms)
        return;
    loop->next_second_ms = core->mono_ms + LOOP_SECOND_MS;
    tell_space(loop);
    export_figures(core);
    committer_measure(core->committer, 0);
    core->metrics.sessions_expired += sessions_expire(
        core->sessions, core->mono_ms - LOOP_SESSION_IDLE_MS, LOOP_EXPIRE_MAX);
    door_expire(core);
    if (core->door_stale || core->mono_ms >= loop->next_refill_ms) {
        loop->next_refill_ms = core->mono_ms + DOOR_REFILL_MS;
        door_refill(core);
    }
}

/* ---- draining and signals ---- */

static void begin_drain(loop_t *loop)
{
    if (loop->draining)
        return;
    loop->draining = true;
    loop->publish.stopped = true;
    loop->drain_until_ms = loop->core->mono_ms + LOOP_DRAIN_MS;
    log_line(loop->core->log, LEVEL_INFO, "stopping: committing what is in flight");
    if (loop->options->on_stopping != NULL)
        loop->options->on_stopping(loop->options->context);
}

/* What was accepted is committed however long it takes; for peers that do not read
 * there is a limit. */
static void end_drain(loop_t *loop)
{
    const core_t *core = loop->core;
    if (!loop->draining || loop->ended)
        return;
    if (!committer_idle(core->committer) || batch_count(core->filling) > 0)
        return;
    CHECK(core->durable_seq == core->state->head_seq);
    CHECK(mailer_waiting(core->mailer) == 0);
    if (mailer_late(core->mailer) > 0 && core->mono_ms < loop->drain_until_ms)
        return;
    loop->ended = true;
}

static void reload(loop_t *loop)
{
    core_t *core = loop->core;
    loop_reload_t changes = { 0 };
    if (loop->options->on_reload == NULL ||
        !loop->options->on_reload(loop->options->context, &changes))
        return;
    if (changes.low_water_bytes > 0)
        committer_measure(core->committer, changes.low_water_bytes);
    if (changes.log_level > 0)
        core->log->level = changes.log_level;
    log_line(core->log, LEVEL_INFO, "configuration read again");
}

static void take_signals(loop_t *loop)
{
    struct signalfd_siginfo signal;
    while (read(loop->options->signal_fd, &signal, sizeof signal) ==
           (ssize_t)sizeof signal) {
        if (signal.ssi_signo == SIGHUP)
            reload(loop);
        else
            begin_drain(loop);
    }
}

/* ---- sleep ---- */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static long sleep_ms(const loop_t *loop)
{
    const core_t *core = loop->core;
    if ((loop->more && may_receive(loop)) || (!loop->draining && jobs_wait(core)))
        return 0;
    int64_t until = least(loop->next_second_ms, publish_until_ms(core, &loop->publish));
    until = least(until, query_facts_until_ms(core));
    if (mailer_late(core->mailer) > 0)
        until = least(until, core->mono_ms + LOOP_LATE_RETRY_MS);
    return until > core->mono_ms ? (long)(until - core->mono_ms) : 0;
}

enum {
    WAIT_COMMITTER,
    WAIT_READER,
    WAIT_NAMES,
    WAIT_EPOCHS,
    WAIT_BOARDS,
    WAIT_PASSWORDS,
    WAIT_STOP,
    WAIT_SIGNAL,
    WAIT_PORT,
    WAIT_COUNT
};

/* Waits for a commit, a walk of the reader, a signal, a message or a timer. */
static void sleep_until_work(loop_t *loop)
{
    const core_t *core = loop->core;
    const loop_options_t *options = loop->options;
    zmq_pollitem_t items[WAIT_COUNT] = {
        [WAIT_COMMITTER] = { .fd = committer_fd(core->committer),
                             .events = ZMQ_POLLIN },
        [WAIT_READER] = { .fd = reader_fd(core->reader), .events = ZMQ_POLLIN },
        [WAIT_EPOCHS] = { .fd = jobs_fd(core, 0), .events = ZMQ_POLLIN },
        [WAIT_BOARDS] = { .fd = jobs_fd(core, 1), .events = ZMQ_POLLIN },
        [WAIT_PASSWORDS] = { .fd = jobs_fd(core, JOBS_LANES), .events = ZMQ_POLLIN },
        [WAIT_STOP] = { .fd = options->stop_fd, .events = ZMQ_POLLIN },
        [WAIT_SIGNAL] = { .fd = options->signal_fd, .events = ZMQ_POLLIN },
        [WAIT_PORT] = { .socket = port_socket(core->port), .events = ZMQ_POLLIN },
    };
    items[WAIT_NAMES] =
        (zmq_pollitem_t){ .fd = core->names != NULL ? names_fd(core->names)
                                                    : options->stop_fd,
                          .events = ZMQ_POLLIN };
    if (options->signal_fd < 0)
        items[WAIT_SIGNAL].fd = options->stop_fd; /* asked twice, no harm */
    int count = may_receive(loop) ? WAIT_COUNT : WAIT_PORT;
    int rc = zmq_poll(items, count, sleep_ms(loop));
    CHECK(rc >= 0 || errno == EINTR);
    if (rc <= 0)
        return;
    if ((items[WAIT_STOP].revents & ZMQ_POLLIN) != 0) {
        wake_clear(options->stop_fd);
        begin_drain(loop);
    }
    if (options->signal_fd >= 0 && (items[WAIT_SIGNAL].revents & ZMQ_POLLIN) != 0)
        take_signals(loop);
}

/* ---- names and snapshots ---- */

static void read_names(loop_t *loop)
{
    core_t *core = loop->core;
    uint32_t learnt, lost;
    if (core->names == NULL)
        return;
    bool more = names_turn(core->names, core->directory, core->state, &learnt, &lost);
    core->names_learnt += learnt;
    core->metrics.names_lost += lost;
    if (more)
        return;
    names_destroy(&core->names);
    log_line(core->log, LEVEL_INFO, "names of %" PRIu64 " records read",
             core->names_learnt);
}

static void save(loop_t *loop)
{
    saving_turn(loop->core);
}

/* ---- the turn ---- */

typedef void phase(loop_t *loop);

static phase *const phases[] = { read_clock,   receive,    run_jobs, hand_over,
                                 take_durable, read_names, save,     publish,
                                 run_timers,   end_drain };

status_t loop_run(const loop_options_t *options)
{
    CHECK(options != NULL && options->core != NULL);
    CHECK(options->clock_ms != NULL && options->tick_ms > 0);
    core_t *core = options->core;
    loop_t loop = { .options = options,
                    .core = core,
                    .status = STATUS_OK,
                    .publish.tick_ms = options->tick_ms };
    core->filling = options->batches[0];
    batch_begin(core->filling, core->state->head_seq);
    CHECK(core->read_only || core->durable_seq == core->state->head_seq);
    while (!loop.ended) {
        for (size_t i = 0; i < sizeof phases / sizeof phases[0] && !loop.ended; i++)
            phases[i](&loop);
        if (!loop.ended)
            sleep_until_work(&loop);
    }
    return loop.status;
}
