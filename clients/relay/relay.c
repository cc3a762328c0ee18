/* relay.c - see relay.h: the turn of the relay and its timers. */
#include "clients/relay/relay.h"

#include "clients/relay/guests.h"
#include "clients/relay/report.h"
#include "clients/relay/shelf.h"
#include "proto/check.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLIENTS_MAX  ((GROUPS_MAX + WATCHES_PER_PEER_MAX - 1) / WATCHES_PER_PEER_MAX)
#define KNOCKS_MAX   64u /* handshakes and requests of one turn */
#define REQUESTS_MAX 64u
#define LINE_MAX     (SHELF_TOPIC_MAX + 24u) /* a topic and a version */

struct relay {
    relay_options_t options;
    client_t *clients[CLIENTS_MAX]; /* the first one also asks; others when needed */
    outlet_t *outlet;               /* NULL while its ports are shut */
    char publish[OUTLET_ENDPOINT_MAX], last_value[OUTLET_ENDPOINT_MAX];
    guests_t *guests;
    shelf_t shelves[GROUPS_MAX];
    uint32_t shelf_count;
    status_t told_learning, told_asking; /* what people were told last */
    bool learning, learned, asking, live, reopening;
    uint64_t reconnects; /* of the first client, when guests were doubted last */
    int64_t beat_ms, access_ms, learn_ms, reopen_ms; /* when each is due */
};

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- life ---- */

static status_t open_client(const profile_t *profile, client_t **client)
{
    client_options_t options = { .endpoint = profile->endpoint, .first_number = 1 };
    memcpy(options.server_key, profile->server_key, KEY_BYTES);
    memcpy(options.public_key, profile->public_key, KEY_BYTES);
    memcpy(options.secret_key, profile->secret_key, KEY_BYTES);
    return client_create(&options, client);
}

static status_t open_outlet(relay_t *relay, char *where)
{
    const char *which;
    outlet_options_t options = { .publish = relay->publish,
                                 .last_value = relay->last_value,
                                 .secret_key = relay->options.secret_key };
    status_t status = outlet_open(&options, &relay->outlet, &which);
    if (status != STATUS_OK) {
        const char *endpoint =
            strcmp(which, "listen") == 0 ? relay->publish : relay->last_value;
        (void)snprintf(where, SETTINGS_MESSAGE_MAX, "%s %s: %s", which, endpoint,
                       zmq_strerror(errno));
        return status;
    }
    /* the ports that the system chose stay ours when they are opened again */
    (void)snprintf(relay->publish, sizeof relay->publish, "%s",
                   outlet_publish_endpoint(relay->outlet));
    (void)snprintf(relay->last_value, sizeof relay->last_value, "%s",
                   outlet_last_value_endpoint(relay->outlet));
    return STATUS_OK;
}

static void add_shelf(relay_t *relay, text_t group)
{
    for (uint32_t i = 0; i < relay->shelf_count; i++) {
        text_t own = shelf_group(&relay->shelves[i]);
        if (own.size == group.size && memcmp(own.data, group.data, own.size) == 0)
            return;
    }
    shelf_t *free_one = NULL; /* the place of a board that is there no more */
    for (uint32_t i = 0; i < relay->shelf_count && free_one == NULL; i++) {
        if (shelf_is_shut(&relay->shelves[i]))
            free_one = &relay->shelves[i];
    }
    if (relay->shelf_count < GROUPS_MAX)
        free_one = &relay->shelves[relay->shelf_count++];
    else if (free_one != NULL)
        shelf_fini(free_one);
    if (free_one != NULL)
        shelf_init(free_one, group, &relay->outlet);
}

static status_t build(relay_t *relay, char *where)
{
    const settings_t *settings = relay->options.settings;
    for (uint32_t i = 0; i < settings->group_count; i++)
        add_shelf(relay, (text_t){ settings->groups[i],
                                   (uint32_t)strlen(settings->groups[i]) });
    (void)snprintf(relay->publish, sizeof relay->publish, "%s", settings->listen);
    (void)snprintf(relay->last_value, sizeof relay->last_value, "%s",
                   settings->last_value);
    (void)snprintf(where, SETTINGS_MESSAGE_MAX, "%s", relay->options.profile->endpoint);
    relay->guests = guests_create();
    if (relay->guests == NULL)
        return STATUS_NO_MEMORY;
    status_t status = open_client(relay->options.profile, &relay->clients[0]);
    return status == STATUS_OK ? open_outlet(relay, where) : status;
}

