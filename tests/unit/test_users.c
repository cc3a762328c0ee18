/* Goal: who may sign in, and what a session's key is worth: one row for each gateway and
 * person for ever, an end that only signing in again moves, nothing for anybody else.
 * Method: commands through decide and apply; what the broker writes itself comes as its
 * own; every refusal must leave the state alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/authorise.h"
#include "broker/core/users.h"
#include "tests/support/world.h"
#include <string.h>

#define LIFE_MS 1000

static const uint8_t salt[SALT_BYTES] = { 1 }, verifier[HASH_BYTES] = { 2 };

typedef struct {
    world_t *world;
    uint32_t gateway;                /* keys */
    world_key_t link, session, more; /* further keys that a client might have */
} bench_t;

static int setup(void **context)
{
    static bench_t bench;
    bench.world = world_create();
    bench.gateway = world_enrol(bench.world, "gate", ROLE_GATEWAY, NULL, NULL, 10);
    bench.link = world_key(50);
    bench.session = world_key(51);
    bench.more = world_key(52);
    *context = &bench;
    return 0;
}

static int teardown(void **context)
{
    bench_t *bench = *context;
    world_destroy(&bench->world);
    return 0;
}

static command_t put_user(const bench_t *bench, const char *principal, role_t role)
{
    command_t command = world_invite(principal, role, &bench->link);
    command.kind = COMMAND_PUT_USER;
    return command;
}

static command_t set_password(const char *principal)
{
    command_t command = { .kind = COMMAND_SET_PASSWORD };
    command.body.set_password =
        (set_password_t){ world_text(principal), salt, verifier };
    return command;
}

static command_t open_session(const bench_t *bench, const char *principal,
                              const world_key_t *key, bool by_link)
{
    command_t command = { .kind = COMMAND_OPEN_SESSION };
    command.body.open_session =
        (open_session_t){ world_text(principal), key->bytes,
                          bench->world->now_ms + LIFE_MS, by_link };
    return command;
}

static command_t close_session(const char *principal)
{
    command_t command = { .kind = COMMAND_CLOSE_SESSION };
    command.body.close_session = (close_session_t){ world_text(principal) };
    return command;
}

/* As the broker writes it under the key that asked. */
static status_t own(bench_t *bench, command_t command)
{
    world_t *world = bench->world;
    origin_t origin = { .key = bench->gateway,
                        .now_ms = world->now_ms,
                        .internal = true };
    status_t status =
        decide(&world->state, &origin, &command, &world->event, &world->fault);
    if (status == STATUS_OK)
        apply(&world->state, &world->event);
    return status;
}

static status_t standing(const bench_t *bench, const world_key_t *key)
{
    uint32_t row;
    return key_check(&bench->world->state, key->bytes, bench->world->now_ms, &row);
}

static const user_row_t *user_of(const bench_t *bench, const char *principal)
{
    const state_t *state = &bench->world->state;
    return TABLE_ROW(user_row_t, &state->users,
                     users_find(state, world_text(principal)));
}

static void put(bench_t *bench, const char *principal)
{
    command_t command = put_user(bench, principal, ROLE_SUPERVISOR);
    world_accept(bench->world, bench->world->admin, &command);
}

/* ---- put_user ---- */

static void user__new__is_a_principal_without_a_key_but_a_link(void **context)
{
    bench_t *bench = *context;
    const state_t *state = &bench->world->state;
    put(bench, "chief");
    const user_row_t *user = user_of(bench, "chief");
    assert_int_equal(user->has_password, 0);
    assert_true(user->link_expires_ms > bench->world->now_ms);
    assert_int_equal(users_with_link(state, bench->link.bytes),
                     users_find(state, world_text("chief")));
    assert_int_equal(users_with_link(state, bench->more.bytes), 0);
    assert_int_equal(standing(bench, &bench->session), STATUS_KEY_UNKNOWN);
}

static void user__who_may_make_one__and_of_which_roles(void **context)
{
    bench_t *bench = *context;
    world_t *world = bench->world;
    command_t command = put_user(bench, "chief", ROLE_SUPERVISOR);
    world_expect(world, world->organiser, &command, STATUS_NOT_ALLOWED, NULL, NULL);
    world_expect(world, bench->gateway, &command, STATUS_NOT_ALLOWED, NULL, NULL);
    command = put_user(bench, "chief", ROLE_GATEWAY);
    world_expect(world, world->admin, &command, STATUS_NOT_A_USER, "put_user.roles",
                 NULL);
    command = put_user(bench, "gate", ROLE_SUPERVISOR);
    world_expect(world, world->admin, &command, STATUS_NOT_A_USER, "put_user.principal",
                 "gate");
    command = put_user(bench, "chief", ROLE_SUBJECT);
    world_expect(world, world->admin, &command, STATUS_ROLE_NEEDS_PERSON,
                 "put_user.roles", "chief");
    command = put_user(bench, "admin", ROLE_AUDITOR);
    world_expect(world, world->admin, &command, STATUS_LAST_ADMINISTRATOR,
                 "put_user.roles", "admin");
}

static void user__put_again__gets_another_link_and_keeps_the_password(void **context)
{
    bench_t *bench = *context;
    put(bench, "chief");
    assert_int_equal(own(bench, set_password("chief")), STATUS_OK);
    const world_key_t first = bench->link;
    bench->link = bench->more;
    put(bench, "chief");
    assert_int_equal(bench->world->state.users.count, 1);
    assert_int_equal(users_with_link(&bench->world->state, first.bytes), 0);
    assert_int_equal(user_of(bench, "chief")->has_password, 1);
}

