/* load.c - a field client that sends observations as fast as it may.
 *
 * Used by the benches and by the kill cycles, through libyixian like any client. Codes
 * are PREFIX and a number; ratings come from a seed. With --wait the commands are made
 * first, "ready" is printed and a line on standard input starts the sending. --probes
 * keeps the seq of every Nth outcome and when it was heard, for bench fanout. The last
 * line printed is "acknowledged=N refused=N seconds=S p50_us=N p99_us=N".
 */
#include "clients/lib/client.h"
#include "clients/lib/numbers.h"
#include "clients/lib/profile.h"
#include "tests/bench/measure.h"
#include <argp.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LISTED_MAX   64u
#define SAMPLES_MAX  (1u << 20)
#define PREPARED_MAX (1u << 21)
#define PROBES_MAX   (1u << 16)
#define NARRATIVE    "现场查看工程进度，与群众座谈，情况属实，工作推进有力。"
#define PART_BYTES   256u

typedef struct {
    const char *profile, *inspector, *visits, *subjects, *prefix, *log, *probes;
    uint64_t count, seed, rate, report, probe_every;
    int64_t observed_ms;
    uint32_t batch, in_flight;
    bool wait;
} arguments_t;

typedef struct {
    uint8_t bytes[PART_BYTES];
    uint32_t size;
} part_t;

typedef struct {
    uint64_t seq, heard_at;
} probe_t;

typedef struct {
    const arguments_t *arguments;
    client_t *client;
    numbers_t *numbers;
    text_t visits[LISTED_MAX], subjects[LISTED_MAX];
    uint32_t visit_count, subject_count; /* subject_count: also of the pattern */
    const char *pattern;                 /* printf form of subjects, or NULL */
    part_t private_part, *prepared;
    uint64_t random, acknowledged, refused, reported, made;
    uint64_t *sent_at, *samples; /* by number modulo window; all of them */
    probe_t *probes;
    size_t sample_count, probe_count;
    uint64_t first_number;
    int log;
} load_t;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "load: %s\n", what);
    exit(1);
}

static uint32_t split(const char *list, text_t *parts)
{
    uint32_t count = 0;
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        must(count < LISTED_MAX, "too many in a list");
        parts[count++] = (text_t){ list, (uint32_t)size };
        list += size + (list[size] == ',');
    }
    return count;
}

static uint32_t below(load_t *load, uint32_t limit)
{
    return (uint32_t)((measure_random(&load->random) >> 33) % limit);
}

/* ---- making commands ---- */

static void make_private(load_t *load)
{
    private_t part = { .narrative = { NARRATIVE, sizeof NARRATIVE - 1 } };
    buffer_t buffer;
    buffer_init(&buffer, PART_BYTES);
    must(wire_write_private(&buffer, &part, NULL) == STATUS_OK, "private part");
    memcpy(load->private_part.bytes, buffer.data, buffer.size);
    load->private_part.size = (uint32_t)buffer.size;
    buffer_fini(&buffer);
}

static text_t choose_subject(load_t *load, char room[32])
{
    uint32_t at = below(load, load->subject_count);
    if (load->pattern == NULL)
        return load->subjects[at];
    int size = snprintf(room, 32, "D%05u", at); /* the pattern that the benches use */
    return (text_t){ room, (uint32_t)size };
}

