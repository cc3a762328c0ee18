/* wire_registry.c - how commands on units, people, projects and staff lie. */
#include "proto/wire_shape.h"
#include "registry.pb-c.h"

static const row_t unit_rows[] = {
    ROW(1, FORM_CODE, put_unit_t, code),
    ROW(2, FORM_CODE, put_unit_t, parent),
    ROW(3, FORM_LABEL, put_unit_t, kind),
};
const shape_t shape_unit = SHAPE(yx__put_unit__descriptor, unit_rows, put_unit_t);

static const row_t person_rows[] = {
    ROW(1, FORM_CODE, put_person_t, code),
};
const shape_t shape_person =
    SHAPE(yx__put_person__descriptor, person_rows, put_person_t);

static const row_t subject_rows[] = {
    ROW(1, FORM_CODE, put_subject_t, code),
    ROW(2, FORM_NUMBER, put_subject_t, kind),
    ROW(3, FORM_CODE, put_subject_t, person),
    ROW(4, FORM_CODE, put_subject_t, unit),
    ROW(5, FORM_LABEL, put_subject_t, rank_class),
    ROW(6, FORM_LABEL, put_subject_t, group),
    ROW_LIST(7, FORM_LABELS, put_subject_t, tags, tag_count, TAGS_MAX),
};
const shape_t shape_subject =
    SHAPE(yx__put_subject__descriptor, subject_rows, put_subject_t);

static const row_t project_rows[] = {
    ROW(1, FORM_CODE, put_project_t, code),
    ROW(2, FORM_LABEL, put_project_t, front),
    ROW(3, FORM_LABEL, put_project_t, category),
    ROW(4, FORM_LABEL, put_project_t, difficulty),
    ROW(5, FORM_CODE, put_project_t, unit),
    ROW(6, FORM_CODE, put_project_t, commander),
    ROW(7, FORM_NUMBER_64, put_project_t, planned_investment),
    ROW(8, FORM_NUMBER_64, put_project_t, invested),
    ROW(9, FORM_NUMBER, put_project_t, percent_centi),
    ROW(10, FORM_NUMBER, put_project_t, planned_start),
    ROW(11, FORM_NUMBER, put_project_t, started_on),
    ROW(12, FORM_NUMBER, put_project_t, state),
    ROW(13, FORM_FLAG, put_project_t, major),
    ROW(14, FORM_LABEL, put_project_t, key_task),
};
const shape_t shape_project =
    SHAPE(yx__put_project__descriptor, project_rows, put_project_t);

static const row_t milestone_rows[] = {
    ROW(1, FORM_CODE, put_milestone_t, code),
    ROW(2, FORM_CODE, put_milestone_t, project),
    ROW(3, FORM_NUMBER, put_milestone_t, plan_date),
    ROW(4, FORM_NUMBER, put_milestone_t, done_date),
    ROW_COUNT(5, FORM_HASH_COUNT, put_milestone_t, evidence_count, EVIDENCE_MAX),
};
const shape_t shape_milestone =
    SHAPE(yx__put_milestone__descriptor, milestone_rows, put_milestone_t);

static const row_t assignment_rows[] = {
    ROW(1, FORM_CODE, put_assignment_t, code),
    ROW(2, FORM_CODE, put_assignment_t, subject),
    ROW(3, FORM_CODE, put_assignment_t, project),
    ROW(4, FORM_NUMBER, put_assignment_t, role),
    ROW(5, FORM_NUMBER, put_assignment_t, mode),
    ROW(6, FORM_CODE, put_assignment_t, tutor),
    ROW(7, FORM_CODE, put_assignment_t, daily_manager),
    ROW(8, FORM_NUMBER, put_assignment_t, from),
    ROW(9, FORM_NUMBER, put_assignment_t, to),
    ROW(10, FORM_NUMBER, put_assignment_t, state),
    ROW(11, FORM_FLAG, put_assignment_t, has_post),
};
const shape_t shape_assignment =
    SHAPE(yx__put_assignment__descriptor, assignment_rows, put_assignment_t);

static const row_t team_rows[] = {
    ROW(1, FORM_CODE, put_team_t, code),
    ROW(2, FORM_CODE, put_team_t, lead),
    ROW_LIST(3, FORM_CODES, put_team_t, units, unit_count, TEAM_UNITS_MAX),
};
const shape_t shape_team = SHAPE(yx__put_team__descriptor, team_rows, put_team_t);

static const row_t inspector_rows[] = {
    ROW(1, FORM_CODE, put_inspector_t, code),
    ROW(2, FORM_CODE, put_inspector_t, person),
    ROW(3, FORM_CODE, put_inspector_t, team),
    ROW(4, FORM_NUMBER, put_inspector_t, role),
    ROW(5, FORM_CODE, put_inspector_t, own_unit),
    ROW_LIST(6, FORM_CODES, put_inspector_t, conflict_units, conflict_unit_count,
             CONFLICTS_MAX),
    ROW_LIST(7, FORM_CODES, put_inspector_t, conflict_subjects, conflict_subject_count,
             CONFLICTS_MAX),
    ROW(8, FORM_NUMBER, put_inspector_t, state),
};
const shape_t shape_inspector =
    SHAPE(yx__put_inspector__descriptor, inspector_rows, put_inspector_t);

static const row_t staff_rows[] = {
    ROW(1, FORM_CODE, put_staff_t, code),
    ROW(2, FORM_CODE, put_staff_t, person),
    ROW(3, FORM_NUMBER, put_staff_t, role),
    ROW(4, FORM_CODE, put_staff_t, unit),
};
const shape_t shape_staff = SHAPE(yx__put_staff__descriptor, staff_rows, put_staff_t);
