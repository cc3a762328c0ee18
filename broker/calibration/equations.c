/* equations.c - see equations.h. */
#include "broker/calibration/equations.h"

#include "broker/calibration/dense.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

static double *doubles(size_t count)
{
    return calloc(count > 0 ? count : 1, sizeof(double));
}

static bool take_memory(equations_t *eq)
{
    const sample_t *sample = eq->sample;
    size_t rest = eq->rest;
    eq->y = doubles(sample->pair_count);
    eq->w = doubles(sample->pair_count);
    eq->first = calloc((size_t)sample->subjects + 1, sizeof *eq->first);
    eq->subject = doubles(sample->subjects);
    eq->unit = doubles(sample->units);
    eq->others = doubles(rest);
    eq->d = doubles(sample->subjects);
    eq->e = doubles(sample->units);
    eq->coupling = doubles(sample->units * rest);
    eq->factor = doubles(rest * rest);
    eq->inverse = doubles(rest * rest);
    eq->row = doubles(rest);
    eq->product = doubles(rest);
    eq->index = calloc(rest, sizeof *eq->index);
    eq->first_of_unit = calloc((size_t)sample->units + 1, sizeof *eq->first_of_unit);
    eq->order = calloc((size_t)sample->subjects + 1, sizeof *eq->order);
    return eq->y != NULL && eq->w != NULL && eq->first != NULL && eq->subject != NULL &&
           eq->unit != NULL && eq->others != NULL && eq->d != NULL && eq->e != NULL &&
           eq->coupling != NULL && eq->factor != NULL && eq->inverse != NULL &&
           eq->row != NULL && eq->product != NULL && eq->index != NULL &&
           eq->first_of_unit != NULL && eq->order != NULL;
}

static void find_firsts(equations_t *eq)
{
    const sample_t *sample = eq->sample;
    for (uint32_t i = 0; i < sample->pair_count; i++)
        eq->first[sample->pairs[i].subject + 1]++;
    for (uint32_t s = 0; s < sample->subjects; s++)
        eq->first[s + 1] += eq->first[s];
}

/* Subjects by unit; a count of those placed stands in first_of_unit meanwhile. */
static void sort_by_unit(equations_t *eq)
{
    const sample_t *sample = eq->sample;
    for (uint32_t s = 0; s < sample->subjects; s++)
        eq->first_of_unit[sample->unit_of[s] + 1]++;
    for (uint32_t u = 0; u < sample->units; u++)
        eq->first_of_unit[u + 1] += eq->first_of_unit[u];
    for (uint32_t s = 0; s < sample->subjects; s++)
        eq->order[eq->first_of_unit[sample->unit_of[s]]++] = s;
    for (uint32_t u = sample->units; u > 0; u--)
        eq->first_of_unit[u] = eq->first_of_unit[u - 1];
    eq->first_of_unit[0] = 0;
}

status_t equations_create(const sample_t *sample, equations_t **out)
{
    CHECK(out != NULL);
    CHECK(sample_sane(sample));
    *out = NULL;
    equations_t *eq = calloc(1, sizeof *eq);
    if (eq == NULL)
        return STATUS_NO_MEMORY;
    eq->sample = sample;
    eq->rest = sample->inspectors + sample->teams + 1;
    if (!take_memory(eq)) {
        equations_destroy(&eq);
        return STATUS_NO_MEMORY;
    }
    find_firsts(eq);
    sort_by_unit(eq);
    for (uint32_t i = 0; i < sample->pair_count; i++)
        eq->y[i] = (double)sample->pairs[i].y / (double)sample->pairs[i].m / MICRO;
    equations_weigh(eq, sample->prior.rho);
    *out = eq;
    return STATUS_OK;
}

void equations_destroy(equations_t **out)
{
    CHECK(out != NULL);
    equations_t *eq = *out;
    if (eq == NULL)
        return;
    double *const all[] = { eq->y,      eq->w,       eq->subject, eq->unit,
                            eq->others, eq->d,       eq->e,       eq->coupling,
                            eq->factor, eq->inverse, eq->row,     eq->product };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i]);
    free(eq->first);
    free(eq->index);
    free(eq->first_of_unit);
    free(eq->order);
    free(eq);
    *out = NULL;
}

void equations_weigh(equations_t *eq, int64_t rho)
{
    CHECK(eq != NULL);
    for (uint32_t i = 0; i < eq->sample->pair_count; i++)
        eq->w[i] = (double)score_group_weight(eq->sample->pairs[i].m, rho) / MILLE;
}

/* ---- one subject's row ---- */

typedef struct {
    double w, wy; /* sums over its pairs */
} sums_t;

static void add_entry(equations_t *eq, uint32_t at, double value)
{
    if (eq->row[at] == 0.0)
        eq->index[eq->index_count++] = at;
    eq->row[at] += value;
}

