/* fanout.c - how soon watchers see what was acknowledged; bench fanout runs it.
 *
 * Connects the watchers and prints "ready" when each of them has its view. A line on
 * standard input begins the measuring, which ends after --seconds; "measured" is
 * printed. Another line says that the load has ended and its probes are written: delays
 * are computed, copies compared with board queries, and one line "name=value ..." ends
 * it. All on one machine, so there is one clock.
 */
#include "tests/bench/measure.h"
#include "tests/bench/watchers.h"
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LISTED_MAX    64u
#define PROBES_MAX    (1u << 20)
#define SAMPLES_MAX   (1u << 24)
#define NANO          1000000000ull
#define PATIENCE      (300 * NANO)
#define DESCRIPTORS   2u /* of one connection: TCP and what wakes its socket */
#define DESCRIPTORS_0 128u

typedef struct {
    const char *profiles, *group, *units, *probes; /* lists: A,B */
    uint32_t watchers, spread, rows, credit, seconds;
} arguments_t;

typedef struct {
    uint64_t begin, end;
    watchers_counts_t before, after;
} measured_t;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "fanout: %s\n", what);
    exit(1);
}

/* The next entry of a list, copied to `room`; false at its end. */
static bool next_of(const char **list, char *room, size_t size)
{
    if (*list == NULL || **list == '\0')
        return false;
    size_t length = strcspn(*list, ",");
    must(length < size, "an entry is too long");
    memcpy(room, *list, length);
    room[length] = '\0';
    *list += length + ((*list)[length] == ',');
    return true;
}

static uint32_t read_profiles(const char *list, profile_t *profiles)
{
    char folder[PROFILE_PATH_MAX], reason[PROFILE_REASON_MAX] = "";
    uint32_t count = 0;
    while (next_of(&list, folder, sizeof folder)) {
        must(count < LISTED_MAX, "too many profiles");
        must(profile_read(folder, &profiles[count++], reason) == STATUS_OK, "profile");
    }
    must(count > 0, "no profile");
    return count;
}

/* View 0 is that of the whole group, the others those of the units. */
static uint32_t make_views(const arguments_t *arguments, board_query_t *views,
                           char units[][CODE_BYTES_MAX + 1])
{
    const char *list = arguments->units;
    uint32_t count = 1;
    views[0] = (board_query_t){ .count = arguments->rows };
    views[0].group = (text_t){ arguments->group, (uint32_t)strlen(arguments->group) };
    while (count <= LISTED_MAX &&
           next_of(&list, units[count - 1], CODE_BYTES_MAX + 1)) {
        views[count] = views[0];
        views[count].unit =
            (text_t){ units[count - 1], (uint32_t)strlen(units[count - 1]) };
        count++;
    }
    return count;
}

static void raise_descriptors(uint32_t watchers)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "descriptors");
    limit.rlim_cur = DESCRIPTORS_0 + DESCRIPTORS * (rlim_t)watchers;
    must(limit.rlim_cur <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0,
         "too few descriptors: ulimit -Hn");
}

/* ---- measuring ---- */

static void say(const char *word)
{
    must(puts(word) >= 0 && fflush(stdout) == 0, "output");
}

/* Goes on taking updates until a line comes. */
static void await_line(watchers_t *watchers)
{
    char line[64];
    must(watchers_run(watchers, measure_now() + PATIENCE, STDIN_FILENO), "no line");
    must(read(STDIN_FILENO, line, sizeof line) > 0, "input ended");
}

static measured_t measure(watchers_t *watchers, uint32_t seconds)
{
    measured_t measured = { .begin = measure_now(),
                            .before = watchers_counts(watchers) };
    measured.end = measured.begin + seconds * NANO;
    (void)watchers_run(watchers, measured.end, -1);
    measured.after = watchers_counts(watchers);
    return measured;
}

static int by_seq(const void *a, const void *b)
{
    uint64_t first = ((const watchers_probe_t *)a)->seq;
    uint64_t second = ((const watchers_probe_t *)b)->seq;
    return first < second ? -1 : first > second;
}

/* Those that were heard while it was measured, in order of seq. */
static size_t read_probes(const char *list, const measured_t *measured,
                          watchers_probe_t *probes)
{
    char name[PROFILE_PATH_MAX];
    size_t count = 0;
    while (next_of(&list, name, sizeof name)) {
        FILE *file = fopen(name, "re");
        must(file != NULL, "probes");
        watchers_probe_t probe;
        while (fscanf(file, "%" SCNu64 " %" SCNu64, &probe.seq, &probe.heard_at) == 2) {
            must(count < PROBES_MAX, "too many probes");
            if (probe.heard_at >= measured->begin && probe.heard_at < measured->end)
                probes[count++] = probe;
        }
        must(fclose(file) == 0, "probes");
    }
    qsort(probes, count, sizeof *probes, by_seq);
    return count;
}

