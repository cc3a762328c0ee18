/* feed.c - see feed.h. */
#include "clients/cli/feed.h"

#include "clients/cli/lines.h"
#include "proto/check.h"
#include "proto/json.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SOURCE_CHARS_MAX 512u
#define RUN_EVERY        64u /* commands between two turns of the client */
#define PROGRESS_MS      200

struct feed {
    session_t *session;
    feed_options_t options;
    buffer_t public_part, private_part;
    uint64_t accepted, refused, unanswered, seq;
    status_t first_refusal, silence;
    bool progress; /* shown on a terminal */
    bool unopened; /* the file could not be read */
    int64_t shown_ms, heard_ms;
    uint64_t lines[CLIENT_QUEUE_MAX];  /* of the commands not answered, by number */
    int64_t sent_us[CLIENT_QUEUE_MAX]; /* likewise */
};

static int64_t clock_us(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

feed_t *feed_create(session_t *session, const feed_options_t *options)
{
    CHECK(session != NULL && session->numbers != NULL);
    feed_t *feed = calloc(1, sizeof *feed);
    if (feed == NULL)
        return NULL;
    feed->session = session;
    feed->options = *options;
    feed->progress = options->source != NULL && isatty(STDERR_FILENO) != 0;
    feed->heard_ms = clock_ms();
    buffer_init(&feed->public_part, PUBLIC_BYTES_MAX);
    buffer_init(&feed->private_part, PRIVATE_BYTES_MAX);
    return feed;
}

void feed_destroy(feed_t **feed)
{
    CHECK(feed != NULL);
    if (*feed == NULL)
        return;
    buffer_fini(&(*feed)->public_part);
    buffer_fini(&(*feed)->private_part);
    free(*feed);
    *feed = NULL;
}

/* ---- words ---- */

static const char *source_of(const feed_t *feed, uint64_t line,
                             char out[SOURCE_CHARS_MAX])
{
    const cli_t *cli = feed->session->cli;
    const char *name = feed->options.source;
    if (name != NULL && strcmp(name, "-") == 0)
        name = cli_pick(cli, "standard input", "标准输入");
    if (name == NULL || line == 0)
        return name;
    (void)snprintf(out, SOURCE_CHARS_MAX, "%.400s%s%" PRIu64 "%s", name,
                   cli_pick(cli, " line ", " 第 "), line, cli_pick(cli, "", " 行"));
    return out;
}

static void clear_progress(feed_t *feed)
{
    if (feed->progress && feed->shown_ms != 0)
        fputs("\r\033[K", stderr);
    feed->shown_ms = 0;
}

static void show_progress(feed_t *feed)
{
    int64_t now_ms = clock_ms();
    if (!feed->progress || now_ms - feed->shown_ms < PROGRESS_MS)
        return;
    const cli_t *cli = feed->session->cli;
    fprintf(stderr, "\r%s %" PRIu64 ", %s %" PRIu64 ", %s %u ",
            cli_pick(cli, "accepted", "已入账"), feed->accepted,
            cli_pick(cli, "refused", "被退回"), feed->refused,
            cli_pick(cli, "sending", "发送中"), client_pending(feed->session->client));
    feed->shown_ms = now_ms;
}

/* Under number 0 nothing was submitted, and nothing is timed. */
static void add_timing(const feed_t *feed, uint64_t number, json_t *object)
{
    if (!feed->options.timing || number == 0)
        return;
    int64_t us = clock_us() - feed->sent_us[number % CLIENT_QUEUE_MAX];
    (void)json_object_set_new(object, "ms", json_real((double)us / 1000));
}

static void print_outcome(const feed_t *feed, uint64_t line, uint64_t number,
                          status_t status, uint64_t seq, const fault_t *fault)
{
    json_t *object = json_object();
    if (line > 0)
        (void)json_object_set_new(object, "line", json_integer((json_int_t)line));
    if (number > 0)
        (void)json_object_set_new(object, "number", json_integer((json_int_t)number));
    (void)json_object_set_new(object, "status", json_integer(status));
    (void)json_object_set_new(object, "name", json_string(status_name(status)));
    if (seq > 0)
        (void)json_object_set_new(object, "seq", json_integer((json_int_t)seq));
    if (fault != NULL && fault->place[0] != '\0')
        (void)json_object_set_new(object, "place", json_string(fault->place));
    if (fault != NULL && fault->detail[0] != '\0')
        (void)json_object_set_new(object, "detail", json_string(fault->detail));
    add_timing(feed, number, object);
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    puts(text != NULL ? text : "{}"); /* fields are left out when memory is short */
    free(text);
    json_decref(object);
}

/* A place in a text that is no JSON counts lines within this one line: the line of the
 * file is put in its stead. false when the place is another. */
static bool place_in_file(fault_t *fault, uint64_t line)
{
    unsigned column, one;
    if (line == 0 || sscanf(fault->place, "line %u, column %u", &one, &column) != 2)
        return false;
    (void)snprintf(fault->place, sizeof fault->place, "line %" PRIu64 ", column %u",
                   line, column); /* fits */
    return true;
}

static void refuse(feed_t *feed, uint64_t line, uint64_t number, status_t status,
                   const fault_t *given)
{
    char source[SOURCE_CHARS_MAX];
    fault_t fault = { .place = "" };
    if (given != NULL)
        fault = *given;
    bool placed = place_in_file(&fault, line);
    clear_progress(feed);
    if (feed->session->cli->json)
        print_outcome(feed, line, number, status, 0, &fault);
    (void)cli_refuse(feed->session->cli, status, &fault,
                     source_of(feed, placed ? 0 : line, source));
    if (feed->refused++ == 0)
        feed->first_refusal = status;
}

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    feed_t *feed = context;
    uint64_t line = feed->lines[number % CLIENT_QUEUE_MAX];
    feed->heard_ms = clock_ms();
    if (status != STATUS_OK) {
        refuse(feed, line, number, status, fault);
        return;
    }
    feed->accepted++;
    feed->seq = seq;
    if (feed->session->cli->json)
        print_outcome(feed, line, number, status, seq, NULL);
}