/* ---- sessions ---- */

static void session__opened__speaks_until_its_end(void **context)
{
    bench_t *bench = *context;
    put(bench, "chief");
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, true)),
                     STATUS_OK);
    assert_int_equal(standing(bench, &bench->session), STATUS_OK);
    bench->world->now_ms += LIFE_MS;
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, true)),
                     STATUS_LINK_USED);
    uint32_t keys = bench->world->state.keys.count;
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    assert_int_equal(standing(bench, &bench->session), STATUS_OK);
    assert_int_equal(bench->world->state.keys.count, keys); /* the same row */
}

static void session__key_of_another__is_refused(void **context)
{
    bench_t *bench = *context;
    put(bench, "chief");
    put(bench, "deputy");
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    assert_int_equal(own(bench, open_session(bench, "deputy", &bench->session, false)),
                     STATUS_KEY_TAKEN);
    const world_key_t admin = world_key(1);
    assert_int_equal(own(bench, open_session(bench, "chief", &admin, false)),
                     STATUS_KEY_TAKEN);
    assert_int_equal(own(bench, open_session(bench, "nobody", &bench->more, false)),
                     STATUS_UNKNOWN_PRINCIPAL);
    assert_int_equal(own(bench, open_session(bench, "gate", &bench->more, false)),
                     STATUS_NOT_A_USER);
}

static void session__closed__by_its_own_gateway_alone(void **context)
{
    bench_t *bench = *context;
    world_t *world = bench->world;
    uint32_t second = world_enrol(world, "gate-2", ROLE_GATEWAY, NULL, NULL, 11);
    command_t command = close_session("chief");
    put(bench, "chief");
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    world_expect(world, second, &command, STATUS_SESSION_EXPIRED,
                 "close_session.principal", "chief");
    world_expect(world, world->admin, &command, STATUS_NOT_ALLOWED, NULL, NULL);
    world_accept(world, bench->gateway, &command);
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    command = close_session("nobody");
    world_expect(world, bench->gateway, &command, STATUS_UNKNOWN_PRINCIPAL,
                 "close_session.principal", "nobody");
}

static void password__another_one__ends_sessions_of_all_gateways(void **context)
{
    bench_t *bench = *context;
    put(bench, "chief");
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    bench->gateway = world_enrol(bench->world, "gate-2", ROLE_GATEWAY, NULL, NULL, 11);
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->more, false)),
                     STATUS_OK);
    assert_int_equal(own(bench, set_password("chief")), STATUS_OK);
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    assert_int_equal(standing(bench, &bench->more), STATUS_SESSION_EXPIRED);
    assert_int_equal(own(bench, set_password("gate")), STATUS_NOT_A_USER);
}

static void revoke__of_a_user__voids_password_link_and_sessions(void **context)
{
    bench_t *bench = *context;
    world_t *world = bench->world;
    command_t command = world_revoke("chief");
    put(bench, "chief");
    assert_int_equal(own(bench, set_password("chief")), STATUS_OK);
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    world_accept(world, world->admin, &command);
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    assert_int_equal(user_of(bench, "chief")->has_password, 0);
    assert_int_equal(users_with_link(&world->state, bench->link.bytes), 0);
    world_expect(world, world->admin, &command, STATUS_KEY_REVOKED, "revoke.principal",
                 "chief");
    put(bench, "chief"); /* begins anew, with the same key */
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, true)),
                     STATUS_OK);
    assert_int_equal(standing(bench, &bench->session), STATUS_OK);
}

static void gateway__that_may_open_no_more__leaves_no_session_behind(void **context)
{
    bench_t *bench = *context;
    world_t *world = bench->world;
    command_t command = world_invite("gate", ROLE_SERVICE, NULL);
    command.kind = COMMAND_SET_PRINCIPAL;
    put(bench, "chief");
    put(bench, "deputy");
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    world_accept(world, world->admin, &command); /* another role */
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    command = world_invite("gate", ROLE_GATEWAY, NULL);
    command.kind = COMMAND_SET_PRINCIPAL;
    world_accept(world, world->admin, &command);
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    assert_int_equal(own(bench, open_session(bench, "chief", &bench->session, false)),
                     STATUS_OK);
    uint32_t second = world_enrol(world, "gate-2", ROLE_GATEWAY, NULL, NULL, 11);
    uint32_t first = bench->gateway;
    bench->gateway = second;
    assert_int_equal(own(bench, open_session(bench, "deputy", &bench->more, false)),
                     STATUS_OK);
    command = world_revoke("gate");
    world_accept(world, world->admin, &command);
    assert_int_equal(standing(bench, &bench->session), STATUS_SESSION_EXPIRED);
    assert_int_equal(standing(bench, &bench->more), STATUS_OK); /* another gateway's */
    bench->gateway = first;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        CASE(user__new__is_a_principal_without_a_key_but_a_link),
        CASE(user__who_may_make_one__and_of_which_roles),
        CASE(user__put_again__gets_another_link_and_keeps_the_password),
        CASE(session__opened__speaks_until_its_end),
        CASE(session__key_of_another__is_refused),
        CASE(session__closed__by_its_own_gateway_alone),
        CASE(password__another_one__ends_sessions_of_all_gateways),
        CASE(gateway__that_may_open_no_more__leaves_no_session_behind),
        CASE(revoke__of_a_user__voids_password_link_and_sessions),
#undef CASE
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
