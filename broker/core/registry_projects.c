/* registry_projects.c - see registry_projects.h. */
#include "broker/core/registry_projects.h"

#include "broker/core/dates.h"
#include "broker/core/judge_rights.h"
#include "broker/core/lists.h"
#include "broker/core/refuse_number.h"
#include "proto/check.h"

#define PERCENT_CENTI_MAX 10000u

static project_row_t *project_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(project_row_t, &state->projects, index);
}

/* 0 = blank, which may stand where `needed` is false. */
static status_t judge_date(fault_t *fault, uint32_t date, const char *place,
                           bool needed)
{
    if (date_valid(date) || (date == 0 && !needed))
        return STATUS_OK;
    return refuse_number(fault, STATUS_BAD_DATE, place, date);
}

static status_t judge_room(const table_t *table, const event_t *event, fault_t *fault,
                           const char *place, text_t code)
{
    if (event->self != 0 || table_fits(table, 1))
        return STATUS_OK;
    return refuse(fault, STATUS_TABLE_FULL, place, code);
}

/* ---- projects ---- */

status_t put_project_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault)
{
    const put_project_t *project = &command->body.project;
    event->self = state_find(&state->projects, project->code);
    event->unit = state_find(&state->units, project->unit);
    if (event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "project.unit", project->unit);
    event->commander = state_find(&state->subjects, project->commander);
    if (project->commander.size > 0 && event->commander == 0)
        return refuse(fault, STATUS_UNKNOWN_SUBJECT, "project.commander",
                      project->commander);
    event->front = state_find_word(state, project->front);
    event->category = state_find_word(state, project->category);
    event->new_word_front = project->front.size > 0 && event->front == 0;
    event->new_word_category = project->category.size > 0 && event->category == 0;
    event_link(state, event, LINK_PROJECT, event->self);
    return STATUS_OK;
}

static status_t judge_project_rights(const state_t *state, const event_t *event,
                                     fault_t *fault)
{
    const target_t place = { .unit = event->unit };
    status_t status = judge_rights(state, event, &place, fault);
    if (status != STATUS_OK || event->self == 0)
        return status;
    const target_t old = { .unit = project_at(state, event->self)->unit };
    return judge_rights(state, event, &old, fault);
}

status_t put_project_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_project_t *project = &event->command->body.project;
    status_t status = judge_project_rights(state, event, fault);
    if (status == STATUS_OK)
        status =
            judge_date(fault, project->planned_start, "project.planned_start", false);
    if (status == STATUS_OK)
        status = judge_date(fault, project->started_on, "project.started_on", false);
    if (status == STATUS_OK && project->percent_centi > PERCENT_CENTI_MAX)
        return refuse_number(fault, STATUS_PARAMETER_RANGE, "project.percent_centi",
                             project->percent_centi);
    uint32_t words =
        (uint32_t)event->new_word_front + (uint32_t)event->new_word_category;
    if (status == STATUS_OK && !table_fits(&state->words, words))
        return refuse(fault, STATUS_TABLE_FULL, "project.front", project->front);
    if (status != STATUS_OK)
        return status;
    return judge_room(&state->projects, event, fault, "project.code", project->code);
}

void put_project_apply(state_t *state, const event_t *event)
{
    const put_project_t *project = &event->command->body.project;
    uint32_t index = event->self;
    if (index == 0)
        index = state_add(&state->projects, project->code);
    project_row_t *row = project_at(state, index);
    row->unit = event->unit;
    row->commander = event->commander;
    row->front = word_of_label(state, project->front);
    row->category = word_of_label(state, project->category);
    row->state = project->state;
    row->percent_centi = project->percent_centi;
    row->planned_investment = project->planned_investment;
    row->invested = project->invested;
    row->planned_start = project->planned_start;
    row->started_on = project->started_on;
    row->major = project->major ? 1 : 0;
}

/* ---- milestones ---- */

status_t put_milestone_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    const put_milestone_t *milestone = &command->body.milestone;
    event->self = state_find(&state->milestones, milestone->code);
    event->project = state_find(&state->projects, milestone->project);
    if (event->project == 0)
        return refuse(fault, STATUS_UNKNOWN_PROJECT, "milestone.project",
                      milestone->project);
    event_link(state, event, LINK_PROJECT, event->project);
    return STATUS_OK;
}

status_t put_milestone_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_milestone_t *milestone = &event->command->body.milestone;
    const target_t place = { .unit = project_at(state, event->project)->unit };
    status_t status = judge_rights(state, event, &place, fault);
    if (status == STATUS_OK)
        status = judge_date(fault, milestone->plan_date, "milestone.plan_date", true);
    if (status == STATUS_OK)
        status = judge_date(fault, milestone->done_date, "milestone.done_date", false);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0 &&
        TABLE_ROW(milestone_row_t, &state->milestones, event->self)->project !=
            event->project)
        return refuse(fault, STATUS_CODE_TAKEN, "milestone.code", milestone->code);
    return judge_room(&state->milestones, event, fault, "milestone.code",
                      milestone->code);
}

