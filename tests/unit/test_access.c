/* Goal: who may speak: a one-time code works once and for a day, revocation acts at
 * once, the last administrator stays, and rights hang on principals, not on keys.
 * Method: commands through decide and apply; every refusal must leave the state alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/authorise.h"
#include "tests/support/world.h"
#include <string.h>

static int setup(void **context)
{
    *context = world_create();
    return 0;
}

static int teardown(void **context)
{
    world_destroy((world_t **)context);
    return 0;
}

static void accept(world_t *world, command_t command)
{
    world_accept(world, world->admin, &command);
}

static void refuse(world_t *world, command_t command, status_t status,
                   const char *place, const char *detail)
{
    world_expect(world, world->admin, &command, status, place, detail);
}

static uint32_t key_row(const world_t *world, const world_key_t *key)
{
    return table_find(&world->state.keys, key->bytes);
}

static key_row_t *key_of(const world_t *world, const world_key_t *key)
{
    return TABLE_ROW(key_row_t, &world->state.keys, key_row(world, key));
}

static principal_row_t *principal_of(const world_t *world, const char *code)
{
    return TABLE_ROW(principal_row_t, &world->state.principals,
                     state_find(&world->state.principals, world_text(code)));
}

static command_t set_principal(const char *principal, role_t role)
{
    command_t command = world_invite(principal, role, NULL);
    command.kind = COMMAND_SET_PRINCIPAL;
    return command;
}

/* ---- genesis ---- */

static void genesis__enrolled__one_administrator_over_everything(void **context)
{
    world_t *world = *context;
    const principal_row_t *admin = principal_of(world, "admin");
    assert_int_equal(admin->roles, 1u << ROLE_ADMINISTRATOR);
    assert_int_equal(admin->everything, 1);
    assert_int_equal(admin->key_count, 1);
    assert_int_equal(world->state.administrators, 1);
    const key_row_t *first = TABLE_ROW(key_row_t, &world->state.keys, 1);
    assert_int_equal(first->state, KEY_USED);
    assert_int_equal(first->expires_ms, WORLD_START_MS + INVITE_LIFE_MS);
    assert_memory_equal(world->state.journal_id, "journal of tests", 16);
    assert_memory_equal(world->state.hash_seed, "seed of the test", 16);
}

static void genesis__from_a_client__no_operation(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(50);
    command_t command = { .kind = COMMAND_GENESIS };
    command.body.genesis =
        (genesis_t){ .journal_id = (const uint8_t *)"0123456789abcdef",
                     .hash_seed = (const uint8_t *)"0123456789abcdef",
                     .administrator = world_text("mine"),
                     .key = key.bytes };
    refuse(world, command, STATUS_UNKNOWN_OPERATION, "", "");
}

/* ---- invite ---- */

static void invite__new_principal__stands_with_roles_and_scope(void **context)
{
    world_t *world = *context;
    world_settle(world);
    const world_key_t key = world_key(50);
    const text_t units[] = { world_text("U2"), world_text("U4") };
    const text_t groups[] = { world_text("teams") };
    command_t command = world_invite("watcher", ROLE_SUPERVISOR, &key);
    command.body.invite.scope = (scope_spec_t){ units, groups, 2, 1, false };
    accept(world, command);
    const principal_row_t *row = principal_of(world, "watcher");
    assert_int_equal(row->roles, 1u << ROLE_SUPERVISOR);
    assert_int_equal(row->everything, 0);
    assert_int_equal(row->unit_count, 2);
    assert_int_equal(row->units[1], state_find(&world->state.units, units[1]));
    assert_int_equal(row->group_count, 1);
    assert_int_equal(row->groups[0], state_find_word(&world->state, groups[0]));
    assert_int_equal(row->key_count, 0); /* nobody enrolled yet */
    assert_int_equal(key_of(world, &key)->state, KEY_INVITE);
    assert_int_equal(key_of(world, &key)->expires_ms, world->now_ms + INVITE_LIFE_MS);
}

static void invite__scope_of_unknown_things__refused(void **context)
{
    world_t *world = *context;
    world_settle(world);
    const world_key_t key = world_key(50);
    const text_t units[] = { world_text("U2"), world_text("U77") };
    const text_t groups[] = { world_text("strangers") };
    command_t command = world_invite("watcher", ROLE_SUPERVISOR, &key);
    command.body.invite.scope = (scope_spec_t){ units, NULL, 2, 0, false };
    refuse(world, command, STATUS_UNKNOWN_UNIT, "invite.scope.units[1]", "U77");
    command.body.invite.scope = (scope_spec_t){ NULL, groups, 0, 1, false };
    refuse(world, command, STATUS_UNKNOWN_GROUP, "invite.scope.groups[0]", "strangers");
    command.body.invite.person = world_text("H77");
    refuse(world, command, STATUS_UNKNOWN_PERSON, "invite.person", "H77");
}

