/* trial.h - one made-up world, scored and held against its truth (SCORING.md section 9).
 *
 * Units      tau is Kendall's tau-b with the true quality; covered is the share of
 *            subjects whose true rank lies within their 95 percent set; width counts
 *            ranks.
 * Same flags and seed: the same figures, on every machine.
 * Threads    any; nothing shared.
 */
#ifndef YX_LAB_TRIAL_H
#define YX_LAB_TRIAL_H

#include "clients/lab/worlds.h"
#include "proto/status.h"

typedef struct {
    uint32_t ratings, components, thin; /* thin: teams that hang by a thin link */
    double plain, score;                /* tau of the plain mean and of the score */
    double covered, width;              /* of the sets; 0 unless `sets` */
    bool sets;                          /* the fit could be solved */
} trial_t;

/* `world` is the caller's, made here. STATUS_OK, STATUS_NO_MEMORY. */
status_t trial_run(world_t *world, uint32_t flags, uint64_t seed, trial_t *out);

#endif
