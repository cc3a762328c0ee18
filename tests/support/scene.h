/* scene.h - a small invented district for unit tests of the families in broker/core.
 *
 * The registry is written into the tables row by row, so that a test of visits or
 * sheets does not depend on the commands that make units and people; schemes, rounds,
 * visits and sheets go through resolve, judge and apply of their own family.
 *
 * units      U1 district; U2, U3 towns in it; U4 village in U2; U8, U9 offices in U1
 * subjects   C1 (U2), C2 (U3), C3 (U4): group specialists; C4 (U3): heads;
 *            C5 (U3): strangers, a group of no scheme; B1 (U2): teams, no person
 * inspectors I1, I2, I3 of team T1, I4, I5 of T2; own unit U9
 * staff      S1 reviewer, S2 approver, S3 reviewer; unit U8
 * principals O1, O2 organisers over everything; O3 over U2; PI1, PI3: inspectors I1, I3;
 *            PS1 reviewer S1
 * A retraction that O1 is made to submit comes from the sheet's author instead.
 * The person of X is HX. Threads: one owner.
 */
#ifndef YX_TESTS_SCENE_H
#define YX_TESTS_SCENE_H

#include "broker/core/state.h"

#define SCENE_OPENED_MS 1736121600000LL /* 2025-01-06 08:00 in UTC+8 */
#define SCENE_CLOSED_MS (SCENE_OPENED_MS + 8 * 3600000LL)

typedef struct scene {
    state_t state;
    int64_t now_ms;     /* of the next command; starts an hour after the opening */
    fault_t fault;      /* of the last command */
    event_t event;      /* of the last command */
    uint32_t principal; /* who submits; O1 at first */
    void *pieces[128];  /* address space, released at the end */
    uint32_t piece_count;
} scene_t;

/* The registry alone. */
scene_t *scene_create(void);
/* Also scheme S, account A, round R and the open visit V of I1 and I2 to U2. */
scene_t *scene_create_framed(void);
void scene_destroy(scene_t **scene);

/* A row of the table by its code; CHECKs that there is one. */
uint32_t scene_row(const scene_t *scene, const table_t *table, const char *code);
void scene_speak_as(scene_t *scene, const char *principal);
text_t scene_text(const char *words); /* borrows */

/* Resolves, judges and, when accepted, applies. */
status_t scene_do(scene_t *scene, const command_t *command);
/* Likewise; fails the test unless status, place and detail are these. detail NULL =
 * any. */
void scene_expect(scene_t *scene, const command_t *command, status_t status,
                  const char *place, const char *detail);
/* Likewise; no sheet, group or visit may have come or gone. */
void scene_refuse(scene_t *scene, const command_t *command, status_t status,
                  const char *place, const char *detail);
void scene_accept(scene_t *scene, const command_t *command);

/* Commands that would be accepted in a framed scene; tests spoil a field each. */
command_t scene_scheme(const char *code);
command_t scene_visit(const char *code);
/* A sheet of I1 on C1 with ratings 80.00, 70.00, 90.00. */
command_t scene_sheet(const char *code);
/* Likewise, negative with narrative and evidence. */
command_t scene_negative(const char *code);
command_t scene_review(const char *observation, const char *reviewer,
                       uint32_t decision);
command_t scene_retract(const char *observation);
command_t scene_move_visit(const char *code, uint32_t stage);
command_t scene_move_round(const char *code, uint32_t stage);
command_t scene_approve(const char *code);

void scene_close_account(scene_t *scene); /* A */
void scene_seal(scene_t *scene);          /* closes and seals V */

/* Rows of facts; a standing's k-th cell, and an inspector's group in it or NULL. */
observation_row_t *scene_sheet_row(const scene_t *scene, const char *code);
standing_row_t *scene_standing(const scene_t *scene, uint32_t index);
cell_row_t *scene_cell(const scene_t *scene, uint32_t standing, uint32_t k);
group_row_t *scene_group(const scene_t *scene, uint32_t standing, uint32_t k,
                         const char *inspector);

/* One more row of a register, for rules on persons in two registers. */
uint32_t scene_add_subject(scene_t *scene, const char *code, const char *person,
                           const char *unit, const char *group);
uint32_t scene_add_inspector(scene_t *scene, const char *code, const char *person,
                             const char *team, const char *own_unit);
uint32_t scene_add_staff(scene_t *scene, const char *code, const char *person,
                         const char *unit, uint32_t role);
void scene_declare_unit(scene_t *scene, const char *inspector, const char *unit);
void scene_declare_subject(scene_t *scene, const char *inspector, const char *subject);

#endif
