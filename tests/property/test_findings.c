/* Goal: watching the watchers finds what was planted and leaves the innocent alone
 * (SCORING.md section 9, "detection").
 * Method: worlds of clients/lab/worlds.h as an intake of one group, fixed seeds, 40
 * repetitions in release builds (sanitizer builds look at 2 and print only); a favour is
 * planted into clean worlds. Each figure is printed beside its bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/calibration/findings.h"
#include "clients/lab/worlds.h"
#include "proto/command_epochs.h"
#include <cmocka.h>
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

#define FAVOUR_CENTI 800u
#define EACH         (WORLD_INSPECTORS / WORLD_TEAMS)

typedef struct {
    world_t world;
    intake_t intake;
    intake_group_t group;
    intake_subject_t subjects[WORLD_SUBJECTS];
    intake_inspector_t inspectors[WORLD_INSPECTORS];
    code_t teams[WORLD_TEAMS];
    sighting_t sightings[WORLD_RATINGS_MAX];
    int64_t offsets[WORLD_INSPECTORS];
    bool known[WORLD_INSPECTORS];
    found_epoch_t *found;
    finding_t findings[FINDINGS_MAX];
    uint32_t count;
} trial_t;

static const parameters_t prior = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};

/* `dimensions` copies of the world's rating; a sheet of several has every one alike. */
static void lay(trial_t *trial, uint32_t dimensions)
{
    const world_t *world = &trial->world;
    trial->intake = (intake_t){ .group_count = 1, .groups = &trial->group };
    trial->intake.channels[0].weight = MILLE;
    trial->group = (intake_group_t){ .subjects = trial->subjects,
                                     .inspectors = trial->inspectors,
                                     .teams = trial->teams,
                                     .sightings = trial->sightings,
                                     .subject_count = WORLD_SUBJECTS,
                                     .unit_count = WORLD_UNITS,
                                     .inspector_count = WORLD_INSPECTORS,
                                     .team_count = WORLD_TEAMS,
                                     .sighting_count = world->rating_count };
    trial->group.rule.dimension_count = dimensions;
    for (uint32_t k = 0; k < dimensions; k++) {
        trial->group.rule.dimensions[k] = k;
        trial->group.rule.weights[k] = WEIGHT_SUM / dimensions;
        trial->group.lenses[k] = (intake_lens_t){ .prior = prior,
                                                  .now = prior,
                                                  .offsets = trial->offsets,
                                                  .known = trial->known };
    }
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++)
        trial->subjects[s] = (intake_subject_t){ .unit = world->unit_of[s],
                                                 .runs = true,
                                                 .ranked = true };
    for (uint32_t r = 0; r < WORLD_INSPECTORS; r++)
        trial->inspectors[r].team = world->team_of[r];
    for (uint32_t i = 0; i < world->rating_count; i++) {
        sighting_t *sighting = &trial->sightings[i];
        *sighting = (sighting_t){ .subject = world->ratings[i].subject,
                                  .inspector = world->ratings[i].inspector,
                                  .rated = (uint16_t)((1u << dimensions) - 1) };
        for (uint32_t k = 0; k < dimensions; k++)
            sighting->values[k] = (uint16_t)world->ratings[i].centi;
    }
}

static void look(trial_t *trial)
{
    assert_int_equal(epoch_run(&trial->intake, NULL, NULL, &trial->found), STATUS_OK);
    assert_int_equal(findings_find(&trial->intake, &trial->group,
                                   &trial->found->groups[0], trial->findings,
                                   &trial->count),
                     STATUS_OK);
}

static uint32_t count_of(const trial_t *trial, uint32_t rule)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < trial->count; i++)
        count += trial->findings[i].rule == rule;
    return count;
}

static bool is_straight(uint32_t inspector)
{
    return inspector % EACH == 1 && inspector / EACH < WORLD_STRAIGHT_LINERS;
}