/* Appends the public part of the next observation. */
static void make_public(load_t *load, buffer_t *buffer)
{
    char code[CODE_BYTES_MAX + 1], room[32];
    rating_t ratings[3];
    int size = snprintf(code, sizeof code, "%s%" PRIu64, load->arguments->prefix,
                        load->made++);
    must(size > 0 && (size_t)size < sizeof code, "codes too long");
    for (uint32_t d = 0; d < 3; d++)
        ratings[d] = (rating_t){ d + 1, 6000 + 50 * below(load, 80) };
    command_t command = { .kind = COMMAND_OBSERVE };
    command.body.observe = (observe_t){
        .code = { code, (uint32_t)size },
        .visit = load->visits[below(load, load->visit_count)],
        .inspector = { load->arguments->inspector,
                       (uint32_t)strlen(load->arguments->inspector) },
        .subject = choose_subject(load, room),
        .ratings = ratings,
        .rating_count = 3,
        .observed_ms = load->arguments->observed_ms,
        .channel = 1,
        .polarity = POLARITY_NEUTRAL,
        .narrative_chars = (uint32_t)(sizeof NARRATIVE - 1) / 3, /* three bytes each */
    };
    must(wire_write_command(buffer, &command, NULL, NULL) == STATUS_OK, "public part");
}

static void prepare(load_t *load)
{
    uint64_t count = load->arguments->count;
    must(count <= PREPARED_MAX, "too many to prepare");
    load->prepared = calloc(count, sizeof *load->prepared);
    must(load->prepared != NULL, "no memory");
    buffer_t buffer;
    buffer_init(&buffer, PART_BYTES);
    for (uint64_t i = 0; i < count; i++) {
        buffer_clear(&buffer);
        make_public(load, &buffer);
        memcpy(load->prepared[i].bytes, buffer.data, buffer.size);
        load->prepared[i].size = (uint32_t)buffer.size;
    }
    buffer_fini(&buffer);
}

/* ---- sending ---- */

static void note_acknowledged(load_t *load, uint64_t number, uint64_t seq)
{
    if (load->log < 0)
        return;
    char line[96];
    int size = snprintf(line, sizeof line, "%s%" PRIu64 " %" PRIu64 "\n",
                        load->arguments->prefix, number - load->first_number, seq);
    must(write(load->log, line, (size_t)size) == size, "log");
}

static void note_probe(load_t *load, uint64_t seq, uint64_t now)
{
    uint64_t every = load->arguments->probe_every;
    if (load->probes != NULL && load->acknowledged % every == 0 &&
        load->probe_count < PROBES_MAX)
        load->probes[load->probe_count++] = (probe_t){ seq, now };
}

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    load_t *load = context;
    uint64_t now = measure_now();
    if (load->sample_count < SAMPLES_MAX)
        load->samples[load->sample_count++] =
            now - load->sent_at[number % WINDOW_NUMBERS];
    if (status != STATUS_OK) {
        if (load->refused++ == 0)
            (void)fprintf(stderr, "load: refused: %s %s %s\n", status_text(status),
                          fault->place, fault->detail);
        return;
    }
    load->acknowledged++;
    note_probe(load, seq, now);
    note_acknowledged(load, number, seq);
    if (load->arguments->report != 0 &&
        load->acknowledged >= load->reported + load->arguments->report) {
        load->reported = load->acknowledged;
        printf("%" PRIu64 "\n", load->acknowledged);
        (void)fflush(stdout); /* a reader that is gone ends us by SIGPIPE */
    }
}

static void submit_next(load_t *load, buffer_t *scratch)
{
    const uint8_t *bytes;
    uint32_t size;
    if (load->prepared != NULL) {
        const part_t *part = &load->prepared[load->made++];
        bytes = part->bytes;
        size = part->size;
    } else {
        buffer_clear(scratch);
        make_public(load, scratch);
        bytes = scratch->data;
        size = (uint32_t)scratch->size;
    }
    must(numbers_take(load->numbers) == STATUS_OK, "numbers");
    uint64_t number = client_next_number(load->client);
    load->sent_at[number % WINDOW_NUMBERS] = measure_now();
    must(client_submit(load->client, bytes, size, load->private_part.bytes,
                       load->private_part.size, on_outcome, load, NULL) == STATUS_OK,
         "submit");
}

/* Commands that may have been sent by now at the rate asked for. */
static uint64_t allowed_by_now(const load_t *load, uint64_t start)
{
    if (load->arguments->rate == 0)
        return load->arguments->count;
    double seconds = (double)(measure_now() - start) / 1e9;
    uint64_t allowed = (uint64_t)(seconds * (double)load->arguments->rate) + 1;
    return allowed < load->arguments->count ? allowed : load->arguments->count;
}

