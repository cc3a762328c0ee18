/* verb_watch.c - yx watch GROUP: a board that lives, on a terminal or as lines. */
#include "clients/cli/session.h"
#include "clients/cli/signals.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"
#include "clients/cli/watch_control.h"
#include "clients/cli/watch_lines.h"
#include "clients/cli/watch_tty.h"

#include "clients/lib/watch.h"
#include "proto/check.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CREDIT      2u  /* one update is read while the next one comes */
#define TURN_MS     250 /* clocks and marks are painted at least so often */
#define KEY_UPDATES 2

typedef struct {
    board_query_t view;
    uint32_t updates; /* 0 = without end */
} wanted_t;

typedef struct {
    const cli_t *cli;
    const wanted_t *wanted;
    session_t session;
    int signals;
    watch_t *watch;
    watch_model_t *model;     /* of a screen */
    watch_control_t *control; /* likewise */
    watch_tty_t *tty;         /* NULL: lines */
    watch_lines_t lines;
    uint64_t views;
    bool ended, no_memory; /* the watch was ended by the broker; a view was lost */
    status_t status;       /* why it ended */
    fault_t fault;
    bool closed; /* the person wants no more */
} watching_t;

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what the watch tells ---- */

static void on_view(watching_t *watching, const watch_event_t *event)
{
    if (watching->wanted->updates != 0 && watching->views >= watching->wanted->updates)
        return; /* several may come in one turn */
    watching->views++;
    if (watching->tty == NULL) {
        watching->no_memory =
            !watch_lines_view(&watching->lines, event->board, event->version);
        return;
    }
    watching->no_memory =
        !watch_model_take(watching->model, event->board, event->version, clock_ms());
    watch_control_accepted(watching->control);
}

static void on_live(watching_t *watching, bool live)
{
    if (watching->tty == NULL)
        watch_lines_live(&watching->lines, live);
    else
        watch_model_live(watching->model, live, clock_ms());
}

static void on_event(void *context, const watch_event_t *event)
{
    watching_t *watching = context;
    switch (event->kind) {
    case WATCH_PART:
        return; /* for who passes it on */
    case WATCH_VIEW:
        on_view(watching, event);
        return;
    case WATCH_STALE:
    case WATCH_LIVE:
        on_live(watching, event->kind == WATCH_LIVE);
        return;
    case WATCH_ENDED:
        watching->ended = true;
        watching->status = event->status;
        watching->fault = *event->fault;
        return;
    }
}

static status_t open_watch(watching_t *watching)
{
    board_query_t view = watching->wanted->view;
    if (watching->control != NULL)
        watch_control_view(watching->control, &view);
    watch_close(&watching->watch);
    watching->ended = false;
    return watch_open(watching->session.client, &view, CREDIT, on_event, watching,
                      &watching->watch);
}

static void on_groups(void *context, const reply_t *reply, const uint8_t *bytes,
                      size_t size)
{
    watching_t *watching = context;
    (void)bytes;
    (void)size;
    if (reply->kind == REPLY_ANSWER && reply->answer.kind == QUERY_GROUPS)
        watch_control_groups(watching->control, &reply->answer.body.groups);
}

/* ---- the screen ---- */

static uint32_t rows_of(watching_t *watching)
{
    watch_picture_t picture;
    unsigned columns, lines;
    watch_tty_size(watching->tty, &columns, &lines);
    watch_control_picture(watching->control, clock_ms(), &picture);
    return watch_screen_rows(&picture, columns, lines);
}

static void paint(watching_t *watching)
{
    watch_picture_t picture;
    unsigned columns, lines;
    watch_tty_size(watching->tty, &columns, &lines);
    watch_control_picture(watching->control, clock_ms(), &picture);
    watch_model_fit(watching->model, watch_screen_rows(&picture, columns, lines));
    canvas_t *canvas = canvas_create(columns, lines);
    if (canvas == NULL)
        return; /* no memory now: the next turn paints */
    watch_screen_draw(&picture, canvas);
    int caret = picture.prompt != NULL ? (int)watch_screen_caret(&picture) : -1;
    watch_tty_paint(watching->tty, canvas, caret);
    canvas_destroy(&canvas);
}

static status_t read_keys(watching_t *watching)
{
    press_t press;
    status_t status = STATUS_OK;
    while (status == STATUS_OK && !watching->closed &&
           watch_tty_press(watching->tty, &press)) {
        switch (watch_control_press(watching->control, press, rows_of(watching))) {
        case CONTROL_QUIT:
            watching->closed = true;
            break;
        case CONTROL_OTHER_VIEW:
            status = open_watch(watching);
            break;
        case CONTROL_GOES_ON:
            break;
        }
    }
    return status;
}

/* ---- the loop ---- */

static void read_signals(watching_t *watching)
{
    for (;;) {
        switch (signals_take(watching->signals)) {
        case SIGNALS_NONE:
            return;
        case SIGNALS_STOP:
            watching->closed = true;
            break;
        case SIGNALS_RESIZE:
            if (watching->tty != NULL)
                watch_tty_resize(watching->tty);
            break;
        }
    }
}

