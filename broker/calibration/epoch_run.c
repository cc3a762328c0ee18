/* epoch_run.c - see epoch_run.h. What adoption moves: shift.c. */
#include "broker/calibration/epoch_run.h"

#include "broker/calibration/dense.h"
#include "broker/calibration/shift.h"
#include "proto/check.h"
#include <math.h>
#include <stdlib.h>

#define COVARIANCE_UNITS 10000.0 /* in a point squared */

typedef struct {
    epoch_progress_fn *progress;
    void *context;
    uint32_t done, all; /* dimensions */
} told_t;

/* ---- progress ---- */

/* A dimension's share grows with its sweeps; few need half of those allowed. */
static bool tell_sweep(void *context, uint32_t sweep, double change)
{
    const told_t *told = context;
    (void)change; /* of the variances: the sweeps tell enough */
    uint32_t part = 100 * sweep / CALIBRATE_SWEEPS;
    if (told->progress == NULL)
        return true;
    return told->progress(told->context, (100 * told->done + part) / told->all);
}

/* ---- what a dimension says of its inspectors ---- */

static int64_t rounded(double value)
{
    return (int64_t)floor(value + 0.5);
}

/* Variance of the sum of an inspector's own effect and the team's. */
static double offset_variance(const equations_t *eq, uint32_t r)
{
    const sample_t *sample = eq->sample;
    size_t rest = eq->rest, team = sample->inspectors + (size_t)sample->team_of[r];
    double variance = eq->inverse[r * rest + r];
    if (sample->team_of[r] == SAMPLE_NO_TEAM)
        return variance;
    return variance + eq->inverse[team * rest + team] +
           2.0 * eq->inverse[team * rest + r];
}

static status_t take_covariance(const calibration_t *cal, found_dimension_t *out)
{
    const equations_t *eq = cal->equations;
    size_t n = (size_t)eq->rest - 1, at = 0; /* the mean stays out */
    out->covariance = malloc((n * (n + 1) / 2 + 1) * sizeof *out->covariance);
    if (out->covariance == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            out->covariance[at++] =
                rounded(eq->inverse[i * eq->rest + j] * cal->noise * COVARIANCE_UNITS);
    out->covariance_count = at;
    return STATUS_OK;
}

static status_t take_errors(const calibration_t *cal, found_dimension_t *out)
{
    equations_t *eq = cal->equations;
    if (eq == NULL)
        return STATUS_OK;
    dense_invert(eq->factor, eq->rest, eq->inverse);
    for (uint32_t r = 0; r < eq->sample->inspectors; r++) {
        double variance = offset_variance(eq, r) * cal->noise;
        out->errors[r] = variance > 0.0 ? rounded(sqrt(variance) * MICRO) : 0;
    }
    return take_covariance(cal, out);
}

static status_t take_known(const sample_t *sample, found_dimension_t *out)
{
    bool *seen = calloc((size_t)sample->subjects + 1, sizeof *seen);
    out->known = calloc((size_t)sample->inspectors + 1, sizeof *out->known);
    if (seen == NULL || out->known == NULL) {
        free(seen);
        return STATUS_NO_MEMORY;
    }
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        const pair_t *pair = &sample->pairs[i];
        out->subjects += seen[pair->subject] ? 0 : 1;
        out->inspectors += out->known[pair->inspector] ? 0 : 1;
        seen[pair->subject] = true;
        out->known[pair->inspector] = true;
    }
    out->pairs = sample->pair_count;
    free(seen);
    return STATUS_OK;
}

static status_t take_fit(const calibration_t *cal, const sample_t *sample,
                         found_dimension_t *out)
{
    out->fit = cal->fit;
    out->offsets = calloc((size_t)sample->inspectors + 1, sizeof *out->offsets);
    out->errors = calloc((size_t)sample->inspectors + 1, sizeof *out->errors);
    if (out->offsets == NULL || out->errors == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t r = 0; r < sample->inspectors; r++)
        out->offsets[r] = cal->offsets[r];
    status_t status = take_known(sample, out);
    return status == STATUS_OK ? take_errors(cal, out) : status;
}

/* ---- whether it hangs together ---- */

static void note_team(found_component_t *component, uint32_t team)
{
    if (team == SAMPLE_NO_TEAM || component->team_count == EPOCH_TEAMS_MAX)
        return;
    for (uint32_t i = 0; i < component->team_count; i++)
        if (component->teams[i] == team)
            return;
    component->teams[component->team_count++] = team;
}

/* One component: its subjects, inspectors, teams. `seen` by inspector, cleared. */
static found_component_t measure(const sample_t *sample, const components_t *all,
                                 uint32_t which, bool *seen)
{
    found_component_t component = { .first_subject = INTAKE_NONE };
    for (uint32_t s = 0; s < sample->subjects; s++) {
        if (all->of_subject[s] != which)
            continue;
        component.subjects++;
        if (component.first_subject == INTAKE_NONE)
            component.first_subject = s;
    }
    for (uint32_t r = 0; r < sample->inspectors; r++)
        seen[r] = false;
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        const pair_t *pair = &sample->pairs[i];
        if (all->of_subject[pair->subject] != which || seen[pair->inspector])
            continue;
        seen[pair->inspector] = true;
        component.inspectors++;
        note_team(&component, sample->team_of[pair->inspector]);
    }
    return component;
}

