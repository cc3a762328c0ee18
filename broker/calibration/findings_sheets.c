/* findings_sheets.c - see findings.h: patterns in what one inspector writes down. */
#include "broker/calibration/findings_parts.h"

#include "proto/check.h"
#include "proto/command_epochs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LITTLE        0.5   /* of the group's standard deviation */
#define FAR           3.0   /* standard deviations */
#define SHEET_RATINGS 3u    /* dimensions of a sheet that can be compared */
#define PAIRS_MAX     2048u /* inspectors of whom all pairs are looked at */

typedef struct {
    double sum, squares; /* of ratings, or of squares within sheets */
    double freedom;
    uint32_t count;
} spread_t;

/* ---- one kind of spread against the group's ---- */

/* Variance by inspector, with its degrees of freedom; the pool is that of the others. */
static void judge_spreads(finding_list_t *list, uint32_t rule, uint32_t k,
                          const spread_t *spreads)
{
    uint32_t inspectors = list->group->inspector_count;
    double squares = 0.0, freedom = 0.0;
    for (uint32_t r = 0; r < inspectors; r++) {
        squares += spreads[r].squares;
        freedom += spreads[r].freedom;
    }
    for (uint32_t r = 0; r < inspectors; r++) {
        const spread_t *own = &spreads[r];
        double others = freedom - own->freedom;
        if (own->count < FINDINGS_LOOKS_MIN || own->freedom <= 0.0 || others <= 0.0)
            continue;
        double pool = (squares - own->squares) / others;
        if (!(pool > 0.0))
            continue;
        double part = own->squares / own->freedom / pool;
        if (sqrt(part) >= LITTLE || finding_deviation(part, own->freedom) > -FAR)
            continue;
        const finding_t finding = { .rule = rule,
                                    .inspector = r,
                                    .other = INTAKE_NONE,
                                    .unit = INTAKE_NONE,
                                    .subject = INTAKE_NONE,
                                    .k = k,
                                    .figure = finding_mille(sqrt(part)),
                                    .bound = finding_mille(LITTLE),
                                    .count = own->count };
        finding_add(list, &finding);
    }
}

static void spread_of_ratings(const finding_list_t *list, uint32_t k, spread_t *spreads)
{
    const intake_group_t *group = list->group;
    memset(spreads, 0, group->inspector_count * sizeof *spreads);
    for (uint32_t i = 0; i < group->sighting_count; i++) {
        const sighting_t *s = &group->sightings[i];
        spread_t *own = &spreads[s->inspector];
        if ((s->rated >> k & 1u) == 0)
            continue;
        double value = s->values[k] / 100.0;
        own->count++;
        own->sum += value;
        own->squares += value * value;
    }
    for (uint32_t r = 0; r < group->inspector_count; r++) {
        spread_t *own = &spreads[r];
        if (own->count == 0)
            continue;
        own->squares -= own->sum * own->sum / own->count;
        own->squares = own->squares > 0.0 ? own->squares : 0.0;
        own->freedom = own->count - 1.0;
    }
}

/* ---- dimensions of one sheet ---- */

/* What is left of a rating when the dimension's mean and the own offset are gone. */
static double adjusted(const finding_list_t *list, const sighting_t *s, uint32_t k)
{
    const found_dimension_t *found = &list->found->dimensions[k];
    return s->values[k] / 100.0 -
           (double)(found->fit.parameters.mu + found->offsets[s->inspector]) / MICRO;
}

static void add_sheet(const finding_list_t *list, const sighting_t *s, spread_t *own)
{
    double sum = 0.0, squares = 0.0;
    uint32_t rated = 0;
    for (uint32_t k = 0; k < list->group->rule.dimension_count; k++) {
        if ((s->rated >> k & 1u) == 0)
            continue;
        double value = adjusted(list, s, k);
        rated++;
        sum += value;
        squares += value * value;
    }
    if (rated < SHEET_RATINGS)
        return;
    double within = squares - sum * sum / rated;
    own->count++;
    own->squares += within > 0.0 ? within : 0.0;
    own->freedom += rated - 1.0;
}

static void spread_of_sheets(const finding_list_t *list, spread_t *spreads)
{
    const intake_group_t *group = list->group;
    memset(spreads, 0, group->inspector_count * sizeof *spreads);
    for (uint32_t i = 0; i < group->sighting_count; i++)
        add_sheet(list, &group->sightings[i], &spreads[group->sightings[i].inspector]);
}

