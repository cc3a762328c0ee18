/* Goal: calibration does in worlds of known truth what SCORING.md section 9 asks for.
 * Method: worlds A to I of clients/lab/worlds.h, fixed seeds, 40 repetitions in release
 * builds (sanitizer builds look at 2 for their own kind of fault and print only). Each
 * figure is printed beside its bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/calibration/collect.h"
#include "broker/calibration/components.h"
#include "broker/calibration/rank_sets.h"
#include "broker/calibration/standing_scores.h"
#include "clients/lab/worlds.h"
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef YX_SLOW_BUILD
#define REPETITIONS 2u
#define BOUNDS_HOLD false
#else
#define REPETITIONS 40u
#define BOUNDS_HOLD true
#endif

#define N WORLD_SUBJECTS

static const parameters_t prior = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};

/* One world, looked at in every way. */
typedef struct {
    world_t world;
    sample_t sample;
    pair_t *pairs;
    calibration_t calibration;
} trial_t;

/* Means over the repetitions. */
typedef struct {
    double plain, model, optimum, frozen, covered, width;
} figures_t;

static void take_ratings(trial_t *trial, uint32_t count)
{
    static look_t looks[WORLD_RATINGS_MAX];
    const world_t *world = &trial->world;
    for (uint32_t i = 0; i < count; i++)
        looks[i] = (look_t){ world->ratings[i].subject, world->ratings[i].inspector,
                             MILLE, (int64_t)world->ratings[i].centi * CENTI_TO_MICRO };
    uint32_t pair_count;
    assert_int_equal(collect_pairs(looks, count, &trial->pairs, &pair_count),
                     STATUS_OK);
    trial->sample = (sample_t){ .subjects = N,
                                .units = WORLD_UNITS,
                                .inspectors = WORLD_INSPECTORS,
                                .teams = WORLD_TEAMS,
                                .pair_count = pair_count,
                                .unit_of = world->unit_of,
                                .team_of = world->team_of,
                                .pairs = trial->pairs,
                                .prior = prior };
    assert_true(sample_sane(&trial->sample));
}

static void begin(trial_t *trial, uint32_t flags, uint64_t seed)
{
    world_make(&trial->world, flags, seed);
    take_ratings(trial, trial->world.rating_count);
    assert_int_equal(calibrate(&trial->sample, NULL, NULL, &trial->calibration),
                     STATUS_OK);
}

static void end(trial_t *trial)
{
    calibration_fini(&trial->calibration);
    free(trial->pairs);
}

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
    return agree / sqrt(of_a * of_b);
}

static void plain_means(const world_t *world, double *out)
{
    double counts[N] = { 0 };
    memset(out, 0, N * sizeof *out);
    for (uint32_t i = 0; i < world->rating_count; i++) {
        out[world->ratings[i].subject] += world->ratings[i].centi;
        counts[world->ratings[i].subject]++;
    }
    for (uint32_t s = 0; s < N; s++)
        out[s] /= counts[s];
}

static void live_scores(const trial_t *trial, const calibration_t *by, double *out)
{
    static dimension_score_t scores[N];
    standing_scores(&trial->sample, &by->fit.parameters, by->offsets, NULL, scores);
    for (uint32_t s = 0; s < N; s++)
        out[s] = (double)scores[s].score;
}

/* The best that could be done: the same equations with the true variances. */
static void best_scores(const trial_t *trial, uint32_t flags, double *out)
{
    const double noise = 36.0 + 6.25;
    double eyes = (flags & WORLD_NO_SEVERITY) != 0 ? 1e9 : noise / 12.5;
    const double lambda[TERM_COUNT] = { noise / 27.0, noise / 9.0, eyes, eyes };
    equations_t *equations;
    assert_int_equal(equations_create(&trial->sample, &equations), STATUS_OK);
    equations_weigh(equations, (int64_t)(1000.0 * 6.25 / noise));
    assert_true(equations_solve(equations, lambda));
    for (uint32_t s = 0; s < N; s++)
        out[s] = equations->subject[s] + equations->unit[trial->sample.unit_of[s]];
    equations_destroy(&equations);
}

/* Scores of all ratings under offsets that were fitted to the first 60 percent. */
static void frozen_scores(const trial_t *trial, double *out)
{
    static trial_t early;
    early.world = trial->world;
    chance_t chance;
    chance_init(&chance, early.world.rating_count);
    for (uint32_t i = early.world.rating_count - 1; i > 0; i--) {
        uint32_t k = chance_below(&chance, i + 1);
        world_rating_t one = early.world.ratings[i];
        early.world.ratings[i] = early.world.ratings[k];
        early.world.ratings[k] = one;
    }
    take_ratings(&early, early.world.rating_count * 6 / 10);
    assert_int_equal(calibrate(&early.sample, NULL, NULL, &early.calibration),
                     STATUS_OK);
    live_scores(trial, &early.calibration, out);
    end(&early);
}

static void add_sets(trial_t *trial, uint64_t seed, figures_t *figures)
{
    static rank_set_t sets[N];
    bool ranked[N];
    int64_t totals[N];
    double scores[N];
    live_scores(trial, &trial->calibration, scores);
    for (uint32_t s = 0; s < N; s++) {
        ranked[s] = true;
        totals[s] = (int64_t)scores[s] * 10000;
    }
    const rank_dimension_t dimension = { &trial->calibration, 10000 };
    assert_int_equal(rank_sets(&dimension, 1, ranked, totals, seed, sets), STATUS_OK);
    for (uint32_t s = 0; s < N; s++) {
        uint32_t truth = 1;
        for (uint32_t k = 0; k < N; k++)
            truth += trial->world.quality[k] > trial->world.quality[s];
        figures->covered += truth >= sets[s].low && truth <= sets[s].high;
        figures->width += sets[s].high - sets[s].low + 1;
    }
}

