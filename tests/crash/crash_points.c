/* crash_points.c - see crash_points.h. */
#include "tests/crash/crash_points.h"

#include "proto/check.h"
#include "tests/crash/disk.h"
#include "tests/crash/target.h"
#include "tests/support/folder.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS        2u
#define SINGLES_MAX    48u /* single omissions and survivors at one point, each */
#define TORN_MAX       6u  /* of the newest writes at one point */
#define THOROUGH_EVERY 8u

/* Which recorded number is which file, as far as drop_t asks for it. */
typedef struct {
    uint64_t data, backup, profile, journal_file, snapshot_part, backup_part, outbox;
    uint64_t outbox_file;
} numbers_t;

typedef struct {
    const record_log_t *log;
    drop_t drop;
    uint64_t seed, random_images; /* of each point */
    bool stop_early;
    bool missing; /* the first sync of the kind that is left out is behind us */
    uint32_t worker;
    boundary_t boundaries[BOUNDARIES_MAX];
    expected_t expected;
    numbers_t numbers;
    disk_t *disk;
    target_t *target;
    char root[FOLDER_PATH_MAX];
    uint64_t point, serial; /* of the entry; of the image */
    uint64_t tried;         /* points with something pending */
    uint64_t every;         /* of so many images one is made */
    crash_result_t *shared; /* NULL: images are counted, not made */
} walk_t;

/* ---- one image ---- */

static void fail(walk_t *walk, const char *form, const char *complaint)
{
    if (__atomic_fetch_add(&walk->shared->failures, 1, __ATOMIC_RELAXED) == 0)
        (void)snprintf(walk->shared->complaint, COMPLAINT_MAX,
                       "entry %" PRIu64 ", image %" PRIu64 " (%s): %.200s", walk->point,
                       walk->serial, form, complaint); /* cut at the end, if at all */
}

static bool enough(const walk_t *walk)
{
    return walk->shared != NULL && walk->stop_early &&
           __atomic_load_n(&walk->shared->failures, __ATOMIC_RELAXED) > 0;
}

static void try_image(walk_t *walk, const choice_t *choice, const char *form)
{
    image_t image;
    char complaint[COMPLAINT_MAX];
    uint64_t serial = walk->serial++;
    if (walk->shared == NULL || serial % walk->every != 0 ||
        serial / walk->every % WORKERS != walk->worker || enough(walk))
        return;
    disk_image(walk->disk, choice, &image);
    target_put(walk->target, &image);
    walk->expected.thorough = serial / walk->every / WORKERS % THOROUGH_EVERY == 0;
    if (!check_image(walk->root, &walk->expected, complaint))
        fail(walk, form, complaint);
    (void)__atomic_fetch_add(&walk->shared->images, 1, __ATOMIC_RELAXED); /* a count */
}

/* ---- all images of one point ---- */

static void fill(choice_t *choice, uint32_t pending, uint8_t fate)
{
    memset(choice->fates, fate, pending);
}

static void try_singles(walk_t *walk, choice_t *choice, uint32_t pending)
{
    uint32_t from = pending > SINGLES_MAX ? pending - SINGLES_MAX : 0;
    for (uint32_t i = from; i < pending; i++) {
        fill(choice, pending, FATE_KEPT);
        choice->fates[i] = FATE_LOST;
        try_image(walk, choice, "one omitted");
        fill(choice, pending, FATE_LOST);
        choice->fates[i] = FATE_KEPT;
        try_image(walk, choice, "one survived");
    }
}

static void try_torn(walk_t *walk, choice_t *choice, uint32_t pending)
{
    uint32_t tried = 0;
    for (uint32_t i = pending; i-- > 0 && tried < TORN_MAX;) {
        if (!disk_pending_write(walk->disk, i))
            continue;
        tried++;
        choice->seed = walk->seed + walk->serial;
        fill(choice, pending, FATE_KEPT);
        choice->fates[i] = FATE_TORN;
        try_image(walk, choice, "one torn");
        choice->fates[i] = FATE_GROWN;
        try_image(walk, choice, "one zeroed");
    }
}

