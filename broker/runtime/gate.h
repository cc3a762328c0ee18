/* gate.h - outgoing messages in order, each behind the seq that it rests on (law 3).
 *
 * A ring of bytes and a ring of entries, both taken at creation. The front may leave
 * when the journal is durable to its seq. Nothing is ever pushed out by what comes
 * later: who fills the gate asks gate_fits first and takes in nothing new when it says
 * no, so that a full gate presses back on the senders. Threads: the core thread.
 */
#ifndef YX_RUNTIME_GATE_H
#define YX_RUNTIME_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gate gate_t;

typedef struct {
    uint64_t seq;   /* waits for this one; 0 = for none */
    uint32_t route; /* port.h */
    uint32_t size;
    const uint8_t *bytes; /* borrowed until the next push */
} parcel_t;

/* NULL when memory is short. message_bytes_max: the largest single message. */
gate_t *gate_create(size_t bytes_max, uint32_t messages_max, size_t message_bytes_max);
void gate_destroy(gate_t **gate);

/* Whether messages of `bytes` together surely fit. */
bool gate_fits(const gate_t *gate, size_t bytes, uint32_t messages);
/* Copies the message to the end; the caller made sure that it fits. */
void gate_push(gate_t *gate, const parcel_t *parcel);
/* The front, when its seq is durable; false otherwise. */
bool gate_peek(const gate_t *gate, uint64_t durable_seq, parcel_t *parcel);
/* Removes the front; its bytes stay readable until the next push. */
void gate_pop(gate_t *gate);

uint32_t gate_count(const gate_t *gate);
size_t gate_bytes(const gate_t *gate); /* held, gaps included */

#endif