static figures_t look_at(char name, uint32_t density)
{
    static trial_t trial;
    figures_t sum = { 0 };
    uint32_t flags = world_flags(name) | density;
    double scores[N];
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        const double *quality = trial.world.quality;
        begin(&trial, flags, (uint64_t)i * 1000 + (uint64_t)name);
        assert_non_null(trial.calibration.equations);
        plain_means(&trial.world, scores);
        sum.plain += tau_b(scores, quality) / REPETITIONS;
        live_scores(&trial, &trial.calibration, scores);
        sum.model += tau_b(scores, quality) / REPETITIONS;
        best_scores(&trial, flags, scores);
        sum.optimum += tau_b(scores, quality) / REPETITIONS;
        frozen_scores(&trial, scores);
        sum.frozen += tau_b(scores, quality) / REPETITIONS;
        add_sets(&trial, i, &sum);
        end(&trial);
    }
    sum.covered /= REPETITIONS * N;
    sum.width /= REPETITIONS * N;
    printf("%c %s: tau plain %.3f, model %.3f, optimum %.3f, frozen %.3f; rank sets "
           "cover %.3f, width %.1f\n",
           name, density != 0 ? "dense" : "sparse", sum.plain, sum.model, sum.optimum,
           sum.frozen, sum.covered, sum.width);
    return sum;
}

static void holds(const char *what, double figure, double bound)
{
    printf("  %-28s %+.3f, at least %+.3f\n", what, figure, bound);
    if (BOUNDS_HOLD)
        assert_true(figure >= bound);
}

static void holds_between(const char *what, double figure, double low, double high)
{
    printf("  %-28s %.3f, within %.2f to %.2f\n", what, figure, low, high);
    if (BOUNDS_HOLD)
        assert_true(figure >= low && figure <= high);
}

static void everything_common(const figures_t *sparse, const figures_t *dense)
{
    const figures_t *both[] = { sparse, dense };
    for (size_t i = 0; i < 2; i++) {
        holds("model over optimum", both[i]->model - both[i]->optimum, -0.010);
        holds("frozen over model", both[i]->frozen - both[i]->model, -0.025);
        holds_between("coverage", both[i]->covered, 0.93, 0.98);
    }
    holds("width falls by", 1.0 - dense->width / sparse->width, 0.25);
}

static void world_a__random_assignment__gains_and_covers(void **unused)
{
    (void)unused;
    figures_t sparse = look_at('A', 0), dense = look_at('A', WORLD_DENSE);
    everything_common(&sparse, &dense);
    holds("gain over the plain mean", sparse.model - sparse.plain, 0.03);
    holds("gain over the plain mean", dense.model - dense.plain, 0.03);
}

static void world_b__blocked_with_links__gains_and_covers(void **unused)
{
    (void)unused;
    figures_t sparse = look_at('B', 0), dense = look_at('B', WORLD_DENSE);
    everything_common(&sparse, &dense);
    holds("gain over the plain mean", sparse.model - sparse.plain, 0.07);
    holds("gain over the plain mean", dense.model - dense.plain, 0.11);
}

static void world_c__no_links__never_below_the_plain_mean(void **unused)
{
    (void)unused;
    figures_t sparse = look_at('C', 0), dense = look_at('C', WORLD_DENSE);
    holds("gain over the plain mean", sparse.model - sparse.plain, 0.0);
    holds("gain over the plain mean", dense.model - dense.plain, 0.0);
}

static void worlds_e_f__nothing_to_correct__no_harm(void **unused)
{
    (void)unused;
    for (char name = 'E'; name <= 'F'; name++) {
        figures_t sparse = look_at(name, 0), dense = look_at(name, WORLD_DENSE);
        everything_common(&sparse, &dense);
        holds("gain over the plain mean", sparse.model - sparse.plain, -0.005);
        holds("gain over the plain mean", dense.model - dense.plain, -0.005);
    }
}

static void worlds_d_g_h_i__odd_in_their_way__still_better(void **unused)
{
    (void)unused;
    static const char names[] = "DGHI";
    for (size_t i = 0; names[i] != '\0'; i++) {
        figures_t sparse = look_at(names[i], 0);
        holds("gain over the plain mean", sparse.model - sparse.plain, 0.0);
    }
}

static void components__with_and_without_links__seen(void **unused)
{
    (void)unused;
    static trial_t trial;
    for (uint32_t i = 0; i < 10; i++) {
        components_t components;
        begin(&trial, world_flags('C'), i);
        assert_int_equal(components_find(&trial.sample, &components), STATUS_OK);
        assert_int_equal(components.count, WORLD_TEAMS);
        assert_int_equal(components.thin, WORLD_TEAMS);
        for (uint32_t s = 0; s < N; s++)
            assert_int_equal(components.of_subject[s], s % WORLD_TEAMS);
        components_fini(&components);
        end(&trial);
        begin(&trial, world_flags('B'), i);
        assert_int_equal(components_find(&trial.sample, &components), STATUS_OK);
        assert_int_equal(components.count, 1);
        assert_int_equal(components.thin, 0);
        components_fini(&components);
        end(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(world_a__random_assignment__gains_and_covers),
        cmocka_unit_test(world_b__blocked_with_links__gains_and_covers),
        cmocka_unit_test(world_c__no_links__never_below_the_plain_mean),
        cmocka_unit_test(worlds_e_f__nothing_to_correct__no_harm),
        cmocka_unit_test(worlds_d_g_h_i__odd_in_their_way__still_better),
        cmocka_unit_test(components__with_and_without_links__seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
