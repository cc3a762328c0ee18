/* test_calibrate.c - the solver against a plain one, and what cannot be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/calibration/calibrate.h"
#include "broker/calibration/chance.h"
#include "broker/calibration/collect.h"
#include "broker/calibration/components.h"
#include "broker/calibration/dense.h"
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS       11u
#define UNITS          4u
#define INSPECTORS     5u
#define TEAMS          2u
#define LOOKS          60u
#define GOLDEN_MU      80136982
#define GOLDEN_KAPPA   481
#define GOLDEN_S2      78515
#define GOLDEN_SWEEPS  60
#define GOLDEN_OFFSETS UINT64_C(0xb1ea3ddee6e001eb) /* FNV-1a */
#define ALL            (SUBJECTS + UNITS + INSPECTORS + TEAMS + 1u)

static const parameters_t prior = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};
static const uint32_t unit_of[SUBJECTS] = { 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2 };
static const uint32_t team_of[INSPECTORS] = { 0, 0, 1, 1, SAMPLE_NO_TEAM };

static sample_t sample_of(look_t *looks, size_t count, pair_t **pairs)
{
    sample_t sample = { .subjects = SUBJECTS,
                        .units = UNITS,
                        .inspectors = INSPECTORS,
                        .teams = TEAMS,
                        .unit_of = unit_of,
                        .team_of = team_of,
                        .prior = prior };
    assert_int_equal(collect_pairs(looks, count, pairs, &sample.pair_count), STATUS_OK);
    sample.pairs = *pairs;
    return sample;
}

static void random_looks(look_t *looks, uint64_t seed)
{
    chance_t chance;
    chance_init(&chance, seed);
    for (uint32_t i = 0; i < LOOKS; i++) {
        uint32_t s = chance_below(&chance, SUBJECTS);
        uint32_t r = chance_below(&chance, INSPECTORS);
        int64_t points = 60 + s + 3 * r + chance_below(&chance, 12);
        looks[i] =
            (look_t){ s, r, 500 * (1 + chance_below(&chance, 3)), points * MICRO };
    }
}

/* ---- the plain solver: everything in one matrix ---- */

static uint32_t columns_of(const sample_t *sample, const pair_t *pair, uint32_t *out)
{
    uint32_t count = 0, team = sample->team_of[pair->inspector];
    out[count++] = pair->subject;
    out[count++] = SUBJECTS + sample->unit_of[pair->subject];
    out[count++] = SUBJECTS + UNITS + pair->inspector;
    if (team != SAMPLE_NO_TEAM)
        out[count++] = SUBJECTS + UNITS + INSPECTORS + team;
    out[count++] = ALL - 1;
    return count;
}

static void plain_solution(const equations_t *eq, const double lambda[TERM_COUNT],
                           double inverse[ALL * ALL], double *x)
{
    static double a[ALL * ALL];
    memset(a, 0, sizeof a);
    memset(x, 0, ALL * sizeof *x);
    for (uint32_t i = 0; i < ALL - 1; i++)
        a[i * ALL + i] = lambda[i < SUBJECTS                        ? TERM_SUBJECT
                                : i < SUBJECTS + UNITS              ? TERM_UNIT
                                : i < SUBJECTS + UNITS + INSPECTORS ? TERM_INSPECTOR
                                                                    : TERM_TEAM];
    for (uint32_t p = 0; p < eq->sample->pair_count; p++) {
        uint32_t columns[5], count;
        count = columns_of(eq->sample, &eq->sample->pairs[p], columns);
        for (uint32_t i = 0; i < count; i++) {
            x[columns[i]] += eq->w[p] * eq->y[p];
            for (uint32_t k = 0; k < count; k++)
                a[columns[i] * ALL + columns[k]] += eq->w[p];
        }
    }
    assert_true(dense_factor(a, ALL));
    dense_solve(a, ALL, x);
    dense_invert(a, ALL, inverse);
}

static double sum_diagonal(const double *inverse, uint32_t from, uint32_t count)
{
    double sum = 0.0;
    for (uint32_t i = from; i < from + count; i++)
        sum += inverse[i * ALL + i];
    return sum;
}

