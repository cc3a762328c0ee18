/* plan.c - see plan.h. */
#include "broker/calibration/plan.h"

#include "broker/calibration/components.h"
#include "broker/calibration/standing_scores.h"
#include "proto/answer_epochs.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const intake_t *intake;
    const intake_group_t *group;
    const plan_teams_t *teams;
    plan_t *plan;
    uint32_t only, room;            /* a team row, 0 = any; visits at most */
    uint32_t *ratings, *inspectors; /* by subject, as the plan goes */
    int64_t *weights;               /* W by subject and dimension */
    int64_t *errors;                /* half width by subject */
    uint16_t *looks;                /* sheets by subject and team row - 1 */
    uint32_t *loads;                /* visits of the plan by team row - 1 */
    uint32_t *order;                /* subjects, most urgent first */
    uint32_t links, sheets;
    intake_group_t grown; /* with the sheets that the plan would bring */
} work_t;

/* ---- errors ---- */

static int64_t error_of(const work_t *work, uint32_t s, int64_t more)
{
    const group_rule_t *rule = &work->group->rule;
    __int128 roots = 0;
    for (uint32_t k = 0; k < rule->dimension_count; k++) {
        const parameters_t *p = &work->group->lenses[k].now;
        int64_t w = work->weights[(size_t)s * rule->dimension_count + k] + more;
        int64_t v = floor_div((int64_t)MILLE * p->s2, w + p->kappa);
        roots += (__int128)rule->weights[k] * isqrt((uint64_t)v);
    }
    return score_error(roots);
}

static status_t weigh(work_t *work)
{
    const intake_group_t *group = work->group;
    uint32_t count = group->rule.dimension_count;
    dimension_score_t *scores =
        calloc((size_t)group->subject_count + 1, sizeof *scores);
    status_t status = scores != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    for (uint32_t k = 0; k < count && status == STATUS_OK; k++) {
        const intake_lens_t *lens = &group->lenses[k];
        intake_sample_t sample;
        status = intake_sample(work->intake, group, k, &sample);
        if (status != STATUS_OK)
            break;
        standing_scores(&sample.sample, &lens->now,
                        group->adopted ? lens->offsets : NULL, lens->known, scores);
        for (uint32_t s = 0; s < group->subject_count; s++)
            work->weights[(size_t)s * count + k] = scores[s].w;
        intake_sample_fini(&sample);
    }
    free(scores);
    for (uint32_t s = 0; status == STATUS_OK && s < group->subject_count; s++)
        work->errors[s] = error_of(work, s, 0);
    return status;
}

/* ---- teams ---- */

static size_t team_cell(const work_t *work, uint32_t team, uint32_t s)
{
    return (size_t)(team - 1) * work->teams->unit_count + work->group->subjects[s].unit;
}

static uint16_t *looks_at(const work_t *work, uint32_t s, uint32_t team)
{
    return &work->looks[(size_t)s * work->teams->team_count + team - 1];
}

static bool able(const work_t *work, uint32_t team, uint32_t s)
{
    return work->teams->able[team_cell(work, team, s)] >= PLAN_INSPECTORS &&
           (work->only == 0 || work->only == team);
}

static bool is_link(const work_t *work, uint32_t team, uint32_t s)
{
    return !work->teams->home[team_cell(work, team, s)];
}

/* Fewest looks at the subject, then fewest visits in the plan, then the first. */
static bool goes_before(const work_t *work, uint32_t s, uint32_t a, uint32_t b)
{
    uint16_t x = *looks_at(work, s, a), y = *looks_at(work, s, b);
    if (x != y)
        return x < y;
    return work->loads[a - 1] < work->loads[b - 1];
}

