/* machine.c - see machine.h. */
#include "tests/property/machine.h"

#include "broker/core/state_image.h"
#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

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

void machine_apply(machine_t *machine, const logged_t *logged)
{
    static event_t event;
    if (machine->count == 0)
        event_genesis(&event, &logged->command, logged->origin.now_ms);
    else
        CHECK(event_resolve(&machine->state, &logged->origin, &logged->command,
                            logged->verdict, &event) == STATUS_OK);
    apply(&machine->state, &event);
    keep(machine, &logged->origin, &logged->command, logged->verdict);
}

machine_t *machine_replay(const machine_t *machine)
{
    machine_t *copy = create_empty();
    for (uint32_t i = 0; i < machine->count; i++)
        machine_apply(copy, &machine->log[i]);
    return copy;
}

machine_t *machine_restore(const machine_t *machine)
{
    machine_t *copy = create_empty();
    state_image_t image;
    state_piece_t from[STATE_IMAGE_PIECES_MAX], to[STATE_IMAGE_PIECES_MAX];
    state_image_of(&machine->state, &image);
    CHECK(state_image_adopt(&copy->state, &image) == STATUS_OK);
    uint32_t count = state_image_pieces(&machine->state, from);
    CHECK(state_image_pieces(&copy->state, to) == count);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(from[i].bytes == to[i].bytes);
        memcpy(to[i].data, from[i].data, from[i].bytes);
    }
    for (uint32_t i = 0; i < machine->count; i++)
        keep(copy, &machine->log[i].origin, &machine->log[i].command,
             machine->log[i].verdict);
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
