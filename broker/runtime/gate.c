/* gate.c - see gate.h. A message lies in one piece; where the ring ends too early for
 * it, the rest of the ring is left as a gap that belongs to the message. */
#include "broker/runtime/gate.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t seq;
    size_t at, taken; /* offset; bytes used, a gap before it included */
    uint32_t route, size;
} entry_t;

struct gate {
    uint8_t *bytes;
    entry_t *entries;
    size_t bytes_max, message_bytes_max;
    size_t tail, used; /* next free offset; bytes used, gaps included */
    uint32_t messages_max, first, count;
};

gate_t *gate_create(size_t bytes_max, uint32_t messages_max, size_t message_bytes_max)
{
    CHECK(messages_max > 0);
    CHECK(bytes_max >= 2 * message_bytes_max);
    gate_t *gate = calloc(1, sizeof *gate);
    if (gate == NULL)
        return NULL;
    gate->bytes_max = bytes_max;
    gate->messages_max = messages_max;
    gate->message_bytes_max = message_bytes_max;
    gate->bytes = malloc(bytes_max);
    gate->entries = calloc(messages_max, sizeof *gate->entries);
    if (gate->bytes == NULL || gate->entries == NULL)
        gate_destroy(&gate);
    return gate;
}

void gate_destroy(gate_t **gate)
{
    CHECK(gate != NULL);
    if (*gate == NULL)
        return;
    free((*gate)->bytes);
    free((*gate)->entries);
    free(*gate);
    *gate = NULL;
}

bool gate_fits(const gate_t *gate, size_t bytes, uint32_t messages)
{
    CHECK(gate != NULL);
    CHECK(gate->used <= gate->bytes_max);
    /* at most one gap comes with them, and it is shorter than one message */
    return messages <= gate->messages_max - gate->count &&
           bytes + gate->message_bytes_max <= gate->bytes_max - gate->used;
}

void gate_push(gate_t *gate, const parcel_t *parcel)
{
    CHECK(gate != NULL);
    CHECK(parcel->size > 0 && parcel->size <= gate->message_bytes_max);
    CHECK(gate_fits(gate, parcel->size, 1));
    size_t behind = gate->bytes_max - gate->tail;
    bool wraps = behind < parcel->size;
    size_t gap = wraps ? behind : 0;
    size_t at = wraps ? 0 : gate->tail;
    /* a message that is moved from front to end may lie over its new place */
    memmove(gate->bytes + at, parcel->bytes, parcel->size);
    entry_t *entry = &gate->entries[(gate->first + gate->count) % gate->messages_max];
    *entry = (entry_t){ .seq = parcel->seq,
                        .at = at,
                        .taken = gap + parcel->size,
                        .route = parcel->route,
                        .size = parcel->size };
    gate->count++;
    gate->used += entry->taken;
    gate->tail = at + parcel->size;
}

bool gate_peek(const gate_t *gate, uint64_t durable_seq, parcel_t *parcel)
{
    CHECK(gate != NULL);
    CHECK(parcel != NULL);
    if (gate->count == 0 || gate->entries[gate->first].seq > durable_seq)
        return false;
    const entry_t *entry = &gate->entries[gate->first];
    *parcel = (parcel_t){ .seq = entry->seq,
                          .route = entry->route,
                          .size = entry->size,
                          .bytes = gate->bytes + entry->at };
    return true;
}

void gate_pop(gate_t *gate)
{
    CHECK(gate != NULL);
    CHECK(gate->count > 0);
    gate->used -= gate->entries[gate->first].taken;
    gate->first = (gate->first + 1) % gate->messages_max;
    gate->count--;
    if (gate->count == 0) {
        CHECK(gate->used == 0);
        gate->tail = 0; /* small loads stay in few pages */
    }
}

uint32_t gate_count(const gate_t *gate)
{
    CHECK(gate != NULL);
    return gate->count;
}

size_t gate_bytes(const gate_t *gate)
{
    CHECK(gate != NULL);
    return gate->used;
}