/* Its coefficients towards inspectors, teams and mu; released by drop_row. */
static sums_t gather_row(equations_t *eq, uint32_t subject)
{
    const sample_t *sample = eq->sample;
    sums_t sums = { 0.0, 0.0 };
    eq->index_count = 0;
    for (uint32_t i = eq->first[subject]; i < eq->first[subject + 1]; i++) {
        uint32_t inspector = sample->pairs[i].inspector;
        uint32_t team = sample->team_of[inspector];
        add_entry(eq, inspector, eq->w[i]);
        if (team != SAMPLE_NO_TEAM)
            add_entry(eq, sample->inspectors + team, eq->w[i]);
        sums.w += eq->w[i];
        sums.wy += eq->w[i] * eq->y[i];
    }
    if (sums.w > 0.0)
        add_entry(eq, eq->rest - 1, sums.w);
    return sums;
}

static void drop_row(equations_t *eq)
{
    for (uint32_t i = 0; i < eq->index_count; i++)
        eq->row[eq->index[i]] = 0.0;
    eq->index_count = 0;
}

/* ---- the left side ---- */

/* The lower triangle is kept: the larger index names the row. */
static double *at(equations_t *eq, uint32_t a, uint32_t b)
{
    return a > b ? &eq->factor[(size_t)a * eq->rest + b]
                 : &eq->factor[(size_t)b * eq->rest + a];
}

/* One record's own contribution among inspector, team and mu. */
static void add_record(equations_t *eq, uint32_t pair)
{
    const sample_t *sample = eq->sample;
    double w = eq->w[pair];
    uint32_t inspector = sample->pairs[pair].inspector, mu = eq->rest - 1;
    uint32_t team = sample->team_of[inspector];
    *at(eq, inspector, inspector) += w;
    *at(eq, mu, inspector) += w;
    *at(eq, mu, mu) += w;
    if (team == SAMPLE_NO_TEAM)
        return;
    team += sample->inspectors;
    *at(eq, team, inspector) += w;
    *at(eq, team, team) += w;
    *at(eq, mu, team) += w;
}

static void eliminate_subject(equations_t *eq, uint32_t s, double lambda)
{
    uint32_t unit = eq->sample->unit_of[s];
    sums_t sums = gather_row(eq, s);
    double d = sums.w + lambda, left = lambda / d;
    double *coupling = eq->coupling + (size_t)unit * eq->rest;
    eq->d[s] = d;
    eq->e[unit] += sums.w * left;
    eq->unit[unit] += sums.wy * left; /* the right side, until it is solved */
    for (uint32_t i = eq->first[s]; i < eq->first[s + 1]; i++)
        add_record(eq, i);
    for (uint32_t i = 0; i < eq->index_count; i++) {
        uint32_t a = eq->index[i];
        double value = eq->row[a];
        coupling[a] += value * left;
        eq->others[a] -= value * sums.wy / d;
        for (uint32_t k = 0; k <= i; k++)
            *at(eq, a, eq->index[k]) -= value * eq->row[eq->index[k]] / d;
    }
    eq->subject[s] = sums.wy;
    drop_row(eq);
}

static void eliminate_unit(equations_t *eq, uint32_t unit, double lambda)
{
    const double *coupling = eq->coupling + (size_t)unit * eq->rest;
    eq->e[unit] += lambda;
    for (uint32_t a = 0; a < eq->rest; a++) {
        if (coupling[a] == 0.0)
            continue;
        double factor = coupling[a] / eq->e[unit];
        double *row = eq->factor + (size_t)a * eq->rest;
        eq->others[a] -= factor * eq->unit[unit];
        for (uint32_t b = 0; b <= a; b++)
            row[b] -= factor * coupling[b];
    }
}

static void begin(equations_t *eq, const double lambda[TERM_COUNT])
{
    const sample_t *sample = eq->sample;
    size_t rest = eq->rest;
    memset(eq->factor, 0, rest * rest * sizeof *eq->factor);
    memset(eq->coupling, 0, sample->units * rest * sizeof *eq->coupling);
    memset(eq->others, 0, rest * sizeof *eq->others);
    memset(eq->unit, 0, sample->units * sizeof *eq->unit);
    memset(eq->e, 0, sample->units * sizeof *eq->e);
    for (uint32_t i = 0; i < sample->inspectors; i++)
        *at(eq, i, i) = lambda[TERM_INSPECTOR];
    for (uint32_t i = 0; i < sample->teams; i++)
        *at(eq, sample->inspectors + i, sample->inspectors + i) = lambda[TERM_TEAM];
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        uint32_t inspector = sample->pairs[i].inspector;
        uint32_t team = sample->team_of[inspector];
        double wy = eq->w[i] * eq->y[i];
        eq->others[inspector] += wy;
        eq->others[rest - 1] += wy;
        if (team != SAMPLE_NO_TEAM)
            eq->others[sample->inspectors + team] += wy;
    }
}

/* ---- the right side, backwards ---- */

static double dot_row(const equations_t *eq, const double *x)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < eq->index_count; i++)
        sum += eq->row[eq->index[i]] * x[eq->index[i]];
    return sum;
}