static void wait_some(watching_t *watching)
{
    int wait_ms = client_wait_ms(watching->session.client);
    struct pollfd waits[] = {
        { .fd = watching->signals, .events = POLLIN },
        { .fd = client_descriptor(watching->session.client), .events = POLLIN },
        { .fd = watching->tty != NULL ? STDIN_FILENO : -1, .events = POLLIN },
    };
    if (poll(waits, 3, wait_ms < TURN_MS ? wait_ms : TURN_MS) < 0)
        CHECK(errno == EINTR);
    else if ((waits[2].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        watching->closed = true; /* the terminal is gone */
}

/* Before the first view silence is a refusal; afterwards it is waited for. */
static status_t look_for_silence(const watching_t *watching, int64_t began_ms)
{
    const client_t *client = watching->session.client;
    if (client_state(client) == CLIENT_REFUSED)
        return STATUS_KEY_UNKNOWN;
    if (watching->views > 0 || clock_ms() - began_ms < watching->cli->timeout_ms)
        return STATUS_OK;
    return client_silence(client);
}

static bool is_over(const watching_t *watching)
{
    uint32_t updates = watching->wanted->updates;
    return watching->closed || ferror(stdout) != 0 ||
           (updates != 0 && watching->views >= updates);
}

static status_t take_turn(watching_t *watching, int64_t began_ms)
{
    wait_some(watching);
    (void)client_run(watching->session.client, 0); /* it comes to on_event */
    read_signals(watching);
    if (watching->no_memory)
        return STATUS_NO_MEMORY;
    if (watching->ended) {
        if (watching->control == NULL ||
            !watch_control_refused(watching->control, watching->status,
                                   &watching->fault))
            return watching->status;
        return open_watch(watching);
    }
    if (watching->tty != NULL) {
        status_t status = read_keys(watching);
        if (status != STATUS_OK)
            return status;
        paint(watching);
    }
    return look_for_silence(watching, began_ms);
}

static exit_t run(watching_t *watching)
{
    const cli_t *cli = watching->cli;
    int64_t began_ms = clock_ms();
    status_t status = open_watch(watching);
    if (status == STATUS_OK && watching->control != NULL)
        status = client_query(watching->session.client,
                              &(query_t){ .kind = QUERY_GROUPS }, on_groups, watching);
    while (status == STATUS_OK && !is_over(watching))
        status = take_turn(watching, began_ms);
    watch_tty_close(&watching->tty); /* words go to a terminal as it was */
    if (status == STATUS_OK)         /* who read the lines may have gone away */
        return ferror(stdout) != 0 ? EXIT_PARTLY : EXIT_DONE;
    bool silent = !watching->ended && status / 1000 != 1;
    return cli_refuse(cli, status, watching->ended ? &watching->fault : NULL,
                      silent ? cli->broker != NULL ? cli->broker
                                                   : watching->session.profile.endpoint
                             : NULL);
}

/* ---- life ---- */

static exit_t open_screen(watching_t *watching)
{
    const cli_t *cli = watching->cli;
    watching->model = watch_model_create();
    status_t status =
        watching->model != NULL
            ? watch_control_create(cli->language, watching->model,
                                   &watching->wanted->view, &watching->control)
            : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, NULL);
    watching->tty = watch_tty_open(cli->colour);
    if (watching->tty != NULL)
        return EXIT_DONE;
    const char *kind = getenv("TERM");
    return cli_refuse_value(cli, STATUS_USAGE, "TERM", kind != NULL ? kind : "");
}

static void close_all(watching_t *watching)
{
    watch_close(&watching->watch);
    if (watching->session.client != NULL)
        (void)client_run(watching->session.client, 0); /* tells the broker if it can */
    watch_tty_close(&watching->tty);
    watch_control_destroy(&watching->control);
    watch_model_destroy(&watching->model);
    watch_lines_fini(&watching->lines);
    session_close(&watching->session);
    signals_close(&watching->signals);
}

static exit_t watch(const cli_t *cli, const wanted_t *wanted)
{
    watching_t watching = { .cli = cli, .wanted = wanted, .signals = -1 };
    bool screen = !cli->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    watch_lines_init(&watching.lines, cli);
    watching.signals = signals_open(screen);
    exit_t result = watching.signals >= 0
                        ? EXIT_DONE
                        : cli_refuse(cli, STATUS_IO, NULL, "signalfd");
    if (result == EXIT_DONE)
        result = session_open(&watching.session, cli, SESSION_ASKS);
    if (result == EXIT_DONE && screen)
        result = open_screen(&watching);
    if (result == EXIT_DONE)
        result = run(&watching);
    close_all(&watching);
    return result;
}

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    if (key != KEY_UPDATES)
        return view_option(&wanted->view, key, value);
    bool good = view_number(value, &wanted->updates) && wanted->updates > 0;
    return good ? 0 : EINVAL;
}

exit_t verb_watch(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        VIEW_OPTIONS, { "updates", KEY_UPDATES, "N", 0, "End after N views", 0 }, { 0 }
    };
    wanted_t wanted = { .view = { .count = VIEW_ROWS_USUAL } };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "GROUP");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    wanted.view.group = view_text(words.words[0]);
    return watch(cli, &wanted);
}
