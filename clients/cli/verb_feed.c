/* verb_feed.c - yx feed: the records of the journal in order, one JSON object a line.
 *
 * Facts are printed and flushed first; only then is the place to go on from written down.
 * So a consumer that is killed sees a record twice at worst, and never misses one.
 */
#include "clients/cli/session.h"
#include "clients/cli/signals.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include "clients/lib/files.h"
#include "proto/check.h"
#include "proto/json.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FACT_BYTES_MAX  (1024u * 1024u)
#define STATE_BYTES_MAX 64u
#define TURN_MS         500

typedef struct {
    uint64_t from, count; /* 0 = not told */
    bool follow;
    const char *state; /* file, or NULL */
} wanted_t;

typedef struct {
    const cli_t *cli;
    const wanted_t *wanted;
    session_t session;
    int signals;
    uint64_t next, head, shown;
    uint64_t saved; /* what the file of --state holds, 0 = not known */
    bool asked, answered, stopped,
        lost;        /* lost: the broker is not heard, it was told */
    int state_error; /* errno of a place that could not be written, 0 = none */
    int cut;         /* likewise of what could not be printed */
    status_t status; /* the first thing that went wrong */
    fault_t fault;
    int64_t heard_ms;
} feed_t;

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the place to go on from ---- */

static bool read_seq(const char *value, uint64_t *seq)
{
    char *end = NULL;
    errno = 0;
    *seq = strtoull(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && errno == 0 && *seq > 0 &&
           (*end == '\0' || (*end == '\n' && end[1] == '\0'));
}

/* "a/b" to "a" and "b". */
static bool split(const char *path, char folder[FILES_PATH_MAX], const char **name)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash != NULL ? (size_t)(slash - path) : 0;
    *name = slash != NULL ? slash + 1 : path;
    if (size >= FILES_PATH_MAX || **name == '\0')
        return false;
    (void)snprintf(folder, FILES_PATH_MAX, "%.*s", slash != NULL ? (int)size : 1,
                   slash != NULL ? path : "."); /* fits */
    if (slash == path)
        (void)snprintf(folder, FILES_PATH_MAX, "/"); /* likewise */
    return true;
}

static exit_t refuse_state(const feed_t *feed, const char *reason)
{
    char source[FILES_PATH_MAX + 64];
    (void)snprintf(source, sizeof source, "%s: %s", feed->wanted->state, reason);
    return cli_refuse(feed->cli, STATUS_BAD_INPUT, NULL, source);
}

static exit_t read_state(feed_t *feed)
{
    char folder[FILES_PATH_MAX], text[STATE_BYTES_MAX];
    const char *name;
    unsigned mode;
    if (feed->wanted->state == NULL)
        return EXIT_DONE;
    if (!split(feed->wanted->state, folder, &name))
        return refuse_state(feed, cli_pick(feed->cli, "not a file name", "不是文件名"));
    status_t status = files_read(folder, name, text, sizeof text, &mode);
    if (status == STATUS_NOT_FOUND) /* the first time: before anything is printed */
        return access(folder, W_OK) == 0 ? EXIT_DONE
                                         : refuse_state(feed, strerror(errno));
    if (status != STATUS_OK || !read_seq(text, &feed->next))
        return refuse_state(feed, status == STATUS_OK
                                      ? cli_pick(feed->cli, "holds no seq", "没有序号")
                                      : strerror(errno));
    feed->saved = feed->next;
    return EXIT_DONE;
}

static bool write_state(feed_t *feed)
{
    char folder[FILES_PATH_MAX], text[STATE_BYTES_MAX];
    const char *name;
    if (feed->wanted->state == NULL)
        return true;
    CHECK(split(feed->wanted->state, folder, &name)); /* as read */
    int size = snprintf(text, sizeof text, "%" PRIu64 "\n", feed->next);
    return files_write(folder, name, text, (size_t)size) == STATUS_OK;
}

/* Lines in a file are on disk before the place is; a pipe's reader has its own care. */
static bool flush_lines(void)
{
    struct stat info;
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        return false;
    bool file = fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode);
    return !file || fdatasync(STDOUT_FILENO) == 0;
}

/* ---- what comes ---- */

