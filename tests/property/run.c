/* run.c - see run.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/property/run.h"
#include <string.h>

static uint64_t hash_of(const run_t *run, uint64_t number)
{
    return number * 11400714819323198485u + run->machine->count;
}

uint32_t run_key(const run_t *run, const uint8_t *key)
{
    return table_find(&run->machine->state.keys, key);
}

status_t run_send(run_t *run, uint32_t row, uint32_t by, const command_t *command)
{
    uint64_t number = ++run->next[by], seq = 0;
    fault_t fault = { { 0 }, { 0 } };
    const origin_t origin = { .key = row,
                              .instance = 1000 + by,
                              .number = number,
                              .hash = hash_of(run, number),
                              .now_ms = run->now_ms };
    uint64_t before = run->machine->state.head_seq;
    status_t status = machine_submit(run->machine, &origin, command, &seq, &fault);
    assert_true(state_sane(&run->machine->state));
    assert_int_equal(run->machine->state.head_seq, before + (status == STATUS_OK));
    run->statuses[status]++;
    /* law 4: the same again is the same seq, and nothing happens; a used invitation is
     * no key any more */
    if (status == STATUS_OK && command->kind != COMMAND_ENROL) {
        uint64_t again = 0;
        assert_int_equal(machine_submit(run->machine, &origin, command, &again, &fault),
                         STATUS_OK);
        assert_int_equal(again, seq);
        origin_t other = origin;
        other.hash++;
        assert_int_equal(machine_submit(run->machine, &other, command, &again, &fault),
                         STATUS_NUMBER_REUSED);
        assert_int_equal(run->machine->state.head_seq, before + 1);
    }
    return status;
}

static void enrol(run_t *run, uint32_t index)
{
    command_t command = { .kind = COMMAND_ENROL };
    command.body.enrol.key = chaos_key(index);
    uint32_t row = run_key(run, chaos_temporary_key(index));
    assert_int_not_equal(row, 0);
    run->next[index] = 0;
    assert_int_equal(run_send(run, row, index, &command), STATUS_OK);
    run->next[index] = 0;
}

static void invite_and_enrol(run_t *run, uint32_t index)
{
    command_t command = chaos_invite(run->chaos, index);
    uint32_t admin = run_key(run, chaos_key(CHAOS_ADMINISTRATOR));
    assert_int_equal(run_send(run, admin, CHAOS_ADMINISTRATOR, &command), STATUS_OK);
    enrol(run, index);
}

void run_found(run_t *run, uint64_t seed)
{
    memset(run, 0, sizeof *run);
    run->chaos = chaos_create(seed);
    run->now_ms = START_MS - 1000;
    command_t genesis = chaos_genesis(), command;
    run->machine = machine_create(&genesis, run->now_ms);
    enrol(run, CHAOS_ADMINISTRATOR);
    invite_and_enrol(run, 1);
    invite_and_enrol(run, 2);
    uint32_t by = 0;
    for (uint32_t step = 0; chaos_foundation(run->chaos, step, &command, &by); step++) {
        status_t status = run_send(run, run_key(run, chaos_key(by)), by, &command);
        if (status != STATUS_OK)
            print_error("foundation step %u: %s\n", step, status_name(status));
        assert_int_equal(status, STATUS_OK);
    }
    for (uint32_t index = 3; index < CHAOS_KEYS; index++)
        invite_and_enrol(run, index);
}

void run_end(run_t *run)
{
    machine_destroy(&run->machine);
    chaos_destroy(&run->chaos);
}