/* A milestone stays with its project. */
static uint32_t create_milestone(state_t *state, const event_t *event)
{
    project_row_t *project = project_at(state, event->project);
    uint32_t index = state_add(&state->milestones, event->command->body.milestone.code);
    milestone_row_t *row = TABLE_ROW(milestone_row_t, &state->milestones, index);
    row->project = event->project;
    row->next_of_project = project->milestones;
    project->milestones = index;
    return index;
}

void put_milestone_apply(state_t *state, const event_t *event)
{
    const put_milestone_t *milestone = &event->command->body.milestone;
    uint32_t index = event->self;
    if (index == 0)
        index = create_milestone(state, event);
    milestone_row_t *row = TABLE_ROW(milestone_row_t, &state->milestones, index);
    row->plan_date = milestone->plan_date;
    row->done_date = milestone->done_date;
}

/* ---- assignments ---- */

static assignment_row_t *assignment_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(assignment_row_t, &state->assignments, index);
}

static status_t resolve_helpers(const state_t *state, const put_assignment_t *given,
                                event_t *event, fault_t *fault)
{
    event->tutor = state_find(&state->subjects, given->tutor);
    if (given->tutor.size > 0 && event->tutor == 0)
        return refuse(fault, STATUS_UNKNOWN_SUBJECT, "assignment.tutor", given->tutor);
    event->unit = state_find(&state->units, given->daily_manager);
    if (given->daily_manager.size > 0 && event->unit == 0)
        return refuse(fault, STATUS_UNKNOWN_UNIT, "assignment.daily_manager",
                      given->daily_manager);
    return STATUS_OK;
}

status_t put_assignment_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault)
{
    const put_assignment_t *given = &command->body.assignment;
    event->self = state_find(&state->assignments, given->code);
    event->subject = state_find(&state->subjects, given->subject);
    if (event->subject == 0)
        return refuse(fault, STATUS_UNKNOWN_SUBJECT, "assignment.subject",
                      given->subject);
    event->project = state_find(&state->projects, given->project);
    if (given->project.size > 0 && event->project == 0)
        return refuse(fault, STATUS_UNKNOWN_PROJECT, "assignment.project",
                      given->project);
    status_t status = resolve_helpers(state, given, event, fault);
    if (status != STATUS_OK)
        return status;
    event_link(state, event, LINK_SUBJECT, event->subject);
    if (event->project != 0)
        event_link(state, event, LINK_PROJECT, event->project);
    return STATUS_OK;
}

static status_t judge_term(const put_assignment_t *given, fault_t *fault)
{
    status_t status = judge_date(fault, given->from, "assignment.from", false);
    if (status == STATUS_OK)
        status = judge_date(fault, given->to, "assignment.to", false);
    if (status == STATUS_OK && given->to != 0 && given->to < given->from)
        return refuse_number(fault, STATUS_DATES_REVERSED, "assignment.to", given->to);
    return status;
}

status_t put_assignment_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const put_assignment_t *given = &event->command->body.assignment;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, event->subject);
    const target_t place = { .unit = subject->unit, .group = subject->group };
    status_t status = judge_rights(state, event, &place, fault);
    if (status == STATUS_OK)
        status = judge_term(given, fault);
    if (status != STATUS_OK)
        return status;
    /* a post on a project names both; who was selected and waits may have neither yet */
    if (event->project == 0 && !given->has_post && given->state != ASSIGNMENT_WAITING)
        return refuse(fault, STATUS_PROJECT_OR_POST, "assignment.project", given->code);
    if (event->self != 0 &&
        assignment_at(state, event->self)->subject != event->subject)
        return refuse(fault, STATUS_CODE_TAKEN, "assignment.code", given->code);
    return judge_room(&state->assignments, event, fault, "assignment.code",
                      given->code);
}

static uint32_t create_assignment(state_t *state, const event_t *event)
{
    uint32_t index =
        state_add(&state->assignments, event->command->body.assignment.code);
    subject_row_t *subject = TABLE_ROW(subject_row_t, &state->subjects, event->subject);
    assignment_at(state, index)->next_of_subject = subject->assignment;
    subject->assignment = index;
    return index;
}

/* Moves it from the chain of one project to that of another; either may be none. */
static void change_project(state_t *state, uint32_t index, uint32_t project)
{
    assignment_row_t *row = assignment_at(state, index);
    if (row->project == project)
        return;
    if (row->project != 0) {
        uint32_t *link = &project_at(state, row->project)->assignments;
        while (*link != index)
            link = &assignment_at(state, *link)->next_of_project;
        *link = row->next_of_project;
    }
    row->project = project;
    row->next_of_project = 0;
    if (project == 0)
        return;
    row->next_of_project = project_at(state, project)->assignments;
    project_at(state, project)->assignments = index;
}

void put_assignment_apply(state_t *state, const event_t *event)
{
    const put_assignment_t *given = &event->command->body.assignment;
    uint32_t index = event->self != 0 ? event->self : create_assignment(state, event);
    assignment_row_t *row = assignment_at(state, index);
    row->subject = event->subject;
    change_project(state, index, event->project);
    row->role = given->role;
    row->mode = given->mode;
    row->state = given->state;
    row->from = given->from;
    row->to = given->to;
    row->tutor = event->tutor;
    row->daily_manager = event->unit;
}
