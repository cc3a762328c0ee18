/* wire_overview.c - how units, schemes, projects, rounds and visits lie in answers. */
#include "overview.pb-c.h"
#include "proto/wire_answer.h"

static const row_t unit_rows[] = {
    ROW(1, FORM_TEXT, unit_info_t, code),
    ROW(2, FORM_TEXT, unit_info_t, name),
    ROW(3, FORM_TEXT, unit_info_t, parent),
};
static const shape_t shape_unit_info =
    SHAPE(yx__unit_info__descriptor, unit_rows, unit_info_t);

static const row_t units_rows[] = {
    ROW(1, FORM_NUMBER, units_answer_t, matching),
    ROW_ROWS(2, units_answer_t, units, count, 0, shape_unit_info),
};
const shape_t shape_units =
    SHAPE(yx__units_answer__descriptor, units_rows, units_answer_t);

static const row_t scheme_rows[] = {
    ROW(1, FORM_TEXT, scheme_info_t, code),
    ROW(2, FORM_TEXT, scheme_info_t, name),
    ROW(3, FORM_FLAG, scheme_info_t, active),
    ROW(4, FORM_TEXT, scheme_info_t, proposed_by),
};
static const shape_t shape_scheme_info =
    SHAPE(yx__scheme_info__descriptor, scheme_rows, scheme_info_t);

static const row_t schemes_rows[] = {
    ROW_ROWS(1, schemes_answer_t, schemes, count, 0, shape_scheme_info),
    ROW_ROWS(2, schemes_answer_t, proposed, proposed_count, 0, shape_propose_scheme),
};
const shape_t shape_schemes =
    SHAPE(yx__schemes_answer__descriptor, schemes_rows, schemes_answer_t);

static const row_t milestone_rows[] = {
    ROW(1, FORM_TEXT, milestone_info_t, code),
    ROW(2, FORM_TEXT, milestone_info_t, name),
    ROW(3, FORM_NUMBER, milestone_info_t, plan_date),
    ROW(4, FORM_NUMBER, milestone_info_t, done_date),
};
static const shape_t shape_milestone_info =
    SHAPE(yx__milestone_info__descriptor, milestone_rows, milestone_info_t);

static const row_t lead_rows[] = {
    ROW(1, FORM_TEXT, lead_info_t, subject),
    ROW(2, FORM_TEXT, lead_info_t, name),
    ROW(3, FORM_NUMBER, lead_info_t, role),
    ROW(4, FORM_NUMBER, lead_info_t, state),
};
static const shape_t shape_lead_info =
    SHAPE(yx__lead_info__descriptor, lead_rows, lead_info_t);

static const row_t project_rows[] = {
    ROW(1, FORM_TEXT, project_info_t, code),
    ROW(2, FORM_TEXT, project_info_t, name),
    ROW(3, FORM_TEXT, project_info_t, front),
    ROW(4, FORM_TEXT, project_info_t, category),
    ROW(5, FORM_TEXT, project_info_t, unit),
    ROW(6, FORM_TEXT, project_info_t, unit_name),
    ROW(7, FORM_TEXT, project_info_t, commander),
    ROW(8, FORM_TEXT, project_info_t, commander_name),
    ROW(9, FORM_NUMBER_64, project_info_t, planned_investment),
    ROW(10, FORM_NUMBER_64, project_info_t, invested),
    ROW(11, FORM_NUMBER, project_info_t, percent_centi),
    ROW(12, FORM_NUMBER, project_info_t, planned_start),
    ROW(13, FORM_NUMBER, project_info_t, started_on),
    ROW(14, FORM_NUMBER, project_info_t, state),
    ROW(15, FORM_FLAG, project_info_t, major),
    ROW_ROWS(16, project_info_t, milestones, milestone_told, 0, shape_milestone_info),
    ROW_ROWS(17, project_info_t, leads, lead_told, 0, shape_lead_info),
    ROW(18, FORM_NUMBER, project_info_t, milestone_count),
    ROW(19, FORM_NUMBER, project_info_t, lead_count),
};
static const shape_t shape_project_info =
    SHAPE(yx__project_info__descriptor, project_rows, project_info_t);

static const row_t projects_rows[] = {
    ROW(1, FORM_NUMBER, projects_answer_t, matching),
    ROW(2, FORM_NUMBER_64, projects_answer_t, now_ms),
    ROW_ROWS(3, projects_answer_t, projects, count, 0, shape_project_info),
};
const shape_t shape_projects =
    SHAPE(yx__projects_answer__descriptor, projects_rows, projects_answer_t);

static const row_t round_rows[] = {
    ROW(1, FORM_TEXT, round_info_t, code),
    ROW(2, FORM_TEXT, round_info_t, name),
    ROW(3, FORM_TEXT, round_info_t, account),
    ROW(4, FORM_NUMBER, round_info_t, kind),
    ROW(5, FORM_NUMBER, round_info_t, from),
    ROW(6, FORM_NUMBER, round_info_t, to),
    ROW(7, FORM_NUMBER, round_info_t, stage),
    ROW(8, FORM_NUMBER, round_info_t, coverage_target),
    ROW(9, FORM_NUMBER, round_info_t, planned),
    ROW(10, FORM_NUMBER, round_info_t, open),
    ROW(11, FORM_NUMBER, round_info_t, closed),
    ROW(12, FORM_NUMBER, round_info_t, sealed),
    ROW(13, FORM_NUMBER, round_info_t, observations),
};
static const shape_t shape_round_info =
    SHAPE(yx__round_info__descriptor, round_rows, round_info_t);

static const row_t rounds_rows[] = {
    ROW_ROWS(1, rounds_answer_t, rounds, count, 0, shape_round_info),
};
const shape_t shape_rounds =
    SHAPE(yx__rounds_answer__descriptor, rounds_rows, rounds_answer_t);

static const row_t visit_rows[] = {
    ROW(1, FORM_TEXT, visit_info_t, code),
    ROW(2, FORM_TEXT, visit_info_t, team),
    ROW_LIST(3, FORM_TEXTS, visit_info_t, inspectors, inspector_count, 0),
    ROW(4, FORM_TEXT, visit_info_t, unit),
    ROW(5, FORM_TEXT, visit_info_t, unit_name),
    ROW(6, FORM_TEXT, visit_info_t, project),
    ROW(7, FORM_NUMBER, visit_info_t, stage),
    ROW(8, FORM_NUMBER_64, visit_info_t, opened_ms),
    ROW(9, FORM_NUMBER_64, visit_info_t, closed_ms),
    ROW(10, FORM_NUMBER, visit_info_t, observations),
};
static const shape_t shape_visit_info =
    SHAPE(yx__visit_info__descriptor, visit_rows, visit_info_t);

static const row_t visits_rows[] = {
    ROW(1, FORM_TEXT, visits_answer_t, round),
    ROW(2, FORM_NUMBER, visits_answer_t, matching),
    ROW_ROWS(3, visits_answer_t, visits, count, 0, shape_visit_info),
};
const shape_t shape_visits =
    SHAPE(yx__visits_answer__descriptor, visits_rows, visits_answer_t);
