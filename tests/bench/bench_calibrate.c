/* bench_calibrate.c - how long a calibration of one large group takes, and its memory.
 *
 * usage: bench_calibrate [RATINGS [INSPECTORS [SUBJECTS]]]; 1,000,000, 1,000 and 45,300
 * by default, six dimensions, 40 teams, 300 units. Aim: within 240 s and 4 GiB.
 */
#include "broker/calibration/chance.h"
#include "broker/calibration/epoch_run.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define DIMENSIONS 6u
#define TEAMS      40u
#define UNITS      300u
#define AIM_S      240.0
#define AIM_GIB    4.0

static double seconds(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint16_t rating_of(chance_t *chance, double quality, double severity)
{
    double points = 78.0 + quality + severity + 6.0 * chance_normal(chance);
    double inside = points < 0.0 ? 0.0 : points > 100.0 ? 100.0 : points;
    return (uint16_t)(inside * 100.0);
}

/* Two inspectors of one team a visit; one visit in six crosses the borders. */
static void fill(intake_group_t *group, chance_t *chance)
{
    double *quality = calloc(group->subject_count, sizeof *quality);
    double *severity = calloc(group->inspector_count, sizeof *severity);
    CHECK(quality != NULL && severity != NULL);
    for (uint32_t s = 0; s < group->subject_count; s++) {
        group->subjects[s].unit = s % UNITS;
        group->subjects[s].runs = group->subjects[s].ranked = true;
        quality[s] = 6.0 * chance_normal(chance);
    }
    for (uint32_t r = 0; r < group->inspector_count; r++) {
        group->inspectors[r].team = r % TEAMS;
        severity[r] = 5.0 * chance_normal(chance);
    }
    uint32_t each = group->inspector_count / TEAMS;
    for (uint32_t i = 0; i < group->sighting_count; i++) {
        sighting_t *sheet = &group->sightings[i];
        uint32_t s = chance_below(chance, group->subject_count);
        uint32_t team = chance_below(chance, 6) == 0 ? chance_below(chance, TEAMS)
                                                     : group->subjects[s].unit % TEAMS;
        uint32_t r = team + TEAMS * chance_below(chance, each);
        *sheet = (sighting_t){ .subject = s,
                               .inspector = r,
                               .rated = (1u << DIMENSIONS) - 1 };
        for (uint32_t k = 0; k < DIMENSIONS; k++)
            sheet->values[k] = rating_of(chance, quality[s], severity[r]);
    }
    free(quality);
    free(severity);
}

static void lay(intake_t *intake, intake_group_t *group, uint32_t ratings)
{
    const parameters_t prior = {
        .mu = 80000000, .kappa = 1000, .rho = 300, .u = 1000, .s2 = 360000
    };
    uint32_t inspectors = group->inspector_count;
    group->sighting_count = ratings / DIMENSIONS;
    group->unit_count = UNITS;
    group->team_count = TEAMS;
    group->rule.dimension_count = DIMENSIONS;
    group->subjects = calloc(group->subject_count, sizeof *group->subjects);
    group->inspectors = calloc(inspectors, sizeof *group->inspectors);
    group->teams = calloc(TEAMS, sizeof *group->teams);
    group->sightings = calloc(group->sighting_count, sizeof *group->sightings);
    for (uint32_t k = 0; k < DIMENSIONS; k++) {
        group->rule.dimensions[k] = k;
        group->rule.weights[k] = WEIGHT_SUM / DIMENSIONS;
        group->lenses[k] =
            (intake_lens_t){ .prior = prior,
                             .now = prior,
                             .offsets = calloc(inspectors, sizeof(int64_t)),
                             .known = calloc(inspectors, sizeof(bool)) };
    }
    intake->channels[0].weight = MILLE;
    intake->group_count = 1;
    intake->groups = group;
}

static bool tell(void *context, uint32_t percent)
{
    (void)context; /* standard error is enough */
    fprintf(stderr, "\r%" PRIu32 "%% ", percent);
    return true;
}

int main(int argc, char **argv)
{
    static intake_t intake;
    static intake_group_t group;
    uint32_t ratings = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    group.inspector_count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000;
    group.subject_count = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 45300;
    chance_t chance;
    chance_init(&chance, 20260101);
    lay(&intake, &group, ratings);
    fill(&group, &chance);
    double began = seconds();
    found_epoch_t *found = NULL;
    status_t status = epoch_run(&intake, tell, NULL, &found);
    CHECK(status == STATUS_OK);
    double took = seconds() - began;
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    double gib = (double)usage.ru_maxrss / (1024.0 * 1024.0);
    const found_dimension_t *first = &found->groups[0].dimensions[0];
    printf("\rcalibration of %" PRIu32 " ratings, %" PRIu32 " inspectors, %" PRIu32
           " subjects, %u dimensions: limit %.0f s  figure %.1f s  ratio %.2f;"
           " memory %.2f GiB of %.0f; %" PRIu32 " sweeps in the first\n",
           ratings, group.inspector_count, group.subject_count, DIMENSIONS, AIM_S, took,
           took / AIM_S, gib, AIM_GIB, first->fit.sweeps);
    found_epoch_destroy(&found);
    return took <= AIM_S && gib <= AIM_GIB ? 0 : 1;
}