static void holds(const char *what, double figure, bool least, double bound)
{
    print_message("%-58s %8.4f  %s %.4f\n", what, figure, least ? ">=" : "<=", bound);
    if (BOUNDS_HOLD)
        assert_true(least ? figure >= bound : figure <= bound);
}

/* ---- straight-liners ---- */

static void spread__three_straight_liners__found_and_few_others(void **unused)
{
    (void)unused;
    static trial_t trial;
    uint32_t found = 0, others = 0;
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        world_make(&trial.world, world_flags('D'), 1000 + i);
        lay(&trial, 1);
        look(&trial);
        for (uint32_t f = 0; f < trial.count; f++) {
            if (trial.findings[f].rule != RULE_SPREAD)
                continue;
            bool planted = is_straight(trial.findings[f].inspector);
            found += planted;
            others += !planted;
        }
        found_epoch_destroy(&trial.found);
    }
    holds("D: straight-liners found", found / (3.0 * REPETITIONS), true, 1.0);
    holds("D: others called straight-liners", others / (25.0 * REPETITIONS), false,
          0.05);
}

/* ---- the innocent ---- */

static void patterns__nothing_planted__few_alarms(void **unused)
{
    (void)unused;
    static trial_t trial;
    static const char names[] = { 'A', 'B', 'E', 'F' };
    for (size_t n = 0; n < sizeof names; n++) {
        uint32_t spread = 0, misfits = 0, units = 0, subjects = 0;
        for (uint32_t i = 0; i < REPETITIONS; i++) {
            world_make(&trial.world, world_flags(names[n]), 2000 + i);
            lay(&trial, 1);
            look(&trial);
            spread += count_of(&trial, RULE_SPREAD);
            misfits += count_of(&trial, RULE_FIT);
            units += count_of(&trial, RULE_UNIT) > 0;
            subjects += count_of(&trial, RULE_SUBJECT) > 0;
            found_epoch_destroy(&trial.found);
        }
        print_message("world %c\n", names[n]);
        double all = (double)WORLD_INSPECTORS * REPETITIONS;
        holds("inspectors called straight-liners", spread / all, false, 0.05);
        holds("inspectors called misfits", misfits / all, false, 0.05);
        /* everything found is false here: the share of worlds with any is the rate */
        holds("worlds with a unit found", units / (double)REPETITIONS, false, 0.20);
        holds("worlds with a subject found", subjects / (double)REPETITIONS, false,
              0.20);
    }
}

/* ---- a planted favour ---- */

/* The first inspector who saw a unit `looks` times or more: 8 points more for all of its
 * subjects. */
static bool plant(trial_t *trial, uint32_t looks, uint32_t *inspector, uint32_t *unit)
{
    static uint32_t seen[WORLD_INSPECTORS][WORLD_UNITS];
    world_t *world = &trial->world;
    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < world->rating_count; i++)
        seen[world->ratings[i].inspector][world->unit_of[world->ratings[i].subject]]++;
    for (*inspector = 0; *inspector < WORLD_INSPECTORS; ++*inspector)
        for (*unit = 0; *unit < WORLD_UNITS; ++*unit) {
            if (seen[*inspector][*unit] < looks)
                continue;
            for (uint32_t i = 0; i < world->rating_count; i++) {
                world_rating_t *rating = &world->ratings[i];
                if (rating->inspector == *inspector &&
                    world->unit_of[rating->subject] == *unit)
                    rating->centi = rating->centi + FAVOUR_CENTI < RATING_MAX
                                        ? rating->centi + FAVOUR_CENTI
                                        : RATING_MAX;
            }
            return true;
        }
    return false;
}

static double share_found(uint32_t looks)
{
    static trial_t trial;
    uint32_t planted = 0, found = 0;
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        uint32_t inspector, unit;
        world_make(&trial.world, world_flags('B') | WORLD_DENSE, 3000 + i);
        if (!plant(&trial, looks, &inspector, &unit))
            continue;
        planted++;
        lay(&trial, 1);
        look(&trial);
        bool seen = false;
        for (uint32_t f = 0; f < trial.count; f++)
            seen = seen || (trial.findings[f].rule == RULE_UNIT &&
                            trial.findings[f].inspector == inspector &&
                            trial.findings[f].unit == unit);
        found += seen;
        found_epoch_destroy(&trial.found);
    }
    assert_in_range(planted, 1, REPETITIONS);
    return (double)found / planted;
}

