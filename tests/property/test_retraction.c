/* Goal: groups are a function of the set of facts (SCORING.md section 3, "Exact
 * retraction"): any order of adding and taking away gives the same sums.
 *
 * Method: a seeded pile of sheets of 8 inspectors on 3 subjects, through two channels
 * of different weight and offset and one of weight 0. In each of 100 shuffles all are
 * submitted and those not chosen to stay are retracted in between, at random moments;
 * every (subject, dimension, inspector) must then hold what the staying facts sum to.
 * YIXIAN_SEED chooses another seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/groups.h"
#include "tests/support/scene.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHUFFLES   100u
#define FACTS      150u
#define SUBJECTS   3u
#define INSPECTORS 8u
#define DIMENSIONS 3u

typedef struct {
    char code[8];
    uint32_t subject, inspector, channel;
    rating_t ratings[DIMENSIONS];
    uint32_t rating_count;
    bool stays;
} remark_t;

typedef struct {
    uint64_t random;
    remark_t facts[FACTS];
} pile_t;

typedef struct {
    int64_t m, y;
    uint32_t ratings;
} sum_t;

typedef struct {
    sum_t of[SUBJECTS][DIMENSIONS][INSPECTORS];
} sums_t;

static const char *const subjects[SUBJECTS] = { "C1", "C2", "C3" };
static const char *const inspectors[INSPECTORS] = { "J0", "J1", "J2", "J3",
                                                    "J4", "J5", "J6", "J7" };

/* splitmix64 */
static uint32_t below(pile_t *pile, uint32_t limit)
{
    uint64_t z = pile->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32) % limit;
}

static void pile_init(pile_t *pile, uint64_t seed)
{
    memset(pile, 0, sizeof *pile);
    pile->random = seed;
    for (uint32_t i = 0; i < FACTS; i++) {
        remark_t *fact = &pile->facts[i];
        snprintf(fact->code, sizeof fact->code, "X%u", i);
        fact->subject = below(pile, SUBJECTS);
        fact->inspector = below(pile, INSPECTORS);
        fact->channel = 1 + below(pile, 3);
        fact->stays = below(pile, 2) == 0;
        for (uint32_t d = 1; d <= DIMENSIONS; d++) {
            if (below(pile, 4) != 0)
                fact->ratings[fact->rating_count++] =
                    (rating_t){ d, below(pile, RATING_MAX + 1) };
        }
    }
}

/* ---- what the staying facts sum to, without the code under test ---- */

static void expect_of(const pile_t *pile, sums_t *sums)
{
    static const int64_t weights[] = { 1000, 750, 0 };
    memset(sums, 0, sizeof *sums);
    for (uint32_t i = 0; i < FACTS; i++) {
        const remark_t *fact = &pile->facts[i];
        int64_t weight = weights[fact->channel - 1];
        for (uint32_t k = 0; fact->stays && weight > 0 && k < fact->rating_count; k++) {
            const rating_t *rating = &fact->ratings[k];
            int64_t gamma = fact->channel == 2 && rating->dimension == 2 ? 1500000 : 0;
            sum_t *sum =
                &sums->of[fact->subject][rating->dimension - 1][fact->inspector];
            sum->m += weight;
            sum->y += weight * (rating->value * 10000LL - gamma);
            sum->ratings++;
        }
    }
}

/* ---- the machine ---- */

static scene_t *furnished_scene(void)
{
    scene_t *scene = scene_create_framed();
    static text_t crew[INSPECTORS];
    for (uint32_t i = 0; i < INSPECTORS; i++) {
        char person[8];
        snprintf(person, sizeof person, "HJ%u", i);
        scene_add_inspector(scene, inspectors[i], person, "T1", "U9");
        crew[i] = scene_text(inspectors[i]);
    }
    command_t command = scene_visit("V");
    command.body.visit.inspectors = crew;
    command.body.visit.inspector_count = INSPECTORS;
    scene_accept(scene, &command);
    return scene;
}

static void submit(scene_t *scene, const remark_t *fact)
{
    command_t command = scene_sheet(fact->code);
    observe_t *sheet = &command.body.observe;
    sheet->subject = scene_text(subjects[fact->subject]);
    sheet->inspector = scene_text(inspectors[fact->inspector]);
    sheet->channel = fact->channel;
    sheet->ratings = fact->ratings;
    sheet->rating_count = fact->rating_count;
    sheet->narrative_chars = 10;
    scene_accept(scene, &command);
}