static void invite__roles__some_and_persons_where_needed(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(50);
    command_t command = world_invite("someone", ROLE_OFFICE, &key);
    command.body.invite.roles = 0;
    refuse(world, command, STATUS_NO_ROLE, "invite.roles", "someone");
    static const role_t personal[] = { ROLE_INSPECTOR, ROLE_REVIEWER, ROLE_SUBJECT };
    for (uint32_t i = 0; i < 3; i++) {
        command = world_invite("someone", personal[i], &key);
        refuse(world, command, STATUS_ROLE_NEEDS_PERSON, "invite.roles", "someone");
        command.body.invite.roles |= 1u << ROLE_OFFICE;
        refuse(world, command, STATUS_ROLE_NEEDS_PERSON, "invite.roles", "someone");
    }
    static const role_t others[] = { ROLE_OFFICE,  ROLE_ORGANISER,     ROLE_SUPERVISOR,
                                     ROLE_AUDITOR, ROLE_ADMINISTRATOR, ROLE_SERVICE };
    static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
    for (uint32_t i = 0; i < 6; i++) {
        const world_key_t own = world_key(60 + i);
        accept(world, world_invite(names[i], others[i], &own));
    }
}

static void invite__key_that_is_known__taken(void **context)
{
    world_t *world = *context;
    const world_key_t used = world_key(1001), active = world_key(2);
    refuse(world, world_invite("watcher", ROLE_SUPERVISOR, &used), STATUS_KEY_TAKEN,
           "invite.key", "");
    refuse(world, world_invite("watcher", ROLE_SUPERVISOR, &active), STATUS_KEY_TAKEN,
           "invite.key", "");
}

static void invite__known_principal__a_further_key_and_nothing_else(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(50);
    command_t command = world_invite("organiser", ROLE_ORGANISER, &key);
    refuse(world, command, STATUS_CODE_TAKEN, "invite.principal", "organiser");
    command.body.invite.person = world_text("HO1");
    command.body.invite.roles |= 1u << ROLE_AUDITOR;
    refuse(world, command, STATUS_CODE_TAKEN, "invite.principal", "organiser");
    command.body.invite.roles = 1u << ROLE_ORGANISER;
    command.body.invite.scope.everything = false;
    refuse(world, command, STATUS_CODE_TAKEN, "invite.principal", "organiser");
    command.body.invite.scope.everything = true;
    uint32_t principals = world->state.principals.count;
    accept(world, command);
    assert_int_equal(world->state.principals.count, principals);
    assert_int_equal(key_of(world, &key)->principal,
                     state_find(&world->state.principals, world_text("organiser")));
}

static void invite__by_others_than_administrators__not_allowed(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(50);
    command_t command = world_invite("mine", ROLE_ADMINISTRATOR, &key);
    world_expect(world, world->organiser, &command, STATUS_NOT_ALLOWED, "", NULL);
    command = set_principal("organiser", ROLE_ADMINISTRATOR);
    world_expect(world, world->organiser, &command, STATUS_NOT_ALLOWED, "", NULL);
    command = world_revoke("admin");
    world_expect(world, world->organiser, &command, STATUS_NOT_ALLOWED, "", NULL);
}

static void invite__full_table__refused(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(50);
    world->state.keys.limit = world->state.keys.count;
    refuse(world, world_invite("watcher", ROLE_SUPERVISOR, &key), STATUS_TABLE_FULL,
           "invite.key", "watcher");
}

/* ---- enrol ---- */

/* An invited key that has not been used: its row. */
static uint32_t invited(world_t *world, const char *principal, const world_key_t *key)
{
    accept(world, world_invite(principal, ROLE_SUPERVISOR, key));
    return key_row(world, key);
}

static void enrol__in_time__key_of_the_same_principal(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), own = world_key(51);
    uint32_t invite = invited(world, "watcher", &temporary);
    world->now_ms += INVITE_LIFE_MS - 1;
    command_t command = world_enrolment(&own);
    world_accept(world, invite, &command);
    assert_int_equal(key_of(world, &temporary)->state, KEY_USED);
    assert_int_equal(key_of(world, &own)->state, KEY_ACTIVE);
    assert_int_equal(key_of(world, &own)->principal,
                     key_of(world, &temporary)->principal);
    assert_int_equal(principal_of(world, "watcher")->key_count, 1);
    assert_int_equal(key_of(world, &temporary)->instance_count, 0); /* sends no more */
}

