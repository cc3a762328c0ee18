/* rows.h - rows of the registry: units, persons, subjects, projects, inspectors ...
 *
 * Plain data. Every `*_t` index refers to a row of the table named in the comment, 0 =
 * none. `newest` is the seq of the newest record that concerned the thing (the head
 * of its chain in the journal). Rows hold no names: see the directory (runtime).
 * No padding: sizes are asserted in state.c, so that digests never see stray bytes.
 */
#ifndef YX_CORE_ROWS_H
#define YX_CORE_ROWS_H

#include "broker/core/table.h"
#include "proto/limits.h"

/* A code padded with zeros, so that keys compare as bytes. */
typedef struct {
    char text[CODE_BYTES_MAX + 1];
} code_t;

/* A label (group, front, category) padded with zeros; words are never released. */
typedef struct {
    char text[LABEL_BYTES_MAX + 1];
    uint32_t subject_kind; /* of a group: SUBJECT_* of its first subject, else 0 */
    uint32_t unused;
} word_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    uint32_t parent; /* units */
    uint32_t team;   /* subjects: the unit's leading team */
} unit_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    uint32_t
        subject; /* subjects: first of this person, then subject_row_t.same_person */
    uint32_t inspector; /* inspectors: first of this person, then .same_person */
    uint32_t staff;     /* staff: first of this person, then .same_person */
    uint32_t unused;
} person_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    uint32_t kind;        /* SUBJECT_* */
    uint32_t person;      /* persons */
    uint32_t unit;        /* units */
    uint32_t group;       /* words */
    uint32_t standing;    /* standings: newest, then standing_row_t.next */
    uint32_t assignment;  /* assignments: newest, then .next_of_subject */
    uint32_t same_person; /* subjects */
    uint32_t unused;
} subject_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    uint64_t planned_investment, invested;     /* 1/100 of 10,000 yuan */
    uint32_t unit, front, category, commander; /* units, words, words, subjects */
    uint32_t state, percent_centi;
    uint32_t planned_start, started_on; /* dates */
    uint32_t major;
    uint32_t milestones;  /* milestones: newest, then .next_of_project */
    uint32_t assignments; /* assignments: newest, then .next_of_project */
    uint32_t unused;
} project_row_t;

typedef struct {
    code_t code;
    uint32_t project; /* projects */
    uint32_t plan_date, done_date;
    uint32_t next_of_project; /* milestones */
} milestone_row_t;

typedef struct {
    code_t code;
    uint32_t subject, project;            /* subjects, projects */
    uint32_t role, mode, state, from, to; /* dates yyyymmdd, 0 = blank */
    uint32_t tutor, daily_manager;        /* subjects, units */
    uint32_t next_of_subject;             /* assignments */
    uint32_t next_of_project, unused;     /* assignments */
} assignment_row_t;

typedef struct {
    code_t code;
    uint32_t lead;  /* inspectors */
    uint32_t units; /* nodes: list of units */
} team_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    uint32_t person, team, own_unit;            /* persons, teams, units */
    uint32_t conflict_units, conflict_subjects; /* nodes */
    uint32_t role, state;
    uint32_t same_person; /* inspectors */
} inspector_row_t;

typedef struct {
    code_t code;
    uint32_t person, unit, role; /* persons, units */
    uint32_t same_person;        /* staff */
} staff_row_t;

/* One element of a list kept in the table `nodes`. */
typedef struct {
    uint32_t next, value;
} node_row_t;

#endif
