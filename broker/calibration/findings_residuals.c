/* findings_residuals.c - see findings.h: who sees something else than the others. */
#include "broker/calibration/findings_parts.h"

#include "broker/calibration/standing_scores.h"
#include "proto/check.h"
#include "proto/command_epochs.h"
#include <math.h>
#include <stdlib.h>

#define FALSE_DISCOVERY 0.10
#define MISFIT          1.5 /* mean squared residual that matters */
#define FAR             3.0 /* standard deviations */
#define CENTI_SQUARED   10000.0

/* One pair, or all pairs of an inspector with a unit: sum of residuals over sqrt(n). */
typedef struct {
    double z;
    uint32_t inspector, unit, subject, k, pairs, ratings;
} tested_t;

typedef struct {
    tested_t *rows;
    size_t count, room;
} tests_t;

static bool add_test(tests_t *tests, const tested_t *test)
{
    if (tests->count == tests->room) {
        size_t room = tests->room == 0 ? 1024 : 2 * tests->room;
        tested_t *rows = realloc(tests->rows, room * sizeof *rows);
        if (rows == NULL)
            return false;
        tests->rows = rows;
        tests->room = room;
    }
    tests->rows[tests->count++] = *test;
    return true;
}

/* ---- residuals ---- */

/* Standardised distance of a pair from what the others saw; false: nobody else did. */
static bool residual(const found_dimension_t *found, const dimension_score_t *score,
                     const pair_t *pair, double *z)
{
    const parameters_t *p = &found->fit.parameters;
    int64_t m = pair->m, g = score_group_weight(m, p->rho);
    int64_t a = pair->y - m * (found->offsets[pair->inspector] + p->mu);
    int64_t w = score->w - g;
    if (w <= 0 || g <= 0 || p->s2 <= 0)
        return false;
    double others =
        (double)(score->s - score_contribution(g, a, m)) / (double)(w + p->kappa);
    double distance = ((double)a / (double)m - others) / MICRO;
    double noise = (double)p->s2 / CENTI_SQUARED;
    double variance =
        noise * 1000.0 / (double)g + noise * 1000.0 / (double)(w + p->kappa);
    *z = distance / sqrt(variance);
    return true;
}

/* Residuals of the dimension as one test a pair, in order of subjects. */
static status_t test_pairs(const finding_list_t *list, uint32_t k, tests_t *tests)
{
    const intake_group_t *group = list->group;
    const found_dimension_t *found = &list->found->dimensions[k];
    intake_sample_t sample;
    dimension_score_t *scores =
        calloc((size_t)group->subject_count + 1, sizeof *scores);
    if (scores == NULL)
        return STATUS_NO_MEMORY;
    status_t status = intake_sample(list->intake, group, k, &sample);
    if (status != STATUS_OK) {
        free(scores);
        return status;
    }
    standing_scores(&sample.sample, &found->fit.parameters, found->offsets,
                    found->known, scores);
    for (uint32_t i = 0; i < sample.sample.pair_count && status == STATUS_OK; i++) {
        const pair_t *pair = &sample.sample.pairs[i];
        tested_t test = { .inspector = pair->inspector,
                          .unit = group->subjects[pair->subject].unit,
                          .subject = pair->subject,
                          .k = k,
                          .pairs = 1,
                          .ratings = pair->ratings };
        if (residual(found, &scores[pair->subject], pair, &test.z) &&
            !add_test(tests, &test))
            status = STATUS_NO_MEMORY;
    }
    intake_sample_fini(&sample);
    free(scores);
    return status;
}

/* ---- fit ---- */

