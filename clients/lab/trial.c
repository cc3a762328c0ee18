/* trial.c - see trial.h. */
#include "clients/lab/trial.h"

#include "broker/calibration/collect.h"
#include "broker/calibration/components.h"
#include "broker/calibration/rank_sets.h"
#include "broker/calibration/standing_scores.h"
#include "proto/check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N           WORLD_SUBJECTS
#define BASIS_WHOLE 10000

/* The scheme's default prior. */
static const parameters_t prior = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};

static double tau_b(const double *a, const double *b)
{
    double agree = 0.0, of_a = 0.0, of_b = 0.0;
    for (uint32_t i = 0; i < N; i++) {
        for (uint32_t k = 0; k < i; k++) {
            int x = (a[i] > a[k]) - (a[i] < a[k]), y = (b[i] > b[k]) - (b[i] < b[k]);
            agree += x * y;
            of_a += x != 0;
            of_b += y != 0;
        }
    }
    return of_a > 0.0 && of_b > 0.0 ? agree / sqrt(of_a * of_b) : 0.0;
}

static double tau_of_plain_means(const world_t *world)
{
    double counts[N] = { 0 }, means[N] = { 0 };
    for (uint32_t i = 0; i < world->rating_count; i++) {
        means[world->ratings[i].subject] += world->ratings[i].centi;
        counts[world->ratings[i].subject]++;
    }
    for (uint32_t s = 0; s < N; s++)
        means[s] /= counts[s] > 0.0 ? counts[s] : 1.0;
    return tau_b(means, world->quality);
}

static status_t take_pairs(const world_t *world, sample_t *sample, pair_t **pairs)
{
    uint32_t count = world->rating_count;
    look_t *looks = calloc(count + 1, sizeof *looks);
    if (looks == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        looks[i] = (look_t){ world->ratings[i].subject, world->ratings[i].inspector,
                             MILLE, (int64_t)world->ratings[i].centi * CENTI_TO_MICRO };
    *sample = (sample_t){ .subjects = N,
                          .units = WORLD_UNITS,
                          .inspectors = WORLD_INSPECTORS,
                          .teams = WORLD_TEAMS,
                          .unit_of = world->unit_of,
                          .team_of = world->team_of,
                          .prior = prior };
    status_t status = collect_pairs(looks, count, pairs, &sample->pair_count);
    free(looks);
    sample->pairs = *pairs;
    return status;
}

static void hold_against_truth(const world_t *world, const rank_set_t *sets,
                               trial_t *out)
{
    uint32_t covered = 0, width = 0;
    for (uint32_t s = 0; s < N; s++) {
        uint32_t truth = 1;
        for (uint32_t k = 0; k < N; k++)
            truth += world->quality[k] > world->quality[s];
        covered += truth >= sets[s].low && truth <= sets[s].high;
        width += sets[s].high - sets[s].low + 1;
    }
    out->covered = (double)covered / N;
    out->width = (double)width / N;
    out->sets = true;
}

static status_t look(const world_t *world, const sample_t *sample,
                     calibration_t *calibration, uint64_t seed, trial_t *out)
{
    dimension_score_t scores[N];
    rank_set_t sets[N];
    double shown[N];
    int64_t totals[N];
    bool ranked[N];
    const rank_dimension_t dimension = { calibration, BASIS_WHOLE };
    standing_scores(sample, &calibration->fit.parameters, calibration->offsets, NULL,
                    scores);
    for (uint32_t s = 0; s < N; s++) {
        shown[s] = (double)scores[s].score;
        totals[s] = scores[s].score * BASIS_WHOLE;
        ranked[s] = true;
    }
    out->score = tau_b(shown, world->quality);
    if (calibration->equations == NULL)
        return STATUS_OK;
    status_t status = rank_sets(&dimension, 1, ranked, totals, seed, sets);
    if (status == STATUS_OK)
        hold_against_truth(world, sets, out);
    return status;
}

static status_t count_components(const sample_t *sample, trial_t *out)
{
    components_t components;
    status_t status = components_find(sample, &components);
    if (status == STATUS_OK) {
        out->components = components.count;
        out->thin = components.thin;
    }
    components_fini(&components);
    return status;
}

status_t trial_run(world_t *world, uint32_t flags, uint64_t seed, trial_t *out)
{
    CHECK(world != NULL);
    CHECK(out != NULL);
    sample_t sample;
    pair_t *pairs = NULL;
    calibration_t calibration = { 0 };
    world_make(world, flags, seed);
    *out = (trial_t){ .ratings = world->rating_count };
    out->plain = tau_of_plain_means(world);
    status_t status = take_pairs(world, &sample, &pairs);
    if (status == STATUS_OK)
        status = count_components(&sample, out);
    if (status == STATUS_OK)
        status = calibrate(&sample, NULL, NULL, &calibration);
    if (status == STATUS_OK)
        status = look(world, &sample, &calibration, seed, out);
    calibration_fini(&calibration);
    free(pairs);
    return status;
}