/* The best of the teams at home (or not at home) there; 0 = none can go. */
static uint32_t best_team(const work_t *work, uint32_t s, bool link)
{
    uint32_t best = 0;
    for (uint32_t t = 1; t <= work->teams->team_count; t++)
        if (able(work, t, s) && is_link(work, t, s) == link &&
            (best == 0 || goes_before(work, s, t, best)))
            best = t;
    return best;
}

static uint32_t choose_team(const work_t *work, uint32_t s)
{
    bool wanted = work->links * (uint32_t)MILLE < work->sheets * PLAN_LINK_MILLE;
    uint32_t team = best_team(work, s, wanted);
    return team != 0 ? team : best_team(work, s, !wanted);
}

/* ---- one visit ---- */

static bool is_full(const work_t *work)
{
    return work->plan->count == work->room;
}

/* Sheets of two inspectors who are not known by name: the links that they would make are
 * those of the team, so one sheet of the team's stands for both. */
static void grow(work_t *work, uint32_t s, uint32_t team)
{
    intake_group_t *grown = &work->grown;
    uint32_t stand_in = INTAKE_NONE;
    for (uint32_t r = 0; r < work->group->inspector_count; r++)
        if (work->teams->team_of[r] == team) {
            stand_in = r;
            break;
        }
    if (stand_in == INTAKE_NONE)
        return; /* a team that has not been out yet joins nothing */
    grown->sightings[grown->sighting_count++] = (sighting_t){
        .subject = s,
        .inspector = stand_in,
        .rated = (uint16_t)((1u << work->group->rule.dimension_count) - 1),
    };
}

static void add_visit(work_t *work, uint32_t s, uint32_t team, uint32_t reason)
{
    uint32_t dimensions = work->group->rule.dimension_count;
    int64_t more = (int64_t)PLAN_INSPECTORS * MILLE;
    planned_t *visit = &work->plan->visits[work->plan->count++];
    *visit = (planned_t){ .subject = s,
                          .team = team,
                          .reason = reason,
                          .ratings = work->ratings[s],
                          .inspectors = work->inspectors[s],
                          .ratings_after = work->ratings[s] + PLAN_INSPECTORS,
                          .error_before = work->errors[s],
                          .error_after = error_of(work, s, more),
                          .link = is_link(work, team, s) };
    bool fresh = *looks_at(work, s, team) == 0;
    work->ratings[s] += PLAN_INSPECTORS;
    work->inspectors[s] += fresh ? PLAN_INSPECTORS : 0;
    for (uint32_t k = 0; k < dimensions; k++)
        work->weights[(size_t)s * dimensions + k] += more;
    work->errors[s] = visit->error_after;
    *looks_at(work, s, team) += PLAN_INSPECTORS;
    work->loads[team - 1]++;
    work->sheets += PLAN_INSPECTORS;
    work->links += visit->link ? PLAN_INSPECTORS : 0;
    grow(work, s, team);
}

static void visit(work_t *work, uint32_t s, uint32_t reason)
{
    uint32_t team = choose_team(work, s);
    if (team != 0)
        add_visit(work, s, team, reason);
}

/* ---- everybody's minimum ---- */

static uint32_t minimum_reason(const work_t *work, uint32_t s)
{
    const group_rule_t *rule = &work->group->rule;
    if (work->ratings[s] == 0 && work->group->subjects[s].observations == 0)
        return PLAN_NEVER_SEEN;
    if (work->ratings[s] < rule->min_ratings)
        return PLAN_BELOW_MINIMUM;
    return work->inspectors[s] < rule->min_inspectors ? PLAN_SECOND_INSPECTOR : 0;
}

/* Round after round, so that nobody has a second visit before all had their first. */
static void plan_minimum(work_t *work)
{
    bool more = true;
    while (more && !is_full(work)) {
        more = false;
        for (uint32_t i = 0; i < work->group->subject_count && !is_full(work); i++) {
            uint32_t s = work->order[i], before = work->plan->count;
            uint32_t reason =
                work->group->subjects[s].runs ? minimum_reason(work, s) : 0;
            if (reason != 0)
                visit(work, s, reason);
            more = more || work->plan->count > before;
        }
    }
}