/* At 8 looks 8 points are 3.4 standard deviations, and with some 160 units tried the
 * false discovery rate asks for 3.4 as well: about a half is all that can be found. More
 * looks at the same few subjects bring little, for one eye repeats itself. */
static void unit__favour_of_8_points__found(void **unused)
{
    (void)unused;
    holds("favour of 8 points found, 8 looks or more", share_found(8), true, 0.4);
    holds("favour of 8 points found, 16 looks or more", share_found(16), true, 0.5);
}

/* ---- sheets ---- */

static void sheets__alike_and_flat__noticed(void **unused)
{
    (void)unused;
    static trial_t trial;
    world_make(&trial.world, world_flags('A') | WORLD_DENSE, 4000);
    lay(&trial, 4);
    uint32_t copied = 0;
    for (uint32_t i = 0; i < trial.group.sighting_count; i++) {
        sighting_t *sighting = &trial.sightings[i];
        for (uint32_t k = 1; k < 4; k++) /* dimensions differ on honest sheets */
            sighting->values[k] =
                (uint16_t)((sighting->values[0] + 531u * k * (i + 3)) % 4000u + 6000u);
        if (sighting->inspector == 5) /* one sees no difference between them */
            for (uint32_t k = 1; k < 4; k++)
                sighting->values[k] = sighting->values[0];
    }
    for (uint32_t i = 0; i < trial.group.sighting_count && copied < 6; i++)
        for (uint32_t j = 0; j < trial.group.sighting_count; j++) {
            sighting_t *a = &trial.sightings[i], *b = &trial.sightings[j];
            if (a->inspector != 7 || b->inspector != 9 || a->subject != b->subject)
                continue;
            memcpy(b->values, a->values, sizeof b->values);
            copied++;
            break;
        }
    print_message("copied sheets: %u\n", copied);
    look(&trial);
    bool flat = false, alike = false;
    for (uint32_t f = 0; f < trial.count; f++) {
        const finding_t *finding = &trial.findings[f];
        flat = flat || (finding->rule == RULE_HALO && finding->inspector == 5);
        alike = alike || (finding->rule == RULE_SAME_SHEETS &&
                          finding->inspector == 7 && finding->other == 9);
    }
    assert_true(flat);
    assert_int_equal(alike, copied >= FINDINGS_SHEETS);
    assert_in_range(copied, FINDINGS_SHEETS, 6);
    found_epoch_destroy(&trial.found);
}

/* ---- hardly anything ---- */

static void findings__one_rating_or_none__nothing(void **unused)
{
    (void)unused;
    static trial_t trial;
    world_make(&trial.world, world_flags('A'), 5000);
    for (uint32_t count = 0; count < 4; count++) {
        trial.world.rating_count = count;
        lay(&trial, 3);
        look(&trial);
        assert_int_equal(trial.count, 0);
        found_epoch_destroy(&trial.found);
    }
    trial.world.rating_count = 200;
    lay(&trial, 3);
    for (uint32_t i = 0; i < 200; i++)
        for (uint32_t k = 0; k < 3; k++)
            trial.sightings[i].values[k] =
                8000; /* all alike: no spread to fall short of */
    look(&trial);
    assert_int_equal(count_of(&trial, RULE_SPREAD), 0);
    assert_int_equal(count_of(&trial, RULE_UNIT), 0);
    found_epoch_destroy(&trial.found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spread__three_straight_liners__found_and_few_others),
        cmocka_unit_test(patterns__nothing_planted__few_alarms),
        cmocka_unit_test(unit__favour_of_8_points__found),
        cmocka_unit_test(sheets__alike_and_flat__noticed),
        cmocka_unit_test(findings__one_rating_or_none__nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
