/* answer_overview.h - units, schemes, projects, rounds and visits as people look at them,
 * as plain C; part of answer.h. Dates are yyyymmdd, 0 = blank; states and stages are the
 * numbers of the .proto files.
 */
#ifndef YX_PROTO_ANSWER_OVERVIEW_H
#define YX_PROTO_ANSWER_OVERVIEW_H

#include "proto/command_frames.h"
#include "proto/limits.h"

typedef struct {
    text_t code, name, parent;
} unit_info_t;

typedef struct {
    const unit_info_t *units;
    uint32_t count, matching;
} units_answer_t;

typedef struct {
    text_t code, name, proposed_by;
    bool active;
} scheme_info_t;

typedef struct {
    const scheme_info_t *schemes;
    const propose_scheme_t *proposed; /* as many, in the same order */
    uint32_t count, proposed_count;
} schemes_answer_t;

typedef struct {
    text_t code, name;
    uint32_t plan_date, done_date;
} milestone_info_t;

typedef struct {
    text_t subject, name;
    uint32_t role, state;
} lead_info_t;

typedef struct {
    text_t code, name, front, category, unit, unit_name, commander, commander_name;
    uint64_t planned_investment, invested; /* 1/100 of 10,000 yuan */
    uint32_t percent_centi, planned_start, started_on, state;
    const milestone_info_t *milestones;
    const lead_info_t *leads;
    uint32_t milestone_told, lead_told;   /* how many are in the lists */
    uint32_t milestone_count, lead_count; /* how many there are */
    bool major;
} project_info_t;

typedef struct {
    const project_info_t *projects;
    uint32_t count, matching;
    int64_t now_ms;
} projects_answer_t;

typedef struct {
    text_t code, name, account;
    uint32_t kind, from, to, stage, coverage_target;
    uint32_t planned, open, closed, sealed, observations;
} round_info_t;

typedef struct {
    const round_info_t *rounds;
    uint32_t count;
} rounds_answer_t;

typedef struct {
    text_t code, team, unit, unit_name, project;
    const text_t *inspectors;
    uint32_t inspector_count, stage, observations;
    int64_t opened_ms, closed_ms; /* 0 = not known */
} visit_info_t;

typedef struct {
    text_t round;
    const visit_info_t *visits;
    uint32_t count, matching;
} visits_answer_t;

#endif
