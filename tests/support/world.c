/* world.c - see world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/check.h"
#include "tests/support/scene.h"
#include "tests/support/world.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_OF_A_TABLE 4096u

text_t world_text(const char *words)
{
    if (words == NULL)
        return (text_t){ NULL, 0 };
    return (text_t){ words, (uint32_t)strlen(words) };
}

world_key_t world_key(uint32_t n)
{
    world_key_t key;
    memset(key.bytes, 0x5a, sizeof key.bytes);
    memcpy(key.bytes, &n, sizeof n);
    return key;
}

/* ---- submitting ---- */

status_t world_submit(world_t *world, uint32_t key, const command_t *command)
{
    const origin_t origin = { .key = key,
                              .instance = 1,
                              .number = ++world->number,
                              .hash = world->number,
                              .now_ms = world->now_ms,
                              .named = world->named };
    memset(&world->fault, 0, sizeof world->fault);
    status_t status =
        decide(&world->state, &origin, command, &world->event, &world->fault);
    if (status == STATUS_OK)
        apply(&world->state, &world->event);
    return status;
}

static void absorb(void *context, const void *bytes, size_t size)
{
    CHECK(crypto_generichash_update(context, bytes, size) == 0);
}

void world_digest(const world_t *world, uint8_t digest[HASH_BYTES])
{
    crypto_generichash_state hash;
    CHECK(crypto_generichash_init(&hash, NULL, 0, HASH_BYTES) == 0);
    state_visit_bytes(&world->state, absorb, &hash);
    CHECK(crypto_generichash_final(&hash, digest, HASH_BYTES) == 0);
}

void world_expect(world_t *world, uint32_t key, const command_t *command,
                  status_t status, const char *place, const char *detail)
{
    uint8_t before[HASH_BYTES], after[HASH_BYTES];
    world_digest(world, before);
    status_t got = world_submit(world, key, command);
    if (got != status)
        fail_msg("%s instead of %s at %s (%s)", status_name(got), status_name(status),
                 world->fault.place, world->fault.detail);
    if (place != NULL)
        assert_string_equal(world->fault.place, place);
    if (detail != NULL)
        assert_string_equal(world->fault.detail, detail);
    world_digest(world, after);
    assert_int_equal(memcmp(before, after, HASH_BYTES) == 0, status != STATUS_OK);
}

void world_accept(world_t *world, uint32_t key, const command_t *command)
{
    world_expect(world, key, command, STATUS_OK, "", "");
}

/* ---- creation ---- */

static void begin(world_t *world)
{
    static const uint8_t id[JOURNAL_ID_BYTES] = "journal of tests",
                         seed[JOURNAL_ID_BYTES] = "seed of the test";
    const world_key_t temporary = world_key(1001), own = world_key(1);
    command_t command = { .kind = COMMAND_GENESIS };
    command.body.genesis = (genesis_t){ .journal_id = id,
                                        .hash_seed = seed,
                                        .administrator = world_text("admin"),
                                        .key = temporary.bytes };
    event_genesis(&world->event, &command, world->now_ms);
    apply(&world->state, &world->event);
    command = world_enrolment(&own);
    world_accept(world, 1, &command); /* the genesis made the first key */
    world->admin = table_find(&world->state.keys, own.bytes);
}

world_t *world_create(void)
{
    world_t *world = calloc(1, sizeof *world);
    CHECK(world != NULL);
    memory_init(&world->memory);
    state_memory_t source = memory_source(&world->memory);
    state_limits_t limits;
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = ROWS_OF_A_TABLE;
    limits.rows[TABLE_windows] = 64;
    limits.rows[TABLE_schemes] = 8;
    status_t status = state_init(&world->state, &limits, &source);
    CHECK(status == STATUS_OK);
    world->now_ms = WORLD_START_MS;
    begin(world);
    /* Only who enrolled knows persons: the organiser gets one later. */
    world->organiser = world_enrol(world, "organiser", ROLE_ORGANISER, NULL, NULL, 2);
    command_t command = world_person("HO1");
    world_accept(world, world->organiser, &command);
    command = world_invite("organiser", ROLE_ORGANISER, NULL);
    command.kind = COMMAND_SET_PRINCIPAL;
    command.body.set_principal.person = world_text("HO1");
    world_accept(world, world->admin, &command);
    return world;
}

void world_destroy(world_t **world)
{
    if (*world == NULL)
        return;
    memory_fini(&(*world)->memory);
    free(*world);
    *world = NULL;
}

uint32_t world_enrol(world_t *world, const char *principal, role_t role,
                     const char *person, const char *unit, uint32_t n)
{
    const world_key_t temporary = world_key(1000 + n), own = world_key(n);
    const text_t place = world_text(unit);
    command_t command = world_invite(principal, role, &temporary);
    command.body.invite.person = world_text(person);
    if (unit != NULL)
        command.body.invite.scope = (scope_spec_t){ .units = &place, .unit_count = 1 };
    world_accept(world, world->admin, &command);
    command = world_enrolment(&own);
    world_accept(world, table_find(&world->state.keys, temporary.bytes), &command);
    return table_find(&world->state.keys, own.bytes);
}

/* ---- commands ---- */