static void try_random(walk_t *walk, choice_t *choice, uint32_t pending)
{
    static const uint32_t kept_percent[] = { 10, 50, 90 };
    for (uint64_t n = 0; n < walk->random_images; n++) {
        uint64_t chance = walk->seed + 0x10001 * walk->serial;
        uint32_t percent = kept_percent[disk_random(&chance) % 3];
        choice->seed = disk_random(&chance);
        for (uint32_t i = 0; i < pending; i++) {
            uint64_t drawn = disk_random(&chance);
            choice->fates[i] = drawn % 100 < percent ? FATE_KEPT : FATE_LOST;
            if (drawn >> 32 & 7)
                continue;
            choice->fates[i] = (drawn >> 40 & 1) != 0 ? FATE_TORN : FATE_GROWN;
        }
        try_image(walk, choice, "random");
    }
}

static void try_point(walk_t *walk)
{
    static choice_t choice;
    uint32_t pending = disk_pending(walk->disk);
    if (pending == 0)
        return;
    walk->tried++;
    fill(&choice, pending, FATE_LOST);
    try_image(walk, &choice, "all lost");
    fill(&choice, pending, FATE_KEPT);
    try_image(walk, &choice, "all kept");
    try_singles(walk, &choice, pending);
    try_torn(walk, &choice, pending);
    try_random(walk, &choice, pending);
}

/* ---- the recording ---- */

static const record_entry_t *entry_at(const record_log_t *log, uint64_t at)
{
    return (const record_entry_t *)(const void *)(log->entries + at);
}

static uint64_t entry_after(const record_log_t *log, uint64_t at)
{
    return at + ((sizeof(record_entry_t) + entry_at(log, at)->size + 7) & ~(uint64_t)7);
}

static void gather_boundaries(walk_t *walk)
{
    expected_t *expected = &walk->expected;
    for (uint64_t at = 0; at < walk->log->used; at = entry_after(walk->log, at)) {
        const record_entry_t *entry = entry_at(walk->log, at);
        if (entry->kind != RECORD_MARK || entry->value != MARK_APPENDED)
            continue;
        CHECK(expected->boundary_count < BOUNDARIES_MAX);
        memcpy(&walk->boundaries[expected->boundary_count++], entry->bytes,
               sizeof(boundary_t));
    }
    expected->boundaries = walk->boundaries;
}

static void note_name(numbers_t *numbers, const record_entry_t *entry)
{
    if (entry->kind != RECORD_LINK)
        return;
    const char *name = (const char *)entry->bytes;
    if (strcmp(name, WORKLOAD_DATA) == 0)
        numbers->data = entry->file;
    else if (strcmp(name, WORKLOAD_BACKUP) == 0)
        numbers->backup = entry->file;
    else if (strcmp(name, WORKLOAD_PROFILE) == 0)
        numbers->profile = entry->file;
    else if (strcmp(name, "snapshot.part") == 0)
        numbers->snapshot_part = entry->file;
    else if (strcmp(name, "part.yxb.new") == 0)
        numbers->backup_part = entry->file;
    else if (entry->folder == numbers->profile)
        numbers->outbox = entry->file; /* renamed later */
    else if (strcmp(name, "data.mdb") == 0 && entry->folder == numbers->outbox)
        numbers->outbox_file = entry->file;
    else if (strcmp(name, "data.mdb") == 0)
        numbers->journal_file = entry->file;
}

static bool dropped(const walk_t *walk, const record_entry_t *entry)
{
    const numbers_t *numbers = &walk->numbers;
    if (entry->kind != RECORD_SYNC)
        return false;
    switch (walk->drop) {
    case DROP_JOURNAL_DATA:
        return entry->file == numbers->journal_file && walk->expected.created;
    case DROP_SNAPSHOT_DATA:
        return entry->file == numbers->snapshot_part;
    case DROP_SNAPSHOT_NAME:
        return entry->file == numbers->data && walk->expected.created;
    case DROP_JOURNAL_NAME:
        return entry->file == numbers->data && !walk->expected.created;
    case DROP_BACKUP_DATA:
        return entry->file == numbers->backup_part;
    case DROP_BACKUP_NAME:
        return entry->file == numbers->backup;
    case DROP_OUTBOX_DATA:
        return entry->file == numbers->outbox_file;
    case DROP_OUTBOX_NAME:
        return entry->file == numbers->profile;
    default:
        return false;
    }
}