status_t relay_open(const relay_options_t *options, relay_t **out, char *where)
{
    CHECK(options != NULL);
    CHECK(out != NULL);
    *out = NULL;
    relay_t *relay = calloc(1, sizeof *relay);
    if (relay == NULL)
        return STATUS_NO_MEMORY;
    relay->options = *options;
    status_t status = build(relay, where);
    if (status != STATUS_OK)
        relay_close(&relay);
    *out = relay;
    return status;
}

void relay_close(relay_t **out)
{
    CHECK(out != NULL);
    relay_t *relay = *out;
    if (relay == NULL)
        return;
    for (uint32_t i = 0; i < relay->shelf_count; i++)
        shelf_fini(&relay->shelves[i]);
    for (uint32_t i = 0; i < CLIENTS_MAX; i++)
        client_destroy(&relay->clients[i]);
    outlet_close(&relay->outlet);
    guests_destroy(&relay->guests);
    free(relay);
    *out = NULL;
}

const char *relay_publish_endpoint(const relay_t *relay)
{
    CHECK(relay != NULL);
    return relay->publish;
}

const char *relay_last_value_endpoint(const relay_t *relay)
{
    CHECK(relay != NULL);
    return relay->last_value;
}

/* ---- boards ---- */

static void on_groups(void *context, const reply_t *reply, const uint8_t *bytes,
                      size_t size)
{
    relay_t *relay = context;
    (void)bytes; /* what is read from them suffices */
    (void)size;
    relay->learning =
        reply->kind == REPLY_ANSWER && reply->answer.part + 1 < reply->answer.parts;
    if (reply->kind != REPLY_ANSWER) {
        if (relay->told_learning != reply->failure)
            report_status(REPORT_WARNING, "groups", reply->failure, &reply->fault);
        relay->told_learning = reply->failure;
        return;
    }
    relay->told_learning = STATUS_OK;
    relay->learned = true;
    const groups_answer_t *groups = &reply->answer.body.groups;
    for (uint32_t i = 0; i < relay->shelf_count; i++)
        shelf_follow(&relay->shelves[i], groups->account);
    if (relay->options.settings->group_count > 0)
        return;
    for (uint32_t i = 0; i < groups->group_count; i++)
        add_shelf(relay, groups->groups[i].name);
}

/* What does not succeed is tried again when it is due again. */
static void learn_groups(relay_t *relay, int64_t now_ms)
{
    if (relay->learning || now_ms < relay->learn_ms)
        return;
    query_t query = { .kind = QUERY_GROUPS };
    relay->learning =
        client_query(relay->clients[0], &query, on_groups, relay) == STATUS_OK;
    relay->learn_ms = now_ms + RELAY_LEARN_MS;
}

static client_t *client_of_shelf(relay_t *relay, uint32_t shelf)
{
    client_t **client = &relay->clients[shelf / WATCHES_PER_PEER_MAX];
    if (*client == NULL && open_client(relay->options.profile, client) != STATUS_OK)
        return NULL; /* no memory: the next turn tries again */
    return *client;
}

static void tend_shelves(relay_t *relay, int64_t now_ms)
{
    for (uint32_t i = 0; i < relay->shelf_count; i++) {
        client_t *client = client_of_shelf(relay, i);
        if (client != NULL)
            shelf_tend(&relay->shelves[i], client, relay->options.settings->window,
                       now_ms);
    }
}

static shelf_t *find_shelf(relay_t *relay, const outlet_request_t *request)
{
    for (uint32_t i = 0; i < relay->shelf_count; i++) {
        shelf_t *shelf = &relay->shelves[i];
        if (shelf->topic_size == request->topic_size &&
            memcmp(shelf->topic, request->topic, request->topic_size) == 0)
            return shelf;
    }
    return NULL;
}