/* ---- what hangs together ---- */

typedef struct {
    intake_sample_t sample;
    components_t found;
} links_t;

static void links_fini(links_t *links)
{
    components_fini(&links->found);
    intake_sample_fini(&links->sample);
}

static status_t look_at_links(const work_t *work, const intake_group_t *group,
                              uint32_t k, links_t *links)
{
    *links = (links_t){ .found = { .count = 0 } };
    status_t status = intake_sample(work->intake, group, k, &links->sample);
    return status == STATUS_OK ? components_find(&links->sample.sample, &links->found)
                               : status;
}

/* The worst of all dimensions; *dimension, when wanted, is the one with most parts. */
static status_t count_links(const work_t *work, const intake_group_t *group,
                            uint32_t *components, uint32_t *thin, uint32_t *dimension)
{
    *components = *thin = 0;
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        links_t links;
        status_t status = look_at_links(work, group, k, &links);
        if (status == STATUS_OK && links.found.count > *components) {
            *components = links.found.count;
            if (dimension != NULL)
                *dimension = k;
        }
        if (status == STATUS_OK && links.found.thin > *thin)
            *thin = links.found.thin;
        links_fini(&links);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* The component in which a team has been, UINT32_MAX = in none. */
static uint32_t component_of(const work_t *work, const links_t *links, uint32_t team)
{
    const sample_t *sample = &links->sample.sample;
    for (uint32_t i = 0; i < sample->pair_count; i++)
        if (work->teams->team_of[sample->pairs[i].inspector] == team)
            return links->found.of_subject[sample->pairs[i].subject];
    return UINT32_MAX;
}

/* A visit by a team of another component to a subject of this one; whether it was
 * planned. */
static bool join(work_t *work, const links_t *links, uint32_t component)
{
    for (uint32_t i = 0; i < work->group->subject_count; i++) {
        uint32_t s = work->order[i];
        if (links->found.of_subject[s] != component || !work->group->subjects[s].runs)
            continue;
        for (uint32_t t = 1; t <= work->teams->team_count; t++) {
            uint32_t from =
                able(work, t, s) ? component_of(work, links, t) : UINT32_MAX;
            if (from == UINT32_MAX || from == component)
                continue;
            add_visit(work, s, t, PLAN_JOINS_COMPONENTS);
            return true;
        }
    }
    return false;
}

static status_t plan_joins(work_t *work)
{
    uint32_t components, thin, k = 0;
    status_t status = count_links(work, &work->grown, &components, &thin, &k);
    while (status == STATUS_OK && components > 1 && !is_full(work)) {
        links_t links;
        bool joined = false;
        status = look_at_links(work, &work->grown, k, &links);
        for (uint32_t c = components; c > 0 && !joined && status == STATUS_OK; c--)
            joined = join(work, &links, c - 1);
        links_fini(&links);
        if (status == STATUS_OK && !joined)
            break;
        if (status == STATUS_OK)
            status = count_links(work, &work->grown, &components, &thin, &k);
    }
    return status;
}

/* Subjects that others saw and this team did not, until enough are shared. */
static void share(work_t *work, uint32_t team, uint32_t missing)
{
    for (uint32_t i = 0; i < work->group->subject_count && missing > 0; i++) {
        uint32_t s = work->order[i];
        if (is_full(work) || !work->group->subjects[s].runs || work->ratings[s] == 0 ||
            *looks_at(work, s, team) > 0 || !able(work, team, s))
            continue;
        add_visit(work, s, team, PLAN_THIN_LINK);
        missing--;
    }
}

static uint32_t row_of_team(const work_t *work, uint32_t number)
{
    for (uint32_t r = 0; r < work->group->inspector_count; r++)
        if (work->group->inspectors[r].team == number)
            return work->teams->team_of[r];
    return 0;
}

static status_t plan_links(work_t *work)
{
    status_t status = STATUS_OK;
    for (uint32_t k = 0; k < work->group->rule.dimension_count && status == STATUS_OK;
         k++) {
        links_t links;
        status = look_at_links(work, &work->grown, k, &links);
        for (uint32_t t = 0; t < work->group->team_count && status == STATUS_OK; t++)
            if (components_team_is_thin(&links.sample.sample, &links.found, t))
                share(work, row_of_team(work, t),
                      LINK_SUBJECTS_MIN - links.found.shared_by_team[t]);
        links_fini(&links);
    }
    return status;
}

/* ---- the rest ---- */

static void plan_enough(work_t *work)
{
    uint32_t enough = work->group->rule.enough_ratings;
    for (uint32_t i = 0; i < work->group->subject_count && !is_full(work); i++) {
        uint32_t s = work->order[i];
        if (work->group->subjects[s].runs && work->ratings[s] < enough)
            visit(work, s, PLAN_NOT_ENOUGH);
    }
}

typedef struct {
    int64_t error;
    uint32_t ratings, subject;
    const char *code;
} urgent_t;

static int by_error(const void *left, const void *right)
{
    const urgent_t *a = left, *b = right;
    if (a->error != b->error)
        return a->error > b->error ? -1 : 1;
    return memcmp(a->code, b->code, sizeof(code_t));
}

static int by_ratings(const void *left, const void *right)
{
    const urgent_t *a = left, *b = right;
    if (a->ratings != b->ratings)
        return a->ratings < b->ratings ? -1 : 1;
    return by_error(left, right);
}

static status_t sort_subjects(work_t *work, int (*before)(const void *, const void *))
{
    const intake_group_t *group = work->group;
    urgent_t *rows = calloc((size_t)group->subject_count + 1, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t s = 0; s < group->subject_count; s++)
        rows[s] = (urgent_t){ work->errors[s], work->ratings[s], s,
                              group->subjects[s].code.text };
    qsort(rows, group->subject_count, sizeof *rows, before);
    for (uint32_t i = 0; i < group->subject_count; i++)
        work->order[i] = rows[i].subject;
    free(rows);
    return STATUS_OK;
}

static status_t plan_widest(work_t *work)
{
    status_t status = sort_subjects(work, by_error);
    for (uint32_t i = 0;
         status == STATUS_OK && i < work->group->subject_count && !is_full(work); i++)
        if (work->group->subjects[work->order[i]].runs)
            visit(work, work->order[i], PLAN_WIDE_INTERVAL);
    return status;
}

/* ---- the whole ---- */

static void count_sheets(work_t *work)
{
    const intake_group_t *group = work->group;
    for (uint32_t i = 0; i < group->sighting_count; i++) {
        const sighting_t *sheet = &group->sightings[i];
        uint32_t team = work->teams->team_of[sheet->inspector];
        work->sheets++;
        if (team == 0)
            continue;
        work->links += is_link(work, team, sheet->subject);
        uint16_t *looks = looks_at(work, sheet->subject, team);
        *looks = *looks < UINT16_MAX / 2 ? (uint16_t)(*looks + 1) : *looks;
    }
}

static uint32_t mille_of(uint32_t part, uint32_t whole)
{
    return whole == 0 ? 0 : (uint32_t)((uint64_t)part * MILLE / whole);
}

static uint32_t count_ranked(const work_t *work)
{
    const group_rule_t *rule = &work->group->rule;
    uint32_t count = 0;
    for (uint32_t s = 0; s < work->group->subject_count; s++)
        count += work->group->subjects[s].runs &&
                 work->ratings[s] >= rule->min_ratings &&
                 work->inspectors[s] >= rule->min_inspectors;
    return count;
}

static status_t make(work_t *work)
{
    plan_t *plan = work->plan;
    status_t status = weigh(work);
    if (status != STATUS_OK)
        return status;
    count_sheets(work);
    plan->links_before = mille_of(work->links, work->sheets);
    plan->ranked_before = count_ranked(work);
    status = count_links(work, work->group, &plan->components_before,
                         &plan->thin_before, NULL);
    if (status == STATUS_OK)
        status = sort_subjects(work, by_ratings);
    if (status != STATUS_OK)
        return status;
    plan_minimum(work);
    status = plan_joins(work);
    if (status == STATUS_OK)
        status = plan_links(work);
    if (status == STATUS_OK)
        plan_enough(work);
    if (status == STATUS_OK)
        status = plan_widest(work);
    if (status == STATUS_OK)
        status = count_links(work, &work->grown, &plan->components_after,
                             &plan->thin_after, NULL);
    plan->ranked_after = count_ranked(work);
    plan->links_after = mille_of(work->links, work->sheets);
    return status;
}

static bool take_room(work_t *work)
{
    const intake_group_t *group = work->group;
    size_t n = (size_t)group->subject_count + 1;
    size_t sheets = (size_t)group->sighting_count + work->room + 1;
    work->ratings = calloc(n, sizeof *work->ratings);
    work->inspectors = calloc(n, sizeof *work->inspectors);
    work->weights = calloc(n * GROUP_DIMENSIONS_MAX, sizeof *work->weights);
    work->errors = calloc(n, sizeof *work->errors);
    work->looks = calloc(n * (work->teams->team_count + 1), sizeof *work->looks);
    work->loads = calloc((size_t)work->teams->team_count + 1, sizeof *work->loads);
    work->order = calloc(n, sizeof *work->order);
    work->plan->visits = calloc((size_t)work->room + 1, sizeof *work->plan->visits);
    work->grown = *group;
    work->grown.sightings = calloc(sheets, sizeof *work->grown.sightings);
    return work->ratings != NULL && work->inspectors != NULL && work->weights != NULL &&
           work->errors != NULL && work->looks != NULL && work->loads != NULL &&
           work->order != NULL && work->plan->visits != NULL &&
           work->grown.sightings != NULL;
}

static void give_room(work_t *work)
{
    free(work->ratings);
    free(work->inspectors);
    free(work->weights);
    free(work->errors);
    free(work->looks);
    free(work->loads);
    free(work->order);
    free(work->grown.sightings);
}

static void begin(work_t *work)
{
    const intake_group_t *group = work->group;
    for (uint32_t s = 0; s < group->subject_count; s++) {
        work->ratings[s] = group->subjects[s].ratings;
        work->inspectors[s] = group->subjects[s].inspectors;
        work->plan->subjects += group->subjects[s].runs;
    }
    if (group->sighting_count > 0)
        memcpy(work->grown.sightings, group->sightings,
               group->sighting_count * sizeof *group->sightings);
}

status_t plan_make(const intake_t *intake, const plan_teams_t *teams, uint32_t team,
                   uint32_t count, plan_t **out)
{
    CHECK(intake != NULL && teams != NULL && out != NULL);
    CHECK(intake->group_count == 1);
    work_t work = { .intake = intake,
                    .group = &intake->groups[0],
                    .teams = teams,
                    .plan = calloc(1, sizeof *work.plan),
                    .only = team,
                    .room = count };
    *out = NULL;
    if (work.plan == NULL)
        return STATUS_NO_MEMORY;
    status_t status = STATUS_NO_MEMORY;
    if (take_room(&work)) {
        begin(&work);
        status = make(&work);
    }
    give_room(&work);
    if (status != STATUS_OK)
        plan_destroy(&work.plan);
    *out = work.plan;
    return status;
}

void plan_destroy(plan_t **plan)
{
    CHECK(plan != NULL);
    if (*plan != NULL)
        free((*plan)->visits);
    free(*plan);
    *plan = NULL;
}