static void note_mark(expected_t *expected, const record_entry_t *entry)
{
    uint64_t value = 0;
    if (entry->size >= sizeof value)
        memcpy(&value, entry->bytes,
               sizeof value); /* a boundary begins with its head */
    if (entry->value == MARK_CREATED)
        expected->created = true;
    else if (entry->value == MARK_APPENDED)
        expected->head = value;
    else if (entry->value == MARK_SNAPSHOT)
        expected->snapshot = value;
    else if (entry->value == MARK_BACKUP)
        expected->backup = value;
    else if (entry->value == MARK_OUTBOX)
        memcpy(&expected->outbox, entry->bytes, sizeof expected->outbox);
}

/* A sync or a mark changes nothing that the entry before did not leave open. */
static bool worth_a_try(const record_entry_t *entry)
{
    return entry->kind != RECORD_SYNC && entry->kind != RECORD_ROOT;
}

static void walk_log(walk_t *walk)
{
    bool ready = false;
    gather_boundaries(walk);
    walk->disk = disk_create(walk->drop != DROP_META);
    for (uint64_t at = 0; at < walk->log->used && !enough(walk);
         at = entry_after(walk->log, at)) {
        const record_entry_t *entry = entry_at(walk->log, at);
        note_name(&walk->numbers, entry);
        if (dropped(walk, entry)) {
            walk->missing = true;
            continue;
        }
        disk_step(walk->disk, entry);
        if (entry->kind == RECORD_MARK) {
            ready = ready || entry->value == MARK_READY;
            note_mark(&walk->expected, entry);
        }
        walk->point++;
        if (ready && worth_a_try(entry) && (walk->missing || !walk->stop_early))
            try_point(walk);
    }
    disk_destroy(&walk->disk);
}

/* ---- workers ---- */

static int work(void *context)
{
    walk_t *walk = context;
    record_skip_syncs(true);
    walk->target = target_create(walk->root);
    walk_log(walk);
    target_destroy(&walk->target);
    return 0;
}

static void start_worker(walk_t *walk, uint32_t worker)
{
    folder_make(walk->root); /* here, for a child may not live to remove it */
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        walk->worker = worker;
        _exit(work(walk));
    }
}

/* Images and points that are there without random ones. */
static void count(const walk_t *like, uint64_t *images, uint64_t *points)
{
    walk_t *walk = malloc(sizeof *walk);
    CHECK(walk != NULL);
    *walk = *like;
    walk_log(walk);
    *images = walk->serial;
    *points = walk->tried;
    free(walk);
}

void crash_points_run(const record_log_t *log, drop_t drop, uint64_t seed,
                      uint64_t images, bool stop_early, crash_result_t *result)
{
    uint64_t plain = 0;
    char roots[WORKERS][FOLDER_PATH_MAX];
    walk_t *walk = calloc(1, sizeof *walk);
    crash_result_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(walk != NULL);
    CHECK(shared != MAP_FAILED);
    walk->log = log;
    walk->drop = drop;
    walk->seed = seed;
    count(walk, &plain, &shared->points);
    if (images > plain)
        walk->random_images = (images - plain + shared->points - 1) / shared->points;
    walk->every = images > 0 && images < plain ? plain / images : 1;
    walk->shared = shared;
    walk->stop_early = stop_early;
    walk->missing = drop == DROP_META; /* no single entry of the recording */
    for (uint32_t i = 0; i < WORKERS; i++) {
        start_worker(walk, i);
        memcpy(roots[i], walk->root, sizeof roots[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        int how = 0;
        CHECK(waitpid(-1, &how, 0) > 0); /* it has no other children */
        if (how != 0 && shared->failures++ == 0)
            (void)snprintf(shared->complaint, COMPLAINT_MAX, "a worker ended with %d",
                           how); /* fits */
    }
    for (uint32_t i = 0; i < WORKERS; i++)
        folder_remove(roots[i]);
    *result = *shared;
    CHECK(munmap(shared, sizeof *shared) == 0);
    free(walk);
}