static void enrol__a_second_time_or_too_late__refused(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), own = world_key(51),
                      later = world_key(52), third = world_key(53);
    uint32_t invite = invited(world, "watcher", &temporary);
    command_t command = world_enrolment(&own);
    world_accept(world, invite, &command);
    command = world_enrolment(&third);
    world_expect(world, invite, &command, STATUS_NOT_ALLOWED, "", "");
    invite = invited(world, "watcher", &later);
    world->now_ms += INVITE_LIFE_MS;
    world_expect(world, invite, &command, STATUS_INVITE_EXPIRED, "enrol", "");
}

static void enrol__with_a_key_that_is_known__taken(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), others = world_key(2);
    uint32_t invite = invited(world, "watcher", &temporary);
    command_t command = world_enrolment(&others);
    world_expect(world, invite, &command, STATUS_KEY_TAKEN, "enrol.key", "");
    command = world_enrolment(&temporary); /* the temporary key itself */
    world_expect(world, invite, &command, STATUS_KEY_TAKEN, "enrol.key", "");
}

static void enrol__under_an_enrolled_key__not_allowed(void **context)
{
    const world_key_t own = world_key(51);
    refuse(*context, world_enrolment(&own), STATUS_NOT_ALLOWED, "", "");
}

/* Even an administrator's temporary key does nothing but enrol. */
static void invited_key__anything_else__not_allowed(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), more = world_key(51);
    accept(world, world_invite("deputy", ROLE_ADMINISTRATOR, &temporary));
    uint32_t invite = key_row(world, &temporary);
    const command_t commands[] = { world_invite("mine", ROLE_ADMINISTRATOR, &more),
                                   world_revoke("admin"),
                                   set_principal("deputy", ROLE_ADMINISTRATOR),
                                   world_person("H1") };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        world_expect(world, invite, &commands[i], STATUS_NOT_ALLOWED, "", "");
    assert_int_equal(world->state.administrators, 1);
}

static void enrol__many_keys__up_to_the_limit(void **context)
{
    world_t *world = *context;
    const world_key_t spare = world_key(90), own = world_key(91);
    uint32_t waiting = invited(world, "watcher", &spare); /* from before it was full */
    for (uint32_t i = 0; i < KEYS_PER_PRINCIPAL_MAX; i++)
        (void)world_enrol(world, "watcher", ROLE_SUPERVISOR, NULL, NULL, 60 + i);
    assert_int_equal(principal_of(world, "watcher")->key_count, KEYS_PER_PRINCIPAL_MAX);
    const world_key_t further = world_key(92);
    refuse(world, world_invite("watcher", ROLE_SUPERVISOR, &further),
           STATUS_TOO_MANY_KEYS, "invite.principal", "watcher");
    command_t command = world_enrolment(&own);
    world_expect(world, waiting, &command, STATUS_TOO_MANY_KEYS, "enrol.key", "");
}

static void enrol__full_table__refused(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), own = world_key(51);
    uint32_t invite = invited(world, "watcher", &temporary);
    world->state.keys.limit = world->state.keys.count;
    command_t command = world_enrolment(&own);
    world_expect(world, invite, &command, STATUS_TABLE_FULL, "enrol.key", "");
}

/* ---- keys at the door ---- */

static void key_check__every_state__its_own_answer(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), unknown = world_key(51),
                      used = world_key(1001), active = world_key(2);
    uint32_t invite = invited(world, "watcher", &temporary), row = 99;
    int64_t now_ms = world->now_ms, end_ms = now_ms + INVITE_LIFE_MS;
    const state_t *state = &world->state;
    assert_int_equal(key_check(state, unknown.bytes, now_ms, &row), STATUS_KEY_UNKNOWN);
    assert_int_equal(row, 0);
    assert_int_equal(key_check(state, temporary.bytes, end_ms - 1, &row), STATUS_OK);
    assert_int_equal(row, invite);
    assert_int_equal(key_check(state, temporary.bytes, end_ms, &row),
                     STATUS_INVITE_EXPIRED);
    assert_int_equal(key_check(state, used.bytes, now_ms, &row), STATUS_INVITE_USED);
    assert_int_equal(key_check(state, active.bytes, end_ms, &row), STATUS_OK);
    assert_int_equal(row, world->organiser);
    accept(world, world_revoke("organiser"));
    assert_int_equal(key_check(state, active.bytes, now_ms, &row), STATUS_KEY_REVOKED);
}

/* ---- revoke ---- */