static void equations__eliminated__equal_the_whole(void **unused)
{
    (void)unused;
    static double inverse[ALL * ALL];
    static const double lambda[TERM_COUNT] = { 1.7, 4.2, 2.5, 6.0 };
    for (uint64_t seed = 1; seed <= 20; seed++) {
        look_t looks[LOOKS];
        pair_t *pairs;
        equations_t *eq;
        double x[ALL], traces[TERM_COUNT];
        random_looks(looks, seed);
        sample_t sample = sample_of(looks, LOOKS, &pairs);
        assert_int_equal(equations_create(&sample, &eq), STATUS_OK);
        assert_true(equations_solve(eq, lambda));
        equations_traces(eq, traces);
        plain_solution(eq, lambda, inverse, x);
        for (uint32_t s = 0; s < SUBJECTS; s++)
            assert_true(fabs(eq->subject[s] - x[s]) < 1e-8);
        for (uint32_t u = 0; u < UNITS; u++)
            assert_true(fabs(eq->unit[u] - x[SUBJECTS + u]) < 1e-8);
        for (uint32_t i = 0; i < eq->rest; i++)
            assert_true(fabs(eq->others[i] - x[SUBJECTS + UNITS + i]) < 1e-8);
        const double expected[TERM_COUNT] = {
            sum_diagonal(inverse, 0, SUBJECTS),
            sum_diagonal(inverse, SUBJECTS, UNITS),
            sum_diagonal(inverse, SUBJECTS + UNITS, INSPECTORS),
            sum_diagonal(inverse, SUBJECTS + UNITS + INSPECTORS, TEAMS),
        };
        for (uint32_t t = 0; t < TERM_COUNT; t++)
            assert_true(fabs(traces[t] - expected[t]) < 1e-8);
        equations_destroy(&eq);
        free(pairs);
    }
}

/* ---- collecting ---- */

static void collect__any_order__the_same_bytes(void **unused)
{
    (void)unused;
    look_t looks[LOOKS], kept[LOOKS], shuffled[LOOKS];
    pair_t *pairs, *again;
    chance_t chance;
    random_looks(looks, 7);
    looks[3].weight = 0;
    memcpy(kept, looks, sizeof looks); /* collecting sorts what it is given */
    sample_t first = sample_of(looks, LOOKS, &pairs);
    chance_init(&chance, 8);
    for (uint32_t round = 0; round < 20; round++) {
        memcpy(shuffled, kept, sizeof kept);
        for (uint32_t i = LOOKS - 1; i > 0; i--) {
            uint32_t k = chance_below(&chance, i + 1);
            look_t one = shuffled[i];
            shuffled[i] = shuffled[k];
            shuffled[k] = one;
        }
        sample_t second = sample_of(shuffled, LOOKS, &again);
        assert_int_equal(first.pair_count, second.pair_count);
        for (uint32_t i = 0; i < first.pair_count; i++) {
            assert_int_equal(pairs[i].m, again[i].m);
            assert_true(pairs[i].y == again[i].y);
            assert_true(pairs[i].within == again[i].within);
        }
        free(again);
    }
    free(pairs);
}

/* ---- what cannot be told ---- */

static fit_t fit_of(look_t *looks, size_t count)
{
    pair_t *pairs;
    calibration_t calibration;
    sample_t sample = sample_of(looks, count, &pairs);
    assert_int_equal(calibrate(&sample, NULL, NULL, &calibration), STATUS_OK);
    fit_t fit = calibration.fit;
    bool solved = calibration.equations != NULL;
    bool kept = (fit.kept & (KEPT_TOO_FEW | KEPT_NO_NOISE)) != 0;
    assert_true(solved != kept);
    for (uint32_t r = 0; r < INSPECTORS && kept; r++)
        assert_true(calibration.offsets[r] == 0);
    calibration_fini(&calibration);
    free(pairs);
    return fit;
}

static void is_the_prior(const parameters_t *parameters)
{
    assert_memory_equal(parameters, &prior, sizeof prior);
}

static void fit__without_two_of_each__keeps_the_prior(void **unused)
{
    (void)unused;
    look_t one_inspector[] = { { 0, 1, MILLE, 80000000 }, { 1, 1, MILLE, 90000000 } };
    look_t one_subject[] = { { 4, 1, MILLE, 80000000 }, { 4, 2, MILLE, 90000000 } };
    fit_t fit = fit_of(one_inspector, 2);
    assert_true((fit.kept & KEPT_TOO_FEW) != 0);
    is_the_prior(&fit.parameters);
    fit = fit_of(one_subject, 2);
    assert_true((fit.kept & KEPT_TOO_FEW) != 0);
    fit = fit_of(one_subject, 1); /* one rating in all */
    is_the_prior(&fit.parameters);
    fit = fit_of(NULL, 0);
    is_the_prior(&fit.parameters);
    assert_int_equal(fit.ratings, 0);
}