static status_t print_fact(const fact_t *fact)
{
    buffer_t json;
    buffer_init(&json, FACT_BYTES_MAX);
    status_t status = json_from_fact(fact, &json, NULL);
    if (status == STATUS_OK)
        printf("%.*s\n", (int)json.size, (const char *)json.data);
    buffer_fini(&json);
    return status;
}

static bool has_enough(const feed_t *feed)
{
    return feed->wanted->count != 0 && feed->shown >= feed->wanted->count;
}

static void take_facts(feed_t *feed, const answer_t *answer)
{
    const feed_answer_t *body = &answer->body.feed;
    for (uint32_t i = 0; i < body->fact_count && feed->status == STATUS_OK; i++) {
        if (has_enough(feed))
            break;
        if (body->facts[i].seq < feed->next)
            continue; /* of an answer whose first parts came before, and came again */
        feed->status = print_fact(&body->facts[i]);
        feed->next = body->facts[i].seq + 1;
        feed->shown++;
    }
    bool more = answer->part + 1 < answer->parts && !has_enough(feed);
    if (more || feed->status != STATUS_OK)
        return;
    if (!has_enough(feed)) /* else it goes on behind the last one shown */
        feed->next = body->next;
    feed->head = body->head;
    feed->asked = false;
    feed->answered = true;
    feed->cut = flush_lines() ? 0 : errno != 0 ? errno : EIO;
    if (feed->cut != 0)
        return;
    errno = 0;
    if (feed->next != feed->saved && !write_state(feed))
        feed->state_error = errno != 0 ? errno : EIO;
    feed->saved = feed->next;
}

static void on_reply(void *context, const reply_t *reply, const uint8_t *bytes,
                     size_t size)
{
    feed_t *feed = context;
    (void)bytes;
    (void)size;
    feed->heard_ms = clock_ms();
    if (feed->lost) {
        feed->lost = false;
        fprintf(stderr, "%s\n",
                cli_pick(feed->cli, "the broker is heard again", "已恢复连接"));
    }
    if (reply->kind == REPLY_FAILURE) {
        bool again = reply->failure == STATUS_BUSY || reply->failure == STATUS_STOPPING;
        feed->asked = false;
        feed->status = again ? STATUS_OK : reply->failure;
        feed->fault = reply->fault;
    } else if (reply->kind == REPLY_ANSWER && reply->answer.kind == QUERY_FEED) {
        take_facts(feed, &reply->answer);
    }
}

/* ---- the loop ---- */

static bool is_over(const feed_t *feed)
{
    bool at_end = !feed->wanted->follow && feed->answered && feed->next > feed->head;
    return feed->stopped || feed->state_error != 0 || feed->cut != 0 ||
           has_enough(feed) || at_end;
}

/* Full pages whatever --count says: the broker counts the records that it looks at, and
 * of many it may show none. */
static status_t ask(feed_t *feed)
{
    query_t query = { .kind = QUERY_FEED,
                      .feed = { .from = feed->next,
                                .count = HISTORY_FACTS_MAX,
                                .wait_ms =
                                    feed->wanted->follow ? SESSION_WAIT_MS : 0 } };
    feed->asked = true;
    return client_query(feed->session.client, &query, on_reply, feed);
}

static void wait_some(feed_t *feed)
{
    int wait_ms = client_wait_ms(feed->session.client);
    struct pollfd waits[] = {
        { .fd = feed->signals, .events = POLLIN },
        { .fd = client_descriptor(feed->session.client), .events = POLLIN },
    };
    if (poll(waits, 2, wait_ms < TURN_MS ? wait_ms : TURN_MS) < 0)
        CHECK(errno == EINTR);
    while (signals_take(feed->signals) != SIGNALS_NONE)
        feed->stopped = true;
}

