/* machine.c - see machine.h. */
#include "tests/property/machine.h"

#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>

static machine_t *create_empty(void)
{
    machine_t *machine = calloc(1, sizeof *machine);
    CHECK(machine != NULL);
    memory_init(&machine->memory);
    state_memory_t source = memory_source(&machine->memory);
    state_limits_t limits;
    state_limits_default(&limits);
    CHECK(state_init(&machine->state, &limits, &source) == STATUS_OK);
    CHECK(boards_create(&source, limits.rows[TABLE_standings], &machine->boards) ==
          STATUS_OK);
    return machine;
}

static void keep(machine_t *machine, const origin_t *origin, const command_t *command,
                 uint32_t verdict)
{
    if (machine->count == machine->room) {
        machine->room = machine->room == 0 ? 1024 : 2 * machine->room;
        machine->log = realloc(machine->log, machine->room * sizeof *machine->log);
        CHECK(machine->log != NULL);
    }
    machine->log[machine->count++] = (logged_t){ *origin, *command, verdict };
}

machine_t *machine_create(const command_t *genesis, int64_t now_ms)
{
    machine_t *machine = create_empty();
    event_t event;
    event_genesis(&event, genesis, now_ms);
    apply(&machine->state, &event);
    keep(machine, &(origin_t){ .now_ms = now_ms }, genesis, 0);
    return machine;
}

void machine_destroy(machine_t **machine)
{
    memory_fini(&(*machine)->memory);
    free((*machine)->log);
    free(*machine);
    *machine = NULL;
}

status_t machine_submit(machine_t *machine, const origin_t *origin,
                        const command_t *command, uint64_t *seq, fault_t *fault)
{
    static event_t event; /* large; tests have one thread */
    status_t status = decide(&machine->state, origin, command, &event, fault);
    *seq = status == STATUS_OK ? event.seq : 0;
    if (status != STATUS_OK || event.duplicate)
        return status;
    apply(&machine->state, &event);
    keep(machine, origin, command, event.verdict);
    return STATUS_OK;
}

machine_t *machine_replay(const machine_t *machine)
{
    static event_t event;
    machine_t *copy = create_empty();
    for (uint32_t i = 0; i < machine->count; i++) {
        const logged_t *logged = &machine->log[i];
        if (i == 0)
            event_genesis(&event, &logged->command, logged->origin.now_ms);
        else
            CHECK(event_resolve(&copy->state, &logged->origin, &logged->command,
                                logged->verdict, &event) == STATUS_OK);
        apply(&copy->state, &event);
        keep(copy, &logged->origin, &logged->command, logged->verdict);
    }
    return copy;
}

static void absorb(void *context, const void *bytes, size_t size)
{
    CHECK(crypto_generichash_update(context, bytes, size) == 0);
}

void machine_digest(const machine_t *machine, uint8_t digest[HASH_BYTES])
{
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    state_visit_bytes(&machine->state, absorb, &hash);
    CHECK(crypto_generichash_final(&hash, digest, HASH_BYTES) == 0);
}
