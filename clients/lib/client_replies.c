/* client_replies.c - what comes from the broker; see client_parts.h. */
#include "clients/lib/client_parts.h"

#include "proto/check.h"
#include <sodium.h>

#define RECEIVE_MAX 64u /* messages taken in one phase of a turn */

int64_t client_jittered(uint32_t wait_ms)
{
    return wait_ms - wait_ms / 4 + randombytes_uniform(wait_ms / 2 + 1);
}

uint32_t client_doubled(uint32_t wait_ms, uint32_t max_ms)
{
    return wait_ms < max_ms / 2 ? wait_ms * 2 : max_ms;
}

static void note_busy(client_t *client, int64_t now_ms)
{
    client->counts.busy++;
    if (now_ms < client->busy_until_ms)
        return; /* of the same crowd */
    client->busy_until_ms = now_ms + client_jittered(client->busy_ms);
    client->busy_ms = client_doubled(client->busy_ms, CLIENT_BUSY_MAX_MS);
}

static uint32_t hand_on(client_t *client, uint64_t correlation,
                        const outcome_t *outcome, int64_t now_ms)
{
    answered_t answered;
    switch (queue_answer(client->queue, correlation, outcome->number, outcome->status,
                         &answered)) {
    case VERDICT_FINAL:
        if (outcome->status == STATUS_OK)
            client->busy_ms = CLIENT_BUSY_MS;
        answered.done(answered.context, outcome->number, outcome->status, outcome->seq,
                      &outcome->fault);
        return 1;
    case VERDICT_AGAIN:
        if (outcome->status == STATUS_BUSY)
            note_busy(client, now_ms);
        return 0;
    case VERDICT_DUPLICATE:
        client->counts.duplicates++;
        return 0;
    case VERDICT_UNEXPECTED:
        client->counts.unexpected++;
        return 0;
    }
    return 0;
}

/* A failure of a whole message is the outcome of each command in it. */
static uint32_t fail_submit(client_t *client, const reply_t *reply, int64_t now_ms)
{
    outcome_t outcome = { .status = reply->failure, .fault = reply->fault };
    uint64_t from = 0;
    uint32_t handed = 0;
    bool any = false;
    while (
        queue_of_message(client->queue, reply->correlation, &from, &outcome.number)) {
        handed += hand_on(client, reply->correlation, &outcome, now_ms);
        any = true;
    }
    client->counts.unexpected += !any;
    return handed;
}

static uint32_t end_query(client_t *client, query_slot_t *slot, const reply_t *reply,
                          const zmq_msg_t *frame, bool last)
{
    client_reply_fn *done = slot->done;
    void *context = slot->context;
    if (last)
        queries_drop(&client->queries, slot);
    done(context, reply, zmq_msg_data((zmq_msg_t *)(uintptr_t)frame),
         zmq_msg_size(frame));
    return 1;
}

static uint32_t on_answer(client_t *client, query_slot_t *slot, const reply_t *reply,
                          const zmq_msg_t *frame)
{
    part_t part = queries_part(slot, &reply->answer);
    if (part != PART_UNEXPECTED)
        return end_query(client, slot, reply, frame, part == PART_LAST);
    client->counts.unexpected++;
    return 0;
}

static uint32_t on_query_reply(client_t *client, query_slot_t *slot,
                               const reply_t *reply, const zmq_msg_t *frame)
{
    if (reply->kind == REPLY_FAILURE && reply->failure == STATUS_BUSY) {
        client->counts.busy++; /* sent again like one that was not answered */
        return 0;
    }
    return reply->kind == REPLY_ANSWER ? on_answer(client, slot, reply, frame)
                                       : end_query(client, slot, reply, frame, true);
}

static uint32_t on_submit_reply(client_t *client, const reply_t *reply, int64_t now_ms)
{
    uint32_t handed = 0;
    if (reply->correlation - client->before - 1 > UINT64_MAX / 2) {
        client->counts.unexpected++;
        return 0;
    }
    for (uint32_t i = 0; i < reply->outcome_count; i++)
        handed += hand_on(client, reply->correlation, &reply->outcomes[i], now_ms);
    return handed;
}

static uint32_t on_reply(client_t *client, const reply_t *reply, const zmq_msg_t *frame,
                         int64_t now_ms)
{
    query_slot_t *slot = reply->correlation != 0
                             ? queries_find(&client->queries, reply->correlation)
                             : NULL;
    if (slot != NULL)
        return on_query_reply(client, slot, reply, frame);
    if (reply->kind == REPLY_SUBMIT)
        return on_submit_reply(client, reply, now_ms);
    uint32_t handed = 0;
    if (watches_take(client, reply, now_ms, &handed))
        return handed;
    if (reply->kind == REPLY_FAILURE)
        return fail_submit(client, reply, now_ms);
    client->counts.unexpected += reply->kind != REPLY_PONG;
    return 0;
}

static uint32_t receive_one(client_t *client, zmq_msg_t *frame, int64_t now_ms)
{
    reply_t reply;
    arena_reset(client->arena);
    client->heard_ms = now_ms;
    client->counts.frames_received++;
    status_t status = wire_read_reply(client->arena, zmq_msg_data(frame),
                                      zmq_msg_size(frame), &reply, NULL);
    if (status != STATUS_OK) {
        client->counts.malformed++;
        return 0;
    }
    return on_reply(client, &reply, frame, now_ms);
}

uint32_t client_receive(client_t *client, int64_t now_ms)
{
    uint32_t handed = 0;
    zmq_msg_t frame;
    for (uint32_t i = 0; i < RECEIVE_MAX; i++) {
        if (!channel_receive(client->channel, &frame, &client->counts.malformed))
            break;
        handed += receive_one(client, &frame, now_ms);
        CHECK(zmq_msg_close(&frame) == 0);
    }
    client->heard = client->heard || handed > 0;
    return handed;
}
