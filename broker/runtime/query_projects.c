/* query_projects.c - see query_overview.h. */
#include "broker/core/authorise.h"
#include "broker/runtime/board_rows.h"
#include "broker/runtime/query_overview.h"
#include "proto/check.h"
#include <stdlib.h>

/* Names of full length are four bytes a character. */
#define NAME_BYTES      (4u * NAME_CHARS_MAX)
#define MILESTONE_BYTES (CODE_BYTES_MAX + NAME_BYTES + 24u)
#define LEAD_BYTES      (CODE_BYTES_MAX + NAME_BYTES + 16u)
#define PROJECT_BYTES                                                                  \
    (3u * CODE_BYTES_MAX + 3u * NAME_BYTES + 2u * LABEL_BYTES_MAX + 128u +             \
     PROJECT_MILESTONES_MAX * MILESTONE_BYTES + PROJECT_LEADS_MAX * LEAD_BYTES)
#define PART_PROJECTS 1u
_Static_assert(PART_PROJECTS *PROJECT_BYTES <= ANSWER_PART_BYTES_MAX, "a part fits");
_Static_assert(PROJECTS_MAX <= MAILER_ANSWER_PARTS_MAX, "an answer fits");

typedef struct {
    project_info_t info;
    milestone_info_t milestones[PROJECT_MILESTONES_MAX];
    lead_info_t leads[PROJECT_LEADS_MAX];
} told_t;

/* What is looked for, as rows. */
typedef struct {
    uint32_t principal, project, unit, front, category, state; /* 0 = any */
} wish_t;

static project_row_t *project_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(project_row_t, &state->projects, index);
}

/* ---- one project ---- */

static int by_plan(const void *a, const void *b)
{
    const milestone_info_t *one = a, *other = b;
    return (one->plan_date > other->plan_date) - (one->plan_date < other->plan_date);
}

static void tell_milestones(const core_t *core, const project_row_t *row, told_t *told)
{
    const state_t *state = core->state;
    project_info_t *info = &told->info;
    for (uint32_t i = row->milestones; i != 0;) {
        const milestone_row_t *from = TABLE_ROW(milestone_row_t, &state->milestones, i);
        if (info->milestone_count++ < PROJECT_MILESTONES_MAX)
            told->milestones[info->milestone_told++] =
                (milestone_info_t){ text_of_code(&from->code),
                                    directory_name(core->directory, DIRECTORY_MILESTONE,
                                                   i),
                                    from->plan_date, from->done_date };
        i = from->next_of_project;
    }
    qsort(told->milestones, info->milestone_told, sizeof told->milestones[0], by_plan);
    info->milestones = told->milestones;
}

static bool sees_subject(const core_t *core, uint32_t principal, uint32_t subject)
{
    const subject_row_t *row =
        TABLE_ROW(subject_row_t, &core->state->subjects, subject);
    return overview_sees(core, principal, QUERY_PROJECTS, row->unit, row->group);
}

static text_t tell_subject(const core_t *core, uint32_t principal, uint32_t subject,
                           text_t *name)
{
    if (subject == 0 || !sees_subject(core, principal, subject))
        return (text_t){ 0 };
    *name = directory_subject_name(core->directory, core->state, subject);
    return text_of_code(
        &TABLE_ROW(subject_row_t, &core->state->subjects, subject)->code);
}

static void tell_leads(const core_t *core, uint32_t principal, const project_row_t *row,
                       told_t *told)
{
    const state_t *state = core->state;
    project_info_t *info = &told->info;
    for (uint32_t i = row->assignments; i != 0;) {
        const assignment_row_t *from =
            TABLE_ROW(assignment_row_t, &state->assignments, i);
        lead_info_t lead = { .role = from->role, .state = from->state };
        lead.subject = tell_subject(core, principal, from->subject, &lead.name);
        info->lead_count++;
        if (lead.subject.size > 0 && info->lead_told < PROJECT_LEADS_MAX)
            told->leads[info->lead_told++] = lead;
        i = from->next_of_project;
    }
    info->leads = told->leads;
}

