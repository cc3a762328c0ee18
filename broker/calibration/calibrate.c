/* calibrate.c - see calibrate.h. */
#include "broker/calibration/calibrate.h"

#include "proto/check.h"
#include <math.h>
#include <stdlib.h>

#define CENTI_SQUARED 10000.0 /* centi-points squared in a point squared */
#define ENOUGH        0.001   /* change of a variance, as a part of it */
#define NOTHING       1e-9    /* points squared: rounds to no variance at all */
#define LAMBDA_ABSENT 1e9     /* a term that cannot be told holds its effects at 0 */
#define KAPPA_MAX     1000000
#define FIRST_SHARE   0.25 /* of the spread of pairs, for each term to begin with */

typedef struct {
    const sample_t *sample;
    equations_t *equations;
    double noise, variances[TERM_COUNT];
    double within, within_freedom; /* pooled over repeated pairs */
    uint32_t counts[TERM_COUNT];   /* effects of a term; 0 = it cannot be told */
    int64_t rho;
    fit_t fit;
} work_t;

/* ---- what can be told ---- */

static void pool_pairs(work_t *work)
{
    const sample_t *sample = work->sample;
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        const pair_t *pair = &sample->pairs[i];
        work->fit.ratings += pair->ratings;
        if (pair->ratings < 2)
            continue;
        work->fit.repeated_pairs++;
        work->within += pair->within;
        work->within_freedom += pair->ratings - 1;
    }
}

/* Whether at least two inspectors and two subjects have pairs at all. */
static bool enough_to_tell(const sample_t *sample)
{
    bool subjects = false, inspectors = false;
    for (uint32_t i = 1; i < sample->pair_count; i++) {
        subjects = subjects || sample->pairs[i].subject != sample->pairs[0].subject;
        inspectors =
            inspectors || sample->pairs[i].inspector != sample->pairs[0].inspector;
    }
    return subjects && inspectors;
}

static void keep_prior(work_t *work, uint32_t why)
{
    work->fit.parameters = work->sample->prior;
    work->fit.kept |= why;
}

/* The spread of the pairs' values around their mean, to begin with. */
static double first_spread(const equations_t *eq)
{
    uint32_t count = eq->sample->pair_count;
    double mean = 0.0, sum = 0.0;
    for (uint32_t i = 0; i < count; i++)
        mean += eq->y[i] / count;
    for (uint32_t i = 0; i < count; i++)
        sum += (eq->y[i] - mean) * (eq->y[i] - mean);
    return sum / count;
}

static void begin(work_t *work)
{
    const sample_t *sample = work->sample;
    double spread = first_spread(work->equations);
    work->counts[TERM_SUBJECT] = sample->subjects;
    work->counts[TERM_UNIT] = sample->units > 1 ? sample->units : 0;
    work->counts[TERM_INSPECTOR] = sample->inspectors;
    work->counts[TERM_TEAM] = sample->teams > 1 ? sample->teams : 0;
    for (uint32_t t = 0; t < TERM_COUNT; t++)
        work->variances[t] = work->counts[t] > 0 ? spread * FIRST_SHARE : 0.0;
    work->noise = spread;
    work->rho = sample->prior.rho;
}

/* ---- a sweep ---- */

static void find_lambda(const work_t *work, double lambda[TERM_COUNT])
{
    for (uint32_t t = 0; t < TERM_COUNT; t++) {
        double v = work->variances[t];
        lambda[t] = work->counts[t] == 0 || v * LAMBDA_ABSENT < work->noise
                        ? LAMBDA_ABSENT
                        : work->noise / v;
    }
}

static double squares(const double *values, uint32_t count)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sum;
}

/* EM: the mean of the squared effects as they would be expected now. */
static void update(work_t *work)
{
    const equations_t *eq = work->equations;
    const sample_t *sample = work->sample;
    double traces[TERM_COUNT];
    equations_traces(work->equations, traces);
    const double sums[TERM_COUNT] = {
        [TERM_SUBJECT] = squares(eq->subject, sample->subjects),
        [TERM_UNIT] = squares(eq->unit, sample->units),
        [TERM_INSPECTOR] = squares(eq->others, sample->inspectors),
        [TERM_TEAM] = squares(eq->others + sample->inspectors, sample->teams),
    };
    for (uint32_t t = 0; t < TERM_COUNT; t++) {
        if (work->counts[t] > 0)
            work->variances[t] = (sums[t] + work->noise * traces[t]) / work->counts[t];
    }
    work->noise = equations_residual(eq) / (sample->pair_count - 1);
}

/* The correlation of two looks by the same eye: what repeated pairs do not vary by. */
static void correlate(work_t *work)
{
    if (work->fit.repeated_pairs < CALIBRATE_PAIRS_MIN || !(work->noise > NOTHING))
        return;
    double residual = work->within / work->within_freedom;
    double rho = floor(1000.0 * (work->noise - residual) / work->noise + 0.5);
    work->rho = rho < 0.0 ? 0 : rho > 1000.0 ? 1000 : (int64_t)rho;
    equations_weigh(work->equations, work->rho);
}