/* Largest first, of one size the one found first; the smallest falls out. */
static void insert(found_dimension_t *out, const found_component_t *component)
{
    uint32_t at = out->largest_count;
    while (at > 0 && out->largest[at - 1].subjects < component->subjects)
        at--;
    if (at == EPOCH_COMPONENTS_MAX)
        return;
    uint32_t end = out->largest_count < EPOCH_COMPONENTS_MAX ? out->largest_count
                                                             : EPOCH_COMPONENTS_MAX - 1;
    for (uint32_t i = end; i > at; i--)
        out->largest[i] = out->largest[i - 1];
    out->largest[at] = *component;
    if (out->largest_count < EPOCH_COMPONENTS_MAX)
        out->largest_count++;
}

/* The largest are found by their numbers of subjects; only these are measured. */
static status_t tell_components(const sample_t *sample, const components_t *all,
                                found_dimension_t *out)
{
    status_t status = STATUS_NO_MEMORY;
    bool *seen = calloc((size_t)sample->inspectors + 1, sizeof *seen);
    uint32_t *sizes = calloc((size_t)all->count + 1, sizeof *sizes);
    if (seen == NULL || sizes == NULL)
        goto done;
    for (uint32_t s = 0; s < sample->subjects; s++)
        if (all->of_subject[s] != UINT32_MAX)
            sizes[all->of_subject[s]]++;
    for (uint32_t c = 0; c < all->count; c++) {
        /* until it is measured its number stands for its first subject */
        const found_component_t counted = { .first_subject = c, .subjects = sizes[c] };
        insert(out, &counted);
    }
    for (uint32_t i = 0; i < out->largest_count; i++)
        out->largest[i] = measure(sample, all, out->largest[i].first_subject, seen);
    status = STATUS_OK;
done:
    free(seen);
    free(sizes);
    return status;
}

static status_t take_links(const sample_t *sample, found_dimension_t *out)
{
    components_t all;
    status_t status = components_find(sample, &all);
    if (status == STATUS_OK) {
        out->components = all.count;
        out->thin = all.thin;
        for (uint32_t t = 0;
             t < sample->teams && out->thin_team_count < EPOCH_TEAMS_MAX; t++)
            if (components_team_is_thin(sample, &all, t))
                out->thin_teams[out->thin_team_count++] = t;
        if (all.count > 1)
            status = tell_components(sample, &all, out);
    }
    components_fini(&all);
    return status;
}

/* ---- the whole ---- */

static status_t run_dimension(const intake_t *intake, const intake_group_t *group,
                              uint32_t k, told_t *told, found_dimension_t *out)
{
    intake_sample_t sample;
    calibration_t cal = { .equations = NULL };
    status_t status = intake_sample(intake, group, k, &sample);
    if (status != STATUS_OK)
        return status;
    status = calibrate(&sample.sample, tell_sweep, told, &cal);
    if (status == STATUS_OK)
        status = take_fit(&cal, &sample.sample, out);
    if (status == STATUS_OK)
        status = take_links(&sample.sample, out);
    calibration_fini(&cal);
    intake_sample_fini(&sample);
    told->done++;
    return status;
}

static status_t run_group(const intake_t *intake, const intake_group_t *group,
                          told_t *told, found_group_t *out)
{
    status_t status = STATUS_OK;
    uint64_t effects = (uint64_t)group->inspector_count + group->team_count;
    if (effects > EPOCH_EFFECTS_MAX ||
        (effects + 1) * group->unit_count > EPOCH_UNIT_CELLS_MAX)
        return STATUS_GROUP_TOO_LARGE;
    for (uint32_t k = 0; k < group->rule.dimension_count && status == STATUS_OK; k++)
        status = run_dimension(intake, group, k, told, &out->dimensions[k]);
    return status == STATUS_OK ? shift_find(intake, group, out) : status;
}

status_t epoch_run(const intake_t *intake, epoch_progress_fn *progress, void *context,
                   found_epoch_t **out)
{
    CHECK(intake != NULL && out != NULL);
    told_t told = { .progress = progress, .context = context };
    status_t status = STATUS_NO_MEMORY;
    for (uint32_t g = 0; g < intake->group_count; g++)
        told.all += intake->groups[g].rule.dimension_count;
    found_epoch_t *found = calloc(1, sizeof *found);
    if (found != NULL) {
        found->group_count = intake->group_count;
        found->groups = calloc((size_t)intake->group_count + 1, sizeof *found->groups);
        status = found->groups != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    }
    for (uint32_t g = 0; g < intake->group_count && status == STATUS_OK; g++)
        status = run_group(intake, &intake->groups[g], &told, &found->groups[g]);
    if (status != STATUS_OK)
        found_epoch_destroy(&found);
    *out = found;
    return status;
}

static void fini_dimension(found_dimension_t *dimension)
{
    free(dimension->known);
    free(dimension->offsets);
    free(dimension->errors);
    free(dimension->covariance);
}

void found_epoch_destroy(found_epoch_t **out)
{
    CHECK(out != NULL);
    found_epoch_t *found = *out;
    if (found == NULL)
        return;
    for (uint32_t g = 0; found->groups != NULL && g < found->group_count; g++) {
        for (uint32_t k = 0; k < GROUP_DIMENSIONS_MAX; k++)
            fini_dimension(&found->groups[g].dimensions[k]);
        free(found->groups[g].shifts);
    }
    free(found->groups);
    free(found);
    *out = NULL;
}