/* Who follows waits for the broker to come back; others give up. */
static void look_for_silence(feed_t *feed)
{
    const client_t *client = feed->session.client;
    if (client_state(client) == CLIENT_REFUSED) {
        feed->status = STATUS_KEY_UNKNOWN;
        return;
    }
    int64_t patience_ms =
        feed->cli->timeout_ms + (feed->wanted->follow ? (int64_t)SESSION_WAIT_MS : 0);
    bool silent = clock_ms() - feed->heard_ms > patience_ms;
    bool gone = feed->answered && client_state(client) != CLIENT_CONNECTED;
    bool waits = feed->wanted->follow && feed->answered;
    if (silent && !waits)
        feed->status = client_silence(client);
    if (waits && (silent || gone) && !feed->lost) {
        feed->lost = true;
        fprintf(stderr, "%s\n",
                cli_pick(feed->cli, "the broker is not heard; waiting",
                         "连接中断，正在等待恢复"));
    }
}

/* The seq came from the command line, or from the file of another journal. */
static exit_t refuse_place(const feed_t *feed)
{
    char value[24];
    bool from_file = feed->wanted->state != NULL && feed->saved != 0;
    (void)snprintf(value, sizeof value, "%" PRIu64, feed->next); /* fits */
    return cli_refuse_value(feed->cli, STATUS_BEYOND_HEAD,
                            from_file ? feed->wanted->state : "--from", value);
}

static exit_t tell_end(const feed_t *feed)
{
    const cli_t *cli = feed->cli;
    if (feed->cut == EPIPE)
        return EXIT_PARTLY; /* who read the lines went away and knows it */
    if (feed->cut != 0)
        return cli_refuse(cli, STATUS_IO, NULL, strerror(feed->cut));
    if (feed->state_error != 0)
        return refuse_state(feed, strerror(feed->state_error));
    if (feed->status == STATUS_OK)
        return EXIT_DONE;
    if (feed->status == STATUS_BEYOND_HEAD)
        return refuse_place(feed);
    bool silent = feed->status / 1000 == 6;
    return cli_refuse(cli, feed->status, silent ? NULL : &feed->fault,
                      silent ? cli->broker != NULL ? cli->broker
                                                   : feed->session.profile.endpoint
                             : NULL);
}

static exit_t run(feed_t *feed)
{
    feed->heard_ms = clock_ms();
    while (feed->status == STATUS_OK && !is_over(feed)) {
        if (!feed->asked)
            feed->status = ask(feed);
        wait_some(feed);
        (void)client_run(feed->session.client, 0); /* it comes to on_reply */
        if (feed->status == STATUS_OK)
            look_for_silence(feed);
    }
    return tell_end(feed);
}

static exit_t follow(const cli_t *cli, const wanted_t *wanted)
{
    feed_t feed = { .cli = cli, .wanted = wanted, .signals = -1 };
    feed.next = wanted->from != 0 ? wanted->from : 1;
    exit_t result = read_state(&feed);
    if (result != EXIT_DONE)
        return result;
    feed.signals = signals_open(0);
    if (feed.signals < 0)
        return cli_refuse(cli, STATUS_IO, NULL, "signalfd");
    result = session_open(&feed.session, cli,
                          wanted->follow ? SESSION_FOLLOWS : SESSION_ASKS);
    if (result == EXIT_DONE) {
        result = run(&feed);
        session_close(&feed.session);
    }
    signals_close(&feed.signals);
    return result;
}

/* ---- the verb ---- */

enum { KEY_FROM = 'f', KEY_FOLLOW = 'F', KEY_COUNT = 'n', KEY_STATE = 's' };

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    switch (key) {
    case KEY_FROM:
        return read_seq(value, &wanted->from) ? 0 : EINVAL;
    case KEY_FOLLOW:
        wanted->follow = true;
        return 0;
    case KEY_COUNT:
        return read_seq(value, &wanted->count) ? 0 : EINVAL;
    case KEY_STATE:
        wanted->state = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

exit_t verb_feed(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "from", KEY_FROM, "SEQ", 0, "Begin at this record (1)", 0 },
        { "follow", KEY_FOLLOW, NULL, 0, "Wait for more, also while the broker is away",
          0 },
        { "count", KEY_COUNT, "N", 0, "End after N records", 0 },
        { "state", KEY_STATE, "FILE", 0,
          "Remember there how far it came, and go on from there the next time; --from "
          "is "
          "for the first time only. After a crash a record may come again: its seq "
          "tells",
          0 },
        { 0 }
    };
    wanted_t wanted = { .from = 0 };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "");
    usage.options = options;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    return follow(cli, &wanted);
}
