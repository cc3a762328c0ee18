/* command_registry.h - commands on units, people, projects and staff as plain C.
 *
 * Part of command.h, which tells the rules of all of them.
 */
#ifndef YX_PROTO_COMMAND_REGISTRY_H
#define YX_PROTO_COMMAND_REGISTRY_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    text_t code, parent, kind;
} put_unit_t;

typedef struct {
    text_t code;
} put_person_t;

enum { SUBJECT_CADRE = 1, SUBJECT_LEADING_TEAM = 2 };

typedef struct {
    text_t code, person, unit, rank_class, group;
    const text_t *tags;
    uint32_t tag_count;
    uint32_t kind;
} put_subject_t;

typedef struct {
    text_t code, front, category, difficulty, unit, commander, key_task;
    uint64_t planned_investment, invested;
    uint32_t percent_centi, planned_start, started_on, state;
    bool major;
} put_project_t;

typedef struct {
    text_t code, project;
    uint32_t plan_date, done_date; /* done_date 0 = open */
    uint32_t evidence_count;
} put_milestone_t;

enum { ASSIGNMENT_WAITING = 1, ASSIGNMENT_ON_POST = 2, ASSIGNMENT_ENDED = 3 };

typedef struct {
    text_t code, subject, project, tutor, daily_manager;
    uint32_t role, mode, from, to, state; /* from, to: 0 = blank */
    bool has_post;                        /* the private part names a post */
} put_assignment_t;

typedef struct {
    text_t code, lead;
    const text_t *units;
    uint32_t unit_count;
} put_team_t;

enum { INSPECTOR_ACTIVE = 1, INSPECTOR_SUSPENDED = 2 };

typedef struct {
    text_t code, person, team, own_unit;
    const text_t *conflict_units, *conflict_subjects;
    uint32_t conflict_unit_count, conflict_subject_count;
    uint32_t role, state;
} put_inspector_t;

typedef struct {
    text_t code, person, unit;
    uint32_t role;
} put_staff_t;

#endif
