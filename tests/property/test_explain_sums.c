/* Goal: mean + lines = score of every dimension, and the weighted sum of all = T, to the
 * unit, for every standing (R6).
 * Method: seeded worlds with uneven weights, priors and channels (weights 1000, 333, 0,
 * offsets), retractions included. Each line is also held against its definition: the
 * floor of its exact share or one more, and no line with a smaller fraction got one
 * that a line with a larger fraction did not. EXPLAIN_SEED replays a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/explain.h"
#include "tests/support/board_world.h"
#include <stdio.h>
#include <stdlib.h>

#define SUBJECTS   40u
#define INSPECTORS 9u
#define DIMENSIONS 5u
#define SHEETS     1500u
#define ROOM       600u

typedef struct {
    board_world_t *world;
    uint64_t random;
    explain_line_t lines[ROOM];
} model_t;

static uint32_t pick(model_t *model, uint32_t below)
{
    model->random ^= model->random >> 12;
    model->random ^= model->random << 25;
    model->random ^= model->random >> 27;
    return (uint32_t)((model->random * 2685821657736338717u) >> 33) % below;
}

static void lay_parameters(model_t *model)
{
    scheme_row_t *scheme = board_world_scheme(model->world);
    static const uint32_t weights[DIMENSIONS] = { 3333, 1, 2666, 4000, 0 };
    for (uint32_t k = 0; k < DIMENSIONS; k++) {
        scheme->groups[0].weights[k] = weights[k];
        scheme->dimensions[k].mu_centi = 7000 + pick(model, 2000);
        scheme->dimensions[k].kappa = 1 + pick(model, 5000);
        scheme->dimensions[k].rho = pick(model, 1001);
        scheme->dimensions[k].u = pick(model, 1001);
    }
    scheme->channels[1].weight = 333;
    scheme->channels[1].offset[0] = -1234567;
    scheme->channels[1].offset[3] = 7;
}

static void fill(model_t *model)
{
    board_world_t *world = model->world;
    uint32_t unit = board_world_unit(world, "U1", 0), subjects[SUBJECTS];
    uint32_t inspectors[INSPECTORS];
    char code[8];
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        assert_true(snprintf(code, sizeof code, "C%u", i) > 0);
        subjects[i] = board_world_subject(world, code, unit, 0);
    }
    for (uint32_t i = 0; i < INSPECTORS; i++) {
        assert_true(snprintf(code, sizeof code, "I%u", i) > 0);
        inspectors[i] = board_world_inspector(world, code);
    }
    for (uint32_t i = 0; i < SHEETS; i++) {
        board_sheet_t sheet = { .account = world->account,
                                .subject = subjects[pick(model, SUBJECTS)],
                                .inspector = inspectors[pick(model, INSPECTORS)],
                                .channel = 1 + pick(model, 3),
                                .rated = pick(model, 1u << DIMENSIONS) };
        for (uint32_t k = 0; k < DIMENSIONS; k++)
            sheet.values[k] = (uint16_t)pick(model, RATING_MAX + 1);
        uint32_t observation = board_world_observe(world, &sheet);
        if (pick(model, 10) == 0)
            board_world_retract(world, observation);
    }
}

/* 0 when the line got the floor of its exact share, 1 when it got one more. */
static int extra_of(const explain_line_t *line, int64_t divisor, __int128 *rest)
{
    __int128 above = (__int128)line->g * line->weight * line->adjusted;
    __int128 below = (__int128)line->m * divisor;
    *rest = above - below * line->contribution;
    if (*rest >= 0) {
        assert_true(*rest < below);
        return 0;
    }
    *rest += below;
    assert_true(*rest >= 0);
    return 1;
}

static void assert_largest_fractions(const model_t *model, uint32_t count,
                                     int64_t divisor)
{
    for (uint32_t i = 0; i < count; i++) {
        __int128 rest_i = 0, rest_j = 0;
        int extra_i = extra_of(&model->lines[i], divisor, &rest_i);
        for (uint32_t j = i + 1; j < count; j++) {
            assert_true(model->lines[i].seq < model->lines[j].seq);
            int extra_j = extra_of(&model->lines[j], divisor, &rest_j);
            __int128 x = rest_i * model->lines[j].m, y = rest_j * model->lines[i].m;
            if (extra_i == 0 && extra_j == 1)
                assert_true(y > x);
            if (extra_i == 1 && extra_j == 0)
                assert_true(x >= y);
        }
    }
}

static void assert_standing(model_t *model, uint32_t standing)
{
    const state_t *state = &model->world->state;
    const group_rule_t *rule = &board_world_scheme(model->world)->groups[0];
    __int128 total = 0;
    for (uint32_t k = 0; k < DIMENSIONS; k++) {
        uint32_t count = 0;
        parameters_t p;
        dimension_score_t cell;
        assert_int_equal(
            explain_standing(state, standing, k, model->lines, ROOM, &count),
            STATUS_OK);
        score_parameters(state, standing, k, &p);
        score_cell(state, standing, k, &cell);
        int64_t sum = p.mu;
        for (uint32_t i = 0; i < count; i++)
            sum += model->lines[i].contribution;
        assert_int_equal(sum, cell.score);
        assert_largest_fractions(model, count, cell.w + p.kappa);
        total += (__int128)rule->weights[k] * sum;
    }
    score_t score;
    score_standing(state, standing, &score);
    assert_true(total == score.total);
}

static void lines__of_every_standing__sum_to_its_total(void **unused)
{
    (void)unused;
    const char *given = getenv("EXPLAIN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20240701u;
    for (uint64_t i = 0; i < (given != NULL ? 1u : 8u); i++) {
        print_message("EXPLAIN_SEED=%llu\n", (unsigned long long)(seed + i));
        model_t *model = calloc(1, sizeof *model);
        assert_non_null(model);
        model->world = board_world_create(1, DIMENSIONS);
        model->random = seed + i;
        lay_parameters(model);
        fill(model);
        assert_true(model->world->state.standings.count > SUBJECTS / 2);
        for (uint32_t s = 1; s <= model->world->state.standings.count; s++)
            assert_standing(model, s);
        board_world_destroy(&model->world);
        free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines__of_every_standing__sum_to_its_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
