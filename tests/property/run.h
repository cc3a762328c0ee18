/* run.h - a machine with the people, scheme and visits of chaos in it, and who may send.
 *
 * Every accepted command is sent once more: the same again is the same seq (law 4).
 * Threads: one owner.
 */
#ifndef YX_TESTS_RUN_H
#define YX_TESTS_RUN_H

#include "tests/property/chaos.h"
#include "tests/property/machine.h"

#define START_MS 1736121600000LL

typedef struct {
    chaos_t *chaos;
    machine_t *machine;
    uint64_t next[CHAOS_KEYS]; /* numbers of the outboxes */
    int64_t now_ms;
    uint32_t statuses[8000]; /* how often each came back */
} run_t;

void run_found(run_t *run, uint64_t seed);
void run_end(run_t *run);
/* Row of a key in the machine's state, 0 = none. */
uint32_t run_key(const run_t *run, const uint8_t *key);
/* `row`: of the key it comes under; `by`: whose outbox numbers it. */
status_t run_send(run_t *run, uint32_t row, uint32_t by, const command_t *command);

#endif