static void revoke__names_unknown_things__refused(void **context)
{
    world_t *world = *context;
    const world_key_t unknown = world_key(50), admins = world_key(1);
    refuse(world, world_revoke("nobody"), STATUS_UNKNOWN_PRINCIPAL, "revoke.principal",
           "nobody");
    command_t command = world_revoke("organiser");
    command.body.revoke.key = unknown.bytes;
    refuse(world, command, STATUS_UNKNOWN_KEY, "revoke.key", "organiser");
    command.body.revoke.key = admins.bytes; /* somebody else's */
    refuse(world, command, STATUS_UNKNOWN_KEY, "revoke.key", "organiser");
}

static void revoke__one_key__the_others_go_on(void **context)
{
    world_t *world = *context;
    uint32_t first = world_enrol(world, "watcher", ROLE_SUPERVISOR, NULL, NULL, 60);
    uint32_t second = world_enrol(world, "watcher", ROLE_SUPERVISOR, NULL, NULL, 61);
    const world_key_t key = world_key(60);
    command_t command = world_revoke("watcher");
    command.body.revoke.key = key.bytes;
    accept(world, command);
    assert_int_equal(TABLE_ROW(key_row_t, &world->state.keys, first)->state,
                     KEY_REVOKED);
    assert_int_equal(TABLE_ROW(key_row_t, &world->state.keys, second)->state,
                     KEY_ACTIVE);
    assert_int_equal(principal_of(world, "watcher")->key_count, 1);
    refuse(world, command, STATUS_KEY_REVOKED, "revoke.principal", "watcher");
}

static void revoke__all_keys__invitations_too(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50), own = world_key(51);
    uint32_t key = world_enrol(world, "watcher", ROLE_SUPERVISOR, NULL, NULL, 60);
    uint32_t invite = invited(world, "watcher", &temporary);
    accept(world, world_revoke("watcher"));
    assert_int_equal(TABLE_ROW(key_row_t, &world->state.keys, key)->state, KEY_REVOKED);
    assert_int_equal(principal_of(world, "watcher")->key_count, 0);
    command_t command = world_enrolment(&own);
    world_expect(world, invite, &command, STATUS_KEY_REVOKED, "", "");
    refuse(world, world_revoke("watcher"), STATUS_KEY_REVOKED, "revoke.principal",
           "watcher");
}

/* The door (key_check) asks once a message; the core asks for every command. */
static void revoked_key__next_command__refused_inside_too(void **context)
{
    world_t *world = *context;
    accept(world, world_revoke("organiser"));
    command_t command = world_person("H1");
    world_expect(world, world->organiser, &command, STATUS_KEY_REVOKED, "number", NULL);
    const origin_t fresh = { .key = world->organiser,
                             .instance = 2, /* an outbox not seen before */
                             .number = 1,
                             .now_ms = world->now_ms };
    status_t status =
        decide(&world->state, &fresh, &command, &world->event, &world->fault);
    assert_int_equal(status, STATUS_KEY_REVOKED);
}

/* ---- the last administrator ---- */

static void administrator__the_last__can_neither_go_nor_be_changed(void **context)
{
    world_t *world = *context;
    const world_key_t key = world_key(1);
    refuse(world, world_revoke("admin"), STATUS_LAST_ADMINISTRATOR, "revoke.principal",
           "admin");
    command_t command = world_revoke("admin");
    command.body.revoke.key = key.bytes;
    refuse(world, command, STATUS_LAST_ADMINISTRATOR, "revoke.principal", "admin");
    refuse(world, set_principal("admin", ROLE_AUDITOR), STATUS_LAST_ADMINISTRATOR,
           "set_principal.roles", "admin");
    accept(world, set_principal("admin", ROLE_ADMINISTRATOR));
    assert_int_equal(world->state.administrators, 1);
}

/* One who was invited but never came cannot stand in. */
static void administrator__second_only_invited__does_not_count(void **context)
{
    world_t *world = *context;
    const world_key_t temporary = world_key(50);
    accept(world, world_invite("deputy", ROLE_ADMINISTRATOR, &temporary));
    assert_int_equal(world->state.administrators, 1);
    refuse(world, world_revoke("admin"), STATUS_LAST_ADMINISTRATOR, "revoke.principal",
           "admin");
    accept(world, world_revoke("deputy")); /* an unused code may always go */
    assert_int_equal(world->state.administrators, 1);
}

