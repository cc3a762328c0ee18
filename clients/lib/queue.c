/* queue.c - see queue.h. */
#include "clients/lib/queue.h"

#include "proto/buffer.h"
#include "proto/check.h"
#include <stdlib.h>

/* What an item costs beside its bytes: tags, lengths and its number. */
#define ITEM_BYTES_MORE  32u
#define FRAME_BYTES_MORE 64u
#define SLOT_MASK        (CLIENT_QUEUE_MAX - 1u)

_Static_assert((CLIENT_QUEUE_MAX & SLOT_MASK) == 0, "slots are found by a mask");
_Static_assert(CLIENT_QUEUE_MAX >= WINDOW_NUMBERS, "a window fits into the ring");
_Static_assert(PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX + ITEM_BYTES_MORE +
                       FRAME_BYTES_MORE <=
                   FRAME_BYTES_MAX,
               "the largest command fits into one frame");

typedef enum { SLOT_DONE, SLOT_WAITING, SLOT_SENT, SLOT_HELD, SLOT_BUSY } slot_state_t;

typedef struct {
    buffer_t bytes; /* public part, then private part */
    uint32_t public_size, private_size;
    slot_state_t state;
    bool sent_before;
    int64_t sent_ms;
    uint64_t correlation; /* of the last message that carried it */
    client_outcome_fn *done;
    void *context;
} slot_t;

struct queue {
    uint64_t lowest; /* not answered yet; == next when there is none */
    uint64_t next;
    uint64_t waiting; /* no number below it waits to be sent */
    uint32_t pending, held, busy, sent;
    uint32_t in_flight_max;
    slot_t slots[CLIENT_QUEUE_MAX];
};

static slot_t *slot_at(queue_t *queue, uint64_t number)
{
    return &queue->slots[number & SLOT_MASK];
}

static const slot_t *slot_of(const queue_t *queue, uint64_t number)
{
    return &queue->slots[number & SLOT_MASK];
}

static bool queue_sane(const queue_t *queue)
{
    return queue->lowest <= queue->next &&
           queue->next - queue->lowest <= CLIENT_QUEUE_MAX &&
           queue->waiting <= queue->next &&
           queue->pending <= queue->next - queue->lowest &&
           queue->held + queue->busy + queue->sent <= queue->pending &&
           (queue->pending == 0) == (queue->lowest == queue->next);
}

queue_t *queue_create(uint64_t first_number, uint32_t in_flight_max)
{
    CHECK(first_number > 0);
    CHECK(in_flight_max > 0 && in_flight_max < WINDOW_NUMBERS);
    queue_t *queue = calloc(1, sizeof *queue);
    if (queue == NULL)
        return NULL;
    queue->lowest = queue->next = queue->waiting = first_number;
    queue->in_flight_max = in_flight_max;
    for (uint32_t i = 0; i < CLIENT_QUEUE_MAX; i++)
        buffer_init(&queue->slots[i].bytes, PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX);
    return queue;
}

void queue_destroy(queue_t **queue)
{
    CHECK(queue != NULL);
    if (*queue == NULL)
        return;
    for (uint32_t i = 0; i < CLIENT_QUEUE_MAX; i++)
        buffer_fini(&(*queue)->slots[i].bytes);
    free(*queue);
    *queue = NULL;
}

/* ---- in ---- */

status_t queue_push(queue_t *queue, const item_t *item, client_outcome_fn *done,
                    void *context)
{
    CHECK(queue_sane(queue));
    CHECK(done != NULL);
    if (!queue_has_room(queue))
        return STATUS_QUEUE_FULL;
    if (item->public_size > PUBLIC_BYTES_MAX || item->private_size > PRIVATE_BYTES_MAX)
        return STATUS_TOO_LARGE;
    slot_t *slot = slot_at(queue, queue->next);
    buffer_clear(&slot->bytes);
    status_t status = buffer_append(&slot->bytes, item->public_part, item->public_size);
    if (status == STATUS_OK && item->private_size > 0)
        status = buffer_append(&slot->bytes, item->private_part, item->private_size);
    if (status != STATUS_OK)
        return status;
    slot->public_size = item->public_size;
    slot->private_size = item->private_size;
    slot->state = SLOT_WAITING;
    slot->sent_before = false;
    slot->done = done;
    slot->context = context;
    queue->next++;
    queue->pending++;
    CHECK(queue_sane(queue));
    return STATUS_OK;
}