static void answer_requests(relay_t *relay)
{
    outlet_request_t request;
    bool all_known = relay->learned || relay->options.settings->group_count > 0;
    status_t of_no_shelf = all_known ? STATUS_UNKNOWN_GROUP : STATUS_UNREACHABLE;
    for (uint32_t i = 0; i < REQUESTS_MAX; i++) {
        if (relay->outlet == NULL || !outlet_next_request(relay->outlet, &request))
            return;
        shelf_t *shelf = find_shelf(relay, &request);
        if (shelf != NULL)
            shelf_answer(shelf, relay->outlet, &request);
        else
            shelf_refuse(relay->outlet, &request, of_no_shelf);
    }
}

/* ---- keys ---- */

static void on_subscribers(void *context, const reply_t *reply, const uint8_t *bytes,
                           size_t size)
{
    relay_t *relay = context;
    (void)bytes; /* what is read from them suffices */
    (void)size;
    relay->asking = false;
    if (reply->kind != REPLY_ANSWER) {
        guests_unanswered(relay->guests);
        if (relay->told_asking != reply->failure)
            report_status(REPORT_WARNING, "subscribers", reply->failure, &reply->fault);
        relay->told_asking = reply->failure;
        return;
    }
    relay->told_asking = STATUS_OK;
    if (guests_answer(relay->guests, &reply->answer.body.subscribers))
        relay->reopening = true;
}

/* With keys when there are any to ask for, and every second without. */
static void ask_for_keys(relay_t *relay, int64_t now_ms)
{
    uint64_t reconnects = client_counts(relay->clients[0])->reconnects;
    if (reconnects != relay->reconnects)
        guests_doubt(relay->guests);
    relay->reconnects = reconnects;
    bool due = now_ms >= relay->access_ms || guests_have_questions(relay->guests);
    if (relay->asking || !due)
        return;
    query_t query = { .kind = QUERY_SUBSCRIBERS };
    guests_ask(relay->guests, &query.subscribers);
    relay->asking =
        client_query(relay->clients[0], &query, on_subscribers, relay) == STATUS_OK;
    if (!relay->asking)
        guests_unanswered(relay->guests);
    relay->access_ms = now_ms + RELAY_ACCESS_MS;
}

static void take_knocks(relay_t *relay, int64_t now_ms)
{
    knock_t knock;
    verdict_t verdict;
    if (relay->outlet == NULL)
        return;
    for (uint32_t i = 0; i < KNOCKS_MAX && outlet_next_knock(relay->outlet, &knock);
         i++) {
        verdict = guests_knock(relay->guests, &knock, now_ms);
        if (verdict != KNOCK_WAIT)
            outlet_decide(relay->outlet, &knock, verdict);
    }
    while (guests_next(relay->guests, now_ms, &knock, &verdict))
        outlet_decide(relay->outlet, &knock, verdict);
}

/* Closes both sockets and opens them on the same ports. Somebody else may have taken one
 * meanwhile: tried again until it is free. */
static void reopen(relay_t *relay, int64_t now_ms)
{
    char where[SETTINGS_MESSAGE_MAX];
    if (relay->reopening) {
        report_line(REPORT_INFO, "a subscriber's key is allowed no more: everybody "
                                 "authenticates anew");
        outlet_close(&relay->outlet);
        guests_forget_waiting(relay->guests);
        relay->reopening = false;
        relay->reopen_ms = now_ms;
    }
    if (relay->outlet != NULL || now_ms < relay->reopen_ms)
        return;
    status_t status = open_outlet(relay, where);
    if (status != STATUS_OK)
        report_status(REPORT_ERROR, where, status, NULL);
    relay->reopen_ms = now_ms + RELAY_REOPEN_MS;
}

/* ---- the heartbeat ---- */

/* The broker is heard and there is something to hear of. */
static bool is_live(const relay_t *relay)
{
    bool any = false;
    for (uint32_t i = 0; i < relay->shelf_count; i++) {
        const shelf_t *shelf = &relay->shelves[i];
        if (!shelf_is_shut(shelf) && !shelf_is_live(shelf))
            return false;
        any = any || shelf_version(shelf) != 0;
    }
    return any && client_state(relay->clients[0]) == CLIENT_CONNECTED;
}

