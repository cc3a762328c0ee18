/* wire_samples_overview.c - see wire_samples_overview.h. */
#include "tests/support/wire_samples_overview.h"

#define N(field) SAMPLE_NUMBER(field)
#define T(name)                                                                        \
    {                                                                                  \
        name, sizeof(name) - 1                                                         \
    }
#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const scheme_info_t schemes[] = {
    { T("code"), T("name"), T("proposed_by"), true },
};
static const unit_info_t units[] = { { T("code"), T("name"), T("parent") } };
static const milestone_info_t milestones[] = { { T("code"), T("name"), N(3), N(4) } };
static const lead_info_t leads[] = { { T("subject"), T("name"), 2, 2 } };
static const project_info_t projects[] = { {
    .code = T("code"),
    .name = T("name"),
    .front = T("front"),
    .category = T("category"),
    .unit = T("unit"),
    .unit_name = T("unit_name"),
    .commander = T("commander"),
    .commander_name = T("commander_name"),
    .planned_investment = N(9),
    .invested = N(10),
    .percent_centi = N(11),
    .planned_start = N(12),
    .started_on = N(13),
    .state = 3,
    .milestones = milestones,
    .leads = leads,
    .milestone_told = COUNT_OF(milestones),
    .lead_told = COUNT_OF(leads),
    .milestone_count = N(18),
    .lead_count = N(19),
    .major = true,
} };
static const round_info_t rounds[] = { {
    .code = T("code"),
    .name = T("name"),
    .account = T("account"),
    .kind = 2,
    .from = N(5),
    .to = N(6),
    .stage = STAGE_CLOSED,
    .coverage_target = N(8),
    .planned = N(9),
    .open = N(10),
    .closed = N(11),
    .sealed = N(12),
    .observations = N(13),
} };
static const text_t inspectors[] = { T("inspectors"), T("inspectors") };
static const visit_info_t visits[] = { {
    .code = T("code"),
    .team = T("team"),
    .unit = T("unit"),
    .unit_name = T("unit_name"),
    .project = T("project"),
    .inspectors = inspectors,
    .inspector_count = COUNT_OF(inspectors),
    .stage = STAGE_SEALED,
    .observations = N(10),
    .opened_ms = N(8),
    .closed_ms = N(9),
} };

bool sample_overview_answer(query_kind_t kind, const propose_scheme_t *scheme,
                            answer_t *answer)
{
    switch (kind) {
    case QUERY_UNITS:
        answer->body.units = (units_answer_t){ units, COUNT_OF(units), N(1) };
        return true;
    case QUERY_SCHEMES:
        answer->body.schemes =
            (schemes_answer_t){ schemes, scheme, COUNT_OF(schemes), 1 };
        return true;
    case QUERY_PROJECTS:
        answer->body.projects =
            (projects_answer_t){ projects, COUNT_OF(projects), N(1), N(2) };
        return true;
    case QUERY_ROUNDS:
        answer->body.rounds = (rounds_answer_t){ rounds, COUNT_OF(rounds) };
        return true;
    case QUERY_VISITS:
        answer->body.visits =
            (visits_answer_t){ T("round"), visits, COUNT_OF(visits), N(2) };
        return true;
    default:
        return false;
    }
}