/* ---- one command ---- */

/* Waits until something is answered; false when the broker is silent. */
static bool wait_some(feed_t *feed)
{
    status_t status = session_wait(feed->session);
    show_progress(feed);
    if (status != STATUS_OK)
        feed->silence = status;
    return status == STATUS_OK;
}

static bool make_room(feed_t *feed)
{
    while (feed->silence == STATUS_OK && !client_has_room(feed->session->client))
        (void)wait_some(feed); /* told by feed->silence */
    return feed->silence == STATUS_OK;
}

static status_t queue_parts(feed_t *feed, uint64_t line)
{
    client_t *client = feed->session->client;
    status_t status = numbers_take(feed->session->numbers);
    if (status != STATUS_OK)
        return status;
    if (client_pending(client) == 0)
        feed->heard_ms = clock_ms();
    feed->lines[client_next_number(client) % CLIENT_QUEUE_MAX] = line;
    feed->sent_us[client_next_number(client) % CLIENT_QUEUE_MAX] = clock_us();
    status = client_submit(client, feed->public_part.data,
                           (uint32_t)feed->public_part.size, feed->private_part.data,
                           (uint32_t)feed->private_part.size, on_outcome, feed, NULL);
    if (status == STATUS_OK && client_next_number(client) % RUN_EVERY == 0)
        (void)client_run(client, 0); /* answers come to on_outcome */
    return status;
}

static bool submit_text(feed_t *feed, const char *verb, const char *json, size_t size,
                        uint64_t line)
{
    fault_t fault = { .place = "" };
    buffer_clear(&feed->public_part);
    buffer_clear(&feed->private_part);
    status_t status = json_to_command(verb, json, size, &feed->public_part,
                                      &feed->private_part, &fault);
    if (status == STATUS_OK && !make_room(feed))
        return false;
    if (status == STATUS_OK)
        status = queue_parts(feed, line);
    if (status != STATUS_OK)
        refuse(feed, line, 0, status, &fault);
    return true;
}

bool feed_object(feed_t *feed, json_t *object, uint64_t line)
{
    CHECK(feed != NULL);
    fault_t fault = { .place = "" };
    const char *verb = feed->options.verb;
    status_t status = STATUS_OK;
    if (feed->options.defaults != NULL &&
        json_object_update_missing(object, feed->options.defaults) != 0)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK && feed->options.shape != NULL)
        status = feed->options.shape(feed->options.context, object, &verb, &fault);
    char *text = status == STATUS_OK ? json_dumps(object, JSON_COMPACT) : NULL;
    if (status == STATUS_OK && text == NULL)
        status = STATUS_NO_MEMORY;
    bool going = true;
    if (status == STATUS_OK)
        going = submit_text(feed, verb, text, strlen(text), line);
    else
        refuse(feed, line, 0, status, &fault);
    free(text);
    return going;
}

/* ---- files ---- */

static bool feed_parsed(feed_t *feed, const char *text, size_t size, uint64_t line)
{
    json_error_t error;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    bool going = true;
    if (json_is_object(object)) {
        going = feed_object(feed, object, line);
    } else {
        fault_t fault;
        char place[FAULT_PLACE_MAX] = "";
        if (object == NULL)
            (void)snprintf(place, sizeof place, "line %d, column %d", error.line,
                           error.column);
        fault_set(&fault, place, object == NULL ? error.text : "{ }",
                  object == NULL ? strlen(error.text) : 3);
        refuse(feed, line, 0, STATUS_BAD_INPUT, &fault);
    }
    json_decref(object);
    return going;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr(" \t\r", text[i]) == NULL)
            return false;
    }
    return true;
}