static void note_live(relay_t *relay)
{
    bool live = is_live(relay);
    if (live != relay->live)
        report_line(REPORT_INFO, live ? "boards are live"
                                      : "boards are stale: nothing is heard of them");
    relay->live = live;
}

static void beat(relay_t *relay, int64_t now_ms)
{
    char lines[1 + GROUPS_MAX][LINE_MAX];
    outlet_frame_t frames[2 + GROUPS_MAX] = { { RELAY_TOPIC, strlen(RELAY_TOPIC) } };
    uint64_t highest = 0;
    uint32_t count = 2;
    note_live(relay);
    if (now_ms < relay->beat_ms || relay->outlet == NULL)
        return;
    relay->beat_ms = now_ms + RELAY_BEAT_MS;
    for (uint32_t i = 0; i < relay->shelf_count; i++) {
        uint64_t version = shelf_version(&relay->shelves[i]);
        if (version == 0)
            continue;
        int size = snprintf(lines[count - 1], LINE_MAX, "%s %" PRIu64,
                            relay->shelves[i].topic, version);
        frames[count] = (outlet_frame_t){ lines[count - 1], (size_t)size };
        highest = version > highest ? version : highest;
        count++;
    }
    int size = snprintf(lines[0], LINE_MAX, "%s %" PRIu64,
                        relay->live ? "live" : "stale", highest);
    frames[1] = (outlet_frame_t){ lines[0], (size_t)size };
    outlet_publish(relay->outlet, frames, count);
}

/* ---- the turn ---- */

static uint32_t run_clients(relay_t *relay)
{
    uint32_t handed = 0;
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        if (relay->clients[i] != NULL)
            handed += client_run(relay->clients[i], 0);
    }
    return handed;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How long nothing is due. */
static int wait_ms(const relay_t *relay, int64_t now_ms)
{
    int64_t due_ms = relay->outlet != NULL ? relay->beat_ms : relay->reopen_ms;
    due_ms = sooner(due_ms, guests_due_ms(relay->guests));
    if (!relay->asking)
        due_ms = sooner(due_ms, relay->access_ms);
    if (!relay->asking && guests_have_questions(relay->guests))
        due_ms = 0;
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        if (relay->clients[i] != NULL)
            due_ms = sooner(due_ms, now_ms + client_wait_ms(relay->clients[i]));
    }
    return due_ms > now_ms ? (int)(due_ms - now_ms) : 0;
}

/* Whether it goes on. */
static bool wait_for_news(const relay_t *relay, int stop, int timeout_ms)
{
    zmq_pollitem_t items[1 + CLIENTS_MAX + OUTLET_SOCKETS] = {
        { .fd = stop, .events = ZMQ_POLLIN }
    };
    int count = 1;
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        if (relay->clients[i] != NULL)
            items[count++] =
                (zmq_pollitem_t){ .fd = client_descriptor(relay->clients[i]),
                                  .events = ZMQ_POLLIN };
    }
    if (relay->outlet != NULL) {
        outlet_poll_items(relay->outlet, &items[count]);
        count += (int)OUTLET_SOCKETS;
    }
    if (zmq_poll(items, count, timeout_ms) < 0) {
        CHECK(errno == EINTR);
        return true;
    }
    return (items[0].revents & ZMQ_POLLIN) == 0;
}

void relay_run(relay_t *relay, int stop)
{
    CHECK(relay != NULL);
    bool going = true;
    while (going) {
        int64_t now_ms = clock_ms();
        learn_groups(relay, now_ms);
        tend_shelves(relay, now_ms);
        take_knocks(relay, now_ms);
        ask_for_keys(relay, now_ms);
        bool busy = run_clients(relay) > 0;
        answer_requests(relay);
        reopen(relay, now_ms);
        beat(relay, now_ms);
        now_ms = clock_ms();
        going = wait_for_news(relay, stop, busy ? 0 : wait_ms(relay, now_ms));
    }
}
