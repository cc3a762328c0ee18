/* machine.h - a state, its boards and the log of what it accepted, for property tests.
 *
 * Stands in for journal and broker: machine_submit() decides and applies one command and
 * keeps what a journal would keep; machine_replay() builds a second machine from that
 * log the way a restart does. Threads: one owner.
 */
#ifndef YX_TESTS_MACHINE_H
#define YX_TESTS_MACHINE_H

#include "broker/core/decide.h"
#include "broker/ranking/board.h"
#include "broker/runtime/memory.h"

typedef struct {
    origin_t origin;
    command_t command; /* its texts belong to the chaos that made them */
    uint32_t verdict;
} logged_t;

typedef struct {
    state_t state;
    boards_t *boards;
    memory_t memory;
    logged_t *log;
    uint32_t count, room;
} machine_t;

machine_t *machine_create(const command_t *genesis, int64_t now_ms);
void machine_destroy(machine_t **machine);

/* Decides; applies and logs what is accepted and no duplicate. *seq is the event's. */
status_t machine_submit(machine_t *machine, const origin_t *origin,
                        const command_t *command, uint64_t *seq, fault_t *fault);
/* A new machine that applied the same log. */
machine_t *machine_replay(const machine_t *machine);
/* A new machine restored from an image of this one, with its log. */
machine_t *machine_restore(const machine_t *machine);
/* Applies one event of another machine's log. */
void machine_apply(machine_t *machine, const logged_t *logged);
/* BLAKE2b-256 over state_visit_bytes. */
void machine_digest(const machine_t *machine, uint8_t digest[HASH_BYTES]);

#endif
