/* epoch_run.h - a calibration: every dimension of every group fitted, and what its
 * adoption would move (SCORING.md section 4).
 *
 * Deterministic: the same intake gives the same integers. Memory: one dimension's dense
 * system at a time, 16 bytes x (inspectors + teams + 1)^2 and 8 bytes x units x
 * (inspectors + teams + 1), bounded by EPOCH_EFFECTS_MAX and EPOCH_UNIT_CELLS_MAX; time
 * grows with the cube of the effects. Threads: a worker.
 */
#ifndef YX_CALIBRATION_EPOCH_RUN_H
#define YX_CALIBRATION_EPOCH_RUN_H

#include "broker/calibration/calibrate.h"
#include "broker/calibration/components.h"
#include "broker/calibration/intake.h"

#define EPOCH_EFFECTS_MAX    2048u     /* inspectors and teams: 64 MiB */
#define EPOCH_UNIT_CELLS_MAX 33554432u /* units x effects: 256 MiB */

typedef struct {
    uint32_t first_subject, subjects, inspectors; /* number of a subject of the group */
    uint32_t teams[EPOCH_TEAMS_MAX], team_count;  /* numbers of teams */
} found_component_t;

/* What was found of one dimension. */
typedef struct {
    fit_t fit;
    uint32_t pairs, subjects, inspectors; /* that have ratings in it */
    bool *known;                          /* by inspector: has ratings in it */
    int64_t *offsets, *errors;            /* by inspector, micro-points */
    int64_t *covariance; /* of the effects of inspectors and teams, lower triangle,
                            1e-4 points squared; NULL = the prior was kept */
    size_t covariance_count;
    uint32_t components, thin;
    found_component_t largest[EPOCH_COMPONENTS_MAX]; /* when there are several */
    uint32_t largest_count;
    uint32_t thin_teams[EPOCH_TEAMS_MAX], thin_team_count; /* numbers of teams */
} found_dimension_t;

typedef struct {
    uint32_t subject, inspector; /* numbers; inspector INTAKE_NONE = nobody's */
    uint32_t before, after, k;   /* ranks; the dimension that moves it most */
    int64_t total_before, total_after, change;
} found_shift_t;

typedef struct {
    found_dimension_t dimensions[GROUP_DIMENSIONS_MAX];
    found_shift_t *shifts; /* the largest moves first */
    uint32_t shift_count, ranked, moved, largest;
    int64_t tau; /* mille */
} found_group_t;

typedef struct {
    found_group_t *groups; /* as the intake has them */
    uint32_t group_count;
} found_epoch_t;

/* Told how much is done, in percent; false breaks off. */
typedef bool epoch_progress_fn(void *context, uint32_t percent);

/* STATUS_OK, STATUS_NO_MEMORY, STATUS_STOPPING, STATUS_GROUP_TOO_LARGE. */
status_t epoch_run(const intake_t *intake, epoch_progress_fn *progress, void *context,
                   found_epoch_t **out);
void found_epoch_destroy(found_epoch_t **found);

#endif
