/* broker.c - see broker.h. */
#include "broker/runtime/broker.h"

#include "broker/core/dates.h"
#include "broker/core/demo_clock.h"
#include "broker/runtime/door.h"
#include "broker/runtime/jobs.h"
#include "broker/runtime/memory.h"
#include "broker/runtime/names.h"
#include "broker/runtime/query.h"
#include "broker/runtime/query_facts.h"
#include "broker/runtime/replay.h"
#include "broker/runtime/saving.h"
#include "broker/runtime/wake.h"
#include "broker/runtime/watches.h"
#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define PATH_BYTES_MAX 1200u

struct broker {
    broker_options_t
        options; /* data, listen, metrics and secret_key die after broker_open */
    core_t core;
    state_t state;
    memory_t memory;
    log_t log;
    journal_t *journal;
    space_t *space;
    void *context; /* ZeroMQ's */
    batch_t *batches[2];
    struct saving saving;
    int signal_fd, stop_fd;
    sigset_t old_signals;
};

static int64_t system_clock_ms(void *context)
{
    struct timespec now;
    (void)context;
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* For costs. */
static int64_t steady_clock_us(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t read_clock(const broker_t *broker)
{
    int64_t real_ms = broker->options.clock_ms(broker->options.context);
    int64_t now_ms = demo_clock_ms(&broker->state.demo, real_ms);
    return now_ms > broker->state.head_ms ? now_ms : broker->state.head_ms;
}

/* ---- signals ---- */

/* Before any thread is made, so that all of them inherit the mask. */
static status_t take_signals(broker_t *broker)
{
    broker->stop_fd = wake_open();
    if (broker->stop_fd < 0)
        return STATUS_NO_MEMORY;
    if (!broker->options.signals)
        return STATUS_OK;
    sigset_t taken;
    CHECK(sigemptyset(&taken) == 0);
    CHECK(sigaddset(&taken, SIGTERM) == 0 && sigaddset(&taken, SIGINT) == 0);
    CHECK(sigaddset(&taken, SIGHUP) == 0);
    CHECK(pthread_sigmask(SIG_BLOCK, &taken, &broker->old_signals) == 0);
    broker->signal_fd = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    return broker->signal_fd >= 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

static void give_signals_back(broker_t *broker)
{
    if (broker->signal_fd >= 0) {
        CHECK(close(broker->signal_fd) == 0);
        CHECK(pthread_sigmask(SIG_SETMASK, &broker->old_signals, NULL) == 0);
    }
    broker->signal_fd = -1;
    wake_close(&broker->stop_fd);
}

/* ---- storage and state ---- */

static void serve_reading_only(broker_t *broker, const char *reason)
{
    core_t *core = &broker->core;
    core->read_only = true;
    (void)snprintf(core->read_only_reason, sizeof core->read_only_reason, "%s", reason);
    log_line(&broker->log, LEVEL_ERROR, "serving reading only [E%d]: %s",
             (int)STATUS_READ_ONLY, core->read_only_reason);
}

/* Law 7: a disk that is full to the brim still serves reading. */
static status_t open_journal(broker_t *broker)
{
    const broker_options_t *options = &broker->options;
    journal_options_t how = { .mode = JOURNAL_WRITE, .map_bytes = options->map_bytes };
    status_t status = journal_open(options->data, &how, &broker->journal);
    if (status == STATUS_STORAGE_FULL) {
        how.mode = JOURNAL_READ;
        status = journal_open(options->data, &how, &broker->journal);
        if (status == STATUS_OK)
            serve_reading_only(broker, "no room on the disk");
    }
    if (status != STATUS_OK || broker->core.read_only)
        return status;
    const space_options_t space = { .low_water_bytes = options->low_water_bytes,
                                    .ballast_bytes = options->ballast_bytes };
    return space_open(options->data, &space, &broker->space);
}

static status_t build_state(broker_t *broker)
{
    core_t *core = &broker->core;
    state_limits_t limits;
    state_limits_default(&limits);
    if (broker->options.limits != NULL)
        limits = *broker->options.limits;
    state_memory_t source = memory_source(&broker->memory);
    core->state = &broker->state;
    status_t status = state_init(&broker->state, &limits, &source);
    if (status == STATUS_OK)
        status = boards_create(&source, limits.rows[TABLE_standings], &core->boards);
    if (status == STATUS_OK)
        status = directory_create(&limits, &core->directory);
    return status;
}

static void tell_demo(const broker_t *broker)
{
    const demo_clock_t *demo = &broker->state.demo;
    uint32_t from = date_of_ms(demo->from_ms);
    if (demo->rate != 0)
        log_line(&broker->log, LEVEL_WARNING,
                 "demonstration: the clock runs %" PRIu32 " times faster from "
                 "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32,
                 demo->rate, from / 10000, from / 100 % 100, from % 100);
}

static void drop_state(broker_t *broker)
{
    directory_destroy(&broker->core.directory);
    memory_fini(&broker->memory);
    memory_init(&broker->memory);
}

/* A snapshot saves reading the beginning of the journal. Whatever is wrong with it costs
 * only time: then everything is read. */
static status_t restore(broker_t *broker)
{
    core_t *core = &broker->core;
    int64_t before_ms = system_clock_ms(NULL);
    status_t status = snapshot_restore(broker->options.data, broker->journal,
                                       core->state, core->chain);
    if (status == STATUS_OK) {
        core->names_from = core->state->newest_directory;
        broker->saving.saved_seq = core->state->head_seq;
        log_line(&broker->log, LEVEL_INFO,
                 "snapshot of record %" PRIu64 " read in %" PRId64 " ms",
                 core->state->head_seq, system_clock_ms(NULL) - before_ms);
        return STATUS_OK;
    }
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    log_line(&broker->log, LEVEL_WARNING,
             "the snapshot is not used [E%d]: %s; reading the whole journal",
             (int)status, status_text(status));
    drop_state(broker);
    memset(core->chain, 0, sizeof core->chain);
    return build_state(broker);
}

static status_t replay(broker_t *broker)
{
    core_t *core = &broker->core;
    replay_t job = { .journal = broker->journal,
                     .state = core->state,
                     .directory = core->directory,
                     .log = &broker->log };
    memcpy(job.chain, core->chain, sizeof job.chain);
    replay_result_t result;
    int64_t before_ms = system_clock_ms(NULL);
    status_t status = replay_run(&job, &result);
    if (status == STATUS_DAMAGED && core->state->head_seq > 0) {
        char reason[FAULT_DETAIL_MAX];
        (void)snprintf(reason, sizeof reason, "record %" PRIu64 " is damaged",
                       result.damaged_seq);
        serve_reading_only(broker, reason);
        status = STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    core->durable_seq = core->state->head_seq;
    memcpy(core->chain, result.chain, sizeof core->chain);
    core->metrics.names_lost += result.names_lost;
    tell_demo(broker); /* the boards are formed by the loop, in steps */
    log_line(&broker->log, LEVEL_INFO, "replayed %" PRIu64 " records in %" PRId64 " ms",
             result.records, system_clock_ms(NULL) - before_ms);
    return STATUS_OK;
}

/* A folder that an earlier release made has no signing key yet. Without one (no room,
 * not readable) the broker serves all but receipts. */
static void take_signing_key(broker_t *broker)
{
    core_t *core = &broker->core;
    bool made = false;
    status_t status = init_own_signing_key(broker->options.data, &core->signing, &made);
    core->signs = status == STATUS_OK;
    if (!core->signs)
        log_line(&broker->log, LEVEL_ERROR,
                 "no key to sign receipts with (sign.key): %s", status_text(status));
    else if (made)
        log_line(&broker->log, LEVEL_INFO,
                 "made a key to sign receipts with: sign.key");
}

/* ---- threads and sockets ---- */

static status_t build_workers(broker_t *broker)
{
    core_t *core = &broker->core;
    status_t status = committer_create(broker->journal, broker->space,
                                       broker->options.map_bytes, &core->committer);
    if (status == STATUS_OK)
        status = reader_create(broker->journal, &core->reader);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < 2; i++) {
        broker->batches[i] = batch_create(broker->options.batch_records);
        if (broker->batches[i] == NULL)
            return STATUS_NO_MEMORY;
    }
    status = snapshotter_create(broker->options.data, &broker->saving.snapshotter);
    if (status != STATUS_OK)
        return status;
    status = jobs_create(core->state, &core->jobs);
    if (status != STATUS_OK)
        return status;
    if (core->names_from != 0)
        status = names_create(broker->journal, core->names_from, &core->names);
    if (status != STATUS_OK)
        return status;
    broker->saving.every_records = broker->options.snapshot_records;
    broker->saving.low_water_bytes = broker->options.low_water_bytes;
    core->saving = &broker->saving;
    core->request_arena = arena_create(CORE_REQUEST_ARENA_BYTES);
    core->item_arena = arena_create(CORE_ITEM_ARENA_BYTES);
    core->outcomes = calloc(SUBMIT_ITEMS_MAX, sizeof *core->outcomes);
    core->sessions = sessions_create(BROKER_SESSIONS_MAX);
    core->queries = queries_create();
    core->waiting = waiting_create();
    if (core->sessions != NULL)
        core->watches = watches_create(core->sessions, steady_clock_us);
    take_signing_key(broker);
    core->access_version = 1 + ((uint64_t)randombytes_random() << 20);
    bool all = core->request_arena != NULL && core->item_arena != NULL &&
               core->outcomes != NULL && core->sessions != NULL &&
               core->queries != NULL && core->waiting != NULL && core->watches != NULL;
    return all ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t open_port(broker_t *broker)
{
    core_t *core = &broker->core;
    broker->context = zmq_ctx_new();
    if (broker->context == NULL)
        return STATUS_NO_MEMORY;
    CHECK(zmq_ctx_set(broker->context, ZMQ_IO_THREADS, 1) == 0);
    CHECK(zmq_ctx_set(broker->context, ZMQ_MAX_SOCKETS, 2 * BROKER_SESSIONS_MAX) == 0);
    status_t status = zap_start(broker->context, &core->zap);
    if (status != STATUS_OK)
        return status;
    core->now_ms = read_clock(broker);
    door_refill(core);
    const port_options_t options = { .context = broker->context,
                                     .endpoint = broker->options.listen,
                                     .secret_key = broker->options.secret_key };
    status = port_open(&options, &core->port);
    if (status != STATUS_OK) {
        log_line(&broker->log, LEVEL_ERROR, "cannot listen on %s: %s", options.endpoint,
                 zmq_strerror(errno));
        return status;
    }
    core->mailer = mailer_create(core->port, core->sessions, &core->metrics);
    if (core->mailer == NULL)
        return STATUS_NO_MEMORY;
    mailer_open(core->mailer, core->durable_seq, 0);
    return STATUS_OK;
}

/* DATA/NAME by way of a temporary file, so that nobody reads half of it. It is no fact:
 * it is not synced. */
static status_t write_address(const broker_t *broker, const char *name,
                              const char *address)
{
    char path[PATH_BYTES_MAX], part[PATH_BYTES_MAX + 8];
    int size = snprintf(path, sizeof path, "%s/%s", broker->options.data, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_IO;
    (void)snprintf(part, sizeof part, "%s.part", path); /* has room for both */
    FILE *file = fopen(part, "we");
    if (file == NULL)
        return STATUS_IO;
    bool written = fprintf(file, "%s\n", address) > 0;
    written = fclose(file) == 0 && written;
    if (!written || rename(part, path) != 0)
        return errno == ENOSPC ? STATUS_STORAGE_FULL : STATUS_IO;
    return STATUS_OK;
}

/* Reading goes on when the disk is full: then the file stays as it was. */
static status_t publish_address(broker_t *broker, const char *name, const char *address)
{
    status_t status = write_address(broker, name, address);
    if (status == STATUS_OK)
        return STATUS_OK;
    log_line(&broker->log, LEVEL_WARNING, "cannot write %s/%s: %s",
             broker->options.data, name, status_text(status));
    return status == STATUS_STORAGE_FULL ? STATUS_OK : status;
}

static status_t publish_endpoint(broker_t *broker)
{
    return publish_address(broker, BROKER_ENDPOINT_FILE,
                           port_endpoint(broker->core.port));
}

static status_t open_exporter(broker_t *broker)
{
    const char *address = broker->options.metrics;
    core_t *core = &broker->core;
    if (address == NULL)
        return STATUS_OK;
    status_t status = exporter_start(address, &core->exporter);
    if (status != STATUS_OK) {
        log_line(&broker->log, LEVEL_ERROR, "cannot listen on %s for metrics", address);
        return status;
    }
    address = exporter_address(core->exporter);
    log_line(&broker->log, LEVEL_INFO, "figures at http://%s/metrics", address);
    return publish_address(broker, BROKER_METRICS_FILE, address);
}

/* ---- the whole ---- */

static status_t build(broker_t *broker)
{
    static status_t (*const steps[])(broker_t *) = {
        take_signals,  open_journal, build_state,      restore,       replay,
        build_workers, open_port,    publish_endpoint, open_exporter,
    };
    if (sodium_init() < 0)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        status_t status = steps[i](broker);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

status_t broker_open(const broker_options_t *options, broker_t **out)
{
    CHECK(options != NULL && options->data != NULL && options->listen != NULL);
    CHECK(out != NULL);
    *out = NULL;
    broker_t *broker = calloc(1, sizeof *broker);
    if (broker == NULL)
        return STATUS_NO_MEMORY;
    broker->options = *options;
    broker->log = options->log;
    broker->core.log = &broker->log;
    broker->signal_fd = -1;
    broker->stop_fd = -1;
    if (broker->options.clock_ms == NULL)
        broker->options.clock_ms = system_clock_ms;
    if (broker->options.tick_ms == 0)
        broker->options.tick_ms = BROKER_TICK_MS;
    memory_init(&broker->memory);
    buffer_init(&broker->core.reply, 2 * FRAME_BYTES_MAX);
    status_t status = build(broker);
    if (status != STATUS_OK)
        broker_close(&broker);
    *out = broker;
    return status;
}

const char *broker_read_only(const broker_t *broker)
{
    CHECK(broker != NULL);
    return broker->core.read_only ? broker->core.read_only_reason : NULL;
}

const char *broker_endpoint(const broker_t *broker)
{
    CHECK(broker != NULL);
    return port_endpoint(broker->core.port);
}

status_t broker_run(broker_t *broker)
{
    CHECK(broker != NULL);
    const broker_options_t *options = &broker->options;
    log_line(&broker->log, LEVEL_INFO, "serving on %s", broker_endpoint(broker));
    if (options->on_ready != NULL)
        options->on_ready(options->context, broker_endpoint(broker));
    const loop_options_t loop = { .core = &broker->core,
                                  .batches = { broker->batches[0], broker->batches[1] },
                                  .signal_fd = broker->signal_fd,
                                  .stop_fd = broker->stop_fd,
                                  .tick_ms = options->tick_ms,
                                  .clock_ms = options->clock_ms,
                                  .on_reload = options->on_reload,
                                  .on_stopping = options->on_stopping,
                                  .context = options->context };
    status_t status = loop_run(&loop);
    if (status == STATUS_OK)
        saving_last(&broker->core);
    return status;
}

void broker_stop(broker_t *broker)
{
    CHECK(broker != NULL);
    wake_ring(broker->stop_fd);
}

/* In the opposite order of building. The port lingers before the context ends. */
static void close_port(broker_t *broker)
{
    core_t *core = &broker->core;
    mailer_destroy(&core->mailer);
    port_close(&core->port);
    zap_stop(&core->zap);
    if (broker->context == NULL)
        return;
    while (zmq_ctx_term(broker->context) != 0)
        CHECK(errno == EINTR);
    broker->context = NULL;
}

void broker_close(broker_t **out)
{
    CHECK(out != NULL);
    broker_t *broker = *out;
    if (broker == NULL)
        return;
    core_t *core = &broker->core;
    exporter_stop(&core->exporter);
    close_port(broker);
    jobs_destroy(&core->jobs);
    queries_destroy(&core->queries);
    waiting_destroy(&core->waiting);
    watches_destroy(&core->watches);
    snapshotter_destroy(&broker->saving.snapshotter);
    names_destroy(&core->names);
    sessions_destroy(&core->sessions);
    free(core->outcomes);
    arena_destroy(&core->item_arena);
    arena_destroy(&core->request_arena);
    reader_destroy(&core->reader);
    committer_destroy(&core->committer);
    batch_destroy(&broker->batches[0]);
    batch_destroy(&broker->batches[1]);
    directory_destroy(&core->directory);
    space_close(&broker->space);
    journal_close(&broker->journal);
    memory_fini(&broker->memory);
    buffer_fini(&core->reply);
    sodium_memzero(&core->signing, sizeof core->signing);
    give_signals_back(broker);
    free(broker);
    *out = NULL;
}