uint64_t queue_next_number(const queue_t *queue)
{
    return queue->next;
}

bool queue_number_from(queue_t *queue, uint64_t number)
{
    CHECK(queue_sane(queue));
    CHECK(number > 0);
    if (queue->pending == 0) {
        queue->lowest = queue->next = queue->waiting = number;
        return true;
    }
    if (number < queue->next || number - queue->lowest >= CLIENT_QUEUE_MAX)
        return false;
    while (queue->next < number) {
        slot_t *slot = slot_at(queue, queue->next++);
        slot->state = SLOT_DONE;
        slot->sent_before = true;
    }
    CHECK(queue_sane(queue));
    return true;
}

uint32_t queue_pending(const queue_t *queue)
{
    return queue->pending;
}

bool queue_has_room(const queue_t *queue)
{
    return queue->next - queue->lowest < CLIENT_QUEUE_MAX;
}

bool queue_has_busy(const queue_t *queue)
{
    return queue->busy > 0;
}

bool queue_in_flight(const queue_t *queue)
{
    return queue->sent > 0;
}

/* ---- out ---- */

/* One behind the last number that may be sent. */
static uint64_t window_end(const queue_t *queue)
{
    uint64_t end = queue->lowest + queue->in_flight_max;
    return end < queue->next ? end : queue->next;
}

/* Moves to the next number that waits; false when there is none in the window. */
static bool find_waiting(queue_t *queue)
{
    if (queue->waiting < queue->lowest)
        queue->waiting = queue->lowest;
    uint64_t end = window_end(queue);
    while (queue->waiting < end &&
           slot_of(queue, queue->waiting)->state != SLOT_WAITING)
        queue->waiting++;
    return queue->waiting < end;
}

bool queue_has_waiting(const queue_t *queue)
{
    uint64_t number = queue->waiting > queue->lowest ? queue->waiting : queue->lowest;
    for (uint64_t end = window_end(queue); number < end; number++) {
        if (slot_of(queue, number)->state == SLOT_WAITING)
            return true;
    }
    return false;
}

static item_t item_of(const slot_t *slot, uint64_t number)
{
    const uint8_t *bytes = slot->bytes.data;
    return (item_t){ .number = number,
                     .public_part = bytes,
                     .public_size = slot->public_size,
                     .private_part =
                         slot->private_size > 0 ? bytes + slot->public_size : NULL,
                     .private_size = slot->private_size };
}

uint32_t queue_batch(queue_t *queue, item_t *items, uint32_t items_max)
{
    CHECK(queue_sane(queue));
    CHECK(items_max <= SUBMIT_ITEMS_MAX);
    uint32_t count = 0, bytes = FRAME_BYTES_MORE;
    if (!find_waiting(queue))
        return 0;
    uint64_t end = window_end(queue);
    for (uint64_t number = queue->waiting; number < end && count < items_max;
         number++) {
        const slot_t *slot = slot_of(queue, number);
        if (slot->state != SLOT_WAITING)
            continue;
        bytes += slot->public_size + slot->private_size + ITEM_BYTES_MORE;
        if (bytes > FRAME_BYTES_MAX)
            break;
        items[count++] = item_of(slot, number);
    }
    CHECK(count > 0);
    return count;
}

uint32_t queue_sent(queue_t *queue, const item_t *items, uint32_t count,
                    uint64_t correlation, int64_t now_ms)
{
    CHECK(queue_sane(queue));
    uint32_t again = 0;
    for (uint32_t i = 0; i < count; i++) {
        slot_t *slot = slot_at(queue, items[i].number);
        CHECK(slot->state == SLOT_WAITING);
        again += slot->sent_before;
        slot->state = SLOT_SENT;
        slot->sent_before = true;
        slot->sent_ms = now_ms;
        slot->correlation = correlation;
    }
    queue->sent += count;
    if (count > 0)
        queue->waiting = items[count - 1].number + 1;
    return again;
}

/* ---- answers ---- */

