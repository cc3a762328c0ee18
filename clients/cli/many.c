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
#define PROGRESS_MS      200

struct many {
    session_t *session;
    many_options_t options;
    buffer_t public_part, private_part;
    uint64_t accepted, refused, kept, seq, put; /* kept: in the outbox, not sent */
    uint64_t drafts, draft;                     /* how many, the newest */
    status_t first_refusal, silence;
    bool progress; /* shown on a terminal */
    bool unopened; /* the file could not be read */
    int64_t shown_ms, heard_ms;
    int64_t waited_us; /* of the outcome that is being told */
};

static void on_outcome(void *context, const sender_outcome_t *outcome);

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

many_t *many_create(session_t *session, const many_options_t *options)
{
    CHECK(session != NULL && session->sender != NULL);
    many_t *many = calloc(1, sizeof *many);
    if (many == NULL)
        return NULL;
    many->session = session;
    many->options = *options;
    many->progress = options->source != NULL && isatty(STDERR_FILENO) != 0;
    many->heard_ms = clock_ms();
    buffer_init(&many->public_part, PUBLIC_BYTES_MAX);
    buffer_init(&many->private_part, PRIVATE_BYTES_MAX);
    session_listen(session, on_outcome, many);
    return many;
}

void many_destroy(many_t **many)
{
    CHECK(many != NULL);
    if (*many == NULL)
        return;
    session_listen((*many)->session, NULL, NULL);
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
            cli_pick(cli, "sending", "发送中"), sender_pending(many->session->sender));
    many->shown_ms = now_ms;
}

