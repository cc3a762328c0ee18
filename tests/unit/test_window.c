/* Goal: exactly once in effect (law 4): numbers of an outbox, duplicates, bounds.
 * Method: one administrator's key sends commands through decide and apply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/window.h"
#include "tests/property/chaos.h"
#include "tests/property/machine.h"
#include <sodium.h>
#include <stdio.h>

#define NOW_MS 1736121600000LL
#define OUTBOX 77u

typedef struct {
    machine_t *machine;
    uint32_t key; /* the administrator's */
    uint32_t sent;
    uint64_t seq; /* of the last outcome */
} fixture_t;

static status_t send(fixture_t *f, uint32_t key, uint64_t instance, uint64_t number,
                     uint64_t hash, const command_t *command)
{
    fault_t fault;
    const origin_t origin = { .key = key,
                              .instance = instance,
                              .number = number,
                              .hash = hash,
                              .now_ms = NOW_MS };
    return machine_submit(f->machine, &origin, command, &f->seq, &fault);
}

/* An invitation of a new key each time: something that an administrator may do. */
static status_t invite(fixture_t *f, uint64_t instance, uint64_t number, uint64_t hash)
{
    static uint8_t keys[4096][KEY_BYTES];
    uint8_t *key = keys[f->sent++ % 4096];
    randombytes_buf(key, KEY_BYTES);
    command_t command = { .kind = COMMAND_INVITE };
    command.body.invite = (principal_spec_t){ .principal = { "watcher", 7 },
                                              .key = key,
                                              .roles = 1u << ROLE_SUPERVISOR };
    command.body.invite.scope.everything = true;
    return send(f, f->key, instance, number, hash, &command);
}

static int setup(void **context)
{
    static fixture_t f;
    f = (fixture_t){ 0 };
    command_t genesis = chaos_genesis(), enrol = { .kind = COMMAND_ENROL };
    f.machine = machine_create(&genesis, NOW_MS);
    enrol.body.enrol.key = chaos_key(0);
    assert_int_equal(send(&f, 1, OUTBOX, 1, 1, &enrol), STATUS_OK);
    f.key = table_find(&f.machine->state.keys, chaos_key(0));
    *context = &f;
    return 0;
}

static int teardown(void **context)
{
    machine_destroy(&((fixture_t *)*context)->machine);
    return 0;
}

static void number__again__same_seq_and_nothing_happens(void **context)
{
    fixture_t *f = *context;
    assert_int_equal(invite(f, OUTBOX, 1, 111), STATUS_OK);
    uint64_t seq = f->seq;
    assert_int_equal(invite(f, OUTBOX, 2, 222), STATUS_OK);
    uint64_t head = f->machine->state.head_seq;
    assert_int_equal(invite(f, OUTBOX, 1, 111), STATUS_OK);
    assert_int_equal(f->seq, seq);
    assert_int_equal(invite(f, OUTBOX, 1, 112), STATUS_NUMBER_REUSED);
    assert_int_equal(f->machine->state.head_seq, head);
}

static void number__zero__is_none(void **context)
{
    assert_int_equal(invite(*context, OUTBOX, 0, 1), STATUS_UNKNOWN_VALUE);
}

static void number__refused_before__is_decided_anew(void **context)
{
    fixture_t *f = *context;
    command_t unit = { .kind = COMMAND_UNIT };
    unit.body.unit.code = (text_t){ "U1", 2 };
    assert_int_equal(send(f, f->key, OUTBOX, 1, 5, &unit), STATUS_NOT_ALLOWED);
    assert_int_equal(window_highest(&f->machine->state, f->key, OUTBOX), 0);
    assert_int_equal(invite(f, OUTBOX, 1, 6), STATUS_OK);
}

static void window__at_its_edge__settled_just_below(void **context)
{
    fixture_t *f = *context;
    assert_int_equal(invite(f, OUTBOX, 1, 1), STATUS_OK);
    uint64_t seq = f->seq;
    assert_int_equal(invite(f, OUTBOX, WINDOW_NUMBERS, 2), STATUS_OK);
    assert_int_equal(invite(f, OUTBOX, 1, 1), STATUS_OK); /* still remembered */
    assert_int_equal(f->seq, seq);
    assert_int_equal(invite(f, OUTBOX, 2, 3), STATUS_OK); /* a gap may be filled */
    assert_int_equal(invite(f, OUTBOX, WINDOW_NUMBERS + 2, 4), STATUS_OK);
    assert_int_equal(invite(f, OUTBOX, 1, 1), STATUS_OK); /* nothing took its slot */
    assert_int_equal(f->seq, seq);
    assert_int_equal(invite(f, OUTBOX, 2, 3), STATUS_SETTLED);
    assert_int_equal(invite(f, OUTBOX, 3, 5), STATUS_OK);
    assert_int_equal(window_highest(&f->machine->state, f->key, OUTBOX),
                     WINDOW_NUMBERS + 2);
}

static void outboxes__of_one_key__are_apart_and_bounded(void **context)
{
    fixture_t *f = *context;
    for (uint64_t i = 0; i < INSTANCES_PER_KEY_MAX; i++)
        assert_int_equal(invite(f, 1000 + i, 1, i), STATUS_OK);
    assert_int_equal(invite(f, 5000, 1, 1), STATUS_TOO_MANY_INSTANCES);
    assert_int_equal(invite(f, 1000, 2, 1), STATUS_OK); /* the known ones go on */
    assert_int_equal(f->machine->state.windows.count, INSTANCES_PER_KEY_MAX);
}

/* A second administrator revokes the first one's key, whose windows come free. */
static void outboxes__of_a_revoked_key__give_their_windows_back(void **context)
{
    fixture_t *f = *context;
    static const uint8_t temporary[KEY_BYTES] = { 1, 2, 3 },
                         own[KEY_BYTES] = { 4, 5, 6 };
    command_t command = { .kind = COMMAND_INVITE };
    command.body.invite = (principal_spec_t){ .principal = { "second", 6 },
                                              .key = temporary,
                                              .roles = 1u << ROLE_ADMINISTRATOR };
    command.body.invite.scope.everything = true;
    assert_int_equal(send(f, f->key, OUTBOX, 1, 1, &command), STATUS_OK);
    command = (command_t){ .kind = COMMAND_ENROL };
    command.body.enrol.key = own;
    uint32_t row = table_find(&f->machine->state.keys, temporary);
    assert_int_equal(send(f, row, 1, 1, 1, &command), STATUS_OK);
    uint32_t second = table_find(&f->machine->state.keys, own);
    command = (command_t){ .kind = COMMAND_REVOKE };
    command.body.revoke.principal = (text_t){ "admin", 5 };
    assert_int_equal(f->machine->state.windows.count, 1);
    assert_int_equal(send(f, second, 9, 1, 1, &command), STATUS_OK);
    /* the revoking key's own outbox took the window that came free */
    assert_int_equal(f->machine->state.windows.count, 1);
    assert_int_equal(f->machine->state.windows.free_count, 0);
    /* and one that revokes itself is the last administrator */
    command.body.revoke.principal = (text_t){ "second", 6 };
    assert_int_equal(send(f, second, 9, 2, 2, &command), STATUS_LAST_ADMINISTRATOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(number__again__same_seq_and_nothing_happens,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(number__zero__is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(number__refused_before__is_decided_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(window__at_its_edge__settled_just_below, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(outboxes__of_one_key__are_apart_and_bounded,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            outboxes__of_a_revoked_key__give_their_windows_back, setup, teardown),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