static void wait_again(queue_t *queue, slot_t *slot, uint64_t number)
{
    slot->state = SLOT_WAITING;
    if (number < queue->waiting)
        queue->waiting = number;
}

/* Refusals that came too early are sent again once nothing below them is open: together
 * up to the first number that is open for another reason. */
static void release_held(queue_t *queue)
{
    for (uint64_t number = queue->lowest; queue->held > 0 && number < queue->next;
         number++) {
        slot_t *slot = slot_at(queue, number);
        if (slot->state == SLOT_DONE)
            continue;
        if (slot->state != SLOT_HELD)
            return;
        queue->held--;
        wait_again(queue, slot, number);
    }
}

static void finish(queue_t *queue, slot_t *slot, answered_t *answered)
{
    *answered = (answered_t){ slot->done, slot->context };
    slot->state = SLOT_DONE;
    queue->pending--;
    while (queue->lowest < queue->next &&
           slot_of(queue, queue->lowest)->state == SLOT_DONE)
        queue->lowest++;
    if (queue->held > 0)
        release_held(queue);
}

/* Takes the slot out of the count of its present state. */
static void leave_state(queue_t *queue, const slot_t *slot)
{
    queue->sent -= slot->state == SLOT_SENT;
    queue->held -= slot->state == SLOT_HELD;
    queue->busy -= slot->state == SLOT_BUSY;
}

/* An answer may come to what waits to be sent again; not to what was never sent. */
static verdict_t refuse(queue_t *queue, slot_t *slot, uint64_t number, status_t status,
                        answered_t *answered)
{
    if (slot->state != SLOT_SENT)
        return VERDICT_DUPLICATE; /* it is going to be asked again anyway */
    leave_state(queue, slot);
    if (status == STATUS_BUSY) {
        slot->state = SLOT_BUSY;
        queue->busy++;
        return VERDICT_AGAIN;
    }
    if (number != queue->lowest) {
        slot->state = SLOT_HELD;
        queue->held++;
        return VERDICT_AGAIN;
    }
    finish(queue, slot, answered);
    return VERDICT_FINAL;
}

verdict_t queue_answer(queue_t *queue, uint64_t correlation, uint64_t number,
                       status_t status, answered_t *answered)
{
    CHECK(queue_sane(queue));
    if (number >= queue->next)
        return VERDICT_UNEXPECTED;
    slot_t *slot = slot_at(queue, number);
    if (number < queue->lowest || slot->state == SLOT_DONE)
        return VERDICT_DUPLICATE;
    if (!slot->sent_before)
        return VERDICT_UNEXPECTED;
    if (status != STATUS_OK)
        return slot->correlation == correlation
                   ? refuse(queue, slot, number, status, answered)
                   : VERDICT_DUPLICATE;
    leave_state(queue, slot);
    finish(queue, slot, answered);
    CHECK(queue_sane(queue));
    return VERDICT_FINAL;
}

bool queue_of_message(const queue_t *queue, uint64_t correlation, uint64_t *from,
                      uint64_t *number)
{
    uint64_t at = *from > queue->lowest ? *from : queue->lowest;
    for (; at < queue->next; at++) {
        const slot_t *slot = slot_of(queue, at);
        if (slot->state != SLOT_SENT || slot->correlation != correlation)
            continue;
        *number = at;
        *from = at + 1;
        return true;
    }
    return false;
}

uint32_t queue_expire(queue_t *queue, int64_t sent_ms)
{
    CHECK(queue_sane(queue));
    uint32_t expired = 0;
    for (uint64_t number = queue->lowest; number < queue->next; number++) {
        slot_t *slot = slot_at(queue, number);
        if (slot->state != SLOT_SENT || slot->sent_ms > sent_ms)
            continue;
        leave_state(queue, slot);
        wait_again(queue, slot, number);
        expired++;
    }
    return expired;
}

void queue_release(queue_t *queue)
{
    CHECK(queue_sane(queue));
    for (uint64_t number = queue->lowest; queue->busy > 0 && number < queue->next;
         number++) {
        slot_t *slot = slot_at(queue, number);
        if (slot->state != SLOT_BUSY)
            continue;
        leave_state(queue, slot);
        wait_again(queue, slot, number);
    }
}
