/* Goal: a plan does what it says: nobody is sent where R16 forbids it, everybody's
 * minimum comes first, parts that cannot be compared are joined, thin links and the share
 * of link visits grow, and the same state gives the same plan.
 *
 * Method: chaos fills a machine; the plan is made of its state. Then worlds of
 * clients/lab/worlds.h, with and without links. Seeds are printed; YIXIAN_SEED chooses
 * another one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/calibration/plan.h"
#include "broker/core/observation_rules.h"
#include "clients/lab/worlds.h"
#include "proto/answer_epochs.h"
#include "tests/property/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const parameters_t prior = {
    .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
};

/* ---- a machine ---- */

static uint64_t seed_of(uint64_t usual)
{
    const char *given = getenv("YIXIAN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : usual;
    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

static void stir(run_t *run, uint32_t steps)
{
    for (uint32_t i = 0; i < steps; i++) {
        command_t command;
        uint32_t by = 0;
        run->now_ms += 1 + chaos_below(run->chaos, 60000);
        chaos_next(run->chaos, run->now_ms, &command, &by);
        (void)run_send(run, run_key(run, chaos_key(by)), by, &command);
    }
}

static plan_t *plan_of(const state_t *state, uint32_t group, uint32_t team,
                       uint32_t count, intake_t **intake)
{
    plan_teams_t *teams = NULL;
    plan_t *plan = NULL;
    assert_int_equal(intake_gather(state, state->open_account, 1u << group, INTAKE_ALL,
                                   true, intake),
                     STATUS_OK);
    assert_int_equal(plan_gather(state, *intake, &teams), STATUS_OK);
    assert_int_equal(plan_make(*intake, teams, team, count, &plan), STATUS_OK);
    plan_teams_destroy(&teams);
    return plan;
}

static void plans_equal(const plan_t *a, const plan_t *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        assert_int_equal(a->visits[i].subject, b->visits[i].subject);
        assert_int_equal(a->visits[i].team, b->visits[i].team);
        assert_int_equal(a->visits[i].reason, b->visits[i].reason);
        assert_true(a->visits[i].error_after == b->visits[i].error_after);
    }
}

/* Reasons of the minimum stand before all others; a visit never widens an interval. */
static void order_holds(const plan_t *plan)
{
    bool past = false;
    for (uint32_t i = 0; i < plan->count; i++) {
        const planned_t *visit = &plan->visits[i];
        bool minimum = visit->reason <= PLAN_SECOND_INSPECTOR;
        past = past || !minimum;
        assert_false(minimum && past);
        assert_true(visit->error_after <= visit->error_before);
        assert_int_equal(visit->ratings_after, visit->ratings + PLAN_INSPECTORS);
    }
}

static void plan__of_random_facts__keeps_rules_and_order(void **unused)
{
    (void)unused;
    run_t *run = test_calloc(1, sizeof *run);
    run_found(run, seed_of(31));
    for (uint32_t round = 0; round < 6; round++) {
        stir(run, round * 400);
        const state_t *state = &run->machine->state;
        for (uint32_t team = 0; team <= state->teams.count; team++) {
            intake_t *intake = NULL, *other = NULL;
            plan_t *plan = plan_of(state, round % 2, team, 40, &intake);
            plan_t *again = plan_of(state, round % 2, team, 40, &other);
            plans_equal(plan, again);
            order_holds(plan);
            assert_true(plan->ranked_after >= plan->ranked_before);
            for (uint32_t i = 0; i < plan->count; i++) {
                const planned_t *visit = &plan->visits[i];
                uint32_t unit = intake->groups[0].subjects[visit->subject].unit_row;
                uint32_t able = 0;
                for (uint32_t n = 1; n <= state->inspectors.count; n++)
                    able += TABLE_ROW(inspector_row_t, &state->inspectors, n)->team ==
                                visit->team &&
                            rule_unit_unbiased(state, n, unit);
                assert_in_range(able, PLAN_INSPECTORS, UINT32_MAX);
                assert_true(team == 0 || visit->team == team);
            }
            plan_destroy(&plan);
            plan_destroy(&again);
            intake_destroy(&intake);
            intake_destroy(&other);
        }
    }
    run_end(run);
    test_free(run);
}

/* ---- worlds ---- */

typedef struct {
    world_t world;
    intake_t intake;
    intake_group_t group;
    plan_teams_t teams;
    intake_subject_t subjects[WORLD_SUBJECTS];
    intake_inspector_t inspectors[WORLD_INSPECTORS];
    code_t codes[WORLD_TEAMS];
    sighting_t sightings[WORLD_RATINGS_MAX];
    int64_t offsets[WORLD_INSPECTORS];
    bool known[WORLD_INSPECTORS], home[WORLD_TEAMS * WORLD_UNITS];
    uint16_t able[WORLD_TEAMS * WORLD_UNITS];
    uint32_t team_of[WORLD_INSPECTORS];
} town_t;

static void lay_teams(town_t *town)
{
    town->teams = (plan_teams_t){ .team_count = WORLD_TEAMS,
                                  .unit_count = WORLD_UNITS,
                                  .able = town->able,
                                  .home = town->home,
                                  .team_of = town->team_of };
    for (uint32_t t = 0; t < WORLD_TEAMS; t++)
        for (uint32_t u = 0; u < WORLD_UNITS; u++) {
            town->able[t * WORLD_UNITS + u] = PLAN_INSPECTORS;
            town->home[t * WORLD_UNITS + u] = u / (WORLD_UNITS / WORLD_TEAMS) == t;
        }
    for (uint32_t r = 0; r < WORLD_INSPECTORS; r++) {
        town->inspectors[r].team = town->world.team_of[r];
        town->team_of[r] = 1 + town->world.team_of[r];
    }
}

static void lay(town_t *town, char name, uint64_t seed)
{
    const world_t *world = &town->world;
    memset(town, 0, sizeof *town);
    world_make(&town->world, world_flags(name), seed);
    town->intake = (intake_t){ .group_count = 1, .groups = &town->group };
    town->intake.channels[0].weight = MILLE;
    town->group = (intake_group_t){ .subjects = town->subjects,
                                    .inspectors = town->inspectors,
                                    .teams = town->codes,
                                    .sightings = town->sightings,
                                    .subject_count = WORLD_SUBJECTS,
                                    .unit_count = WORLD_UNITS,
                                    .inspector_count = WORLD_INSPECTORS,
                                    .team_count = WORLD_TEAMS,
                                    .sighting_count = world->rating_count };
    town->group.rule = (group_rule_t){ .dimension_count = 1,
                                       .weights = { WEIGHT_SUM },
                                       .min_ratings = 3,
                                       .min_inspectors = 2,
                                       .enough_ratings = 12 };
    town->group.lenses[0] = (intake_lens_t){
        .prior = prior, .now = prior, .offsets = town->offsets, .known = town->known
    };
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++) {
        town->subjects[s] =
            (intake_subject_t){ .unit = world->unit_of[s], .runs = true };
        (void)snprintf(town->subjects[s].code.text, sizeof town->subjects[s].code.text,
                       "C%03u", s);
    }
    for (uint32_t i = 0; i < world->rating_count; i++) {
        const world_rating_t *rating = &world->ratings[i];
        intake_subject_t *subject = &town->subjects[rating->subject];
        town->sightings[i] = (sighting_t){ .subject = rating->subject,
                                           .inspector = rating->inspector,
                                           .rated = 1,
                                           .values = { (uint16_t)rating->centi } };
        subject->ratings++;
        subject->observations++;
        subject->inspectors = 2; /* a visit takes two */
    }
    lay_teams(town);
}