static bool feed_line(feed_t *feed, const char *text, size_t size, uint64_t line)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors begin files with it */
    if (line == 1 && size >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (is_blank(text, size))
        return true;
    show_progress(feed);
    bool as_it_is = feed->options.shape == NULL && feed->options.defaults == NULL;
    return as_it_is ? submit_text(feed, feed->options.verb, text, size, line)
                    : feed_parsed(feed, text, size, line);
}

/* Waits for more input while the client goes on; false when the broker is silent. */
static bool wait_input(feed_t *feed, lines_t *lines)
{
    client_t *client = feed->session->client;
    for (;;) {
        (void)client_run(client, 0); /* answers come to on_outcome */
        show_progress(feed);
        bool open = client_pending(client) > 0;
        if (open && client_state(client) == CLIENT_REFUSED)
            feed->silence = STATUS_KEY_UNKNOWN;
        else if (open && clock_ms() - feed->heard_ms > feed->session->cli->timeout_ms)
            feed->silence = client_silence(client);
        if (feed->silence != STATUS_OK)
            return false;
        (void)fflush(
            stdout); /* who feeds the pipe waits for it; the end tells failure */
        struct pollfd waits[] = { { .fd = lines->fd, .events = POLLIN },
                                  { .fd = client_descriptor(client),
                                    .events = POLLIN } };
        if (poll(waits, 2, client_wait_ms(client)) < 0)
            CHECK(errno == EINTR);
        else if (waits[0].revents != 0)
            return true;
    }
}

static bool feed_lines(feed_t *feed, lines_t *lines)
{
    const char *text;
    size_t size;
    bool going = true;
    while (going) {
        switch (lines_next(lines, &text, &size)) {
        case LINES_LINE:
            going = feed_line(feed, text, size, lines->number);
            break;
        case LINES_TOO_LONG:
            refuse(feed, lines->number, 0, STATUS_TOO_LARGE, NULL);
            break;
        case LINES_MORE:
            going = wait_input(feed, lines);
            if (going && lines_read(lines) != STATUS_OK)
                return false;
            break;
        case LINES_END:
            return true;
        }
    }
    return true;
}

void feed_file(feed_t *feed, const char *path)
{
    CHECK(feed != NULL);
    lines_t lines;
    status_t status = lines_open(&lines, path);
    fault_t fault;
    if (status != STATUS_OK || !feed_lines(feed, &lines)) {
        fault_set(&fault, path, strerror(errno), strlen(strerror(errno)));
        feed->unopened = true;
        refuse(feed, 0, 0, STATUS_BAD_INPUT, &fault);
    }
    lines_close(&lines);
}

/* ---- the end ---- */

static void print_summary(const feed_t *feed)
{
    const cli_t *cli = feed->session->cli;
    bool one = feed->accepted == 1 && feed->refused + feed->unanswered == 0;
    if (cli->json)
        return;
    if (one) {
        printf("%s %" PRIu64 "\n", cli_pick(cli, "accepted, seq", "已入账，序号"),
               feed->seq);
        return;
    }
    if (feed->options.source == NULL)
        return; /* one command, and its refusal was told */
    printf("%s %" PRIu64 "%s%s %" PRIu64, cli_pick(cli, "accepted", "已入账"),
           feed->accepted, cli_pick(cli, ", ", " 条，"),
           cli_pick(cli, "refused", "被退回"), feed->refused);
    if (feed->unanswered > 0)
        printf("%s %" PRIu64, cli_pick(cli, ", not answered", " 条，未答复"),
               feed->unanswered);
    puts(cli_pick(cli, "", " 条"));
}

exit_t feed_finish(feed_t *feed)
{
    CHECK(feed != NULL);
    client_t *client = feed->session->client;
    const cli_t *cli = feed->session->cli;
    while (client_pending(client) > 0 && feed->silence == STATUS_OK)
        (void)wait_some(feed); /* told by feed->silence */
    clear_progress(feed);
    feed->unanswered = client_pending(client);
    if (feed->silence != STATUS_OK)
        (void)cli_refuse(cli, feed->silence, NULL, feed->session->profile.endpoint);
    print_summary(feed);
    bool failed = feed->refused > 0 || feed->silence != STATUS_OK;
    if (!failed)
        return EXIT_DONE;
    if (feed->accepted > 0)
        return EXIT_PARTLY;
    exit_t result =
        cli_exit_of(feed->refused > 0 ? feed->first_refusal : feed->silence);
    /* a file whose lines cannot be read was refused; its call was right */
    bool lines_refused = feed->options.source != NULL && !feed->unopened;
    return result == EXIT_USAGE && lines_refused ? EXIT_REFUSED : result;
}