static void administrator__one_of_two_keys__may_go(void **context)
{
    world_t *world = *context;
    const world_key_t first = world_key(1);
    uint32_t second = world_enrol(world, "admin", ROLE_ADMINISTRATOR, NULL, NULL, 60);
    command_t command = world_revoke("admin");
    command.body.revoke.key = first.bytes;
    accept(world, command); /* revokes the very key that it came under */
    assert_int_equal(world->state.administrators, 1);
    world->admin = second;
    refuse(world, world_revoke("admin"), STATUS_LAST_ADMINISTRATOR, "revoke.principal",
           "admin");
}

static void administrator__of_two__one_may_go_by_any_way(void **context)
{
    world_t *world = *context;
    (void)world_enrol(world, "deputy", ROLE_ADMINISTRATOR, NULL, NULL, 60);
    assert_int_equal(world->state.administrators, 2);
    accept(world, set_principal("deputy", ROLE_AUDITOR));
    assert_int_equal(world->state.administrators, 1);
    accept(world, set_principal("deputy", ROLE_ADMINISTRATOR));
    assert_int_equal(world->state.administrators, 2);
    accept(world, world_revoke("deputy"));
    assert_int_equal(world->state.administrators, 1);
    accept(world, set_principal("deputy", ROLE_AUDITOR)); /* has no key: no change */
    assert_int_equal(world->state.administrators, 1);
}

/* ---- set_principal ---- */

static void set_principal__unknown_or_without_person__refused(void **context)
{
    world_t *world = *context;
    const text_t units[] = { world_text("U77") };
    refuse(world, set_principal("nobody", ROLE_AUDITOR), STATUS_UNKNOWN_PRINCIPAL,
           "set_principal.principal", "nobody");
    refuse(world, set_principal("organiser", ROLE_INSPECTOR), STATUS_ROLE_NEEDS_PERSON,
           "set_principal.roles", "organiser");
    command_t command = set_principal("organiser", ROLE_ORGANISER);
    command.body.set_principal.roles = 0;
    refuse(world, command, STATUS_NO_ROLE, "set_principal.roles", "organiser");
    command = set_principal("organiser", ROLE_ORGANISER);
    command.body.set_principal.scope = (scope_spec_t){ units, NULL, 1, 0, false };
    refuse(world, command, STATUS_UNKNOWN_UNIT, "set_principal.scope.units[0]", "U77");
}

/* Rights are looked up for every command: those of the next one are the new ones. */
static void set_principal__narrower_scope__acts_at_once(void **context)
{
    world_t *world = *context;
    world_settle(world);
    const text_t units[] = { world_text("U2") };
    command_t command = set_principal("organiser", ROLE_ORGANISER);
    command.body.set_principal.scope = (scope_spec_t){ units, NULL, 1, 0, false };
    accept(world, command);
    command = world_project("P3", "U3");
    world_expect(world, world->organiser, &command, STATUS_OUT_OF_SCOPE, "",
                 "organiser");
    command = world_project("P3", "U4");
    world_accept(world, world->organiser, &command);
    accept(world, set_principal("organiser", ROLE_SUPERVISOR));
    world_expect(world, world->organiser, &command, STATUS_NOT_ALLOWED, "", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(genesis__enrolled__one_administrator_over_everything),
        TEST(genesis__from_a_client__no_operation),
        TEST(invite__new_principal__stands_with_roles_and_scope),
        TEST(invite__scope_of_unknown_things__refused),
        TEST(invite__roles__some_and_persons_where_needed),
        TEST(invite__key_that_is_known__taken),
        TEST(invite__known_principal__a_further_key_and_nothing_else),
        TEST(invite__by_others_than_administrators__not_allowed),
        TEST(invite__full_table__refused),
        TEST(enrol__in_time__key_of_the_same_principal),
        TEST(enrol__a_second_time_or_too_late__refused),
        TEST(enrol__with_a_key_that_is_known__taken),
        TEST(enrol__under_an_enrolled_key__not_allowed),
        TEST(invited_key__anything_else__not_allowed),
        TEST(enrol__many_keys__up_to_the_limit),
        TEST(enrol__full_table__refused),
        TEST(key_check__every_state__its_own_answer),
        TEST(revoke__names_unknown_things__refused),
        TEST(revoke__one_key__the_others_go_on),
        TEST(revoke__all_keys__invitations_too),
        TEST(revoked_key__next_command__refused_inside_too),
        TEST(administrator__the_last__can_neither_go_nor_be_changed),
        TEST(administrator__second_only_invited__does_not_count),
        TEST(administrator__one_of_two_keys__may_go),
        TEST(administrator__of_two__one_may_go_by_any_way),
        TEST(set_principal__unknown_or_without_person__refused),
        TEST(set_principal__narrower_scope__acts_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