static plan_t *make(const town_t *town, uint32_t count)
{
    plan_t *plan = NULL;
    assert_int_equal(plan_make(&town->intake, &town->teams, 0, count, &plan),
                     STATUS_OK);
    order_holds(plan);
    return plan;
}

/* In a world without links a team's own units are those that it has been to. */
static void stay_home(town_t *town)
{
    memset(town->home, 0, sizeof town->home);
    for (uint32_t i = 0; i < town->world.rating_count; i++) {
        const world_rating_t *rating = &town->world.ratings[i];
        uint32_t team = town->world.team_of[rating->inspector];
        town->home[team * WORLD_UNITS + town->world.unit_of[rating->subject]] = true;
    }
}

static void plan__disconnected_world__is_joined(void **unused)
{
    (void)unused;
    static town_t town;
    lay(&town, 'C', seed_of(41));
    stay_home(&town);
    plan_t *plan = make(&town, 300);
    print_message("components %u -> %u, thin %u -> %u, links %u -> %u mille\n",
                  plan->components_before, plan->components_after, plan->thin_before,
                  plan->thin_after, plan->links_before, plan->links_after);
    assert_in_range(plan->components_before, 2, WORLD_TEAMS);
    assert_int_equal(plan->components_after, 1);
    assert_int_equal(plan->thin_after, 0);
    assert_int_equal(plan->links_before, 0);
    assert_in_range(plan->links_after, PLAN_LINK_MILLE, MILLE);
    plan_destroy(&plan);
}

static void plan__nobody_seen__everybody_gets_the_minimum(void **unused)
{
    (void)unused;
    static town_t town;
    lay(&town, 'A', seed_of(43));
    town.group.sighting_count = 0;
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++)
        town.subjects[s].ratings = town.subjects[s].observations =
            town.subjects[s].inspectors = 0;
    plan_t *plan = make(&town, 2 * WORLD_SUBJECTS);
    assert_int_equal(plan->ranked_before, 0);
    assert_int_equal(plan->ranked_after, WORLD_SUBJECTS);
    assert_in_range(plan->links_after, PLAN_LINK_MILLE, MILLE);
    for (uint32_t i = 0; i < plan->count; i++)
        assert_int_equal(plan->visits[i].reason,
                         i < WORLD_SUBJECTS ? PLAN_NEVER_SEEN : PLAN_BELOW_MINIMUM);
    plan_destroy(&plan);
}

static void plan__few_visits__the_most_urgent(void **unused)
{
    (void)unused;
    static town_t town;
    lay(&town, 'A', seed_of(47));
    town.subjects[7].ratings = town.subjects[7].inspectors = 0;
    town.subjects[7].observations = 0;
    plan_t *plan = make(&town, 1);
    assert_int_equal(plan->count, 1);
    assert_int_equal(plan->visits[0].subject, 7);
    assert_int_equal(plan->visits[0].reason, PLAN_NEVER_SEEN);
    plan_destroy(&plan);
    for (uint32_t t = 0; t < WORLD_TEAMS; t++)
        town.able[t * WORLD_UNITS + town.world.unit_of[7]] =
            1; /* nobody may go there */
    plan = make(&town, 100);
    for (uint32_t i = 0; i < plan->count; i++)
        assert_int_not_equal(town.world.unit_of[plan->visits[i].subject],
                             town.world.unit_of[7]);
    plan_destroy(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan__of_random_facts__keeps_rules_and_order),
        cmocka_unit_test(plan__disconnected_world__is_joined),
        cmocka_unit_test(plan__nobody_seen__everybody_gets_the_minimum),
        cmocka_unit_test(plan__few_visits__the_most_urgent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