/* Under number 0 nothing was submitted, and nothing is timed. */
static void add_timing(const many_t *many, uint64_t number, json_t *object)
{
    if (!many->options.timing || number == 0)
        return;
    (void)json_object_set_new(object, "ms", json_real((double)many->waited_us / 1000));
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

static void on_outcome(void *context, const sender_outcome_t *outcome)
{
    many_t *many = context;
    many->heard_ms = clock_ms();
    many->waited_us = outcome->waited_us;
    if (outcome->status != STATUS_OK) {
        refuse(many, outcome->tag, outcome->number, outcome->status, &outcome->fault);
        return;
    }
    many->accepted++;
    many->seq = outcome->seq;
    if (many->session->cli->json)
        print_outcome(many, outcome->tag, outcome->number, STATUS_OK, outcome->seq,
                      NULL);
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

/* Once the broker is silent nothing is waited for: what comes is kept. */
static void make_room(many_t *many)
{
    while (many->silence == STATUS_OK &&
           sender_pending(many->session->sender) >= CLIENT_QUEUE_MAX)
        (void)wait_some(many); /* told by many->silence */
}

static status_t queue_parts(many_t *many, uint64_t line)
{
    sender_t *sender = many->session->sender;
    uint64_t entry = 0;
    sender_command_t command = { .public_part = many->public_part.data,
                                 .public_size = (uint32_t)many->public_part.size,
                                 .private_part = many->private_part.data,
                                 .private_size = (uint32_t)many->private_part.size,
                                 .tag = line,
                                 .draft = many->options.draft };
    if (sender_pending(sender) == 0)
        many->heard_ms = clock_ms();
    status_t status = sender_put(sender, &command, &entry);
    if (status == STATUS_OK && command.draft) {
        many->drafts++;
        many->draft = entry;
        return sender_commit(sender);
    }
    if (status == STATUS_OK && ++many->put % SENDER_GROUP == 0)
        (void)sender_run(sender, 0); /* answers come to on_outcome */
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
    if (status == STATUS_OK) {
        make_room(many);
        status = queue_parts(many, line);
    }
    if (status != STATUS_OK)
        refuse(many, line, 0, status, &fault);
    return status != STATUS_QUEUE_FULL && status != STATUS_STORAGE_FULL &&
           status != STATUS_IO;
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

static void look_for_silence(many_t *many)
{
    const session_t *session = many->session;
    bool open = sender_pending(session->sender) > 0;
    if (!open || many->silence != STATUS_OK)
        return;
    many->silence = sender_trouble(session->sender);
    if (client_state(session->client) == CLIENT_REFUSED)
        many->silence = STATUS_KEY_UNKNOWN;
    else if (clock_ms() - many->heard_ms > session->cli->timeout_ms)
        many->silence = client_silence(session->client);
}

#define LOOK_MS 50

/* Waits for more input while the sender goes on. */
static void wait_input(many_t *many, lines_t *lines)
{
    client_t *client = many->session->client;
    sender_t *sender = many->session->sender;
    for (;;) {
        (void)sender_run(sender, 0); /* answers come to on_outcome */
        show_progress(many);
        look_for_silence(many);
        /* who feeds the pipe waits for it; the end tells failure */
        (void)fflush(stdout);
        int wait_ms = client_wait_ms(client);
        if (sender_pending(sender) > 0 && wait_ms > LOOK_MS)
            wait_ms = LOOK_MS;
        struct pollfd waits[] = { { .fd = lines->fd, .events = POLLIN },
                                  { .fd = client_descriptor(client),
                                    .events = POLLIN } };
        if (poll(waits, 2, wait_ms) < 0)
            CHECK(errno == EINTR);
        else if (waits[0].revents != 0)
            return;
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
            wait_input(many, lines);
            if (lines_read(lines) != STATUS_OK)
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

static void print_drafts(const many_t *many)
{
    const cli_t *cli = many->session->cli;
    if (cli->json)
        printf("{\"drafts\":%" PRIu64 ",\"entry\":%" PRIu64 "}\n", many->drafts,
               many->draft);
    else
        printf(cli_pick(cli,
                        "%" PRIu64 " kept as draft, the last as entry %" PRIu64
                        ". To send it: yx outbox send %" PRIu64 "\n",
                        "已存为草稿 %" PRIu64 " 条，最后一条为第 %" PRIu64
                        " 号。发送：yx outbox send %" PRIu64 "\n"),
               many->drafts, many->draft, many->draft);
}

static void print_summary(const many_t *many)
{
    const cli_t *cli = many->session->cli;
    if (many->options.draft) {
        print_drafts(many);
        return;
    }
    bool one = many->accepted == 1 && many->refused + many->kept == 0;
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
    if (many->kept > 0)
        printf("%s %" PRIu64, cli_pick(cli, ", kept", " 条，待发"), many->kept);
    puts(cli_pick(cli, "", " 条"));
}

static void print_kept(void *context, const sender_outcome_t *kept)
{
    many_t *many = context;
    many->kept++;
    if (many->session->cli->json)
        printf("{\"line\":%" PRIu64 ",\"entry\":%" PRIu64 ",\"state\":\"waiting\"}\n",
               kept->tag, kept->entry);
}

/* What has no outcome then is on disk. */
static void settle_all(many_t *many)
{
    sender_t *sender = many->session->sender;
    (void)sender_commit(sender); /* its failure is told as outcomes */
    while (sender_pending(sender) > 0 && many->silence == STATUS_OK)
        (void)wait_some(many); /* told by many->silence */
    clear_progress(many);
    sender_visit(sender, print_kept, many);
    sender_unfollow(sender);
    if (many->kept > 0)
        session_tell_kept(many->session, many->silence, many->kept);
}

exit_t many_finish(many_t *many)
{
    CHECK(many != NULL);
    settle_all(many);
    print_summary(many);
    if (many->refused == 0 && many->kept == 0)
        return EXIT_DONE;
    if (many->accepted > 0)
        return EXIT_PARTLY;
    if (many->kept > 0)
        return many->refused > 0 ? EXIT_PARTLY : EXIT_KEPT;
    exit_t result = cli_exit_of(many->first_refusal);
    /* a file whose lines cannot be read was refused; its call was right */
    bool lines_refused = many->options.source != NULL && !many->unopened;
    return result == EXIT_USAGE && lines_refused ? EXIT_REFUSED : result;
}
