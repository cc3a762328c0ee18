/* client.c - see client.h: the turn of the client, what it sends and its timers. */
#include "clients/lib/client_parts.h"

#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#define REPLY_ARENA_BYTES (4u * 1024u * 1024u)
#define CHECKS_A_WAIT     4 /* how often within the wait we look for silence */

static int64_t clock_ms(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- life ---- */

static bool options_fit(const client_options_t *options)
{
    return options->endpoint != NULL && options->first_number > 0 &&
           options->in_flight_max <= CLIENT_IN_FLIGHT_MAX &&
           options->batch_items <= SUBMIT_ITEMS_MAX;
}

static void set_defaults(client_options_t *options)
{
    if (options->in_flight_max == 0)
        options->in_flight_max = CLIENT_IN_FLIGHT_MAX;
    if (options->batch_items == 0)
        options->batch_items = CLIENT_BATCH_ITEMS;
    if (options->resend_ms == 0)
        options->resend_ms = CLIENT_RESEND_MS;
}

static status_t build(client_t *client)
{
    int64_t now_ms = clock_ms();
    client->resend_ms = client->options.resend_ms;
    client->busy_ms = CLIENT_BUSY_MS;
    client->heard_ms = client->asked_ms = client->check_at_ms = now_ms;
    randombytes_buf(&client->correlation, sizeof client->correlation);
    client->before = client->correlation;
    client->arena = arena_create(REPLY_ARENA_BYTES);
    client->queue =
        queue_create(client->options.first_number, client->options.in_flight_max);
    if (client->arena == NULL || client->queue == NULL)
        return STATUS_NO_MEMORY;
    return channel_open(&client->options, &client->channel);
}

status_t client_create(const client_options_t *options, client_t **out)
{
    CHECK(options != NULL);
    CHECK(out != NULL);
    *out = NULL;
    if (!options_fit(options))
        return STATUS_BAD_INPUT;
    client_t *client = calloc(1, sizeof *client);
    if (client == NULL || sodium_init() < 0) {
        free(client);
        return STATUS_NO_MEMORY;
    }
    client->options = *options;
    set_defaults(&client->options);
    buffer_init(&client->frame, FRAME_BYTES_MAX);
    queries_init(&client->queries);
    status_t status = build(client);
    client->options.endpoint = NULL; /* the caller's; the channel has its own */
    sodium_memzero(client->options.secret_key, KEY_BYTES);
    if (status != STATUS_OK)
        client_destroy(&client);
    *out = client;
    return status;
}

void client_destroy(client_t **client)
{
    CHECK(client != NULL);
    if (*client == NULL)
        return;
    watches_fini(*client);
    channel_close(&(*client)->channel);
    queue_destroy(&(*client)->queue);
    queries_fini(&(*client)->queries);
    buffer_fini(&(*client)->frame);
    arena_destroy(&(*client)->arena);
    free(*client);
    *client = NULL;
}

/* ---- in ---- */

uint64_t client_next_correlation(client_t *client)
{
    client->correlation++; /* 0 stands for a request that could not be read */
    return client->correlation != 0 ? client->correlation : ++client->correlation;
}

status_t client_submit(client_t *client, const void *public_part, uint32_t public_size,
                       const void *private_part, uint32_t private_size,
                       client_outcome_fn *done, void *context, uint64_t *number)
{
    CHECK(client != NULL);
    item_t item = { .public_part = public_part,
                    .public_size = public_size,
                    .private_part = private_part,
                    .private_size = private_size };
    if (number != NULL)
        *number = queue_next_number(client->queue);
    return queue_push(client->queue, &item, done, context);
}

bool client_number_from(client_t *client, uint64_t instance, uint64_t number)
{
    CHECK(client != NULL);
    if (instance != client->options.instance && queue_pending(client->queue) > 0)
        return false;
    if (!queue_number_from(client->queue, number))
        return false;
    if (instance != client->options.instance)
        client->before = client->correlation; /* late answers are of the other one */
    client->options.instance = instance;
    return true;
}

static query_slot_t *add_question(client_t *client, client_reply_fn *done,
                                  void *context)
{
    CHECK(client != NULL);
    CHECK(done != NULL);
    query_slot_t *slot =
        queries_take(&client->queries, client_next_correlation(client));
    if (slot != NULL) {
        slot->done = done;
        slot->context = context;
    }
    return slot;
}

/* The message is written, or could not be. */
static status_t asked(client_t *client, query_slot_t *slot, status_t status)
{
    if (status != STATUS_OK)
        queries_drop(&client->queries, slot);
    return status;
}

status_t client_query(client_t *client, const query_t *query, client_reply_fn *done,
                      void *context)
{
    CHECK(query != NULL);
    query_slot_t *slot = add_question(client, done, context);
    return slot == NULL
               ? STATUS_QUEUE_FULL
               : asked(client, slot,
                       wire_write_query(&slot->message, slot->correlation, query));
}

status_t client_check(client_t *client, const item_t *items, uint32_t count,
                      client_reply_fn *done, void *context)
{
    query_slot_t *slot = add_question(client, done, context);
    return slot == NULL ? STATUS_QUEUE_FULL
                        : asked(client, slot,
                                wire_write_check(&slot->message, slot->correlation,
                                                 items, count));
}

status_t client_ping(client_t *client, client_reply_fn *done, void *context)
{
    query_slot_t *slot = add_question(client, done, context);
    return slot == NULL ? STATUS_QUEUE_FULL
                        : asked(client, slot,
                                wire_write_ping(&slot->message, slot->correlation));
}

void client_forget(client_t *client, const void *context)
{
    CHECK(client != NULL);
    queries_forget(&client->queries, context);
}

/* ---- out ---- */

bool client_send(client_t *client, const buffer_t *message, int64_t now_ms)
{
    status_t status = channel_send(client->channel, message->data, message->size);
    client->blocked = status != STATUS_OK;
    if (client->blocked)
        return false;
    client->asked_ms = now_ms;
    client->counts.frames_sent++;
    return true;
}

static void send_queries(client_t *client, int64_t now_ms)
{
    query_slot_t *slot;
    while ((slot = queries_waiting(&client->queries)) != NULL &&
           client_send(client, &slot->message, now_ms)) {
        slot->waiting = false;
        slot->sent_ms = now_ms;
    }
}

static bool send_batch(client_t *client, int64_t now_ms)
{
    item_t items[SUBMIT_ITEMS_MAX];
    uint32_t count = queue_batch(client->queue, items, client->options.batch_items);
    if (count == 0)
        return false;
    uint64_t correlation = client_next_correlation(client);
    buffer_clear(&client->frame);
    if (wire_write_submit(&client->frame, correlation, client->options.instance, items,
                          count) != STATUS_OK ||
        !client_send(client, &client->frame, now_ms))
        return false; /* no memory or no room: the next turn tries again */
    client->counts.resent +=
        queue_sent(client->queue, items, count, correlation, now_ms);
    return true;
}

static void send_ping(client_t *client, int64_t now_ms)
{
    /* a watcher wants to know sooner, and its credit asks without an answer */
    bool watching = client->watch_count > 0;
    int64_t wait_ms = watching ? WATCH_ASK_MS : CLIENT_PING_MS;
    int64_t asked_ms = watching ? client->pinged_ms : client->asked_ms;
    bool silent = now_ms - client->heard_ms >= wait_ms && now_ms - asked_ms >= wait_ms;
    if (!silent || client->state != CLIENT_CONNECTED)
        return;
    client->pinged_ms = now_ms;
    buffer_clear(&client->frame);
    /* Its pong answers nothing that is kept: heard_ms tells of it. */
    if (wire_write_ping(&client->frame, client_next_correlation(client)) == STATUS_OK)
        (void)client_send(client, &client->frame, now_ms); /* asked again later */
}

static void send_waiting(client_t *client, int64_t now_ms)
{
    client->blocked = false;
    send_queries(client, now_ms);
    if (!client->blocked)
        watches_send(client, now_ms);
    while (!client->blocked && now_ms >= client->busy_until_ms &&
           send_batch(client, now_ms)) {
    }
    if (!client->blocked)
        send_ping(client, now_ms);
}

/* ---- timers and news ---- */

static void expire(client_t *client, int64_t sent_ms)
{
    uint32_t queries = queries_expire(&client->queries, sent_ms);
    uint32_t commands = queue_expire(client->queue, sent_ms);
    if (queries + commands > 0)
        client->resend_ms = client_doubled(client->resend_ms, CLIENT_RESEND_MAX_MS);
}

/* While answers come the wait shrinks again, but slower than it grew: a broker whose
 * answers take longer than the first wait is not asked twice for everything. */
static void look_for_silence(client_t *client, int64_t now_ms)
{
    /* what is not connected waits in the socket */
    if (now_ms < client->check_at_ms || client->state != CLIENT_CONNECTED)
        return;
    uint32_t before = client->resend_ms;
    expire(client, now_ms - client_jittered(client->resend_ms));
    if (client->heard && client->resend_ms == before)
        client->resend_ms -= (before - client->options.resend_ms) / 16;
    client->heard = false;
    client->check_at_ms = now_ms + client->options.resend_ms / CHECKS_A_WAIT + 1;
}

static void read_news(client_t *client, int64_t now_ms)
{
    channel_news_t news = channel_news(client->channel);
    client->state = news.state;
    client->lost = client->lost || news.ended || news.refused;
    if (news.refused)
        client->connect_at_ms = now_ms + client_jittered(CLIENT_PING_MS);
    if (news.state != CLIENT_CONNECTED || !news.began)
        return;
    if (client->lost) {
        client->counts.reconnects++;
        expire(client, now_ms); /* what was under way may be lost */
        watches_renew(client);
    }
    client->lost = false;
    client->connect_at_ms = 0;
    client->heard_ms = client->asked_ms = now_ms;
    client->resend_ms = client->options.resend_ms;
}

/* A connection may be dead without a word; and one refused is not tried again by ZeroMQ. */
static void connect_anew(client_t *client, int64_t now_ms)
{
    bool dead = client->state == CLIENT_CONNECTED &&
                client->asked_ms > client->heard_ms &&
                now_ms - client->heard_ms >= CLIENT_SILENCE_MS;
    bool due = client->connect_at_ms != 0 && now_ms >= client->connect_at_ms;
    if (!dead && !due)
        return;
    channel_reconnect(client->channel);
    client->connect_at_ms = 0;
    client->lost = true;
}

static void run_timers(client_t *client, int64_t now_ms)
{
    read_news(client, now_ms);
    connect_anew(client, now_ms);
    if (queue_has_busy(client->queue) && now_ms >= client->busy_until_ms)
        queue_release(client->queue);
    look_for_silence(client, now_ms);
}

/* ---- the turn ---- */

int client_wait_ms(const client_t *client)
{
    CHECK(client != NULL);
    if (channel_readable(client->channel))
        return 0;
    int64_t now_ms = clock_ms();
    bool open = queue_in_flight(client->queue) || client->queries.count > 0;
    int64_t at_ms = now_ms + CLIENT_PING_MS / CHECKS_A_WAIT;
    if (open && client->state == CLIENT_CONNECTED && client->check_at_ms < at_ms)
        at_ms = client->check_at_ms;
    if (client->busy_until_ms > now_ms && client->busy_until_ms < at_ms)
        at_ms = client->busy_until_ms;
    int64_t due_ms = watches_due_ms(client);
    if (due_ms < at_ms)
        at_ms = due_ms;
    return at_ms > now_ms ? (int)(at_ms - now_ms) : 0;
}

/* One pass over all phases. */
static uint32_t turn(client_t *client)
{
    int64_t now_ms = clock_ms();
    uint32_t handed = client_receive(client, now_ms);
    run_timers(client, now_ms);
    handed += watches_look(client, now_ms);
    send_waiting(client, now_ms);
    return handed;
}

uint32_t client_run(client_t *client, int timeout_ms)
{
    CHECK(client != NULL);
    uint32_t handed = turn(client);
    int64_t end_ms = timeout_ms > 0 ? clock_ms() + timeout_ms : 0;
    while (handed == 0 && timeout_ms != 0) {
        int wait_ms = client_wait_ms(client);
        if (timeout_ms > 0) {
            int64_t left_ms = end_ms - clock_ms();
            if (left_ms <= 0)
                break;
            wait_ms = left_ms < wait_ms ? (int)left_ms : wait_ms;
        }
        channel_wait(client->channel, client->blocked, wait_ms);
        handed = turn(client);
    }
    return handed;
}

status_t client_drain(client_t *client, int timeout_ms)
{
    CHECK(client != NULL);
    while (!client_idle(client)) {
        if (client_run(client, timeout_ms) == 0)
            return client_silence(client);
    }
    return STATUS_OK;
}

/* ---- what others ask ---- */

uint64_t client_next_number(const client_t *client)
{
    CHECK(client != NULL);
    return queue_next_number(client->queue);
}

uint32_t client_pending(const client_t *client)
{
    CHECK(client != NULL);
    return queue_pending(client->queue);
}

bool client_idle(const client_t *client)
{
    CHECK(client != NULL);
    return queue_pending(client->queue) == 0 && client->queries.count == 0;
}

bool client_has_room(const client_t *client)
{
    CHECK(client != NULL);
    return queue_has_room(client->queue);
}

client_state_t client_state(const client_t *client)
{
    CHECK(client != NULL);
    return client->state;
}

status_t client_silence(const client_t *client)
{
    static const status_t silence[] = { [CLIENT_CONNECTING] = STATUS_UNREACHABLE,
                                        [CLIENT_CONNECTED] = STATUS_TIMEOUT,
                                        [CLIENT_REFUSED] = STATUS_KEY_UNKNOWN };
    return silence[client_state(client)];
}

const client_counts_t *client_counts(const client_t *client)
{
    CHECK(client != NULL);
    return &client->counts;
}

int client_descriptor(const client_t *client)
{
    CHECK(client != NULL);
    return channel_descriptor(client->channel);
}