static void tell(const core_t *core, uint32_t principal, uint32_t project, told_t *told)
{
    const state_t *state = core->state;
    const project_row_t *row = project_at(state, project);
    told->info = (project_info_t){
        .code = text_of_code(&row->code),
        .name = directory_name(core->directory, DIRECTORY_PROJECT, project),
        .front = board_rows_word(state, row->front),
        .category = board_rows_word(state, row->category),
        .planned_investment = row->planned_investment,
        .invested = row->invested,
        .percent_centi = row->percent_centi,
        .planned_start = row->planned_start,
        .started_on = row->started_on,
        .state = row->state,
        .major = row->major != 0,
    };
    told->info.unit = overview_unit(core, row->unit, &told->info.unit_name);
    told->info.commander =
        tell_subject(core, principal, row->commander, &told->info.commander_name);
    tell_milestones(core, row, told);
    tell_leads(core, principal, row, told);
}

/* ---- which ---- */

static status_t find_word(const state_t *state, text_t text, const char *place,
                          uint32_t *word, fault_t *fault)
{
    if (text.size == 0)
        return STATUS_OK;
    *word = state_find_word(state, text);
    fault_set(fault, place, text.data, text.size);
    return *word != 0 ? STATUS_OK : STATUS_UNKNOWN_LABEL;
}

static status_t find_row(const table_t *table, text_t code, const char *place,
                         status_t unknown, uint32_t *row, fault_t *fault)
{
    if (code.size == 0)
        return STATUS_OK;
    *row = state_find(table, code);
    fault_set(fault, place, code.data, code.size);
    return *row != 0 ? STATUS_OK : unknown;
}

static status_t read_wish(const state_t *state, const projects_query_t *asked,
                          wish_t *wish, fault_t *fault)
{
    status_t status =
        overview_window(asked->count, PROJECTS_MAX, "query.projects.count", fault);
    if (status == STATUS_OK)
        status = find_row(&state->projects, asked->code, "query.projects.code",
                          STATUS_UNKNOWN_PROJECT, &wish->project, fault);
    if (status == STATUS_OK)
        status = find_row(&state->units, asked->unit, "query.projects.unit",
                          STATUS_UNKNOWN_UNIT, &wish->unit, fault);
    if (status == STATUS_OK)
        status =
            find_word(state, asked->front, "query.projects.front", &wish->front, fault);
    if (status == STATUS_OK)
        status = find_word(state, asked->category, "query.projects.category",
                           &wish->category, fault);
    wish->state = asked->state;
    return status;
}

static bool is_wanted(const core_t *core, const wish_t *wish, uint32_t project)
{
    const state_t *state = core->state;
    const project_row_t *row = project_at(state, project);
    return (wish->project == 0 || wish->project == project) &&
           (wish->front == 0 || wish->front == row->front) &&
           (wish->category == 0 || wish->category == row->category) &&
           (wish->state == 0 || wish->state == row->state) &&
           (wish->unit == 0 || unit_is_within(state, row->unit, wish->unit)) &&
           overview_sees(core, wish->principal, QUERY_PROJECTS, row->unit, 0);
}

static void post(core_t *core, const caller_t *caller, uint32_t principal,
                 const uint32_t *found, uint32_t count, uint32_t matching)
{
    told_t told;
    answer_t answer = { .kind = QUERY_PROJECTS, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : count;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        if (count > 0)
            tell(core, principal, found[answer.part], &told);
        answer.body.projects = (projects_answer_t){ &told.info, count > 0 ? 1 : 0,
                                                    matching, core->now_ms };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_projects(core_t *core, const caller_t *caller, const query_t *query,
                        fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t found[PROJECTS_MAX], count = 0, matching = 0;
    const projects_query_t *asked = &query->projects;
    wish_t wish = { .principal = overview_principal(core, caller) };
    status_t status = read_wish(core->state, asked, &wish, fault);
    if (status != STATUS_OK)
        return status;
    for (uint32_t project = 1; project <= core->state->projects.count; project++) {
        if (!is_wanted(core, &wish, project))
            continue;
        if (matching++ >= asked->offset && count < asked->count)
            found[count++] = project;
    }
    if (wish.project != 0 && matching == 0)
        return STATUS_UNKNOWN_PROJECT;
    post(core, caller, wish.principal, found, count, matching);
    return STATUS_OK;
}