static status_t find_misfits(finding_list_t *list, const tests_t *tests, uint32_t k)
{
    uint32_t inspectors = list->group->inspector_count;
    double *squares = calloc((size_t)inspectors + 1, sizeof *squares);
    uint32_t *counts = calloc((size_t)inspectors + 1, sizeof *counts);
    bool had = squares != NULL && counts != NULL;
    for (size_t i = 0; had && i < tests->count; i++) {
        squares[tests->rows[i].inspector] += tests->rows[i].z * tests->rows[i].z;
        counts[tests->rows[i].inspector]++;
    }
    for (uint32_t r = 0; had && r < inspectors; r++) {
        double mean = counts[r] > 0 ? squares[r] / counts[r] : 0.0;
        if (counts[r] < FINDINGS_LOOKS_MIN || mean < MISFIT ||
            finding_deviation(mean, counts[r]) < FAR)
            continue;
        const finding_t finding = { .rule = RULE_FIT,
                                    .inspector = r,
                                    .other = INTAKE_NONE,
                                    .unit = INTAKE_NONE,
                                    .subject = INTAKE_NONE,
                                    .k = k,
                                    .figure = finding_mille(mean),
                                    .bound = finding_mille(MISFIT),
                                    .count = counts[r] };
        finding_add(list, &finding);
    }
    free(squares);
    free(counts);
    return had ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- one inspector against one unit ---- */

static int by_inspector_and_unit(const void *left, const void *right)
{
    const tested_t *a = left, *b = right;
    if (a->inspector != b->inspector)
        return a->inspector < b->inspector ? -1 : 1;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return a->subject < b->subject ? -1 : a->subject > b->subject;
}

/* All residuals of one inspector in a dimension. */
typedef struct {
    double z;
    uint32_t pairs;
} whole_t;

static whole_t *add_up(const finding_list_t *list, const tests_t *pairs)
{
    whole_t *wholes = calloc((size_t)list->group->inspector_count + 1, sizeof *wholes);
    for (size_t i = 0; wholes != NULL && i < pairs->count; i++) {
        wholes[pairs->rows[i].inspector].z += pairs->rows[i].z;
        wholes[pairs->rows[i].inspector].pairs++;
    }
    return wholes;
}

/* The mean of some residuals against that of the inspector's others, in standard
 * deviations; without enough others against 0. */
static double against_others(double z, uint32_t pairs, const whole_t *whole)
{
    uint32_t others = whole->pairs - pairs;
    if (others < FINDINGS_LOOKS_MIN)
        return z / sqrt((double)pairs);
    double distance = z / pairs - (whole->z - z) / others;
    return distance / sqrt(1.0 / pairs + 1.0 / others);
}

/* Sorts the pairs of one dimension and joins those of one inspector and unit. */
static status_t join_units(tests_t *pairs, const whole_t *wholes, tests_t *units)
{
    if (pairs->count > 0)
        qsort(pairs->rows, pairs->count, sizeof *pairs->rows, by_inspector_and_unit);
    for (size_t from = 0; from < pairs->count;) {
        tested_t sum = pairs->rows[from];
        size_t to = from + 1;
        for (; to < pairs->count && pairs->rows[to].inspector == sum.inspector &&
               pairs->rows[to].unit == sum.unit;
             to++) {
            sum.z += pairs->rows[to].z;
            sum.ratings += pairs->rows[to].ratings;
            sum.pairs++;
        }
        sum.z = against_others(sum.z, sum.pairs, &wholes[sum.inspector]);
        sum.subject = INTAKE_NONE;
        if (sum.ratings >= FINDINGS_LOOKS_MIN && !add_test(units, &sum))
            return STATUS_NO_MEMORY;
        from = to;
    }
    return STATUS_OK;
}

/* ---- false discovery ---- */

/* Largest first; the same size in one fixed order. */
static int by_size(const void *left, const void *right)
{
    const tested_t *a = left, *b = right;
    double x = fabs(a->z), y = fabs(b->z);
    if (x != y)
        return x > y ? -1 : 1;
    if (a->k != b->k)
        return a->k < b->k ? -1 : 1;
    return by_inspector_and_unit(left, right);
}

static double two_sided(double z)
{
    return erfc(fabs(z) / sqrt(2.0));
}

/* Benjamini and Hochberg: the largest i with p(i) <= 0.1 i / m. */
static size_t discoveries(tests_t *tests)
{
    size_t found = 0;
    if (tests->count > 0)
        qsort(tests->rows, tests->count, sizeof *tests->rows, by_size);
    for (size_t i = 0; i < tests->count; i++) {
        double allowed = FALSE_DISCOVERY * (double)(i + 1) / (double)tests->count;
        if (two_sided(tests->rows[i].z) <= allowed)
            found = i + 1;
    }
    return found;
}

static void add_discoveries(finding_list_t *list, uint32_t rule, tests_t *tests)
{
    size_t found = discoveries(tests);
    double bound = found > 0 ? fabs(tests->rows[found - 1].z) : 0.0;
    for (size_t i = 0; i < found; i++) {
        const tested_t *row = &tests->rows[i];
        const finding_t finding = {
            .rule = rule,
            .inspector = row->inspector,
            .other = INTAKE_NONE,
            .unit = rule == RULE_UNIT ? row->unit : INTAKE_NONE,
            .subject = rule == RULE_SUBJECT ? row->subject : INTAKE_NONE,
            .k = row->k,
            .figure = finding_mille(row->z),
            .bound = finding_mille(bound),
            .count = row->ratings,
        };
        finding_add(list, &finding);
    }
}

/* ---- the whole ---- */

static bool was_fitted(const found_dimension_t *found)
{
    return (found->fit.kept & (KEPT_TOO_FEW | KEPT_NO_NOISE)) == 0;
}

static status_t look_at(finding_list_t *list, uint32_t k, tests_t *units,
                        tests_t *subjects)
{
    tests_t pairs = { .rows = NULL };
    status_t status = test_pairs(list, k, &pairs);
    if (status == STATUS_OK)
        status = find_misfits(list, &pairs, k);
    whole_t *wholes = status == STATUS_OK ? add_up(list, &pairs) : NULL;
    if (status == STATUS_OK && wholes == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = join_units(&pairs, wholes, units);
    for (size_t i = 0; i < pairs.count && status == STATUS_OK; i++) {
        tested_t *row = &pairs.rows[i];
        if (row->ratings < FINDINGS_REPEATS)
            continue;
        row->z = against_others(row->z, 1, &wholes[row->inspector]);
        if (!add_test(subjects, row))
            status = STATUS_NO_MEMORY;
    }
    free(wholes);
    free(pairs.rows);
    return status;
}

status_t findings_of_residuals(finding_list_t *list)
{
    tests_t units = { .rows = NULL }, subjects = { .rows = NULL };
    status_t status = STATUS_OK;
    for (uint32_t k = 0; k < list->group->rule.dimension_count && status == STATUS_OK;
         k++)
        if (was_fitted(&list->found->dimensions[k]))
            status = look_at(list, k, &units, &subjects);
    if (status == STATUS_OK) {
        add_discoveries(list, RULE_UNIT, &units);
        add_discoveries(list, RULE_SUBJECT, &subjects);
    }
    free(units.rows);
    free(subjects.rows);
    return status;
}