static double part_changed(double before, double after)
{
    return after > NOTHING ? fabs(after - before) / after : 0.0;
}

/* Largest change of a variance, as a part of it. */
static double change_since(const work_t *work, double noise, const double before[])
{
    double most = part_changed(noise, work->noise);
    for (uint32_t t = 0; t < TERM_COUNT; t++) {
        double change = part_changed(before[t], work->variances[t]);
        most = change > most ? change : most;
    }
    return most;
}

static bool solve(work_t *work)
{
    double lambda[TERM_COUNT];
    find_lambda(work, lambda);
    return equations_solve(work->equations, lambda);
}

static status_t sweep_until_still(work_t *work, calibrate_progress_fn *progress,
                                  void *context)
{
    double change = 1.0;
    while (work->fit.sweeps < CALIBRATE_SWEEPS && change >= ENOUGH) {
        double before[TERM_COUNT], noise = work->noise;
        for (uint32_t t = 0; t < TERM_COUNT; t++)
            before[t] = work->variances[t];
        if (!(work->noise > NOTHING) || !solve(work)) {
            keep_prior(work, KEPT_NO_NOISE);
            return STATUS_OK;
        }
        update(work);
        correlate(work);
        change = change_since(work, noise, before);
        work->fit.sweeps++;
        if (progress != NULL && !progress(context, work->fit.sweeps, change))
            return STATUS_STOPPING;
    }
    if (change >= ENOUGH)
        work->fit.kept |= KEPT_NOT_CONVERGED;
    if (!(work->noise > NOTHING) || !solve(work)) /* at what is published */
        keep_prior(work, KEPT_NO_NOISE);
    return STATUS_OK;
}

/* ---- rounding ---- */

static int64_t rounded(double value)
{
    return (int64_t)floor(value + 0.5);
}

static int64_t find_kappa(work_t *work)
{
    double spread = work->variances[TERM_SUBJECT] + work->variances[TERM_UNIT];
    if (!(spread > NOTHING)) {
        work->fit.kept |= KEPT_NO_SPREAD;
        return work->sample->prior.kappa;
    }
    double kappa = floor(1000.0 * work->noise / spread + 0.5);
    return kappa < 1.0 ? 1 : kappa > KAPPA_MAX ? KAPPA_MAX : (int64_t)kappa;
}

static void round_fit(work_t *work)
{
    fit_t *fit = &work->fit;
    fit->parameters = work->sample->prior;
    fit->parameters.mu = rounded(equations_mu(work->equations) * MICRO);
    fit->parameters.s2 = rounded(work->noise * CENTI_SQUARED);
    fit->parameters.kappa = find_kappa(work);
    fit->parameters.rho = work->rho;
    if (fit->repeated_pairs < CALIBRATE_PAIRS_MIN)
        fit->kept |= KEPT_CORRELATION;
    if (work->within_freedom > 0.0)
        fit->residual = rounded(work->within / work->within_freedom * CENTI_SQUARED);
    for (uint32_t t = 0; t < TERM_COUNT; t++)
        fit->variances[t] = rounded(work->variances[t] * CENTI_SQUARED);
}

static void round_offsets(const work_t *work, int64_t *offsets)
{
    const sample_t *sample = work->sample;
    const double *others = work->equations->others;
    for (uint32_t r = 0; r < sample->inspectors; r++) {
        double offset = others[r];
        if (sample->team_of[r] != SAMPLE_NO_TEAM)
            offset += others[sample->inspectors + sample->team_of[r]];
        offsets[r] = rounded(offset * MICRO);
    }
}

/* ---- the whole ---- */

static void take_result(work_t *work, calibration_t *out)
{
    if (work->fit.kept & (KEPT_TOO_FEW | KEPT_NO_NOISE)) {
        out->fit = work->fit;
        return;
    }
    round_fit(work);
    round_offsets(work, out->offsets);
    find_lambda(work, out->lambda);
    out->noise = work->noise;
    out->fit = work->fit;
    out->equations = work->equations;
    work->equations = NULL;
}

status_t calibrate(const sample_t *sample, calibrate_progress_fn *progress,
                   void *context, calibration_t *out)
{
    CHECK(out != NULL);
    CHECK(sample_sane(sample));
    *out = (calibration_t){ .equations = NULL };
    work_t work = { .sample = sample };
    status_t status = STATUS_OK;
    out->offsets = calloc((size_t)sample->inspectors + 1, sizeof *out->offsets);
    if (out->offsets == NULL)
        return STATUS_NO_MEMORY;
    pool_pairs(&work);
    if (enough_to_tell(sample)) {
        status = equations_create(sample, &work.equations);
        if (status == STATUS_OK) {
            begin(&work);
            status = sweep_until_still(&work, progress, context);
        }
    } else {
        keep_prior(&work, KEPT_TOO_FEW);
    }
    if (status == STATUS_OK)
        take_result(&work, out);
    equations_destroy(&work.equations);
    return status;
}

void calibration_fini(calibration_t *calibration)
{
    CHECK(calibration != NULL);
    free(calibration->offsets);
    calibration->offsets = NULL;
    equations_destroy(&calibration->equations);
}