static void shuffle(pile_t *pile, uint32_t order[FACTS])
{
    for (uint32_t i = 0; i < FACTS; i++)
        order[i] = i;
    for (uint32_t i = FACTS - 1; i > 0; i--) {
        uint32_t j = below(pile, i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

/* Takes a random one of the waiting facts back. */
static void retract_one(scene_t *scene, pile_t *pile, uint32_t *waiting,
                        uint32_t *count)
{
    uint32_t at = below(pile, *count);
    command_t command = scene_retract(pile->facts[waiting[at]].code);
    waiting[at] = waiting[--*count];
    scene_accept(scene, &command);
}

static void run_shuffled(scene_t *scene, pile_t *pile)
{
    uint32_t order[FACTS], waiting[FACTS], count = 0;
    shuffle(pile, order);
    for (uint32_t i = 0; i < FACTS; i++) {
        const remark_t *fact = &pile->facts[order[i]];
        submit(scene, fact);
        if (!fact->stays)
            waiting[count++] = order[i];
        while (count > 0 && below(pile, 2) == 0)
            retract_one(scene, pile, waiting, &count);
    }
    while (count > 0)
        retract_one(scene, pile, waiting, &count);
}

static void check_cell(const scene_t *scene, uint32_t cell, const sum_t *sums)
{
    const state_t *state = &scene->state;
    uint32_t ratings = 0, groups = 0;
    for (uint32_t i = 0; i < INSPECTORS; i++) {
        uint32_t row = group_find(state, cell,
                                  scene_row(scene, &state->inspectors, inspectors[i]));
        assert_int_equal(row != 0, sums[i].m != 0);
        ratings += sums[i].ratings;
        groups += row != 0 ? 1 : 0;
        if (row == 0)
            continue;
        assert_int_equal(TABLE_ROW(group_row_t, &state->groups, row)->m, sums[i].m);
        assert_true(TABLE_ROW(group_row_t, &state->groups, row)->y == sums[i].y);
    }
    const cell_row_t *found = TABLE_ROW(cell_row_t, &state->cells, cell);
    assert_int_equal(found->ratings, ratings);
    assert_int_equal(found->inspectors, groups);
}

static void check_groups(const scene_t *scene, const sums_t *sums)
{
    uint32_t used = 0;
    for (uint32_t s = 0; s < SUBJECTS; s++) {
        const subject_row_t *subject =
            TABLE_ROW(subject_row_t, &scene->state.subjects,
                      scene_row(scene, &scene->state.subjects, subjects[s]));
        uint32_t cells = scene_standing(scene, subject->standing)->cells;
        for (uint32_t k = 0; k < DIMENSIONS; k++) {
            check_cell(scene, cells + k, sums->of[s][k]);
            for (uint32_t i = 0; i < INSPECTORS; i++)
                used += sums->of[s][k][i].m != 0 ? 1 : 0;
        }
    }
    const table_t *groups = &scene->state.groups;
    assert_int_equal(groups->count - groups->free_count, used);
}

static uint64_t seed_given(void)
{
    const char *text = getenv("YIXIAN_SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 10) : 20250106;
    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

static void groups__added_and_taken_away_in_any_order__same_sums(void **unused)
{
    (void)unused;
    pile_t *pile = malloc(sizeof *pile);
    sums_t *sums = malloc(sizeof *sums);
    assert_non_null(pile);
    assert_non_null(sums);
    pile_init(pile, seed_given());
    expect_of(pile, sums);
    for (uint32_t i = 0; i < SHUFFLES; i++) {
        scene_t *scene = furnished_scene();
        run_shuffled(scene, pile);
        check_groups(scene, sums);
        scene_destroy(&scene);
    }
    free(pile);
    free(sums);
}

static void groups__everything_taken_away__nothing_is_left(void **unused)
{
    (void)unused;
    pile_t *pile = malloc(sizeof *pile);
    sums_t *sums = malloc(sizeof *sums);
    assert_non_null(pile);
    assert_non_null(sums);
    pile_init(pile, seed_given() + 1);
    for (uint32_t i = 0; i < FACTS; i++)
        pile->facts[i].stays = false;
    expect_of(pile, sums);
    scene_t *scene = furnished_scene();
    run_shuffled(scene, pile);
    check_groups(scene, sums);
    assert_int_equal(scene->state.groups.count, scene->state.groups.free_count);
    scene_destroy(&scene);
    free(pile);
    free(sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups__added_and_taken_away_in_any_order__same_sums),
        cmocka_unit_test(groups__everything_taken_away__nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