/* ---- two inspectors, the same sheets ---- */

static bool alike(const intake_group_t *group, const sighting_t *a, const sighting_t *b)
{
    uint32_t rated = 0;
    if (a->rated != b->rated)
        return false;
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        if ((a->rated >> k & 1u) == 0)
            continue;
        rated++;
        if (a->values[k] != b->values[k])
            return false;
    }
    return rated >= SHEET_RATINGS;
}

/* Sightings by subject: order[first[s]] to order[first[s + 1]]. */
static void order_by_subject(const intake_group_t *group, uint32_t *first,
                             uint32_t *order)
{
    for (uint32_t i = 0; i < group->sighting_count; i++)
        first[group->sightings[i].subject + 1]++;
    for (uint32_t s = 0; s < group->subject_count; s++)
        first[s + 1] += first[s];
    for (uint32_t i = group->sighting_count; i > 0; i--)
        order[--first[group->sightings[i - 1].subject + 1]] = i - 1;
    /* each bound went down to the subject's own beginning: put them back one place */
    for (uint32_t s = 0; s < group->subject_count; s++)
        first[s] = first[s + 1];
    first[group->subject_count] = group->sighting_count;
}

static void count_alike(const intake_group_t *group, const uint32_t *first,
                        const uint32_t *order, uint16_t *same)
{
    uint32_t n = group->inspector_count;
    for (uint32_t s = 0; s < group->subject_count; s++)
        for (uint32_t i = first[s]; i < first[s + 1]; i++)
            for (uint32_t j = i + 1; j < first[s + 1]; j++) {
                const sighting_t *a = &group->sightings[order[i]];
                const sighting_t *b = &group->sightings[order[j]];
                if (a->inspector == b->inspector || !alike(group, a, b))
                    continue;
                uint32_t low =
                    a->inspector < b->inspector ? a->inspector : b->inspector;
                uint32_t high = a->inspector + b->inspector - low;
                uint16_t *cell = &same[(size_t)low * n + high];
                *cell = *cell < UINT16_MAX ? (uint16_t)(*cell + 1) : *cell;
            }
}

static void add_alike(finding_list_t *list, const uint16_t *same)
{
    uint32_t n = list->group->inspector_count;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = a + 1; b < n; b++) {
            uint32_t count = same[(size_t)a * n + b];
            if (count < FINDINGS_SHEETS)
                continue;
            const finding_t finding = { .rule = RULE_SAME_SHEETS,
                                        .inspector = a,
                                        .other = b,
                                        .unit = INTAKE_NONE,
                                        .subject = INTAKE_NONE,
                                        .k = INTAKE_NONE,
                                        .figure = (int64_t)count * (int64_t)MILLE,
                                        .bound = (int64_t)(FINDINGS_SHEETS * MILLE),
                                        .count = count };
            finding_add(list, &finding);
        }
}

static status_t find_alike(finding_list_t *list)
{
    const intake_group_t *group = list->group;
    uint32_t n = group->inspector_count;
    if (n > PAIRS_MAX || group->rule.dimension_count < SHEET_RATINGS)
        return STATUS_OK;
    uint32_t *first = calloc((size_t)group->subject_count + 2, sizeof *first);
    uint32_t *order = calloc((size_t)group->sighting_count + 1, sizeof *order);
    uint16_t *same = calloc((size_t)n * n + 1, sizeof *same);
    bool had = first != NULL && order != NULL && same != NULL;
    if (had) {
        order_by_subject(group, first, order);
        count_alike(group, first, order, same);
        add_alike(list, same);
    }
    free(first);
    free(order);
    free(same);
    return had ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t findings_of_sheets(finding_list_t *list)
{
    const intake_group_t *group = list->group;
    spread_t *spreads = calloc((size_t)group->inspector_count + 1, sizeof *spreads);
    if (spreads == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        spread_of_ratings(list, k, spreads);
        judge_spreads(list, RULE_SPREAD, k, spreads);
    }
    if (group->rule.dimension_count >= SHEET_RATINGS) {
        spread_of_sheets(list, spreads);
        judge_spreads(list, RULE_HALO, INTAKE_NONE, spreads);
    }
    free(spreads);
    return find_alike(list);
}