static void print_delays(const arguments_t *arguments, const watchers_t *watchers,
                         const measured_t *measured)
{
    watchers_probe_t *probes = calloc(PROBES_MAX, sizeof *probes);
    must(probes != NULL, "no memory");
    size_t probe_count = read_probes(arguments->probes, measured, probes);
    must(probe_count > 0, "no probes in the time measured");
    must(probe_count * arguments->watchers <= SAMPLES_MAX, "too many probes");
    uint64_t *samples = calloc(probe_count * arguments->watchers, sizeof *samples);
    must(samples != NULL, "no memory");
    size_t missing;
    size_t count = watchers_delays(watchers, probes, probe_count, samples, &missing);
    must(count > 0, "no update held a probe");
    printf("probes=%zu pairs=%zu missing=%zu p50_us=%.1f p99_us=%.1f", probe_count,
           count, missing, (double)measure_percentile(samples, count, 500) / 1e3,
           (double)measure_percentile(samples, count, 990) / 1e3);
    printf(" max_us=%.1f", (double)samples[count - 1] / 1e3); /* they are sorted now */
    free(samples);
    free(probes);
}

static void print_counts(const measured_t *measured, uint32_t seconds)
{
    uint64_t updates = measured->after.updates - measured->before.updates;
    uint64_t differences = measured->after.differences - measured->before.differences;
    printf(" updates_per_s=%.1f bytes_per_s=%.1f differences=%.4f holes=%" PRIu64,
           (double)updates / seconds,
           (double)(measured->after.bytes - measured->before.bytes) / seconds,
           updates > 0 ? (double)differences / (double)updates : 0,
           measured->after.holes);
}

static void run(const arguments_t *arguments)
{
    static profile_t profiles[LISTED_MAX];
    static board_query_t views[LISTED_MAX + 1];
    static char units[LISTED_MAX][CODE_BYTES_MAX + 1];
    watchers_options_t options = { .profiles = profiles,
                                   .views = views,
                                   .count = arguments->watchers,
                                   .spread = arguments->spread,
                                   .credit = arguments->credit };
    options.profile_count = read_profiles(arguments->profiles, profiles);
    options.view_count = make_views(arguments, views, units);
    watchers_t *watchers = watchers_open(&options);
    uint64_t until = measure_now() + PATIENCE;
    while (!watchers_all_shown(watchers) && measure_now() < until)
        (void)watchers_run(watchers, measure_now() + NANO / 100, -1);
    must(watchers_all_shown(watchers), "a watcher was never shown its view");
    say("ready");
    await_line(watchers);
    measured_t measured = measure(watchers, arguments->seconds);
    say("measured");
    await_line(watchers);
    uint32_t compared = 0;
    bool equal = watchers_verify(watchers, measure_now() + PATIENCE, &compared);
    must(equal, "a watcher's copy differs from the board");
    print_delays(arguments, watchers, &measured);
    print_counts(&measured, arguments->seconds);
    printf(" compared=%u\n", compared);
    watchers_close(&watchers);
}

/* ---- words ---- */

static const struct argp_option words[] = {
    { "profiles", 'p', "A,B", 0, "folders of enrolled keys, used in turn", 0 },
    { "group", 'g', "GROUP", 0, "whose board", 0 },
    { "units", 'u', "A,B", 0, "further views: the group's board of one unit each", 0 },
    { "watchers", 'n', "N", 0, "connections", 0 },
    { "spread", 's', "N", 0, "of them, watch the units' boards in turn", 0 },
    { "rows", 'r', "N", 0, "of each view", 0 },
    { "credit", 'c', "N", 0, "updates under way to one watcher", 0 },
    { "seconds", 't', "N", 0, "to measure", 0 },
    { "probes", 'P', "A,B", 0, "files of the load processes", 0 },
    { NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_word(int key, char *text, struct argp_state *parser)
{
    arguments_t *arguments = parser->input;
    const char **texts[] = { ['p'] = &arguments->profiles,
                             ['g'] = &arguments->group,
                             ['u'] = &arguments->units,
                             ['P'] = &arguments->probes };
    uint32_t *numbers[] = { ['n'] = &arguments->watchers,
                            ['s'] = &arguments->spread,
                            ['r'] = &arguments->rows,
                            ['c'] = &arguments->credit,
                            ['t'] = &arguments->seconds };
    if (key > 0 && (size_t)key < sizeof texts / sizeof texts[0] && texts[key] != NULL)
        *texts[key] = text;
    else if (key > 0 && (size_t)key < sizeof numbers / sizeof numbers[0] &&
             numbers[key] != NULL)
        *numbers[key] = (uint32_t)strtoul(text, NULL, 10);
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp argp = { words, parse_word, NULL, "Watches, many times.",
                                      NULL,  NULL,       NULL };
    arguments_t arguments = {
        .watchers = 1000, .rows = 50, .credit = 2, .seconds = 10
    };
    must(argp_parse(&argp, argc, argv, 0, NULL, &arguments) == 0, "arguments");
    must(arguments.profiles != NULL && arguments.group != NULL &&
             arguments.probes != NULL && arguments.seconds > 0,
         "profiles, group and probes are needed");
    must(arguments.spread <= arguments.watchers, "more spread than there are");
    raise_descriptors(arguments.watchers);
    run(&arguments);
    return 0;
}