command_t world_unit(const char *code, const char *parent)
{
    command_t command = { .kind = COMMAND_UNIT };
    command.body.unit =
        (put_unit_t){ .code = world_text(code), .parent = world_text(parent) };
    return command;
}

command_t world_person(const char *code)
{
    command_t command = { .kind = COMMAND_PERSON };
    command.body.person.code = world_text(code);
    return command;
}

command_t world_cadre(const char *code, const char *person, const char *unit,
                      const char *group)
{
    command_t command = { .kind = COMMAND_SUBJECT };
    command.body.subject = (put_subject_t){ .code = world_text(code),
                                            .person = world_text(person),
                                            .unit = world_text(unit),
                                            .group = world_text(group),
                                            .kind = SUBJECT_CADRE };
    return command;
}

command_t world_leading_team(const char *code, const char *unit, const char *group)
{
    command_t command = world_cadre(code, NULL, unit, group);
    command.body.subject.kind = SUBJECT_LEADING_TEAM;
    return command;
}

command_t world_project(const char *code, const char *unit)
{
    command_t command = { .kind = COMMAND_PROJECT };
    command.body.project = (put_project_t){ .code = world_text(code),
                                            .unit = world_text(unit),
                                            .state = 2 };
    return command;
}

command_t world_assignment(const char *code, const char *subject, const char *project)
{
    command_t command = { .kind = COMMAND_ASSIGNMENT };
    command.body.assignment = (put_assignment_t){ .code = world_text(code),
                                                  .subject = world_text(subject),
                                                  .project = world_text(project),
                                                  .role = 2,
                                                  .mode = 3,
                                                  .state = ASSIGNMENT_ON_POST,
                                                  .has_post = project == NULL };
    return command;
}

command_t world_team(const char *code)
{
    command_t command = { .kind = COMMAND_TEAM };
    command.body.team.code = world_text(code);
    return command;
}

command_t world_inspector(const char *code, const char *person, const char *team,
                          const char *own_unit)
{
    command_t command = { .kind = COMMAND_INSPECTOR };
    command.body.inspector = (put_inspector_t){ .code = world_text(code),
                                                .person = world_text(person),
                                                .team = world_text(team),
                                                .own_unit = world_text(own_unit),
                                                .role = 2,
                                                .state = INSPECTOR_ACTIVE };
    return command;
}

command_t world_staff(const char *code, const char *person, const char *unit)
{
    command_t command = { .kind = COMMAND_STAFF };
    command.body.staff = (put_staff_t){ .code = world_text(code),
                                        .person = world_text(person),
                                        .unit = world_text(unit),
                                        .role = 1 };
    return command;
}

command_t world_invite(const char *principal, role_t role, const world_key_t *key)
{
    command_t command = { .kind = COMMAND_INVITE };
    command.body.invite = (principal_spec_t){ .principal = world_text(principal),
                                              .key = key != NULL ? key->bytes : NULL,
                                              .roles = 1u << role,
                                              .scope = { .everything = true } };
    return command;
}

command_t world_enrolment(const world_key_t *key)
{
    command_t command = { .kind = COMMAND_ENROL };
    command.body.enrol.key = key->bytes;
    return command;
}

command_t world_revoke(const char *principal)
{
    command_t command = { .kind = COMMAND_REVOKE };
    command.body.revoke.principal = world_text(principal);
    return command;
}

/* ---- the district ---- */

static void put(world_t *world, command_t command)
{
    world_accept(world, world->organiser, &command);
}

void world_settle(world_t *world)
{
    put(world, world_unit("U1", NULL));
    put(world, world_unit("U2", "U1"));
    put(world, world_unit("U3", "U1"));
    put(world, world_unit("U4", "U2"));
    put(world, world_unit("U9", "U1"));
    put(world, world_person("HC1"));
    put(world, world_person("HC2"));
    put(world, world_person("HI1"));
    put(world, world_person("HI2"));
    put(world, world_cadre("C1", "HC1", "U2", "specialists"));
    put(world, world_cadre("C2", "HC2", "U3", "specialists"));
    put(world, world_leading_team("B1", "U2", "teams"));
    put(world, world_team("T1"));
    put(world, world_inspector("I1", "HI1", "T1", "U9"));
    put(world, world_inspector("I2", "HI2", "T1", "U9"));
    put(world, world_project("P1", "U2"));
}

void world_frame(world_t *world)
{
    put(world, world_person("HO2"));
    uint32_t second = world_enrol(world, "second", ROLE_ORGANISER, "HO2", NULL, 3);
    put(world, scene_scheme("S"));
    command_t command = scene_approve("S");
    world_accept(world, second, &command);
    command = (command_t){ .kind = COMMAND_OPEN_ACCOUNT };
    command.body.open_account =
        (open_account_t){ world_text("A"), world_text("S"), 20250101, 20251231 };
    put(world, command);
    command = (command_t){ .kind = COMMAND_ROUND };
    command.body.round =
        (put_round_t){ world_text("R"), world_text("A"), 1, 20250101, 20250630, 60 };
    put(world, command);
    world->now_ms = SCENE_OPENED_MS + 3600000;
    put(world, scene_visit("V"));
}