static void solve_back(equations_t *eq)
{
    const sample_t *sample = eq->sample;
    for (uint32_t u = 0; u < sample->units; u++) {
        const double *coupling = eq->coupling + (size_t)u * eq->rest;
        double sum = eq->unit[u];
        for (uint32_t a = 0; a < eq->rest; a++)
            sum -= coupling[a] * eq->others[a];
        eq->unit[u] = sum / eq->e[u];
    }
    for (uint32_t s = 0; s < sample->subjects; s++) {
        sums_t sums = gather_row(eq, s);
        double sum = eq->subject[s] - sums.w * eq->unit[sample->unit_of[s]];
        eq->subject[s] = (sum - dot_row(eq, eq->others)) / eq->d[s];
        drop_row(eq);
    }
}

bool equations_solve(equations_t *eq, const double lambda[TERM_COUNT])
{
    CHECK(eq != NULL);
    begin(eq, lambda);
    for (uint32_t s = 0; s < eq->sample->subjects; s++)
        eliminate_subject(eq, s, lambda[TERM_SUBJECT]);
    for (uint32_t u = 0; u < eq->sample->units; u++)
        eliminate_unit(eq, u, lambda[TERM_UNIT]);
    if (!dense_factor(eq->factor, eq->rest))
        return false;
    dense_solve(eq->factor, eq->rest, eq->others);
    solve_back(eq);
    return true;
}

/* ---- traces ---- */

/* product = inverse x coupling of the unit; returns its variance. */
static double unit_variance(equations_t *eq, uint32_t u)
{
    const double *coupling = eq->coupling + (size_t)u * eq->rest;
    double sum = 0.0;
    memset(eq->product, 0, eq->rest * sizeof *eq->product);
    for (uint32_t a = 0; a < eq->rest; a++) {
        if (coupling[a] == 0.0)
            continue;
        const double *row = eq->inverse + (size_t)a * eq->rest;
        for (uint32_t b = 0; b < eq->rest; b++)
            eq->product[b] += coupling[a] * row[b];
    }
    for (uint32_t a = 0; a < eq->rest; a++)
        sum += coupling[a] * eq->product[a];
    return (1.0 + sum / eq->e[u]) / eq->e[u];
}

/* The variance of a subject of the unit whose product was just formed. */
static double subject_variance(equations_t *eq, uint32_t s, double of_unit)
{
    double e = eq->e[eq->sample->unit_of[s]], d = eq->d[s];
    sums_t sums = gather_row(eq, s);
    double with_unit =
        dot_row(eq, eq->product) / -e; /* the unit's row of the inverse */
    double among = 0.0;
    for (uint32_t i = 0; i < eq->index_count; i++) {
        uint32_t a = eq->index[i];
        among += eq->row[a] * dot_row(eq, eq->inverse + (size_t)a * eq->rest);
    }
    drop_row(eq);
    double spread = sums.w * sums.w * of_unit + 2.0 * sums.w * with_unit + among;
    return (1.0 + spread / d) / d;
}

/* Sum of the diagonal from `from` on. */
static double trace_of(const equations_t *eq, uint32_t from, uint32_t count)
{
    double sum = 0.0;
    for (uint32_t i = from; i < from + count; i++)
        sum += eq->inverse[(size_t)i * eq->rest + i];
    return sum;
}

void equations_traces(equations_t *eq, double traces[TERM_COUNT])
{
    CHECK(eq != NULL);
    const sample_t *sample = eq->sample;
    dense_invert(eq->factor, eq->rest, eq->inverse);
    traces[TERM_SUBJECT] = traces[TERM_UNIT] = 0.0;
    for (uint32_t u = 0; u < sample->units; u++) {
        double variance = unit_variance(eq, u);
        traces[TERM_UNIT] += variance;
        for (uint32_t i = eq->first_of_unit[u]; i < eq->first_of_unit[u + 1]; i++)
            traces[TERM_SUBJECT] += subject_variance(eq, eq->order[i], variance);
    }
    traces[TERM_INSPECTOR] = trace_of(eq, 0, sample->inspectors);
    traces[TERM_TEAM] = trace_of(eq, sample->inspectors, sample->teams);
}

double equations_residual(const equations_t *eq)
{
    CHECK(eq != NULL);
    const sample_t *sample = eq->sample;
    double sum = 0.0;
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        const pair_t *pair = &sample->pairs[i];
        uint32_t team = sample->team_of[pair->inspector];
        double fitted = eq->others[eq->rest - 1] + eq->subject[pair->subject] +
                        eq->unit[sample->unit_of[pair->subject]] +
                        eq->others[pair->inspector];
        if (team != SAMPLE_NO_TEAM)
            fitted += eq->others[sample->inspectors + team];
        sum += eq->w[i] * eq->y[i] * (eq->y[i] - fitted);
    }
    return sum;
}

double equations_mu(const equations_t *eq)
{
    CHECK(eq != NULL);
    return eq->others[eq->rest - 1];
}