static void run(load_t *load)
{
    const arguments_t *arguments = load->arguments;
    buffer_t scratch;
    buffer_init(&scratch, PART_BYTES);
    uint64_t start = measure_now();
    while (load->acknowledged + load->refused < arguments->count) {
        uint64_t allowed = allowed_by_now(load, start);
        while (load->made < allowed &&
               client_pending(load->client) < arguments->in_flight)
            submit_next(load, &scratch);
        (void)client_run(load->client, arguments->rate != 0 ? 1 : 100);
    }
    double seconds = (double)(measure_now() - start) / 1e9;
    buffer_fini(&scratch);
    printf("acknowledged=%" PRIu64 " refused=%" PRIu64
           " seconds=%.3f p50_us=%.1f p99_us=%.1f\n",
           load->acknowledged, load->refused, seconds,
           (double)measure_percentile(load->samples, load->sample_count, 500) / 1e3,
           (double)measure_percentile(load->samples, load->sample_count, 990) / 1e3);
}

static void write_probes(const load_t *load)
{
    if (load->probes == NULL)
        return;
    FILE *file = fopen(load->arguments->probes, "we");
    must(file != NULL, "probes");
    for (size_t i = 0; i < load->probe_count; i++)
        must(fprintf(file, "%" PRIu64 " %" PRIu64 "\n", load->probes[i].seq,
                     load->probes[i].heard_at) > 0,
             "probes");
    must(fclose(file) == 0, "probes");
}

/* ---- beginning ---- */

static void connect_client(load_t *load)
{
    const arguments_t *arguments = load->arguments;
    profile_t profile;
    char reason[PROFILE_REASON_MAX] = "";
    must(profile_read(arguments->profile, &profile, reason) == STATUS_OK, "profile");
    must(numbers_open(arguments->profile, &load->numbers) == STATUS_OK, "numbers");
    load->first_number = numbers_next(load->numbers);
    client_options_t options = { .endpoint = profile.endpoint,
                                 .instance = numbers_instance(load->numbers),
                                 .first_number = load->first_number,
                                 .in_flight_max = arguments->in_flight,
                                 .batch_items = arguments->batch };
    memcpy(options.server_key, profile.server_key, KEY_BYTES);
    memcpy(options.public_key, profile.public_key, KEY_BYTES);
    memcpy(options.secret_key, profile.secret_key, KEY_BYTES);
    must(client_create(&options, &load->client) == STATUS_OK, "client");
}

