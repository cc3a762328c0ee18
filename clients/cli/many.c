/* many.c - see many.h. */
#include "clients/cli/many.h"

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

struct many {
    session_t *session;
    many_options_t options;
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

many_t *many_create(session_t *session, const many_options_t *options)
{
    CHECK(session != NULL && session->numbers != NULL);
    many_t *many = calloc(1, sizeof *many);
    if (many == NULL)
        return NULL;
    many->session = session;
    many->options = *options;
    many->progress = options->source != NULL && isatty(STDERR_FILENO) != 0;
    many->heard_ms = clock_ms();
    buffer_init(&many->public_part, PUBLIC_BYTES_MAX);
    buffer_init(&many->private_part, PRIVATE_BYTES_MAX);
    return many;
}

void many_destroy(many_t **many)
{
    CHECK(many != NULL);
    if (*many == NULL)
        return;
    buffer_fini(&(*many)->public_part);
    buffer_fini(&(*many)->private_part);
    free(*many);
    *many = NULL;
}

/* ---- words ---- */

static const char *source_of(const many_t *many, uint64_t line,
                             char out[SOURCE_CHARS_MAX])
{
    const cli_t *cli = many->session->cli;
    const char *name = many->options.source;
    if (name != NULL && strcmp(name, "-") == 0)
        name = cli_pick(cli, "standard input", "标准输入");
    if (name == NULL || line == 0)
        return name;
    (void)snprintf(out, SOURCE_CHARS_MAX, "%.400s%s%" PRIu64 "%s", name,
                   cli_pick(cli, " line ", " 第 "), line, cli_pick(cli, "", " 行"));
    return out;
}

static void clear_progress(many_t *many)
{
    if (many->progress && many->shown_ms != 0)
        fputs("\r\033[K", stderr);
    many->shown_ms = 0;
}

static void show_progress(many_t *many)
{
    int64_t now_ms = clock_ms();
    if (!many->progress || now_ms - many->shown_ms < PROGRESS_MS)
        return;
    const cli_t *cli = many->session->cli;
    fprintf(stderr, "\r%s %" PRIu64 ", %s %" PRIu64 ", %s %u ",
            cli_pick(cli, "accepted", "已入账"), many->accepted,
            cli_pick(cli, "refused", "被退回"), many->refused,
            cli_pick(cli, "sending", "发送中"), client_pending(many->session->client));
    many->shown_ms = now_ms;
}

/* Under number 0 nothing was submitted, and nothing is timed. */
static void add_timing(const many_t *many, uint64_t number, json_t *object)
{
    if (!many->options.timing || number == 0)
        return;
    int64_t us = clock_us() - many->sent_us[number % CLIENT_QUEUE_MAX];
    (void)json_object_set_new(object, "ms", json_real((double)us / 1000));
}

static void print_outcome(const many_t *many, uint64_t line, uint64_t number,
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
    add_timing(many, number, object);
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

static void refuse(many_t *many, uint64_t line, uint64_t number, status_t status,
                   const fault_t *given)
{
    char source[SOURCE_CHARS_MAX];
    fault_t fault = { .place = "" };
    if (given != NULL)
        fault = *given;
    bool placed = place_in_file(&fault, line);
    clear_progress(many);
    if (many->session->cli->json)
        print_outcome(many, line, number, status, 0, &fault);
    (void)cli_refuse(many->session->cli, status, &fault,
                     source_of(many, placed ? 0 : line, source));
    if (many->refused++ == 0)
        many->first_refusal = status;
}

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    many_t *many = context;
    uint64_t line = many->lines[number % CLIENT_QUEUE_MAX];
    many->heard_ms = clock_ms();
    if (status != STATUS_OK) {
        refuse(many, line, number, status, fault);
        return;
    }
    many->accepted++;
    many->seq = seq;
    if (many->session->cli->json)
        print_outcome(many, line, number, status, seq, NULL);
}

/* ---- one command ---- */

/* Waits until something is answered; false when the broker is silent. */
static bool wait_some(many_t *many)
{
    status_t status = session_wait(many->session);
    show_progress(many);
    if (status != STATUS_OK)
        many->silence = status;
    return status == STATUS_OK;
}

static bool make_room(many_t *many)
{
    while (many->silence == STATUS_OK && !client_has_room(many->session->client))
        (void)wait_some(many); /* told by many->silence */
    return many->silence == STATUS_OK;
}

static status_t queue_parts(many_t *many, uint64_t line)
{
    client_t *client = many->session->client;
    status_t status = numbers_take(many->session->numbers);
    if (status != STATUS_OK)
        return status;
    if (client_pending(client) == 0)
        many->heard_ms = clock_ms();
    many->lines[client_next_number(client) % CLIENT_QUEUE_MAX] = line;
    many->sent_us[client_next_number(client) % CLIENT_QUEUE_MAX] = clock_us();
    status = client_submit(client, many->public_part.data,
                           (uint32_t)many->public_part.size, many->private_part.data,
                           (uint32_t)many->private_part.size, on_outcome, many, NULL);
    if (status == STATUS_OK && client_next_number(client) % RUN_EVERY == 0)
        (void)client_run(client, 0); /* answers come to on_outcome */
    return status;
}

static bool submit_text(many_t *many, const char *verb, const char *json, size_t size,
                        uint64_t line)
{
    fault_t fault = { .place = "" };
    buffer_clear(&many->public_part);
    buffer_clear(&many->private_part);
    status_t status = json_to_command(verb, json, size, &many->public_part,
                                      &many->private_part, &fault);
    if (status == STATUS_OK && !make_room(many))
        return false;
    if (status == STATUS_OK)
        status = queue_parts(many, line);
    if (status != STATUS_OK)
        refuse(many, line, 0, status, &fault);
    return true;
}

bool many_object(many_t *many, json_t *object, uint64_t line)
{
    CHECK(many != NULL);
    fault_t fault = { .place = "" };
    const char *verb = many->options.verb;
    status_t status = STATUS_OK;
    if (many->options.defaults != NULL &&
        json_object_update_missing(object, many->options.defaults) != 0)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK && many->options.shape != NULL)
        status = many->options.shape(many->options.context, object, &verb, &fault);
    char *text = status == STATUS_OK ? json_dumps(object, JSON_COMPACT) : NULL;
    if (status == STATUS_OK && text == NULL)
        status = STATUS_NO_MEMORY;
    bool going = true;
    if (status == STATUS_OK)
        going = submit_text(many, verb, text, strlen(text), line);
    else
        refuse(many, line, 0, status, &fault);
    free(text);
    return going;
}

