/* world.h - a small invented district made by commands, through decide and apply alone.
 *
 * For tests of the registry, of access and of the two doors themselves: nothing is
 * written into the tables by hand (scene.h does that for rules on visits and sheets).
 * Two principals are there from the start: `admin`, whose key came from the genesis, and
 * `organiser` over everything, of person HO1; each has one enrolled key.
 *
 * world_settle() adds units U1, U2 and U3 in U1, U4 in U2, U9 in U1; persons HC1, HC2,
 * HI1, HI2; cadres C1 (U2) and C2 (U3) of the group "specialists", leading team B1 (U2)
 * of "teams"; inspection team T1 with inspectors I1 and I2 of U9; project P1 of U2.
 * The codes are those of scene.h, so that its schemes, visits and sheets fit.
 * Threads: one owner.
 */
#ifndef YX_TESTS_WORLD_H
#define YX_TESTS_WORLD_H

#include "broker/core/decide.h"
#include "broker/runtime/memory.h"

#define WORLD_START_MS 1736121600000LL /* 2025-01-06 08:00 in UTC+8 */

typedef struct {
    state_t state;
    memory_t memory;
    int64_t now_ms;  /* of the next command */
    uint64_t number; /* of the last command; every key's outbox has instance 1 */
    event_t event;   /* of the last command */
    fault_t fault;   /* likewise */
    bool named;      /* the next commands carry a name */
    uint32_t admin, organiser; /* keys */
} world_t;

typedef struct {
    uint8_t bytes[KEY_BYTES];
} world_key_t;

world_t *world_create(void);
void world_destroy(world_t **world);
void world_settle(world_t *world);
/* After world_settle(): scheme S, account A, round R and the open visit V of scene.h. */
void world_frame(world_t *world);

/* Decides and, when accepted, applies. `key` is a row of keys. */
status_t world_submit(world_t *world, uint32_t key, const command_t *command);
/* Likewise; fails the test unless status, place and detail are these (NULL = any). A
 * refusal must leave every byte of the state as it was. */
void world_expect(world_t *world, uint32_t key, const command_t *command,
                  status_t status, const char *place, const char *detail);
void world_accept(world_t *world, uint32_t key, const command_t *command);

/* The n-th key that a client might have; n of the two that are enrolled are 1 and 2. */
world_key_t world_key(uint32_t n);
/* Invites a principal of one role and enrols key n; returns its row. person NULL = none,
 * unit NULL = everything. */
uint32_t world_enrol(world_t *world, const char *principal, role_t role,
                     const char *person, const char *unit, uint32_t n);

/* Commands; NULL = blank. Tests spoil a field each. */
text_t world_text(const char *words); /* borrows */
command_t world_unit(const char *code, const char *parent);
command_t world_person(const char *code);
command_t world_cadre(const char *code, const char *person, const char *unit,
                      const char *group);
command_t world_leading_team(const char *code, const char *unit, const char *group);
command_t world_project(const char *code, const char *unit);
command_t world_assignment(const char *code, const char *subject, const char *project);
command_t world_team(const char *code);
command_t world_inspector(const char *code, const char *person, const char *team,
                          const char *own_unit);
command_t world_staff(const char *code, const char *person, const char *unit);
/* The spec borrows `key`. */
command_t world_invite(const char *principal, role_t role, const world_key_t *key);
command_t world_enrolment(const world_key_t *key);
command_t world_revoke(const char *principal);

/* BLAKE2b-256 over state_visit_bytes. */
void world_digest(const world_t *world, uint8_t digest[HASH_BYTES]);

#endif