static void begin(load_t *load, const arguments_t *arguments)
{
    load->arguments = arguments;
    load->random = arguments->seed * 2862933555777941757u + 3037000493u;
    load->visit_count = split(arguments->visits, load->visits);
    const char *colon = strchr(arguments->subjects, ':');
    if (colon != NULL) {
        load->pattern = arguments->subjects;
        load->subject_count = (uint32_t)strtoul(colon + 1, NULL, 10);
    } else {
        load->subject_count = split(arguments->subjects, load->subjects);
    }
    must(load->visit_count > 0 && load->subject_count > 0, "no visits or subjects");
    load->sent_at = calloc(WINDOW_NUMBERS, sizeof *load->sent_at);
    load->samples = calloc(SAMPLES_MAX, sizeof *load->samples);
    must(load->sent_at != NULL && load->samples != NULL, "no memory");
    if (arguments->probes != NULL) {
        load->probes = calloc(PROBES_MAX, sizeof *load->probes);
        must(load->probes != NULL && arguments->probe_every > 0, "probes");
    }
    load->log = -1;
    if (arguments->log != NULL)
        load->log =
            open(arguments->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    must(arguments->log == NULL || load->log >= 0, "log");
    make_private(load);
    connect_client(load);
    if (!arguments->wait)
        return;
    prepare(load);
    load->made = 0;
    (void)client_run(load->client, 200); /* shakes hands before the clock runs */
    printf("ready\n");
    (void)fflush(stdout); /* a reader that is gone ends us by SIGPIPE */
    must(getchar() != EOF, "nobody said go");
}

static const struct argp_option options[] = {
    { "profile", 'p', "DIR", 0, "of the enrolled key", 0 },
    { "inspector", 'i', "CODE", 0, "who observes", 0 },
    { "visits", 'v', "A,B", 0, "on which visits", 0 },
    { "subjects", 's', "A,B | D%05u:N", 0, "whom", 0 },
    { "prefix", 'x', "TEXT", 0, "of the codes", 0 },
    { "count", 'n', "N", 0, "how many", 0 },
    { "batch", 'b', "N", 0, "commands a message", 0 },
    { "in-flight", 'f', "N", 0, "unanswered at most", 0 },
    { "observed-ms", 'o', "MS", 0, "time of all of them", 0 },
    { "seed", 'S', "N", 0, "of the ratings", 0 },
    { "rate", 'r', "N", 0, "a second at most", 0 },
    { "report", 'R', "N", 0, "print progress every N", 0 },
    { "log", 'l', "FILE", 0, "append code and seq of what was acknowledged", 0 },
    { "probes", 'P', "FILE", 0,
      "seq and time (ns) of some outcomes, written at the end", 0 },
    { "probe-every", 'E', "N", 0, "of how many outcomes one is kept", 0 },
    { "wait", 'w', NULL, 0, "make all first, start on a line from standard input", 0 },
    { NULL, 0, NULL, 0, NULL, 0 }
};

static error_t parse_text(int key, char *text, arguments_t *arguments)
{
    const char **places[] = {
        ['p'] = &arguments->profile, ['i'] = &arguments->inspector,
        ['v'] = &arguments->visits,  ['s'] = &arguments->subjects,
        ['x'] = &arguments->prefix,  ['l'] = &arguments->log,
        ['P'] = &arguments->probes
    };
    if (key < 0 || (size_t)key >= sizeof places / sizeof places[0] ||
        places[key] == NULL)
        return ARGP_ERR_UNKNOWN;
    *places[key] = text;
    return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *parser)
{
    arguments_t *arguments = parser->input;
    unsigned long long number = text != NULL ? strtoull(text, NULL, 10) : 0;
    switch (key) {
    case 'n':
        arguments->count = number;
        return 0;
    case 'b':
        arguments->batch = (uint32_t)number;
        return 0;
    case 'f':
        arguments->in_flight = (uint32_t)number;
        return 0;
    case 'o':
        arguments->observed_ms = (int64_t)number;
        return 0;
    case 'S':
        arguments->seed = number;
        return 0;
    case 'r':
        arguments->rate = number;
        return 0;
    case 'R':
        arguments->report = number;
        return 0;
    case 'E':
        arguments->probe_every = number;
        return 0;
    case 'w':
        arguments->wait = true;
        return 0;
    default:
        return parse_text(key, text, arguments);
    }
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        options, parse_option, NULL, "Sends observations.", NULL, NULL, NULL
    };
    arguments_t arguments = { .count = 1000,
                              .seed = 1,
                              .batch = 128,
                              .in_flight = 512,
                              .probe_every = 100,
                              .prefix = "L",
                              .inspector = "",
                              .visits = "",
                              .subjects = "" };
    must(argp_parse(&argp, argc, argv, 0, NULL, &arguments) == 0, "arguments");
    must(arguments.profile != NULL, "no profile");
    load_t *load = calloc(1, sizeof *load);
    must(load != NULL, "no memory");
    begin(load, &arguments);
    run(load);
    write_probes(load);
    int failed = load->refused > 0;
    client_destroy(&load->client);
    numbers_close(&load->numbers);
    free(load->prepared);
    free(load->sent_at);
    free(load->samples);
    free(load->probes);
    free(load);
    return failed;
}
