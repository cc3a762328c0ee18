/* sample.h - what one dimension of one comparison group gives the solver to look at.
 *
 * Shape      subjects, units, inspectors and teams are numbered from 0 without gaps;
 *            pairs are sorted by subject, then inspector, each (subject, inspector) once.
 * Units      y in micro-points x mille as the groups keep it; `within` in points squared.
 * Ownership  all arrays are the caller's and outlive the calls.
 * Threads    none of its own; the solver runs on a worker.
 */
#ifndef YX_CALIBRATION_SAMPLE_H
#define YX_CALIBRATION_SAMPLE_H

#include "broker/ranking/score.h"

#define SAMPLE_NO_TEAM UINT32_MAX

/* All ratings that one inspector gave one subject. */
typedef struct {
    uint32_t subject, inspector;
    uint32_t ratings; /* 1 or more */
    uint32_t m;       /* weights of their channels together, mille; 1 or more */
    int64_t y;        /* weighted sum of (rating - channel offset) */
    double within;    /* sum of squared distances of the single ratings to their mean */
} pair_t;

typedef struct {
    uint32_t subjects, units, inspectors, teams, pair_count;
    const uint32_t *unit_of; /* by subject */
    const uint32_t *team_of; /* by inspector; SAMPLE_NO_TEAM */
    const pair_t *pairs;
    parameters_t prior;
} sample_t;

/* Whether the numbers fit each other and the pairs are sorted. */
bool sample_sane(const sample_t *sample);

#endif
