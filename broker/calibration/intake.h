/* intake.h - what a job looks at: the facts of an account's groups as plain arrays.
 *
 * Gathered on the core thread in two passes, one over the standings and one over the
 * observations; the job owns it afterwards and never sees the state. Deterministic:
 * subjects in order of their standings, inspectors in order of their rows, sightings in
 * order of their records. A running standing and one that ended (the subject moved) are
 * two subjects here; only the first takes part in ranks.
 * The observations of records up to a cut-off, as they stand when they are gathered: one
 * that was retracted, returned or confirmed since counts as it does now, and sufficiency
 * is that of now.
 * Units: SCORING.md section 2.
 */
#ifndef YX_CALIBRATION_INTAKE_H
#define YX_CALIBRATION_INTAKE_H

#include "broker/calibration/sample.h"

#define INTAKE_NONE UINT32_MAX
#define INTAKE_ALL  UINT64_MAX

typedef struct {
    code_t code;
    uint32_t standing;            /* standings, 0 = it has no fact */
    uint32_t subject;             /* subjects */
    uint32_t unit;                /* number of its unit within the group */
    uint32_t unit_row;            /* units */
    uint32_t observations;        /* confirmed */
    uint32_t ratings, inspectors; /* least over the dimensions */
    bool runs, ranked;            /* ranked: enough of everything, and runs */
} intake_subject_t;

/* One confirmed observation. */
typedef struct {
    uint32_t subject, inspector;                  /* numbers within the group */
    uint32_t visit;                               /* visits */
    uint16_t values[GROUP_DIMENSIONS_MAX], rated; /* centi-points; bit k: was given */
    uint16_t channel;                             /* number in the scheme - 1 */
} sighting_t;

typedef struct {
    code_t code;
    uint32_t row;  /* inspectors */
    uint32_t team; /* number of the team within the group, SAMPLE_NO_TEAM */
} intake_inspector_t;

/* How a dimension is looked at now: the adopted epoch's numbers, else the prior's. */
typedef struct {
    parameters_t prior, now;
    int64_t
        variances[FIT_TERMS]; /* of the adopted epoch: subject, unit, inspector, team */
    int64_t *offsets;         /* by inspector of the group; 0 when not known */
    bool *known;              /* by inspector: an adopted epoch knows them */
} intake_lens_t;

typedef struct {
    char name[LABEL_BYTES_MAX + 1];
    uint32_t scheme_group;
    group_rule_t rule;
    bool adopted; /* an epoch is adopted */
    intake_lens_t lenses[GROUP_DIMENSIONS_MAX];
    intake_subject_t *subjects;
    intake_inspector_t *inspectors;
    code_t *teams;
    sighting_t *sightings;
    uint32_t subject_count, unit_count, inspector_count, team_count, sighting_count;
} intake_group_t;

typedef struct {
    uint32_t weight;                /* mille */
    int64_t offset[DIMENSIONS_MAX]; /* gamma, micro-points */
} intake_channel_t;

typedef struct {
    uint32_t account, group_count;
    intake_channel_t channels[CHANNELS_MAX];
    intake_group_t *groups;
} intake_t;

/* Bit g of `groups`: the scheme's g-th group is wanted. `until`: the cut-off, a seq;
 * INTAKE_ALL = the state as it is. `waiting`: subjects of the registry without a standing
 * are told too, behind the others. STATUS_NO_MEMORY. */
status_t intake_gather(const state_t *state, uint32_t account, uint32_t groups,
                       uint64_t until, bool waiting, intake_t **intake);
void intake_destroy(intake_t **intake);

/* The sample of the k-th dimension of a group, its pairs made of the sightings; it
 * borrows from the intake and from itself. STATUS_NO_MEMORY. */
typedef struct {
    sample_t sample;
    uint32_t *unit_of, *team_of;
    pair_t *pairs;
} intake_sample_t;

status_t intake_sample(const intake_t *intake, const intake_group_t *group, uint32_t k,
                       intake_sample_t *out);
void intake_sample_fini(intake_sample_t *sample);

#endif