/* ---- files ---- */

static bool many_parsed(many_t *many, const char *text, size_t size, uint64_t line)
{
    json_error_t error;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    bool going = true;
    if (json_is_object(object)) {
        going = many_object(many, object, line);
    } else {
        fault_t fault;
        char place[FAULT_PLACE_MAX] = "";
        if (object == NULL)
            (void)snprintf(place, sizeof place, "line %d, column %d", error.line,
                           error.column);
        fault_set(&fault, place, object == NULL ? error.text : "{ }",
                  object == NULL ? strlen(error.text) : 3);
        refuse(many, line, 0, STATUS_BAD_INPUT, &fault);
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

static bool many_line(many_t *many, const char *text, size_t size, uint64_t line)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors begin files with it */
    if (line == 1 && size >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (is_blank(text, size))
        return true;
    show_progress(many);
    bool as_it_is = many->options.shape == NULL && many->options.defaults == NULL;
    return as_it_is ? submit_text(many, many->options.verb, text, size, line)
                    : many_parsed(many, text, size, line);
}

/* Waits for more input while the client goes on; false when the broker is silent. */
static bool wait_input(many_t *many, lines_t *lines)
{
    client_t *client = many->session->client;
    for (;;) {
        (void)client_run(client, 0); /* answers come to on_outcome */
        show_progress(many);
        bool open = client_pending(client) > 0;
        if (open && client_state(client) == CLIENT_REFUSED)
            many->silence = STATUS_KEY_UNKNOWN;
        else if (open && clock_ms() - many->heard_ms > many->session->cli->timeout_ms)
            many->silence = client_silence(client);
        if (many->silence != STATUS_OK)
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

static bool many_lines(many_t *many, lines_t *lines)
{
    const char *text;
    size_t size;
    bool going = true;
    while (going) {
        switch (lines_next(lines, &text, &size)) {
        case LINES_LINE:
            going = many_line(many, text, size, lines->number);
            break;
        case LINES_TOO_LONG:
            refuse(many, lines->number, 0, STATUS_TOO_LARGE, NULL);
            break;
        case LINES_MORE:
            going = wait_input(many, lines);
            if (going && lines_read(lines) != STATUS_OK)
                return false;
            break;
        case LINES_END:
            return true;
        }
    }
    return true;
}

void many_file(many_t *many, const char *path)
{
    CHECK(many != NULL);
    lines_t lines;
    status_t status = lines_open(&lines, path);
    fault_t fault;
    if (status != STATUS_OK || !many_lines(many, &lines)) {
        fault_set(&fault, path, strerror(errno), strlen(strerror(errno)));
        many->unopened = true;
        refuse(many, 0, 0, STATUS_BAD_INPUT, &fault);
    }
    lines_close(&lines);
}

/* ---- the end ---- */

static void print_summary(const many_t *many)
{
    const cli_t *cli = many->session->cli;
    bool one = many->accepted == 1 && many->refused + many->unanswered == 0;
    if (cli->json)
        return;
    if (one) {
        printf("%s %" PRIu64 "\n", cli_pick(cli, "accepted, seq", "已入账，序号"),
               many->seq);
        return;
    }
    if (many->options.source == NULL)
        return; /* one command, and its refusal was told */
    printf("%s %" PRIu64 "%s%s %" PRIu64, cli_pick(cli, "accepted", "已入账"),
           many->accepted, cli_pick(cli, ", ", " 条，"),
           cli_pick(cli, "refused", "被退回"), many->refused);
    if (many->unanswered > 0)
        printf("%s %" PRIu64, cli_pick(cli, ", not answered", " 条，未答复"),
               many->unanswered);
    puts(cli_pick(cli, "", " 条"));
}

exit_t many_finish(many_t *many)
{
    CHECK(many != NULL);
    client_t *client = many->session->client;
    const cli_t *cli = many->session->cli;
    while (client_pending(client) > 0 && many->silence == STATUS_OK)
        (void)wait_some(many); /* told by many->silence */
    clear_progress(many);
    many->unanswered = client_pending(client);
    if (many->silence != STATUS_OK)
        (void)cli_refuse(cli, many->silence, NULL, many->session->profile.endpoint);
    print_summary(many);
    bool failed = many->refused > 0 || many->silence != STATUS_OK;
    if (!failed)
        return EXIT_DONE;
    if (many->accepted > 0)
        return EXIT_PARTLY;
    exit_t result =
        cli_exit_of(many->refused > 0 ? many->first_refusal : many->silence);
    /* a file whose lines cannot be read was refused; its call was right */
    bool lines_refused = many->options.source != NULL && !many->unopened;
    return result == EXIT_USAGE && lines_refused ? EXIT_REFUSED : result;
}