static void fit__all_ratings_equal__keeps_the_prior(void **unused)
{
    (void)unused;
    look_t looks[LOOKS];
    random_looks(looks, 3);
    for (uint32_t i = 0; i < LOOKS; i++)
        looks[i].adjusted = 85 * MICRO;
    fit_t fit = fit_of(looks, LOOKS);
    assert_true((fit.kept & KEPT_NO_NOISE) != 0);
    is_the_prior(&fit.parameters);
}

static void fit__few_repeated_pairs__keeps_the_correlation(void **unused)
{
    (void)unused;
    look_t looks[LOOKS];
    random_looks(looks, 5);
    fit_t fit = fit_of(looks, 40);
    assert_true(fit.repeated_pairs < CALIBRATE_PAIRS_MIN);
    assert_true((fit.kept & KEPT_CORRELATION) != 0);
    assert_int_equal(fit.parameters.rho, prior.rho);
    assert_true(fit.parameters.kappa >= 1 && fit.parameters.kappa <= 1000000);
}

static bool stop_at_second(void *context, uint32_t sweep, double change)
{
    (void)change;
    *(uint32_t *)context = sweep;
    return sweep < 2;
}

static void fit__told_to_stop__stops(void **unused)
{
    (void)unused;
    look_t looks[LOOKS];
    pair_t *pairs;
    calibration_t calibration;
    uint32_t sweep = 0;
    random_looks(looks, 9);
    sample_t sample = sample_of(looks, LOOKS, &pairs);
    assert_int_equal(calibrate(&sample, stop_at_second, &sweep, &calibration),
                     STATUS_STOPPING);
    assert_int_equal(sweep, 2);
    calibration_fini(&calibration);
    free(pairs);
}

/* ---- compilers agree ---- */

static void fit__of_one_seed__the_integers_of_every_compiler(void **unused)
{
    (void)unused;
    look_t looks[LOOKS];
    pair_t *pairs;
    calibration_t calibration;
    random_looks(looks, 1);
    sample_t sample = sample_of(looks, LOOKS, &pairs);
    assert_int_equal(calibrate(&sample, NULL, NULL, &calibration), STATUS_OK);
    uint64_t hash = UINT64_C(1469598103934665603);
    for (uint32_t r = 0; r < INSPECTORS; r++)
        hash = (hash ^ (uint64_t)calibration.offsets[r]) * UINT64_C(1099511628211);
    const parameters_t *p = &calibration.fit.parameters;
    print_message("mu %lld kappa %lld s2 %lld sweeps %u offsets %llx\n",
                  (long long)p->mu, (long long)p->kappa, (long long)p->s2,
                  calibration.fit.sweeps, (unsigned long long)hash);
    assert_true(p->mu == GOLDEN_MU);
    assert_true(p->kappa == GOLDEN_KAPPA);
    assert_true(p->s2 == GOLDEN_S2);
    assert_int_equal(calibration.fit.sweeps, GOLDEN_SWEEPS);
    assert_true(hash == GOLDEN_OFFSETS);
    calibration_fini(&calibration);
    free(pairs);
}

/* ---- components ---- */

static void components__two_islands__told_apart(void **unused)
{
    (void)unused;
    look_t looks[] = {
        { 0, 0, MILLE, MICRO }, { 1, 0, MILLE, MICRO }, { 1, 1, MILLE, MICRO },
        { 5, 2, MILLE, MICRO }, { 6, 2, MILLE, MICRO }, { 6, 4, MILLE, MICRO },
    };
    pair_t *pairs;
    components_t components;
    sample_t sample = sample_of(looks, 6, &pairs);
    assert_int_equal(components_find(&sample, &components), STATUS_OK);
    assert_int_equal(components.count, 2);
    assert_int_equal(components.of_subject[0], components.of_subject[1]);
    assert_int_equal(components.of_subject[5], components.of_subject[6]);
    assert_int_not_equal(components.of_subject[0], components.of_subject[6]);
    assert_int_equal(components.of_subject[10], UINT32_MAX);
    assert_int_equal(components.shared_by_team[0], 0);
    assert_int_equal(components.shared_by_team[1], 1); /* with the one of no team */
    assert_true(components_team_is_thin(&sample, &components, 0));
    components_fini(&components);
    free(pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equations__eliminated__equal_the_whole),
        cmocka_unit_test(collect__any_order__the_same_bytes),
        cmocka_unit_test(fit__without_two_of_each__keeps_the_prior),
        cmocka_unit_test(fit__all_ratings_equal__keeps_the_prior),
        cmocka_unit_test(fit__few_repeated_pairs__keeps_the_correlation),
        cmocka_unit_test(fit__told_to_stop__stops),
        cmocka_unit_test(fit__of_one_seed__the_integers_of_every_compiler),
        cmocka_unit_test(components__two_islands__told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
